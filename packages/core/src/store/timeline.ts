import { apply, type ApplyResult } from './apply.js';
import type { Batch } from './batch.js';
import { AppliedListeners, type AppliedListener } from './events.js';
import type { Snapshot } from './snapshot.js';

/**
 * The variable that a repository is: it holds the current snapshot, moves by applying batches, and
 * tells listeners. Synchronous, so two callers can never apply on top of the same snapshot.
 */
export class Timeline {
  #current: Snapshot;
  readonly #listeners: AppliedListeners;

  /** @param onListenerError told what a listener throws */
  constructor(initial: Snapshot, onListenerError: (error: unknown) => void) {
    this.#current = initial;
    this.#listeners = new AppliedListeners(onListenerError);
  }

  get current(): Snapshot {
    return this.#current;
  }

  /** Applies a batch to the current snapshot and, where that succeeds, makes the result current. */
  apply(batch: Batch): ApplyResult {
    const before = this.#current;
    const result = apply(before, batch);
    if (result.ok) {
      this.#current = result.snapshot;
      this.#listeners.notify({ batch, before, after: result.snapshot });
    }
    return result;
  }

  /**
   * Makes `after` current and tells listeners that `batch` led there: for what others changed underneath, where
   * the snapshot was computed together with what is still pending.
   */
  move(batch: Batch, after: Snapshot): void {
    const before = this.#current;
    this.#current = after;
    this.#listeners.notify({ batch, before, after });
  }

  /**
   * Puts another representation of the same knowledge in place (a seal, a reload after a failure).
   * No event: callers who change what is known use {@link apply}.
   */
  replace(snapshot: Snapshot): void {
    this.#current = snapshot;
  }

  /** Calls `listener` for each batch from now on; gives the function that ends it. */
  subscribe(listener: AppliedListener): () => void {
    return this.#listeners.add(listener);
  }
}
