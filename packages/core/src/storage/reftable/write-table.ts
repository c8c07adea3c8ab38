import { bytesFromHex } from '../../bytes/hex.js';
import { bytesFromLatin1, bytesFromText } from '../../bytes/text.js';
import { writeVarint } from '../../bytes/varint.js';
import { ByteWriter } from '../../bytes/writer.js';
import { GovcError } from '../../errors.js';
import type { HashAlgorithm } from '../../hash/algorithm.js';
import { deflate } from '../../pack/deflate.js';
import { logKey, type LogRecord, type RefRecord } from './record.js';
import { BLOCK, writeFooter, writeHeader, type BlockType } from './table-layout.js';

/** How tables are laid out: `reftable.*` of git-config. */
export interface TableOptions {
  /** Bytes of a block; more where a record needs more. Default: 4096. */
  readonly blockSize?: number | undefined;
  /** How many records share beginnings before one is written whole. Default: 16. */
  readonly restartInterval?: number | undefined;
  /** Whether large tables say which blocks name an object. Default: true. */
  readonly indexesObjects?: boolean | undefined;
}

/** What a new table holds. */
export interface TableContent {
  readonly algorithm: HashAlgorithm;
  readonly minUpdateIndex: number;
  readonly maxUpdateIndex: number;
  /** In the order of their keys, none twice. */
  readonly refs: readonly RefRecord[];
  /** In the order of their keys, the newest line of each first. */
  readonly logs: readonly LogRecord[];
}

/** One record in its written form. */
interface RawRecord {
  readonly key: string;
  /** Three bits beside the length of the key. */
  readonly extra: number;
  readonly value: Uint8Array;
}

const BLOCK_SIZE = 4096;
const BLOCK_SIZE_MAX = (1 << 24) - 1;
const RESTART_INTERVAL = 16;
const RESTARTS_MAX = 0xffff;
/** Up to so many blocks are looked through faster than an index is. */
const UNINDEXED_MAX = 3;
const OBJECT_ID_SIZE_MIN = 2;

/**
 * The bytes of a table, as Git's own writer lays it out: blocks of refs are padded to their size, those of logs are not.
 *
 * @throws {GovcError} limit-exceeded: a record is larger than any block may be.
 */
export function writeTable(content: TableContent, options: TableOptions = {}): Uint8Array {
  const { algorithm, refs, logs } = content;
  const rawRefs = refs.map((record) => rawRef(record, content));
  const rawLogs = logs.map((record) => rawLog(record, algorithm));
  const blockSize = Math.min(BLOCK_SIZE_MAX, Math.max(options.blockSize ?? BLOCK_SIZE, neededSize(rawRefs), neededSize(rawLogs)));
  const writer = new TableWriter(content, { blockSize, restartInterval: options.restartInterval ?? RESTART_INTERVAL });
  const found = writer.section(BLOCK.ref, rawRefs);
  let objectsAt = 0;
  let objectIdSize = 0;
  let objectIndexAt = 0;
  if (found.indexAt > 0 && options.indexesObjects !== false) {
    const objects = rawObjects(refs, found.blockOf, algorithm);
    objectIdSize = objects.idSize;
    const section = writer.section(BLOCK.object, objects.records);
    objectsAt = section.at;
    objectIndexAt = section.indexAt;
  }
  writer.dropPadding();
  const logged = writer.section(BLOCK.log, rawLogs);
  return writer.finish({
    refIndexAt: found.indexAt, objectsAt, objectIdSize, objectIndexAt, logsAt: logged.at, logIndexAt: logged.indexAt,
  });
}

/** A block that holds the largest record alone. */
function neededSize(records: readonly RawRecord[]): number {
  let largest = 0;
  for (const { key, value } of records) largest = Math.max(largest, key.length + value.length);
  return largest === 0 ? 0 : largest + 64;
}

interface Section {
  /** Where its first block is; 0 where it is empty or the first of the table. */
  readonly at: number;
  readonly indexAt: number;
  /** For each record the position of its block. */
  readonly blockOf: readonly number[];
}

class TableWriter {
  readonly #content: TableContent;
  readonly #blockSize: number;
  readonly #restartInterval: number;
  readonly #out = new ByteWriter(8192);
  #padding = 0;

