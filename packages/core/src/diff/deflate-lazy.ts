/**
 * Raw deflate streams (RFC 1951) as zlib itself makes them at levels 4 to 9: what Git writes in zip archives. A match is kept back until
 * the next place has been tried, and given up for a longer one there.
 */
import { BitWriter, BLOCK_SYMBOLS_MAX, BlockSymbols, writeBlock } from './deflate-block.js';

const MATCH_MIN = 3;
const MATCH_MAX = 258;
const WINDOW_MASK = 0x7fff;
const DISTANCE_MAX = 0x8000 - MATCH_MAX - MATCH_MIN - 1;
/** The shortest matches are not worth it from farther away. */
const TOO_FAR = 4096;

/** How hard is looked: from `good` on less, from `lazy` on not again, `nice` is enough, at most `chain` places. */
interface Effort {
  readonly good: number;
  readonly lazy: number;
  readonly nice: number;
  readonly chain: number;
}

const EFFORTS: Readonly<Record<number, Effort>> = {
  4: { good: 4, lazy: 4, nice: 16, chain: 16 },
  5: { good: 8, lazy: 16, nice: 32, chain: 32 },
  6: { good: 8, lazy: 16, nice: 128, chain: 128 },
  7: { good: 8, lazy: 32, nice: 128, chain: 256 },
  8: { good: 32, lazy: 128, nice: 258, chain: 1024 },
  9: { good: 32, lazy: 258, nice: 258, chain: 4096 },
};

/** The raw stream of zlib at a level from 4 to 9, or `undefined` for any other level. O(n) with a bounded factor. */
export function deflateLazy(bytes: Uint8Array, level: number): Uint8Array | undefined {
  const effort = EFFORTS[level];
  if (effort === undefined) return undefined;
  const out = new BitWriter((bytes.length >> 1) + 64);
  new LazyDeflater(bytes, effort, out).run();
  out.align();
  return out.finish();
}

class LazyDeflater {
  readonly #bytes: Uint8Array;
  readonly #effort: Effort;
  readonly #out: BitWriter;
  readonly #symbols = new BlockSymbols();
  /** The last place of each hash of three bytes. Place 0 stands for none, as in zlib. */
  readonly #heads = new Uint32Array(WINDOW_MASK + 1);
  readonly #previous = new Uint32Array(WINDOW_MASK + 1);
  #matchStart = 0;
  #blockStart = 0;

  constructor(bytes: Uint8Array, effort: Effort, out: BitWriter) {
    this.#bytes = bytes;
    this.#effort = effort;
    this.#out = out;
  }

  run(): void {
    const bytes = this.#bytes;
    let heldLength = MATCH_MIN - 1;
    let hasHeld = false;
    for (let at = 0; at < bytes.length;) {
      const place = bytes.length - at >= MATCH_MIN ? this.#keep(at) : 0;
      const heldStart = this.#matchStart;
      let length = MATCH_MIN - 1;
      if (place !== 0 && heldLength < this.#effort.lazy && at - place <= DISTANCE_MAX) {
        length = this.#findMatch(at, place, heldLength);
        if (length === MATCH_MIN && at - this.#matchStart > TOO_FAR) length = MATCH_MIN - 1;
      }
      if (heldLength >= MATCH_MIN && length <= heldLength) {
        this.#add(at - 1 - heldStart, heldLength - MATCH_MIN);
        const end = at - 1 + heldLength;
        const keepEnd = Math.min(end, bytes.length - MATCH_MIN + 1);
        for (let i = at + 1; i < keepEnd; i++) this.#keep(i);
        at = end;
        hasHeld = false;
        heldLength = MATCH_MIN - 1;
        this.#endFullBlock(at);
        continue;
      }
      if (hasHeld) {
        this.#add(0, bytes[at - 1]!);
        this.#endFullBlock(at);
      }
      hasHeld = true;
      heldLength = length;
      at++;
    }
    if (hasHeld) this.#add(0, bytes[bytes.length - 1]!);
    writeBlock(this.#out, this.#symbols, bytes.subarray(this.#blockStart), true);
  }

  #add(distance: number, value: number): void {
    const symbols = this.#symbols;
    symbols.distances[symbols.count] = distance;
    symbols.values[symbols.count++] = value;
  }

  #endFullBlock(at: number): void {
    if (this.#symbols.count < BLOCK_SYMBOLS_MAX) return;
    writeBlock(this.#out, this.#symbols, this.#bytes.subarray(this.#blockStart, at), false);
    this.#symbols.count = 0;
    this.#blockStart = at;
  }

  /** Remembers a place and gives the last one of the same hash. */
  #keep(at: number): number {
    const bytes = this.#bytes;
    const hash = ((bytes[at]! << 10) ^ (bytes[at + 1]! << 5) ^ bytes[at + 2]!) & WINDOW_MASK;
    const last = this.#heads[hash]!;
    this.#previous[at & WINDOW_MASK] = last;
    this.#heads[hash] = at;
    return last;
  }

  /** The longest match that is longer than the one that is held. */
  #findMatch(at: number, first: number, held: number): number {
    const bytes = this.#bytes;
    const { good, chain } = this.#effort;
    const rest = bytes.length - at;
    const left = Math.min(MATCH_MAX, rest);
    const nice = Math.min(this.#effort.nice, rest);
    const oldest = at > DISTANCE_MAX ? at - DISTANCE_MAX : 0;
    let best = held;
    let place = first;
    for (let looks = held >= good ? chain >> 2 : chain; ;) {
      if (bytes[place + best] === bytes[at + best] && bytes[place + best - 1] === bytes[at + best - 1]) {
        let length = 0;
        while (length < left && bytes[place + length] === bytes[at + length]) length++;
        if (length > best) {
          this.#matchStart = place;
          best = length;
          if (length >= nice) break;
        }
      }
      place = this.#previous[place & WINDOW_MASK]!;
      if (place <= oldest || --looks === 0) break;
    }
    return Math.min(best, rest);
  }
}
