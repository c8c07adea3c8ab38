import type { Batch } from '../store/batch.js';
import type { ReflogMap } from '../store/reflog-map.js';
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
  /** The reflogs after it. */
  logs: ReflogMap;
  /** Whether anyone waits for it, and so will be told when it is undone. */
  isAwaited = false;
  /** Whether someone asked for it to become durable, now or within some time. */
  isDue = false;
  /** Whether only its objects are left to be appended. */
  isUndone = false;
  #outcome: 'pending' | 'durable' | { readonly error: unknown } = 'pending';
  #waiting: { readonly promise: Promise<void>; resolve(): void; reject(error: unknown): void } | undefined;

  constructor(batch: Batch, after: Snapshot, logs: ReflogMap) {
    this.batch = batch;
    this.content = batch;
    this.after = after;
    this.logs = logs;
  }

  /** Settles when it is durable or undone. Made when it is first asked for, which most batches in memory never are. */
  get settled(): Promise<void> {
    if (this.#waiting !== undefined) return this.#waiting.promise;
    let resolve = (): void => undefined;
    let reject = (_error: unknown): void => undefined;
    const promise = new Promise<void>((resolved, rejected) => {
      resolve = resolved;
      reject = rejected;
    });
    // Whoever asks for it is told; that nobody listens is not an error by itself.
    promise.catch(() => undefined);
    this.#waiting = { promise, resolve, reject };
    if (this.#outcome === 'durable') resolve();
    else if (this.#outcome !== 'pending') reject(this.#outcome.error);
    return promise;
  }

  confirm(): void {
    if (this.#outcome === 'pending') this.#outcome = 'durable';
    this.#waiting?.resolve();
  }

  undo(error: unknown): void {
    this.isUndone = true;
    if (this.#outcome === 'pending') this.#outcome = { error };
    this.#waiting?.reject(error);
  }
}
