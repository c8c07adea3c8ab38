import { createHash, timingSafeEqual } from 'node:crypto';

import { AuthError } from './errors.js';
import type { RecordStore } from './record-store.js';
import type { Surroundings } from './surroundings.js';

/** A permission to set a forgotten password, as stored. */
export interface PasswordResetRecord {
  /** The beginning of the hash. */
  readonly id: string;
  /** SHA-256 of the token, hex. */
  readonly hash: string;
  readonly userId: string;
  /** Milliseconds since 1970. */
  readonly expiresMs: number;
}

/** Tokens with which a password is set once. */
export interface PasswordResets {
  /** A token for the user; earlier ones of the same user end. Shown once. */
  create(userId: string): Promise<{ readonly token: string; readonly expiresMs: number }>;
  /** Uses a token up, and gives whose it is. @throws {AuthError} reset-token-invalid */
  redeem(token: string): Promise<string>;
}

/** What {@link createPasswordResets} needs. */
export interface PasswordResetsOptions extends Surroundings {
  readonly store: RecordStore<PasswordResetRecord>;
  /** How long a token is good, in seconds. Default one hour. */
  readonly ttlSeconds?: number | undefined;
}

/** Reset tokens kept in `store`. */
export function createPasswordResets({ store, clock, random, ttlSeconds = 3600 }: PasswordResetsOptions): PasswordResets {
  return {
    async create(userId) {
      for (const record of await store.list()) {
        if (record.userId === userId || record.expiresMs <= clock()) await store.delete(record.id);
      }
      const token = `govp_${Buffer.from(random(32)).toString('base64url')}`;
      const hash = hashToken(token);
      const expiresMs = clock() + ttlSeconds * 1000;
      await store.insert(hash.slice(0, 20), { id: hash.slice(0, 20), hash, userId, expiresMs });
      return { token, expiresMs };
    },
    async redeem(token) {
      const hash = hashToken(token.slice(0, 256));
      const record = await store.find(hash.slice(0, 20));
      const isRight = record !== undefined && timingSafeEqual(Buffer.from(record.hash, 'hex'), Buffer.from(hash, 'hex'));
      // Of two requests with one token only one deletes it.
      if (isRight && (await store.delete(record.id)) && record.expiresMs > clock()) return record.userId;
      throw new AuthError('reset-token-invalid', 'the token that resets a password is unknown, expired or was used before');
    },
  };
}

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
