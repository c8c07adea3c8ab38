import { clientError } from './errors.js';

/** A time limit together with the caller's own signals. Let go of it with `clear` when the work is over. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #signals: readonly AbortSignal[];
  readonly #forward = (event: Event): void => this.#controller.abort((event.target as AbortSignal).reason);
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param timeoutMs 0: none
   * @throws the reason of a signal that is raised already
   */
  constructor(timeoutMs: number, signals: readonly (AbortSignal | undefined)[]) {
    this.#signals = signals.filter((each) => each !== undefined);
    for (const signal of this.#signals) signal.throwIfAborted();
    for (const signal of this.#signals) signal.addEventListener('abort', this.#forward, { once: true });
    this.extend(timeoutMs);
  }

  /** Raised when the time is up or the caller gives up. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Begins the time again. 0: no limit from now on. */
  extend(timeoutMs: number): void {
    clearTimeout(this.#timer);
    if (timeoutMs === 0) return;
    this.#timer = setTimeout(() => {
      this.#controller.abort(clientError('client-timed-out', `The server did not answer within ${timeoutMs} ms.`));
    }, timeoutMs);
  }

  /** Lets go of timer and signals. */
  clear(): void {
    clearTimeout(this.#timer);
    for (const signal of this.#signals) signal.removeEventListener('abort', this.#forward);
  }
}

/** Waits, and rejects with the reason of a signal that is raised meanwhile. */
export async function pause(delayMs: number, signals: readonly (AbortSignal | undefined)[]): Promise<void> {
  const deadline = new Deadline(0, signals);
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, delayMs);
      deadline.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(deadline.signal.reason as Error);
      }, { once: true });
    });
  } finally {
    deadline.clear();
  }
}
