import { type GovcError, hasCode } from '../errors.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import type { ObjectSource } from '../pack/object-source.js';
import type { CommitGraph } from './commit-graph.js';
import { enumerateObjects } from './enumerate.js';

/** What {@link checkConnectivity} is asked. */
export interface ConnectivityRequest {
  readonly objects: ObjectSource;
  readonly algorithm: HashAlgorithm;
  readonly graph?: CommitGraph | undefined;
  /** The objects that new refs are to name. */
  readonly tips: readonly ObjectId[];
  /** Objects that are known to be complete with all they reach: what existing refs name. */
  readonly known: readonly ObjectId[];
  /** Commits that may be held without their parents. */
  readonly shallow: ReadonlySet<ObjectId>;
}

/** Whether everything is there, and if not, one object that is not. */
export type Connectivity =
  | { readonly ok: true }
  | { readonly ok: false; readonly missing: ObjectId | undefined; readonly message: string };

/**
 * Checks that the repository holds every object that `tips` reach (as `git rev-list --objects <tips>
 * --not <known>` finds out), submodule commits excepted.
 */
export function* checkConnectivity(request: ConnectivityRequest): Job<Connectivity> {
  try {
    yield* enumerateObjects({
      objects: request.objects,
      algorithm: request.algorithm,
      graph: request.graph,
      wants: request.tips,
      haves: request.known,
      shallow: request.shallow,
      verifyBlobs: true,
    });
    return { ok: true };
  } catch (error) {
    if (!hasCode(error, 'object-missing') && !hasCode(error, 'object-type-mismatch') &&
      !hasCode(error, 'object-corrupt') && !hasCode(error, 'limit-exceeded')) throw error;
    const { message, data } = error as GovcError;
    return { ok: false, missing: data['id'] as ObjectId | undefined, message };
  }
}
