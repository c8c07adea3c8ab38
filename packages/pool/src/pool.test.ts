import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { type PoolOptions, createPool } from './pool.js';

interface Thing {
  readonly key: string;
  saved: boolean;
  size: number;
  closed: boolean;
}

function setup(options: Partial<PoolOptions<Thing>> = {}) {
  const clock = { ms: 0 };
  const opened: string[] = [];
  const closed: string[] = [];
  const failures: unknown[] = [];
  const pool = createPool<Thing>({
    open: async (key) => {
      opened.push(key);
      return { key, saved: true, size: 10, closed: false };
    },
    close: async (thing) => {
      thing.closed = true;
      closed.push(thing.key);
    },
    isEvictable: (thing) => thing.saved,
    measure: (thing) => thing.size,
    onCloseFailed: (_key, error) => failures.push(error),
    clock: () => clock.ms,
    ...options,
  });
  const touch = async (key: string): Promise<Thing> => pool.use(key, (thing) => thing);
  return { pool, clock, opened, closed, failures, touch };
}

/** A promise with its handles outside. */
function gate() {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { open, passed };
}

describe('acquire', () => {
  it('opens once for all who ask at the same time', async () => {
    const { pool, opened } = setup();
    const leases = await Promise.all([pool.acquire('a'), pool.acquire('a'), pool.acquire('a')]);
    expect(opened).toEqual(['a']);
    expect(new Set(leases.map((lease) => lease.resource)).size).toBe(1);
    expect(pool.stats()).toMatchObject({ open: 1, leased: 1, hits: 2, misses: 1 });
  });

  it('gives every asker the error of a failed open and tries again next time', async () => {
    let tries = 0;
    const { pool } = setup({
      open: async (key) => {
        if (tries++ === 0) throw new Error('no such directory');
        return { key, saved: true, size: 1, closed: false };
      },
    });
    const results = await Promise.allSettled([pool.acquire('a'), pool.acquire('a')]);
    expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected']);
    expect(pool.stats()).toMatchObject({ open: 0, opening: 0, bytes: 0 });
    await expect(pool.acquire('a')).resolves.toMatchObject({ resource: { key: 'a' } });
  });

  it('survives an open that throws before it returns a promise', async () => {
    const { pool } = setup({ open: () => { throw new Error('at once'); } });
    await expect(pool.acquire('a')).rejects.toThrow('at once');
    expect(pool.stats()).toMatchObject({ open: 0, opening: 0 });
  });

  it('evicts the least recently used when it is full', async () => {
    const { pool, closed, touch } = setup({ countMax: 2 });
    await touch('a');
    await touch('b');
    await touch('a');
    await touch('c');
    expect(closed).toEqual(['b']);
    expect(pool.find('a')).toBeDefined();
  });

  it('refuses rather than evicting what is leased or not saved', async () => {
    const { pool, touch, closed } = setup({ countMax: 2 });
    const lease = await pool.acquire('leased');
    (await touch('unsaved')).saved = false;
    await expect(pool.acquire('c')).rejects.toMatchObject({
      code: 'pool-exhausted',
      data: { count: 2, countMax: 2, leased: 1, unsaved: 1 },
    });
    expect(closed).toEqual([]);
    expect(pool.stats().refused).toBe(1);
    lease.release();
    await expect(touch('c')).resolves.toMatchObject({ key: 'c' });
    expect(closed).toEqual(['leased']);
  });

  it('counts those being opened against the bound', async () => {
    const { open, passed } = gate();
    const { pool } = setup({
      countMax: 1,
      open: async (key) => {
        await passed;
        return { key, saved: true, size: 1, closed: false };
      },
    });
    const first = pool.acquire('a');
    await Promise.resolve();
    expect(pool.stats()).toMatchObject({ opening: 1, open: 0 });
    await expect(pool.acquire('b')).rejects.toMatchObject({ code: 'pool-exhausted' });
    open();
    (await first).release();
  });

  it('does not open a key again before the earlier resource was closed', async () => {
    const { open, passed } = gate();
    const events: string[] = [];
    const { pool } = setup({
      countMax: 1,
      open: async (key) => {
        events.push(`open ${key}`);
        return { key, saved: true, size: 1, closed: false };
      },
      close: async (thing) => {
        events.push(`closing ${thing.key}`);
        if (thing.key === 'a') await passed;
        events.push(`closed ${thing.key}`);
      },
    });
    await pool.use('a', () => undefined);
    await pool.use('b', () => undefined);
    const again = pool.acquire('a');
    open();
    (await again).release();
    expect(events.filter((event) => event.endsWith('a'))).toEqual(['open a', 'closing a', 'closed a', 'open a']);
  });
});

