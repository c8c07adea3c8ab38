import type { HashAlgorithm } from '../hash/algorithm.js';
import { writeHex } from '../bytes/hex.js';
import type { ObjectId } from '../hash/object-id.js';
import type { MultiPackIndex } from './multi-pack-index.js';
import type { PackIndex } from './pack-index.js';

/** What the objects behind bits are looked up in: a `PackIndex` or a `MultiPackIndex`. */
interface IdRows {
  readonly algorithm: HashAlgorithm;
  readonly bytes: Uint8Array;
  readonly count: number;
  findPositionOfBytes(bytes: Uint8Array, at: number): number | undefined;
  idBytesAt(position: number): number;
  idAt(position: number): ObjectId;
}

/**
 * Which object each bit of a bitmap stands for: those of a pack in the order of offsets, or those of a multi-pack-index in the
 * order of its pseudo-pack (Documentation/technical/bitmap-format). 8 bytes an object.
 */
export class BitOrder {
  readonly algorithm: HashAlgorithm;
  /** The checksum of the pack or multi-pack-index, by which a bitmap names it. */
  readonly checksum: Uint8Array;
  readonly count: number;
  readonly #rows: IdRows;
  /** Positions by bit, and bits by position. */
  readonly #positions: Uint32Array;
  readonly #bits: Uint32Array;
  readonly #probe: Uint8Array;

  private constructor(rows: IdRows, positions: Uint32Array, checksum: Uint8Array) {
    this.algorithm = rows.algorithm;
    this.checksum = checksum;
    this.count = rows.count;
    this.#rows = rows;
    this.#positions = positions;
    this.#bits = new Uint32Array(rows.count);
    for (let bit = 0; bit < positions.length; bit++) this.#bits[positions[bit]!] = bit;
    this.#probe = new Uint8Array(rows.algorithm.size);
  }

  static ofPack(index: PackIndex): BitOrder {
    return new BitOrder(index, index.positionsByOffset(), index.packChecksum);
  }

  /** `undefined` for a multi-pack-index without an order. @throws {GovcError} pack-index-corrupt */
  static ofMidx(index: MultiPackIndex): BitOrder | undefined {
    const order = index.pseudoPackOrder();
    return order === undefined ? undefined : new BitOrder(index, order, index.checksum);
  }

  /** The bit of the object whose raw id begins at `at`, or -1. O(log n). */
  bitOf(bytes: Uint8Array, at: number): number {
    const position = this.#rows.findPositionOfBytes(bytes, at);
    return position === undefined ? -1 : this.#bits[position]!;
  }

  /** As {@link BitOrder.bitOf} for an id as text. */
  bitOfId(id: ObjectId): number {
    writeHex(id, this.#probe, 0);
    return this.bitOf(this.#probe, 0);
  }

  /** The bit of the object at a position in the order of ids. */
  bitAt(position: number): number {
    return this.#bits[position]!;
  }

  /** The position in the order of ids of the object that a bit stands for. */
  positionOf(bit: number): number {
    return this.#positions[bit]!;
  }

  /** The id of the object that a bit stands for. Allocates the text. */
  idOf(bit: number): ObjectId {
    return this.#rows.idAt(this.#positions[bit]!);
  }

  /** Where the raw id of a bit begins in {@link BitOrder.rawIds}. */
  idBytesOf(bit: number): number {
    return this.#rows.idBytesAt(this.#positions[bit]!);
  }

  /** What holds the raw ids. */
  get rawIds(): Uint8Array {
    return this.#rows.bytes;
  }
}
