import { GovcError } from '../errors.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { Backend, LogEntry, Position, ReadOptions } from '../storage/backend.js';
import type { Batch } from '../store/batch.js';

/**
 * How an append fails.
 *
 * - `lost`: nothing is written
 * - `unconfirmed`: everything is written, but the caller is not told
 */
export type Fault = 'lost' | 'unconfirmed';

/** A backend that fails where it is told to, for tests of what stands on top of it. */
export class FaultyBackend implements Backend {
  readonly algorithm: HashAlgorithm;
  readonly #inner: Backend;
  readonly #faults = new Map<number, { readonly fault: Fault; readonly error: Error }>();
  #appendCount = 0;

  constructor(inner: Backend) {
    this.algorithm = inner.algorithm;
    this.#inner = inner;
  }

  /** How many appends were tried. */
  get appendCount(): number {
    return this.#appendCount;
  }

  /**
   * Lets an append fail.
   *
   * @param number counts appends from 1, those before this call included
   * @param error Default: `io-failed`.
   */
  failAppend(number: number, fault: Fault = 'lost', error: Error = fullDisk()): void {
    this.#faults.set(number, { fault, error });
  }

  read(after: Position | undefined, options: ReadOptions): AsyncIterable<LogEntry> {
    return this.#inner.read(after, options);
  }

  async append(after: Position, batches: readonly Batch[]): Promise<Position> {
    const planned = this.#faults.get(++this.#appendCount);
    if (planned?.fault === 'unconfirmed') await this.#inner.append(after, batches);
    if (planned !== undefined) throw planned.error;
    return this.#inner.append(after, batches);
  }

  compact(upTo: Position, replacement: Batch): Promise<void> {
    return this.#inner.compact(upTo, replacement);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}

function fullDisk(): GovcError {
  return new GovcError('io-failed', 'The disk is full, says the test.', { code: 'ENOSPC' });
}
