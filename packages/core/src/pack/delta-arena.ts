import { invalidDelta } from './apply-delta.js';

/**
 * One buffer in which bases, deltas and results stand, and deltas applied inside it.
 *
 * Base, delta and result in one buffer make every copy a `copyWithin`, which costs a quarter of
 * making a view and calling `set`; and memory that is used again is warm. `applyDelta` is the same
 * for bytes that stand anywhere.
 */
export class DeltaArena {
  bytes = new Uint8Array(256 * 1024);
  /** Where the next instruction begins, and where the delta ends. */
  #at = 0;
  #end = 0;
  #baseAt = 0;
  #baseSize = 0;
  #filled = 0;
  #resultEnd = 0;

  /** Makes sure that there are `size` bytes, keeping the first `kept`. */
  reserve(size: number, kept: number): void {
    if (size <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(size, Math.min(2 * this.bytes.length, this.bytes.length + 64 * 1024 * 1024)));
    grown.set(this.bytes.subarray(0, kept));
    this.bytes = grown;
  }

  /** Prepares to apply the instructions in `[start, end)`. */
  begin(start: number, end: number): this {
    this.#at = start;
    this.#end = end;
    return this;
  }

  /** To the base that begins at `at`. */
  on(at: number, size: number): this {
    this.#baseAt = at;
    this.#baseSize = size;
    return this;
  }

  /** Giving a result of `size` bytes at `at`. */
  to(at: number, size: number): void {
    this.#filled = at;
    this.#resultEnd = at + size;
  }

  /**
   * Applies instructions until the delta ends or about `budget` bytes have been made.
   *
   * @returns whether the result is complete
   * @throws {GovcError} delta-invalid: an instruction is malformed, or the result has another size.
   */
  apply(budget: number): boolean {
    const { bytes } = this;
    const end = this.#end;
    const baseAt = this.#baseAt;
    const baseSize = this.#baseSize;
    const resultEnd = this.#resultEnd;
    let at = this.#at;
    let filled = this.#filled;
    const pause = Math.min(resultEnd, filled + budget);
    while (at < end) {
      const op = bytes[at++]!;
      let from: number;
      let size: number;
      if (op >= 0x80) {
        let offset = 0;
        size = 0;
        if (op & 0x01) offset = bytes[at++]!;
        if (op & 0x02) offset |= bytes[at++]! << 8;
        if (op & 0x04) offset |= bytes[at++]! << 16;
        if (op & 0x08) offset += bytes[at++]! * 0x100_0000;
        if (op & 0x10) size = bytes[at++]!;
        if (op & 0x20) size |= bytes[at++]! << 8;
        if (op & 0x40) size |= bytes[at++]! << 16;
        if (size === 0) size = 0x10000;
        // At most seven bytes after the end of the delta are read; the arena has them, in the header's room.
        if (at > end || offset + size > baseSize || size > resultEnd - filled) throw misfit();
        from = baseAt + offset;
      } else {
        if (op === 0) throw invalidDelta('it holds the reserved instruction 0');
        size = op;
        if (size > end - at || size > resultEnd - filled) throw misfit();
        from = at;
        at += size;
      }
      if (size < COPY_BYTEWISE_MAX) for (let i = 0; i < size; i++) bytes[filled + i] = bytes[from + i]!;
      else bytes.copyWithin(filled, from, from + size);
      filled += size;
      if (filled >= pause && at < end) {
        if (filled === resultEnd) throw misfit();
        break;
      }
    }
    this.#at = at;
    this.#filled = filled;
    if (at < end) return false;
    if (filled !== resultEnd) throw invalidDelta(`its result lacks ${resultEnd - filled} bytes`);
    return true;
  }
}

const COPY_BYTEWISE_MAX = 12;

function misfit(): Error {
  return invalidDelta('an instruction reaches past the end of the base, the delta or the result');
}
