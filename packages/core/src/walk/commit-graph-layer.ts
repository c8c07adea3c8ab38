/**
 * One commit-graph file (gitformat-commit-graph): facts about commits, readable without the commits.
 *
 *     "CGPH"  version 1  hash 1 | 2  chunk count  base count
 *     (chunk count + 1) * ( id u32, offset u64 )      the last id is 0
 *     OIDF  256 * u32           how many ids begin with at most this byte
 *     OIDL  n ids               ascending
 *     CDAT  n * ( tree id, u32 first parent, u32 second parent, u32 level << 2 | time >> 32, u32 time )
 *     GDA2  n * u32             corrected committer date minus committer time; or an index into GDO2
 *     GDO2  u64 ...             what does not fit in 31 bits
 *     EDGE  u32 ...             second and further parents of octopus merges, the last with its top bit set
 *     BIDX  n * u32             where the Bloom filter of each commit ends
 *     BDAT  u32 version, u32 hashes, u32 bits per entry, filters
 *     BASE  base count ids      the files below in a chain
 *     checksum
 *
 * Numbers are big-endian. Parents are positions in the chain: the commits of the lowest file come first. The whole file is
 * checked before anything in it is believed, so nothing is looked up outside of it.
 */
import { compareBytes } from '../bytes/compare.js';
import { hexFromBytes } from '../bytes/hex.js';
import { GovcError } from '../errors.js';
import { LIMITS } from '../limits.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { BloomSettings } from './bloom-filter.js';

/** Stands for a parent that there is not. */
export const PARENT_NONE = 0x70000000;
/** Marks the second parent as an index into EDGE, and there the last parent; in GDA2 an index into GDO2. */
export const TOP_BIT = 0x80000000;

/** The chunks of a file by their names. */
export const CHUNK_NAMES = ['OIDF', 'OIDL', 'CDAT', 'GDA2', 'GDO2', 'EDGE', 'BIDX', 'BDAT', 'BASE'] as const;
export type ChunkName = (typeof CHUNK_NAMES)[number];

const HEADER_SIZE = 8;
const TABLE_ENTRY_SIZE = 12;
const FANOUT_SIZE = 1024;
const BLOOM_HEADER_SIZE = 12;

interface Span {
  readonly start: number;
  readonly end: number;
}

/** A checked file. Indexes count the commits of this file from 0; positions count those of the files below as well. */
export class CommitGraphLayer {
  readonly bytes: Uint8Array;
  readonly count: number;
  /** The trailing checksum, by which a chain names the file. */
  readonly name: string;
  /** The names of the files below, the lowest first. */
  readonly baseNames: readonly string[];
  readonly hasDates: boolean;
  readonly bloom: BloomSettings | undefined;
  readonly #view: DataView;
  readonly #idSize: number;
  readonly #chunks: ReadonlyMap<ChunkName, Span>;
  readonly #ids: number;
  readonly #data: number;

  private constructor(bytes: Uint8Array, algorithm: HashAlgorithm, chunks: ReadonlyMap<ChunkName, Span>) {
    const idSize = algorithm.size;
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#idSize = idSize;
    this.#chunks = chunks;
    this.count = this.#view.getUint32(chunks.get('OIDF')!.start + 255 * 4);
    this.name = hexFromBytes(bytes, bytes.length - idSize, idSize);
    this.#ids = chunks.get('OIDL')!.start;
    this.#data = chunks.get('CDAT')!.start;
    const base = chunks.get('BASE');
    this.baseNames = Array.from({ length: base === undefined ? 0 : bytes[7]! }, (_, i) =>
      hexFromBytes(bytes, base!.start + i * idSize, idSize));
    this.hasDates = chunks.has('GDA2');
    this.bloom = this.#readBloomSettings();
  }

