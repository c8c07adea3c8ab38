/**
 * What every engine needs on the disk: the context, the definition as a Containerfile, and the images of this server.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { StoredImage } from '../assemble/base-image.js';
import { planBuild } from '../assemble/plan.js';
import { serializeContainerfile } from '../containerfile.js';
import { digestOf, splitDigest } from '../digest.js';
import type { Definition } from '../definition.js';
import type { BuildTask } from './engine.js';
import { exportContext } from './export-context.js';
import { lowerHeredocs } from './lower-heredocs.js';
import { writeLayout } from './layout.js';

/** Where what an engine reads is. */
export interface Prepared {
  readonly contextPath: string;
  readonly definitionPath: string;
  /** Images of this server by the reference in the definition, as folders in the OCI layout; their reference there is `base`. */
  readonly layouts: ReadonlyMap<string, { readonly path: string; readonly image: StoredImage }>;
  /** Where the engine may keep what is on its way. */
  readonly temporaryPath: string;
  /** Where the image is to be put. */
  readonly imagePath: string;
}

/** How an engine wants it. */
export interface PrepareOptions {
  /** What the definition calls an image of this server from now on. */
  readonly rename: (layoutPath: string) => string;
  /** Whether it reads heredocs. */
  readonly knowsHeredocs: boolean;
}

/** Writes it all to the folder of the task. */
export async function prepare(task: BuildTask, { rename, knowsHeredocs }: PrepareOptions): Promise<Prepared> {
  const { context, workPath, args, target, platform, bases, signal } = task;
  const contextPath = join(workPath, 'context');
  const temporaryPath = join(workPath, 'tmp');
  await mkdir(temporaryPath, { recursive: true });
  await exportContext(context, contextPath, signal);
  const { definition, files } = knowsHeredocs ? { definition: task.definition, files: new Map<string, Uint8Array>() } : lowerHeredocs(task.definition);
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(contextPath, path)), { recursive: true });
    await writeFile(join(contextPath, path), bytes);
  }
  const plan = planBuild(definition, { args, target, platform, buildPlatform: platform });
  const layouts = new Map<string, { readonly path: string; readonly image: StoredImage }>();
  for (const reference of plan.images) {
    const image = await bases.find(reference, platform);
    if (image === undefined) continue;
    // Named by what it is: engines keep images by the path that they came from, in small letters.
    const path = join(workPath, `govc-base-${splitDigest(digestOf(image.manifestBytes)).hex.slice(0, 32)}`);
    if (![...layouts.values()].some((each) => each.path === path)) await writeLayout(image, path);
    layouts.set(reference, { path, image });
  }
  const definitionPath = join(workPath, 'Containerfile');
  const names = new Map([...layouts].map(([reference, { path }]) => [reference, rename(path)]));
  const expanded = new Map(plan.stages.flatMap(({ index, base }) => (base.kind === 'image' ? [[index, base.reference] as const] : [])));
  await writeFile(definitionPath, serializeContainerfile(renameImages(definition, { names, expanded })));
  // What is ignored is not there; the engine must not judge again.
  await writeFile(`${definitionPath}.dockerignore`, '');
  return { contextPath, definitionPath, layouts, temporaryPath, imagePath: join(workPath, 'image') };
}

/** The definition with other names for some images. */
function renameImages(
  definition: Definition, { names, expanded }: { readonly names: ReadonlyMap<string, string>; readonly expanded: ReadonlyMap<number, string> },
): Definition {
  let stageIndex = -1;
  const instructions = definition.instructions.map((instruction) => {
    if (instruction.name === 'FROM') {
      stageIndex++;
      const stage = definition.stages[stageIndex]!;
      const name = names.get(expanded.get(stageIndex) ?? '');
      if (name === undefined) return instruction;
      const text = stage.name === undefined ? name : `${name} AS ${stage.name}`;
      return { ...instruction, body: { form: 'text', text } as const };
    }
    const flags = instruction.flags.map((flag) => {
      if (flag.name === 'from') return { ...flag, value: names.get(flag.value ?? '') ?? flag.value };
      if (flag.name !== 'mount') return flag;
      return { ...flag, value: flag.value?.replace(/(^|,)from=([^,]*)/, (whole, comma: string, image: string) => names.has(image) ? `${comma}from=${names.get(image)!}` : whole) };
    });
    return { ...instruction, flags };
  });
  return { ...definition, instructions };
}
