/** Which of the changes that were found are given, and in which order: gitdiffcore(7), "diffcore-order" and following. */
import { GovcError } from '../errors.js';
import { compareBytes } from '../bytes/compare.js';
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import { wildmatch } from '../pattern/wildmatch.js';
import { STATUS_LETTERS } from './format-names.js';
import type { FileChange } from './tree-diff.js';

/** A change seen from the other side (`-R`): what was added is deleted. For changes without renames. */
export function reverseChange(change: FileChange): FileChange {
  const { status, old, new: new_, score } = change;
  const reversed = status === 'added' ? 'deleted' : status === 'deleted' ? 'added' : status;
  return { status: reversed, old: new_, new: old, score };
}

/**
 * The patterns of an order file (`-O`): one a line, without empty lines and those that begin with `#`.
 */
export function parseOrderFile(bytes: Uint8Array): Uint8Array[] {
  const patterns: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const found = bytes.indexOf(0x0a, at);
    const end = found < 0 ? bytes.length : found;
    if (end > at && bytes[at] !== 0x23) patterns.push(bytes.subarray(at, end));
    at = end + 1;
  }
  return patterns;
}

/** Changes in the order of the first pattern that fits the new path or a directory above it; others come last. */
export function orderChanges(changes: readonly FileChange[], patterns: readonly Uint8Array[]): FileChange[] {
  const ranked = changes.map((change) => ({ change, rank: rankOf(targetPath(change), patterns) }));
  return ranked.sort((left, right) => left.rank - right.rank).map(({ change }) => change);
}

function rankOf(path: string, patterns: readonly Uint8Array[]): number {
  const bytes = bytesFromLosslessText(path);
  const candidates: Uint8Array[] = [];
  for (let end = bytes.length; end > 0; end = bytes.lastIndexOf(0x2f, end - 1)) candidates.push(bytes.subarray(0, end));
  const rank = patterns.findIndex((pattern) => candidates.some((candidate) => wildmatch(pattern, candidate, 0)));
  return rank < 0 ? patterns.length : rank;
}

/** Where {@link rotateChanges} begins. */
export interface Rotation {
  /** The new path of a change. */
  readonly path: string;
  /** Whether changes before it are left out (`--skip-to`) or put behind the last (`--rotate-to`). */
  readonly before: 'skip' | 'rotate';
  /** Whether there must be a change of that path; otherwise the first one behind it will do. */
  readonly isStrict: boolean;
}

/**
 * Changes from one path on.
 *
 * @throws {GovcError} path-missing: there must be a change of that path, and there is none.
 */
export function rotateChanges(changes: readonly FileChange[], rotation: Rotation): FileChange[] {
  if (changes.length === 0) return [];
  const wanted = bytesFromLosslessText(rotation.path);
  const start = changes.findIndex((change) => {
    const order = compareBytes(wanted, bytesFromLosslessText(targetPath(change)));
    return order === 0 || (!rotation.isStrict && order < 0);
  });
  if (start < 0) {
    if (!rotation.isStrict) return [...changes];
    const path = rotation.path.slice(0, 200);
    throw new GovcError('path-missing', `No change has the path "${path}".`, { path });
  }
  return rotation.before === 'skip' ? changes.slice(start) : [...changes.slice(start), ...changes.slice(0, start)];
}

/** Which kinds of changes are given. */
export interface ChangeFilter {
  /** The letters that are; `B` for rewrites. */
  readonly letters: ReadonlySet<string>;
  /** Whether one change of such a kind lets all pass. */
  readonly isAllOrNone: boolean;
}

const LETTERS = [...Object.values(STATUS_LETTERS), 'X', 'B'];

/**
 * Reads letters as those of `--diff-filter`: upper case takes, lower case leaves out, `*` is all or none.
 *
 * @throws {GovcError} unsupported: there is no such kind of change.
 */
export function parseChangeFilter(text: string): ChangeFilter {
  const taken = new Set<string>();
  const left = new Set<string>();
  for (const character of text) {
    const letter = character.toUpperCase();
    if (letter !== '*' && !LETTERS.includes(letter)) {
      throw new GovcError('unsupported', `There is no kind of change called "${character}".`, { character });
    }
    (character === letter ? taken : left).add(letter);
  }
  if (taken.size === 0) for (const letter of LETTERS) taken.add(letter);
  for (const letter of left) taken.delete(letter);
  return { letters: taken, isAllOrNone: taken.delete('*') };
}

/** The changes that a filter lets through. */
export function filterChanges(changes: readonly FileChange[], filter: ChangeFilter): FileChange[] {
  const fits = ({ status, score }: FileChange): boolean =>
    filter.letters.has(status === 'modified' && score !== undefined ? 'B' : STATUS_LETTERS[status]);
  if (filter.isAllOrNone) return changes.some(fits) ? [...changes] : [];
  return changes.filter(fits);
}

/** The path by which Git orders changes. */
export function targetPath({ old, new: new_ }: FileChange): string {
  return (new_ ?? old)?.path ?? '';
}
