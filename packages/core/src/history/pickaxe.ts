import { GovcError } from '../errors.js';
import { isBinary } from '../diff/is-binary.js';
import { diffLines } from '../diff/line-diff.js';
import { lineRange, splitLines } from '../diff/lines.js';
import type { DiffEntry, FileChange } from '../diff/tree-diff.js';
import type { ObjectId } from '../hash/object-id.js';
import type { ObjectSource } from '../pack/object-source.js';
import type { TextPattern } from '../pattern/text-pattern.js';

/** Which changes are looked for (gitdiffcore, "diffcore-pickaxe"). */
export type Pickaxe =
  /** The file has the text more or less often than before (`-S`). */
  | { readonly kind: 'count'; readonly pattern: TextPattern }
  /** An added or removed line matches (`-G`). Binary files are left out. */
  | { readonly kind: 'lines'; readonly pattern: TextPattern }
  /** One side is one of these objects (`--find-object`). */
  | { readonly kind: 'object'; readonly ids: ReadonlySet<ObjectId> };

/** The changes that are looked for; with `all`, all changes as soon as there is one (`--pickaxe-all`). @throws {GovcError} object-missing */
export function filterPickaxe(
  changes: readonly FileChange[], { objects, pickaxe, all = false }: { readonly objects: ObjectSource; readonly pickaxe: Pickaxe; readonly all?: boolean | undefined },
): FileChange[] {
  if (all) return changes.some((change) => isHit(change, pickaxe, objects)) ? [...changes] : [];
  return changes.filter((change) => isHit(change, pickaxe, objects));
}

function isHit(change: FileChange, pickaxe: Pickaxe, objects: ObjectSource): boolean {
  const { old, new: new_ } = change;
  if (pickaxe.kind === 'object') {
    return (old !== undefined && pickaxe.ids.has(old.id)) || (new_ !== undefined && pickaxe.ids.has(new_.id));
  }
  if (old?.id === new_?.id && old?.mode === new_?.mode) return false;
  const before = contentOf(old, objects);
  const after = contentOf(new_, objects);
  if (pickaxe.kind === 'count') return countMatches(before, pickaxe.pattern) !== countMatches(after, pickaxe.pattern);
  return !isBinary(before) && !isBinary(after) && changesLine(before, after, pickaxe.pattern);
}

/** A submodule reads as the line that a diff shows for it. */
function contentOf(entry: DiffEntry | undefined, objects: ObjectSource): Uint8Array {
  if (entry === undefined) return new Uint8Array(0);
  if ((entry.mode & 0o170000) === 0o160000) return Buffer.from(`Subproject commit ${entry.id}\n`);
  const body = objects.find(entry.id)?.body;
  if (body === undefined) throw new GovcError('object-missing', `The object ${entry.id} is missing from the repository.`, { id: entry.id });
  return body;
}

/** How often a pattern matches, without overlaps, line by line. */
function countMatches(text: Uint8Array, pattern: TextPattern): number {
  if (!pattern.mayMatchIn(text)) return 0;
  let count = 0;
  const { starts, count: lineCount } = splitLines(text);
  if (pattern.spansLines) return countIn(text, { start: 0, end: text.length }, pattern);
  for (let i = 0; i < lineCount; i++) {
    const end = starts[i + 1]!;
    count += countIn(text, { start: starts[i]!, end: text[end - 1] === 0x0a ? end - 1 : end }, pattern);
  }
  return count;
}

function countIn(text: Uint8Array, { start, end }: { start: number; end: number }, pattern: TextPattern): number {
  let count = 0;
  for (let at = start; at < end;) {
    const found = pattern.find(text, start, end, at);
    if (found === undefined) break;
    count++;
    at = found.end > found.start ? found.end : found.end + 1;
  }
  return count;
}

function changesLine(before: Uint8Array, after: Uint8Array, pattern: TextPattern): boolean {
  const { old, new: new_, changes } = diffLines(before, after);
  for (const { oldStart, oldCount, newStart, newCount } of changes) {
    for (let i = oldStart; i < oldStart + oldCount; i++) if (lineMatches(lineRange(old, i, i + 1), pattern)) return true;
    for (let i = newStart; i < newStart + newCount; i++) if (lineMatches(lineRange(new_, i, i + 1), pattern)) return true;
  }
  return false;
}

function lineMatches(line: Uint8Array, pattern: TextPattern): boolean {
  return pattern.test(line, 0, line.at(-1) === 0x0a ? line.length - 1 : line.length);
}
