import { bytesFromLatin1 } from '../bytes/text.js';

const PIECE_SIZE = 64 * 1024;

/**
 * Joins many short byte strings into pieces of about 64 KiB. What is added is copied, but for long byte strings, which
 * go on as they are; pieces that were taken belong to the taker.
 */
export class PieceCollector {
  #piece = new Uint8Array(PIECE_SIZE);
  #filled = 0;
  #size = 0;
  #ready: Uint8Array[] = [];

  /** Bytes added so far. */
  get size(): number {
    return this.#size;
  }

  /** Whether {@link take} would give something. */
  get isReady(): boolean {
    return this.#ready.length > 0;
  }

  /** Adds bytes, which must not be written to afterwards. */
  bytes(bytes: Uint8Array): void {
    this.#size += bytes.length;
    if (bytes.length > PIECE_SIZE - this.#filled) {
      this.#close();
      if (bytes.length >= PIECE_SIZE / 2) {
        this.#ready.push(bytes);
        return;
      }
    }
    this.#piece.set(bytes, this.#filled);
    this.#filled += bytes.length;
  }

  /** Adds characters below U+0100, a byte each. */
  latin1(text: string): void {
    const { length } = text;
    if (length > PIECE_SIZE - this.#filled) {
      this.bytes(bytesFromLatin1(text));
      return;
    }
    this.#size += length;
    const piece = this.#piece;
    let at = this.#filled;
    for (let i = 0; i < length; i++) piece[at++] = text.charCodeAt(i);
    this.#filled = at;
  }

  /** Adds that many NUL bytes. */
  zeros(count: number): void {
    for (let left = count; left > 0; left -= PIECE_SIZE / 4) this.bytes(new Uint8Array(Math.min(left, PIECE_SIZE / 4)));
  }

  /** The full pieces, which are taken out. */
  take(): Uint8Array[] {
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }

  /** All that is left, which is taken out. */
  finish(): Uint8Array[] {
    this.#close();
    return this.take();
  }

  #close(): void {
    if (this.#filled === 0) return;
    this.#ready.push(this.#piece.subarray(0, this.#filled));
    this.#piece = new Uint8Array(PIECE_SIZE);
    this.#filled = 0;
  }
}
