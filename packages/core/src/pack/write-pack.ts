import { hexFromBytes } from '../bytes/hex.js';
import { GovcError } from '../errors.js';
import type { Hasher } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import type { Progress } from '../job/job.js';
import { remakeDelta, type NewDelta } from './delta-search.js';
import { deflate, DeflateStream } from './deflate.js';
import { ENTRY_CODES, OFS_DELTA, REF_DELTA, writeBaseDistance, writeEntryHeader, type EntryCode } from './entry.js';
import { entryCrc32 } from './inflate.js';
import { ENTRY_COPIED, ENTRY_COPIED_DELTA, ENTRY_NEW_DELTA } from './plan-draft.js';
import type { PackPlan } from './plan-pack.js';
import type { Pack } from './pack.js';
import type { IndexRows } from './write-index.js';

/** What was written. */
export interface WrittenPack {
  /** The checksum in hex. */
  readonly id: string;
  readonly packChecksum: Uint8Array;
  readonly objectCount: number;
  readonly size: number;
  /** What an index is made of, when it was asked for; rows are those of the list. */
  readonly rows: IndexRows | undefined;
}

/** What else {@link writePack} gives. */
export interface WritePackOptions {
  /** Whether `rows` are collected, which costs a CRC-32 of each entry. Default: false. */
  readonly rows?: boolean | undefined;
}

/**
 * Writes a pack as a generator of what to send: pieces of about 64 KiB, which the receiver owns, and
 * progress between them. Whoever drives it forwards the pieces as fast as the other side takes them:
 * nothing is made before it is asked for.
 *
 * Bases are written before their deltas. Entries that stand in a row in their pack and need no other
 * header are copied together, as views where the pack is in memory.
 *
 * @throws {GovcError} object-missing, pack-corrupt, object-corrupt: what is to be sent cannot be read.
 */
export function* writePack(
  plan: PackPlan,
  options: WritePackOptions = {},
): Generator<Uint8Array | Progress, WrittenPack, void> {
  const writer = new PackWriter(plan, options.rows === true);
  const { order } = plan;
  yield* writer.begin();
  for (let k = 0; k < order.length; k++) {
    // A whole pack may be one run, which gives no bytes before its end.
    if ((k & 511) === 511) yield { phase: 'Writing objects', done: k, total: order.length };
    const i = order[k]!;
    if (writer.isWritten(i) || writer.extendRun(i)) continue;
    // The bases of the entry that are not written yet come first, the deepest of them before all.
    const chain = writer.unwrittenChain(i);
    for (let c = chain.length - 1; c >= 0; c--) yield* writer.write(chain[c]!);
  }
  return yield* writer.end();
}

const CHUNK_SIZE = 64 * 1024;
/** From here on a whole object is read and deflated in pieces. */
const STREAMED_SIZE = 1024 * 1024;
const HEADER_SIZE_MAX = 64;

class PackWriter {
  readonly #plan: PackPlan;
  readonly #sum: Hasher;
  readonly #offsets: Float64Array;
  readonly #crcs: Uint32Array;
  readonly #hasRows: boolean;
  /** What is collected for the next piece. */
  #chunk = new Uint8Array(CHUNK_SIZE);
  #filled = 0;
  #size = 0;
  #crc = 0;
  /** Entries of one pack in a row that wait to be copied together. */
  #runPack: Pack | undefined;
  #runStart = 0;
  #runEnd = 0;
  readonly #header = new Uint8Array(HEADER_SIZE_MAX);

  constructor(plan: PackPlan, hasRows: boolean) {
    this.#plan = plan;
    this.#hasRows = hasRows;
    this.#sum = plan.list.algorithm.createHasher();
    this.#offsets = new Float64Array(plan.list.count);
    this.#crcs = new Uint32Array(hasRows ? plan.list.count : 0);
  }

  isWritten(i: number): boolean {
    return this.#offsets[i]! > 0;
  }

