import { writeHex, hexFromBytes } from '../bytes/hex.js';
import { latin1FromBytes } from '../bytes/text.js';
import type { HashAlgorithm } from './algorithm.js';
import type { ObjectId } from './object-id.js';

/**
 * A set of object ids in the order they were added, each with a number from 0.
 *
 * Ids are kept as raw bytes in one buffer and found by open addressing on their leading bytes, which
 * are as good as random: 24 to 44 bytes an id, no string, no object. Walks over millions of tree
 * entries are lookups here.
 *
 * A peer may send ids that it made up to collide. So a search looks at a bounded number of slots; an id that
 * found no place there is kept in a map, whose hash nobody outside can foresee.
 */
export class IdTable {
  readonly #algorithm: HashAlgorithm;
  readonly #size: number;
  #raw: Uint8Array;
  #slots: Int32Array;
  #mask: number;
  #count = 0;
  #crowded: Map<string, number> | undefined;
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
    const mask = this.#mask;
    const slots = this.#slots;
    let slot = leadingBits(bytes, offset) & mask;
    for (let probes = 0; probes < PROBES_MAX; probes++, slot = (slot + 1) & mask) {
      const index = slots[slot]!;
      if (index < 0) return -1;
      if (this.#isAt(index, bytes, offset)) return index;
    }
    return this.#crowded?.get(this.#keyOf(bytes, offset)) ?? -1;
  }

  /**
   * Adds the id whose raw bytes stand at `offset`.
   *
   * @returns its new number, or -1 - number when it was there before.
   */
  add(bytes: Uint8Array, offset: number): number {
    const mask = this.#mask;
    const slots = this.#slots;
    let slot = leadingBits(bytes, offset) & mask;
    let probes = 0;
    for (; probes < PROBES_MAX; probes++, slot = (slot + 1) & mask) {
      const index = slots[slot]!;
      if (index < 0) break;
      if (this.#isAt(index, bytes, offset)) return -1 - index;
    }
    if (probes === PROBES_MAX) {
      const known = this.#crowded?.get(this.#keyOf(bytes, offset));
      if (known !== undefined) return -1 - known;
    }
    const size = this.#size;
    const index = this.#count++;
    if ((index + 1) * size > this.#raw.length) this.#growRaw();
    this.#raw.set(size === bytes.length ? bytes : bytes.subarray(offset, offset + size), index * size);
    if (probes < PROBES_MAX) slots[slot] = index;
    else (this.#crowded ??= new Map()).set(this.#keyOf(bytes, offset), index);
    if (this.#count * 2 > slots.length) this.#growSlots();
    return index;
  }

  #isAt(index: number, bytes: Uint8Array, offset: number): boolean {
    const raw = this.#raw;
    const size = this.#size;
    const start = index * size;
    let i = 0;
    while (i < size && raw[start + i] === bytes[offset + i]) i++;
    return i === size;
  }

  #keyOf(bytes: Uint8Array, offset: number): string {
    return latin1FromBytes(bytes.subarray(offset, offset + this.#size));
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
    this.#crowded = undefined;
    for (let index = 0; index < this.#count; index++) {
      const at = index * this.#size;
      let slot = leadingBits(this.#raw, at) & mask;
      let probes = 0;
      while (probes < PROBES_MAX && slots[slot]! >= 0) {
        slot = (slot + 1) & mask;
        probes++;
      }
      if (probes < PROBES_MAX) slots[slot] = index;
      else (this.#crowded ??= new Map()).set(this.#keyOf(this.#raw, at), index);
    }
    this.#slots = slots;
    this.#mask = mask;
  }
}

// At a load of at most a half, runs of this length do not come about by chance.
const PROBES_MAX = 128;

function leadingBits(bytes: Uint8Array, offset: number): number {
  return (
    (bytes[offset]! | (bytes[offset + 1]! << 8) | (bytes[offset + 2]! << 16) | (bytes[offset + 3]! << 24)) >>> 0
  );
}
