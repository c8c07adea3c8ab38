/**
 * Deltas (the format stands in `pack/apply-delta.ts`) byte for byte as Git makes them, for binary patches: `pack/create-delta.ts`
 * finds other, as good ones.
 *
 * Blocks of 16 bytes of the source are indexed by their Rabin fingerprint, a polynomial over GF(2) modulo one of degree 31; a
 * window of as many bytes slides over the target.
 */

const WINDOW = 16;
/** The polynomial without its highest term. */
const MODULUS = 0x2b59b4d1;
const SHIFT = 23;
const BUCKET_MAX = 64;
/** A match this long is taken without looking for a longer one. */
const MATCH_GOOD = 4096;
const MATCH_MIN = 4;
const COPY_SIZE_MAX = 0x10000;
const INSERT_MAX = 0x7f;
/** How much one step may write: the header, a window, a copy. */
const STEP_SIZE_MAX = 5 + 5 + 1 + WINDOW + 7;

/** What a byte that leaves at the top of a fingerprint changes in it. */
const APPEND = tableOf(MODULUS, 31);
/** What the byte that leaves the window has in a fingerprint. */
const LEAVE = tableOf(powerOfWindow(), undefined);

/** Multiples of a polynomial by each byte; `keptBit`: the bit that shifting leaves behind, to be cleared. */
function tableOf(factor: number, keptBit: number | undefined): Uint32Array {
  const table = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let product = 0;
    for (let bit = 7; bit >= 0; bit--) {
      product = timesX(product);
      if (((byte >> bit) & 1) !== 0) product ^= factor;
    }
    table[byte] = keptBit === undefined ? product : product ^ ((byte & 1) << keptBit);
  }
  return table;
}

function timesX(value: number): number {
  const doubled = value << 1;
  return (doubled & 0x80000000) !== 0 ? (doubled & 0x7fffffff) ^ MODULUS : doubled;
}

/** x to the power of all bits of a window but the last byte. */
function powerOfWindow(): number {
  let power = 1;
  for (let i = 0; i < 8 * (WINDOW - 1); i++) power = timesX(power);
  return power;
}

function append(fingerprint: number, byte: number): number {
  return (((fingerprint << 8) | byte) ^ APPEND[fingerprint >>> SHIFT]!) >>> 0;
}

/** The blocks of a source, by fingerprint: those of bucket `b` are `starts[b]` up to `starts[b + 1]`, the earliest first. */
interface BlockIndex {
  readonly mask: number;
  readonly starts: Uint32Array;
  readonly fingerprints: Uint32Array;
  /** Where the last byte of each block stands. */
  readonly places: Uint32Array;
}

function indexBlocks(source: Uint8Array): BlockIndex {
  const count = Math.max(0, Math.floor((source.length - 1) / WINDOW));
  let bits = 4;
  while (2 ** bits < Math.floor(count / 4)) bits++;
  const mask = 2 ** bits - 1;
  const buckets = Array.from({ length: mask + 1 }, (): number[] => []);
  const fingerprints = new Uint32Array(count);
  const places = new Uint32Array(count);
  let used = 0;
  let previous = 0xffffffff;
  // The first byte is passed over, so that block `b` ends at byte 16 (b + 1).
  for (let at = (count - 1) * WINDOW; at >= 0; at -= WINDOW) {
    let fingerprint = 0;
    for (let i = 1; i <= WINDOW; i++) fingerprint = append(fingerprint, source[at + i]!);
    if (fingerprint === previous) {
      // Of equal blocks in a row the first is kept.
      places[used - 1] = at + WINDOW;
      continue;
    }
    previous = fingerprint;
    fingerprints[used] = fingerprint;
    places[used] = at + WINDOW;
    buckets[fingerprint & mask]!.push(used++);
  }
  return packBuckets({ buckets, fingerprints, places, mask });
}

function packBuckets(
  { buckets, fingerprints, places, mask }: {
    readonly buckets: readonly (readonly number[])[]; readonly fingerprints: Uint32Array; readonly places: Uint32Array; readonly mask: number;
  },
): BlockIndex {
  const starts = new Uint32Array(buckets.length + 1);
  const kept: number[] = [];
  buckets.forEach((bucket, index) => {
    starts[index] = kept.length;
    for (const block of thinOut(bucket.toReversed())) kept.push(block);
  });
  starts[buckets.length] = kept.length;
  return {
    mask, starts,
    fingerprints: Uint32Array.from(kept, (block) => fingerprints[block]!),
    places: Uint32Array.from(kept, (block) => places[block]!),
  };
}

/** Leaves so many blocks of a bucket as are tried, evenly. */
function thinOut(bucket: readonly number[]): readonly number[] {
  const excess = bucket.length - BUCKET_MAX;
  if (excess <= 0) return bucket;
  const kept: number[] = [];
  let debt = 0;
  for (let at = 0; at < bucket.length; at++) {
    kept.push(bucket[at]!);
    for (debt += excess; debt > 0; debt -= BUCKET_MAX) at++;
  }
  return kept;
}

/** A delta from source to target, or `undefined` when it would be longer than `sizeMax`. Neither may be empty. */
export function createRabinDelta(source: Uint8Array, target: Uint8Array, sizeMax: number): Uint8Array | undefined {
  return new DeltaMaker(source, target, sizeMax).make();
}

