import { GovcError, type ErrorCode } from '../errors.js';

/**
 * A cursor over big-endian binary data that refuses to read past the end.
 *
 * Slices are views on the data, not copies.
 */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #code: ErrorCode;
  readonly #what: string;
  offset: number;

  /**
   * @param bytes what to read
   * @param what named in the error when the data ends early, for example "pack index"
   * @param code of that error
   */
  constructor(bytes: Uint8Array, what: string, code: ErrorCode) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#what = what;
    this.#code = code;
    this.offset = 0;
  }

  get remaining(): number {
    return this.bytes.length - this.offset;
  }

  /** Moves past `size` bytes and gives the offset where they begin. */
  #take(size: number): number {
    const start = this.offset;
    if (size < 0 || size > this.bytes.length - start) {
      throw new GovcError(
        this.#code,
        `The ${this.#what} ends after ${this.bytes.length} bytes, but ${size} more are needed at offset ${start}.`,
        { offset: start, size },
      );
    }
    this.offset = start + size;
    return start;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2));
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4));
  }

  /** An unsigned 64-bit number; refuses what a JavaScript number cannot hold exactly. */
  u64(): number {
    const start = this.#take(8);
    const value = this.#view.getUint32(start) * 0x1_0000_0000 + this.#view.getUint32(start + 4);
    if (!Number.isSafeInteger(value)) {
      throw new GovcError(this.#code, `The ${this.#what} holds a number over 2^53 at offset ${start}.`, {
        offset: start,
      });
    }
    return value;
  }

  /** A view on the next `size` bytes. */
  slice(size: number): Uint8Array {
    const start = this.#take(size);
    return this.bytes.subarray(start, start + size);
  }

  skip(size: number): void {
    this.#take(size);
  }
}
