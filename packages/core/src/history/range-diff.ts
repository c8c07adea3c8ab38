/** Two versions of a series of commits, matched and compared: `git range-diff`. */
import { concatBytes } from '../bytes/compare.js';
import { bytesFromLosslessText, losslessTextFromBytes } from '../bytes/lossless-text.js';
import { bytesFromText } from '../bytes/text.js';
import type { DiffSource } from '../diff/diff-source.js';
import { compileFunctionPattern, type FunctionPattern } from '../diff/function-pattern.js';
import { makeHunks } from '../diff/hunks.js';
import { diffLines } from '../diff/line-diff.js';
import { unifiedHunks } from '../diff/unified.js';
import { GovcError } from '../errors.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { LIMITS } from '../limits.js';
import { assignRows } from './linear-assignment.js';
import { readRangePatch, type RangePatch } from './range-diff-patch.js';

/** What is compared, and how. */
export interface RangeDiffRequest {
  readonly source: DiffSource;
  readonly algorithm: HashAlgorithm;
  /** The commits of the old and of the new version, oldest first, without merges. */
  readonly old: readonly ObjectId[];
  readonly new: readonly ObjectId[];
  /** How much of a patch, in percent, may differ from one that it is matched with. Default: 60. */
  readonly creationFactor?: number | undefined;
  /** The notes of a commit, which are compared too. Default: none. */
  readonly notesOf?: ((id: ObjectId) => string | undefined) | undefined;
  /** Only what the one range has (`--left-only`, `--right-only`). Default: both. */
  readonly only?: 'left' | 'right' | undefined;
}

/** One side of a pair. */
export interface RangeDiffSide {
  readonly id: ObjectId;
  /** Its place in its range, counted from 1. */
  readonly number: number;
}

/** A pair of commits, or one that has no match. */
export interface RangeDiffPair {
  readonly old: RangeDiffSide | undefined;
  readonly new: RangeDiffSide | undefined;
  /** As Git shows it: `=` the same patch, `!` another, `<` only the old range has it, `>` only the new one. */
  readonly status: '=' | '!' | '<' | '>';
  /** Of the old commit where there is one. */
  readonly subject: string;
  /** How the patches differ: hunks whose lines are those of patches; empty unless they do. */
  readonly diff: Uint8Array;
}

const COST_MAX = 1 << 16;
const CREATION_FACTOR = 60;
const INDENT = bytesFromText('    ');
const LF = 0x0a;
let sectionPattern: FunctionPattern | undefined;

/**
 * Matches the commits of two ranges, in the order in which Git shows them. O(commits^3) beside the comparing of all
 * pairs of patches that are not the same.
 *
 * @throws {GovcError} limit-exceeded: the ranges are too long; object-missing, object-corrupt
 */
export function rangeDiff(request: RangeDiffRequest): RangeDiffPair[] {
  const size = request.old.length + request.new.length;
  if (size > LIMITS.rangeDiffCount.value) {
    throw new GovcError('limit-exceeded', `${size} commits are too many to be matched; ${LIMITS.rangeDiffCount.value} are allowed.`, {
      limit: 'rangeDiffCount', size, max: LIMITS.rangeDiffCount.value,
    });
  }
  const read = (id: ObjectId): RangePatch => readRangePatch(id, request);
  const old = request.old.map(read);
  const after = request.new.map(read);
  const matches = matchPatches(old, after, request.creationFactor ?? CREATION_FACTOR);
  return orderPairs({ old, new: after }, matches).filter(({ status }) =>
    (request.only !== 'left' || status !== '>') && (request.only !== 'right' || status !== '<'));
}

/** The text of `git range-diff --no-color`. */
export function formatRangeDiff(
  pairs: readonly RangeDiffPair[], request: Pick<RangeDiffRequest, 'old' | 'new'>, abbreviate: (id: ObjectId) => string,
): Uint8Array {
  const width = String(1 + Math.max(request.old.length, request.new.length)).length;
  const first = pairs[0]?.old?.id ?? pairs[0]?.new?.id;
  const dashes = '-'.repeat(first === undefined ? 0 : abbreviate(first).length);
  const show = (side: RangeDiffSide | undefined): string =>
    side === undefined ? `${'-'.padStart(width)}:  ${dashes}` : `${String(side.number).padStart(width)}:  ${abbreviate(side.id)}`;
  const parts: Uint8Array[] = [];
  for (const pair of pairs) {
    parts.push(bytesFromLosslessText(`${show(pair.old)} ${pair.status} ${show(pair.new)} ${pair.subject}\n`));
    for (let start = 0; start < pair.diff.length; ) {
      const end = pair.diff.indexOf(LF, start) + 1;
      parts.push(INDENT, pair.diff.subarray(start, end));
      start = end;
    }
  }
  return concatBytes(parts);
}

