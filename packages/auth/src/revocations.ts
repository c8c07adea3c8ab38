import type { RecordStore } from './record-store.js';
import type { Surroundings } from './surroundings.js';

/** A token that was ended before its time. */
export interface RevocationRecord {
  /** The token's `jti`. */
  readonly id: string;
  /** Milliseconds since 1970 from which on the token would have expired anyway. */
  readonly expiresMs: number;
}

/** The list of tokens that are good no longer. */
export interface Revocations {
  revoke(tokenId: string, expiresMs: number): Promise<void>;
  has(tokenId: string): Promise<boolean>;
  /** Forgets tokens that have expired, and gives how many those were; O(list). */
  prune(): Promise<number>;
}

/** Revocations kept in `store`; they hold over restarts when it does. */
export function createRevocations({ store, clock }: Pick<Surroundings, 'clock'> & { readonly store: RecordStore<RevocationRecord> }): Revocations {
  return {
    async revoke(id, expiresMs) {
      await store.insert(id, { id, expiresMs });
    },
    has: async (id) => (await store.find(id)) !== undefined,
    async prune() {
      let count = 0;
      for (const { id, expiresMs } of await store.list()) if (expiresMs <= clock() && (await store.delete(id))) count++;
      return count;
    },
  };
}
