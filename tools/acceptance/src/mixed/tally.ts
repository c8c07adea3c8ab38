/** How long requests of each kind took, and what went wrong. */
export class Tally {
  readonly #times = new Map<string, number[]>();
  readonly #faults: string[] = [];

  /** Runs one request and notes its time; one that fails is noted and thrown. */
  async time<Result>(kind: string, work: () => Promise<Result>): Promise<Result> {
    const start = performance.now();
    try {
      return await work();
    } catch (error) {
      this.fault(kind, error instanceof Error ? error.message : String(error));
      throw error;
    } finally {
      this.#of(kind).push(performance.now() - start);
    }
  }

  /** Notes what went wrong elsewhere. */
  fault(kind: string, text: string): void {
    this.#faults.push(`${kind}: ${text}`);
  }

  /** Everything that went wrong. */
  get faults(): readonly string[] {
    return this.#faults;
  }

  /** The number of requests so far. */
  get count(): number {
    let count = 0;
    for (const times of this.#times.values()) count += times.length;
    return count;
  }

  /** A row of each kind: how many, and milliseconds at the median, the 99th of a hundred, and the slowest. */
  rows(): (readonly [kind: string, count: number, p50: number, p99: number, max: number])[] {
    return [...this.#times].map(([kind, times]) => {
      const sorted = times.toSorted((left, right) => left - right);
      const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
      return [kind, sorted.length, at(0.5), at(0.99), sorted.at(-1) ?? 0] as const;
    });
  }

  #of(kind: string): number[] {
    let times = this.#times.get(kind);
    if (times === undefined) this.#times.set(kind, (times = []));
    return times;
  }
}
