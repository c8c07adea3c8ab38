/**
 * Builds images without running anything: every instruction but `RUN`.
 *
 * 1. The result follows from the commit, the definition, the arguments and the bases alone; files carry one fixed time.
 * 2. Nothing is visible to anybody before the caller puts the result into a store.
 * 3. Paths are those of the context or the image; neither links nor archives lead out of them.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { serializeInstruction } from '../containerfile.js';
import type { Definition, Instruction } from '../definition.js';
import { ContainersError } from '../errors.js';
import { applyBase, type BaseImages, describeBytes } from './base-image.js';
import type { BuiltImage } from './built-image.js';
import { contextFiles } from './copy.js';
import type { BuildContext } from './context.js';
import { canonicalJson, OCI_CONFIG, OCI_MANIFEST, type ImageConfig, type Platform } from './image-config.js';
import { ImageFiles } from './image-files.js';
import { type BuildPlan, type Origin, planBuild, type PlannedStage } from './plan.js';
import { StageBuilder } from './stage-builder.js';

/** A build by the assembler. */
export interface AssembleRequest {
  readonly definition: Definition;
  readonly context: BuildContext;
  readonly args: ReadonlyMap<string, string>;
  readonly labels: ReadonlyMap<string, string>;
  readonly target?: string | undefined;
  readonly platform: Platform;
  /** When the image is said to be made: the time of the commit. */
  readonly timeSeconds: number;
  readonly bases: BaseImages;
  /** An empty folder for what is on its way. */
  readonly workPath: string;
  readonly signal: AbortSignal;
  /** Most bytes of the files of one image, uncompressed. */
  readonly sizeBytesMax: number;
  /** Takes lines of the log. */
  readonly log: (line: string) => void;
  /** Takes what is done, counted from 1. */
  readonly progress: (step: number, total: number) => void;
  /** Gets what `ADD` of a URL names; `undefined`: nothing can be fetched. */
  readonly download?: ((url: string, signal: AbortSignal) => AsyncIterable<Uint8Array>) | undefined;
}

/** The longest chain of bases and `ONBUILD` instructions that is carried out. */
const STEPS_MAX = 10_000;

/**
 * @throws {ContainersError} engine-missing: there is a `RUN`; base-missing, target-unknown, source-missing, path-refused, archive-invalid,
 * instruction-invalid, variable-unset, image-too-large, checksum-mismatch, download-refused, build-cancelled
 */
export async function assemble(request: AssembleRequest): Promise<BuiltImage> {
  const { definition, args, target, platform } = request;
  const plan = planBuild(definition, { args, target, platform, buildPlatform: platform });
  mustNotRun(plan.stages.flatMap(({ instructions }) => instructions));
  await mkdir(request.workPath, { recursive: true });
  return new Assembler(request, plan).run();
}

/** @throws {ContainersError} engine-missing */
export function mustNotRun(instructions: readonly Instruction[]): void {
  const run = instructions.find(({ name }) => name === 'RUN');
  if (run === undefined) return;
  throw new ContainersError('engine-missing', `line ${run.line}: RUN needs a container engine, and this server has none: install buildah ` +
    '(apt-get install buildah), podman or docker with buildx, or build without RUN.', { line: run.line, install: ['buildah', 'podman', 'docker'] });
}

class Assembler {
  readonly #request: AssembleRequest;
  readonly #plan: BuildPlan;
  readonly #context: ImageFiles;
  readonly #stages = new Map<number, StageBuilder>();
  readonly #images = new Map<string, Promise<ImageFiles>>();
  readonly #total: number;
  #step = 0;
  #fileCount = 0;

