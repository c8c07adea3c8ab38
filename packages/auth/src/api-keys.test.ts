import { randomBytes } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { type ApiKeyRecord, createApiKeys, isApiKey } from './api-keys.js';
import { createMemoryStore } from './record-store.js';

function setup() {
  const clock = { ms: 1_000_000 };
  const store = createMemoryStore<ApiKeyRecord>();
  const keys = createApiKeys({ store, clock: () => clock.ms, random: (size) => randomBytes(size) });
  const request = { name: 'ci-key', userId: 'u1', grant: { permissions: ['repo:read' as const], repositories: new Map() } };
  return { keys, clock, store, request };
}

describe('API keys', () => {
  it('are shown once; only their hash is stored', async () => {
    const { keys, store, request } = setup();
    const { key, record } = await keys.create(request);
    expect(isApiKey(key)).toBe(true);
    expect(JSON.stringify(await store.list())).not.toContain(key.slice(5));
    expect(record.hash).toMatch(/^[0-9a-f]{64}$/);
    await expect(keys.verify(key)).resolves.toMatchObject({ id: record.id, userId: 'u1', name: 'ci-key' });
  });

  it('expire at their time', async () => {
    const { keys, clock, request } = setup();
    const { key } = await keys.create({ ...request, expiresMs: 1_000_010 });
    clock.ms = 1_000_009;
    await expect(keys.verify(key)).resolves.toBeDefined();
    clock.ms = 1_000_010;
    await expect(keys.verify(key)).rejects.toMatchObject({ code: 'api-key-invalid' });
  });

  it('end when they are revoked, and stay in the list', async () => {
    const { keys, request } = setup();
    const { key, record } = await keys.create(request);
    await expect(keys.revoke(record.id)).resolves.toBe(true);
    await expect(keys.revoke('nothing')).resolves.toBe(false);
    await expect(keys.verify(key)).rejects.toMatchObject({ code: 'api-key-invalid', data: { id: record.id } });
    await expect(keys.list()).resolves.toMatchObject([{ id: record.id, revoked: true }]);
  });

  it('are listed by user', async () => {
    const { keys, request } = setup();
    await keys.create(request);
    await keys.create({ ...request, userId: 'u2' });
    await expect(keys.list('u2')).resolves.toHaveLength(1);
  });

  it('note their use once a minute', async () => {
    const { keys, clock, request } = setup();
    const { key, record } = await keys.create(request);
    expect(record.usedMs).toBeUndefined();
    clock.ms += 5;
    expect((await keys.verify(key)).usedMs).toBe(1_000_005);
    clock.ms += 59_999;
    expect((await keys.verify(key)).usedMs).toBe(1_000_005);
    clock.ms += 1;
    expect((await keys.verify(key)).usedMs).toBe(1_060_005);
  });

  it.each(['', 'govc_', `govc_${'A'.repeat(43)}`, `govc_${'A'.repeat(100_000)}`, 'password'])('refuse a text that is no key of ours', async (text) => {
    const { keys } = setup();
    await expect(keys.verify(text)).rejects.toMatchObject({ code: 'api-key-invalid' });
  });

  it('refuse a key whose hash only begins alike', async () => {
    const { keys, store, request } = setup();
    const { key, record } = await keys.create(request);
    await store.update(record.id, (current) => ({ ...current, hash: record.id + '0'.repeat(44) }));
    await expect(keys.verify(key)).rejects.toMatchObject({ code: 'api-key-invalid' });
  });
});
