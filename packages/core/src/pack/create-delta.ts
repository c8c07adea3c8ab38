/**
 * Making deltas (the format stands in `apply-delta.ts`).
 *
 * The base is cut into blocks of 16 bytes, which are indexed by a hash. A window of 16 bytes slides
 * over the target with a rolling hash of the same kind; where it meets a block of the base, the match
 * is extended both ways and becomes a copy, and what lies between matches is inserted. The place where
 * the last copy would have gone on is tried besides: most changes replace a few bytes by as many. This is
 * the idea of Git's diff-delta and of rsync; time is bounded because chains of blocks are.
 */

const BLOCK = 16;
/** How many blocks of one bucket are compared with a place of the target; of more, so many are kept, evenly. */
const CHAIN_MAX = 16;
/** A match of this many bytes is taken without looking for a longer one. */
const GOOD_MATCH = 4096;
/** A match must go on for so many bytes after the block that it was found by. */
const FORWARD_MIN = 4;
/** A shorter match costs as much as it saves. */
const MATCH_MIN = 10;
const COPY_SIZE_MAX = 0x10000;
const INSERT_SIZE_MAX = 127;
const MULTIPLIER = 0x01000193;
const BUCKET_MULTIPLIER = 0x9e3779b1;
/** MULTIPLIER to the power of BLOCK - 1: the weight of the byte that leaves the window. */
const LEAVING = (() => {
  let power = 1;
  for (let i = 1; i < BLOCK; i++) power = Math.imul(power, MULTIPLIER);
  return power;
})();

/**
 * The blocks of one base, from which deltas to any number of targets can be made. O(base) to build;
 * holds the base and about half as many bytes again.
 */
export class DeltaIndex {
  readonly base: Uint8Array;
  /** The first block of each bucket, plus one; 0 for none. */
  readonly #heads: Uint32Array;
  /** The next block of the same bucket, plus one. */
  readonly #next: Uint32Array;
  readonly #hashes: Int32Array;
  readonly #shift: number;

  /** @param base at most 4 GiB; it must not change while the index is used */
  constructor(base: Uint8Array) {
    const blocks = Math.floor(base.length / BLOCK);
    let bits = 4;
    while (bits < 24 && 2 ** bits < blocks) bits++;
    this.base = base;
    this.#shift = 32 - bits;
    this.#heads = new Uint32Array(2 ** bits);
    this.#next = new Uint32Array(blocks);
    this.#hashes = new Int32Array(blocks);
    const counts = new Uint32Array(2 ** bits);
    let previous = 0;
    // From the end, so that the chains begin with the earliest block.
    for (let block = blocks - 1; block >= 0; block--) {
      const hash = hashBlock(base, block * BLOCK);
      this.#hashes[block] = hash;
      const bucket = bucketOf(hash, this.#shift);
      // In a run of equal blocks only the first is worth a place: it has the longest match.
      if (block < blocks - 1 && hash === previous && this.#heads[bucket] === block + 2) {
        this.#next[block] = this.#next[block + 1]!;
      } else {
        this.#next[block] = this.#heads[bucket]!;
        counts[bucket]!++;
      }
      this.#heads[bucket] = block + 1;
      previous = hash;
    }
    for (let bucket = 0; bucket < counts.length; bucket++) {
      if (counts[bucket]! > CHAIN_MAX) this.#thinOut(bucket, counts[bucket]!);
    }
  }

  /** Keeps `CHAIN_MAX` blocks of a bucket that holds more, evenly spread over the base. */
  #thinOut(bucket: number, count: number): void {
    const next = this.#next;
    let kept = this.#heads[bucket]!;
    let debt = 0;
    for (let block = next[kept - 1]!; block !== 0; block = next[block - 1]!) {
      debt += CHAIN_MAX - 1;
      if (debt < count) continue;
      debt -= count;
      next[kept - 1] = block;
      kept = block;
    }
    next[kept - 1] = 0;
  }

  /** Bytes that the index holds besides the base. */
  get sizeBytes(): number {
    return this.#heads.byteLength + this.#next.byteLength + this.#hashes.byteLength;
  }

