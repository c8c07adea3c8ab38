import { PoolError } from './errors.js';
import { createRecencyTable } from './recency-table.js';

/**
 * A pool of resources that are costly to open, found by key.
 *
 * Invariants:
 * 1. A key has at most one resource: concurrent requests share one `open`, and a key is not opened again before its earlier
 *    resource was closed.
 * 2. A resource with a lease, or one that `isEvictable` refuses, is never evicted. When nothing else can make room, the request
 *    for another resource is refused and nothing was evicted.
 * 3. Between the decision to evict and `close`, nobody can lease the resource.
 * 4. At most `countMax` entries exist, those being opened included; those being closed are not counted.
 *
 *     absent --acquire--> opening --> idle <--lease/release--> leased
 *     opening --open fails--> absent          idle --evict, cleanup--> closing --> absent
 *     idle, leased --remove--> detached (invisible) --last release--> closing --> absent
 */

/** The right to use a resource until `release`. */
export interface Lease<Resource> {
  readonly resource: Resource;
  /** Gives the resource back. Further calls do nothing. */
  release(): void;
}

/** How resources are made, measured and ended, and how many there may be. */
export interface PoolOptions<Resource> {
  /** Opens the resource of a key. Called by one caller at a time for one key. */
  readonly open: (key: string) => Promise<Resource>;
  /** Ends a resource that nobody uses. */
  readonly close: (resource: Resource, key: string) => Promise<void>;
  /** Whether the resource can be opened again without loss; false for one that holds work saved nowhere else. */
  readonly isEvictable: (resource: Resource) => boolean;
  /** Memory that the resource holds, in bytes; asked when it is opened and when a lease ends. */
  readonly measure: (resource: Resource) => number;
  /** Told when closing an evicted resource failed; the resource is out of the pool by then. */
  readonly onCloseFailed: (key: string, error: unknown) => void;
  /** Milliseconds that never go back. */
  readonly clock: () => number;
  /** Resources at one time. Default 1,000. */
  readonly countMax?: number | undefined;
  /** Bytes of all resources together; beyond it idle ones are evicted and no more are opened. Default: no bound. */
  readonly bytesMax?: number | undefined;
  /** Milliseconds after which `cleanup` evicts a resource that nobody used. Default 30 minutes. */
  readonly idleMs?: number | undefined;
}

/** What the pool holds now, and what it did since it was made. */
export interface PoolStats {
  readonly open: number;
  readonly leased: number;
  readonly idle: number;
  readonly opening: number;
  readonly bytes: number;
  readonly hits: number;
  readonly misses: number;
  readonly evicted: number;
  readonly refused: number;
  /** Time of the last cleanup by the pool's clock; `undefined` before the first. */
  readonly cleanedMs: number | undefined;
  /** Most recently used last. */
  readonly entries: readonly PoolEntryStats[];
}

/** One open resource. Times are of the pool's clock. */
export interface PoolEntryStats {
  readonly key: string;
  readonly leases: number;
  readonly useCount: number;
  readonly openedMs: number;
  readonly usedMs: number;
  readonly sizeBytes: number;
}

/** See the opening comment of this file for what a pool promises. */
export interface Pool<Resource> {
  /**
   * Leases the resource of a key, opening it when needed. Rejects with what `open` rejected with.
   *
   * @throws {PoolError} pool-exhausted, pool-closed
   */
  acquire(key: string): Promise<Lease<Resource>>;
  /** Runs `work` under a lease. */
  use<Result>(key: string, work: (resource: Resource) => Result | Promise<Result>): Promise<Result>;
  /**
   * Puts in a resource that the caller has just made, and leases it.
   *
   * @throws {PoolError} pool-key-taken, pool-exhausted, pool-closed
   */
  adopt(key: string, resource: Resource): Lease<Resource>;
  /** The resource if it is open, without leasing it or counting a use. */
  find(key: string): Resource | undefined;
  /** Takes a resource out, whatever `isEvictable` says, and resolves when its leases ended and it was closed; false when absent. */
  remove(key: string): Promise<boolean>;
  /** Evicts what was idle for `idleMs` and may be evicted. */
  cleanup(): Promise<{ readonly evicted: number; readonly remaining: number }>;
  stats(): PoolStats;
  /**
   * Hands out nothing more, waits until all leases ended or `signal` aborts, then closes every resource, evictable or not.
   * Rejects with an `AggregateError` when some could not be closed.
   */
  close(options?: { readonly signal?: AbortSignal | undefined }): Promise<void>;
}

