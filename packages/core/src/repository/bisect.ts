import { GovcError } from '../errors.js';
import type { ObjectId } from '../hash/object-id.js';
import { nextBisect, type BisectOutcome } from '../history/bisect.js';
import {
  markBisect, replayBisect, startBisect, type BisectState, type BisectTerms, type SubjectOf,
} from '../history/bisect-state.js';
import { PrettyCommit } from '../history/pretty-commit.js';
import { runJob } from '../job/job.js';
import type { ReadContext } from './read-context.js';
import { peelToCommit, resolveText } from './resolve.js';

/** How a bisection begins. Commits are given as revisions. */
export interface BisectQuery {
  /** A commit that has what is looked for. Default: none is known yet. */
  readonly bad?: string | undefined;
  /** Commits that do not have it. Default: none are known yet. */
  readonly good?: readonly string[] | undefined;
  /** Default: `bad` and `good`. */
  readonly terms?: BisectTerms | undefined;
  /** Looks among first parents only. Default: false. */
  readonly firstParent?: boolean | undefined;
  /** Tests only commits that change one of these: elements of a pathspec. Default: all. */
  readonly paths?: readonly string[] | undefined;
}

/** Begins a bisection and gives its first step. @throws {GovcError} bisect-invalid, revision-invalid and its like */
export function beginBisect(context: ReadContext, query: BisectQuery): BisectOutcome {
  const { bad, good = [], terms, firstParent = false, paths } = query;
  const state = startBisect({
    bad: bad === undefined ? undefined : commitAt(context, bad),
    good: good.map((revision) => commitAt(context, revision)), terms, isFirstParent: firstParent, paths,
  }, subjects(context));
  return goOn(context, state);
}

/** Records what a test found and gives the next step. @throws {GovcError} as {@link beginBisect} */
export function continueBisect(
  context: ReadContext, state: BisectState, { mark, revisions }: { readonly mark: string; readonly revisions: readonly string[] | undefined },
): BisectOutcome {
  const ids = revisions?.map((revision) => commitAt(context, revision)) ?? [expectedOf(state)];
  return goOn(context, markBisect(state, mark, { ids, subjectOf: subjects(context) }));
}

/** The bisection that the text of a log tells of, and its next step. @throws {GovcError} as {@link beginBisect} */
export function resumeBisect(context: ReadContext, log: string): BisectOutcome {
  const { algorithm } = context.snapshot;
  return goOn(context, replayBisect(log, { algorithm, subjectOf: subjects(context), step: (state) => goOn(context, state).state }));
}

function goOn(context: ReadContext, state: BisectState): BisectOutcome {
  const { graph, snapshot: { objects, shallow } } = context;
  return runJob(nextBisect({ graph, objects, shallow, subjectOf: subjects(context) }, state));
}

function expectedOf({ expected }: BisectState): ObjectId {
  if (expected !== undefined) return expected;
  throw new GovcError('bisect-invalid', 'No commit was given to be tested; name the one that was.', {});
}

function commitAt(context: ReadContext, revision: string): ObjectId {
  return peelToCommit(context.snapshot, resolveText(context, revision, 'committish'));
}

function subjects({ snapshot: { objects, algorithm } }: ReadContext): SubjectOf {
  return (id) => {
    const body = objects.find(id)?.body;
    return body === undefined ? '' : new PrettyCommit(id, body, algorithm).subject;
  };
}