class DeltaMaker {
  readonly #source: Uint8Array;
  readonly #target: Uint8Array;
  readonly #sizeMax: number;
  readonly #index: BlockIndex;
  #out: Uint8Array;
  #size = 0;
  /** Git looks at the size only when its buffer is full; this is how large that buffer is. */
  #capacity: number;
  #insertCount = 0;
  #matchAt = 0;
  #matchSize = 0;

  constructor(source: Uint8Array, target: Uint8Array, sizeMax: number) {
    this.#source = source;
    this.#target = target;
    this.#sizeMax = sizeMax;
    this.#index = indexBlocks(source);
    this.#capacity = 8192 >= sizeMax ? sizeMax + STEP_SIZE_MAX + 1 : 8192;
    this.#out = new Uint8Array(Math.max(this.#capacity, 256) + STEP_SIZE_MAX);
  }

  make(): Uint8Array | undefined {
    const target = this.#target;
    this.#putSize(this.#source.length);
    this.#putSize(target.length);
    this.#size++;
    let at = 0;
    let fingerprint = 0;
    for (; at < WINDOW && at < target.length; at++) {
      this.#out[this.#size++] = target[at]!;
      fingerprint = append(fingerprint, target[at]!);
    }
    this.#insertCount = at;
    while (at < target.length) {
      if (this.#matchSize < MATCH_GOOD) {
        fingerprint = append((fingerprint ^ LEAVE[target[at - WINDOW]!]!) >>> 0, target[at]!);
        this.#findMatch(at, fingerprint);
      }
      if (this.#matchSize < MATCH_MIN) {
        this.#insert(target[at++]!);
      } else {
        at = this.#copy(at);
        if (this.#matchSize < MATCH_GOOD) {
          fingerprint = 0;
          for (let i = at - WINDOW; i < at; i++) fingerprint = append(fingerprint, target[i]!);
        }
      }
      if (this.#size >= this.#capacity - STEP_SIZE_MAX && !this.#grow()) break;
    }
    if (this.#insertCount > 0) this.#out[this.#size - this.#insertCount - 1] = this.#insertCount;
    return this.#size > this.#sizeMax ? undefined : this.#out.subarray(0, this.#size);
  }

  #putSize(size: number): void {
    let left = size;
    for (; left >= 0x80; left = Math.floor(left / 0x80)) this.#out[this.#size++] = (left & 0x7f) | 0x80;
    this.#out[this.#size++] = left;
  }

  #findMatch(at: number, fingerprint: number): void {
    const source = this.#source;
    const target = this.#target;
    const { mask, starts, fingerprints, places } = this.#index;
    const bucket = fingerprint & mask;
    for (let entry = starts[bucket]!; entry < starts[bucket + 1]!; entry++) {
      if (fingerprints[entry] !== fingerprint) continue;
      const place = places[entry]!;
      const limit = Math.min(source.length - place, target.length - at);
      if (limit <= this.#matchSize) return;
      let size = 0;
      while (size < limit && target[at + size] === source[place + size]) size++;
      if (size <= this.#matchSize) continue;
      this.#matchSize = size;
      this.#matchAt = place;
      if (size >= MATCH_GOOD) return;
    }
  }

  #insert(byte: number): void {
    if (this.#insertCount === 0) this.#size++;
    this.#out[this.#size++] = byte;
    if (++this.#insertCount === INSERT_MAX) {
      this.#out[this.#size - INSERT_MAX - 1] = INSERT_MAX;
      this.#insertCount = 0;
    }
    this.#matchSize = 0;
  }

  /** Writes a copy, which may begin in what was to be inserted; gives the place behind it. */
  #copy(from: number): number {
    let at = from;
    if (this.#insertCount > 0) {
      while (this.#insertCount > 0 && this.#matchAt > 0 && this.#source[this.#matchAt - 1] === this.#target[at - 1]) {
        this.#matchSize++;
        this.#matchAt--;
        at--;
        this.#size--;
        this.#insertCount--;
      }
      // The place of the count is free when nothing is left to insert.
      if (this.#insertCount > 0) this.#out[this.#size - this.#insertCount - 1] = this.#insertCount;
      else this.#size--;
      this.#insertCount = 0;
    }
    const left = Math.max(0, this.#matchSize - COPY_SIZE_MAX);
    const size = this.#matchSize - left;
    const operator = this.#size++;
    let flags = 0x80;
    for (let i = 0; i < 4; i++) flags |= this.#putPart(this.#matchAt, i, 1 << i);
    for (let i = 0; i < 2; i++) flags |= this.#putPart(size, i, 0x10 << i);
    this.#out[operator] = flags;
    this.#matchAt += size;
    this.#matchSize = left;
    return at + size;
  }

  /** Writes one byte of a number unless it is 0; gives the flag that says so. */
  #putPart(value: number, index: number, flag: number): number {
    const byte = (value >>> (8 * index)) & 0xff;
    if (byte === 0) return 0;
    this.#out[this.#size++] = byte;
    return flag;
  }

  /** Makes room; false when the delta has become too long. */
  #grow(): boolean {
    this.#capacity = Math.floor((this.#capacity * 3) / 2);
    if (this.#capacity >= this.#sizeMax) this.#capacity = this.#sizeMax + STEP_SIZE_MAX + 1;
    if (this.#size > this.#sizeMax) return false;
    if (this.#capacity + STEP_SIZE_MAX > this.#out.length) {
      const grown = new Uint8Array(this.#capacity + 2 * STEP_SIZE_MAX);
      grown.set(this.#out.subarray(0, this.#size));
      this.#out = grown;
    }
    return true;
  }
}
