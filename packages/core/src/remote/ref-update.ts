import type { ObjectId } from '../hash/object-id.js';
import type { RefName } from '../ref/ref-name.js';

/** What became of one ref. */
export interface RefUpdate {
  /** The name at the remote; `undefined` for an id, and for what was pruned. */
  readonly source: string | undefined;
  readonly target: RefName;
  readonly oldId: ObjectId | undefined;
  readonly newId: ObjectId | undefined;
  readonly status: 'new' | 'fast-forward' | 'forced' | 'tag-updated' | 'up-to-date' | 'rejected' | 'pruned';
  /** Why it was rejected, in Git's words. */
  readonly reason: string | undefined;
}
