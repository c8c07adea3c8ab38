/**
 * Deflate streams (RFC 1951) as zlib itself makes them at levels 1 to 9: what Git writes in binary patches, zip and tar.gz archives. The zlib
 * in Node has been changed for speed and makes other, equally valid streams.
 */
import { BitWriter, BLOCK_SYMBOLS_MAX, BlockSymbols, writeBlock } from './deflate-block.js';
import { DeflateWindow, DISTANCE_MAX, LOOKAHEAD_MIN, MATCH_MIN, type MatchEffort } from './deflate-window.js';

/** The shortest matches are not worth it from farther away, where another may follow. */
const TOO_FAR = 4096;
const LEVEL_DEFAULT = 6;

const EFFORTS: Readonly<Record<number, MatchEffort>> = {
  1: { good: 4, lazy: 4, nice: 8, chain: 4 },
  2: { good: 4, lazy: 5, nice: 16, chain: 8 },
  3: { good: 4, lazy: 6, nice: 32, chain: 32 },
  4: { good: 4, lazy: 4, nice: 16, chain: 16 },
  5: { good: 8, lazy: 16, nice: 32, chain: 32 },
  6: { good: 8, lazy: 16, nice: 128, chain: 128 },
  7: { good: 8, lazy: 32, nice: 128, chain: 256 },
  8: { good: 32, lazy: 128, nice: 258, chain: 1024 },
  9: { good: 32, lazy: 258, nice: 258, chain: 4096 },
};
/** Up to this level the first match is taken. */
const GREEDY_LEVEL_MAX = 3;

/** `bytes` as one raw stream. O(n) with a factor that the level bounds. @param level 1 to 9, or -1 for the default */
export function deflateExactly(bytes: Uint8Array, level: number): Uint8Array {
  const deflater = new ExactDeflater(level, (bytes.length >> 1) + 64);
  deflater.push(bytes);
  return deflater.finish();
}

/** `bytes` as one stream with the header and the checksum of zlib (RFC 1950), at level 1. */
export function deflateFast(bytes: Uint8Array): Uint8Array {
  const raw = deflateExactly(bytes, 1);
  const stream = new Uint8Array(raw.length + 6);
  stream[0] = 0x78;
  stream[1] = 0x01;
  stream.set(raw, 2);
  new DataView(stream.buffer).setUint32(raw.length + 2, adler32(bytes));
  return stream;
}

/** Makes one raw stream of bytes that come in pieces, in bounded memory. How they are cut makes no difference. */
export class ExactDeflater {
  readonly #effort: MatchEffort;
  readonly #isGreedy: boolean;
  readonly #out: BitWriter;
  readonly #window = new DeflateWindow();
  readonly #symbols = new BlockSymbols();
  #heldLength = MATCH_MIN - 1;
  #hasHeld = false;

  /** @param level 1 to 9, or -1 for the default */
  constructor(level: number, capacity = 64 * 1024) {
    const known = level === -1 ? LEVEL_DEFAULT : level;
    this.#effort = EFFORTS[known] ?? EFFORTS[LEVEL_DEFAULT]!;
    this.#isGreedy = known <= GREEDY_LEVEL_MAX;
    this.#out = new BitWriter(capacity);
  }

  push(bytes: Uint8Array): void {
    const window = this.#window;
    for (let from = 0; from < bytes.length; ) {
      from += window.fill(bytes.subarray(from));
      this.#run(LOOKAHEAD_MIN);
    }
  }

  /** What is ready; it is given once. */
  take(): Uint8Array {
    return this.#out.take();
  }

  /** Ends the stream and gives the rest. */
  finish(): Uint8Array {
    this.#run(1);
    const window = this.#window;
    if (this.#hasHeld) this.#add(0, window.bytes[window.at - 1]!);
    this.#writeBlock(true);
    this.#out.align();
    return this.#out.take();
  }

  /** Goes on while at least so many bytes are there. */
  #run(leftMin: number): void {
    if (this.#isGreedy) this.#runGreedy(leftMin);
    else this.#runLazy(leftMin);
  }

  /** Takes the first match that is long enough. */
  #runGreedy(leftMin: number): void {
    const window = this.#window;
    const { bytes } = window;
    while (window.end - window.at >= leftMin) {
      if (leftMin < LOOKAHEAD_MIN) window.moveWhenDue();
      const { at } = window;
      const left = window.end - at;
      const place = left >= MATCH_MIN ? window.keep(at) : 0;
      const length = place !== 0 && at - place <= DISTANCE_MAX ? window.findMatch(place, MATCH_MIN - 1, this.#effort) : 0;
      if (length < MATCH_MIN) {
        this.#add(0, bytes[at]!);
        window.at = at + 1;
      } else {
        this.#add(at - window.matchStart, length - MATCH_MIN);
        // Near the end zlib keeps no more places.
        if (length <= this.#effort.lazy && left - length >= MATCH_MIN) for (let i = 1; i < length; i++) window.keep(at + i);
        window.at = at + length;
      }
      this.#endFullBlock();
    }
  }

  /** Keeps a match back until the next place has been tried, and gives it up for a longer one there. */
  #runLazy(leftMin: number): void {
    const window = this.#window;
    const { bytes } = window;
    while (window.end - window.at >= leftMin) {
      if (leftMin < LOOKAHEAD_MIN) window.moveWhenDue();
      const { at, end, matchStart: heldStart } = window;
      const heldLength = this.#heldLength;
      const place = end - at >= MATCH_MIN ? window.keep(at) : 0;
      let length = MATCH_MIN - 1;
      if (place !== 0 && heldLength < this.#effort.lazy && at - place <= DISTANCE_MAX) {
        length = window.findMatch(place, heldLength, this.#effort);
        if (length === MATCH_MIN && at - window.matchStart > TOO_FAR) length = MATCH_MIN - 1;
      }
      if (heldLength >= MATCH_MIN && length <= heldLength) {
        this.#add(at - 1 - heldStart, heldLength - MATCH_MIN);
        const matchEnd = at - 1 + heldLength;
        const keepEnd = Math.min(matchEnd, end - MATCH_MIN + 1);
        for (let i = at + 1; i < keepEnd; i++) window.keep(i);
        window.at = matchEnd;
        this.#hasHeld = false;
        this.#heldLength = MATCH_MIN - 1;
        this.#endFullBlock();
        continue;
      }
      if (this.#hasHeld) {
        this.#add(0, bytes[at - 1]!);
        this.#endFullBlock();
      }
      this.#hasHeld = true;
      this.#heldLength = length;
      window.at = at + 1;
    }
  }

  #add(distance: number, value: number): void {
    const symbols = this.#symbols;
    symbols.distances[symbols.count] = distance;
    symbols.values[symbols.count++] = value;
  }

  #endFullBlock(): void {
    if (this.#symbols.count === BLOCK_SYMBOLS_MAX) this.#writeBlock(false);
  }

  #writeBlock(isLast: boolean): void {
    const { bytes, blockStart, at } = this.#window;
    writeBlock(this.#out, this.#symbols, blockStart < 0 ? undefined : bytes.subarray(blockStart, at), isLast);
    this.#symbols.count = 0;
    this.#window.blockStart = at;
  }
}

/** The checksum at the end of a zlib stream. */
function adler32(bytes: Uint8Array): number {
  let low = 1;
  let high = 0;
  for (let start = 0; start < bytes.length; start += 3800) {
    const end = Math.min(bytes.length, start + 3800);
    for (let i = start; i < end; i++) {
      low += bytes[i]!;
      high += low;
    }
    low %= 65_521;
    high %= 65_521;
  }
  return ((high << 16) | low) >>> 0;
}
