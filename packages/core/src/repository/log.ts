import type { RevListEntry } from '../history/rev-list-options.js';
import { readCommit, type CommitInfo } from './commit-info.js';
import type { ReadContext } from './read-context.js';
import { listRevisions, type RevListQuery } from './rev-list.js';

/** Which commits a log gives. */
export interface LogOptions extends RevListQuery {
  /** A revision to begin with; short for `revisions` with one. Default: `HEAD`. */
  readonly from?: string | undefined;
  /** How many commits to give at most; another name of `maxCount`. Default: all. */
  readonly limit?: number | undefined;
}

/** A commit of a log, with what the walk has found out about it. */
export interface LogEntry extends CommitInfo {
  readonly side: RevListEntry['side'];
  readonly isBoundary: boolean;
  readonly isSame: boolean;
  /** The parents as the walk leaves them; `parents` are those that the commit records. */
  readonly shownParents: RevListEntry['parents'];
  readonly children: RevListEntry['children'];
  readonly reflog: RevListEntry['reflog'];
}

/**
 * The commits that a query asks for, as `git log` gives them. Lazy: what is not asked for is not read.
 *
 * @throws {GovcError} revision-invalid, object-id-ambiguous, object-missing, object-type-mismatch, object-corrupt
 */
export function* walkLog(context: ReadContext, options: LogOptions = {}): Generator<LogEntry, void, void> {
  const { from, limit, ...query } = options;
  const revisions = from === undefined ? query.revisions : [from, ...query.revisions ?? []];
  const maxCount = limit === undefined ? query.maxCount : Math.max(0, limit);
  // An unborn HEAD has no commits; asked for by name beside others it is an error.
  const isHead = from === 'HEAD' && revisions?.length === 1;
  for (const entry of listRevisions(context, { ...query, revisions: isHead ? undefined : revisions, maxCount })) {
    const { side, isBoundary, isSame, parents, children, reflog } = entry;
    yield { ...readCommit(context.snapshot, entry.id), side, isBoundary, isSame, shownParents: parents, children, reflog };
  }
}
