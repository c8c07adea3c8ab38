import { writeEwah } from '../bytes/ewah.js';
import { ByteWriter } from '../bytes/writer.js';
import type { Job } from '../job/job.js';
import type { BitOrder } from './bit-order.js';

/**
 * Writing bitmaps; the layout stands in `bitmap-index.ts`.
 */

/** What a bitmap file says. */
export interface BitmapContent {
  readonly order: BitOrder;
  /** Which objects are commits, trees, blobs and tags, in this order: words of 32 bits. */
  readonly types: readonly Uint32Array[];
  /** Bitmaps of commits by {@link encodeBitmaps}, in an order in which each is combined with one before it. */
  readonly commits: readonly EncodedBitmap[];
  /** The hash of the name of each object, by its bit. */
  readonly nameHashes: Uint32Array;
  /** Whether the table is written by which one bitmap is found without reading the others: `pack.writeBitmapLookupTable`. */
  readonly hasLookupTable: boolean;
}

/** What one commit reaches, encoded. */
export interface EncodedBitmap {
  /** The bit of the commit. */
  readonly bit: number;
  /** How many bitmaps before it stands the one that it is combined with; 0: none. */
  readonly xorOffset: number;
  /** EWAH. */
  readonly bytes: Uint8Array;
}

const NO_ROW = 0xffff_ffff;
const SLICE = 16_384;
const XOR_SEARCH_MAX = 10;
const FULL_DAG = 1;
const HASH_CACHE = 4;
const LOOKUP_TABLE = 16;

/** Encodes bitmaps one after another, each alone or as its difference from one of those before it: whichever is shortest. */
export class BitmapEncoder {
  readonly #bitCount: number;
  readonly #recent: Uint32Array[] = [];
  readonly encoded: EncodedBitmap[] = [];

  constructor(bitCount: number) {
    this.#bitCount = bitCount;
  }

  /** Adds what the commit with a bit reaches. The words must not be written later. */
  *add(bit: number, words: Uint32Array): Job<void> {
    let best = this.#encode(words);
    let xorOffset = 0;
    const difference = new Uint32Array(words.length);
    for (let i = this.#recent.length - 1; i >= 0; i--) {
      const other = this.#recent[i]!;
      for (let at = 0; at < words.length; at++) difference[at] = words[at]! ^ other[at]!;
      const bytes = this.#encode(difference);
      yield { phase: 'Building bitmaps', done: this.encoded.length, total: undefined };
      if (bytes.length >= best.length) continue;
      best = bytes;
      xorOffset = this.#recent.length - i;
    }
    this.encoded.push({ bit, xorOffset, bytes: best });
    this.#recent.push(words);
    if (this.#recent.length > XOR_SEARCH_MAX) this.#recent.shift();
  }

  #encode(words: Uint32Array): Uint8Array {
    const writer = new ByteWriter();
    writeEwah(writer, { bitSize: this.#bitCount, words });
    return writer.finish();
  }
}

/** The bytes of a bitmap file. */
export function* serializeBitmaps(content: BitmapContent): Job<Uint8Array> {
  const { order, types, commits, nameHashes, hasLookupTable } = content;
  const writer = new ByteWriter(1024);
  writer.u32(0x4249544d).u16(1).u16(FULL_DAG | HASH_CACHE | (hasLookupTable ? LOOKUP_TABLE : 0)).u32(commits.length).bytes(order.checksum);
  for (const words of types) writeEwah(writer, { bitSize: order.count, words });
  const offsets: number[] = [];
  for (const { bit, xorOffset, bytes } of commits) {
    offsets.push(writer.size);
    writer.u32(order.positionOf(bit)).u8(xorOffset).u8(0).bytes(bytes);
    if (offsets.length % 64 === 0) yield { phase: 'Writing bitmaps', done: offsets.length, total: commits.length };
  }
  if (hasLookupTable) writeTable(writer, content, offsets);
  for (let position = 0; position < order.count; position++) {
    writer.u32(nameHashes[order.bitAt(position)]!);
    if (position % SLICE === SLICE - 1) yield { phase: 'Writing bitmaps', done: commits.length, total: commits.length };
  }
  const hasher = order.algorithm.createHasher();
  const written = writer.peek();
  for (let at = 0; at < written.length; at += 1024 * 1024) {
    hasher.update(written.subarray(at, at + 1024 * 1024));
    yield { phase: 'Writing bitmaps', done: commits.length, total: commits.length };
  }
  return writer.bytes(hasher.digest()).finish();
}

function writeTable(writer: ByteWriter, { order, commits }: BitmapContent, offsets: readonly number[]): void {
  const numbers = commits.map((_, number) => number);
  numbers.sort((left, right) => order.positionOf(commits[left]!.bit) - order.positionOf(commits[right]!.bit));
  const rows = new Uint32Array(numbers.length);
  for (const [row, number] of numbers.entries()) rows[number] = row;
  for (const number of numbers) {
    const { bit, xorOffset } = commits[number]!;
    writer.u32(order.positionOf(bit)).u64(offsets[number]!).u32(xorOffset === 0 ? NO_ROW : rows[number - xorOffset]!);
  }
}
