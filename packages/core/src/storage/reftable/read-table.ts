import { hexFromBytes } from '../../bytes/hex.js';
import { ByteReader } from '../../bytes/reader.js';
import { latin1FromBytes, textFromBytes } from '../../bytes/text.js';
import { readVarint } from '../../bytes/varint.js';
import { GovcError } from '../../errors.js';
import type { HashAlgorithm } from '../../hash/algorithm.js';
import type { ObjectId } from '../../hash/object-id.js';
import { bufferSource } from '../../pack/byte-source.js';
import { inflateAt } from '../../pack/inflate.js';
import { splitLogKey, type LogLine, type LogRecord, type RefCell, type RefRecord } from './record.js';
import { BLOCK, headerSize, invalidTable, readFacts, type BlockType, type TableFacts } from './table-layout.js';

/** A block, inflated, and where the next one begins. */
interface Block {
  readonly bytes: Uint8Array;
  /** Where its records begin and end. */
  readonly start: number;
  readonly end: number;
  readonly nextAt: number;
}

interface Entry {
  readonly key: string;
  readonly extra: number;
  /** Stands at its value. */
  readonly reader: ByteReader;
}

// Each level of an index has fewer blocks than the one below; no table has more.
const INDEX_DEPTH_MAX = 10;

/** One table, in memory; nothing of it is read before it is asked for. */
export class Table {
  readonly name: string;
  readonly size: number;
  readonly facts: TableFacts;
  readonly #bytes: Uint8Array;
  readonly #algorithm: HashAlgorithm;
  readonly #end: number;

  /**
   * @param name for errors
   * @throws {GovcError} reftable-invalid
   */
  constructor(bytes: Uint8Array, algorithm: HashAlgorithm, name: string) {
    const { footerAt, ...facts } = readFacts(bytes, algorithm, name);
    this.name = name;
    this.size = bytes.length;
    this.facts = facts;
    this.#bytes = bytes;
    this.#algorithm = algorithm;
    this.#end = footerAt;
  }

  /** All refs, in the order of their keys. @throws {GovcError} reftable-invalid */
  *refs(): Generator<RefRecord, void, void> {
    for (const { key, extra, reader } of this.#entries(BLOCK.ref, 0)) {
      const updateIndex = this.facts.minUpdateIndex + this.#number(reader);
      yield { key, updateIndex, cell: this.#readCell(extra, reader) };
    }
  }

  /** All lines of logs, in the order of their keys. @throws {GovcError} reftable-invalid */
  *logs(): Generator<LogRecord, void, void> {
    yield* this.#logsFrom(this.facts.logsAt, '');
  }

  /** The lines of one ref's log, the newest first. @throws {GovcError} reftable-invalid */
  *logsOf(key: string): Generator<LogRecord, void, void> {
    const prefix = `${key}\0`;
    for (const record of this.#logsFrom(this.#seek(this.facts.logIndexAt, prefix) ?? this.facts.logsAt, prefix)) {
      if (record.key === key) yield record;
      else if (`${record.key}\0` > prefix) return;
    }
  }

  /** For each object that has been written down, the positions of blocks that name it; empty for "any". */
  *objects(): Generator<{ readonly prefix: string; readonly positions: readonly number[] }, void, void> {
    if (this.facts.objectsAt === 0) return;
    for (const { key, extra, reader } of this.#entries(BLOCK.object, this.facts.objectsAt)) {
      const count = extra === 0 ? this.#number(reader) : extra;
      const positions: number[] = [];
      for (let i = 0; i < count && i < this.size; i++) positions.push((positions.at(-1) ?? 0) + this.#number(reader));
      yield { prefix: Buffer.from(key, 'latin1').toString('hex'), positions };
    }
  }

  *#logsFrom(at: number, prefix: string): Generator<LogRecord, void, void> {
    for (const { key, extra, reader } of this.#entries(BLOCK.log, at)) {
      const parts = splitLogKey(key);
      if (parts === undefined || extra > 1) throw invalidTable(this.name, 'a line of a log has no key');
      const line = extra === 0 ? undefined : this.#readLine(reader);
      if (key >= prefix) yield { ...parts, line };
    }
  }

  /** The block of a section that may hold a key first, by its index; `undefined` where there is none. */
  #seek(indexAt: number, key: string): number | undefined {
    if (indexAt === 0) return undefined;
    let at = indexAt;
    for (let depth = 0; depth < INDEX_DEPTH_MAX; depth++) {
      let below: number | undefined;
      for (const { key: last, reader } of this.#entries(BLOCK.index, at)) {
        below = this.#number(reader);
        if (last >= key) break;
      }
      if (below === undefined || below >= this.#end) throw invalidTable(this.name, 'an index leads nowhere');
      if (this.#bytes[below] !== BLOCK.index) return below;
      at = below;
    }
    throw invalidTable(this.name, 'its index does not end');
  }

  /** The records of the blocks of a type that follow each other from a position on. */
  *#entries(type: BlockType, from: number): Generator<Entry, void, void> {
    let at = from;
    while (at < this.#end) {
      const block = this.#block(at, type);
      if (block === undefined) return;
      const reader = new ByteReader(block.bytes.subarray(0, block.end), `table "${this.name}"`, 'reftable-invalid');
      reader.offset = block.start;
      let key = '';
      while (reader.remaining > 0) {
        const shared = this.#number(reader);
        const word = this.#number(reader);
        if (shared > key.length) throw invalidTable(this.name, 'a key shares more than there is');
        key = key.slice(0, shared) + latin1FromBytes(reader.slice(Math.floor(word / 8)));
        const before = reader.offset;
        yield { key, extra: word % 8, reader };
        if (reader.offset === before) this.#skip(type, word % 8, reader);
      }
      at = block.nextAt;
    }
  }

  /** Passes over a value that nobody has read. */
  #skip(type: BlockType, extra: number, reader: ByteReader): void {
    if (type === BLOCK.index) this.#number(reader);
    else if (!(type === BLOCK.log && extra === 0)) throw new Error('Invariant broken in @govc/core: a record of a table was not read.');
  }

