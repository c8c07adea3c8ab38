/**
 * Finding renames, copies and rewrites among changed files: the same pairs with the same scores in the same
 * order as Git finds them (gitdiffcore(7)).
 *
 * 1. A modification that changes most of a file is taken apart into a deletion and an addition (`break-rewrites.ts`).
 * 2. Added files are matched with deleted ones of equal content, then, unless copies or rewrites are looked for, with
 *    the only one of the same base name, then with the most similar one.
 * 3. Halves of step 1 that found no match are joined.
 */
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectSource } from '../pack/object-source.js';
import { breakRewrites, joinBroken } from './break-rewrites.js';
import type { RenameHints } from './directory-renames.js';
import { changesOf, isUnmodified, pairOf, type FilePair } from './file-pair.js';
import { PairContents, type BinaryRule } from './pair-contents.js';
import { RenameSearch } from './rename-search.js';
import type { FileChange } from './tree-diff.js';
import { SIMILARITY_MAX } from './similarity.js';

/** How rewrites are found; both in percent, fractions allowed. */
export interface BreakOptions {
  /** How much of a file must have changed for it to be taken apart. Default: 50. */
  readonly breakScore?: number | undefined;
  /** How much of the old file must be gone for a modification to be given as a rewrite. Default: 60. */
  readonly mergeScore?: number | undefined;
}

/** What is looked for. */
export interface RenameOptions {
  /** Default: `renames`. */
  readonly renames?: 'off' | 'renames' | 'copies' | undefined;
  /**
   * Whether files that did not change may be sources of copies: the changes must then be those of `diffTrees` with
   * `includeUnmodified`. Default: false.
   */
  readonly findCopiesHarder?: boolean | undefined;
  /** How similar files must be, in percent; fractions are allowed, and 100 finds only files that are equal. Default: 50. */
  readonly renameScore?: number | undefined;
  /** The same where copies are looked for. Default: `renameScore`. */
  readonly copyScore?: number | undefined;
  /** Default: rewrites are not looked for. */
  readonly breakRewrites?: BreakOptions | undefined;
  /**
   * Similar files are looked for only when deleted and added files multiplied are at most the square of this. 0 for no
   * limit, at quadratic cost. Default: 1000.
   */
  readonly renameLimit?: number | undefined;
  /** Whether empty files take part. Default: true. */
  readonly renameEmpty?: boolean | undefined;
  /** Only this added path looks for a source, as `--follow` wants. Default: all. */
  readonly onlyTarget?: string | undefined;
}

/** What {@link detectRenames} works with. */
export interface RenameRequest {
  readonly objects: ObjectSource;
  readonly algorithm: HashAlgorithm;
  readonly options?: RenameOptions | undefined;
  /** Default: a file is binary when it looks so. */
  readonly isBinary?: BinaryRule | undefined;
  /** What a merge knows. Default: nothing. */
  readonly hints?: RenameHints | undefined;
}

/** What {@link detectRenames} found. */
export interface RenameResult {
  readonly changes: FileChange[];
  /** Whether similar files were not looked for because there were too many. */
  readonly limitExceeded: boolean;
  /** The limit with which they would have been looked for; 0 when they were. */
  readonly limitNeeded: number;
  /** Whether unchanged files were left out as sources because there were too many. */
  readonly isDegraded: boolean;
}

/**
 * Replaces deletions and additions by renames, and additions by copies. Unmodified files are left out of the result. Equal files are matched
 * by their ids; similar ones cost a comparison for each pair, after each file was read once.
 *
 * @param changes as `diffTrees` gives them, in its order
 * @throws {GovcError} object-missing: a file that has to be compared is not there.
 */
export function detectRenames(changes: readonly FileChange[], request: RenameRequest): RenameResult {
  const options = request.options ?? {};
  const { renames = 'renames', breakRewrites: breaks } = options;
  let pairs: FilePair[] = changes.map(pairOf);
  let outcome: Omit<RenameResult, 'changes'> = { limitExceeded: false, limitNeeded: 0, isDegraded: false };
  const contents = new PairContents(request.objects, request.isBinary ?? ((_entry, bytes) => looksBinary(bytes)));
  if (breaks !== undefined) {
    const breakScore = scoreOf(breaks.breakScore) || SIMILARITY_MAX / 2;
    pairs = breakRewrites(pairs, contents, { breakScore, mergeScore: scoreOf(breaks.mergeScore) || DEFAULT_MERGE_SCORE });
  }
  if (renames !== 'off') {
    const search = new RenameSearch(pairs, {
      contents,
      algorithm: request.algorithm,
      wantsCopies: renames === 'copies',
      copiesHarder: renames === 'copies' && options.findCopiesHarder === true,
      minimum: scoreOf(renames === 'copies' ? options.copyScore ?? options.renameScore : options.renameScore) || SIMILARITY_MAX / 2,
      limit: options.renameLimit ?? DEFAULT_RENAME_LIMIT,
      withEmpty: options.renameEmpty ?? true,
      onlyTarget: options.onlyTarget,
      hints: request.hints,
    });
    outcome = search.run();
    pairs = search.finish();
  }
  pairs = pairs.filter((pair) => !isUnmodified(pair));
  if (breaks !== undefined) pairs = joinBroken(pairs);
  return { changes: changesOf(pairs), ...outcome };
}

const DEFAULT_MERGE_SCORE = 36_000;
const DEFAULT_RENAME_LIMIT = 1000;

/** Percent as a score; 0 for none. */
function scoreOf(percent: number | undefined): number {
  if (percent === undefined) return 0;
  // Rounded first, so that 33.3 % is 19980 and not one less.
  return Math.max(0, Math.min(SIMILARITY_MAX, Math.trunc(Number(((percent * SIMILARITY_MAX) / 100).toFixed(6)))));
}

/** Git takes a file for binary when there is a NUL among its first 8000 bytes. */
function looksBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 8000).includes(0);
}
