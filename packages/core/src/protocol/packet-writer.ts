import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import { writePacketSize } from './packet.js';

const CAPACITY = 64 * 1024;

/**
 * Collects pkt-lines in one buffer, so that thousands of lines leave in a few writes.
 *
 * The bytes that {@link take} gives are the caller's: the writer goes on in a new buffer.
 */
export class PacketWriter {
  #bytes = new Uint8Array(256);
  #size = 0;

  /** Bytes that were written and not taken. */
  get size(): number {
    return this.#size;
  }

  /** Whether there is enough for a write of its own. */
  get isFull(): boolean {
    return this.#size >= CAPACITY / 2;
  }

  /** Adds a pkt-line with the UTF-8 of `text`; a line feed, where one is wanted, is part of it. */
  line(text: string): this {
    // Most lines are ASCII, one byte a character, and need no encoder.
    const start = this.#reserve(4 + text.length);
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) return this.data(bytesFromLosslessText(text));
      this.#bytes[start + 4 + i] = code;
    }
    writePacketSize(this.#bytes, start, text.length);
    this.#size = start + 4 + text.length;
    return this;
  }

  /** Adds a pkt-line with the given payload. */
  data(payload: Uint8Array): this {
    const start = this.#reserve(4 + payload.length);
    writePacketSize(this.#bytes, start, payload.length);
    this.#bytes.set(payload, start + 4);
    this.#size = start + 4 + payload.length;
    return this;
  }

  /** Adds bytes that are packets already. */
  raw(bytes: Uint8Array): this {
    const start = this.#reserve(bytes.length);
    this.#bytes.set(bytes, start);
    this.#size = start + bytes.length;
    return this;
  }

  /** Everything since the last call. */
  take(): Uint8Array {
    const bytes = this.#bytes.subarray(0, this.#size);
    this.#bytes = new Uint8Array(256);
    this.#size = 0;
    return bytes;
  }

  #reserve(size: number): number {
    const end = this.#size + size;
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, this.#size));
      this.#bytes = grown;
    }
    return this.#size;
  }
}
