import type { Lines } from '../diff/lines.js';

const MULTIPLIER = 0x9e3779b1;
/** Bits for each line; about one line in sixteen that a text does not have is taken for one that it has. */
const BITS_PER_LINE = 16;

/** The hash of each line, its end included. O(bytes). */
export function hashLines({ bytes, starts, count }: Lines): Int32Array {
  const hashes = new Int32Array(count);
  for (let line = 0; line < count; line++) {
    const end = starts[line + 1]!;
    let hash = end - starts[line]!;
    for (let at = starts[line]!; at < end; at++) {
      hash = Math.imul(hash ^ bytes[at]!, MULTIPLIER);
      hash ^= hash >>> 15;
    }
    hashes[line] = hash;
  }
  return hashes;
}

/** Which lines a text may have, in a few bits for each: it may say yes wrongly, never no. */
export class LineSketch {
  readonly #bits: Uint32Array;
  readonly #mask: number;

  /** @param hashes of {@link hashLines} */
  constructor(hashes: Int32Array) {
    let size = 32;
    while (size < hashes.length * BITS_PER_LINE) size *= 2;
    this.#bits = new Uint32Array(size / 32);
    this.#mask = size - 1;
    for (const hash of hashes) this.#bits[(hash & this.#mask) >>> 5]! |= 1 << (hash & 31);
  }

  /** How much memory it takes. */
  get sizeBytes(): number {
    return this.#bits.byteLength;
  }

  /** `false` only when the text has no such line. */
  mayHave(hash: number): boolean {
    return (this.#bits[(hash & this.#mask) >>> 5]! & (1 << (hash & 31))) !== 0;
  }
}
