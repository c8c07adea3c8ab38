import { equalBytes } from '../bytes/compare.js';
import { writeHex } from '../bytes/hex.js';
import { ByteReader } from '../bytes/reader.js';
import { latin1FromBytes } from '../bytes/text.js';
import { GovcError } from '../errors.js';
import { objectIdAt, type HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';

/**
 * Multi-pack-index files (gitformat-pack, "multi-pack-index (MIDX) files have the following format"):
 *
 *     'MIDX', u8 version 1, u8 hash (1 SHA-1, 2 SHA-256), u8 chunks, u8 base files 0, u32 packs
 *     per chunk u32 id, u64 offset; one more row with id 0 for where the last one ends
 *     PNAM  names of index files, each ended by NUL, in order        OIDF  256 x u32 fanout
 *     OIDL  raw ids in order      OOFF  per id u32 pack, u32 offset   LOFF  u64 offsets beyond 2 GiB
 *     RIDX  per id u32 its position, in the order of the pseudo-pack: the preferred pack first, then packs as named,
 *           each by offsets; the order of the bits of a multi-pack bitmap
 *     the checksum of all that
 *
 * Nothing is kept per object but the bytes of the file.
 */

const MAGIC = 0x4d494458;
const HEADER_SIZE = 12;
const ROW_SIZE = 12;
const FANOUT_SIZE = 256 * 4;
const PNAM = 0x504e414d;
const OIDF = 0x4f494446;
const OIDL = 0x4f49444c;
const OOFF = 0x4f4f4646;
const LOFF = 0x4c4f4646;
const RIDX = 0x52494458;
const LARGE = 0x8000_0000;

/** One index over the objects of several packs. Positions count objects in order of their ids. */
export class MultiPackIndex {
  readonly bytes: Uint8Array;
  readonly algorithm: HashAlgorithm;
  /** The packs by the names of their files without ends, in the order of their numbers. */
  readonly packNames: readonly string[];
  /** How many objects there are, each counted once. */
  readonly count: number;
  /** The checksum at the end of the file, by which its bitmap knows it. */
  readonly checksum: Uint8Array;
  readonly #view: DataView;
  readonly #fanoutAt: number;
  readonly #idsAt: number;
  readonly #offsetsAt: number;
  readonly #large: { readonly at: number; readonly count: number } | undefined;
  readonly #orderAt: number | undefined;
  readonly #probe: Uint8Array;

  /**
   * Reads and checks the frame: the chunks, their sizes, names in order, a fanout that grows. O(packs). What single objects say is
   * checked when it is read.
   *
   * @throws {GovcError} pack-index-corrupt: the file is malformed, or of another version or hash.
   */
  constructor(bytes: Uint8Array, algorithm: HashAlgorithm) {
    const hashSize = algorithm.size;
    this.bytes = bytes;
    this.algorithm = algorithm;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#probe = new Uint8Array(hashSize);
    const chunks = readChunks(bytes, algorithm);
    this.checksum = bytes.subarray(bytes.length - hashSize);
    const packCount = this.#view.getUint32(8);
    this.packNames = readNames(bytes.subarray(...chunkOf(chunks, PNAM)), packCount);
    const [fanoutAt, fanoutEnd] = chunkOf(chunks, OIDF);
    if (fanoutEnd - fanoutAt !== FANOUT_SIZE) throw corrupt('its fanout has another size');
    this.#fanoutAt = fanoutAt;
    let count = 0;
    for (let i = 0; i < 256; i++) {
      const next = this.#view.getUint32(fanoutAt + i * 4);
      if (next < count) throw corrupt(`its fanout decreases at ${i}`);
      count = next;
    }
    this.count = count;
    this.#idsAt = startOf(chunks, OIDL, count * hashSize);
    this.#offsetsAt = startOf(chunks, OOFF, count * 8);
    const large = chunks.get(LOFF);
    this.#large = large === undefined ? undefined : { at: large[0], count: Math.floor((large[1] - large[0]) / 8) };
    this.#orderAt = chunks.has(RIDX) ? startOf(chunks, RIDX, count * 4) : undefined;
  }

  /** Compares the bytes with the checksum at their end. O(size). @throws {GovcError} pack-index-corrupt */
  verifyChecksum(): void {
    const end = this.bytes.length - this.algorithm.size;
    if (!equalBytes(this.algorithm.digest(this.bytes.subarray(0, end)), this.checksum)) throw corrupt('its checksum does not match');
  }

  /** The position of an object, or `undefined`. O(log n), allocates nothing. */
  findPosition(id: ObjectId): number | undefined {
    writeHex(id, this.#probe, 0);
    return this.findPositionOfBytes(this.#probe, 0);
  }

  /** As {@link MultiPackIndex.findPosition}, for raw id bytes that begin at `at`. */
  findPositionOfBytes(bytes: Uint8Array, at: number): number | undefined {
    const first = bytes[at]!;
    let low = first === 0 ? 0 : this.#view.getUint32(this.#fanoutAt + first * 4 - 4);
    let high = this.#view.getUint32(this.#fanoutAt + first * 4);
    const size = this.algorithm.size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const row = this.#idsAt + middle * size;
      let order = 0;
      for (let i = 1; i < size && order === 0; i++) order = bytes[at + i]! - this.bytes[row + i]!;
      if (order === 0) return middle;
      if (order < 0) high = middle;
      else low = middle + 1;
    }
    return undefined;
  }

  /** The number of the pack that holds the object at a position. @throws {GovcError} pack-index-corrupt */
  packAt(position: number): number {
    const number = this.#view.getUint32(this.#offsetsAt + position * 8);
    if (number < this.packNames.length) return number;
    throw corrupt(`it names pack ${number} of ${this.packNames.length}`);
  }

  /** Where the object at a position begins in its pack. @throws {GovcError} pack-index-corrupt */
  offsetAt(position: number): number {
    const offset = this.#view.getUint32(this.#offsetsAt + position * 8 + 4);
    if (this.#large === undefined || offset < LARGE) return offset;
    const row = offset - LARGE;
    if (row >= this.#large.count) throw corrupt(`an offset refers to row ${row} of ${this.#large.count}`);
    const at = this.#large.at + row * 8;
    const large = this.#view.getUint32(at) * 0x1_0000_0000 + this.#view.getUint32(at + 4);
    if (!Number.isSafeInteger(large)) throw corrupt('an offset exceeds 2^53 - 1');
    return large;
  }

  /** The id at a position. Allocates the text. */
  idAt(position: number): ObjectId {
    return objectIdAt(this.bytes, this.idBytesAt(position), this.algorithm);
  }

  /** Where the raw id of a position begins in `bytes`. */
  idBytesAt(position: number): number {
    return this.#idsAt + position * this.algorithm.size;
  }

  /**
   * Positions in the order of the pseudo-pack, which is that of the bits of a bitmap; `undefined` in a file without it. O(n).
   *
   * @throws {GovcError} pack-index-corrupt: it names a position that is not there.
   */
  pseudoPackOrder(): Uint32Array | undefined {
    if (this.#orderAt === undefined) return undefined;
    const order = new Uint32Array(this.count);
    for (let i = 0; i < order.length; i++) {
      const position = this.#view.getUint32(this.#orderAt + i * 4);
      if (position >= this.count) throw corrupt(`its order names position ${position} of ${this.count}`);
      order[i] = position;
    }
    return order;
  }
}

type Chunks = ReadonlyMap<number, readonly [start: number, end: number]>;

function readChunks(bytes: Uint8Array, algorithm: HashAlgorithm): Chunks {
  const end = bytes.length - algorithm.size;
  const reader = new ByteReader(bytes, 'multi-pack-index', 'pack-index-corrupt');
  if (reader.u32() !== MAGIC) throw corrupt('it does not begin with MIDX');
  const version = reader.u8();
  if (version !== 1) throw corrupt(`version ${version} is not known`);
  if (reader.u8() !== algorithm.formatId) throw corrupt('it is made for another hash');
  const count = reader.u8();
  if (reader.u8() !== 0) throw corrupt('it builds on other files');
  reader.skip(4);
  const chunks = new Map<number, readonly [number, number]>();
  let id = reader.u32();
  let start = reader.u64();
  for (let i = 0; i < count; i++) {
    const nextId = reader.u32();
    const next = reader.u64();
    if (start < HEADER_SIZE + (count + 1) * ROW_SIZE || next < start || next > end) throw corrupt('a chunk lies outside of it');
    if (chunks.has(id)) throw corrupt('a chunk comes twice');
    chunks.set(id, [start, next]);
    id = nextId;
    start = next;
  }
  if (id !== 0) throw corrupt('its chunks do not end');
  return chunks;
}

function chunkOf(chunks: Chunks, id: number): readonly [start: number, end: number] {
  const found = chunks.get(id);
  if (found === undefined) throw corrupt(`it lacks the chunk ${id.toString(16)}`);
  return found;
}

function startOf(chunks: Chunks, id: number, size: number): number {
  const [start, end] = chunkOf(chunks, id);
  if (end - start !== size) throw corrupt(`the chunk ${id.toString(16)} has ${end - start} bytes instead of ${size}`);
  return start;
}

function readNames(bytes: Uint8Array, count: number): string[] {
  // A name is a byte and its end at least.
  if (count > bytes.length / 2) throw corrupt(`it has no room for ${count} names`);
  const names: string[] = [];
  for (let at = 0; names.length < count;) {
    const end = bytes.indexOf(0, at);
    if (end < 0) throw corrupt('a name does not end');
    const file = latin1FromBytes(bytes.subarray(at, end));
    const name = file.endsWith('.idx') ? file.slice(0, -4) : file;
    if (name === '' || name.includes('/')) throw corrupt('a name cannot be that of a pack');
    if (names.length > 0 && names.at(-1)! >= name) throw corrupt('its names are not in order');
    names.push(name);
    at = end + 1;
  }
  return names;
}

function corrupt(reason: string): GovcError {
  return new GovcError('pack-index-corrupt', `A multi-pack-index cannot be used: ${reason}.`, { reason });
}
