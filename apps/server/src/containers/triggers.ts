import { posix } from 'node:path';

import { describeDefinition, metadataOf, typeOfPath } from '@govc/containers';
import type { ObjectId, Repository } from '@govc/core';
import { diffTrees } from '@govc/core/plumbing';
import type { Logger } from '@govc/logging';

import type { EventHub } from '../events/event-hub.js';
import type { EventRecord, RefMove } from '../events/event-record.js';
import { matchesRef } from '../events/glob.js';
import type { HostedRepository, Repositories } from '../repositories/repositories.js';
import type { BuildRequest } from './build-record.js';
import type { Builds } from './builds.js';
import { parseImageTag } from './image-names.js';
import { type BuildParts, prepareBuild } from './run-build.js';

/** What {@link watchPushes} needs. */
export interface TriggerOptions {
  readonly events: Pick<EventHub, 'onRecord'>;
  readonly repositories: Pick<Repositories, 'acquire'>;
  readonly builds: Builds;
  readonly parts: BuildParts;
  readonly logger: Logger;
}

/** How many changed paths are looked at; beyond it everything counts as touched. */
const PATHS_MAX = 10_000;

/**
 * Builds what asks for it when a branch moves: a Govcfile or Dockerfile with `@build.on=push` (in a Dockerfile as a comment), of which the
 * file itself or something of its context changed. `@build.context`, `@build.tags` and `@build.branches` say the rest.
 *
 * @returns ends it, and resolves when nothing of it goes on
 */
export function watchPushes(options: TriggerOptions): () => Promise<void> {
  const under = new Set<Promise<void>>();
  const stop = options.events.onRecord((repositoryId, record) => {
    const moves = movesOf(record);
    if (moves.length === 0) return;
    const work = react(repositoryId, record, options).catch((error: unknown) => {
      options.logger.error('builds after a push could not be started', { repository: repositoryId, error });
    });
    under.add(work);
    void work.finally(() => under.delete(work));
  });
  return async () => {
    stop();
    await Promise.all(under);
  };
}

function movesOf({ moves = [] }: EventRecord): readonly (RefMove & { readonly after: ObjectId })[] {
  return moves.flatMap((move) => (move.after !== null && move.ref.startsWith('refs/heads/') ? [{ ...move, after: move.after }] : []));
}

async function react(repositoryId: string, record: EventRecord, options: TriggerOptions): Promise<void> {
  const lease = await options.repositories.acquire(repositoryId);
  try {
    for (const move of movesOf(record)) {
      for (const found of findTriggered(lease.resource.repository, move)) {
        await start(lease.resource, { found, move, actor: record.actor?.name ?? null, options });
      }
    }
  } finally {
    lease.release();
  }
}

interface Triggered {
  readonly file: string;
  readonly context: string;
  readonly tags: readonly string[];
}

/** The definitions of a commit that ask to be built and are touched by the move of a branch. */
export function findTriggered(repository: Repository, { ref, before, after }: Pick<RefMove, 'ref' | 'before'> & { readonly after: ObjectId }): Triggered[] {
  const changed = changedPaths(repository, before, after);
  return repository.list('', { revision: after, recursive: true }).flatMap(({ path, type }): Triggered[] => {
    const kind = typeOfPath(path);
    if (type !== 'blob' || (kind !== 'govcfile' && kind !== 'dockerfile')) return [];
    const text = Buffer.from(repository.readFile(path, after).content).toString('utf8');
    // Most ask for nothing, and need not be read.
    if (!text.includes('build.on')) return [];
    const metadata = readMetadata(text, kind);
    if (metadata?.['build.on'] !== 'push') return [];
    const branches = listOf(metadata['build.branches']);
    if (branches.length > 0 && !branches.some((pattern) => matchesRef(pattern, ref))) return [];
    const context = posix.normalize(metadata['build.context'] ?? posix.dirname(path)).replace(/\/+$/, '');
    const isTouched = changed === undefined || changed.some((each) => each === path || context === '.' || each.startsWith(`${context}/`));
    return isTouched ? [{ file: path, context, tags: listOf(metadata['build.tags']) }] : [];
  });
}

/** A definition that cannot be read asks for nothing. */
function readMetadata(text: string, type: 'govcfile' | 'dockerfile'): Readonly<Record<string, string>> | undefined {
  try {
    return metadataOf(describeDefinition(text, type), text);
  } catch (error) {
    if ((error as Error).name !== 'ContainersError') throw error;
    return undefined;
  }
}

function changedPaths(repository: Repository, before: ObjectId | null, after: ObjectId): string[] | undefined {
  const { snapshot } = repository;
  if (before === null || !snapshot.objects.has(before)) return undefined;
  const paths: string[] = [];
  for (const change of diffTrees(snapshot.objects, snapshot.algorithm, repository.commitAt(before).tree, repository.commitAt(after).tree)) {
    paths.push((change.new ?? change.old)!.path);
    if (paths.length > PATHS_MAX) return undefined;
  }
  return paths;
}

async function start(
  hosted: HostedRepository,
  { found, move, actor, options }: { readonly found: Triggered; readonly move: RefMove & { readonly after: ObjectId }; readonly actor: string | null; readonly options: TriggerOptions },
): Promise<void> {
  const { builds, parts, logger } = options;
  const commit = hosted.repository.commitAt(move.after);
  const tags = found.tags.length === 0 ? ['latest'] : found.tags;
  const request: BuildRequest = {
    context: found.context, file: found.file, ref: move.ref, tags, args: {}, labels: {}, target: null, platform: [], no_cache: false,
  };
  try {
    await builds.add({
      repositoryId: hosted.id, request, commit: commit.id, timeSeconds: commit.committer.timeSeconds, trigger: 'push', actor,
      prepared: await prepareBuild(hosted.repository, { request, commit: commit.id, parts }),
      tags: tags.map((tag) => parseImageTag(tag, hosted.id)),
      // Nobody is there who could show what they may read elsewhere.
      mayRead: () => false,
    });
  } catch (error) {
    logger.warn('a push asks for a build that cannot be made', { repository: hosted.id, file: found.file, error });
  }
}

function listOf(text: string | undefined): string[] {
  return (text ?? '').split(',').map((part) => part.trim()).filter((part) => part !== '');
}
