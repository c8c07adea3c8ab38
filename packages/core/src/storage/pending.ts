import type { Batch } from '../store/batch.js';
import type { Snapshot } from '../store/snapshot.js';

/**
 * A batch that was applied and is not durable yet, with those who wait for it.
 *
 *     pending --confirm--> durable
 *     pending --undo--> undone
 */
export class PendingBatch {
  /** What was applied: the batch that callers know. */
  readonly batch: Batch;
  /** What is appended: the batch, perhaps with objects of undone batches that it may build on. */
  content: Batch;
  /** The snapshot after it. */
  after: Snapshot;
  /** Whether anyone waits for it, and so will be told when it is undone. */
  isAwaited = false;
  /** Whether only its objects are left to be appended. */
  isUndone = false;
  /** Settles when it is durable or undone. */
  readonly settled: Promise<void>;
  #resolve: () => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  constructor(batch: Batch, after: Snapshot) {
    this.batch = batch;
    this.content = batch;
    this.after = after;
    this.settled = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Whoever asks for it is told; that nobody asks is not an error by itself.
    this.settled.catch(() => undefined);
  }

  confirm(): void {
    this.#resolve();
  }

  undo(error: unknown): void {
    this.isUndone = true;
    this.#reject(error);
  }
}