  constructor(content: TableContent, { blockSize, restartInterval }: { readonly blockSize: number; readonly restartInterval: number }) {
    this.#content = content;
    this.#blockSize = blockSize;
    this.#restartInterval = Math.max(1, restartInterval);
  }

  section(type: BlockType, records: readonly RawRecord[]): Section {
    if (records.length === 0) return { at: 0, indexAt: 0, blockOf: [] };
    const blockOf: number[] = [];
    let level = this.#blocks(type, records, blockOf);
    const at = level[0]!.at;
    let indexAt = 0;
    while (level.length > UNINDEXED_MAX) {
      const entries = level.map(({ lastKey, at: position }): RawRecord => ({ key: lastKey, extra: 0, value: varint(position) }));
      level = this.#blocks(BLOCK.index, entries, []);
      indexAt = level[0]!.at;
    }
    return { at, indexAt, blockOf };
  }

  /** Lets the next block follow the last at once. */
  dropPadding(): void {
    this.#padding = 0;
  }

  finish(places: Pick<Parameters<typeof writeFooter>[1], 'refIndexAt' | 'objectsAt' | 'objectIdSize' | 'objectIndexAt' | 'logsAt' | 'logIndexAt'>): Uint8Array {
    const { algorithm, minUpdateIndex, maxUpdateIndex } = this.#content;
    const facts = { blockSize: this.#blockSize, minUpdateIndex, maxUpdateIndex, ...places };
    if (this.#out.size === 0) writeHeader(this.#out, facts, algorithm);
    writeFooter(this.#out, facts, algorithm);
    return this.#out.finish();
  }

  #blocks(type: BlockType, records: readonly RawRecord[], blockOf: number[]): { readonly lastKey: string; readonly at: number }[] {
    const blocks: { lastKey: string; at: number }[] = [];
    let next = 0;
    while (next < records.length) {
      const at = this.#out.size + this.#padding;
      const block = new BlockWriter(type, { blockSize: this.#blockSize, restartInterval: this.#restartInterval });
      if (at === 0) writeHeader(block.out, { ...this.#content, blockSize: this.#blockSize }, this.#content.algorithm);
      block.begin();
      const first = next;
      while (next < records.length && block.tryAdd(records[next]!)) {
        next++;
        blockOf.push(at);
      }
      if (next === first) throw new GovcError('limit-exceeded', 'A ref or a line of its log is too large for a table.', { limit: BLOCK_SIZE_MAX });
      const bytes = block.finish();
      for (let i = 0; i < this.#padding; i++) this.#out.u8(0);
      this.#out.bytes(bytes);
      this.#padding = type === BLOCK.log ? 0 : this.#blockSize - bytes.length;
      blocks.push({ lastKey: records[next - 1]!.key, at });
    }
    return blocks;
  }
}

class BlockWriter {
  readonly out = new ByteWriter(4200);
  readonly #type: BlockType;
  readonly #sizeMax: number;
  readonly #restartInterval: number;
  readonly #restarts: number[] = [];
  #start = 0;
  #count = 0;
  #lastKey = '';

  constructor(type: BlockType, { blockSize, restartInterval }: { readonly blockSize: number; readonly restartInterval: number }) {
    this.#type = type;
    this.#sizeMax = blockSize;
    this.#restartInterval = restartInterval;
  }

  /** After the header of the table, if the block is the first. */
  begin(): void {
    this.#start = this.out.size;
    this.out.u32(0);
  }

  tryAdd({ key, extra, value }: RawRecord): boolean {
    const isRestart = this.#count % this.#restartInterval === 0 && this.#restarts.length < RESTARTS_MAX;
    const shared = isRestart ? 0 : sharedLength(this.#lastKey, key);
    const suffix = bytesFromLatin1(key.slice(shared));
    const record = new ByteWriter(suffix.length + value.length + 16);
    writeVarint(record, shared);
    writeVarint(record, suffix.length * 8 + extra);
    record.bytes(suffix).bytes(value);
    const restarts = this.#restarts.length + (isRestart ? 1 : 0);
    if (this.out.size + record.size + 3 * restarts + 2 > this.#sizeMax) return false;
    if (isRestart) this.#restarts.push(this.out.size);
    this.out.bytes(record.finish());
    this.#count++;
    this.#lastKey = key;
    return true;
  }

  finish(): Uint8Array {
    for (const restart of this.#restarts) this.out.u8(restart >> 16).u16(restart & 0xffff);
    this.out.u16(this.#restarts.length);
    const bytes = this.out.finish();
    new DataView(bytes.buffer, bytes.byteOffset).setUint32(this.#start, ((this.#type << 24) | bytes.length) >>> 0);
    if (this.#type !== BLOCK.log) return bytes;
    const headEnd = this.#start + 4;
    const packed = deflate(bytes.subarray(headEnd), 9);
    const whole = new Uint8Array(headEnd + packed.length);
    whole.set(bytes.subarray(0, headEnd));
    whole.set(packed, headEnd);
    return whole;
  }
}

function sharedLength(left: string, right: string): number {
  const end = Math.min(left.length, right.length);
  let at = 0;
  while (at < end && left.charCodeAt(at) === right.charCodeAt(at)) at++;
  return at;
}

function varint(value: number): Uint8Array {
  const out = new ByteWriter(16);
  writeVarint(out, value);
  return out.finish();
}

function rawRef({ key, updateIndex, cell }: RefRecord, { minUpdateIndex }: TableContent): RawRecord {
  const out = new ByteWriter(80);
  writeVarint(out, updateIndex - minUpdateIndex);
  if (cell.kind === 'deleted') return { key, extra: 0, value: out.finish() };
  if (cell.kind === 'symbolic') {
    writeVarint(out, cell.target.length);
    return { key, extra: 3, value: out.bytes(bytesFromLatin1(cell.target)).finish() };
  }
  out.bytes(bytesFromHex(cell.id));
  if (cell.peeled === undefined) return { key, extra: 1, value: out.finish() };
  return { key, extra: 2, value: out.bytes(bytesFromHex(cell.peeled)).finish() };
}

function rawLog({ key, updateIndex, line }: LogRecord, algorithm: HashAlgorithm): RawRecord {
  const full = logKey(key, updateIndex);
  if (line === undefined) return { key: full, extra: 0, value: new Uint8Array(0) };
  const out = new ByteWriter(2 * algorithm.size + 160);
  out.bytes(bytesFromHex(line.oldId)).bytes(bytesFromHex(line.newId));
  const text = (value: string): void => {
    const bytes = bytesFromText(value);
    writeVarint(out, bytes.length);
    out.bytes(bytes);
  };
  text(line.name);
  text(line.email);
  writeVarint(out, line.timeSeconds);
  out.u16(line.zone & 0xffff);
  text(line.message);
  return { key: full, extra: 1, value: out.finish() };
}

/** For each object that refs name, as few bytes as tell it from the others, and the blocks that name it. */
function rawObjects(
  refs: readonly RefRecord[], blockOf: readonly number[], algorithm: HashAlgorithm,
): { readonly idSize: number; readonly records: RawRecord[] } {
  const blocks = new Map<string, number[]>();
  refs.forEach(({ cell }, i) => {
    if (cell.kind !== 'direct') return;
    for (const id of cell.peeled === undefined ? [cell.id] : [cell.id, cell.peeled]) {
      const known = blocks.get(id);
      if (known === undefined) blocks.set(id, [blockOf[i]!]);
      else if (known.at(-1) !== blockOf[i]!) known.push(blockOf[i]!);
    }
  });
  const ids = [...blocks.keys()].sort();
  let shared = 0;
  for (let i = 1; i < ids.length; i++) shared = Math.max(shared, sharedLength(ids[i - 1]!, ids[i]!));
  // Two digits a byte; the byte in which two ids first differ is needed.
  const idSize = Math.min(algorithm.size, Math.max(OBJECT_ID_SIZE_MIN, (shared >> 1) + 1));
  const records = ids.map((id): RawRecord => {
    const positions = blocks.get(id)!;
    const key = Buffer.from(id.slice(0, 2 * idSize), 'hex').toString('latin1');
    // More would not fit into a block; without a list, a reader looks through all refs.
    if (positions.length > POSITIONS_MAX) return { key, extra: 0, value: varint(0) };
    const out = new ByteWriter(16);
    if (positions.length > 7) writeVarint(out, positions.length);
    positions.forEach((position, i) => {
      writeVarint(out, i === 0 ? position : position - positions[i - 1]!);
    });
    return { key, extra: positions.length > 7 ? 0 : positions.length, value: out.finish() };
  });
  return { idSize, records };
}

const POSITIONS_MAX = 500;
