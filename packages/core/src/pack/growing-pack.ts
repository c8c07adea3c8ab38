/**
 * A pack that is written object by object, and read while it grows: what an import makes.
 *
 * 1. Entries are whole objects or ofs-deltas on earlier entries of the same pack, at most `DEPTH_MAX` deep.
 * 2. Bytes wait in memory until {@link GrowingPack.take} hands them out; from then on they are read from `source`.
 *
 * In memory are about 60 bytes an object, what waits, and the bodies that were used last.
 */
import { concatBytes } from '../bytes/compare.js';
import { GovcError } from '../errors.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import { hashObject, type ObjectType } from '../hash/hash-object.js';
import { IdTable } from '../hash/id-table.js';
import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import type { GitObject, ObjectHeader } from '../object/object.js';
import { applyDelta } from './apply-delta.js';
import { MemorySpool, type PackSource } from './byte-source.js';
import { DeltaIndex } from './create-delta.js';
import { deflate } from './deflate.js';
import { decodeEntryHeader, ENTRY_CODES, ENTRY_HEADER_SIZE_MAX, objectTypeOf, OFS_DELTA, writeBaseDistance, writeEntryHeader } from './entry.js';
import { entryCrc32, inflateAt } from './inflate.js';
import { serializeIndexV2Job } from './write-index.js';

/** What a {@link GrowingPack} is made with. */
export interface GrowingPackOptions {
  readonly algorithm: HashAlgorithm;
  /** What was taken, to be read; its size counts only up to what was taken. */
  readonly source: PackSource;
  /** Deflate level. Default: -1. */
  readonly level?: number | undefined;
}

/** What helps to write an object. */
export interface GrowingWrite {
  /** The object is stored as a delta on this one, where the pack holds it and that is smaller. */
  readonly base?: ObjectId | undefined;
  /** Whether an object stands elsewhere, so that it is not added; asked when it is not here. */
  readonly isKnown?: ((id: ObjectId) => boolean) | undefined;
}

/** How the pack ends. */
export interface GrownPack {
  /** To replace the first bytes of the pack: the header with the count. */
  readonly header: Uint8Array;
  /** To be added at its end. */
  readonly packChecksum: Uint8Array;
  readonly indexBytes: Uint8Array;
}

const HEADER_SIZE = 12;
const DEPTH_MAX = 50;
const DELTA_SIZE_MAX = 8 * 1024 * 1024;
const RECENT_SIZE = 16 * 1024 * 1024;
const SUM_SIZE = 1024 * 1024;

/** The pack of one import, before it is sealed. */
export class GrowingPack {
  readonly #algorithm: HashAlgorithm;
  readonly #level: number | undefined;
  readonly #source: PackSource;
  readonly #ids: IdTable;
  #offsets = new Float64Array(1024);
  #sizes = new Float64Array(1024);
  #crcs = new Uint32Array(1024);
  #types = new Uint8Array(1024);
  #depths = new Uint8Array(1024);
  #waiting = new MemorySpool();
  /** Where what waits begins. */
  #taken = 0;
  #size = HEADER_SIZE;
  readonly #recent = new Map<number, Uint8Array>();
  #recentSize = 0;
  readonly #all: PackSource;

  constructor({ algorithm, source, level }: GrowingPackOptions) {
    this.#algorithm = algorithm;
    this.#level = level;
    this.#source = source;
    this.#ids = new IdTable(algorithm, 1024);
    this.#waiting.append(headerOf(0));
    this.#all = this.#makeReader();
  }

  /** How many objects it holds. */
  get count(): number {
    return this.#ids.count;
  }

  has(id: ObjectId): boolean {
    return this.#ids.has(id);
  }

