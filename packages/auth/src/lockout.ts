import { AuthError } from './errors.js';
import type { RecordStore } from './record-store.js';
import type { Surroundings } from './surroundings.js';

/**
 * Makes guessing passwords slow: after some failures in a row an account, and after more of them an address, must wait, twice as long
 * after each further one. Whoever has to wait has to after a restart, too, when there is a store; attempts before that are in memory,
 * so that a slip costs nothing.
 *
 * An attempt counts as failed from its beginning, so that many at the same time are not many guesses.
 */
export interface Lockout {
  /**
   * Counts an attempt.
   *
   * @param address `undefined` when it is not known
   * @throws {AuthError} login-locked: with `retryMs` in the data
   */
  begin(account: string, address: string | undefined): void;
  /** The attempt was right: the account starts anew, and the address gets its attempt back. */
  succeed(account: string, address: string | undefined): void;
  /** Resolves when the store has what is known now. */
  flush(): Promise<void>;
  /** Forgets what is old, also in the store, and gives how many those were there; O(records). */
  prune(): Promise<number>;
}

/** Who has to wait, as stored. */
export interface LockoutRecord {
  /** `account` or `address`, a blank, and which. */
  readonly id: string;
  /** Failures in a row. */
  readonly count: number;
  /** The last of them, in milliseconds since 1970. */
  readonly lastMs: number;
}

/** How patient it is. */
export interface LockoutOptions extends Pick<Surroundings, 'clock'> {
  /** Failures of one account before it waits. Default 5. */
  readonly accountFree?: number | undefined;
  /** Failures from one address, whatever the account. Default 50: a proxy is one address for many. */
  readonly addressFree?: number | undefined;
  /** First wait in milliseconds. Default one second. */
  readonly firstMs?: number | undefined;
  /** Longest wait in milliseconds; failures older than that are forgotten. Default 15 minutes. */
  readonly longestMs?: number | undefined;
  /** Keeps who has to wait. Default: nobody does. */
  readonly store?: RecordStore<LockoutRecord> | undefined;
  /** Told when the store failed; the lockout goes on in memory. Default: nobody is. */
  readonly onStoreFailed?: ((error: unknown) => void) | undefined;
}

const ENTRIES_MAX = 100_000;
/** Each change of a record is a write to a disk, and strangers can cause them. */
const RECORDS_MAX = 10_000;

interface Entry {
  readonly count: number;
  readonly lastMs: number;
}

/** A lockout that begins with what its store has. */
export async function openLockout(options: LockoutOptions): Promise<Lockout> {
  return lockoutFrom(options, (await options.store?.list()) ?? []);
}

/** A lockout that begins with nothing. */
export function createLockout(options: LockoutOptions): Lockout {
  return lockoutFrom(options, []);
}

function lockoutFrom(options: LockoutOptions, records: readonly LockoutRecord[]): Lockout {
  const { clock, accountFree = 5, addressFree = 50, firstMs = 1000, longestMs = 15 * 60_000 } = options;
  const entries = new Map<string, Entry>(records.map(({ id, count: failures, lastMs }) => [id, { count: failures, lastMs }]));
  const freeOf = (key: string): number => (key.startsWith('account ') ? accountFree : addressFree);
  const keeper = createKeeper(options, {
    stored: new Set(records.map(({ id }) => id)),
    recordOf(key) {
      const entry = entries.get(key);
      return entry === undefined || entry.count < freeOf(key) ? undefined : { id: key, ...entry };
    },
  });

  function find(key: string, nowMs: number): Entry | undefined {
    const entry = entries.get(key);
    return entry !== undefined && nowMs - entry.lastMs <= longestMs ? entry : undefined;
  }

  function retryMs(key: string, free: number, nowMs: number): number {
    const entry = find(key, nowMs);
    if (entry === undefined || entry.count < free) return 0;
    const waitMs = Math.min(longestMs, firstMs * 2 ** Math.min(40, entry.count - free));
    return Math.max(0, entry.lastMs + waitMs - nowMs);
  }

  function count(key: string, nowMs: number): void {
    const before = find(key, nowMs)?.count ?? 0;
    // The one that failed longest ago goes first.
    entries.delete(key);
    if (entries.size >= ENTRIES_MAX) entries.delete(entries.keys().next().value!);
    entries.set(key, { count: before + 1, lastMs: nowMs });
    if (before + 1 >= freeOf(key)) keeper.save(key);
  }

  // As names are compared: other letter case must not give further guesses.
  const accountKey = (account: string): string => `account ${account.normalize('NFKC').toLowerCase().slice(0, 256)}`;
  const addressKey = (address: string): string => `address ${address}`;

  return {
    begin(account, address) {
      const nowMs = clock();
      const waitMs = Math.max(
        retryMs(accountKey(account), accountFree, nowMs),
        address === undefined ? 0 : retryMs(addressKey(address), addressFree, nowMs),
      );
      if (waitMs > 0) {
        throw new AuthError('login-locked', `too many sign-ins failed; try again in ${Math.ceil(waitMs / 1000)} s`, { retryMs: waitMs });
      }
      count(accountKey(account), nowMs);
      if (address !== undefined) count(addressKey(address), nowMs);
    },
    succeed(account, address) {
      entries.delete(accountKey(account));
      keeper.save(accountKey(account));
      if (address === undefined) return;
      const entry = entries.get(addressKey(address));
      if (entry !== undefined) entries.set(addressKey(address), { ...entry, count: entry.count - 1 });
      keeper.save(addressKey(address));
    },
    flush: () => keeper.flush(),
    async prune() {
      const nowMs = clock();
      for (const key of [...entries.keys()]) if (find(key, nowMs) === undefined) entries.delete(key);
      return keeper.prune();
    },
  };
}

interface Keeper {
  /** Brings the record of a key up to date in the background; several changes of one become one write. */
  save(key: string): void;
  flush(): Promise<void>;
  /** Deletes the records of keys that have none any more. */
  prune(): Promise<number>;
}

interface KeeperState {
  /** Keys that the store has. */
  readonly stored: Set<string>;
  /** What the store is to have; `undefined`: nothing. */
  readonly recordOf: (key: string) => LockoutRecord | undefined;
}

function createKeeper({ store, onStoreFailed }: LockoutOptions, { stored, recordOf }: KeeperState): Keeper {
  const changed = new Set<string>();
  let saving: Promise<number> | undefined;

  async function saveAll(into: RecordStore<LockoutRecord>): Promise<number> {
    let deletedCount = 0;
    for (const key of changed) {
      changed.delete(key);
      const record = recordOf(key);
      if (record === undefined) {
        if (stored.delete(key) && (await into.delete(key))) deletedCount++;
      } else if (stored.has(key)) {
        await into.update(key, () => record);
      } else if (stored.size < RECORDS_MAX) {
        stored.add(key);
        await into.insert(key, record);
      }
    }
    return deletedCount;
  }

  function begin(): Promise<number> {
    if (store === undefined) return Promise.resolve(0);
    saving ??= saveAll(store).catch((error: unknown) => {
      onStoreFailed?.(error);
      return 0;
    }).finally(() => {
      saving = undefined;
    });
    return saving;
  }

  return {
    save(key) {
      if (store === undefined || (!stored.has(key) && recordOf(key) === undefined)) return;
      changed.add(key);
      void begin();
    },
    async flush() {
      while (saving !== undefined) await saving;
    },
    async prune() {
      for (const key of stored) if (recordOf(key) === undefined) changed.add(key);
      return begin();
    },
  };
}
