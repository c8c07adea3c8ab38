/** Collects big-endian binary data in one growing buffer. */
export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #size = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(Math.max(16, capacity));
    this.#view = new DataView(this.#bytes.buffer);
  }

  get size(): number {
    return this.#size;
  }

  #reserve(size: number): number {
    const start = this.#size;
    const end = start + size;
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, start));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    this.#size = end;
    return start;
  }

  u8(value: number): this {
    const start = this.#reserve(1);
    this.#bytes[start] = value;
    return this;
  }

  u16(value: number): this {
    const start = this.#reserve(2);
    this.#view.setUint16(start, value);
    return this;
  }

  u32(value: number): this {
    const start = this.#reserve(4);
    this.#view.setUint32(start, value);
    return this;
  }

  /** A safe integer as an unsigned 64-bit number. */
  u64(value: number): this {
    const start = this.#reserve(8);
    this.#view.setUint32(start, Math.floor(value / 0x1_0000_0000));
    this.#view.setUint32(start + 4, value % 0x1_0000_0000);
    return this;
  }

  bytes(value: Uint8Array): this {
    const start = this.#reserve(value.length);
    this.#bytes.set(value, start);
    return this;
  }

  /** A view on what was written; the writer must not be used afterwards. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#size);
  }

  /** A view on what was written so far; valid until the next write. */
  peek(): Uint8Array {
    return this.#bytes.subarray(0, this.#size);
  }
}
