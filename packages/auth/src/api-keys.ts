import { hash as digest, timingSafeEqual } from 'node:crypto';

import { AuthError } from './errors.js';
import type { Grant } from './grant.js';
import type { RecordStore } from './record-store.js';
import type { Surroundings } from './surroundings.js';

/**
 * API keys: `govc_` and 32 random bytes in base64url. The key is shown once; stored is only its SHA-256, which suffices because
 * nobody can guess 256 random bits. A key's id is the beginning of that hash, so that a lookup is one read.
 */

/** Every key begins with this, so that scanners find one that leaked. */
export const API_KEY_PREFIX = 'govc_';

const KEY_LENGTH = API_KEY_PREFIX.length + 43;
const ID_LENGTH = 20;

/** A key as stored. Times are milliseconds since 1970. */
export interface ApiKeyRecord {
  readonly id: string;
  /** SHA-256 of the key, hex. */
  readonly hash: string;
  readonly name: string;
  readonly userId: string;
  /** Narrows what the key's user may do; never widens it. */
  readonly grant: Grant;
  readonly createdMs: number;
  /** `undefined`: does not expire. */
  readonly expiresMs: number | undefined;
  /** `undefined` before the first use; noted no more often than the keys are told to. */
  readonly usedMs: number | undefined;
  readonly revoked: boolean;
}

/** What a new key is for. */
export interface ApiKeyRequest {
  readonly name: string;
  readonly userId: string;
  readonly grant: Grant;
  readonly expiresMs?: number | undefined;
}

/** Makes, checks and revokes API keys. */
export interface ApiKeys {
  /** A new key; `key` is the only copy there will ever be. */
  create(request: ApiKeyRequest): Promise<{ readonly key: string; readonly record: ApiKeyRecord }>;
  /**
   * The record of a key that is valid now, with its use noted.
   *
   * @throws {AuthError} api-key-invalid
   */
  verify(key: string): Promise<ApiKeyRecord>;
  find(id: string): Promise<ApiKeyRecord | undefined>;
  /** All keys, revoked ones included; of one user when named. */
  list(userId?: string): Promise<readonly ApiKeyRecord[]>;
  /** Ends a key for good; false when there is no such key. */
  revoke(id: string): Promise<boolean>;
}

/** What {@link createApiKeys} needs. */
export interface ApiKeysOptions extends Surroundings {
  readonly store: RecordStore<ApiKeyRecord>;
  /** A use is not written again within this time. Default one minute. */
  readonly usedStepMs?: number | undefined;
}

/** API keys kept in `store`. */
export function createApiKeys(options: ApiKeysOptions): ApiKeys {
  const { store, clock, random, usedStepMs = 60_000 } = options;
  return {
    async create({ name, userId, grant, expiresMs }) {
      const key = API_KEY_PREFIX + Buffer.from(random(32)).toString('base64url');
      const hash = hashKey(key);
      const record: ApiKeyRecord = {
        id: hash.slice(0, ID_LENGTH),
        hash,
        name,
        userId,
        grant,
        createdMs: clock(),
        expiresMs,
        usedMs: undefined,
        revoked: false,
      };
      // Only a broken source of randomness gives the same key twice.
      if (!(await store.insert(record.id, record))) throw new AuthError('api-key-invalid', 'the new API key exists already', { id: record.id });
      return { key, record };
    },
    async verify(key) {
      const record = isApiKey(key) ? await findByKey(key) : undefined;
      const nowMs = clock();
      const reason = refusal(record, nowMs);
      if (record === undefined || reason !== undefined) {
        throw new AuthError('api-key-invalid', `the API key is ${reason ?? 'unknown'}`, { id: record?.id });
      }
      if (record.usedMs !== undefined && nowMs - record.usedMs < usedStepMs) return record;
      return (await store.update(record.id, (current) => ({ ...current, usedMs: nowMs }))) ?? record;
    },
    find: (id) => store.find(id),
    async list(userId) {
      const records = await store.list();
      return userId === undefined ? records : records.filter((record) => record.userId === userId);
    },
    revoke: async (id) => (await store.update(id, (record) => ({ ...record, revoked: true }))) !== undefined,
  };

  async function findByKey(key: string): Promise<ApiKeyRecord | undefined> {
    const hash = hashKey(key);
    const record = await store.find(hash.slice(0, ID_LENGTH));
    if (record === undefined) return undefined;
    return timingSafeEqual(Buffer.from(record.hash, 'hex'), Buffer.from(hash, 'hex')) ? record : undefined;
  }
}

/** Whether a text has the form of an API key; says nothing about its validity. */
export function isApiKey(text: string): boolean {
  return text.length === KEY_LENGTH && /^govc_[A-Za-z0-9_-]{43}$/.test(text);
}

function refusal(record: ApiKeyRecord | undefined, nowMs: number): string | undefined {
  if (record === undefined) return 'unknown';
  if (record.revoked) return 'revoked';
  return record.expiresMs !== undefined && record.expiresMs <= nowMs ? 'expired' : undefined;
}

function hashKey(key: string): string {
  return digest('sha256', key, 'hex');
}
