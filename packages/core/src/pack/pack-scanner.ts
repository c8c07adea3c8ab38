import { equalBytes } from '../bytes/compare.js';
import { writeHex } from '../bytes/hex.js';
import { GovcError } from '../errors.js';
import { objectIdAt, type HashAlgorithm, type Hasher } from '../hash/algorithm.js';
import { createObjectHasher, type ObjectType } from '../hash/hash-object.js';
import type { ObjectId } from '../hash/object-id.js';
import { LIMITS } from '../limits.js';
import type { PackSource } from './byte-source.js';
import { decodeEntryHeader, ENTRY_HEADER_SIZE_MAX, objectTypeOf, OFS_DELTA, REF_DELTA, type EntryHeader } from './entry.js';
import { deflateBound, entryCrc32, inflateError, InflateStream, sharedInflater } from './inflate.js';
import { FRAME_SIZE, writeFrame } from './object-frame.js';
import { DeltaSlab, PackTable, SLAB_CHUNK_SIZE } from './pack-table.js';

/** Told of each object once its id is known. */
export type ObjectListener = (id: ObjectId, type: ObjectType, body: Uint8Array | undefined) => void;

/** Bounds and wishes of indexing. */
export interface ScanOptions {
  readonly algorithm: HashAlgorithm;
  /**
   * Told of each object: its body, valid during the call only, or `undefined` for a blob over
   * `LIMITS.objectSizeStreamed` that was hashed piece by piece. What it throws ends the job.
   */
  readonly onObject?: ObjectListener | undefined;
  /** Default: `LIMITS.packObjectCount`. */
  readonly objectCountMax?: number | undefined;
  /** Bytes of the result of a delta, and of a base. Default: `LIMITS.deltaResultSize`. */
  readonly deltaResultSizeMax?: number | undefined;
  /** Bytes of all objects together. Default: `LIMITS.packExpandedSize`, or 1,000 times the pack. */
  readonly expandedSizeMax?: number | undefined;
  /** Bytes of memory for bases and deltas. Default: `LIMITS.deltaCacheSize`. */
  readonly cacheSizeMax?: number | undefined;
}

/** How a call of {@link PackScanner.scan} ended. `starved`: the source has no more bytes for now. */
export type ScanOutcome = 'more' | 'starved' | 'done';

const WINDOW_SIZE = 256 * 1024;
const HEADER_SIZE = 12;
/** One byte of header and an empty zlib stream. */
const ENTRY_SIZE_MIN = 9;
/** Work of one slice: bytes inflated, and a constant for each entry. */
const SLICE_WORK = 256 * 1024;
const ENTRY_WORK = 1500;
const LARGE_BEGUN = -2;

interface LargeEntry {
  readonly header: EntryHeader;
  readonly stream: InflateStream;
  readonly hasher: Hasher | undefined;
  /** Where the body is collected, for listeners that need it whole. */
  body: Uint8Array | undefined;
  filled: number;
}

/**
 * The first pass over a pack, front to back: finds every entry, proves every zlib stream, hashes
 * whole objects, sums the pack. It works on a source that is complete, or on one that still grows.
 *
 * Invariants: 1. rows of `table` up to `count` are final but for the ids and types of deltas.
 * 2. `#at` is where the next entry (or the trailer) begins. 3. bytes before `#hashedTo` are summed.
 */
export class PackScanner {
  readonly table: PackTable;
  readonly slab: DeltaSlab;
  /** Objects that the header promises; -1 before the header has come. */
  objectCount = -1;
  /** How many entries are ofs-deltas and ref-deltas. */
  ofsDeltaCount = 0;
  refDeltaCount = 0;
  /** Bytes of all entries so far, inflated. */
  expandedSize = 0;
  /** After `done`: the checksum of the pack. */
  checksum: Uint8Array = new Uint8Array(0);
  readonly #source: PackSource;
  readonly #options: ScanOptions;
  readonly #algorithm: HashAlgorithm;
  readonly #sum: Hasher;
  #at = 0;
  #hashedTo = 0;
  #window: Uint8Array = new Uint8Array(0);
  #windowStart = 0;
  #scratch = new Uint8Array(64 * 1024);
  #large: LargeEntry | undefined;
  /** An entry did not fit what had arrived; it is tried again when the source has this many bytes. */
  #retryAt = 0;
  #isDone = false;