  /**
   * A delta that turns the base into `target`, or `undefined` when it would be longer than `maxSize`
   * bytes. O(target) with a bounded factor.
   */
  createDelta(target: Uint8Array, maxSize = Infinity): Uint8Array | undefined {
    const writer = new DeltaWriter(target, maxSize);
    writer.size(this.base.length);
    writer.size(target.length);
    const { base } = this;
    const heads = this.#heads;
    const bucketShift = this.#shift;
    const end = target.length;
    /** The first byte that no instruction gives yet. */
    let pending = 0;
    /** What leads from a place of the target to where the last copy would have gone on. */
    let shift = 0;
    let hash = 0;
    let at = 0;
    while (at < end) {
      // The window lies behind `at` and reaches into what was copied last: that context tells one of many
      // similar places from the others.
      const block = at >= BLOCK ? heads[Math.imul(hash, BUCKET_MULTIPLIER) >>> bucketShift]! : 0;
      let size = block === 0 ? -1 : this.#longestMatch(target, at, hash);
      let from = this.#matchAt;
      if (target[at] === base[at + shift] && target[at + 1] === base[at + shift + 1] && size < GOOD_MATCH) {
        const straight = this.#matchSize(target, at, at + shift);
        if (straight >= size) {
          size = straight;
          from = at + shift;
        }
      }
      let start = at;
      if (size >= 0) {
        while (from > 0 && start > pending && base[from - 1] === target[start - 1]) {
          from--;
          start--;
        }
        size += at - start;
      }
      if (size >= MATCH_MIN) {
        writer.insert(pending, start);
        writer.copy(from, size);
        if (writer.isFull) return undefined;
        at = start + size;
        pending = at;
        shift = from - start;
        if (at >= BLOCK) hash = hashBlock(target, at - BLOCK);
        continue;
      }
      if (at >= BLOCK) {
        hash = Math.imul(hash - Math.imul(target[at - BLOCK]!, LEAVING), MULTIPLIER) + target[at]!;
        hash |= 0;
      } else if (at === BLOCK - 1) {
        hash = hashBlock(target, 0);
      }
      at++;
      // What cannot get below the bound is given up early.
      if (at - pending > INSERT_SIZE_MAX + BLOCK && writer.length + at - pending - BLOCK > maxSize) return undefined;
    }
    writer.insert(pending, target.length);
    return writer.isFull ? undefined : writer.finish();
  }

  #matchAt = 0;

  #matchSize(target: Uint8Array, at: number, from: number): number {
    const { base } = this;
    const max = Math.min(base.length - from, target.length - at);
    let size = 0;
    while (size < max && base[from + size] === target[at + size]) size++;
    return size;
  }

  /**
   * The length of the longest match from a place of the target on, among the places of the base that
   * follow a block like the window before it; -1 for none. Where it is stands in `#matchAt`.
   */
  #longestMatch(target: Uint8Array, at: number, hash: number): number {
    const { base } = this;
    const hashes = this.#hashes;
    const next = this.#next;
    let best = FORWARD_MIN - 1;
    for (let block = this.#heads[bucketOf(hash, this.#shift)]!; block !== 0; block = next[block - 1]!) {
      if (hashes[block - 1] !== hash) continue;
      const from = block * BLOCK;
      // A match that is not longer than the best one ends before this byte.
      if (base[from + best] !== target[at + best]) continue;
      const size = this.#matchSize(target, at, from);
      if (size <= best) continue;
      best = size;
      this.#matchAt = from;
      if (size >= GOOD_MATCH) break;
    }
    return best < FORWARD_MIN ? -1 : best;
  }
}

/** The instructions of a delta while it is made. */
class DeltaWriter {
  readonly #target: Uint8Array;
  readonly #maxSize: number;
  #bytes: Uint8Array;
  length = 0;

  constructor(target: Uint8Array, maxSize: number) {
    this.#target = target;
    this.#maxSize = maxSize;
    this.#bytes = new Uint8Array(Math.min(Math.max(64, target.length >> 3), 64 * 1024));
  }

  /** Whether the delta has become too long; then it is of no use. */
  get isFull(): boolean {
    return this.length > this.#maxSize;
  }

  size(value: number): void {
    this.#reserve(10);
    let rest = value;
    while (rest >= 128) {
      this.#bytes[this.length++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.length++] = rest;
  }

  insert(start: number, end: number): void {
    for (let at = start; at < end && !this.isFull; at += INSERT_SIZE_MAX) {
      const size = Math.min(INSERT_SIZE_MAX, end - at);
      this.#reserve(size + 1);
      this.#bytes[this.length++] = size;
      for (let i = 0; i < size; i++) this.#bytes[this.length + i] = this.#target[at + i]!;
      this.length += size;
    }
  }

  copy(start: number, total: number): void {
    for (let done = 0; done < total && !this.isFull; done += COPY_SIZE_MAX) {
      this.#copyOnce(start + done, Math.min(COPY_SIZE_MAX, total - done));
    }
  }

  #copyOnce(offset: number, size: number): void {
    this.#reserve(8);
    const bytes = this.#bytes;
    const opAt = this.length++;
    let op = 0x80;
    for (let i = 0, rest = offset; i < 4; i++, rest = Math.floor(rest / 256)) {
      if (rest % 256 === 0) continue;
      bytes[this.length++] = rest % 256;
      op |= 1 << i;
    }
    // 65,536 is written as no size at all.
    for (let i = 0, rest = size === COPY_SIZE_MAX ? 0 : size; i < 2; i++, rest >>= 8) {
      if ((rest & 255) === 0) continue;
      bytes[this.length++] = rest & 255;
      op |= 0x10 << i;
    }
    bytes[opAt] = op;
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.length);
  }

  #reserve(size: number): void {
    if (this.length + size <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.length + size, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.length));
    this.#bytes = grown;
  }
}

function hashBlock(bytes: Uint8Array, at: number): number {
  let hash = 0;
  for (let i = 0; i < BLOCK; i++) hash = (Math.imul(hash, MULTIPLIER) + bytes[at + i]!) | 0;
  return hash;
}

/** The upper bits of a rolling hash are the mixed ones after one more multiplication. */
function bucketOf(hash: number, shift: number): number {
  return Math.imul(hash, BUCKET_MULTIPLIER) >>> shift;
}