  /**
   * Reads and checks a file. O(size): its checksum is computed.
   *
   * @throws {GovcError} commit-graph-invalid: damaged, of another hash, or of a version that is not known; limit-exceeded
   */
  static parse(bytes: Uint8Array, algorithm: HashAlgorithm): CommitGraphLayer {
    if (bytes.length > LIMITS.commitGraphSize.value) {
      throw new GovcError('limit-exceeded', `The commit-graph file is larger than ${LIMITS.commitGraphSize.value} bytes.`, {
        sizeBytes: bytes.length,
      });
    }
    const chunks = readTable(bytes, algorithm);
    if (bytes[7]! > 0 && !chunks.has('BASE')) throw invalid('it stands on other files but does not name them');
    const body = bytes.subarray(0, bytes.length - algorithm.size);
    if (compareBytes(algorithm.digest(body), bytes.subarray(body.length)) !== 0) throw invalid('its checksum does not match');
    return new CommitGraphLayer(bytes, algorithm, chunks);
  }

  /** The index of the commit whose raw id stands at `offset`, or -1. O(log n). */
  find(id: Uint8Array, offset: number): number {
    const { bytes } = this;
    const size = this.#idSize;
    const fanout = this.#chunks.get('OIDF')!.start;
    const first = id[offset]!;
    let low = first === 0 ? 0 : this.#view.getUint32(fanout + (first - 1) * 4);
    let high = this.#view.getUint32(fanout + first * 4);
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = this.#ids + middle * size;
      let i = 0;
      while (i < size && bytes[at + i] === id[offset + i]) i++;
      if (i === size) return middle;
      if (bytes[at + i]! < id[offset + i]!) low = middle + 1;
      else high = middle;
    }
    return -1;
  }

  /** Where the raw id of a commit begins in {@link bytes}. */
  idOffsetOf(index: number): number {
    return this.#ids + index * this.#idSize;
  }

  /** Where the raw id of a commit's tree begins in {@link bytes}. */
  treeOffsetOf(index: number): number {
    return this.#data + index * (this.#idSize + 16);
  }

  /** The committer time in seconds since 1970, 34 bits of it. */
  timeOf(index: number): number {
    const at = this.treeOffsetOf(index) + this.#idSize + 8;
    return (this.#view.getUint32(at) & 3) * 2 ** 32 + this.#view.getUint32(at + 4);
  }

  levelOf(index: number): number {
    return this.#view.getUint32(this.treeOffsetOf(index) + this.#idSize + 8) >>> 2;
  }

  /** The corrected committer date, or `undefined` where the file has none or a wrong reference. */
  correctedDateOf(index: number): number | undefined {
    const chunk = this.#chunks.get('GDA2');
    if (chunk === undefined) return undefined;
    const offset = this.#view.getUint32(chunk.start + index * 4);
    if (offset < TOP_BIT) return this.timeOf(index) + offset;
    const overflow = this.#chunks.get('GDO2');
    const at = (overflow?.start ?? 0) + (offset - TOP_BIT) * 8;
    if (overflow === undefined || at + 8 > overflow.end) return undefined;
    const date = this.timeOf(index) + this.#view.getUint32(at) * 2 ** 32 + this.#view.getUint32(at + 4);
    return Number.isSafeInteger(date) ? date : undefined;
  }

  /** The positions of the parents in order; `undefined` where a reference leads nowhere. */
  parentsOf(index: number): number[] | undefined {
    const at = this.treeOffsetOf(index) + this.#idSize;
    const first = this.#view.getUint32(at);
    const second = this.#view.getUint32(at + 4);
    if (first === PARENT_NONE) return [];
    if (second === PARENT_NONE) return [first];
    if (second < TOP_BIT) return [first, second];
    const edges = this.#chunks.get('EDGE');
    if (edges === undefined) return undefined;
    const parents = [first];
    for (let edge = edges.start + (second - TOP_BIT) * 4; edge + 4 <= edges.end; edge += 4) {
      const value = this.#view.getUint32(edge);
      parents.push(value % TOP_BIT);
      if (value >= TOP_BIT) return parents;
    }
    return undefined;
  }

  /** Where the Bloom filter of a commit stands in {@link bytes}; `undefined` where there is none. */
  bloomSpanOf(index: number): Span | undefined {
    if (this.bloom === undefined) return undefined;
    const indexes = this.#chunks.get('BIDX')!.start;
    const data = this.#chunks.get('BDAT')!;
    const begin = data.start + BLOOM_HEADER_SIZE;
    const start = begin + (index === 0 ? 0 : this.#view.getUint32(indexes + (index - 1) * 4));
    const end = begin + this.#view.getUint32(indexes + index * 4);
    return end <= start || end > data.end ? undefined : { start, end };
  }

  #readBloomSettings(): BloomSettings | undefined {
    const data = this.#chunks.get('BDAT');
    if (data === undefined || !this.#chunks.has('BIDX') || data.end - data.start < BLOOM_HEADER_SIZE) return undefined;
    const version = this.#view.getUint32(data.start);
    const hashCount = this.#view.getUint32(data.start + 4);
    const bitsPerEntry = this.#view.getUint32(data.start + 8);
    if ((version !== 1 && version !== 2) || hashCount === 0 || hashCount > 64) return undefined;
    return { version, hashCount, bitsPerEntry };
  }
}

/** Where each chunk stands, with sizes that fit each other. */
function readTable(bytes: Uint8Array, algorithm: HashAlgorithm): Map<ChunkName, Span> {
  const idSize = algorithm.size;
  const chunkCount = bytes[6] ?? 0;
  const tableEnd = HEADER_SIZE + (chunkCount + 1) * TABLE_ENTRY_SIZE;
  if (bytes.length < tableEnd + FANOUT_SIZE + idSize) throw invalid('it is too small');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0) !== 0x43475048) throw invalid('it does not begin with "CGPH"');
  if (bytes[4] !== 1) throw invalid(`its version is ${bytes[4]!}`);
  if (bytes[5] !== algorithm.formatId) throw invalid(`it is not about ${algorithm.name} ids`);
  const chunks = new Map<ChunkName, Span>();
  const offsetAt = (entry: number): number => {
    const at = HEADER_SIZE + entry * TABLE_ENTRY_SIZE + 4;
    return view.getUint32(at) * 2 ** 32 + view.getUint32(at + 4);
  };
  for (let entry = 0; entry < chunkCount; entry++) {
    const at = HEADER_SIZE + entry * TABLE_ENTRY_SIZE;
    const id = String.fromCharCode(...bytes.subarray(at, at + 4));
    const start = offsetAt(entry);
    const end = offsetAt(entry + 1);
    if (start < tableEnd || end < start || end > bytes.length - idSize) throw invalid(`its chunk ${entry} lies outside`);
    const name = CHUNK_NAMES.find((each) => each === id);
    if (name === undefined) continue;
    if (chunks.has(name)) throw invalid(`it has two chunks ${name}`);
    chunks.set(name, { start, end });
  }
  checkSizes(view, chunks, idSize);
  return chunks;
}

