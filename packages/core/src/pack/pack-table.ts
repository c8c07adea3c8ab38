import type { HashAlgorithm } from '../hash/algorithm.js';

/**
 * What is known of each entry of a pack while it is indexed, in order of offsets: one row in typed
 * arrays, about 55 bytes with SHA-1, no object.
 *
 * Rows are added as entries arrive and never faster, so a header that promises four thousand million
 * objects allocates nothing.
 */
export class PackTable {
  readonly #hashSize: number;
  count = 0;
  offsets = new Float64Array(0);
  /** The code of the entry as stored: 1 to 4, 6, 7. */
  codes = new Uint8Array(0);
  /** The code of the object, 1 to 4; 0 while a delta is not resolved. */
  types = new Uint8Array(0);
  headerSizes = new Uint8Array(0);
  /** Inflated bytes of the entry. */
  sizes = new Float64Array(0);
  crcs = new Uint32Array(0);
  ids = new Uint8Array(0);
  /** The row of the base of a delta; -1 for whole objects and for bases that are not known yet. */
  bases = new Int32Array(0);
  /** Where a delta stands inflated in the slab, or -1. */
  slabs = new Int32Array(0);

  constructor(algorithm: HashAlgorithm) {
    this.#hashSize = algorithm.size;
  }

  /** Makes room for so many rows at once. */
  reserve(count: number): void {
    if (count > this.offsets.length) this.#grow(count);
  }

  /** Makes room for one more row and gives its number. */
  add(): number {
    if (this.count === this.offsets.length) this.#grow(Math.max(64, Math.ceil(this.count * 1.5)));
    return this.count++;
  }

  #grow(capacity: number): void {
    this.offsets = enlarge(this.offsets, new Float64Array(capacity));
    this.codes = enlarge(this.codes, new Uint8Array(capacity));
    this.types = enlarge(this.types, new Uint8Array(capacity));
    this.headerSizes = enlarge(this.headerSizes, new Uint8Array(capacity));
    this.sizes = enlarge(this.sizes, new Float64Array(capacity));
    this.crcs = enlarge(this.crcs, new Uint32Array(capacity));
    this.ids = enlarge(this.ids, new Uint8Array(capacity * this.#hashSize));
    this.bases = enlarge(this.bases, new Int32Array(capacity));
    this.slabs = enlarge(this.slabs, new Int32Array(capacity));
  }

  /** The row whose entry begins at `offset` (before row `end`), or -1. O(log n). */
  findOffset(offset: number, end: number): number {
    const offsets = this.offsets;
    let low = 0;
    let high = end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (offsets[middle]! < offset) low = middle + 1;
      else high = middle;
    }
    return low < end && offsets[low] === offset ? low : -1;
  }
}

function enlarge<Values extends { set(values: Values): void }>(old: Values, grown: Values): Values {
  grown.set(old);
  return grown;
}

/**
 * Inflated deltas of the first pass that the second one needs again, in chunks, up to a bound: what
 * fits is not inflated twice.
 */
export class DeltaSlab {
  readonly #chunkMax: number;
  readonly chunks: Uint8Array[] = [];
  #used = SLAB_CHUNK_SIZE;

  /** @param sizeMax bytes that are kept */
  constructor(sizeMax: number) {
    this.#chunkMax = Math.min(2047, Math.floor(sizeMax / SLAB_CHUNK_SIZE));
  }

  /** A place for `size` bytes and one more, or -1 when there is none. */
  reserve(size: number): number {
    if (size >= SLAB_DELTA_SIZE_MAX) return -1;
    if (this.#used + size + 1 > SLAB_CHUNK_SIZE) {
      if (this.chunks.length >= this.#chunkMax) return -1;
      this.chunks.push(new Uint8Array(SLAB_CHUNK_SIZE));
      this.#used = 0;
    }
    const place = (this.chunks.length - 1) * SLAB_CHUNK_SIZE + this.#used;
    this.#used += size;
    return place;
  }

  /** Takes back the last reservation. */
  giveBack(size: number): void {
    this.#used -= size;
  }

  /** Copies `size` bytes from a place to `target`. */
  copy(place: number, size: number, target: Uint8Array, at: number): void {
    const start = place % SLAB_CHUNK_SIZE;
    target.set(this.chunks[Math.floor(place / SLAB_CHUNK_SIZE)]!.subarray(start, start + size), at);
  }
}

/** Bytes of one chunk of a slab; a place is the number of a chunk times this, plus an offset. */
export const SLAB_CHUNK_SIZE = 1024 * 1024;
const SLAB_DELTA_SIZE_MAX = 64 * 1024;
