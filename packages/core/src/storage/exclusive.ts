/** Lets actions run one after another, in the order in which they were asked for. */
export class Exclusive {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `action` when all earlier ones have ended, however they ended, and gives its result. */
  run<Result>(action: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(action, action);
    this.#last = result.then(ignore, ignore);
    return result;
  }
}

function ignore(): void {
  // The caller of run() is told; the next in line only waits.
}
