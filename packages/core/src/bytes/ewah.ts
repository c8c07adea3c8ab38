/**
 * Bitmaps compressed word by word (EWAH), as Git writes them into index files and pack bitmaps.
 *
 *     32 bits: how many bits          32 bits: how many 64-bit words follow
 *     words: each run-length word says how often one bit fills the next words (bit 0: which, 32 bits: how
 *     often) and how many literal words follow it (31 bits)
 *     32 bits: the index of the last run-length word
 *
 * Everything is big-endian; within a word the lowest bit comes first (Documentation/technical/bitmap-format).
 */
import type { ByteReader } from './reader.js';
import { ByteWriter } from './writer.js';

/** A bitmap at full size: bit `n` is bit `n % 32` of word `n >> 5`. */
export interface Bitmap {
  readonly bitSize: number;
  readonly words: Uint32Array;
}

const RUN_MAX = 0xffff_ffff;
const LITERALS_MAX = 0x7fff_ffff;

/** A bitmap with exactly the given bits. */
export function bitmapOf(positions: Iterable<number>, bitSize: number): Bitmap {
  const words = new Uint32Array(wordCount(bitSize));
  for (const position of positions) words[position >> 5]! |= 1 << (position & 31);
  return { bitSize, words };
}

/** Whether bit `position` is set; `false` beyond the end. */
export function hasBit(bitmap: Bitmap, position: number): boolean {
  return position < bitmap.bitSize && ((bitmap.words[position >> 5]! >>> (position & 31)) & 1) === 1;
}

/** The positions of the bits that are set, in order. */
export function* bitPositions(bitmap: Bitmap): Generator<number, void, void> {
  const { words, bitSize } = bitmap;
  for (let w = 0; w < words.length; w++) {
    for (let word = words[w]!; word !== 0; word &= word - 1) {
      const position = w * 32 + 31 - Math.clz32(word & -word);
      if (position < bitSize) yield position;
    }
  }
}

/**
 * Reads a bitmap and moves the reader past it; `undefined` where its words do not fit its size, or where it has
 * more bits than `bitSizeMax`, which bounds the memory taken.
 *
 * @throws {GovcError} with the reader's code: the data ends early.
 */
export function readEwah(reader: ByteReader, bitSizeMax: number): Bitmap | undefined {
  const bitSize = reader.u32();
  const count = reader.u32();
  const data = reader.slice(count * 8);
  reader.skip(4);
  if (bitSize > bitSizeMax) return undefined;
  const words = new Uint32Array(wordCount(bitSize));
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  let to = 0;
  for (let at = 0; at < count; ) {
    const high = view.getUint32(at * 8);
    const low = view.getUint32(at * 8 + 4);
    const run = ((high & 1) * 0x8000_0000 + (low >>> 1)) * 2;
    const literals = high >>> 1;
    at++;
    if (run > words.length - to || literals > count - at || literals * 2 > words.length - to - run) return undefined;
    if ((low & 1) === 1) words.fill(0xffff_ffff, to, to + run);
    to += run;
    for (let i = 0; i < literals; i++, at++, to += 2) {
      words[to] = view.getUint32(at * 8 + 4);
      words[to + 1] = view.getUint32(at * 8);
    }
  }
  return { bitSize, words };
}

/** Writes a bitmap as Git's encoder does, which always takes the longest runs. */
export function writeEwah(writer: ByteWriter, bitmap: Bitmap): void {
  const { bitSize, words } = bitmap;
  const encoded = new ByteWriter(64);
  const end = words.length;
  let at = 0;
  let marker: number;
  let count = 0;
  do {
    marker = count;
    const filler = at < end && isFilled(words, at) ? 0xffff_ffff : 0;
    let run = 0;
    while (at < end && words[at] === filler && words[at + 1] === filler && run < RUN_MAX) {
      run++;
      at += 2;
    }
    const first = at;
    while (at < end && !isFilled(words, at) && !isEmpty(words, at) && (at - first) / 2 < LITERALS_MAX) at += 2;
    const literals = (at - first) / 2;
    encoded.u32(literals * 2 + (run > 0x7fff_ffff ? 1 : 0));
    encoded.u32((((run & 0x7fff_ffff) << 1) | (filler & 1)) >>> 0);
    for (let i = first; i < at; i += 2) encoded.u32(words[i + 1]!).u32(words[i]!);
    count += 1 + literals;
  } while (at < end);
  writer.u32(bitSize).u32(count).bytes(encoded.finish()).u32(marker);
}

/** Whole 64-bit words in halves. */
function wordCount(bitSize: number): number {
  return Math.ceil(bitSize / 64) * 2;
}

function isFilled(words: Uint32Array, at: number): boolean {
  return words[at] === 0xffff_ffff && words[at + 1] === 0xffff_ffff;
}

function isEmpty(words: Uint32Array, at: number): boolean {
  return words[at] === 0 && words[at + 1] === 0;
}
