import { GovcError } from '../errors.js';
import type { ObjectId } from '../hash/object-id.js';
import { rangeDiff, type RangeDiffPair, type RangeDiffRequest } from '../history/range-diff.js';
import { resolveRange } from '../walk/revision/resolve-range.js';
import type { ReadContext } from './read-context.js';
import { resolveText, revisionContext } from './resolve.js';
import { listRevisions } from './rev-list.js';

/** How two ranges are compared. */
export type RangeDiffQuery = Pick<RangeDiffRequest, 'creationFactor' | 'only' | 'notesOf'>;

/** Two ranges of commits, oldest first, merges left out. */
export interface CommitRanges {
  readonly old: readonly ObjectId[];
  readonly new: readonly ObjectId[];
}

/** Compares two versions of a series. @throws {GovcError} as `View.rangeDiff` */
export function compareRanges(context: ReadContext, ranges: readonly string[], query: RangeDiffQuery = {}): RangeDiffPair[] {
  const { objects, algorithm } = context.snapshot;
  return rangeDiff({ source: { objects }, algorithm, ...readRanges(context, ranges), ...query });
}

/**
 * The commits of two ranges as `git range-diff` takes them: `old...new`; two ranges such as `a..b` and `c..d`; or three revisions,
 * the base, the old and the new tip.
 *
 * @throws {GovcError} revision-invalid: other arguments, or one that names nothing; object-id-ambiguous, object-missing
 */
export function readRanges(context: ReadContext, ranges: readonly string[]): CommitRanges {
  const [first = '', second = '', third = ''] = ranges;
  const list = (revisions: readonly string[]): ObjectId[] =>
    [...listRevisions(context, { revisions, order: 'date', reverse: true, maxParents: 1 })].map(({ id }) => id);
  if (ranges.length === 3) {
    const [base, old, new_] = [first, second, third].map((text) => resolveText(context, text, 'committish'));
    return { old: list([`${base!}..${old!}`]), new: list([`${base!}..${new_!}`]) };
  }
  if (ranges.length === 2) {
    for (const text of ranges) {
      const { include, exclude } = resolveRange(revisionContext(context), text);
      if (include.length === 0 || exclude.length === 0) throw notRanges(ranges);
    }
    return { old: list([first]), new: list([second]) };
  }
  const { symmetric } = ranges.length === 1 ? resolveRange(revisionContext(context), first) : { symmetric: undefined };
  if (symmetric === undefined) throw notRanges(ranges);
  const { left, right } = symmetric;
  return { old: list([`${right}..${left}`]), new: list([`${left}..${right}`]) };
}

function notRanges(ranges: readonly string[]): GovcError {
  const text = ranges.join(' ').slice(0, 200);
  return new GovcError('revision-invalid', `"${text}" are not two ranges of commits: give a...b, a..b c..d, or three revisions.`, { revision: text });
}