interface Entry<Resource> {
  readonly key: string;
  readonly openedMs: number;
  /** `undefined` while the resource is being opened. */
  resource: Resource | undefined;
  opening: Promise<Resource> | undefined;
  leases: number;
  useCount: number;
  usedMs: number;
  sizeBytes: number;
  /** Whether the entry was taken out of the table; it ends when its last lease does. */
  detached: boolean;
  /** Called at the last release of a detached entry. */
  onUnused: (() => void) | undefined;
}

/**
 * An empty pool.
 *
 * @example
 * const lease = await pool.acquire('my-repo');
 * try { lease.resource.log(); } finally { lease.release(); }
 */
export function createPool<Resource extends object>(options: PoolOptions<Resource>): Pool<Resource> {
  const { clock, measure, onCloseFailed, isEvictable } = options;
  const { countMax = 1000, bytesMax = Number.POSITIVE_INFINITY, idleMs = 30 * 60_000 } = options;
  const table = createRecencyTable<Entry<Resource>>(countMax);
  const closing = new Map<string, Promise<void>>();
  const counts = { hits: 0, misses: 0, evicted: 0, refused: 0 };
  let bytes = 0;
  let cleanedMs: number | undefined;
  let ending: Promise<void> | undefined;

  async function acquire(key: string): Promise<Lease<Resource>> {
    // Not by whenClosed(), whose own end is a turn later: a removal could begin in between.
    for (let busy = closing.get(key); busy !== undefined; busy = closing.get(key)) await busy;
    assertOpen();
    const entry = table.find(key);
    if (entry !== undefined) {
      counts.hits++;
      entry.leases++;
      return leaseWhenOpen(entry);
    }
    counts.misses++;
    makeRoom();
    return leaseWhenOpen(startOpening(key));
  }

  /** Resolves when no earlier resource of the key is being closed. */
  async function whenClosed(key: string): Promise<void> {
    for (let busy = closing.get(key); busy !== undefined; busy = closing.get(key)) await busy;
  }

  /** The entry carries a lease already, so that nobody evicts it while it opens. */
  async function leaseWhenOpen(entry: Entry<Resource>): Promise<Lease<Resource>> {
    table.touch(entry.key);
    const resource = entry.resource ?? (await entry.opening!);
    return leaseOf(entry, resource);
  }

  function startOpening(key: string): Entry<Resource> {
    const entry = createEntry(key);
    table.set(key, entry);
    entry.opening = openEntry(entry);
    return entry;
  }

  async function openEntry(entry: Entry<Resource>): Promise<Resource> {
    try {
      entry.resource = await options.open(entry.key);
    } catch (error) {
      if (!entry.detached) table.delete(entry.key);
      entry.onUnused?.();
      throw error;
    }
    entry.opening = undefined;
    remeasure(entry);
    return entry.resource;
  }

  function adopt(key: string, resource: Resource): Lease<Resource> {
    assertOpen();
    if (table.find(key) !== undefined || closing.has(key)) {
      throw new PoolError('pool-key-taken', `${JSON.stringify(key)} is in the pool already`, { key });
    }
    makeRoom();
    const entry = createEntry(key);
    entry.resource = resource;
    table.set(key, entry);
    remeasure(entry);
    return leaseOf(entry, resource);
  }

  function createEntry(key: string): Entry<Resource> {
    const nowMs = clock();
    return {
      key,
      openedMs: nowMs,
      resource: undefined,
      opening: undefined,
      leases: 1,
      useCount: 0,
      usedMs: nowMs,
      sizeBytes: 0,
      detached: false,
      onUnused: undefined,
    };
  }

  function leaseOf(entry: Entry<Resource>, resource: Resource): Lease<Resource> {
    entry.useCount++;
    entry.usedMs = clock();
    let released = false;
    return {
      resource,
      release() {
        if (released) return;
        released = true;
        entry.leases--;
        entry.usedMs = clock();
        if (entry.leases === 0) entry.onUnused?.();
        if (entry.detached) return;
        table.touch(entry.key);
        remeasure(entry);
        trim();
      },
    };
  }

  function remeasure(entry: Entry<Resource>): void {
    if (entry.detached) return;
    const sizeBytes = measure(entry.resource!);
    bytes += sizeBytes - entry.sizeBytes;
    entry.sizeBytes = sizeBytes;
  }

  const mayEvict = (entry: Entry<Resource>): boolean =>
    entry.leases === 0 && entry.resource !== undefined && isEvictable(entry.resource);

  /** Idle entries, least recently used first, whose eviction brings the pool within the given bounds; fewer when that cannot be. */
  function victims(countGoal: number): { readonly chosen: Entry<Resource>[]; readonly enough: boolean } {
    const chosen: Entry<Resource>[] = [];
    let count = table.size;
    let total = bytes;
    const enough = (): boolean => count <= countGoal && total <= bytesMax;
    if (enough()) return { chosen, enough: true };
    for (const entry of table.leastRecentFirst()) {
      if (!mayEvict(entry)) continue;
      chosen.push(entry);
      count--;
      total -= entry.sizeBytes;
      if (enough()) break;
    }
    return { chosen, enough: enough() };
  }

  function makeRoom(): void {
    const { chosen, enough } = victims(countMax - 1);
    if (!enough) {
      counts.refused++;
      const entries = table.leastRecentFirst();
      const leased = entries.filter((entry) => entry.leases > 0).length;
      const unsaved = entries.filter((entry) => entry.resource !== undefined && !isEvictable(entry.resource)).length;
      throw new PoolError(
        'pool-exhausted',
        `the pool holds ${table.size} of ${countMax} resources, ${leased} in use and ${unsaved} with work saved nowhere else; ` +
          'release or remove some, or raise its bounds',
        { count: table.size, countMax, bytes, bytesMax, leased, unsaved },
      );
    }
    for (const entry of chosen) evict(entry);
  }

  /** Resources grow while they are used: after a use, idle ones make room as far as they may. */
  function trim(): void {
    for (const entry of victims(countMax).chosen) evict(entry);
  }

  function evict(entry: Entry<Resource>): void {
    counts.evicted++;
    endEntry(entry).catch((error: unknown) => onCloseFailed(entry.key, error));
  }

  /**
   * Hides the entry from everyone at once; closes its resource as soon as nobody uses it, or when `signal` aborts. Until that is
   * done, `closing` holds back whoever wants the key.
   */
  function endEntry(entry: Entry<Resource>, signal?: AbortSignal): Promise<void> {
    table.delete(entry.key);
    bytes -= entry.sizeBytes;
    entry.detached = true;
    const done = closeWhenUnused(entry, signal);
    const forget = (): void => void closing.delete(entry.key);
    closing.set(entry.key, done.then(forget, forget));
    return done;
  }

  async function closeWhenUnused(entry: Entry<Resource>, signal: AbortSignal | undefined): Promise<void> {
    if (entry.leases > 0) {
      const unused = new Promise<void>((resolve) => (entry.onUnused = resolve));
      await (signal === undefined ? unused : Promise.race([unused, whenAborted(signal)]));
    }
    if (entry.resource !== undefined) await options.close(entry.resource, entry.key);
  }

  async function remove(key: string): Promise<boolean> {
    for (let busy = closing.get(key); busy !== undefined; busy = closing.get(key)) await busy;
    const entry = table.find(key);
    if (entry === undefined) return false;
    await endEntry(entry);
    return entry.resource !== undefined;
  }

  async function cleanup(): Promise<{ evicted: number; remaining: number }> {
    cleanedMs = clock();
    const limitMs = cleanedMs - idleMs;
    const expired = table.leastRecentFirst().filter((entry) => entry.usedMs <= limitMs && mayEvict(entry));
    for (const entry of expired) evict(entry);
    await Promise.all(expired.map((entry) => whenClosed(entry.key)));
    return { evicted: expired.length, remaining: table.size };
  }

  function stats(): PoolStats {
    const all = table.leastRecentFirst();
    const entries = all.filter((entry) => entry.resource !== undefined);
    const leased = entries.filter((entry) => entry.leases > 0).length;
    return {
      ...counts,
      open: entries.length,
      leased,
      idle: entries.length - leased,
      opening: all.length - entries.length,
      bytes,
      cleanedMs,
      entries: entries.map(({ key, leases, useCount, openedMs, usedMs, sizeBytes }) => ({
        key,
        leases,
        useCount,
        openedMs,
        usedMs,
        sizeBytes,
      })),
    };
  }

  async function endAll(signal: AbortSignal | undefined): Promise<void> {
    const ended = table.leastRecentFirst().map((entry) => endEntry(entry, signal));
    const results = await Promise.allSettled([...ended, ...closing.values()]);
    const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    if (errors.length > 0) throw new AggregateError(errors, `${errors.length} resources of the pool could not be closed`);
  }

  function assertOpen(): void {
    if (ending !== undefined) throw new PoolError('pool-closed', 'the pool was closed and hands out nothing more');
  }

  return {
    acquire,
    async use(key, work) {
      const lease = await acquire(key);
      try {
        return await work(lease.resource);
      } finally {
        lease.release();
      }
    },
    adopt,
    find: (key) => table.find(key)?.resource,
    remove,
    cleanup,
    stats,
    close: (settings) => (ending ??= endAll(settings?.signal)),
  };
}

function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
