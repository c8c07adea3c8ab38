import type { ObjectId, Person, Reality, RefName } from '@govc/core';
import { EMPTY_BATCH } from '@govc/core/storage';

import { ServerError } from '../errors.js';
import { finish } from '../routes/slices.js';
import { branchTip, refOfBranch } from './branch-tip.js';
import type { KeptReality } from './realities.js';

/**
 * - `fast-forward`: only where the branch has not gone elsewhere since
 * - `merge`: by a fast-forward where that is possible, else by a merge commit
 * - `merge-commit`: by a merge commit, always
 */
export type PublishStrategy = 'fast-forward' | 'merge' | 'merge-commit';

const ORIG_HEAD = 'ORIG_HEAD' as RefName;

/** All of them. */
export const PUBLISH_STRATEGIES: readonly PublishStrategy[] = ['fast-forward', 'merge', 'merge-commit'];

/** How the branch of a kept reality gets to a branch of the repository. */
export interface PublishRequest {
  /** Short name of the branch that is to take it; it need not exist. */
  readonly target: string;
  readonly strategy: PublishStrategy;
  /** Of a merge commit. Default: one that names the reality. */
  readonly message?: string | undefined;
  /** Who makes a merge commit. */
  readonly author: Person;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** What became of it. */
export interface Publication {
  readonly how: 'up-to-date' | 'fast-forward' | 'merge';
  readonly before: ObjectId | undefined;
  readonly after: ObjectId;
}

/**
 * Brings the branch of a kept reality into `current`, a reality of the repository as it is now that stands on the target.
 *
 * @throws {ServerError} head-moved: a fast-forward is not possible, with both heads; merge-conflict: with the conflicts; merge-failed;
 *   nothing-to-publish: there is no commit in it
 * @throws {GovcError} unrelated-histories
 */
export async function bringIn(current: Reality, kept: KeptReality, request: PublishRequest): Promise<Publication> {
  const { target, strategy } = request;
  const tip = branchTip(kept.reality.snapshot, kept.branch);
  if (tip === undefined) throw new ServerError('nothing-to-publish', `The ${kept.kind} "${kept.id}" has no commit on "${kept.branch}".`, { name: kept.id });
  takeObjects(current, kept);
  const before = branchTip(current.snapshot, target);
  const mayForward = strategy !== 'merge-commit';
  if (before === tip || (before !== undefined && current.isAncestor(tip, before))) return { how: 'up-to-date', before, after: before };
  if (before === undefined || (mayForward && current.isAncestor(before, tip))) {
    current.setRef(refOfBranch(target), tip);
    return { how: 'fast-forward', before, after: tip };
  }
  if (strategy === 'fast-forward') throw headMoved(kept, { target, before, tip });
  return { how: 'merge', before, after: await merge(current, kept, { ...request, tip }) };
}

/** The branch is not where a reality began. Both heads are in the error. */
export function headMoved(
  kept: KeptReality, { target, before, tip }: { readonly target: string; readonly before: ObjectId | undefined; readonly tip?: ObjectId | undefined },
): ServerError {
  return new ServerError('head-moved', `"${target}" is at ${before ?? 'no commit'}; the ${kept.kind} began at ${kept.base ?? 'no commit'}.`, {
    branch: target, expected_head: kept.base ?? null, actual_head: before ?? null, ...(tip === undefined ? {} : { proposed_head: tip }),
  });
}

/** The objects of a reality and nothing else of it. O(batches). */
function takeObjects(current: Reality, { batches }: KeptReality): void {
  const objects = batches.flatMap((batch) => batch.objects);
  const packs = batches.flatMap((batch) => batch.packs);
  if (objects.length + packs.length > 0) current.apply({ ...EMPTY_BATCH, objects, packs, origin: 'publish' });
}

async function merge(current: Reality, kept: KeptReality, { tip, message, author, target, signal }: PublishRequest & { readonly tip: ObjectId }): Promise<ObjectId> {
  const outcome = await finish(current.mergeJob(tip, {
    author, committer: author, fastForward: 'never', message: message ?? `Merge reality '${kept.id}' into ${target}`,
  }), signal);
  if (outcome.kind === 'merged') {
    // Where a worktree was before the merge; the repository of a server has none.
    if (!current.base.refs.has(ORIG_HEAD)) current.deleteRef(ORIG_HEAD);
    return outcome.commit.id;
  }
  if (outcome.kind !== 'conflicts') {
    throw new ServerError('merge-failed', `"${kept.id}" cannot be merged into "${target}".`, { branch: target, outcome: outcome.kind });
  }
  const conflicts = outcome.conflicts.map(({ path, kind, stages }) => ({ path, kind, stages }));
  throw new ServerError('merge-conflict', `"${kept.id}" conflicts with "${target}" in ${conflicts.length} place(s); nothing was changed.`, {
    branch: target, actual_head: outcome.parents[0] ?? null, proposed_head: tip, conflicts,
  });
}