/** For each old patch the new one that it is matched with, or -1. */
function matchPatches(old: readonly RangePatch[], after: readonly RangePatch[], factor: number): Int32Array {
  const same = matchExactly(old, after);
  const sameOld = new Set(same);
  const size = old.length + after.length;
  const costs = new Int32Array(size * size);
  const creation = (patch: RangePatch): number => Math.trunc((patch.lineCount * factor) / 100);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const [left, right] = [old[i], after[j]];
      const isLeftSame = left !== undefined && same[i]! >= 0;
      const isRightSame = right !== undefined && sameOld.has(j);
      let cost = 0;
      if (left !== undefined && right !== undefined) {
        if (same[i] === j) cost = 0;
        else cost = isLeftSame || isRightSame ? COST_MAX : countDifference(left.diff, right.diff);
      } else if (left !== undefined) {
        cost = isLeftSame ? COST_MAX : creation(left);
      } else if (right !== undefined) {
        cost = isRightSame ? COST_MAX : creation(right);
      }
      costs[i + size * j] = cost;
    }
  }
  const rows = assignRows({ size, costs });
  return same.map((match, i) => (rows[i]! < after.length ? rows[i]! : match));
}

function matchExactly(old: readonly RangePatch[], after: readonly RangePatch[]): Int32Array {
  const byDiff = new Map<string, number[]>();
  old.forEach(({ diff }, i) => {
    const key = losslessTextFromBytes(diff);
    const list = byDiff.get(key);
    if (list === undefined) byDiff.set(key, [i]);
    else list.push(i);
  });
  const same = new Int32Array(old.length).fill(-1);
  after.forEach(({ diff }, j) => {
    // Of several that are the same Git's table gives the one that came last.
    const i = byDiff.get(losslessTextFromBytes(diff))?.pop();
    if (i !== undefined) same[i] = j;
  });
  return same;
}

/** How many lines the diff of two texts has. */
function countDifference(old: Uint8Array, after: Uint8Array): number {
  const hunks = makeHunks(diffLines(old, after, { indentHeuristic: false }));
  let count = 0;
  for (const hunk of hunks) {
    count += 1 + hunk.newCount;
    for (const change of hunk.changes) count += change.oldCount;
  }
  return count;
}

/** Pairs in the order of the new range, with old ones that have no match as soon as those before them were shown. */
function orderPairs(
  patches: { readonly old: readonly RangePatch[]; readonly new: readonly RangePatch[] }, matches: Int32Array,
): RangeDiffPair[] {
  const oldOf = new Map<number, number>();
  matches.forEach((j, i) => {
    if (j >= 0) oldOf.set(j, i);
  });
  const pairs: RangeDiffPair[] = [];
  const shown = new Set<number>();
  let i = 0;
  let j = 0;
  while (i < patches.old.length || j < patches.new.length) {
    while (shown.has(i)) i++;
    if (i < patches.old.length && matches[i]! < 0) {
      pairs.push(pairOf(patches, i++, undefined));
      continue;
    }
    while (j < patches.new.length && !oldOf.has(j)) pairs.push(pairOf(patches, undefined, j++));
    if (j < patches.new.length) {
      const match = oldOf.get(j)!;
      pairs.push(pairOf(patches, match, j++));
      shown.add(match);
    }
  }
  return pairs;
}

function pairOf(
  patches: { readonly old: readonly RangePatch[]; readonly new: readonly RangePatch[] }, i: number | undefined, j: number | undefined,
): RangeDiffPair {
  const old = i === undefined ? undefined : patches.old[i];
  const after = j === undefined ? undefined : patches.new[j];
  const diff = old === undefined || after === undefined ? new Uint8Array(0) : diffPatches(old.text, after.text);
  const status = old === undefined ? '>' : after === undefined ? '<' : diff.length === 0 ? '=' : '!';
  return {
    old: old === undefined ? undefined : { id: old.id, number: i! + 1 },
    new: after === undefined ? undefined : { id: after.id, number: j! + 1 },
    status, subject: (old ?? after)!.subject, diff,
  };
}

/** The diff of two patches, whose hunks are named by files and sections rather than by numbers. */
function diffPatches(old: Uint8Array, after: Uint8Array): Uint8Array {
  sectionPattern ??= compileFunctionPattern('^ ## (.*) ##$\n^.?@@ (.*)$');
  const diff = diffLines(old, after);
  const parts: Uint8Array[] = [];
  for (const hunk of makeHunks(diff, { functionPattern: sectionPattern })) {
    const text = unifiedHunks(diff, [hunk]);
    const end = text.indexOf(LF) + 1;
    const header = losslessTextFromBytes(text.subarray(0, end)).replace(/^@@ [^@]* @@/, '@@');
    parts.push(bytesFromLosslessText(header), text.subarray(end));
  }
  return concatBytes(parts);
}
