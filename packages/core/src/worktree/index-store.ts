/**
 * The index as a file: `index` in the Git directory, changed by making `index.lock` and giving it the name.
 *
 * A file that was changed in the same instant in which the index was written may have changed again since, and its
 * numbers would not tell ("racy git"). So the time of the index file is kept beside it; see `file-state.ts`.
 */
import { GovcError } from '../errors.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import { parseIndexFile, serializeIndexFile, type IndexFileOptions } from '../staging/index-file.js';
import { mergeSplitIndex } from '../staging/split-index.js';
import { emptyIndex, type StagingIndex } from '../staging/staging-index.js';
import { findFile, type Files } from './files.js';

/** When an index file was written. */
export interface IndexTime {
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** An index and the time of its file. */
export interface LoadedIndex {
  readonly index: StagingIndex;
  /** `undefined` where it does not come from a file. */
  readonly time: IndexTime | undefined;
}

/** Where the index is. */
export interface IndexPlace {
  /** The folder of the file. */
  readonly files: Files;
  /** Default: `index`. */
  readonly name?: string | undefined;
  readonly algorithm: HashAlgorithm;
}

/**
 * Reads the index; an empty one where there is no file. A split index is put together.
 *
 * @throws {GovcError} index-file-invalid, io-failed
 */
export function loadIndex({ files, name = 'index', algorithm }: IndexPlace): LoadedIndex {
  const info = files.find(name);
  const bytes = info === undefined ? undefined : findFile(files, name);
  if (info === undefined || bytes === undefined) return { index: emptyIndex(algorithm), time: undefined };
  const index = parseIndexFile(bytes, algorithm);
  const { mtimeSeconds, mtimeNanoseconds } = info.stat;
  const time = { seconds: mtimeSeconds, nanoseconds: mtimeNanoseconds };
  const base = index.link?.baseId;
  if (base === undefined) return { index, time };
  const shared = /^0+$/.test(base) ? emptyIndex(algorithm) : readShared(files, base, algorithm);
  return { index: mergeSplitIndex(index, shared), time };
}

/** The right to change an index, which nobody else has until it is released. */
export class IndexLock {
  readonly #place: IndexPlace;
  #isHeld = true;

  private constructor(place: IndexPlace) {
    this.#place = place;
  }

  /** Takes the lock. @throws {GovcError} lock-held: somebody else has it. */
  static take(place: IndexPlace): IndexLock {
    const lock = IndexLock.tryTake(place);
    if (lock !== undefined) return lock;
    const name = `${place.name ?? 'index'}.lock`;
    throw new GovcError('lock-held', `The lock file "${name}" exists; another process may be changing the index.`, { path: name });
  }

  /** Takes the lock, or gives `undefined` where somebody else has it. */
  static tryTake(place: IndexPlace): IndexLock | undefined {
    return place.files.createExclusive(`${place.name ?? 'index'}.lock`, new Uint8Array(0)) ? new IndexLock(place) : undefined;
  }

  /** Writes the index and releases the lock. @throws {GovcError} io-failed */
  commit(index: StagingIndex, options: IndexFileOptions = {}): void {
    if (!this.#isHeld) throw new GovcError('io-failed', 'The lock of the index was released.', {});
    const { files, name = 'index' } = this.#place;
    try {
      files.write(`${name}.lock`, serializeIndexFile(index, options));
      files.rename(`${name}.lock`, name);
      this.#isHeld = false;
    } finally {
      this.release();
    }
  }

  /** Gives the lock back without a change; nothing where that was done already. */
  release(): void {
    if (this.#isHeld) this.#place.files.remove(`${this.#place.name ?? 'index'}.lock`);
    this.#isHeld = false;
  }
}

function readShared(files: Files, base: string, algorithm: HashAlgorithm): StagingIndex {
  const bytes = findFile(files, `sharedindex.${base}`);
  if (bytes !== undefined) return parseIndexFile(bytes, algorithm);
  throw new GovcError('index-file-invalid', `The shared index ${base} of a split index is missing.`, { base });
}
