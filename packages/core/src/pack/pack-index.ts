import { GovcError } from '../errors.js';
import { equalBytes } from '../bytes/compare.js';
import { objectIdAt, type HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { runJob, type Job, type Progress } from '../job/job.js';
import { readReverseIndex } from './rev-index.js';

/**
 * Pack index files, `.idx` (gitformat-pack, "pack-*.idx files have the following format").
 *
 *     v1:  256 x u32 fanout, then per object u32 offset and raw id, in order of ids
 *     v2:  ff 't' 'O' 'c', u32 2, 256 x u32 fanout, ids, u32 CRC-32s, u32 offsets,
 *          u64 offsets of 2 GiB and more (an u32 offset with its top bit set is a row of these)
 *     both end with the checksum of the pack and the checksum of the index
 *
 * Nothing is kept per object but the bytes of the file; the order by offset is a typed array that is
 * made when it is first needed, or read from a `.rev` file.
 */

const MAGIC = 0xff744f63;
const FANOUT_SIZE = 256 * 4;

/** The index of one pack over the bytes of its file. Positions count objects in order of their ids. */
export class PackIndex {
  readonly bytes: Uint8Array;
  readonly algorithm: HashAlgorithm;
  readonly version: 1 | 2;
  /** How many objects the pack holds. */
  readonly count: number;
  /** The checksum at the end of the pack that this index belongs to. */
  readonly packChecksum: Uint8Array;
  readonly #view: DataView;
  readonly #fanoutAt: number;
  /** Where the raw ids begin and how far they are apart. */
  readonly #idsAt: number;
  readonly #idStride: number;
  readonly #crcsAt: number;
  readonly #offsetsAt: number;
  readonly #offsetStride: number;
  readonly #largeAt: number;
  readonly #largeCount: number;
  #byOffset: Uint32Array | undefined;
  /** Where the last question by offset was answered: packs are mostly read forwards. */
  #lastRank = -1;

  /**
   * Reads and checks the frame of an index: sizes, fanout, and that it fits the hash. O(1).
   * `verifyChecksum` checks the rest.
   *
   * @throws {GovcError} pack-index-corrupt: the file is malformed.
   */
  constructor(bytes: Uint8Array, algorithm: HashAlgorithm) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const hashSize = algorithm.size;
    this.bytes = bytes;
    this.algorithm = algorithm;
    this.#view = view;
    if (bytes.length < FANOUT_SIZE + 2 * hashSize) throw corrupt(`it has only ${bytes.length} bytes`);
    this.version = view.getUint32(0) === MAGIC ? 2 : 1;
    if (this.version === 2 && view.getUint32(4) !== 2) throw corrupt(`version ${view.getUint32(4)} is not known`);
    this.#fanoutAt = this.version === 2 ? 8 : 0;
    if (bytes.length < this.#fanoutAt + FANOUT_SIZE + 2 * hashSize) throw corrupt('it ends inside its fanout');
    let count = 0;
    for (let i = 0; i < 256; i++) {
      const next = view.getUint32(this.#fanoutAt + i * 4);
      if (next < count) throw corrupt(`its fanout decreases at ${i}`);
      count = next;
    }
    this.count = count;
    const tableAt = this.#fanoutAt + FANOUT_SIZE;
    const tableSize = bytes.length - tableAt - 2 * hashSize;
    if (this.version === 1) {
      this.#idStride = hashSize + 4;
      this.#idsAt = tableAt + 4;
      this.#offsetsAt = tableAt;
      this.#offsetStride = hashSize + 4;
      this.#crcsAt = 0;
      this.#largeAt = 0;
      this.#largeCount = 0;
      if (tableSize !== count * (hashSize + 4)) throw corrupt(`its size does not fit ${count} objects`);
    } else {
      this.#idStride = hashSize;
      this.#idsAt = tableAt;
      this.#crcsAt = tableAt + count * hashSize;
      this.#offsetsAt = this.#crcsAt + count * 4;
      this.#offsetStride = 4;
      this.#largeAt = this.#offsetsAt + count * 4;
      const largeSize = tableSize - count * (hashSize + 8);
      this.#largeCount = largeSize / 8;
      if (largeSize < 0 || largeSize % 8 !== 0 || this.#largeCount > count) {
        throw corrupt(`its size does not fit ${count} objects`);
      }
    }
    this.packChecksum = bytes.subarray(bytes.length - 2 * hashSize, bytes.length - hashSize);
  }

  /** Compares the bytes with the checksum at their end. O(size). @throws {GovcError} pack-index-corrupt */
  verifyChecksum(): void {
    const end = this.bytes.length - this.algorithm.size;
    const actual = this.algorithm.digest(this.bytes.subarray(0, end));
    if (!equalBytes(actual, this.bytes.subarray(end))) throw corrupt('its checksum does not match');
  }

  /** The offset of the object in its pack, or `undefined`. O(log n), allocates nothing. */
  findOffset(id: ObjectId): number | undefined {
    const position = this.findPosition(id);
    return position === undefined ? undefined : this.offsetAt(position);
  }

  /** The position of the object, or `undefined`. O(log n), allocates nothing. */
  findPosition(id: ObjectId): number | undefined {
    const first = hexPair(id, 0);
    let low = first === 0 ? 0 : this.#view.getUint32(this.#fanoutAt + first * 4 - 4);
    let high = this.#view.getUint32(this.#fanoutAt + first * 4);
    // The first four bytes decide nearly always; compared as a number they are one step.
    const wanted = hexWord(id);
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = this.#idsAt + middle * this.#idStride;
      let order = wanted - this.#view.getUint32(at);
      if (order === 0) order = this.#compareTail(id, at);
      if (order === 0) return middle;
      if (order < 0) high = middle;
      else low = middle + 1;
    }
    return undefined;
  }

  /** As {@link PackIndex.findPosition}, for raw id bytes that begin at `at`. */
  findPositionOfBytes(bytes: Uint8Array, at: number): number | undefined {
    const first = bytes[at]!;
    let low = first === 0 ? 0 : this.#view.getUint32(this.#fanoutAt + first * 4 - 4);
    let high = this.#view.getUint32(this.#fanoutAt + first * 4);
    const size = this.algorithm.size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const row = this.#idsAt + middle * this.#idStride;
      let order = 0;
      for (let i = 1; i < size && order === 0; i++) order = bytes[at + i]! - this.bytes[row + i]!;
      if (order === 0) return middle;
      if (order < 0) high = middle;
      else low = middle + 1;
    }
    return undefined;
  }

  #compareTail(id: ObjectId, at: number): number {
    for (let i = 4, size = this.algorithm.size; i < size; i++) {
      const order = hexPair(id, i) - this.bytes[at + i]!;
      if (order !== 0) return order;
    }
    return 0;
  }

  /** How many objects have ids whose first byte is at most `first`. */
  fanoutAt(first: number): number {
    return this.#view.getUint32(this.#fanoutAt + first * 4);
  }

  /** The id at a position. */
  idAt(position: number): ObjectId {
    return objectIdAt(this.bytes, this.idBytesAt(position), this.algorithm);
  }

  /** Where the raw id of a position begins in `bytes`. */
  idBytesAt(position: number): number {
    this.#checkPosition(position);
    return this.#idsAt + position * this.#idStride;
  }

  /**
   * The offset in the pack of the object at a position.
   *
   * @throws {GovcError} pack-index-corrupt: the offset needs a row of 64 bits that is not there, or exceeds 2^53.
   */
  offsetAt(position: number): number {
    this.#checkPosition(position);
    const offset = this.#view.getUint32(this.#offsetsAt + position * this.#offsetStride);
    if (offset < 0x8000_0000 || this.version === 1) return offset;
    const row = offset - 0x8000_0000;
    if (row >= this.#largeCount) throw corrupt(`an offset refers to row ${row} of ${this.#largeCount}`);
    const at = this.#largeAt + row * 8;
    const large = this.#view.getUint32(at) * 0x1_0000_0000 + this.#view.getUint32(at + 4);
    if (!Number.isSafeInteger(large)) throw corrupt('an offset exceeds 2^53 - 1');
    return large;
  }

  /** The CRC-32 of the entry as it is stored; `undefined` in version 1, which has none. */
  crcAt(position: number): number | undefined {
    this.#checkPosition(position);
    return this.version === 1 ? undefined : this.#view.getUint32(this.#crcsAt + position * 4);
  }

  /** Every id, in order. */
  *ids(): Generator<ObjectId, void> {
    for (let i = 0; i < this.count; i++) yield this.idAt(i);
  }

  /** The ids that begin with the given lower-case hex digits, in order. O(log n + matches). */
  *idsWithPrefix(prefix: string): Generator<ObjectId, void> {
    // The first position whose id is not below the prefix followed by zeros.
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.idAt(middle).slice(0, prefix.length) < prefix) low = middle + 1;
      else high = middle;
    }
    for (let i = low; i < this.count; i++) {
      const id = this.idAt(i);
      if (!id.startsWith(prefix)) return;
      yield id;
    }
  }

  /** Positions in order of their offsets in the pack. Made when first asked for: O(n log n), 4 bytes an object. */
  positionsByOffset(): Uint32Array {
    if (this.#byOffset !== undefined) return this.#byOffset;
    const offsets = new Float64Array(this.count);
    for (let i = 0; i < this.count; i++) offsets[i] = this.offsetAt(i);
    this.#byOffset = sortedOrder(offsets);
    return this.#byOffset;
  }

  /**
   * Takes the order by offset from the bytes of a `.rev` file instead of computing it.
   *
   * @throws {GovcError} pack-index-corrupt: the file is malformed or of another pack.
   */
  useReverseIndex(revBytes: Uint8Array): void {
    this.#byOffset = readReverseIndex(revBytes, this);
  }

  /** Takes an order by offset that the caller has computed: `count` positions. */
  usePositionsByOffset(positions: Uint32Array): void {
    this.#byOffset = positions;
  }

  /** The position of the entry that begins at exactly this offset, or `undefined`. O(log n). */
  findByOffset(offset: number): number | undefined {
    const rank = this.#rankOf(offset);
    if (rank >= this.count) return undefined;
    const position = this.positionsByOffset()[rank]!;
    return this.offsetAt(position) === offset ? position : undefined;
  }

  /**
   * The offset of the entry that follows the one at `offset`, or `undefined` for the last: there the
   * trailer of the pack begins. O(log n).
   */
  nextOffset(offset: number): number | undefined {
    const order = this.positionsByOffset();
    // An object that the pack holds twice is in the index twice, at two offsets; equal offsets are one entry.
    for (let rank = this.#rankOf(offset); rank < this.count; rank++) {
      const next = this.offsetAt(order[rank]!);
      if (next > offset) return next;
    }
    return undefined;
  }

  /** How many entries begin before `offset`. */
  #rankOf(offset: number): number {
    const order = this.positionsByOffset();
    let low = this.#lastRank + 1;
    if (low < this.count && this.offsetAt(order[low]!) === offset) {
      // Of equal offsets the first counts.
      while (low > 0 && this.offsetAt(order[low - 1]!) === offset) low--;
      this.#lastRank = low;
      return low;
    }
    low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.offsetAt(order[middle]!) < offset) low = middle + 1;
      else high = middle;
    }
    this.#lastRank = low;
    return low;
  }

  #checkPosition(position: number): void {
    if (position >= 0 && position < this.count) return;
    throw corrupt(`position ${position} is not one of its ${this.count}`);
  }
}

