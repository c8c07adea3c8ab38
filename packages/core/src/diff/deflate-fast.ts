/**
 * zlib streams (RFC 1950) as zlib itself makes them at level 1: what Git writes in binary patches. The zlib in Node has been
 * changed for speed and makes other, equally valid streams.
 */
import { BitWriter, BLOCK_SYMBOLS_MAX, BlockSymbols, writeBlock } from './deflate-block.js';

const MATCH_MIN = 3;
const MATCH_MAX = 258;
const WINDOW_MASK = 0x7fff;
const DISTANCE_MAX = 0x8000 - MATCH_MAX - MATCH_MIN - 1;
// Level 1: how many earlier places are looked at, which length is good enough, and up to which length all places in a match are kept.
const CHAIN_MAX = 4;
const LENGTH_NICE = 8;
const LENGTH_KEPT = 4;

/** Bytes as one zlib stream of level 1. O(n). */
export function deflateFast(bytes: Uint8Array): Uint8Array {
  const out = new BitWriter((bytes.length >> 1) + 64);
  out.byte(0x78);
  out.byte(0x01);
  new FastDeflater(bytes, out).run();
  out.align();
  const checksum = adler32(bytes);
  for (let shift = 24; shift >= 0; shift -= 8) out.byte((checksum >>> shift) & 0xff);
  return out.finish();
}

class FastDeflater {
  readonly #bytes: Uint8Array;
  readonly #out: BitWriter;
  readonly #symbols = new BlockSymbols();
  /** The last place of each hash of three bytes. Place 0 stands for none, as in zlib. */
  readonly #heads = new Uint32Array(WINDOW_MASK + 1);
  readonly #previous = new Uint32Array(WINDOW_MASK + 1);
  #matchStart = 0;

  constructor(bytes: Uint8Array, out: BitWriter) {
    this.#bytes = bytes;
    this.#out = out;
  }

  run(): void {
    const bytes = this.#bytes;
    let blockStart = 0;
    let at = 0;
    while (at < bytes.length) {
      const left = bytes.length - at;
      const place = left >= MATCH_MIN ? this.#keep(at) : 0;
      const length = place !== 0 && at - place <= DISTANCE_MAX ? this.#findMatch(at, place) : 0;
      if (length < MATCH_MIN) {
        this.#add(0, bytes[at]!);
        at++;
      } else {
        this.#add(at - this.#matchStart, length - MATCH_MIN);
        // Near the end zlib keeps no more places.
        if (length <= LENGTH_KEPT && left - length >= MATCH_MIN) for (let i = 1; i < length; i++) this.#keep(at + i);
        at += length;
      }
      if (this.#symbols.count < BLOCK_SYMBOLS_MAX) continue;
      writeBlock(this.#out, this.#symbols, bytes.subarray(blockStart, at), false);
      this.#symbols.count = 0;
      blockStart = at;
    }
    writeBlock(this.#out, this.#symbols, bytes.subarray(blockStart), true);
  }

  #add(distance: number, value: number): void {
    const symbols = this.#symbols;
    symbols.distances[symbols.count] = distance;
    symbols.values[symbols.count++] = value;
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

  #findMatch(at: number, first: number): number {
    const bytes = this.#bytes;
    const left = Math.min(MATCH_MAX, bytes.length - at);
    const nice = Math.min(LENGTH_NICE, left);
    const oldest = at > DISTANCE_MAX ? at - DISTANCE_MAX : 0;
    let best = MATCH_MIN - 1;
    let place = first;
    for (let looks = CHAIN_MAX; ; ) {
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
    return best;
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
