import type { Batch } from './batch.js';
import type { Snapshot } from './snapshot.js';

/** A batch that took effect, with the snapshots before and after it. */
export interface AppliedBatch {
  readonly batch: Batch;
  readonly before: Snapshot;
  readonly after: Snapshot;
}

/** Told of each applied batch, in order, before `apply` returns to its caller. */
export type AppliedListener = (event: AppliedBatch) => void;

/**
 * The listeners of one repository.
 *
 * A listener that throws does not keep others from hearing of the batch nor undoes it: what it throws
 * goes to `onError`.
 */
export class AppliedListeners {
  readonly #listeners = new Set<AppliedListener>();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** Adds a listener and gives the function that removes it. A listener added twice is called twice. */
  add(listener: AppliedListener): () => void {
    const entry: AppliedListener = (event) => {
      listener(event);
    };
    this.#listeners.add(entry);
    return () => {
      this.#listeners.delete(entry);
    };
  }

  notify(event: AppliedBatch): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(event);
      } catch (error) {
        this.#onError(error);
      }
    }
  }
}
