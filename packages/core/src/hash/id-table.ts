import { writeHex, hexFromBytes } from '../bytes/hex.js';
import type { HashAlgorithm } from './algorithm.js';
import type { ObjectId } from './object-id.js';

/**
 * A set of object ids in the order they were added, each with a number from 0.
 *
 * Ids are kept as raw bytes in one buffer and found by open addressing on their leading bytes, which
 * are as good as random: 24 to 44 bytes an id, no string, no object. Walks over millions of tree
 * entries are lookups here.
 */
export class IdTable {
  readonly #algorithm: HashAlgorithm;
  readonly #size: number;
  #raw: Uint8Array;
  #slots: Int32Array;
  #mask: number;
  #count = 0;
  readonly #probe: Uint8Array;

  /** @param capacity how many ids to expect; it grows by itself */
  constructor(algorithm: HashAlgorithm, capacity = 64) {
    this.#algorithm = algorithm;
    this.#size = algorithm.size;
    let slots = 128;
    while (slots < capacity * 2) slots *= 2;
    this.#slots = new Int32Array(slots).fill(-1);
    this.#mask = slots - 1;
    this.#raw = new Uint8Array(Math.max(64, capacity) * this.#size);
    this.#probe = new Uint8Array(this.#size);
  }

  get count(): number {
    return this.#count;
  }

  /** The raw ids in a row, `algorithm.size` bytes each; valid until the next addition. */
  get rawIds(): Uint8Array {
    return this.#raw.subarray(0, this.#count * this.#size);
  }

  /** The number of the id whose raw bytes stand at `offset`, or -1. */
  find(bytes: Uint8Array, offset: number): number {
    const size = this.#size;
    const raw = this.#raw;
    for (let slot = leadingBits(bytes, offset) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const index = this.#slots[slot]!;
      if (index < 0) return -1;
      const start = index * size;
      let i = 0;
      while (i < size && raw[start + i] === bytes[offset + i]) i++;
      if (i === size) return index;
    }
  }

  /**
   * Adds the id whose raw bytes stand at `offset`.
   *
   * @returns its new number, or -1 - number when it was there before.
   */
  add(bytes: Uint8Array, offset: number): number {
    const size = this.#size;
    const raw = this.#raw;
    let slot = leadingBits(bytes, offset) & this.#mask;
    for (; ; slot = (slot + 1) & this.#mask) {
      const index = this.#slots[slot]!;
      if (index < 0) break;
      const start = index * size;
      let i = 0;
      while (i < size && raw[start + i] === bytes[offset + i]) i++;
      if (i === size) return -1 - index;
    }
    const index = this.#count++;
    this.#slots[slot] = index;
    if ((index + 1) * size > raw.length) this.#growRaw();
    this.#raw.set(size === bytes.length ? bytes : bytes.subarray(offset, offset + size), index * size);
    if (this.#count * 2 > this.#slots.length) this.#growSlots();
    return index;
  }

  /** As {@link find} for an id as text. */
  findId(id: ObjectId): number {
    writeHex(id, this.#probe, 0);
    return this.find(this.#probe, 0);
  }

  /** As {@link add} for an id as text. */
  addId(id: ObjectId): number {
    writeHex(id, this.#probe, 0);
    return this.add(this.#probe, 0);
  }

  has(id: ObjectId): boolean {
    return this.findId(id) >= 0;
  }

  /** The id with the given number. Allocates the text. */
  idAt(index: number): ObjectId {
    return hexFromBytes(this.#raw, index * this.#size, this.#algorithm.size) as ObjectId;
  }

  #growRaw(): void {
    const grown = new Uint8Array(this.#raw.length * 2);
    grown.set(this.#raw);
    this.#raw = grown;
  }

  #growSlots(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(-1);
    const mask = slots.length - 1;
    for (let index = 0; index < this.#count; index++) {
      let slot = leadingBits(this.#raw, index * this.#size) & mask;
      while (slots[slot]! >= 0) slot = (slot + 1) & mask;
      slots[slot] = index;
    }
    this.#slots = slots;
    this.#mask = mask;
  }
}

function leadingBits(bytes: Uint8Array, offset: number): number {
  return (
    (bytes[offset]! | (bytes[offset + 1]! << 8) | (bytes[offset + 2]! << 16) | (bytes[offset + 3]! << 24)) >>> 0
  );
}
