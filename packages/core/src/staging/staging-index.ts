import { compareBytes } from '../bytes/compare.js';
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import type { CacheTree } from './cache-tree.js';
import type { FsMonitorState } from './fsmonitor.js';
import type { ResolveUndo } from './resolve-undo.js';
import type { SplitIndexLink } from './split-index.js';
import type { UntrackedCache } from './untracked-cache.js';

/** What a file was when its entry was last compared with it; each number is unsigned, 32 bits wide, and may be cut. */
export interface FileStat {
  readonly ctimeSeconds: number;
  readonly ctimeNanoseconds: number;
  readonly mtimeSeconds: number;
  readonly mtimeNanoseconds: number;
  readonly dev: number;
  readonly ino: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes. */
  readonly size: number;
}

/** A file that was never compared, as after `git read-tree`. */
export const NO_STAT: FileStat = {
  ctimeSeconds: 0,
  ctimeNanoseconds: 0,
  mtimeSeconds: 0,
  mtimeNanoseconds: 0,
  dev: 0,
  ino: 0,
  uid: 0,
  gid: 0,
  size: 0,
};

/** 0 for an ordinary entry; 1 the base, 2 ours and 3 theirs of a conflict. */
export type Stage = 0 | 1 | 2 | 3;

/** One entry of the index. */
export interface IndexEntry {
  /**
   * Lossless text (`bytes/lossless-text.ts`) of the path from the root, with single slashes; ends with a slash only for
   * a folder of a sparse index.
   */
  readonly path: string;
  readonly stage: Stage;
  /** A mode of `object/tree.ts`; `MODE_TREE` only for a folder of a sparse index. */
  readonly mode: number;
  readonly id: ObjectId;
  readonly stat: FileStat;
  /** `git update-index --assume-unchanged`. */
  readonly assumeValid: boolean;
  /** The file is outside of the sparse checkout. */
  readonly skipWorktree: boolean;
  /** `git add --intent-to-add`: the path is known, its content not yet added. */
  readonly intentToAdd: boolean;
}

/** An extension that this version does not know and keeps as it is. */
export interface RawExtension {
  /** Four characters, the first a capital. */
  readonly signature: string;
  readonly data: Uint8Array;
}

/**
 * The index: the content of the next commit, and conflicts of a merge. An immutable value; edit it with
 * `IndexEditor`. Nothing in it needs a file: a repository in memory has one too.
 */
export interface StagingIndex {
  readonly algorithm: HashAlgorithm;
  /** Of the file format. 2 and 3 stand for each other: the one that suffices is written. */
  readonly version: 2 | 3 | 4;
  /** Ordered by the bytes of the path, then by stage; each pair once. */
  readonly entries: readonly IndexEntry[];
  /** Trees that are known to match parts of the index. */
  readonly cacheTree: CacheTree | undefined;
  /** Conflicts that were resolved, ordered by path. */
  readonly resolveUndo: readonly ResolveUndo[] | undefined;
  /** The shared index file that this one is a change of; see `mergeSplitIndex`. */
  readonly link: SplitIndexLink | undefined;
  readonly untrackedCache: UntrackedCache | undefined;
  readonly fsmonitor: FsMonitorState | undefined;
  /** Whether entries may be folders. */
  readonly isSparse: boolean;
  readonly otherExtensions: readonly RawExtension[];
}

/** An index without entries. */
export function emptyIndex(algorithm: HashAlgorithm): StagingIndex {
  return {
    algorithm,
    version: 2,
    entries: [],
    cacheTree: undefined,
    resolveUndo: undefined,
    link: undefined,
    untrackedCache: undefined,
    fsmonitor: undefined,
    isSparse: false,
    otherExtensions: [],
  };
}

/** An entry of stage 0 without file data or flags, changed as given. */
export function indexEntry(
  parts: Pick<IndexEntry, 'path' | 'mode' | 'id'> & Partial<IndexEntry>,
): IndexEntry {
  return { stage: 0, stat: NO_STAT, assumeValid: false, skipWorktree: false, intentToAdd: false, ...parts };
}

/** Orders paths by their bytes: negative, 0 or positive. */
export function comparePaths(left: string, right: string): number {
  if (left === right) return 0;
  const size = Math.min(left.length, right.length);
  for (let i = 0; i < size; i++) {
    const a = left.charCodeAt(i);
    const b = right.charCodeAt(i);
    if (a === b) continue;
    // Below the surrogates the order of units is that of UTF-8; above, escaped bytes and pairs need care.
    if (a < 0xd800 && b < 0xd800) return a - b;
    return compareBytes(bytesFromLosslessText(left), bytesFromLosslessText(right));
  }
  return left.length - right.length;
}

/** Orders entries as the index does. */
export function compareIndexEntries(left: IndexEntry, right: IndexEntry): number {
  return comparePaths(left.path, right.path) || left.stage - right.stage;
}

/** Where the entry of that path and stage stands, or where it would have to stand as `-1 - position`. O(log n). */
export function searchIndex(entries: readonly IndexEntry[], path: string, stage: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = entries[middle]!;
    const order = comparePaths(path, entry.path) || stage - entry.stage;
    if (order === 0) return middle;
    if (order < 0) high = middle;
    else low = middle + 1;
  }
  return -1 - low;
}

/** The entry of that path and stage, or `undefined`. O(log n). */
export function findIndexEntry(index: StagingIndex, path: string, stage: Stage = 0): IndexEntry | undefined {
  const position = searchIndex(index.entries, path, stage);
  return position < 0 ? undefined : index.entries[position];
}

/** All entries of a path, by stage. O(log n). */
export function findStages(index: StagingIndex, path: string): IndexEntry[] {
  const stages: IndexEntry[] = [];
  const found = searchIndex(index.entries, path, 0);
  for (let at = found < 0 ? -1 - found : found; index.entries[at]?.path === path; at++) stages.push(index.entries[at]!);
  return stages;
}

/** The entries below a folder, which is given without a slash at the end; all for `''`. O(log n + result). */
export function entriesUnder(index: StagingIndex, folder: string): readonly IndexEntry[] {
  if (folder === '') return index.entries;
  const prefix = `${folder}/`;
  const found = searchIndex(index.entries, prefix, 0);
  const start = found < 0 ? -1 - found : found;
  let end = start;
  while (index.entries[end]?.path.startsWith(prefix) === true) end++;
  return index.entries.slice(start, end);
}

/** A path in conflict with the sides that it has. */
export interface IndexConflict {
  readonly path: string;
  readonly base: IndexEntry | undefined;
  readonly ours: IndexEntry | undefined;
  readonly theirs: IndexEntry | undefined;
}

/** The paths in conflict, in order. O(n). */
export function indexConflicts(index: StagingIndex): IndexConflict[] {
  const conflicts: IndexConflict[] = [];
  const { entries } = index;
  for (let at = 0; at < entries.length; ) {
    const { path, stage } = entries[at]!;
    let end = at + 1;
    while (entries[end]?.path === path) end++;
    if (stage !== 0) {
      const stages = entries.slice(at, end);
      const side = (wanted: Stage): IndexEntry | undefined => stages.find((entry) => entry.stage === wanted);
      conflicts.push({ path, base: side(1), ours: side(2), theirs: side(3) });
    }
    at = end;
  }
  return conflicts;
}
