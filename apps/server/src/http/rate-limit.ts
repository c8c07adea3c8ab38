import type { ServerResponse } from 'node:http';

import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

import { ServerError } from '../errors.js';

/** Keys that are counted one by one; beyond it new ones share one count until the window ends. */
const KEYS_MAX = 100_000;
const CROWD = 'crowd';

/** How many requests a key may make in a window of time. The only file that knows rate-limiter-flexible. */
export class RateLimit {
  readonly #limiter: RateLimiterMemory;
  readonly #windowSeconds: number;
  #keys = new Set<string>();
  #keysUntilMs = 0;

  /** @param name which limit it is, for messages and metrics */
  constructor(readonly name: string, readonly max: number, windowMs: number, readonly clock: () => number) {
    this.#windowSeconds = Math.max(1, Math.round(windowMs / 1000));
    this.#limiter = new RateLimiterMemory({ points: max, duration: this.#windowSeconds });
  }

  /**
   * Counts a request and says in its answer how many are left; of several limits the one with the least left speaks.
   *
   * @throws {ServerError} rate-limited: with `retryMs` in the data
   */
  async take(key: string, response: ServerResponse): Promise<void> {
    const state = await this.#consume(this.#bounded(key));
    this.#tell(response, state);
    if (state.isAllowed) return;
    throw new ServerError('rate-limited', `Too many requests; try again in ${Math.ceil(state.resetMs / 1000)} s.`, {
      limit: this.name, max: this.max, windowSeconds: this.#windowSeconds, retryMs: state.resetMs,
    });
  }

  async #consume(key: string): Promise<{ readonly isAllowed: boolean; readonly remaining: number; readonly resetMs: number }> {
    try {
      const { remainingPoints, msBeforeNext } = await this.#limiter.consume(key);
      return { isAllowed: true, remaining: remainingPoints, resetMs: msBeforeNext };
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      return { isAllowed: false, remaining: 0, resetMs: Math.max(1, error.msBeforeNext) };
    }
  }

  #bounded(key: string): string {
    const nowMs = this.clock();
    if (nowMs >= this.#keysUntilMs) {
      this.#keys = new Set();
      this.#keysUntilMs = nowMs + this.#windowSeconds * 1000;
    }
    if (this.#keys.has(key)) return key;
    if (this.#keys.size >= KEYS_MAX) return CROWD;
    this.#keys.add(key);
    return key;
  }

  #tell(response: ServerResponse, { remaining, resetMs }: { readonly remaining: number; readonly resetMs: number }): void {
    const before = response.getHeader('RateLimit-Remaining');
    if (before !== undefined && Number(before) <= remaining) return;
    response.setHeader('RateLimit-Limit', String(this.max));
    response.setHeader('RateLimit-Remaining', String(remaining));
    response.setHeader('RateLimit-Reset', String(Math.ceil(resetMs / 1000)));
    response.setHeader('RateLimit-Policy', `${this.max};w=${this.#windowSeconds}`);
  }
}
