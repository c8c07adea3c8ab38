/**
 * Taking modifications apart that are rewrites, so that their halves can be matched with other files, and
 * joining the halves that found no match (Git's diffcore-break).
 */
import type { FilePair } from './file-pair.js';
import type { PairContents } from './pair-contents.js';
import { isFileMode, MODE_GITLINK, MODE_TREE } from '../object/tree.js';
import { countChanges, SIMILARITY_MAX } from './similarity.js';

/** From which scores on, 0 to 60,000. */
export interface BreakScores {
  /** How much of a file must have changed for it to be taken apart. */
  readonly breakScore: number;
  /** How much of the old file must be gone for joined halves to count as a rewrite. */
  readonly mergeScore: number;
}

// Smaller files are never taken apart.
const BREAK_SIZE_MIN = 400;

/** Replaces each modification that changes enough by a deletion and an addition. Reads every modified file. */
export function breakRewrites(pairs: readonly FilePair[], contents: PairContents, scores: BreakScores): FilePair[] {
  const result: FilePair[] = [];
  for (const pair of pairs) {
    const removed = isInPlaceEdit(pair) ? findRewriteScore(pair, contents, scores.breakScore) : undefined;
    if (removed === undefined) {
      result.push(pair);
      continue;
    }
    // A score of 0 says that the halves are to be joined without a trace.
    const half = { score: removed < scores.mergeScore ? 0 : removed, isBroken: true, isRenamed: false, isUnmerged: false };
    const { old, new: new_ } = pair;
    result.push({ ...half, old, new: { path: old.path, entry: undefined, useCount: 0 } });
    result.push({ ...half, old: { path: new_.path, entry: undefined, useCount: 0 }, new: new_ });
  }
  return result;
}

function isInPlaceEdit({ old, new: new_ }: FilePair): boolean {
  return old.entry !== undefined && new_.entry !== undefined && isBlobMode(old.entry.mode) && isBlobMode(new_.entry.mode) &&
    old.path === new_.path;
}

function isBlobMode(mode: number): boolean {
  return mode !== MODE_TREE && mode !== MODE_GITLINK;
}

/** How much of the old file is gone, where enough has changed for a rewrite; otherwise `undefined`. */
function findRewriteScore({ old, new: new_ }: FilePair, contents: PairContents, breakScore: number): number | undefined {
  if (isFileMode(old.entry!.mode) !== isFileMode(new_.entry!.mode)) return SIMILARITY_MAX;
  if (old.entry!.id === new_.entry!.id) return undefined;
  const oldSize = contents.sizeOf(old);
  const newSize = contents.sizeOf(new_);
  const larger = Math.max(oldSize, newSize);
  if (larger < BREAK_SIZE_MIN || oldSize === 0) return undefined;
  const counted = countChanges(contents.spansOf(old), contents.spansOf(new_));
  const copied = Math.min(counted.copied, oldSize);
  const added = newSize < counted.added + copied ? Math.max(0, newSize - copied) : counted.added;
  const removed = oldSize - copied;
  const score = Math.trunc((removed * SIMILARITY_MAX) / oldSize);
  if (score > breakScore) return score;
  if (((removed + added) * SIMILARITY_MAX) / larger < breakScore) return undefined;
  // Much was removed and next to nothing added: that is no rewrite.
  if (oldSize * breakScore < removed * SIMILARITY_MAX && added * 20 < removed && added * 20 < copied) return undefined;
  return score;
}

/** Joins halves of a modification that both are still there. */
export function joinBroken(pairs: readonly FilePair[]): FilePair[] {
  const halves = new Map<string, number[]>();
  pairs.forEach((pair, index) => {
    if (!isHalf(pair)) return;
    const indexes = halves.get(pair.new.path);
    if (indexes === undefined) halves.set(pair.new.path, [index]);
    else indexes.push(index);
  });
  const joined = new Set<number>();
  const result: FilePair[] = [];
  pairs.forEach((pair, index) => {
    if (joined.has(index)) return;
    const peer = isHalf(pair) ? halves.get(pair.old.path)!.find((other) => other > index && !joined.has(other)) : undefined;
    if (peer === undefined) {
      result.push(pair);
      return;
    }
    joined.add(peer);
    const other = pairs[peer]!;
    const [deleted, added] = pair.old.entry === undefined ? [other, pair] : [pair, other];
    deleted.old.useCount++;
    result.push({ old: deleted.old, new: added.new, score: pair.score, isBroken: false, isRenamed: false, isUnmerged: false });
  });
  return result;
}

function isHalf({ isBroken, old, new: new_ }: FilePair): boolean {
  return isBroken && old.path === new_.path;
}
