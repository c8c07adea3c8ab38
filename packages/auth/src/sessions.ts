import { createHash, timingSafeEqual } from 'node:crypto';

import { AuthError } from './errors.js';
import type { RecordStore } from './record-store.js';
import type { Surroundings } from './surroundings.js';

/**
 * Sessions, kept up by refresh tokens: `govr_<session>.<secret>`, both random, of which only the SHA-256 of the newest secret is stored.
 *
 * Each refresh replaces the secret (RFC 9700, "Refresh Token Protection"). One that comes a second time was stolen, before or
 * after its owner used it; nobody can tell which, so the whole session ends.
 *
 *     open --refresh--> open    open --refresh with a used secret--> revoked    open --revoke--> revoked    open --time--> expired
 */

/** A session as stored. Times are milliseconds since 1970. */
export interface SessionRecord {
  readonly id: string;
  readonly userId: string;
  /** SHA-256 of the secret that is good now, hex. */
  readonly hash: string;
  readonly createdMs: number;
  readonly expiresMs: number;
  readonly revoked: boolean;
}

/** Begins, continues and ends sessions. */
export interface Sessions {
  /** A session that lasts until it is not refreshed for the configured time. */
  begin(userId: string): Promise<RefreshToken>;
  /**
   * Takes a refresh token for the next one.
   *
   * @throws {AuthError} refresh-token-invalid: with `reused` in the data when it was good once; the session is revoked then
   */
  refresh(token: string): Promise<RefreshToken>;
  /** Whether a session goes on: known, not revoked, not expired. */
  isOpen(id: string): Promise<boolean>;
  revoke(id: string): Promise<boolean>;
  /** Ends all sessions of a user; O(sessions). */
  revokeAll(userId: string): Promise<void>;
  /** Forgets what has expired, and gives how many those were; O(sessions). */
  prune(): Promise<number>;
}

/** A refresh token and what it belongs to. */
export interface RefreshToken {
  readonly token: string;
  readonly sessionId: string;
  readonly userId: string;
  readonly expiresMs: number;
}

/** Every refresh token begins with this. */
export const REFRESH_TOKEN_PREFIX = 'govr_';

/** What {@link createSessions} needs. */
export interface SessionsOptions extends Surroundings {
  readonly store: RecordStore<SessionRecord>;
  /** How long a session lasts without a refresh, in seconds. Default 30 days. */
  readonly idleSeconds?: number | undefined;
}

/** Sessions kept in `store`. */
export function createSessions(options: SessionsOptions): Sessions {
  const { store, clock, random, idleSeconds = 30 * 86_400 } = options;
  const makeSecret = (): string => Buffer.from(random(32)).toString('base64url');
  const tokenOf = (session: SessionRecord, secret: string): RefreshToken => ({
    token: `${REFRESH_TOKEN_PREFIX}${session.id}.${secret}`,
    sessionId: session.id,
    userId: session.userId,
    expiresMs: session.expiresMs,
  });
  const endOf = (nowMs: number): number => nowMs + idleSeconds * 1000;

  return {
    async begin(userId) {
      const secret = makeSecret();
      const nowMs = clock();
      const id = Buffer.from(random(16)).toString('base64url');
      const session: SessionRecord = { id, userId, hash: hashSecret(secret), createdMs: nowMs, expiresMs: endOf(nowMs), revoked: false };
      if (!(await store.insert(id, session))) throw invalid('the new session exists already');
      return tokenOf(session, secret);
    },
    async refresh(token) {
      const match = /^govr_([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/.exec(token);
      if (match === null) throw invalid('the refresh token is malformed');
      const [, id, secret] = match as unknown as [string, string, string];
      const next = makeSecret();
      const nowMs = clock();
      let outcome: 'renewed' | 'reused' | 'ended' = 'ended';
      // Decided inside of the update, so that of two requests with one token only the first renews.
      const session = await store.update(id, (current) => {
        if (current.revoked || current.expiresMs <= nowMs) {
          outcome = 'ended';
          return current;
        }
        if (!timingSafeEqual(Buffer.from(current.hash, 'hex'), Buffer.from(hashSecret(secret), 'hex'))) {
          outcome = 'reused';
          return { ...current, revoked: true };
        }
        outcome = 'renewed';
        return { ...current, hash: hashSecret(next), expiresMs: endOf(nowMs) };
      });
      if (session !== undefined && (outcome as string) === 'renewed') return tokenOf(session, next);
      throw invalid('the refresh token is unknown, expired, revoked or was used before; sign in again', {
        reused: (outcome as string) === 'reused',
      });
    },
    async isOpen(id) {
      const session = await store.find(id);
      return session !== undefined && !session.revoked && session.expiresMs > clock();
    },
    revoke: async (id) => (await store.update(id, (session) => ({ ...session, revoked: true }))) !== undefined,
    async revokeAll(userId) {
      for (const session of await store.list()) {
        if (session.userId === userId && !session.revoked) await store.update(session.id, (current) => ({ ...current, revoked: true }));
      }
    },
    async prune() {
      let count = 0;
      for (const session of await store.list()) if (session.expiresMs <= clock() && (await store.delete(session.id))) count++;
      return count;
    },
  };
}

function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

function invalid(message: string, data: Readonly<Record<string, unknown>> = {}): AuthError {
  return new AuthError('refresh-token-invalid', message, data);
}
