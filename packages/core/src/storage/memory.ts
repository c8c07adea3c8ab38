import { GovcError } from '../errors.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import { EMPTY_BATCH, type Batch } from '../store/batch.js';
import { HEAD, branchRef } from '../ref/ref-name.js';
import { symbolicRef } from '../ref/ref-value.js';
import type { Snapshot } from '../store/snapshot.js';
import { isAborted, type Backend, type LogEntry, type Position, type ReadOptions } from './backend.js';
import { batchOfSnapshot } from './snapshot-batch.js';

/** What a new repository in memory is made with. */
export interface MemoryBackendOptions {
  readonly algorithm: HashAlgorithm;
  /** The branch that `HEAD` names, without `refs/heads/`. Default: `main`. */
  readonly defaultBranch?: string | undefined;
  /** What the repository begins with, instead of nothing. O(1): what a log would say of it is found out when it is read. */
  readonly start?: Snapshot | undefined;
}

/**
 * The log as a list in memory: for repositories that end with the process, for tests, and as the model of
 * what a backend is.
 *
 * 1. `#entries` is never empty; its first entry has the effect of everything before it.
 * 2. Positions count appended batches and never repeat.
 *
 *     open --close--> closed
 */
export class MemoryBackend implements Backend {
  readonly algorithm: HashAlgorithm;
  readonly #entries: LogEntry[];
  readonly #followers = new Set<() => void>();
  #count = 0;
  #isClosed = false;

  /** A log whose one batch makes an empty repository with an unborn branch. */
  constructor(options: MemoryBackendOptions) {
    this.algorithm = options.algorithm;
    const { start } = options;
    if (start !== undefined) {
      this.#entries = [lazyEntry(this.#nextPosition(), () => batchOfSnapshot(start, 'fork'))];
      return;
    }
    const head = symbolicRef(branchRef(options.defaultBranch ?? 'main'));
    this.#entries = [{
      position: this.#nextPosition(),
      batch: {
        ...EMPTY_BATCH,
        refs: [{ name: HEAD, value: head, expected: { kind: 'absent' } }],
        origin: 'init',
      },
    }];
  }

  /** The log as it is now, oldest first. */
  get entries(): readonly LogEntry[] {
    return [...this.#entries];
  }

  /** Where the log ends. */
  get position(): Position {
    return this.#entries.at(-1)!.position;
  }

  /** How many batches the log holds. */
  get length(): number {
    return this.#entries.length;
  }

  async *read(after: Position | undefined, options: ReadOptions): AsyncGenerator<LogEntry, void, void> {
    let last = after;
    for (;;) {
      this.#mustBeOpen();
      let index = last === undefined ? 0 : this.#indexOf(last) + 1;
      // Waiting begins in the same turn in which the end was seen, so no append can fall in between.
      for (; index < this.#entries.length; index = this.#indexOf(last) + 1) {
        const entry = this.#entries[index]!;
        last = entry.position;
        yield entry;
        this.#mustBeOpen();
      }
      if (!options.follow || isAborted(options.signal)) return;
      await this.#nextChange(options.signal);
      if (isAborted(options.signal)) return;
    }
  }

  append(after: Position, batches: readonly Batch[]): Promise<Position> {
    return settle(() => {
      this.#mustBeOpen();
      const end = this.#entries.at(-1)!.position;
      if (end !== after) {
        throw new GovcError('backend-moved', 'Another writer has appended; read on and try again.', { after, end });
      }
      for (const batch of batches) this.#entries.push({ position: this.#nextPosition(), batch });
      this.#wakeFollowers();
      return this.#entries.at(-1)!.position;
    });
  }

  compact(upTo: Position, replacement: Batch): Promise<void> {
    return settle(() => {
      this.#mustBeOpen();
      this.#entries.splice(0, this.#indexOf(upTo) + 1, { position: upTo, batch: replacement });
    });
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.#wakeFollowers();
    return Promise.resolve();
  }

  #nextPosition(): Position {
    return `memory:${this.#count++}` as Position;
  }

  /** O(log n): positions are in the order of their numbers. */
  #indexOf(position: Position): number {
    const wanted = numberOf(position);
    let low = 0;
    let high = this.#entries.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = numberOf(this.#entries[middle]!.position);
      if (found === wanted) return middle;
      if (found < wanted) low = middle + 1;
      else high = middle - 1;
    }
    throw new GovcError('backend-moved', 'The position is not in the log any more; read from the start.', { position });
  }

  #nextChange(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#followers.delete(wake);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      this.#followers.add(wake);
      signal?.addEventListener('abort', wake);
    });
  }

  #wakeFollowers(): void {
    for (const wake of [...this.#followers]) wake();
  }

  #mustBeOpen(): void {
    if (this.#isClosed) throw new GovcError('backend-closed', 'The storage of the repository was closed.');
  }
}

function lazyEntry(position: Position, make: () => Batch): LogEntry {
  let batch: Batch | undefined;
  return {
    position,
    get batch() {
      return (batch ??= make());
    },
  };
}

function numberOf(position: Position): number {
  return Number(position.slice(position.indexOf(':') + 1));
}

/** Runs an action now and gives its result, or what it throws, as a promise. */
function settle<Result>(action: () => Result): Promise<Result> {
  return new Promise((resolve) => {
    resolve(action());
  });
}