  constructor(request: AssembleRequest, plan: BuildPlan) {
    this.#request = request;
    this.#plan = plan;
    this.#context = contextFiles(request.context);
    this.#total = plan.stages.reduce((sum, { instructions }) => sum + instructions.length + 1, 0);
    if (this.#total > STEPS_MAX) throw new ContainersError('instruction-invalid', `A definition has at most ${STEPS_MAX} instructions.`);
  }

  async run(): Promise<BuiltImage> {
    for (const stage of this.#plan.stages) this.#stages.set(stage.index, await this.#build(stage));
    const last = this.#plan.stages.at(-1)!;
    const built = this.#stages.get(last.index)!;
    const { labels, timeSeconds } = this.#request;
    if (labels.size > 0) built.label(labels);
    const config: ImageConfig = built.finish(new Date(timeSeconds * 1000).toISOString().replace('.000Z', 'Z'));
    const configBytes = canonicalJson(config);
    const descriptor = describeBytes(OCI_CONFIG, configBytes);
    const manifest = { schemaVersion: 2, mediaType: OCI_MANIFEST, config: descriptor, layers: built.layers.map(({ descriptor: layer }) => layer) } as const;
    const configPart = { descriptor, open: () => once(configBytes) };
    return { platform: last.platform, manifest, manifestBytes: canonicalJson(manifest), config, parts: [configPart, ...built.layers] };
  }

  async #build(stage: PlannedStage): Promise<StageBuilder> {
    const builder = await this.#begin(stage);
    for (const trigger of builder.takeTriggers()) {
      this.#request.log(`# ONBUILD ${serializeInstruction(trigger)}`);
      await this.#carryOut(builder, trigger);
    }
    for (const instruction of stage.instructions) {
      this.#announce(serializeInstruction(instruction));
      await this.#carryOut(builder, instruction);
    }
    return builder;
  }

  async #carryOut(builder: StageBuilder, instruction: Instruction): Promise<void> {
    if (this.#request.signal.aborted) throw new ContainersError('build-cancelled', 'The build was cancelled.');
    await builder.carryOut(instruction, (origin) => this.#filesOf(origin, builder.platform, instruction.line));
  }

  async #begin(stage: PlannedStage): Promise<StageBuilder> {
    const { base, platform } = stage;
    this.#announce(`FROM ${base.kind === 'scratch' ? 'scratch' : base.kind === 'stage' ? `stage ${base.index}` : base.reference}`);
    const shared = {
      plan: this.#plan, stage, request: this.#request, context: this.#context,
      nextPath: () => join(this.#request.workPath, `part-${++this.#fileCount}`),
    };
    if (base.kind === 'scratch') return StageBuilder.fromScratch(shared, platform);
    if (base.kind === 'stage') {
      const earlier = this.#stages.get(base.index)!;
      return earlier.derive(shared, await this.#replay(earlier));
    }
    const image = await this.#findImage(base.reference, platform, stage.line);
    const files = new ImageFiles();
    await applyBase(files, image.layers, { path: shared.nextPath(), sizeBytesMax: this.#request.sizeBytesMax });
    files.takeChanges();
    return StageBuilder.fromImage(shared, image, files);
  }

  /** The files of an earlier stage, anew, because both go on by themselves. */
  async #replay(earlier: StageBuilder): Promise<ImageFiles> {
    const files = new ImageFiles();
    const path = join(this.#request.workPath, `part-${++this.#fileCount}`);
    await applyBase(files, earlier.layers, { path, sizeBytesMax: this.#request.sizeBytesMax });
    return files;
  }

  async #filesOf(origin: Origin | undefined, platform: Platform, line: number): Promise<ImageFiles> {
    if (origin === undefined) return this.#context;
    if (origin.kind === 'scratch') return new ImageFiles();
    if (origin.kind === 'stage') return this.#stages.get(origin.index)!.files;
    const known = this.#images.get(origin.reference);
    if (known !== undefined) return known;
    const loading = (async () => {
      const image = await this.#findImage(origin.reference, platform, line);
      const files = new ImageFiles();
      const path = join(this.#request.workPath, `part-${++this.#fileCount}`);
      await applyBase(files, image.layers, { path, sizeBytesMax: this.#request.sizeBytesMax });
      return files;
    })();
    this.#images.set(origin.reference, loading);
    return loading;
  }

  async #findImage(reference: string, platform: Platform, line: number) {
    const found = await this.#request.bases.find(reference, platform);
    if (found !== undefined) return found;
    throw new ContainersError('base-missing', `line ${line}: the image "${reference.slice(0, 300)}" is not in the registry of this server; push it there, or ` +
      'install an engine that can fetch it (buildah, podman, or docker with buildx).', { line, reference: reference.slice(0, 300) });
  }

  #announce(text: string): void {
    this.#step++;
    this.#request.log(`STEP ${this.#step}/${this.#total}: ${text.split('\n')[0]!.slice(0, 500)}`);
    this.#request.progress(this.#step, this.#total);
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  await Promise.resolve();
  yield bytes;
}