describe('the bound on bytes', () => {
  it('evicts idle resources when one in use has grown', async () => {
    const { pool, closed, touch } = setup({ bytesMax: 25 });
    await touch('a');
    await pool.use('b', (thing) => (thing.size = 20));
    expect(closed).toEqual(['a']);
    expect(pool.stats()).toMatchObject({ bytes: 20, open: 1 });
  });

  it('refuses to open more while unsaved work exceeds it', async () => {
    const { pool } = setup({ bytesMax: 25 });
    await pool.use('a', (thing) => {
      thing.saved = false;
      thing.size = 26;
    });
    await expect(pool.acquire('b')).rejects.toMatchObject({ code: 'pool-exhausted', data: { bytes: 26, bytesMax: 25, unsaved: 1 } });
  });
});

describe('adopt', () => {
  it('takes in a resource that was made elsewhere', async () => {
    const { pool, opened } = setup();
    const made: Thing = { key: 'new', saved: false, size: 3, closed: false };
    pool.adopt('new', made).release();
    await pool.use('new', (thing) => expect(thing).toBe(made));
    expect(opened).toEqual([]);
  });

  it('refuses a key that is taken', async () => {
    const { pool, touch } = setup();
    const thing = await touch('a');
    expect(() => pool.adopt('a', thing)).toThrow(expect.objectContaining({ code: 'pool-key-taken', data: { key: 'a' } }));
  });
});

describe('cleanup', () => {
  it('evicts what was idle long enough, and only that', async () => {
    const { pool, clock, touch, closed } = setup({ idleMs: 100 });
    await touch('old');
    (await touch('unsaved')).saved = false;
    const lease = await pool.acquire('leased');
    clock.ms = 1;
    await touch('young');
    clock.ms = 100;
    await expect(pool.cleanup()).resolves.toEqual({ evicted: 1, remaining: 3 });
    expect(closed).toEqual(['old']);
    expect(pool.stats().cleanedMs).toBe(100);
    lease.release();
  });

  it('counts idleness from the release, not from the lease', async () => {
    const { pool, clock } = setup({ idleMs: 100 });
    const lease = await pool.acquire('a');
    clock.ms = 500;
    lease.release();
    clock.ms = 599;
    await expect(pool.cleanup()).resolves.toEqual({ evicted: 0, remaining: 1 });
  });

  it('reports a resource that could not be closed and forgets it', async () => {
    const { pool, failures, touch } = setup({ idleMs: 0, close: async () => { throw new Error('stuck'); } });
    await touch('a');
    await pool.cleanup();
    expect(failures).toHaveLength(1);
    expect(pool.find('a')).toBeUndefined();
  });
});

