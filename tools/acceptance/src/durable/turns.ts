/** Lets many work side by side, and now and then one alone. */
export class Turns {
  #working = 0;
  #waiting: (() => void)[] = [];
  #alone: Promise<void> = Promise.resolve();
  #isTaken = false;

  /** Runs beside others that came this way, but not while somebody is alone. */
  async among<Result>(work: () => Promise<Result>): Promise<Result> {
    while (this.#isTaken) await this.#alone;
    this.#working++;
    try {
      return await work();
    } finally {
      this.#working--;
      if (this.#working === 0) for (const resolve of this.#waiting.splice(0)) resolve();
    }
  }

  /** Waits until nobody is at work, and keeps others from beginning. One at a time. */
  async alone<Result>(work: () => Promise<Result>): Promise<Result> {
    while (this.#isTaken) await this.#alone;
    this.#isTaken = true;
    const { promise, resolve } = promiseWithResolve();
    this.#alone = promise;
    try {
      if (this.#working > 0) await new Promise<void>((wake) => this.#waiting.push(wake));
      return await work();
    } finally {
      this.#isTaken = false;
      resolve();
    }
  }
}

function promiseWithResolve(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  const made: { resolve?: () => void } = {};
  const promise = new Promise<void>((resolve) => {
    made.resolve = resolve;
  });
  return { promise, resolve: made.resolve! };
}
