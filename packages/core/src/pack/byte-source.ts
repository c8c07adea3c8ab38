import { GovcError } from '../errors.js';

/**
 * Random access to the bytes of a pack, wherever they are: in one buffer, in the pieces they arrived
 * in, or in a file. Synchronous is not the same as resident.
 */
export interface PackSource {
  /** Bytes that can be read. Only a source that is still being filled ever changes it. */
  readonly size: number;
  /**
   * Exactly `length` bytes from `offset`, as a view or a copy; they are never written again.
   *
   * @throws {GovcError} pack-corrupt: the range does not lie inside the source.
   */
  read(offset: number, length: number): Uint8Array;
  /**
   * Makes sure that it can be read from now on, as far as another process has a say in it. Cheap: it may be called for each
   * object.
   *
   * @throws {GovcError} io-failed: it is gone.
   */
  open(): void;
  /** Releases what the source holds; it must not be read afterwards. */
  close(): void;
}

/** A capability beside {@link PackSource}: the source is in memory, or parts of it are. */
export interface ResidentSource {
  readonly memoryBytes: number;
}

/** How many bytes of memory the content of a source takes; none where it is in a file. */
export function memoryBytesOf(source: PackSource): number {
  return 'memoryBytes' in source ? (source as PackSource & ResidentSource).memoryBytes : 0;
}

/** Somewhere a pack is written to: bytes are added at the end, and a few are corrected in place. */
export interface PackTarget {
  append(bytes: Uint8Array): void;
  /** Replaces bytes that were appended earlier. */
  overwrite(offset: number, bytes: Uint8Array): void;
}

/** @throws {GovcError} pack-corrupt: `[offset, offset + length)` does not lie inside `size` bytes. */
export function checkRange(offset: number, length: number, size: number): void {
  if (offset >= 0 && length >= 0 && offset + length <= size) return;
  throw new GovcError(
    'pack-corrupt',
    `The pack ends after ${size} bytes, but ${length} bytes are needed at offset ${offset}.`,
    { offset, length, size },
  );
}

/** A source over one buffer; every read is a view. */
export function bufferSource(bytes: Uint8Array): PackSource & ResidentSource {
  return {
    size: bytes.length,
    memoryBytes: bytes.length,
    read: (offset, length) => {
      checkRange(offset, length, bytes.length);
      return bytes.subarray(offset, offset + length);
    },
    open: () => undefined,
    close: () => undefined,
  };
}

/**
 * A source over pieces in a row, for a pack that was received in memory: nothing is joined. A read
 * inside one piece is a view, one across pieces a copy. O(log pieces) a read.
 */
export function chunkedSource(chunks: readonly Uint8Array[]): PackSource {
  const spool = new MemorySpool();
  for (const chunk of chunks) spool.append(chunk);
  return spool;
}

/**
 * A pack in memory that grows while it is read: what a received pack is collected in.
 *
 * Appended bytes are kept, not copied: the caller must not write to them again.
 */
export class MemorySpool implements PackSource, PackTarget, ResidentSource {
  readonly #chunks: Uint8Array[] = [];
  /** Where each chunk begins. */
  readonly #starts: number[] = [];
  #size = 0;
  // Reads are local, so the chunk of the last one is tried first.
  #last = 0;

  get size(): number {
    return this.#size;
  }

  get memoryBytes(): number {
    return this.#size;
  }

  append(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#chunks.push(bytes);
    this.#starts.push(this.#size);
    this.#size += bytes.length;
  }

  /** Replaces whole chunks by changed copies, so that views handed out before stay as they were. */
  overwrite(offset: number, bytes: Uint8Array): void {
    checkRange(offset, bytes.length, this.#size);
    let done = 0;
    while (done < bytes.length) {
      const chunk = this.#chunkAt(offset + done);
      const inside = offset + done - this.#starts[chunk]!;
      // The slice of a Buffer would be a view.
      const copy = new Uint8Array(this.#chunks[chunk]!);
      const count = Math.min(copy.length - inside, bytes.length - done);
      copy.set(bytes.subarray(done, done + count), inside);
      this.#chunks[chunk] = copy;
      done += count;
    }
  }

  read(offset: number, length: number): Uint8Array {
    checkRange(offset, length, this.#size);
    if (length === 0) return new Uint8Array(0);
    let chunk = this.#chunkAt(offset);
    const inside = offset - this.#starts[chunk]!;
    const first = this.#chunks[chunk]!;
    if (inside + length <= first.length) return first.subarray(inside, inside + length);
    const joined = new Uint8Array(length);
    joined.set(first.subarray(inside));
    for (let done = first.length - inside; done < length;) {
      const next = this.#chunks[++chunk]!;
      const count = Math.min(next.length, length - done);
      joined.set(count === next.length ? next : next.subarray(0, count), done);
      done += count;
    }
    return joined;
  }

  open(): void {
    // Memory can be read at any time.
  }

  close(): void {
    this.#chunks.length = 0;
    this.#starts.length = 0;
    this.#size = 0;
    this.#last = 0;
  }

  /** The pieces in order: views on what is held. */
  chunks(): readonly Uint8Array[] {
    return this.#chunks;
  }

  /** The chunk that holds the byte at `offset`, which must exist. */
  #chunkAt(offset: number): number {
    const starts = this.#starts;
    const last = this.#last;
    if (last < starts.length && starts[last]! <= offset) {
      if (last + 1 >= starts.length || offset < starts[last + 1]!) return last;
    }
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    this.#last = low;
    return low;
  }
}
