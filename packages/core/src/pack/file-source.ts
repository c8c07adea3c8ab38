import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { GovcError } from '../errors.js';
import { checkRange, type PackSource, type PackTarget } from './byte-source.js';

/**
 * Packs in files. This is the one file of the folder that knows node:fs.
 *
 * Reads are small and local, so a file is read through windows that are kept in a direct-mapped
 * cache: window `n` can only stand in slot `n mod slots`. A window is never written again once it
 * has been handed out; a slot is replaced by a new buffer.
 */

// Larger windows make a lone random read slow, smaller ones cost a system call per few objects.
const WINDOW_SIZE = 16 * 1024;
const WINDOW_COUNT = 256;

/** The windows of one file descriptor. */
class WindowCache {
  readonly #fd: number;
  readonly #slots: (Uint8Array | undefined)[] = new Array<Uint8Array | undefined>(WINDOW_COUNT);
  readonly #numbers = new Float64Array(WINDOW_COUNT).fill(-1);

  constructor(fd: number) {
    this.#fd = fd;
  }

  read(offset: number, length: number, size: number): Uint8Array {
    checkRange(offset, length, size);
    const window = Math.floor(offset / WINDOW_SIZE);
    const inside = offset - window * WINDOW_SIZE;
    if (inside + length > WINDOW_SIZE) return readExactly(this.#fd, offset, length);
    const slot = window % WINDOW_COUNT;
    let bytes = this.#slots[slot];
    // A window at the end of a file that has grown since is shorter than what can be read now.
    if (bytes === undefined || this.#numbers[slot] !== window || inside + length > bytes.length) {
      const start = window * WINDOW_SIZE;
      bytes = readExactly(this.#fd, start, Math.min(WINDOW_SIZE, size - start));
      this.#slots[slot] = bytes;
      this.#numbers[slot] = window;
    }
    return bytes.subarray(inside, inside + length);
  }

  forget(): void {
    this.#slots.fill(undefined);
    this.#numbers.fill(-1);
  }
}

/**
 * A pack in a file, read through an open descriptor: it stays readable after the file was unlinked,
 * which another process may do at any time while it repacks.
 *
 * The creator holds one reference, each {@link FileSource.retain} adds one, and each `close` gives
 * one back; the last one closes the descriptor. At most 4 MiB of the file are kept in memory.
 */
export class FileSource implements PackSource {
  readonly size: number;
  readonly #fd: number;
  readonly #windows: WindowCache;
  #references = 1;

  /**
   * Opens the file for reading.
   *
   * @throws {GovcError} io-failed: it does not exist or cannot be read.
   */
  constructor(path: string) {
    this.#fd = attempt(`open "${path}"`, () => openSync(path, 'r'));
    this.size = attempt(`examine "${path}"`, () => fstatSync(this.#fd).size);
    this.#windows = new WindowCache(this.#fd);
  }

  read(offset: number, length: number): Uint8Array {
    return this.#windows.read(offset, length, this.size);
  }

  open(): void {
    // What has a descriptor can be read.
  }

  /** One more reader that will call `close`. */
  retain(): this {
    this.#references++;
    return this;
  }

  close(): void {
    if (this.#references === 0) return;
    this.#references--;
    if (this.#references > 0) return;
    this.#windows.forget();
    closeSync(this.#fd);
  }
}

/** The calls by which a {@link FileSpool} writes. */
export interface FileCalls {
  open(path: string, flags: 'wx+', mode: number): number;
  /** Writes the bytes from `start` on at a position in the file; gives how many it wrote. */
  write(fd: number, bytes: Uint8Array, start: number, position: number): number;
  close(fd: number): void;
}

const SYSTEM_CALLS: FileCalls = {
  open: (path, flags, mode) => openSync(path, flags, mode),
  write: (fd, bytes, start, position) => writeSync(fd, bytes, start, bytes.length - start, position),
  close: (fd) => {
    closeSync(fd);
  },
};

/** A file that a pack is written to and read back from while it is being received. */
export class FileSpool implements PackSource, PackTarget {
  readonly #fd: number;
  readonly #calls: FileCalls;
  readonly #windows: WindowCache;
  #size = 0;
  #isClosed = false;

  /**
   * Creates the file, which must not exist.
   *
   * @param calls how it is written. Default: by the system.
   * @throws {GovcError} io-failed: it exists or cannot be created.
   */
  constructor(path: string, calls: FileCalls = SYSTEM_CALLS) {
    this.#calls = calls;
    this.#fd = attempt(`create "${path}"`, () => calls.open(path, 'wx+', 0o444));
    this.#windows = new WindowCache(this.#fd);
  }

  get size(): number {
    return this.#size;
  }

  /** The descriptor, for whoever makes the file durable. Owned by the spool. */
  get fd(): number {
    return this.#fd;
  }

  append(bytes: Uint8Array): void {
    this.#write(this.#size, bytes);
    this.#size += bytes.length;
  }

  overwrite(offset: number, bytes: Uint8Array): void {
    checkRange(offset, bytes.length, this.#size);
    this.#write(offset, bytes);
    this.#windows.forget();
  }

  read(offset: number, length: number): Uint8Array {
    return this.#windows.read(offset, length, this.#size);
  }

  open(): void {
    // What has a descriptor can be read.
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#windows.forget();
    this.#calls.close(this.#fd);
  }

  #write(offset: number, bytes: Uint8Array): void {
    let done = 0;
    while (done < bytes.length) {
      done += attempt('write a pack', () => this.#calls.write(this.#fd, bytes, done, offset + done));
    }
  }
}

function readExactly(fd: number, offset: number, length: number): Uint8Array {
  // Not from the shared pool: a small view would keep a whole pool page alive, and vice versa.
  const bytes = Buffer.allocUnsafeSlow(length);
  let done = 0;
  while (done < length) {
    const count = attempt('read a pack', () => readSync(fd, bytes, done, length - done, offset + done));
    if (count === 0) {
      throw new GovcError('pack-corrupt', `The pack file ends at offset ${offset + done}; it was cut short.`, {
        offset: offset + done,
      });
    }
    done += count;
  }
  return new Uint8Array(bytes.buffer, 0, length);
}

function attempt<Result>(what: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    const { code, message } = error as { code?: unknown; message: string };
    throw new GovcError('io-failed', `Cannot ${what}: ${message}`, { code }, { cause: error });
  }
}
