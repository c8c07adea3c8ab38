/**
 * When something that was applied becomes durable.
 *
 * - `memory`: when someone asks for it by name; what nobody asked for is gone with the process, or when it is closed
 * - `relaxed`: within some milliseconds, in the background; a crash may lose as much as was applied in that time, and
 *   what it leaves is what was applied up to some moment
 * - `durable`: before `flush` resolves
 */
export type DurabilityLevel = 'memory' | 'relaxed' | 'durable';

/** What a writer promises of changes where a flush does not say otherwise. */
export interface DurabilityPromise {
  readonly level: DurabilityLevel;
  /** How long `relaxed` changes may wait, in milliseconds. Default: 50. */
  readonly withinMs?: number | undefined;
  /** Calls an action once after a time. Default: the timer of the system. */
  readonly timer?: Timer | undefined;
}

/** Calls `action` once after so many milliseconds, and gives what calls it off. */
export type Timer = (action: () => void, ms: number) => () => void;

/** What a repository promises where nothing is said. */
export const DURABLE: DurabilityPromise = { level: 'durable' };

const WITHIN_MS = 50;

/** A call in the near future that is asked for many times and made once. */
export class Deadline {
  readonly #action: () => void;
  readonly #withinMs: number;
  readonly #timer: Timer;
  #cancel: (() => void) | undefined;

  constructor(promise: DurabilityPromise, action: () => void) {
    this.#action = action;
    this.#withinMs = promise.withinMs ?? WITHIN_MS;
    this.#timer = promise.timer ?? systemTimer;
  }

  /** Sees to it that the call comes within the time, counted from the first time that it was asked for. */
  set(): void {
    this.#cancel ??= this.#timer(() => {
      this.#cancel = undefined;
      this.#action();
    }, this.#withinMs);
  }

  /** Calls it off. */
  clear(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}

// It keeps the process alive: one that ends by itself loses nothing.
function systemTimer(action: () => void, ms: number): () => void {
  const timer = setTimeout(action, ms);
  return () => {
    clearTimeout(timer);
  };
}
