import { equalBytes } from '../bytes/compare.js';
import { readEwah, type Bitmap } from '../bytes/ewah.js';
import { ByteReader } from '../bytes/reader.js';
import { GovcError } from '../errors.js';
import type { BitOrder } from './bit-order.js';
import type { ObjectSource } from './object-source.js';

/**
 * Bitmaps of packs and multi-pack-indexes, `.bitmap` (Documentation/technical/bitmap-format):
 *
 *     'BITM', u16 version 1, u16 flags (1 closed under reachability, always; 4 name hashes; 16 lookup table), u32 commits,
 *     the checksum of the pack or multi-pack-index
 *     four bitmaps: which objects are commits, trees, blobs, tags
 *     per commit u32 position in the index, u8 how many bitmaps before it stands the one that it is combined with by XOR
 *     (0: none), u8 flags, bitmap of all objects that it reaches
 *     lookup table: per commit, in the order of positions, u32 position, u64 offset of its bitmap, u32 row of the other one
 *     name hashes: u32 per object, in the order of ids
 *     the checksum of all that
 *
 * Bitmaps are EWAH (`bytes/ewah.ts`). They are decoded when they are asked for.
 */

const MAGIC = 0x4249544d;
const FULL_DAG = 1;
const HASH_CACHE = 4;
const LOOKUP_TABLE = 16;
const XOR_OFFSET_MAX = 160;
const TABLE_ROW_SIZE = 16;
/** So many decoded bitmaps are kept: one is combined with one of the few before it. */
const DECODED_MAX = 16;

/** The bitmap of one commit, not decoded. */
interface StoredBitmap {
  readonly offset: number;
  /** Its number in the order of the file. */
  readonly number: number;
  readonly xorOffset: number;
}

/** What commits reach, for a choice of commits, as bits over the objects of a pack or multi-pack-index. */
export class BitmapIndex {
  readonly order: BitOrder;
  readonly commits: Bitmap;
  readonly trees: Bitmap;
  readonly blobs: Bitmap;
  readonly tags: Bitmap;
  readonly #bytes: Uint8Array;
  readonly #stored: StoredBitmap[] = [];
  /** Numbers by the bit of the commit. */
  readonly #byBit = new Map<number, number>();
  readonly #hashesAt: number | undefined;
  readonly #view: DataView;
  readonly #decoded = new Map<number, Uint32Array>();

  /**
   * Reads the frame and finds the bitmaps, without decoding those of commits. O(size of what is not name hashes).
   *
   * @throws {GovcError} pack-index-corrupt: the file is malformed, of another version, or belongs to something else.
   */
  constructor(bytes: Uint8Array, order: BitOrder) {
    const { algorithm, count } = order;
    this.order = order;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const reader = new ByteReader(bytes, 'bitmap', 'pack-index-corrupt');
    if (reader.u32() !== MAGIC) throw corrupt('it does not begin with BITM');
    const version = reader.u16();
    if (version !== 1) throw corrupt(`version ${version} is not known`);
    const flags = reader.u16();
    if ((flags & FULL_DAG) === 0) throw corrupt('it is not closed under reachability');
    const commitCount = reader.u32();
    if (!equalBytes(reader.slice(algorithm.size), order.checksum)) throw corrupt('it belongs to another pack');
    if (commitCount > count) throw corrupt('it has more commits than there are objects');
    let end = bytes.length - algorithm.size;
    if ((flags & HASH_CACHE) !== 0) {
      end -= count * 4;
      this.#hashesAt = end;
    }
    if ((flags & LOOKUP_TABLE) !== 0) end -= commitCount * TABLE_ROW_SIZE;
    this.commits = this.#readBitmap(reader);
    this.trees = this.#readBitmap(reader);
    this.blobs = this.#readBitmap(reader);
    this.tags = this.#readBitmap(reader);
    for (let number = 0; number < commitCount; number++) {
      const position = reader.u32();
      const xorOffset = reader.u8();
      reader.skip(1);
      if (position >= count) throw corrupt(`it names position ${position} of ${count}`);
      if (xorOffset > XOR_OFFSET_MAX || xorOffset > number) throw corrupt('a bitmap is combined with one that is not there');
      this.#stored.push({ offset: reader.offset, number, xorOffset });
      this.#byBit.set(order.bitAt(position), number);
      reader.skip(4);
      const words = reader.u32();
      reader.skip(words * 8 + 4);
    }
    if (end < 0 || reader.offset > end) throw corrupt('its parts overlap');
  }

