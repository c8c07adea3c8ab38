import { describe, expect, it } from '@jest/globals';

import { type LockoutRecord, openLockout } from './lockout.js';
import { createMemoryStore, type RecordStore } from './record-store.js';

async function setup(store: RecordStore<LockoutRecord>, clock: { ms: number }) {
  return openLockout({ clock: () => clock.ms, accountFree: 2, addressFree: 3, store });
}

const locked = (work: () => void): boolean => {
  try {
    work();
    return false;
  } catch (error) {
    expect((error as { code?: string }).code).toBe('login-locked');
    return true;
  }
};

describe('a lockout with a store', () => {
  it('holds over a restart, for accounts and addresses, until its time is over', async () => {
    const store = createMemoryStore<LockoutRecord>();
    const clock = { ms: 1_000_000 };
    const first = await setup(store, clock);
    first.begin('Ann', 'one');
    await first.flush();
    expect(await store.list()).toEqual([]);
    first.begin('ann', 'one');
    expect(locked(() => first.begin('ANN', 'two'))).toBe(true);
    clock.ms += 1000;
    first.begin('ann', 'one');
    await first.flush();
    expect((await store.list()).map(({ id, count }) => [id, count])).toEqual([['account ann', 3], ['address one', 3]]);
    const second = await setup(store, clock);
    expect(locked(() => second.begin('ann', 'three'))).toBe(true);
    expect(locked(() => second.begin('bob', 'one'))).toBe(true);
    clock.ms += 2000;
    expect(locked(() => second.begin('ann', 'three'))).toBe(false);
  });

  it('forgets who signed in, and what is old', async () => {
    const store = createMemoryStore<LockoutRecord>();
    const clock = { ms: 1_000_000 };
    const lockout = await setup(store, clock);
    for (const account of ['ann', 'bob']) {
      lockout.begin(account, undefined);
      lockout.begin(account, undefined);
    }
    await lockout.flush();
    expect(await store.list()).toHaveLength(2);
    lockout.succeed('ann', undefined);
    await lockout.flush();
    expect((await store.list()).map(({ id }) => id)).toEqual(['account bob']);
    clock.ms += 3_600_000;
    expect(await lockout.prune()).toBe(1);
    expect(await store.list()).toEqual([]);
  });

  it('goes on in memory when the store fails', async () => {
    const errors: unknown[] = [];
    const store = { ...createMemoryStore<LockoutRecord>(), insert: () => Promise.reject(new Error('disk full')) };
    const lockout = await openLockout({ clock: () => 1, accountFree: 1, store, onStoreFailed: (error) => errors.push(error) });
    lockout.begin('ann', undefined);
    await lockout.flush();
    expect(errors).toHaveLength(1);
    expect(locked(() => lockout.begin('ann', undefined))).toBe(true);
  });
});
