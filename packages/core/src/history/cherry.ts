import type { DiffSource } from '../diff/diff-source.js';
import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import type { AncestryRequest } from '../walk/ancestry.js';
import { patchIdOfCommit } from './patch-id.js';
import { revListJob } from './rev-list.js';
import type { RevListStart } from './rev-list-options.js';

/** Which commits {@link findCherries} compares. */
export interface CherryRequest extends AncestryRequest {
  readonly source: DiffSource;
  readonly upstream: ObjectId;
  readonly head: ObjectId;
  /** Commits that this one reaches are left out. Default: none. */
  readonly limit?: ObjectId | undefined;
}

/** A commit of `head` that is not in `upstream`. */
export interface Cherry {
  readonly id: ObjectId;
  /** Whether a commit of `upstream` makes the same change. */
  readonly isUpstream: boolean;
}

/**
 * The commits that `git cherry` lists, oldest first, without merges: what of `head` has yet to go upstream. Changes
 * are the same when their patch ids are; reads every commit on both sides.
 *
 * @throws {GovcError} object-missing, object-corrupt
 */
export function* findCherries(request: CherryRequest): Job<Cherry[]> {
  const { source, upstream, head, limit, graph } = request;
  if (upstream === head) return [];
  const patchIdOf = (id: ObjectId): string | undefined => patchIdOfCommit(source, id, graph.algorithm);
  const list = function* (starts: readonly RevListStart[]): Job<ObjectId[]> {
    const entries = yield* revListJob({ ...request, starts, options: { maxParents: 1 } });
    return entries.map(({ id }) => id);
  };
  const known = new Set<string | undefined>();
  for (const id of yield* list([{ id: upstream }, { id: head, isExcluded: true }])) known.add(patchIdOf(id));
  const starts = [{ id: head }, { id: upstream, isExcluded: true }];
  if (limit !== undefined) starts.push({ id: limit, isExcluded: true });
  const ids = yield* list(starts);
  return ids.reverse().map((id) => ({ id, isUpstream: known.has(patchIdOf(id)) }));
}
