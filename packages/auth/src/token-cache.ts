import type { TokenClaims } from './tokens.js';

/** Tokens that are remembered. */
const TOKENS_MAX = 10_000;

interface Entry {
  readonly claims: TokenClaims;
  /** When the signature was checked. */
  readonly verifiedMs: number;
  /** From then on the token is expired, leeway included. */
  readonly endMs: number;
}

/**
 * What verified tokens say, so that a signature is checked once and not with each request: it cannot become wrong, only old. Whether a
 * token was ended or its user changed is asked anew each time by others.
 */
export class TokenCache {
  readonly #entries = new Map<string, Entry>();

  find(token: string, nowMs: number): TokenClaims | undefined {
    const entry = this.#entries.get(token);
    if (entry === undefined) return undefined;
    // Where the clock went back, the token may not be valid yet.
    if (nowMs < entry.endMs && nowMs >= entry.verifiedMs) return entry.claims;
    this.#entries.delete(token);
    return undefined;
  }

  add(token: string, entry: Entry): void {
    // The one that came first goes first; who still uses it pays for one check.
    if (this.#entries.size >= TOKENS_MAX) this.#entries.delete(this.#entries.keys().next().value!);
    this.#entries.set(token, entry);
  }
}
