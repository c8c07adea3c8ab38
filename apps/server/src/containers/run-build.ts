/** One build from a commit to an image in the registry. */
import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join, posix } from 'node:path';

import {
  type BuildEngine, type BuiltImage, type Definition, describeDefinition, type ImagePolicy, type ImageStore, type Instruction, mustAllowBases, mustFitPolicy, mustNotRun,
  openContext, openStoredImage, parsePlatform, planBuild, type Platform, putImage, type PutImage, splitImageReference, typeOfDefinition,
} from '@govc/containers';
import type { View } from '@govc/core';

import { ServerError } from '../errors.js';
import { findFile, unknownFile } from '../routes/working-files.js';
import type { BuildRequest } from './build-record.js';
import { type ImageTag, repositoryOfImage } from './image-names.js';
import { RepositoryTree } from './repository-tree.js';

/** What builds are made with. */
export interface BuildParts {
  readonly images: ImageStore;
  /** The best first; the embedded one is always the last. Cost: looks for them the first time. */
  readonly engines: () => Promise<readonly BuildEngine[]>;
  readonly policy: ImagePolicy;
  /** What images are built for unless somebody says otherwise. */
  readonly platform: Platform;
  /** Most bytes of the files of an image. */
  readonly sizeBytesMax: number;
  /** Most memory of one process; `undefined`: as much as there is. */
  readonly memoryBytesMax: number | undefined;
  /** Where builds work and engines keep their caches. */
  readonly workPath: string;
}

/** A build whose definition was read and found to be possible. */
export interface PreparedBuild {
  readonly definition: Definition;
  readonly engine: BuildEngine;
  readonly platforms: readonly Platform[];
}

/** Which images of other repositories a build may begin with. */
export type MayRead = (repositoryId: string) => boolean;

const NAMES = ['Govcfile', 'Containerfile', 'Dockerfile'];

/** The path of the definition of a request; without one, the first of the usual names in the context. @throws {ServerError} file-unknown */
export function findDefinition(view: View, { commit, context, file }: { readonly commit: string; readonly context: string; readonly file: string | undefined }): string {
  const inContext = (name: string): string => (context === '' ? name : `${context}/${name}`);
  const candidates = file === undefined ? NAMES.map(inContext) : [...new Set([posix.normalize(file), posix.normalize(inContext(file))])];
  const found = candidates.find((path) => findFile(view, path, commit) !== undefined);
  if (found === undefined) throw unknownFile(file ?? inContext('Govcfile'));
  return found;
}

/**
 * Reads the definition and says which engine is to build it: everything that can be refused before a build begins is.
 *
 * @throws {ServerError} file-unknown, request-invalid
 * @throws {ContainersError} what reading the definition throws; engine-missing, target-unknown, platform-unsupported, policy-violated
 */
export async function prepareBuild(
  view: View, { request, commit, parts }: { readonly request: BuildRequest; readonly commit: string; readonly parts: BuildParts },
): Promise<PreparedBuild> {
  const file = findFile(view, request.file, commit);
  if (file === undefined) throw unknownFile(request.file);
  const text = Buffer.from(file.content).toString('utf8');
  const type = typeOfDefinition(request.file, () => text) ?? 'dockerfile';
  const described = describeDefinition(text, type === 'govcfile' ? 'govcfile' : 'dockerfile');
  if (described.type !== 'govcfile' && described.type !== 'dockerfile') throw unknownFile(request.file);
  const { definition } = described;
  const platforms = request.platform.length === 0 ? [parts.platform] : request.platform.map(platformOf);
  const args = new Map(Object.entries(request.args));
  const plans = platforms.map((platform) => planBuild(definition, { args, target: request.target ?? undefined, platform, buildPlatform: parts.platform }));
  for (const { images } of plans) mustAllowBases(images, parts.policy);
  const runs = plans.flatMap(({ firstRun }) => firstRun ?? []);
  return { definition, platforms, engine: chooseEngine(runs, await parts.engines()) };
}

function platformOf(text: string): Platform {
  const platform = parsePlatform(text);
  if (platform !== undefined) return platform;
  throw new ServerError('request-invalid', `"${text.slice(0, 60)}" is no platform such as linux/amd64.`, { place: 'body', path: '/platform' });
}

