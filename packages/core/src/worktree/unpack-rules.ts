/** The tables by which one, two and three trees are brought into the index (git-read-tree(1)). Pure. */
import type { IndexEntry } from '../staging/staging-index.js';
import type { TreeFile } from './tree-entries.js';
import type { TreeSide, UnpackRow } from './unpack-rows.js';

/** What happens to a path. */
export type Decision =
  /** The index stays as it is. */
  | { readonly kind: 'keep' }
  /** The tree's file takes the place of what is there. */
  | { readonly kind: 'take'; readonly side: TreeFile }
  | { readonly kind: 'remove' }
  /** The path is in conflict. */
  | { readonly kind: 'stages'; readonly stages: readonly { readonly stage: 1 | 2 | 3; readonly side: TreeFile }[]; readonly checks: boolean }
  /** The index has something that would be lost. */
  | { readonly kind: 'reject' };

/** A row with its entry of stage 0. */
export interface UnpackStep extends UnpackRow {
  readonly current: IndexEntry | undefined;
  readonly isUnmerged: boolean;
}

const KEEP: Decision = { kind: 'keep' };
const REMOVE: Decision = { kind: 'remove' };
const REJECT: Decision = { kind: 'reject' };

/** One tree: what it has, and nothing else. */
export function decideOne({ sides, entries }: UnpackStep): Decision {
  const side = fileOf(sides[0]);
  if (side !== undefined) return { kind: 'take', side };
  return entries.length === 0 ? KEEP : REMOVE;
}

/**
 * From H to M:
 *
 *     index      H      M
 *     nothing    -      exists    M               (1)     exists   -         nothing           (2)
 *     nothing    exists equal     kept: its removal was staged                                 (3)
 *     nothing    exists another   rejected: its removal was staged
 *     exists     -      -         kept            (4, 5)  H = M    kept                        (14, 15)
 *     exists     -      equal to the index: kept  (6, 7, 18, 19)   else rejected               (8, 9)
 *     exists     H=index  -       removed         (10)    H=index  another   M                 (20)
 *     exists     anything else    rejected        (11, 13, 16, 17, 21)
 */
export function decideTwo(
  { sides, entries, current, isUnmerged }: UnpackStep, { isInitial, resets }: { readonly isInitial: boolean; readonly resets: boolean },
): Decision {
  const before = fileOf(sides[0]);
  const after = fileOf(sides[1]);
  if (isUnmerged) {
    if (!resets && !isSameSide(before, after)) return REJECT;
    return after === undefined ? REMOVE : { kind: 'take', side: after };
  }
  if (current !== undefined) {
    const keeps = (before === undefined && after === undefined) ||
      (before === undefined && after !== undefined && areEqual(current, after)) ||
      (before !== undefined && after !== undefined && areEqual(before, after)) ||
      (before !== undefined && after !== undefined && areEqual(current, after));
    if (keeps) return KEEP;
    if (before !== undefined && areEqual(current, before)) return after === undefined ? REMOVE : { kind: 'take', side: after };
    if (resets) return after === undefined ? REMOVE : { kind: 'take', side: after };
    return REJECT;
  }
  if (after === undefined) return before === undefined || entries.length > 0 ? KEEP : REMOVE;
  if (before === undefined || isInitial) return { kind: 'take', side: after };
  return areEqual(before, after) ? KEEP : resets ? { kind: 'take', side: after } : REJECT;
}

/**
 * The merge of A and B with O as what both come from:
 *
 *     A = B               A          (5ALT: the index may be either)
 *     O = A               B          (14; a removal only where aggressive: 10)
 *     O = B               A          (13, 15; a removal only where aggressive: 8)
 *     neither in A nor B  nothing where aggressive (6), else the index must not have it
 *     anything else       conflict, and the index must be A's
 *
 * Where the index has nothing it counts as what is wanted of it.
 */
export function decideThree({ sides, current, isUnmerged }: UnpackStep, isAggressive: boolean): Decision {
  const [baseSide, oursSide, theirsSide] = sides;
  const [base, ours, theirs] = sides.map(fileOf);
  if (isUnmerged) return REJECT;
  // A folder in the place of the base is neither what a side has nor nothing.
  const isOurs = !isSameSide(ours, theirs) && baseSide !== 'clash' && isSameSide(base, ours);
  const isTheirs = !isSameSide(ours, theirs) && baseSide !== 'clash' && isSameSide(base, theirs);
  if (theirs !== undefined && oursSide !== 'clash' && isOurs && !isTheirs) {
    const isFit = current === undefined || areEqual(current, theirs) || (ours !== undefined && areEqual(current, ours));
    return isFit ? { kind: 'take', side: theirs } : REJECT;
  }
  if (current !== undefined && (ours === undefined || !areEqual(current, ours))) return REJECT;
  if (ours !== undefined) {
    if (isSameSide(ours, theirs)) return { kind: 'take', side: ours };
    if (theirsSide !== 'clash' && isTheirs && !isOurs) return { kind: 'take', side: ours };
  }
  if (ours === undefined && theirs === undefined && base === undefined) return KEEP;
  if (isAggressive) {
    const isGone = (ours === undefined && theirs === undefined) || (ours === undefined && theirs !== undefined && isTheirs) ||
      (theirs === undefined && ours !== undefined && isOurs);
    if (isGone) return current === undefined ? (ours === undefined ? KEEP : REMOVE) : REMOVE;
  }
  const stages = ([1, 2, 3] as const).flatMap((stage) => {
    const side = [base, ours, theirs][stage - 1];
    return side === undefined ? [] : [{ stage, side }];
  });
  return { kind: 'stages', stages, checks: true };
}

function isSameSide(a: TreeFile | undefined, b: TreeFile | undefined): boolean {
  return a === undefined || b === undefined ? a === b : areEqual(a, b);
}

function fileOf(side: TreeSide): TreeFile | undefined {
  return side === 'clash' ? undefined : side;
}

function areEqual(a: Pick<TreeFile, 'mode' | 'id'>, b: Pick<TreeFile, 'mode' | 'id'>): boolean {
  return a.mode === b.mode && a.id === b.id;
}
