import type { Job } from '../job/job.js';
import type { PackSource, PackTarget } from './byte-source.js';
import { completeThinPack, indexScannedPack, type IndexedPack, type IndexPackOptions } from './index-pack.js';
import { PackScanner } from './pack-scanner.js';

/**
 * Takes a pack as it arrives: each piece goes to the spool (memory or a file) and is scanned at
 * once, so that when the last one has come only the deltas are left to resolve.
 */
export class PackReceiver {
  readonly #spool: PackTarget & PackSource;
  readonly #options: IndexPackOptions;
  readonly #scanner: PackScanner;

  /** @param spool where the pack is collected; empty, and the caller's to close */
  constructor(spool: PackTarget & PackSource, options: IndexPackOptions) {
    this.#spool = spool;
    this.#options = options;
    this.#scanner = new PackScanner(spool, options);
  }

  /** Bytes that have come. */
  get size(): number {
    return this.#spool.size;
  }

  /** How many objects have been scanned, and how many the header promises (-1 before it came). */
  get progress(): { readonly done: number; readonly total: number } {
    return { done: this.#scanner.table.count, total: this.#scanner.objectCount };
  }

  /**
   * Takes the next piece, of any size. About 3 ms of work for each MiB that it expands to; the spool
   * keeps the bytes, so they must not be written again.
   *
   * @throws {GovcError} pack-corrupt, limit-exceeded: what has come cannot be part of an acceptable pack.
   */
  write(chunk: Uint8Array): void {
    this.#spool.append(chunk);
    while (this.#scanner.scan(false) === 'more');
  }

  /**
   * The pack is complete: resolves its deltas, completes it in the spool if it is thin, and gives its
   * index. Fails as `indexPack` does.
   */
  *finish(): Job<IndexedPack> {
    const pack = yield* indexScannedPack(this.#spool, this.#scanner, this.#options);
    completeThinPack(this.#spool, pack);
    return pack;
  }
}
