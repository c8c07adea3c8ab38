/** A clock that stands still until it is told to go on. */
export class FixedClock {
  #nowMs: number;

  /** @param nowMs milliseconds since 1970. Default: 2023-11-14T22:13:20Z. */
  constructor(nowMs = 1_700_000_000_000) {
    this.#nowMs = nowMs;
  }

  /** Milliseconds since 1970; usable on its own, as a function. */
  readonly now = (): number => this.#nowMs;

  /** Lets time pass. */
  advance(ms: number): void {
    this.#nowMs += ms;
  }
}
