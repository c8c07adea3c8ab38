import { AuthError } from './errors.js';
import type { Surroundings } from './surroundings.js';

/**
 * Makes guessing passwords slow: after some failures in a row an account, and after more of them an address, must wait, twice as long
 * after each further one. Kept in memory; a restart forgets it.
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
}

const ENTRIES_MAX = 100_000;

interface Entry {
  readonly count: number;
  readonly lastMs: number;
}

/** A lockout by these numbers. */
export function createLockout(options: LockoutOptions): Lockout {
  const { clock, accountFree = 5, addressFree = 50, firstMs = 1000, longestMs = 15 * 60_000 } = options;
  const entries = new Map<string, Entry>();

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
      if (address === undefined) return;
      const entry = entries.get(addressKey(address));
      if (entry !== undefined) entries.set(addressKey(address), { ...entry, count: entry.count - 1 });
    },
  };
}
