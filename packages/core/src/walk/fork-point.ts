import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import type { ReflogEntry } from '../ref/reflog.js';
import type { AncestryRequest } from './ancestry.js';
import { mergeBases } from './merge-base.js';

/**
 * Where a line of history has left a branch that may have been rewound since, as `git merge-base --fork-point` finds it: the one best
 * common ancestor of `commit` and everything that the branch ever was, where that is itself something it was.
 *
 * @param entries the reflog of the branch, oldest first; values that are no longer there count for nothing
 * @param tip what the branch is; used where there are no entries
 * @throws {GovcError} object-missing: `commit` or something below is not there; object-type-mismatch, object-corrupt
 */
export function* forkPoint(
  request: AncestryRequest, commit: ObjectId, branch: { readonly entries: readonly ReflogEntry[]; readonly tip: ObjectId },
): Job<ObjectId | undefined> {
  const { graph, objects } = request;
  const values = new Set<ObjectId>();
  const add = (id: ObjectId): void => {
    if (id === graph.algorithm.zeroId || values.has(id) || objects.findHeader(id)?.type !== 'commit') return;
    values.add(id);
  };
  const [first] = branch.entries;
  if (first !== undefined) add(first.oldId);
  for (const entry of branch.entries) add(entry.newId);
  if (values.size === 0) add(branch.tip);
  if (values.size === 0) return undefined;
  const bases = yield* mergeBases(request, commit, [...values]);
  const [base] = bases;
  return bases.length === 1 && base !== undefined && values.has(base) ? base : undefined;
}