  /** Object `i` and the bases below it that are not written, in this order. */
  unwrittenChain(i: number): number[] {
    const chain: number[] = [];
    for (let at = i; at >= 0 && this.#offsets[at] === 0; at = this.#plan.bases[at]!) chain.push(at);
    return chain;
  }

  *begin(): Generator<Uint8Array, void> {
    const header = new Uint8Array(12);
    const view = new DataView(header.buffer);
    view.setUint32(0, 0x5041434b);
    view.setUint32(4, 2);
    view.setUint32(8, this.#plan.list.count);
    yield* this.#put(header);
  }

  /**
   * Copies the entry of object `i` together with those before it, when it follows them in its pack
   * and needs no other header; the cheap way that most objects of a clone go.
   */
  extendRun(i: number): boolean {
    const { packs, packNumbers, offsets, bases } = this.#plan;
    const pack = this.#runPack;
    const offset = offsets[i]!;
    if (pack === undefined || this.#runEnd !== offset || packs[packNumbers[i]!] !== pack) return false;
    const base = bases[i]!;
    if (base >= 0 && this.#offsets[base] === 0) return false;
    const start = this.#position();
    if (!this.#isSameHeader(i, start)) return false;
    this.#offsets[i] = start;
    this.#addToRun(i, pack);
    return true;
  }

  /** Writes object `i`, whose base has been written. */
  *write(i: number): Generator<Uint8Array, void> {
    if (this.extendRun(i)) return;
    const { ways, packs, packNumbers, offsets } = this.#plan;
    const way = ways[i]!;
    const start = this.#position();
    yield* this.#flushRun();
    this.#offsets[i] = start;
    this.#crc = 0;
    if (way === ENTRY_COPIED || way === ENTRY_COPIED_DELTA) {
      const pack = packs[packNumbers[i]!]!;
      if (this.#isSameHeader(i, start)) {
        this.#runPack = pack;
        this.#runStart = offsets[i]!;
        this.#addToRun(i, pack);
        return;
      }
      yield* this.#copyDelta(i, pack);
    } else if (way === ENTRY_NEW_DELTA) {
      const delta = this.#plan.newDeltas.get(i)!;
      yield* this.#putEntry(this.#deltaHeader(i, start, delta.size));
      yield* this.#putEntry(delta.deflated ?? this.#remake(i, delta));
    } else {
      yield* this.#writeWhole(i);
    }
    if (this.#hasRows) this.#crcs[i] = this.#crc;
  }

  #remake(i: number, delta: NewDelta): Uint8Array {
    const { source, list, level } = this.#plan;
    return deflate(remakeDelta(source, list.ids.idAt(i), delta), level);
  }

  /** Where the next entry begins: the run that waits to be copied counts as written. */
  #position(): number {
    return this.#size + (this.#runEnd - this.#runStart);
  }

  /** Whether the stored entry of object `i` reads the same when it begins at `start`. */
  #isSameHeader(i: number, start: number): boolean {
    const { packs, packNumbers, offsets, bases, ofsDelta } = this.#plan;
    const base = bases[i]!;
    if (base === -1) return true;
    if (base < 0 || !ofsDelta || packNumbers[base] !== packNumbers[i]) return false;
    // Base and delta are as far apart as they were, so an ofs-delta finds its base.
    const offset = offsets[i]!;
    if (start - this.#offsets[base]! !== offset - offsets[base]!) return false;
    return packs[packNumbers[i]!]!.entryAt(offset).type === 'ofs-delta';
  }

  #addToRun(i: number, pack: Pack): void {
    const offset = this.#plan.offsets[i]!;
    const packedSize = pack.packedSizeAt(offset);
    this.#runEnd = offset + packedSize;
    if (this.#hasRows) this.#crcs[i] = this.#crcOf(pack, offset, packedSize);
  }

  /** Copies a stored delta under a header of its own. */
  *#copyDelta(i: number, pack: Pack): Generator<Uint8Array, void> {
    const offset = this.#plan.offsets[i]!;
    const entry = pack.entryAt(offset);
    yield* this.#putEntry(this.#deltaHeader(i, this.#size, entry.size));
    const end = offset + pack.packedSizeAt(offset);
    for (let at = entry.dataOffset; at < end; at += CHUNK_SIZE) {
      yield* this.#putEntry(pack.source.read(at, Math.min(CHUNK_SIZE, end - at)));
    }
  }

  #crcOf(pack: Pack, offset: number, packedSize: number): number {
    const position = pack.index.findByOffset(offset);
    const known = position === undefined ? undefined : pack.index.crcAt(position);
    if (known !== undefined) return known;
    let crc = 0;
    for (let at = offset; at < offset + packedSize; at += CHUNK_SIZE) {
      crc = entryCrc32(pack.source.read(at, Math.min(CHUNK_SIZE, offset + packedSize - at)), crc);
    }
    return crc;
  }

  *#flushRun(): Generator<Uint8Array, void> {
    const pack = this.#runPack;
    if (pack === undefined) return;
    const start = this.#runStart;
    const end = this.#runEnd;
    this.#runPack = undefined;
    this.#runStart = 0;
    this.#runEnd = 0;
    for (let at = start; at < end; at += CHUNK_SIZE) {
      yield* this.#put(pack.source.read(at, Math.min(CHUNK_SIZE, end - at)));
    }
  }

  *#writeWhole(i: number): Generator<Uint8Array, void> {
    const { source, level, list } = this.#plan;
    const id = list.ids.idAt(i);
    const header = source.findHeader(id);
    if (header === undefined) throw missing(id);
    yield* this.#putEntry(this.#entryHeader(ENTRY_CODES[header.type], header.size));
    if (header.size < STREAMED_SIZE) {
      const object = source.find(id);
      if (object === undefined) throw missing(id);
      yield* this.#putEntry(deflate(object.body, level));
      return;
    }
    const stream = new DeflateStream(level);
    try {
      for (const piece of source.findChunks(id) ?? []) {
        for (let at = 0; at < piece.length; at += CHUNK_SIZE) {
          for (const made of stream.push(piece.subarray(at, at + CHUNK_SIZE))) yield* this.#putEntry(made);
        }
      }
      for (const made of stream.finish()) yield* this.#putEntry(made);
    } finally {
      stream.close();
    }
  }

