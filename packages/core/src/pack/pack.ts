import { equalBytes } from '../bytes/compare.js';
import { hexFromBytes } from '../bytes/hex.js';
import { GovcError } from '../errors.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import type { ObjectType } from '../hash/hash-object.js';
import type { Job } from '../job/job.js';
import { LIMITS } from '../limits.js';
import type { GitObject, ObjectHeader } from '../object/object.js';
import { applyDelta, readDeltaSizes } from './apply-delta.js';
import type { PackSource } from './byte-source.js';
import { DeltaBaseCache, type DeltaBaseSlot } from './delta-base-cache.js';
import {
  decodeEntryHeader, ENTRY_HEADER_SIZE_MAX, entryBaseId, entryTypeOf, OFS_DELTA, REF_DELTA,
  type PackEntryType,
} from './entry.js';
import type { PackEntryLocation } from './entry-location.js';
import { indexPack } from './index-pack.js';
import { deflateBound, inflateAt, inflateError, InflateStream, sharedInflater } from './inflate.js';
import type { ObjectSource } from './object-source.js';
import type { PackIndex } from './pack-index.js';

/** What a pack is made of. */
export interface PackParts {
  readonly source: PackSource;
  readonly index: PackIndex;
  readonly algorithm: HashAlgorithm;
  /** For messages. Default: the checksum in hex. */
  readonly name?: string | undefined;
  /** Shared with other packs. Default: a cache of its own. */
  readonly cache?: DeltaBaseCache | undefined;
}

/** One entry of a pack as it is stored. */
export interface PackEntry {
  readonly type: PackEntryType;
  /** Bytes of the body, or of the delta. */
  readonly size: number;
  readonly headerSize: number;
  /** Where the zlib stream begins in the pack. */
  readonly dataOffset: number;
  /** Where the base of an ofs-delta begins in the pack. */
  readonly baseOffset: number | undefined;
  /** The id of the base of a ref-delta. */
  readonly baseId: ObjectId | undefined;
}

// The best that the deflate format can do; a larger promise is a lie, found out before allocating.
const DEFLATE_RATIO_MAX = 1032;
const DELTA_HEADER_SIZE_MAX = 20;
const CHUNK_SIZE = 1024 * 1024;
const RAW_CHUNK_SIZE = 64 * 1024;

/**
 * A pack with its index: an immutable set of objects, read on demand.
 *
 * Bases of deltas are in the pack itself (thin packs are completed before they become a `Pack`).
 */
export class Pack implements ObjectSource {
  readonly source: PackSource;
  readonly index: PackIndex;
  readonly algorithm: HashAlgorithm;
  /** The checksum of the pack in hex, which also names its file. */
  readonly id: string;
  readonly name: string;
  readonly #bases: DeltaBaseSlot;
  /** Where the entries end and the trailer begins. */
  readonly #end: number;

  /**
   * @throws {GovcError} pack-corrupt: this is not a pack of version 2 or 3, or it is cut short.
   * @throws {GovcError} pack-index-corrupt: the index belongs to another pack.
   */
  constructor(parts: PackParts) {
    const { source, index, algorithm } = parts;
    this.source = source;
    this.index = index;
    this.algorithm = algorithm;
    this.id = hexFromBytes(index.packChecksum);
    this.name = parts.name ?? this.id;
    this.#bases = (parts.cache ?? new DeltaBaseCache()).slot();
    this.#end = source.size - algorithm.size;
    this.#checkFrame();
  }