  /** How many commits have bitmaps. */
  get commitCount(): number {
    return this.#stored.length;
  }

  /** Bytes that are held: those of the file, the order, and decoded bitmaps at most. */
  get sizeBytes(): number {
    return this.#bytes.length + this.order.count * 8 + (DECODED_MAX * this.order.count) / 8;
  }

  /** The bits of the commits that have bitmaps. */
  get commitBits(): Iterable<number> {
    return this.#byBit.keys();
  }

  /**
   * What the commit with a bit reaches, itself included, as words of 32 bits; `undefined` for a commit without a bitmap. The words
   * are shared and must not be written.
   *
   * @throws {GovcError} pack-index-corrupt: a bitmap is malformed.
   */
  find(bit: number): Uint32Array | undefined {
    const number = this.#byBit.get(bit);
    return number === undefined ? undefined : this.#decode(this.#stored[number]!);
  }

  /** The hash of the name of the object that a bit stands for; 0 where that is not recorded. */
  nameHashOf(bit: number): number {
    return this.#hashesAt === undefined ? 0 : this.#view.getUint32(this.#hashesAt + this.order.positionOf(bit) * 4);
  }

  /** A bitmap that is combined with others is undone from the last one that needs no other. */
  #decode(last: StoredBitmap): Uint32Array {
    const chain: StoredBitmap[] = [];
    let words: Uint32Array | undefined;
    for (let at = last; ; at = this.#stored[at.number - at.xorOffset]!) {
      words = this.#decoded.get(at.number);
      if (words !== undefined) break;
      chain.push(at);
      if (at.xorOffset === 0) break;
    }
    for (let i = chain.length - 1; i >= 0; i--) {
      const reader = new ByteReader(this.#bytes, 'bitmap', 'pack-index-corrupt');
      reader.offset = chain[i]!.offset;
      words = this.#combine(this.#readBitmap(reader).words, words);
    }
    this.#decoded.delete(last.number);
    this.#decoded.set(last.number, words!);
    if (this.#decoded.size > DECODED_MAX) this.#decoded.delete(this.#decoded.keys().next().value!);
    return words!;
  }

  #combine(words: Uint32Array, other: Uint32Array | undefined): Uint32Array {
    const full = new Uint32Array(wordCountOf(this.order.count));
    full.set(words);
    if (other !== undefined) for (let i = 0; i < full.length; i++) full[i]! ^= other[i]!;
    return full;
  }

  #readBitmap(reader: ByteReader): Bitmap {
    // Whole words of 64 bits may be written.
    const bitmap = readEwah(reader, Math.ceil(this.order.count / 64) * 64);
    if (bitmap === undefined) throw corrupt('a bitmap does not fit its objects');
    return bitmap;
  }
}

/** How many words of 32 bits a bitmap over so many objects has: whole words of 64 bits. */
export function wordCountOf(bitCount: number): number {
  return Math.ceil(bitCount / 64) * 2;
}

/** A capability beside {@link ObjectSource}: the source has a bitmap over some of its objects. */
export interface BitmapKeeper {
  /** The bitmap that is best to use now, or `undefined`. */
  findBitmaps(): BitmapIndex | undefined;
}

/** The bitmap of a source, where it keeps one. */
export function findBitmaps(source: ObjectSource): BitmapIndex | undefined {
  return 'findBitmaps' in source ? (source as ObjectSource & BitmapKeeper).findBitmaps() : undefined;
}

function corrupt(reason: string): GovcError {
  return new GovcError('pack-index-corrupt', `A bitmap cannot be used: ${reason}.`, { reason });
}