  constructor(source: PackSource, options: ScanOptions) {
    this.#source = source;
    this.#options = options;
    this.#algorithm = options.algorithm;
    this.#sum = options.algorithm.createHasher();
    this.table = new PackTable(options.algorithm);
    this.slab = new DeltaSlab((options.cacheSizeMax ?? LIMITS.deltaCacheSize.value) / 3);
  }

  /** Where the entries end and the trailer begins, after `done`. */
  get end(): number {
    return this.#at;
  }

  /** Where the entry of a row ends, after `done`. */
  endOf(row: number): number {
    return row + 1 < this.objectCount ? this.table.offsets[row + 1]! : this.#at;
  }

  /**
   * Does at most about a millisecond of work.
   *
   * @param isEnded whether the source is complete
   * @throws {GovcError} pack-corrupt, limit-exceeded: the pack cannot be accepted.
   */
  scan(isEnded: boolean): ScanOutcome {
    if (this.#isDone) return 'done';
    if (!isEnded && this.#source.size < this.#retryAt) return 'starved';
    if (this.objectCount < 0 && !this.#scanHeader(isEnded)) return 'starved';
    if (this.#large !== undefined) return this.#scanLarge(this.#large, isEnded);
    const { table } = this;
    let work = 0;
    while (table.count < this.objectCount) {
      const size = this.#scanEntry(isEnded);
      if (size === LARGE_BEGUN) return 'more';
      if (size < 0) return 'starved';
      work += size + ENTRY_WORK;
      if (work > SLICE_WORK) return 'more';
    }
    return this.#scanTrailer(isEnded);
  }

  #scanHeader(isEnded: boolean): boolean {
    if (this.#source.size < HEADER_SIZE) {
      if (isEnded) throw corrupt('it has no header', { size: this.#source.size });
      return false;
    }
    const bytes = this.#source.read(0, HEADER_SIZE);
    const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_SIZE);
    const version = view.getUint32(4);
    if (view.getUint32(0) !== 0x5041434b) throw corrupt('it does not begin with "PACK"');
    if (version !== 2 && version !== 3) throw corrupt(`its version ${version} is not known`, { version });
    const count = view.getUint32(8);
    const max = this.#options.objectCountMax ?? LIMITS.packObjectCount.value;
    if (count > max) {
      throw new GovcError('limit-exceeded', `A pack promises ${count} objects; at most ${max} are accepted.`, {
        limit: 'packObjectCount',
        count,
        max,
      });
    }
    this.objectCount = count;
    this.#at = HEADER_SIZE;
    // No entry is shorter than this, so the bytes that are there bound what a header can make us allocate.
    this.table.reserve(Math.min(count, Math.ceil(this.#source.size / ENTRY_SIZE_MIN)));
    return true;
  }

  /** The next entry; its inflated size, `LARGE_BEGUN`, or -1 when more bytes are needed. */
  #scanEntry(isEnded: boolean): number {
    const start = this.#at;
    if (this.#windowEnd() - start < ENTRY_HEADER_SIZE_MAX) this.#loadWindow(WINDOW_SIZE);
    const header = decodeEntryHeader(this.#window, start - this.#windowStart, this.#algorithm);
    if (header === undefined) return this.#starve(isEnded, start);
    const { size, headerSize } = header;
    this.#countExpanded(size);
    if (size > LIMITS.objectSizeStreamed.value) {
      this.#beginLarge(header);
      return LARGE_BEGUN;
    }
    const needed = headerSize + deflateBound(size);
    if (this.#windowEnd() - start < needed) this.#loadWindow(Math.max(WINDOW_SIZE, needed));
    const isDelta = header.code >= OFS_DELTA;
    const place = isDelta ? this.slab.reserve(size) : -1;
    let output: Uint8Array;
    let outputAt: number;
    if (place >= 0) {
      output = this.slab.chunks[this.slab.chunks.length - 1]!;
      outputAt = place % SLAB_CHUNK_SIZE;
    } else {
      if (this.#scratch.length < FRAME_SIZE + size + 1) this.#scratch = new Uint8Array(FRAME_SIZE + size * 2);
      output = this.#scratch;
      outputAt = FRAME_SIZE;
    }
    const inflater = sharedInflater();
    inflater.setInput(this.#window, start - this.#windowStart + headerSize);
    const outcome = inflater.inflate(output, outputAt, size);
    if (outcome !== 'done') {
      this.expandedSize -= size;
      if (outcome !== 'starved') throw inflateError(outcome, start + headerSize);
      if (place >= 0) this.slab.giveBack(size);
      // No sane compressor needs more input than this; an odd one is served piece by piece.
      if (this.#windowEnd() - start >= needed) {
        this.#countExpanded(size);
        this.#beginLarge(header);
        return LARGE_BEGUN;
      }
      return this.#starve(isEnded, start);
    }
    const row = this.#addRow(header, headerSize + inflater.consumed);
    if (isDelta) {
      this.table.slabs[row] = place;
      return size;
    }
    const bodyAt = outputAt;
    const id = this.#algorithm.digestHex(
      output.subarray(writeFrame(output, bodyAt, header.code, size), bodyAt + size),
    );
    writeHex(id, this.table.ids, row * this.#algorithm.size);
    this.#options.onObject?.(id as ObjectId, objectTypeOf(header.code), output.subarray(bodyAt, bodyAt + size));
    return size;
  }

  /** Records the entry at `#at`, which has `packedSize` bytes, and moves past it. */
  #addRow(header: EntryHeader, packedSize: number): number {
    const { table } = this;
    const start = this.#at;
    const row = table.add();
    const { code } = header;
    table.offsets[row] = start;
    table.codes[row] = code;
    table.sizes[row] = header.size;
    table.headerSizes[row] = header.headerSize;
    table.slabs[row] = -1;
    table.bases[row] = -1;
    table.types[row] = code < OFS_DELTA ? code : 0;
    const inWindow = start - this.#windowStart;
    if (code === OFS_DELTA) {
      this.ofsDeltaCount++;
      const base = table.findOffset(start - header.baseDistance, row);
      if (base < 0) throw corrupt(`the delta at offset ${start} has a base that is not an entry`, { offset: start });
      table.bases[row] = base;
    } else if (code === REF_DELTA) {
      this.refDeltaCount++;
      // The id of the base stands where the id of the object will stand when it is known. (The window may
      // have moved since the header was decoded.)
      const { size } = this.#algorithm;
      const idEnd = inWindow + header.headerSize;
      table.ids.set(this.#window.subarray(idEnd - size, idEnd), row * size);
    }
    if (packedSize >= 0) table.crcs[row] = entryCrc32(this.#window.subarray(inWindow, inWindow + packedSize));
    this.#at = start + Math.max(0, packedSize);
    return row;
  }

  #beginLarge(header: EntryHeader): void {
    const start = this.#at;
    const { size, code } = header;
    const isDelta = code >= OFS_DELTA;
    const type = isDelta ? undefined : objectTypeOf(code);
    // A large commit, tree or tag is shown whole to whoever checks objects; a blob is not.
    const isKept = type !== undefined && type !== 'blob' && this.#options.onObject !== undefined;
    const max = this.#options.deltaResultSizeMax ?? LIMITS.deltaResultSize.value;
    if ((isDelta || isKept) && size > max) {
      throw new GovcError('limit-exceeded', `A pack holds a ${type ?? 'delta'} of ${size} bytes; at most ${max} are accepted.`, {
        limit: 'deltaResultSize',
        size,
        max,
      });
    }
    const stream = new InflateStream(this.#source, start + header.headerSize, size);
    stream.crc = entryCrc32(this.#window.subarray(start - this.#windowStart, start - this.#windowStart + header.headerSize));
    this.#large = {
      header,
      stream,
      hasher: type === undefined ? undefined : createObjectHasher(type, size, this.#algorithm),
      body: isKept ? new Uint8Array(0) : undefined,
      filled: 0,
    };
  }

  #scanLarge(large: LargeEntry, isEnded: boolean): ScanOutcome {
    const { stream, hasher, header } = large;
    for (let work = 0; work < SLICE_WORK; work += 32 * 1024) {
      const outcome = stream.next();
      this.#sumTo(this.#at + header.headerSize + stream.consumed);
      if (outcome === 'piece') {
        hasher?.update(stream.piece);
        if (large.body !== undefined) keepPiece(large, large.body, stream.piece);
        work += stream.piece.length;
      } else if (outcome === 'done') {
        this.#endLarge(large);
        return 'more';
      } else if (outcome === 'starved' && !isEnded) {
        return 'starved';
      } else {
        throw inflateError(outcome, this.#at + header.headerSize);
      }
    }
    return 'more';
  }

  #endLarge(large: LargeEntry): void {
    const { stream, hasher, header, body } = large;
    stream.close();
    this.#large = undefined;
    const start = this.#at;
    // A ref-delta names its base in its header, which the window must hold.
    this.#loadWindow(WINDOW_SIZE);
    const row = this.#addRow(header, -1);
    this.table.crcs[row] = stream.crc;
    this.#at = start + header.headerSize + stream.consumed;
    this.#loadWindow(WINDOW_SIZE);
    if (hasher === undefined) return;
    const { size } = this.#algorithm;
    this.table.ids.set(hasher.digest(), row * size);
    this.#options.onObject?.(
      objectIdAt(this.table.ids, row * size, this.#algorithm),
      objectTypeOf(header.code),
      body?.subarray(0, large.filled),
    );
  }

  #scanTrailer(isEnded: boolean): ScanOutcome {
    const { size } = this.#algorithm;
    const left = this.#source.size - this.#at;
    if (left > size) {
      throw corrupt(`${left - size} bytes follow its trailer`, { offset: this.#at + size, size: left - size });
    }
    if (!isEnded) return 'starved';
    if (left < size) throw corrupt('it ends inside its trailer', { offset: this.#at });
    this.#sumTo(this.#at);
    const trailer = new Uint8Array(this.#source.read(this.#at, size));
    const actual = this.#sum.digest();
    if (!equalBytes(trailer, actual)) throw corrupt('its checksum does not match');
    this.checksum = trailer;
    this.#isDone = true;
    this.#window = new Uint8Array(0);
    return 'done';
  }

  #countExpanded(size: number): void {
    this.expandedSize += size;
    checkExpandedSize(this.expandedSize, this.#source.size, this.#options);
  }

  #windowEnd(): number {
    return this.#windowStart + this.#window.length;
  }

  /** Moves the window so that it begins at the next entry, after summing what it leaves behind. */
  #loadWindow(wanted: number): void {
    const start = this.#at;
    const size = Math.min(wanted, this.#source.size - start);
    if (this.#windowStart === start && this.#window.length >= size) return;
    this.#sumTo(start);
    this.#window = size > 0 ? this.#source.read(start, size) : new Uint8Array(0);
    this.#windowStart = start;
  }

  #sumTo(end: number): void {
    while (this.#hashedTo < end) {
      const from = this.#hashedTo;
      const inside = from - this.#windowStart;
      if (inside >= 0 && inside < this.#window.length) {
        const piece = this.#window.subarray(inside, Math.min(this.#window.length, end - this.#windowStart));
        this.#sum.update(piece);
        this.#hashedTo = from + piece.length;
      } else {
        const size = Math.min(WINDOW_SIZE, end - from);
        this.#sum.update(this.#source.read(from, size));
        this.#hashedTo = from + size;
      }
    }
  }

  #starve(isEnded: boolean, start: number): number {
    if (isEnded) throw corrupt(`it ends inside the entry at offset ${start}`, { offset: start });
    // Waiting for twice as much keeps the cost of trying again proportional to what arrives.
    this.#retryAt = start + 2 * Math.max(32, this.#source.size - start);
    return -1;
  }
}

/** @throws {GovcError} limit-exceeded: a pack of `packSize` bytes holds objects of more bytes than accepted. */
export function checkExpandedSize(expandedSize: number, packSize: number, options: ScanOptions): void {
  const max = options.expandedSizeMax ?? Math.max(LIMITS.packExpandedSize.value, packSize * 1000);
  if (expandedSize <= max) return;
  throw new GovcError('limit-exceeded', `The objects of a pack have more than ${max} bytes together.`, {
    limit: 'packExpandedSize',
    max,
  });
}

/** Adds a piece to the body that is collected; the body grows with what has come, not with what was promised. */
function keepPiece(large: LargeEntry, body: Uint8Array, piece: Uint8Array): void {
  const end = large.filled + piece.length;
  let room = body;
  if (end > body.length) {
    room = new Uint8Array(Math.min(large.header.size, Math.max(1024 * 1024, 2 * end)));
    room.set(body.subarray(0, large.filled));
    large.body = room;
  }
  room.set(piece, large.filled);
  large.filled = end;
}

function corrupt(reason: string, data: Readonly<Record<string, unknown>> = {}): GovcError {
  return new GovcError('pack-corrupt', `The pack cannot be accepted: ${reason}.`, data);
}
