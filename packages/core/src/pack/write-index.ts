import { GovcError } from '../errors.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import { runJob, type Job } from '../job/job.js';

/**
 * Writing pack index files; the layout stands in `pack-index.ts`.
 */

/** What an index says of the objects of a pack: one row each, in any order, in typed arrays. */
export interface IndexRows {
  readonly count: number;
  /** Raw ids, one after another. */
  readonly ids: Uint8Array;
  readonly offsets: Float64Array;
  /** CRC-32 of each entry as it is stored. */
  readonly crcs: Uint32Array;
}

/** Rows between two yields, less one. */
const SLICE_MASK = 0x0fff;
const SUM_SIZE = 1024 * 1024;

/**
 * Row numbers in ascending order of ids; rows with the same id keep their order. O(n) but for ids
 * that agree in four bytes.
 */
export function orderById(rows: Pick<IndexRows, 'count' | 'ids'>, hashSize: number): Uint32Array {
  return runJob(orderByIdJob(rows, hashSize));
}

/** The same as a job. */
export function* orderByIdJob(rows: Pick<IndexRows, 'count' | 'ids'>, hashSize: number): Job<Uint32Array> {
  const { count, ids } = rows;
  const progress = { phase: 'Writing index', done: 0, total: undefined };
  const keys = new Uint32Array(count);
  for (let i = 0, at = 0; i < count; i++, at += hashSize) {
    keys[i] = ((ids[at]! << 24) | (ids[at + 1]! << 16) | (ids[at + 2]! << 8) | ids[at + 3]!) >>> 0;
    if ((i & SLICE_MASK) === SLICE_MASK) yield progress;
  }
  let order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  let target = new Uint32Array(count);
  const starts = new Uint32Array(65537);
  for (let shift = 0; shift <= 16; shift += 16) {
    starts.fill(0);
    for (let i = 0; i < count; i++) starts[((keys[i]! >>> shift) & 0xffff) + 1]!++;
    for (let i = 0; i < 65536; i++) starts[i + 1]! += starts[i]!;
    for (let i = 0; i < count; i++) {
      const row = order[i]!;
      target[starts[(keys[row]! >>> shift) & 0xffff]!++] = row;
      if ((i & SLICE_MASK) === SLICE_MASK) yield progress;
    }
    [order, target] = [target, order];
  }
  const compare = (left: number, right: number): number => {
    for (let i = 4, l = left * hashSize, r = right * hashSize; i < hashSize; i++) {
      const difference = ids[l + i]! - ids[r + i]!;
      if (difference !== 0) return difference;
    }
    return left - right;
  };
  let slice = SLICE_MASK;
  for (let start = 0; start < count;) {
    if (start > slice) {
      slice = start + SLICE_MASK;
      yield progress;
    }
    let end = start + 1;
    while (end < count && keys[order[end]!] === keys[order[start]!]) end++;
    if (end - start > 1) order.subarray(start, end).sort(compare);
    start = end;
  }
  return order;
}

/** The row of the first object that comes twice, given the order by id, or `undefined`. */
export function findDuplicate(rows: IndexRows, order: Uint32Array, hashSize: number): number | undefined {
  const { ids } = rows;
  for (let i = 1; i < order.length; i++) {
    const left = order[i - 1]! * hashSize;
    const right = order[i]! * hashSize;
    let same = 0;
    while (same < hashSize && ids[left + same] === ids[right + same]) same++;
    if (same === hashSize) return order[i]!;
  }
  return undefined;
}

/** What both versions of an index need besides the rows. */
export interface IndexFrame {
  readonly algorithm: HashAlgorithm;
  readonly packChecksum: Uint8Array;
  /** The result of {@link orderById}, when it is known already. */
  readonly order?: Uint32Array | undefined;
}

/** The bytes of a version 2 index. O(n). */
export function serializeIndexV2(rows: IndexRows, frame: IndexFrame): Uint8Array {
  return runJob(serializeIndexV2Job(rows, frame));
}

