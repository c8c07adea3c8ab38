import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SeededRandom } from '../../src/testing/random.js';
import { ROOT, type NameChange, type RecordedDisk, type Step } from './recorded-disk.js';

/**
 * How much of what was not forced to the disk a crash leaves.
 *
 * - `nothing`, `everything`
 * - `beginning`: all up to some moment, as file systems with a journal of names and data leave it
 * - `anything`: each change by itself, in any order, and of a write perhaps only a part
 */
export type Loss = 'nothing' | 'everything' | 'beginning' | 'anything';

/** All kinds of loss. */
export const LOSSES: readonly Loss[] = ['nothing', 'everything', 'beginning', 'anything'];

/** What is on the disk: names in directories, and the bytes of files. */
interface Image {
  readonly names: Map<number, Map<string, number>>;
  readonly bytes: Map<number, Uint8Array>;
}

/** A change that is not durable yet: of names in one directory, which are atomic, or of a file. */
interface Unsynced {
  readonly at: number;
  readonly node: number;
  readonly step: Extract<Step, { kind: 'write' | 'empty' }> | { readonly kind: 'names'; readonly changes: readonly NameChange[] };
}

/**
 * What a crash may leave when it comes after the first `count` calls: what was forced to the disk, and of the rest
 * what `loss` says. Written to a folder.
 */
export function leaveCrash(
  disk: RecordedDisk, folder: string, { count, loss, random }: {
    readonly count: number; readonly loss: Loss; readonly random: SeededRandom;
  },
): void {
  const image: Image = { names: new Map(), bytes: new Map() };
  let unsynced: Unsynced[] = [];
  for (let at = 0; at < count; at++) {
    const step = disk.steps[at]!;
    if (step.kind === 'names') {
      for (const node of new Set(step.changes.map((change) => change.folder))) {
        unsynced.push({ at, node, step: { kind: 'names', changes: step.changes.filter((change) => change.folder === node) } });
      }
    } else if (step.kind === 'write' || step.kind === 'empty') {
      unsynced.push({ at, node: step.node, step });
    } else if (step.kind === 'sync') {
      const { node } = step;
      for (const change of unsynced) if (change.node === node) keep(image, change);
      unsynced = unsynced.filter((change) => change.node !== node);
    }
  }
  const end = loss === 'beginning' && unsynced.length > 0 ? unsynced[random.below(unsynced.length)]!.at : count;
  for (const change of unsynced) {
    if (loss === 'nothing' || change.at >= end || (loss === 'anything' && random.below(2) === 0)) continue;
    keep(image, change, loss === 'anything' ? random : undefined);
  }
  materialise(image, disk.folders, folder);
}

function keep(image: Image, { node, step }: Unsynced, random?: SeededRandom): void {
  if (step.kind === 'names') {
    const names = image.names.get(node) ?? new Map<string, number>();
    image.names.set(node, names);
    for (const { name, node: inner } of step.changes) {
      if (inner === 0) names.delete(name);
      else names.set(name, inner);
    }
    return;
  }
  const before = image.bytes.get(node) ?? new Uint8Array(0);
  if (step.kind === 'empty') {
    image.bytes.set(node, new Uint8Array(0));
    return;
  }
  const length = random !== undefined && random.below(3) === 0 ? random.below(step.bytes.length + 1) : step.bytes.length;
  const after = new Uint8Array(Math.max(before.length, step.offset + length));
  after.set(before);
  after.set(step.bytes.subarray(0, length), step.offset);
  image.bytes.set(node, after);
}

function materialise({ names, bytes }: Image, folders: ReadonlySet<number>, root: string): void {
  const waiting: [number, string][] = [[ROOT, root]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [node, path] = next;
    if (!folders.has(node)) {
      writeFileSync(path, bytes.get(node) ?? new Uint8Array(0));
      continue;
    }
    mkdirSync(path, { recursive: true });
    for (const [name, inner] of names.get(node) ?? []) waiting.push([inner, join(path, name)]);
  }
}