  /**
   * Adds an object. The body may be changed afterwards.
   *
   * @returns its id; also where nothing was added because the object is known
   */
  write(type: ObjectType, body: Uint8Array, { base, isKnown }: GrowingWrite = {}): ObjectId {
    const id = hashObject(type, body, this.#algorithm);
    if (this.#ids.has(id) || isKnown?.(id) === true) return id;
    const baseNumber = base === undefined ? -1 : this.#ids.findId(base);
    const delta = baseNumber < 0 ? undefined : this.#findDelta(baseNumber, ENTRY_CODES[type], body);
    const number = this.#ids.addId(id);
    if (number >= this.#offsets.length) this.#grow();
    this.#types[number] = ENTRY_CODES[type];
    this.#sizes[number] = body.length;
    this.#offsets[number] = this.#size;
    const header = new Uint8Array(ENTRY_HEADER_SIZE_MAX);
    let headerSize: number;
    if (delta === undefined) {
      headerSize = writeEntryHeader(header, 0, ENTRY_CODES[type], body.length);
    } else {
      headerSize = writeBaseDistance(header, writeEntryHeader(header, 0, OFS_DELTA, delta.length), this.#size - this.#offsets[baseNumber]!);
      this.#depths[number] = this.#depths[baseNumber]! + 1;
    }
    const entry = concatBytes([header.subarray(0, headerSize), deflate(delta ?? body, this.#level)]);
    this.#crcs[number] = entryCrc32(entry);
    this.#waiting.append(entry);
    this.#size += entry.length;
    this.#remember(number, new Uint8Array(body));
    return id;
  }

  /** @throws {GovcError} pack-corrupt: what was taken cannot be read back. */
  find(id: ObjectId): GitObject | undefined {
    const number = this.#ids.findId(id);
    return number < 0 ? undefined : { type: objectTypeOf(this.#types[number]!), body: this.#bodyOf(number) };
  }

  findHeader(id: ObjectId): ObjectHeader | undefined {
    const number = this.#ids.findId(id);
    return number < 0 ? undefined : { type: objectTypeOf(this.#types[number]!), size: this.#sizes[number]! };
  }

  /** Hands out the bytes that wait, which must all be in `source` before anything else is asked of the pack. */
  take(): readonly Uint8Array[] {
    const chunks = this.#waiting.chunks();
    this.#waiting = new MemorySpool();
    this.#taken = this.#size;
    return chunks;
  }

  /** What makes it a pack, once everything was taken. Reads it all. */
  *finish(): Job<GrownPack> {
    const { count } = this.#ids;
    const header = headerOf(count);
    const sum = this.#algorithm.createHasher();
    sum.update(header);
    for (let at = HEADER_SIZE; at < this.#size; at += SUM_SIZE) {
      sum.update(this.#source.read(at, Math.min(SUM_SIZE, this.#size - at)));
      yield { phase: 'Writing objects', done: count, total: count };
    }
    const packChecksum = sum.digest();
    const rows = { count, ids: this.#ids.rawIds, offsets: this.#offsets, crcs: this.#crcs };
    const indexBytes = yield* serializeIndexV2Job(rows, { algorithm: this.#algorithm, packChecksum });
    return { header, packChecksum, indexBytes };
  }

  #findDelta(base: number, code: number, body: Uint8Array): Uint8Array | undefined {
    const baseSize = this.#sizes[base]!;
    const spare = body.length - this.#algorithm.size;
    // A body that is much larger shares little with its base.
    if (this.#types[base] !== code || this.#depths[base]! >= DEPTH_MAX || spare <= 0 || baseSize === 0) return undefined;
    if (body.length > DELTA_SIZE_MAX || baseSize > DELTA_SIZE_MAX || body.length > baseSize * 8 || baseSize > body.length * 32) return undefined;
    return new DeltaIndex(this.#bodyOf(base)).createDelta(body, spare >> 1);
  }

  #bodyOf(number: number): Uint8Array {
    const deltas: Uint8Array[] = [];
    let body: Uint8Array | undefined;
    let offset = this.#offsets[number]!;
    let at = number;
    for (;;) {
      body = at < 0 ? undefined : this.#recent.get(at);
      if (body !== undefined) break;
      const bytes = this.#all.read(offset, Math.min(ENTRY_HEADER_SIZE_MAX, this.#size - offset));
      const entry = decodeEntryHeader(bytes, 0, this.#algorithm);
      if (entry === undefined) throw new GovcError('pack-corrupt', `The pack that is written cannot be read back at ${offset}.`, { offset });
      const inflated = new Uint8Array(entry.size + 1);
      inflateAt({ source: this.#all, start: offset + entry.headerSize }, inflated, 0, entry.size);
      const whole = inflated.subarray(0, entry.size);
      if (entry.code !== OFS_DELTA) {
        body = whole;
        break;
      }
      deltas.push(whole);
      offset -= entry.baseDistance;
      at = this.#numberAt(offset);
    }
    for (let i = deltas.length - 1; i >= 0; i--) body = applyDelta(body, deltas[i]!);
    this.#remember(number, body);
    return body;
  }

  /** The entry that begins at an offset: they stand in the order of their numbers. */
  #numberAt(offset: number): number {
    let low = 0;
    let high = this.#ids.count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#offsets[middle]! < offset) low = middle + 1;
      else high = middle;
    }
    return this.#offsets[low] === offset ? low : -1;
  }

  #remember(number: number, body: Uint8Array): void {
    if (body.length > RECENT_SIZE / 4) return;
    if (!this.#recent.has(number)) this.#recentSize += body.length;
    else this.#recent.delete(number);
    this.#recent.set(number, body);
    for (const [oldest, { length }] of this.#recent) {
      if (this.#recentSize <= RECENT_SIZE) break;
      this.#recent.delete(oldest);
      this.#recentSize -= length;
    }
  }

  /** What was taken and what waits, as one. */
  #makeReader(): PackSource {
    const sizeOf = (): number => this.#size;
    return {
      get size() {
        return sizeOf();
      },
      read: (offset, length) => {
        const before = Math.min(length, Math.max(0, this.#taken - offset));
        if (before === length) return this.#source.read(offset, length);
        if (before === 0) return this.#waiting.read(offset - this.#taken, length);
        return concatBytes([this.#source.read(offset, before), this.#waiting.read(0, length - before)]);
      },
      open: () => undefined,
      close: () => undefined,
    };
  }

  #grow(): void {
    const size = this.#offsets.length * 2;
    this.#offsets = grown(this.#offsets, new Float64Array(size));
    this.#sizes = grown(this.#sizes, new Float64Array(size));
    this.#crcs = grown(this.#crcs, new Uint32Array(size));
    this.#types = grown(this.#types, new Uint8Array(size));
    this.#depths = grown(this.#depths, new Uint8Array(size));
  }
}

function grown<T extends Float64Array | Uint32Array | Uint8Array>(old: T, next: T): T {
  next.set(old);
  return next;
}

function headerOf(count: number): Uint8Array {
  const header = new Uint8Array(HEADER_SIZE);
  const view = new DataView(header.buffer);
  view.setUint32(0, 0x5041434b);
  view.setUint32(4, 2);
  view.setUint32(8, count);
  return header;
}