  #checkFrame(): void {
    const header = this.source.read(0, 12);
    const view = new DataView(header.buffer, header.byteOffset, 12);
    const version = view.getUint32(4);
    if (view.getUint32(0) !== 0x5041434b || (version !== 2 && version !== 3)) {
      throw new GovcError('pack-corrupt', `Pack ${this.name} does not begin with a pack header of version 2 or 3.`);
    }
    if (this.#end < 12) throw new GovcError('pack-corrupt', `Pack ${this.name} has no trailer.`);
    const trailer = this.source.read(this.#end, this.algorithm.size);
    if (view.getUint32(8) === this.index.count && equalBytes(trailer, this.index.packChecksum)) return;
    throw new GovcError('pack-index-corrupt', `The index of pack ${this.name} belongs to another pack.`, {
      pack: this.name,
    });
  }

  get objectCount(): number {
    return this.index.count;
  }

  has(id: ObjectId): boolean {
    return this.index.findPosition(id) !== undefined;
  }

  find(id: ObjectId): GitObject | undefined {
    const offset = this.index.findOffset(id);
    return offset === undefined ? undefined : this.readAt(offset);
  }

  findHeader(id: ObjectId): ObjectHeader | undefined {
    const offset = this.index.findOffset(id);
    return offset === undefined ? undefined : this.headerAt(offset);
  }

  findChunks(id: ObjectId): Iterable<Uint8Array> | undefined {
    const offset = this.#findToKeep(id);
    return offset === undefined ? undefined : this.chunksAt(offset);
  }

  findEntry(id: ObjectId): PackEntryLocation | undefined {
    const offset = this.#findToKeep(id);
    return offset === undefined ? undefined : { pack: this, offset };
  }

  /** What is read only after it was found must still be there then. */
  #findToKeep(id: ObjectId): number | undefined {
    const offset = this.index.findOffset(id);
    if (offset !== undefined) this.source.open();
    return offset;
  }

  ids(): Iterable<ObjectId> {
    return this.index.ids();
  }

  idsWithPrefix(prefix: string): Iterable<ObjectId> {
    return this.index.idsWithPrefix(prefix);
  }

