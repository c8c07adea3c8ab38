import type { ObjectId } from '../hash/object-id.js';

/**
 * Chooses what a client tells of its history until both sides know what they have in common (git-config,
 * `fetch.negotiationAlgorithm`). Commits are told in the order `next` gives them.
 *
 * All tips are added before the first `next`; known common commits before the tips.
 */
export interface FetchNegotiator {
  /** The server is known to have this commit, for a ref of its own names it. Unknown commits are passed over. */
  addKnownCommon(id: ObjectId): void;
  /** A commit of the client from which its history is walked. */
  addTip(id: ObjectId): void;
  /** The next commit to tell, or `undefined` when there is nothing more to tell. */
  next(): ObjectId | undefined;
  /** The server has said that it has this commit; gives whether that was known. */
  acknowledge(id: ObjectId): boolean;
}

/** Tells nothing: everything is fetched anew. */
export const NO_NEGOTIATION: FetchNegotiator = {
  addKnownCommon: () => undefined,
  addTip: () => undefined,
  next: () => undefined,
  acknowledge: () => true,
};
