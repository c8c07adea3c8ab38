import { randomBytes } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { createLockout } from './lockout.js';
import { createPasswordResets, type PasswordResetRecord } from './password-resets.js';
import type { Role } from './permission.js';
import { createMemoryStore } from './record-store.js';
import { createRevocations, type RevocationRecord } from './revocations.js';
import { createRoles } from './roles.js';
import { createSessions, type SessionRecord } from './sessions.js';

const random = (size: number): Uint8Array => randomBytes(size);

describe('sessions', () => {
  function setup() {
    const clock = { ms: 1000 };
    const store = createMemoryStore<SessionRecord>();
    return { clock, store, sessions: createSessions({ store, random, clock: () => clock.ms, idleSeconds: 10 }) };
  }

  it('go on with each new refresh token', async () => {
    const { sessions, store, clock } = setup();
    const first = await sessions.begin('u');
    expect(first.token).toMatch(/^govr_[\w-]{22}\.[\w-]{43}$/);
    expect(JSON.stringify(await store.list())).not.toContain(first.token.split('.')[1]);
    clock.ms += 9000;
    const second = await sessions.refresh(first.token);
    expect(second).toMatchObject({ sessionId: first.sessionId, userId: 'u', expiresMs: 20_000 });
    expect((await sessions.refresh(second.token)).sessionId).toBe(first.sessionId);
  });

  it('end when a refresh token comes a second time', async () => {
    const { sessions } = setup();
    const first = await sessions.begin('u');
    const second = await sessions.refresh(first.token);
    await expect(sessions.refresh(first.token)).rejects.toMatchObject({ code: 'refresh-token-invalid', data: { reused: true } });
    await expect(sessions.refresh(second.token)).rejects.toMatchObject({ code: 'refresh-token-invalid', data: { reused: false } });
    await expect(sessions.isOpen(first.sessionId)).resolves.toBe(false);
  });

  it('renew once when two come at the same time', async () => {
    const { sessions } = setup();
    const { token } = await sessions.begin('u');
    const results = await Promise.allSettled([sessions.refresh(token), sessions.refresh(token)]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });

  it('end by time, one by one and all together', async () => {
    const { sessions, clock, store } = setup();
    const first = await sessions.begin('u');
    const other = await sessions.begin('v');
    const third = await sessions.begin('u');
    await sessions.revokeAll('u');
    await expect(sessions.refresh(third.token)).rejects.toMatchObject({ code: 'refresh-token-invalid' });
    await expect(sessions.isOpen(other.sessionId)).resolves.toBe(true);
    await expect(sessions.revoke('unknown')).resolves.toBe(false);
    clock.ms += 10_000;
    await expect(sessions.refresh(other.token)).rejects.toMatchObject({ code: 'refresh-token-invalid' });
    await expect(sessions.refresh(first.token)).rejects.toMatchObject({ code: 'refresh-token-invalid' });
    await expect(sessions.prune()).resolves.toBe(3);
    await expect(store.list()).resolves.toEqual([]);
  });

  it.each(['', 'govr_', 'govr_a.b', `govr_${'A'.repeat(22)}.${'A'.repeat(43)}`])('refuse %j', async (token) => {
    await expect(setup().sessions.refresh(token)).rejects.toMatchObject({ code: 'refresh-token-invalid' });
  });
});

describe('revocations', () => {
  it('hold until the token would have expired', async () => {
    const store = createMemoryStore<RevocationRecord>();
    let nowMs = 0;
    const revocations = createRevocations({ store, clock: () => nowMs });
    await revocations.revoke('a', 10);
    await revocations.revoke('a', 10);
    await revocations.revoke('b', 20);
    nowMs = 10;
    await expect(revocations.prune()).resolves.toBe(1);
    expect([await revocations.has('a'), await revocations.has('b')]).toEqual([false, true]);
    await expect(createRevocations({ store, clock: () => nowMs }).has('b')).resolves.toBe(true);
  });
});

describe('the lockout', () => {
  it('lets an account wait twice as long after each failure, up to a bound', () => {
    let nowMs = 0;
    const lockout = createLockout({ clock: () => nowMs, accountFree: 3, firstMs: 100, longestMs: 1000 });
    const waitMs = (): number => {
      try {
        lockout.begin('a', undefined);
        return 0;
      } catch (error) {
        expect(error).toMatchObject({ code: 'login-locked' });
        return (error as { data: { retryMs: number } }).data.retryMs;
      }
    };
    expect([waitMs(), waitMs(), waitMs(), waitMs()]).toEqual([0, 0, 0, 100]);
    nowMs += 100;
    expect([waitMs(), waitMs()]).toEqual([0, 200]);
    nowMs += 199;
    expect(waitMs()).toBe(1);
    expect(() => lockout.begin('b', undefined)).not.toThrow();
    nowMs += 5000;
    expect([waitMs(), waitMs(), waitMs()]).toEqual([0, 0, 0]);
    lockout.succeed('A', undefined);
    expect([waitMs(), waitMs(), waitMs(), waitMs()]).toEqual([0, 0, 0, 100]);
  });

  it('counts an address over all accounts, and gives it back what was right', () => {
    const lockout = createLockout({ clock: () => 0, addressFree: 2 });
    lockout.begin('a', '1.2.3.4');
    lockout.succeed('a', '1.2.3.4');
    lockout.begin('b', '1.2.3.4');
    lockout.begin('c', '1.2.3.4');
    expect(() => lockout.begin('d', '1.2.3.4')).toThrow(expect.objectContaining({ code: 'login-locked' }));
    expect(() => lockout.begin('d', '1.2.3.5')).not.toThrow();
  });
});

describe('password resets', () => {
  it('are good once and for a while', async () => {
    let nowMs = 0;
    const store = createMemoryStore<PasswordResetRecord>();
    const resets = createPasswordResets({ store, random, clock: () => nowMs, ttlSeconds: 10 });
    const first = await resets.create('u');
    const second = await resets.create('u');
    await expect(resets.redeem(first.token)).rejects.toMatchObject({ code: 'reset-token-invalid' });
    await expect(resets.redeem(second.token)).resolves.toBe('u');
    await expect(resets.redeem(second.token)).rejects.toMatchObject({ code: 'reset-token-invalid' });
    const third = await resets.create('u');
    nowMs = 10_000;
    await expect(resets.redeem(third.token)).rejects.toMatchObject({ code: 'reset-token-invalid' });
  });
});

describe('roles', () => {
  it('can be added, changed and deleted, except for those that are built in', async () => {
    const store = createMemoryStore<Role>();
    const roles = await createRoles({ store });
    await roles.create({ name: 'auditor', description: '', permissions: ['user:read'] });
    await expect(roles.create({ name: 'auditor', description: '', permissions: [] })).rejects.toMatchObject({ code: 'role-exists' });
    await expect(roles.create({ name: 'admin', description: '', permissions: [] })).rejects.toMatchObject({ code: 'role-exists' });
    await roles.update('auditor', { permissions: ['user:read', 'system:read'] });
    expect((await createRoles({ store })).find('auditor')?.permissions).toEqual(['user:read', 'system:read']);
    await expect(roles.update('admin', {})).rejects.toMatchObject({ code: 'role-fixed' });
    await expect(roles.delete('nothing')).rejects.toMatchObject({ code: 'role-unknown' });
    await roles.delete('auditor');
    expect(roles.find('auditor')).toBeUndefined();
    expect(roles.list()).toHaveLength(4);
  });
});