/** What needs no `RUN` is assembled here, because that is always the same; else the best engine. */
function chooseEngine(runs: readonly Instruction[], engines: readonly BuildEngine[]): BuildEngine {
  const running = engines.find(({ canRun }) => canRun);
  const chosen = runs.length === 0 ? (engines.find(({ canRun }) => !canRun) ?? running) : running;
  if (chosen === undefined) mustNotRun(runs);
  return chosen!;
}

/** What one build is run with. */
export interface RunRequest {
  readonly id: string;
  readonly repositoryId: string;
  readonly request: BuildRequest;
  readonly commit: string;
  readonly timeSeconds: number;
  readonly tags: readonly ImageTag[];
  readonly prepared: PreparedBuild;
  readonly view: View;
  readonly mayRead: MayRead;
  readonly repositoryIds: () => Promise<readonly string[]>;
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
  readonly progress: (step: number, total: number) => void;
}

/**
 * Builds, asks the rules, and only then puts the image where others see it. Its folder is gone when it is over.
 *
 * @throws {ContainersError} whatever ends a build
 */
export async function runBuild(run: RunRequest, parts: BuildParts): Promise<PutImage> {
  const workPath = join(parts.workPath, 'work', run.id);
  await rm(workPath, { recursive: true, force: true });
  await mkdir(workPath, { recursive: true });
  try {
    const built: BuiltImage[] = [];
    for (const [index, platform] of run.prepared.platforms.entries()) {
      const image = await buildOne(run, parts, { platform, workPath: join(workPath, `${index}`) });
      await mustFitPolicy(image, parts.policy);
      built.push(image);
    }
    run.signal.throwIfAborted();
    let put: PutImage | undefined;
    for (const name of new Set(run.tags.map((each) => each.name))) {
      put = await putImage(parts.images, built, { name, tags: run.tags.filter((each) => each.name === name).map(({ tag }) => tag) });
    }
    return put!;
  } finally {
    await rm(workPath, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function buildOne(run: RunRequest, parts: BuildParts, { platform, workPath }: { readonly platform: Platform; readonly workPath: string }): Promise<BuiltImage> {
  const { request, commit, view, prepared } = run;
  const folder = request.context === '.' ? '' : request.context;
  const tree = new RepositoryTree(view, { commit, folder });
  const isInside = folder === '' || request.file.startsWith(`${folder}/`);
  const context = openContext(tree, { definitionPath: isInside ? request.file.slice(folder === '' ? 0 : folder.length + 1) : undefined });
  for (const path of context.modules) run.log(`# "${path}" is another repository and is not in the context`);
  await mkdir(workPath, { recursive: true });
  const cachePath = cachePathOf(parts, run.repositoryId);
  await mkdir(cachePath, { recursive: true });
  return prepared.engine.build({
    definition: prepared.definition, context, platform, workPath, cachePath,
    args: new Map(Object.entries(request.args)), labels: new Map(Object.entries(request.labels)), target: request.target ?? undefined,
    isFresh: request.no_cache, timeSeconds: run.timeSeconds, signal: run.signal, log: run.log, progress: run.progress,
    sizeBytesMax: parts.sizeBytesMax, memoryBytesMax: parts.memoryBytesMax,
    bases: { find: (reference, wanted) => findBase(reference, wanted, { run, parts }) },
  });
}

/** Where engines keep what later builds of a repository may use. Others must not find it. */
export function cachePathOf({ workPath }: Pick<BuildParts, 'workPath'>, repositoryId: string): string {
  return join(workPath, 'cache', createHash('sha256').update(repositoryId).digest('hex').slice(0, 32));
}

/** An image of this server, unless whoever builds may not read it; then it is as if it were not there. */
async function findBase(reference: string, platform: Platform, { run, parts }: { readonly run: RunRequest; readonly parts: BuildParts }) {
  const { name, reference: tag } = splitImageReference(reference);
  const owner = repositoryOfImage(name, await run.repositoryIds());
  if (owner === undefined || !(owner === run.repositoryId || run.mayRead(owner))) return undefined;
  return openStoredImage(parts.images, { name, reference: tag }, platform);
}
