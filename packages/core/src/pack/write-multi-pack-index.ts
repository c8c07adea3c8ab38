import { bytesFromLatin1 } from '../bytes/text.js';
import { ByteWriter } from '../bytes/writer.js';
import { GovcError } from '../errors.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { Job } from '../job/job.js';
import { sortedOrderJob, type PackIndex } from './pack-index.js';

/**
 * Writing multi-pack-index files; the layout stands in `multi-pack-index.ts`.
 */

/** A pack that a multi-pack-index covers. */
export interface MidxPack {
  /** The name of its files without their ends. */
  readonly name: string;
  readonly index: PackIndex;
  /** When the pack was last changed, in whole seconds: of several copies of an object, the one in the newest pack counts. */
  readonly modifiedSeconds: number;
}

/** How {@link writeMultiPackIndex} writes. */
export interface WriteMidxOptions {
  readonly algorithm: HashAlgorithm;
  /**
   * The pack whose copies of objects come before all others; from it whole runs are served. With it the order of the pseudo-pack is
   * written too, which a bitmap needs. Default: none.
   */
  readonly preferred?: string | undefined;
}

/** Rows between two yields. */
const SLICE = 16_384;
const SUM_SIZE = 1024 * 1024;
const LARGE = 0x8000_0000;
const OFFSET_MAX = 0xffff_ffff;

/**
 * The bytes of a multi-pack-index over packs, as `git multi-pack-index write` makes it.
 *
 * O(objects x log of the objects that share their first byte); 40 bytes an object while it runs.
 *
 * @throws {GovcError} pack-index-corrupt: there is no pack, or an index is malformed.
 */
export function* writeMultiPackIndex(packs: readonly MidxPack[], options: WriteMidxOptions): Job<Uint8Array> {
  const { algorithm, preferred } = options;
  if (packs.length === 0) throw new GovcError('pack-index-corrupt', 'A multi-pack-index covers one pack at least.', {});
  const sorted = [...packs].sort((left, right) => (left.name < right.name ? -1 : 1));
  const rows = yield* collectRows(sorted, { algorithm, preferred });
  const names = serializeNames(sorted);
  let largeCount = 0;
  let isLarge = false;
  for (let i = 0; i < rows.count; i++) {
    if (rows.offsets[i]! >= LARGE) largeCount++;
    if (rows.offsets[i]! > OFFSET_MAX) isLarge = true;
  }
  const chunks: [id: string, size: number][] = [
    ['PNAM', names.length], ['OIDF', 1024], ['OIDL', rows.count * algorithm.size], ['OOFF', rows.count * 8],
  ];
  if (isLarge) chunks.push(['LOFF', largeCount * 8]);
  if (preferred !== undefined && rows.count > 0) chunks.push(['RIDX', rows.count * 4]);
  const size = chunks.reduce((sum, [, chunkSize]) => sum + chunkSize, 12 + (chunks.length + 1) * 12) + algorithm.size;
  const writer = new ByteWriter(size);
  writer.bytes(bytesFromLatin1('MIDX')).u8(1).u8(algorithm.formatId).u8(chunks.length).u8(0).u32(sorted.length);
  let at = 12 + (chunks.length + 1) * 12;
  for (const [id, chunkSize] of chunks) {
    writer.bytes(bytesFromLatin1(id)).u64(at);
    at += chunkSize;
  }
  writer.u32(0).u64(at).bytes(names);
  for (const end of rows.fanout) writer.u32(end);
  writer.bytes(rows.ids.subarray(0, rows.count * algorithm.size));
  yield* writeOffsets(writer, rows, isLarge);
  if (preferred !== undefined && rows.count > 0) yield* writeOrder(writer, rows, sorted.findIndex(({ name }) => name === preferred));
  const hasher = algorithm.createHasher();
  const content = writer.peek();
  for (let start = 0; start < content.length; start += SUM_SIZE) {
    hasher.update(content.subarray(start, start + SUM_SIZE));
    yield { phase: 'Writing multi-pack-index', done: rows.count, total: rows.count };
  }
  return writer.bytes(hasher.digest()).finish();
}

/** What the file says of each object, in order of ids. */
interface MidxRows {
  count: number;
  readonly fanout: Uint32Array;
  readonly ids: Uint8Array;
  readonly packs: Uint32Array;
  readonly offsets: Float64Array;
}

