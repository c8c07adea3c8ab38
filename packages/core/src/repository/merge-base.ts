import { GovcError } from '../errors.js';
import type { ObjectId } from '../hash/object-id.js';
import { runJob } from '../job/job.js';
import { HEAD } from '../ref/ref-name.js';
import { aheadBehind, type AheadBehind } from '../walk/ahead-behind.js';
import { isAncestor, type AncestryRequest } from '../walk/ancestry.js';
import { forkPoint } from '../walk/fork-point.js';
import { independentCommits, mergeBases, octopusBases } from '../walk/merge-base.js';
import { findReflogByShortName } from '../walk/revision/find-ref.js';
import type { ReadContext } from './read-context.js';
import { commitOf } from './rev-list.js';

/** What {@link findMergeBases} looks for. */
export interface MergeBaseOptions {
  /**
   * `best`: the best common ancestors of the first revision and a merge of the others; `octopus`: of all of them;
   * `independent`: the revisions that no other reaches. Default: `best`.
   */
  readonly kind?: 'best' | 'octopus' | 'independent' | undefined;
}

function ancestryOf({ snapshot, graph }: ReadContext): AncestryRequest {
  return { graph, objects: snapshot.objects, shallow: snapshot.shallow };
}

/**
 * What `git merge-base --all` gives, in its order: empty where the revisions have no common history.
 *
 * @throws {GovcError} revision-invalid: fewer than two revisions, or one that names nothing; object-type-mismatch, object-missing
 */
export function findMergeBases(
  context: ReadContext, revisions: readonly string[], { kind = 'best' }: MergeBaseOptions = {},
): ObjectId[] {
  const commits = revisions.map((revision) => commitOf(context, revision));
  const [first, ...others] = commits;
  const request = ancestryOf(context);
  if (first === undefined || (kind === 'best' && others.length === 0)) {
    throw new GovcError('revision-invalid', 'A merge base is that of two revisions or more.', { count: commits.length });
  }
  switch (kind) {
    case 'best': return runJob(mergeBases(request, first, others));
    case 'octopus': return runJob(octopusBases(request, commits));
    case 'independent': return runJob(independentCommits(request, commits));
    default: return kind satisfies never;
  }
}

/** Whether `ancestor` is `descendant` or reached from it. @throws {GovcError} as {@link findMergeBases} */
export function isAncestorOf(context: ReadContext, ancestor: string, descendant = 'HEAD'): boolean {
  return runJob(isAncestor(ancestryOf(context), commitOf(context, ancestor), commitOf(context, descendant)));
}

/** How many commits `one` has that `other` has not, and the other way round. @throws {GovcError} as {@link findMergeBases} */
export function countAheadBehind(context: ReadContext, one: string, other: string): AheadBehind {
  return runJob(aheadBehind(ancestryOf(context), commitOf(context, one), commitOf(context, other)));
}

/**
 * Where `revision` has left a branch that may have been rewound since (`git merge-base --fork-point`); `undefined` where that
 * cannot be told.
 *
 * @throws {GovcError} as {@link findMergeBases}
 */
export function findForkPoint(context: ReadContext, branch: string, revision: string = HEAD): ObjectId | undefined {
  const { snapshot, reflogs } = context;
  const entries = findReflogByShortName(snapshot.refs, reflogs, branch)?.entries ?? [];
  const tip = commitOf(context, branch);
  return runJob(forkPoint(ancestryOf(context), commitOf(context, revision), { entries, tip }));
}
