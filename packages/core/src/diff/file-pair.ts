/**
 * Changes while renames are being looked for: two files, of which either may be absent, that are matched anew.
 * A file that several pairs come from is one object in all of them.
 */
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ChangeStatus, DiffEntry, FileChange } from './tree-diff.js';
import { SIMILARITY_MAX } from './similarity.js';

/** One side of a pair. */
export interface PairedFile {
  readonly path: string;
  /** `undefined` where there is no such file on this side. */
  readonly entry: DiffEntry | undefined;
  /** How many pairs come from this file, besides its being deleted. */
  useCount: number;
}

/** Two files. */
export interface FilePair {
  old: PairedFile;
  readonly new: PairedFile;
  /** From 0 to {@link SIMILARITY_MAX}; 0 for none. */
  score: number;
  /** Whether this is half of a modification that was taken apart. */
  readonly isBroken: boolean;
  isRenamed: boolean;
  readonly isUnmerged: boolean;
}

/** The pair for a change between trees. */
export function pairOf(change: FileChange): FilePair {
  const oldPath = (change.old ?? change.new)?.path ?? '';
  const newPath = (change.new ?? change.old)?.path ?? '';
  return {
    old: { path: oldPath, entry: change.old, useCount: 0 },
    new: { path: newPath, entry: change.new, useCount: 0 },
    score: 0,
    isBroken: false,
    isRenamed: false,
    isUnmerged: change.status === 'unmerged',
  };
}

/** Whether both sides are the same file with the same mode and bytes. */
export function isUnmodified({ old, new: new_, isUnmerged }: FilePair): boolean {
  if (isUnmerged || old.entry === undefined || new_.entry === undefined) return false;
  return old.path === new_.path && old.entry.mode === new_.entry.mode && old.entry.id === new_.entry.id;
}

/**
 * The changes that pairs stand for. Of the pairs that come from one file, the last is its rename and the others are copies,
 * unless the file stays.
 */
export function changesOf(pairs: readonly FilePair[]): FileChange[] {
  return pairs.map((pair) => {
    const score = pair.score === 0 ? undefined : percentOf(pair.score);
    return { status: statusOf(pair), old: pair.old.entry, new: pair.new.entry, score };
  });
}

/** A score as it is shown, in whole percent. */
export function percentOf(score: number): number {
  return Math.trunc((score * 100) / SIMILARITY_MAX);
}

function statusOf(pair: FilePair): ChangeStatus {
  const { old, new: new_ } = pair;
  if (pair.isUnmerged) return 'unmerged';
  if (old.entry === undefined) return 'added';
  if (new_.entry === undefined) return 'deleted';
  if ((old.entry.mode & 0o170000) !== (new_.entry.mode & 0o170000)) return 'type-changed';
  if (!pair.isRenamed || old.path === new_.path) return 'modified';
  return --old.useCount > 0 ? 'copied' : 'renamed';
}

/** Whether a file is the empty blob. */
export function isEmptyBlob(entry: DiffEntry, algorithm: HashAlgorithm): boolean {
  return entry.id === algorithm.emptyBlobId;
}