describe('remove', () => {
  it('hides the resource at once and closes it after the last release', async () => {
    const { pool, closed } = setup();
    const lease = await pool.acquire('a');
    const removed = pool.remove('a');
    const twice = pool.remove('a');
    await Promise.resolve();
    expect(pool.find('a')).toBeUndefined();
    expect(closed).toEqual([]);
    lease.release();
    await expect(removed).resolves.toBe(true);
    await expect(twice).resolves.toBe(false);
    expect(closed).toEqual(['a']);
    expect(pool.stats()).toMatchObject({ open: 0, bytes: 0 });
  });

  it('removes what cleanup would keep, and tells when there was nothing', async () => {
    const { pool, touch, closed } = setup();
    (await touch('a')).saved = false;
    await expect(pool.remove('a')).resolves.toBe(true);
    await expect(pool.remove('a')).resolves.toBe(false);
    expect(closed).toEqual(['a']);
  });

  it('waits for a resource that is being opened', async () => {
    const { pool, closed } = setup();
    const opening = pool.acquire('a');
    await Promise.resolve();
    const removed = pool.remove('a');
    (await opening).release();
    await expect(removed).resolves.toBe(true);
    expect(closed).toEqual(['a']);
  });

  it('is not stuck when the opening fails', async () => {
    const { open, passed } = gate();
    const { pool } = setup({
      open: async () => {
        await passed;
        throw new Error('gone');
      },
    });
    const opening = pool.acquire('a');
    await Promise.resolve();
    const removed = pool.remove('a');
    await Promise.resolve();
    open();
    await expect(opening).rejects.toThrow('gone');
    await expect(removed).resolves.toBe(false);
  });
});

describe('close', () => {
  it('refuses new leases, waits for the others, then closes everything', async () => {
    const { pool, closed, touch } = setup();
    (await touch('unsaved')).saved = false;
    const lease = await pool.acquire('a');
    const closing = pool.close();
    await expect(pool.acquire('b')).rejects.toMatchObject({ code: 'pool-closed' });
    expect(() => pool.adopt('b', lease.resource)).toThrow(expect.objectContaining({ code: 'pool-closed' }));
    expect(closed).toEqual(['unsaved']);
    lease.release();
    lease.release();
    await closing;
    expect(closed).toEqual(['unsaved', 'a']);
    await expect(pool.close()).resolves.toBeUndefined();
  });

  it('does not wait for leases when the signal aborts', async () => {
    const { pool, closed } = setup();
    const lease = await pool.acquire('a');
    await pool.close({ signal: AbortSignal.abort() });
    expect(closed).toEqual(['a']);
    lease.release();
  });

  it('tells which resources could not be closed', async () => {
    const { pool, touch } = setup({ close: async () => { throw new Error('stuck'); } });
    await touch('a');
    await expect(pool.close()).rejects.toBeInstanceOf(AggregateError);
  });
});

describe('any sequence of calls', () => {
  it('keeps the bounds, never closes what is leased or unsaved, and ends with everything closed', async () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd');
    const step = fc.oneof(
      fc.record({ act: fc.constant('acquire' as const), key }),
      fc.record({ act: fc.constant('release' as const), key }),
      fc.record({ act: fc.constant('soil' as const), key }),
      fc.record({ act: fc.constant('cleanup' as const), key }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const leased = new Map<string, { release(): void }[]>();
        const things: Thing[] = [];
        let ending = false;
        const { pool, clock } = setup({
          countMax: 3,
          idleMs: 5,
          open: async (name) => {
            const thing = { key: name, saved: true, size: 1, closed: false };
            things.push(thing);
            return thing;
          },
          close: async (thing) => {
            thing.closed = true;
            if (ending) return;
            expect(leased.get(thing.key) ?? []).toEqual([]);
            expect(thing.saved).toBe(true);
          },
        });
        for (const { act, key: name } of steps) {
          clock.ms++;
          if (act === 'acquire') {
            try {
              const lease = await pool.acquire(name);
              leased.set(name, [...(leased.get(name) ?? []), lease]);
            } catch (error) {
              expect(error).toMatchObject({ code: 'pool-exhausted' });
            }
          } else if (act === 'release') {
            const rest = [...(leased.get(name) ?? [])];
            const lease = rest.pop();
            leased.set(name, rest);
            lease?.release();
          } else if (act === 'soil') {
            const thing = pool.find(name);
            if (thing !== undefined) thing.saved = !thing.saved;
          } else {
            await pool.cleanup();
          }
          const stats = pool.stats();
          expect(stats.open + stats.opening).toBeLessThanOrEqual(3);
          expect(stats.bytes).toBe(stats.open);
        }
        ending = true;
        for (const lease of [...leased.values()].flat()) lease.release();
        await pool.close();
        expect(things.every((thing) => thing.closed)).toBe(true);
      }),
    );
  });
});