function checkSizes(view: DataView, chunks: ReadonlyMap<ChunkName, Span>, idSize: number): void {
  const sizeOf = (name: ChunkName): number | undefined => {
    const span = chunks.get(name);
    return span === undefined ? undefined : span.end - span.start;
  };
  if (sizeOf('OIDF') !== FANOUT_SIZE) throw invalid('its chunk OIDF is missing or has a wrong size');
  const fanout = chunks.get('OIDF')!.start;
  let before = 0;
  for (let i = 0; i < 256; i++) {
    const count = view.getUint32(fanout + i * 4);
    if (count < before) throw invalid('its fan-out does not ascend');
    before = count;
  }
  const expected: Partial<Record<ChunkName, number>> = {
    OIDL: before * idSize, CDAT: before * (idSize + 16), GDA2: before * 4, BIDX: before * 4,
    BASE: view.getUint8(7) * idSize,
  };
  for (const name of CHUNK_NAMES) {
    const size = sizeOf(name);
    const isNeeded = name === 'OIDL' || name === 'CDAT';
    if (size === undefined && !isNeeded) continue;
    const wanted = expected[name];
    if (wanted !== undefined && size !== wanted) throw invalid(`its chunk ${name} is missing or has a wrong size`);
  }
}

function invalid(reason: string): GovcError {
  return new GovcError('commit-graph-invalid', `The commit-graph file is not used: ${reason}.`, { reason });
}