  #block(at: number, type: BlockType): Block | undefined {
    const bytes = this.#bytes;
    const head = at === 0 ? headerSize(this.#algorithm) : 0;
    if (bytes[at + head] !== type || at + head + 4 > this.#end) return undefined;
    const size = (bytes[at + head + 1]! << 16) | (bytes[at + head + 2]! << 8) | bytes[at + head + 3]!;
    const start = head + 4;
    if (size < start + 2) throw invalidTable(this.name, 'a block is too small');
    if (type === BLOCK.log) {
      const inflated = new Uint8Array(size + 1);
      const taken = this.#inflate(at + start, inflated, start, size - start);
      return this.#framed(inflated.subarray(0, size), start, at + start + taken);
    }
    if (at + size > this.#end) throw invalidTable(this.name, 'a block ends behind the end');
    const { blockSize } = this.facts;
    // A block is padded to its full size unless something else follows at once.
    const isPadded = blockSize > size && bytes[at + size] === 0;
    return this.#framed(bytes.subarray(at, at + size), start, at + (isPadded ? blockSize : size));
  }

  #framed(bytes: Uint8Array, start: number, nextAt: number): Block {
    const count = (bytes[bytes.length - 2]! << 8) | bytes[bytes.length - 1]!;
    const end = bytes.length - 2 - 3 * count;
    if (end < start) throw invalidTable(this.name, 'a block has more restarts than room');
    return { bytes, start, end, nextAt };
  }

  #inflate(from: number, output: Uint8Array, at: number, size: number): number {
    try {
      return inflateAt({ source: bufferSource(this.#bytes.subarray(0, this.#end)), start: from }, output, at, size);
    } catch (error) {
      if (error instanceof GovcError) throw invalidTable(this.name, 'a block of logs is damaged');
      throw error;
    }
  }

  #readCell(type: number, reader: ByteReader): RefCell {
    if (type === 0) return { kind: 'deleted' };
    if (type === 3) return { kind: 'symbolic', target: latin1FromBytes(reader.slice(this.#number(reader))) };
    if (type > 3) throw invalidTable(this.name, `a ref has the unknown kind ${type}`);
    const id = this.#id(reader);
    return { kind: 'direct', id, peeled: type === 2 ? this.#id(reader) : undefined };
  }

  #readLine(reader: ByteReader): LogLine {
    const oldId = this.#id(reader);
    const newId = this.#id(reader);
    const text = (): string => textFromBytes(reader.slice(this.#number(reader)));
    const name = text();
    const email = text();
    const timeSeconds = this.#number(reader);
    // Two bytes with a sign.
    const zone = (reader.u16() << 16) >> 16;
    return { oldId, newId, name, email, timeSeconds, zone, message: text() };
  }

  #id(reader: ByteReader): ObjectId {
    return hexFromBytes(reader.slice(this.#algorithm.size)) as ObjectId;
  }

  #number(reader: ByteReader): number {
    const value = readVarint(reader);
    if (value === undefined) throw invalidTable(this.name, 'a number is too large');
    return value;
  }
}