/** As {@link sortedOrderJob}, at once. */
export function sortedOrder(values: Float64Array): Uint32Array {
  return runJob(sortedOrderJob(values));
}

// So many rows are counted or moved in a fraction of a millisecond.
const SORT_SLICE = 16_384;

/**
 * Row numbers in ascending order of their values, which are integers below 2^53; equal ones keep
 * their order. O(n) per 16 bits that are in use.
 */
export function* sortedOrderJob(values: Float64Array): Job<Uint32Array> {
  const count = values.length;
  let order = new Uint32Array(count);
  let isSorted = true;
  let max = 0;
  for (let i = 0; i < count; i++) {
    order[i] = i;
    const value = values[i]!;
    if (value < max) isSorted = false;
    else max = value;
  }
  if (isSorted) return order;
  const progress: Progress = { phase: 'Sorting objects', done: 0, total: count };
  let target = new Uint32Array(count);
  const starts = new Uint32Array(65537);
  for (let scale = 1; scale <= max; scale *= 65536) {
    starts.fill(0);
    for (let from = 0; from < count; from += SORT_SLICE) {
      const to = Math.min(count, from + SORT_SLICE);
      for (let i = from; i < to; i++) starts[(Math.floor(values[i]! / scale) % 65536) + 1]!++;
      yield progress;
    }
    for (let i = 0; i < 65536; i++) starts[i + 1]! += starts[i]!;
    for (let from = 0; from < count; from += SORT_SLICE) {
      const to = Math.min(count, from + SORT_SLICE);
      for (let i = from; i < to; i++) {
        const row = order[i]!;
        target[starts[Math.floor(values[row]! / scale) % 65536]!++] = row;
      }
      yield progress;
    }
    [order, target] = [target, order];
  }
  return order;
}

/** The value of two hex digits of an id, as byte `index`. */
function hexPair(id: string, index: number): number {
  return (hexDigit(id.charCodeAt(2 * index)) << 4) | hexDigit(id.charCodeAt(2 * index + 1));
}

/** The first four bytes of an id as an unsigned number. */
function hexWord(id: string): number {
  let word = 0;
  for (let i = 0; i < 8; i++) word = (word << 4) | hexDigit(id.charCodeAt(i));
  return word >>> 0;
}

/** An `ObjectId` has no other characters than 0-9 and a-f. */
function hexDigit(code: number): number {
  return code < 0x3a ? code - 0x30 : code - 0x57;
}

function corrupt(reason: string): GovcError {
  return new GovcError('pack-index-corrupt', `A pack index cannot be used: ${reason}.`, { reason });
}