  /**
   * The object whose entry begins at `offset`. O(chain of deltas), less what the cache holds.
   *
   * @throws {GovcError} pack-corrupt, delta-invalid: the entry or one of its bases is damaged.
   * @throws {GovcError} limit-exceeded: the body is too large to be held in memory.
   */
  readAt(offset: number): GitObject {
    const deltas: PackEntry[] = [];
    const offsets: number[] = [];
    let at = offset;
    let found = this.#bases.find(at);
    while (found === undefined) {
      const entry = this.entryAt(at);
      if (entry.type !== 'ofs-delta' && entry.type !== 'ref-delta') {
        found = { type: entry.type, body: this.#inflate(entry, LIMITS.objectSizeInMemory.value) };
        if (deltas.length > 0) this.#bases.add(at, found.type, found.body);
        break;
      }
      deltas.push(entry);
      offsets.push(at);
      this.#checkDepth(deltas.length, offset);
      at = this.#baseOffset(entry, at);
      found = this.#bases.find(at);
    }
    const type = found.type;
    let body = found.body;
    for (let i = deltas.length - 1; i >= 0; i--) {
      body = applyDelta(body, this.#inflate(deltas[i]!, LIMITS.deltaResultSize.value));
      if (i > 0) this.#bases.add(offsets[i]!, type, body);
    }
    return { type, body };
  }

  /** Type and size of the object whose entry begins at `offset`; inflates at most the head of a delta. O(chain). */
  headerAt(offset: number): ObjectHeader {
    const entry = this.entryAt(offset);
    const { type } = entry;
    if (type !== 'ofs-delta' && type !== 'ref-delta') return { type, size: entry.size };
    return { type: this.#typeOfDelta(entry, offset), size: this.#resultSize(entry) };
  }

  /** The object type of the entry that begins at `offset`, found without inflating. O(chain of deltas). */
  typeAt(offset: number): ObjectType {
    const entry = this.entryAt(offset);
    const { type } = entry;
    return type === 'ofs-delta' || type === 'ref-delta' ? this.#typeOfDelta(entry, offset) : type;
  }

  #typeOfDelta(delta: PackEntry, offset: number): ObjectType {
    let entry = delta;
    let at = offset;
    for (let depth = 1; ; depth++) {
      this.#checkDepth(depth, offset);
      at = this.#baseOffset(entry, at);
      const base = this.#bases.find(at);
      if (base !== undefined) return base.type;
      entry = this.entryAt(at);
      if (entry.type !== 'ofs-delta' && entry.type !== 'ref-delta') return entry.type;
    }
  }

  #resultSize(entry: PackEntry): number {
    const available = this.#end - entry.dataOffset;
    // The head of a delta is at most 20 bytes; the tables of its zlib stream come before it.
    for (const window of [512, 16 * 1024, available]) {
      const input = this.source.read(entry.dataOffset, Math.min(window, available));
      const head = new Uint8Array(DELTA_HEADER_SIZE_MAX);
      const inflater = sharedInflater();
      inflater.setInput(input, 0);
      const wanted = Math.min(head.length, entry.size);
      const count = inflater.inflatePrefix(head, 0, wanted);
      if (count === undefined) throw inflateError('corrupt', entry.dataOffset);
      if (count === wanted) return readDeltaSizes(head, 0, count).resultSize;
      if (input.length === available) break;
    }
    throw inflateError('mismatch', entry.dataOffset);
  }

  /** What stands at `offset`, read from the header of the entry alone. O(1). */
  entryAt(offset: number): PackEntry {
    const available = Math.min(ENTRY_HEADER_SIZE_MAX, this.#end - offset);
    const bytes = offset < 12 ? this.source.read(0, 0) : this.source.read(offset, Math.max(0, available));
    const header = decodeEntryHeader(bytes, 0, this.algorithm);
    if (header === undefined) {
      throw new GovcError('pack-corrupt', `Pack ${this.name} holds no entry at offset ${offset}.`, { offset });
    }
    return {
      type: entryTypeOf(header.code),
      size: header.size,
      headerSize: header.headerSize,
      dataOffset: offset + header.headerSize,
      baseOffset: header.code === OFS_DELTA ? offset - header.baseDistance : undefined,
      baseId: header.code === REF_DELTA ? entryBaseId(bytes, header, this.algorithm) : undefined,
    };
  }

  /** Bytes of the entry at `offset` as it is stored, header included. O(log n); the first call orders the index. */
  packedSizeAt(offset: number): number {
    return (this.index.nextOffset(offset) ?? this.#end) - offset;
  }

  /** The entry at `offset` as it is stored, header included; a view where the source allows. */
  rawAt(offset: number): Uint8Array {
    return this.source.read(offset, this.packedSizeAt(offset));
  }

  /** The same in pieces of at most 64 KiB, for entries of any size. */
  *rawChunksAt(offset: number): Generator<Uint8Array, void> {
    const end = offset + this.packedSizeAt(offset);
    for (let at = offset; at < end; at += RAW_CHUNK_SIZE) {
      yield this.source.read(at, Math.min(RAW_CHUNK_SIZE, end - at));
    }
  }

  /** The body of the object at `offset` in pieces, each valid until the next is asked for. */
  *chunksAt(offset: number): Generator<Uint8Array, void> {
    const entry = this.entryAt(offset);
    const isWhole = entry.type !== 'ofs-delta' && entry.type !== 'ref-delta';
    if (isWhole && entry.size > CHUNK_SIZE) {
      yield* this.#streamedChunks(entry);
      return;
    }
    const { body } = this.readAt(offset);
    for (let at = 0; at < body.length; at += CHUNK_SIZE) yield body.subarray(at, at + CHUNK_SIZE);
  }

  *#streamedChunks(entry: PackEntry): Generator<Uint8Array, void> {
    const stream = new InflateStream(this.source, entry.dataOffset, entry.size);
    try {
      for (;;) {
        const outcome = stream.next();
        if (outcome === 'done') return;
        if (outcome !== 'piece') throw inflateError(outcome, entry.dataOffset);
        if (stream.piece.length > 0) yield stream.piece;
      }
    } finally {
      stream.close();
    }
  }

  /**
   * Reads everything: the checksums, every stream, every delta, every id and CRC against the index.
   *
   * @throws {GovcError} pack-corrupt, delta-invalid, pack-index-corrupt: something is damaged.
   */
  *verify(): Job<void> {
    this.index.verifyChecksum();
    const { algorithm } = this;
    const { index } = yield* indexPack(this.source, { algorithm });
    for (let i = 0; i < index.count; i++) {
      const offset = index.offsetAt(i);
      const position = this.index.findPositionOfBytes(index.bytes, index.idBytesAt(i));
      // An object that comes twice has two rows of one id; either offset is right for it.
      const isSame = position !== undefined && (this.index.offsetAt(position) === offset || this.#isTwin(i, index));
      const crc = this.index.crcAt(i);
      if (!isSame || (crc !== undefined && !this.#isTwin(i, index) && crc !== index.crcAt(i))) {
        throw new GovcError('pack-index-corrupt', `The index of pack ${this.name} is wrong about ${index.idAt(i)}.`, {
          pack: this.name,
          id: index.idAt(i),
        });
      }
      if ((i & 1023) === 1023) yield { phase: 'Verifying index', done: i, total: index.count };
    }
  }

  /** Whether the object at a position of `index` stands in the pack more than once. */
  #isTwin(position: number, index: PackIndex): boolean {
    const id = index.idAt(position);
    return (
      (position > 0 && index.idAt(position - 1) === id) ||
      (position + 1 < index.count && index.idAt(position + 1) === id)
    );
  }

  /** Releases the source and what is cached of this pack. */
  close(): void {
    this.#bases.clear();
    this.source.close();
  }

  #inflate(entry: PackEntry, sizeMax: number): Uint8Array {
    const { size, dataOffset } = entry;
    const available = this.#end - dataOffset;
    if (size > available * DEFLATE_RATIO_MAX) throw inflateError('mismatch', dataOffset);
    if (size > sizeMax) {
      throw new GovcError('limit-exceeded', `An entry of pack ${this.name} has ${size} bytes; at most ${sizeMax} are read.`, {
        pack: this.name,
        size,
        max: sizeMax,
      });
    }
    const output = allocate(size + 1);
    const inflater = sharedInflater();
    const input = this.source.read(dataOffset, Math.min(available, deflateBound(size)));
    inflater.setInput(input, 0);
    const outcome = inflater.inflate(output, 0, size);
    if (outcome === 'starved') inflateAt({ source: this.source, start: dataOffset }, output, 0, size);
    else if (outcome !== 'done') throw inflateError(outcome, dataOffset);
    return output.subarray(0, size);
  }

  #baseOffset(entry: PackEntry, offset: number): number {
    if (entry.baseOffset !== undefined) {
      if (entry.baseOffset >= 12 && entry.baseOffset < offset) return entry.baseOffset;
      throw new GovcError('pack-corrupt', `The delta at offset ${offset} of pack ${this.name} has its base outside.`, {
        offset,
      });
    }
    const found = this.index.findOffset(entry.baseId!);
    if (found !== undefined) return found;
    throw new GovcError('pack-corrupt', `Pack ${this.name} lacks ${String(entry.baseId)}, the base of a delta in it.`, {
      offset,
      base: entry.baseId,
    });
  }

  /** A cycle of ref-deltas ends here, too. */
  #checkDepth(depth: number, offset: number): void {
    const max = LIMITS.deltaChainDepth.value;
    if (depth <= max) return;
    throw new GovcError(
      'pack-corrupt',
      `The object at offset ${offset} of pack ${this.name} is a delta on deltas over more than ${max} levels.`,
      { offset, max },
    );
  }
}

/** Bytes that are about to be filled: not cleared where that would cost, and never shared. */
function allocate(size: number): Uint8Array {
  if (size < 4096) return new Uint8Array(size);
  return new Uint8Array(Buffer.allocUnsafeSlow(size).buffer, 0, size);
}