/** The same as a job. */
export function* serializeIndexV2Job(rows: IndexRows, frame: IndexFrame): Job<Uint8Array> {
  const { algorithm, packChecksum } = frame;
  const { count, ids, offsets, crcs } = rows;
  const hashSize = algorithm.size;
  const order = frame.order ?? (yield* orderByIdJob(rows, hashSize));
  let largeCount = 0;
  for (let i = 0; i < count; i++) if (offsets[i]! >= 0x8000_0000) largeCount++;
  const bytes = new Uint8Array(8 + 1024 + count * (hashSize + 8) + largeCount * 8 + 2 * hashSize);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0xff744f63);
  view.setUint32(4, 2);
  writeFanout(view, 8, rows, hashSize);
  const idsAt = 8 + 1024;
  const crcsAt = idsAt + count * hashSize;
  const offsetsAt = crcsAt + count * 4;
  const largeAt = offsetsAt + count * 4;
  let large = 0;
  for (let i = 0; i < count; i++) {
    if ((i & SLICE_MASK) === SLICE_MASK) yield { phase: 'Writing index', done: i, total: count };
    const row = order[i]!;
    for (let k = 0, from = row * hashSize, to = idsAt + i * hashSize; k < hashSize; k++) bytes[to + k] = ids[from + k]!;
    view.setUint32(crcsAt + i * 4, crcs[row]!);
    const offset = offsets[row]!;
    if (offset < 0x8000_0000) {
      view.setUint32(offsetsAt + i * 4, offset);
    } else {
      view.setUint32(offsetsAt + i * 4, 0x8000_0000 + large);
      view.setUint32(largeAt + large * 8, Math.floor(offset / 0x1_0000_0000));
      view.setUint32(largeAt + large * 8 + 4, offset % 0x1_0000_0000);
      large++;
    }
  }
  const end = bytes.length - hashSize;
  bytes.set(packChecksum, end - hashSize);
  const sum = algorithm.createHasher();
  for (let at = 0; at < end; at += SUM_SIZE) {
    sum.update(bytes.subarray(at, Math.min(end, at + SUM_SIZE)));
    yield { phase: 'Writing index', done: count, total: count };
  }
  bytes.set(sum.digest(), end);
  return bytes;
}

/**
 * The bytes of a version 1 index, for readers older than Git 1.6. O(n).
 *
 * @throws {GovcError} unsupported: an offset needs more than 32 bits.
 */
export function serializeIndexV1(rows: IndexRows, frame: IndexFrame): Uint8Array {
  const { algorithm, packChecksum } = frame;
  const { count, ids, offsets } = rows;
  const hashSize = algorithm.size;
  const order = frame.order ?? orderById(rows, hashSize);
  const bytes = new Uint8Array(1024 + count * (hashSize + 4) + 2 * hashSize);
  const view = new DataView(bytes.buffer);
  writeFanout(view, 0, rows, hashSize);
  for (let i = 0, at = 1024; i < count; i++, at += hashSize + 4) {
    const row = order[i]!;
    const offset = offsets[row]!;
    if (offset > 0xffff_ffff) {
      throw new GovcError('unsupported', 'A version 1 pack index cannot describe a pack over 4 GiB; write version 2.');
    }
    view.setUint32(at, offset);
    for (let k = 0, from = row * hashSize; k < hashSize; k++) bytes[at + 4 + k] = ids[from + k]!;
  }
  return seal(bytes, packChecksum, algorithm);
}

function writeFanout(view: DataView, at: number, rows: IndexRows, hashSize: number): void {
  const counts = new Uint32Array(256);
  for (let i = 0; i < rows.count; i++) counts[rows.ids[i * hashSize]!]!++;
  let sum = 0;
  for (let i = 0; i < 256; i++) {
    sum += counts[i]!;
    view.setUint32(at + i * 4, sum);
  }
}

function seal(bytes: Uint8Array, packChecksum: Uint8Array, algorithm: HashAlgorithm): Uint8Array {
  const end = bytes.length - algorithm.size;
  bytes.set(packChecksum, end - algorithm.size);
  bytes.set(algorithm.digest(bytes.subarray(0, end)), end);
  return bytes;
}