  #entryHeader(code: EntryCode, size: number): Uint8Array {
    return this.#header.subarray(0, writeEntryHeader(this.#header, 0, code, size));
  }

  /** The header of object `i` as a delta of `size` inflated bytes that begins at `start`. */
  #deltaHeader(i: number, start: number, size: number): Uint8Array {
    const { bases, ofsDelta, list, knownBases } = this.#plan;
    const base = bases[i]!;
    if (base >= 0 && ofsDelta) {
      const at = writeEntryHeader(this.#header, 0, OFS_DELTA, size);
      return this.#header.subarray(0, writeBaseDistance(this.#header, at, start - this.#offsets[base]!));
    }
    const at = writeEntryHeader(this.#header, 0, REF_DELTA, size);
    const ids = base >= 0 ? list.ids.rawIds : knownBases.rawIds;
    const idSize = list.algorithm.size;
    const row = base >= 0 ? base : -2 - base;
    for (let k = 0; k < idSize; k++) this.#header[at + k] = ids[row * idSize + k]!;
    return this.#header.subarray(0, at + idSize);
  }

  *end(): Generator<Uint8Array, WrittenPack> {
    yield* this.#flushRun();
    yield* this.#flush();
    const { list } = this.#plan;
    const packChecksum = this.#sum.digest();
    yield packChecksum.slice();
    return {
      id: hexFromBytes(packChecksum),
      packChecksum,
      objectCount: list.count,
      size: this.#size + packChecksum.length,
      rows: this.#hasRows
        ? { count: list.count, ids: list.ids.rawIds, offsets: this.#offsets, crcs: this.#crcs }
        : undefined,
    };
  }

  /** Adds bytes of an entry, and counts them into its CRC-32. */
  #putEntry(bytes: Uint8Array): Generator<Uint8Array, void> {
    if (this.#hasRows) this.#crc = entryCrc32(bytes, this.#crc);
    return this.#put(bytes);
  }

  /** Adds bytes to the pack: short ones are collected, long ones go out as they are. */
  *#put(bytes: Uint8Array): Generator<Uint8Array, void> {
    this.#size += bytes.length;
    const isLong = bytes.length >= CHUNK_SIZE / 2;
    if (isLong || bytes.length > CHUNK_SIZE - this.#filled) yield* this.#flush();
    if (isLong) {
      this.#sum.update(bytes);
      yield bytes;
      return;
    }
    this.#chunk.set(bytes, this.#filled);
    this.#filled += bytes.length;
  }

  *#flush(): Generator<Uint8Array, void> {
    if (this.#filled === 0) return;
    const full = this.#chunk.subarray(0, this.#filled);
    this.#sum.update(full);
    // The piece belongs to whoever takes it from here on.
    this.#chunk = new Uint8Array(CHUNK_SIZE);
    this.#filled = 0;
    yield full;
  }
}

function missing(id: ObjectId): GovcError {
  return new GovcError('object-missing', `The object ${id} is to be packed, but it does not exist here.`, { id });
}
