import { GovcError } from '../../errors.js';
import type { PackSource } from '../../pack/byte-source.js';
import { FileSource } from '../../pack/file-source.js';
import { findStat } from './disk.js';

/**
 * A bound on how many pack files are open, least recently read closed first.
 *
 * 1. A file is opened when it is read, and may be closed between any two reads; it is then opened again by name.
 * 2. A file that was unlinked cannot be opened again, so it is kept open (`pin`) until nobody refers to its source. Whoever
 *    unlinks it does not say so: its name is looked for before it is closed.
 *
 * Each open file may hold 4 MiB of windows, so the bound is one on memory too.
 */
export class OpenFiles {
  readonly #countMax: number;
  /** In order of use, the oldest first. */
  readonly #open = new Map<OpenFile, true>();
  readonly #abandoned = new FinalizationRegistry<OpenFile>((file) => this.#close(file));

  /** @param countMax how many files may be open at a time, pinned ones not counted. Default: 64. */
  constructor(countMax = 64) {
    this.#countMax = Math.max(1, countMax);
  }

  /**
   * A pack in a file, not opened yet.
   *
   * @param size bytes of the file
   */
  source(path: string, size: number): PooledSource {
    const file: OpenFile = { path, nextPath: undefined, size, source: undefined, isPinned: false };
    const source = new PooledSource(this, file);
    this.#abandoned.register(source, file);
    return source;
  }

  /** @internal The open file; called for each read. */
  use(file: OpenFile): FileSource {
    if (file.isPinned) {
      if (file.source === undefined) throw vanished(file.path);
      return file.source;
    }
    if (file.source === undefined) {
      const source = openEither(file);
      if (source.size !== file.size) {
        source.close();
        throw vanished(file.path);
      }
      file.source = source;
    } else {
      this.#open.delete(file);
    }
    this.#open.set(file, true);
    if (this.#open.size > this.#countMax) this.#closeOldest();
    return file.source;
  }

  /** @internal Opens the file unless it is open. */
  open(file: OpenFile): void {
    if (file.source === undefined) this.use(file);
  }

  /** @internal Keeps the file open from now on, if it is, because its name is gone. */
  pin(file: OpenFile): void {
    file.isPinned = true;
    this.#open.delete(file);
  }

  /** @internal */
  close(file: OpenFile): void {
    this.#close(file);
  }

  #closeOldest(): void {
    const file = this.#open.keys().next().value!;
    if (findStat(file.path) === undefined) this.pin(file);
    else this.#close(file);
  }

  #close(file: OpenFile): void {
    this.#open.delete(file);
    file.source?.close();
    file.source = undefined;
  }
}

interface OpenFile {
  path: string;
  /** Where it is about to be moved. */
  nextPath: string | undefined;
  readonly size: number;
  source: FileSource | undefined;
  isPinned: boolean;
}

/** Opens the file, which another part of this process may just be moving. */
function openEither({ path, nextPath }: OpenFile): FileSource {
  try {
    return new FileSource(path);
  } catch (error) {
    if (nextPath === undefined) throw error;
    return new FileSource(nextPath);
  }
}

/** A file that is open only while it is among the recently read. */
export class PooledSource implements PackSource {
  readonly #files: OpenFiles;
  readonly #file: OpenFile;

  /** @internal Use `OpenFiles.source`. */
  constructor(files: OpenFiles, file: OpenFile) {
    this.#files = files;
    this.#file = file;
  }

  get size(): number {
    return this.#file.size;
  }

  /** @throws {GovcError} io-failed: the file was removed while it was not open. */
  read(offset: number, length: number): Uint8Array {
    return this.#files.use(this.#file).read(offset, length);
  }

  /** Opens the file now, so that it can be read even if it is unlinked. @throws {GovcError} io-failed */
  open(): void {
    this.#files.open(this.#file);
  }

  /** Says that the file is about to get another name. */
  moveTo(path: string): void {
    this.#file.nextPath = path;
  }

  /** Says that the file has its other name now. */
  endMove(): void {
    const { nextPath } = this.#file;
    if (nextPath !== undefined) this.#file.path = nextPath;
    this.#file.nextPath = undefined;
  }

  /** Says that the file was unlinked: it stays open, if it is, for as long as this source is in use. */
  pin(): void {
    this.#files.pin(this.#file);
  }

  close(): void {
    this.#files.close(this.#file);
  }
}

function vanished(path: string): GovcError {
  return new GovcError('io-failed', `The pack "${path}" was removed or replaced while it was not open.`, {
    path,
    code: 'ENOENT',
  });
}
