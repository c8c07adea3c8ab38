import { MODE_TREE } from '../object/tree.js';
import { hasSameId, readContents, type DiffSource } from './diff-source.js';
import { makeHunks, type HunkOptions } from './hunks.js';
import { diffLines, type LineChange, type LineDiffOptions } from './line-diff.js';
import type { FileChange } from './tree-diff.js';

/** How much of one file changed. */
export interface FileStat {
  readonly change: FileChange;
  /** Lines; of a binary file its new size in bytes. */
  readonly added: number;
  /** Lines; of a binary file its old size in bytes. */
  readonly deleted: number;
  readonly isBinary: boolean;
}

/** How files are compared for counting. */
export interface StatOptions {
  readonly lines?: LineDiffOptions | undefined;
  /** Only what hunks show is counted where changes are ignored. */
  readonly hunks?: HunkOptions | undefined;
}

/**
 * How much each file changed, in the order of the changes. Directories are left out, and files of which nothing but what
 * the options ignore has changed. Compares every file.
 *
 * @throws {GovcError} object-missing
 */
export function fileStats(changes: readonly FileChange[], source: DiffSource, options: StatOptions = {}): FileStat[] {
  const stats: FileStat[] = [];
  for (const change of changes) {
    if (change.old?.mode === MODE_TREE || change.new?.mode === MODE_TREE) continue;
    const stat = statOf(change, source, options);
    if (stat !== undefined) stats.push(stat);
  }
  return stats;
}

function statOf(change: FileChange, source: DiffSource, options: StatOptions): FileStat | undefined {
  const { status, score } = change;
  if (status === 'unmerged') return { change, added: 0, deleted: 0, isBinary: false };
  const isSame = hasSameId(change);
  const { old, new: new_, isBinary } = readContents(source, change);
  if (isBinary) return { change, added: isSame ? 0 : new_.length, deleted: isSame ? 0 : old.length, isBinary };
  if (status === 'modified' && score !== undefined) return { change, added: countLines(new_), deleted: countLines(old), isBinary };
  if (isSame) return { change, added: 0, deleted: 0, isBinary };
  const { added, deleted } = countChangedLines(old, new_, options);
  if (status === 'modified' && added + deleted === 0 && change.old?.mode === change.new?.mode) return undefined;
  return { change, added, deleted, isBinary };
}

function countChangedLines(
  old: Uint8Array, new_: Uint8Array, { lines = {}, hunks = {} }: StatOptions,
): { readonly added: number; readonly deleted: number } {
  const diff = diffLines(old, new_, hunks.contextLines === 0 && hunks.functionContext !== true ? { ...lines, trimsTail: true } : lines);
  const isIgnoring = diff.changes.some((change) => change.isIgnorable === true);
  const changes: readonly LineChange[] = isIgnoring ? makeHunks(diff, hunks).flatMap((hunk) => hunk.changes) : diff.changes;
  let added = 0;
  let deleted = 0;
  for (const change of changes) {
    added += change.newCount;
    deleted += change.oldCount;
  }
  return { added, deleted };
}

/** How many lines a text has; what is behind its last LF is one. */
export function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) count++;
  return bytes.length > 0 && bytes[bytes.length - 1] !== LF ? count + 1 : count;
}

const LF = 0x0a;