function* collectRows(packs: readonly MidxPack[], { algorithm, preferred }: WriteMidxOptions): Job<MidxRows> {
  const total = packs.reduce((sum, { index }) => sum + index.count, 0);
  const hashSize = algorithm.size;
  const rows: MidxRows = {
    count: 0, fanout: new Uint32Array(256), ids: new Uint8Array(total * hashSize), packs: new Uint32Array(total), offsets: new Float64Array(total),
  };
  const ranks = rankPacks(packs, preferred);
  for (let first = 0; first < 256; first++) {
    // Candidates as (pack, position), in an order in which only ids need comparing: the pack whose copy counts comes first.
    const sources: PackIndex[] = [];
    const positions: number[] = [];
    const numbers: number[] = [];
    for (const number of ranks) {
      const { index } = packs[number]!;
      const end = index.fanoutAt(first);
      for (let position = first === 0 ? 0 : index.fanoutAt(first - 1); position < end; position++) {
        sources.push(index);
        positions.push(position);
        numbers.push(number);
      }
    }
    const order = Uint32Array.from(positions, (_, i) => i);
    order.sort((left, right) => compareIds(sources[left]!, positions[left]!, sources[right]!, positions[right]!) || left - right);
    let last = -1;
    for (const i of order) {
      if (last >= 0 && compareIds(sources[last]!, positions[last]!, sources[i]!, positions[i]!) === 0) continue;
      last = i;
      const index = sources[i]!;
      const idAt = index.idBytesAt(positions[i]!);
      rows.ids.set(index.bytes.subarray(idAt, idAt + hashSize), rows.count * hashSize);
      rows.packs[rows.count] = numbers[i]!;
      rows.offsets[rows.count] = index.offsetAt(positions[i]!);
      rows.count++;
    }
    rows.fanout[first] = rows.count;
    yield { phase: 'Sorting objects', done: rows.count, total };
  }
  return rows;
}

/** Numbers of packs in the order in which their copies count: the preferred one, then the newest, then by number. */
function rankPacks(packs: readonly MidxPack[], preferred: string | undefined): number[] {
  return packs.map((_, number) => number).sort((left, right) => {
    const [a, b] = [packs[left]!, packs[right]!];
    return Number(b.name === preferred) - Number(a.name === preferred) || b.modifiedSeconds - a.modifiedSeconds || left - right;
  });
}

function compareIds(left: PackIndex, leftPosition: number, right: PackIndex, rightPosition: number): number {
  const a = left.idBytesAt(leftPosition);
  const b = right.idBytesAt(rightPosition);
  const size = left.algorithm.size;
  for (let i = 0; i < size; i++) {
    const order = left.bytes[a + i]! - right.bytes[b + i]!;
    if (order !== 0) return order;
  }
  return 0;
}

function serializeNames(packs: readonly MidxPack[]): Uint8Array {
  const writer = new ByteWriter();
  for (const { name } of packs) writer.bytes(bytesFromLatin1(`${name}.idx`)).u8(0);
  while (writer.size % 4 !== 0) writer.u8(0);
  return writer.finish();
}

function* writeOffsets(writer: ByteWriter, rows: MidxRows, isLarge: boolean): Job<void> {
  const large: number[] = [];
  for (let i = 0; i < rows.count; i++) {
    const offset = rows.offsets[i]!;
    writer.u32(rows.packs[i]!);
    if (isLarge && offset >= LARGE) {
      writer.u32(LARGE + large.length);
      large.push(offset);
    } else {
      writer.u32(offset);
    }
    if (i % SLICE === SLICE - 1) yield { phase: 'Writing multi-pack-index', done: i, total: rows.count };
  }
  for (const offset of large) writer.u64(offset);
}

/** The pseudo-pack: objects of the preferred pack by offset, then those of the others, pack by pack. */
function* writeOrder(writer: ByteWriter, rows: MidxRows, preferredNumber: number): Job<void> {
  const offsets = rows.offsets.subarray(0, rows.count);
  const byOffset = yield* sortedOrderJob(offsets);
  const packs = new Float64Array(rows.count);
  for (let i = 0; i < rows.count; i++) {
    const number = rows.packs[byOffset[i]!]!;
    packs[i] = number === preferredNumber ? 0 : number + 1;
  }
  const byPack = yield* sortedOrderJob(packs);
  for (let i = 0; i < rows.count; i++) {
    writer.u32(byOffset[byPack[i]!]!);
    if (i % SLICE === SLICE - 1) yield { phase: 'Writing multi-pack-index', done: i, total: rows.count };
  }
}
