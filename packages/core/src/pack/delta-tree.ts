import { objectIdAt, type HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import type { Job, Progress } from '../job/job.js';
import { OFS_DELTA, REF_DELTA } from './entry.js';
import type { PackTable } from './pack-table.js';
import { orderByIdJob } from './write-index.js';

/** Where an iteration over the children of one base stands. */
export interface ChildCursor {
  /** Children that wait for the id of the base: a range of the order of ref-deltas by base. */
  nextRef: number;
  endRef: number;
  /** Children that name the offset of the base. */
  nextOfs: number;
  endOfs: number;
}

/** What a {@link DeltaTree} is made of. */
interface DeltaTreeParts {
  /** Where the list of each row begins in `children`; that of the next row begins where it ends. */
  readonly starts: Uint32Array;
  readonly children: Int32Array;
  /** The rows of ref-deltas, in order of offsets, and the raw ids of their bases. */
  readonly refRows: Int32Array;
  readonly refBases: Uint8Array;
  /** Indexes into `refRows` in order of base ids, and the first four bytes of each base in that order. */
  readonly refOrder: Uint32Array;
  readonly refKeys: Uint32Array;
}

/** Rows between two yields, less one. */
const SLICE_MASK = 0x0fff;
const PROGRESS: Progress = { phase: 'Resolving deltas', done: 0, total: undefined };

/** Sorts the deltas of a pack by their bases. O(objects), 8 bytes an object. */
export function* buildDeltaTree(table: PackTable, algorithm: HashAlgorithm): Job<DeltaTree> {
  const { count, codes, bases, ids } = table;
  const hashSize = algorithm.size;
  const starts = new Uint32Array(count + 2);
  let refCount = 0;
  for (let row = 0; row < count; row++) {
    if (codes[row] === OFS_DELTA) starts[bases[row]! + 2]!++;
    else if (codes[row] === REF_DELTA) refCount++;
    if ((row & SLICE_MASK) === SLICE_MASK) yield PROGRESS;
  }
  for (let row = 0; row < count; row++) starts[row + 2]! += starts[row + 1]!;
  const children = new Int32Array(starts[count + 1]!);
  const refRows = new Int32Array(refCount);
  const refBases = new Uint8Array(refCount * hashSize);
  let ref = 0;
  // After this loop starts[base + 1] has moved from the start of the list of `base` to its end.
  for (let row = 0; row < count; row++) {
    if (codes[row] === OFS_DELTA) {
      children[starts[bases[row]! + 1]!++] = row;
    } else if (codes[row] === REF_DELTA) {
      refBases.set(ids.subarray(row * hashSize, (row + 1) * hashSize), ref * hashSize);
      refRows[ref++] = row;
    }
    if ((row & SLICE_MASK) === SLICE_MASK) yield PROGRESS;
  }
  if (children.length > 0) yield* putHeaviestLast(table, starts, children);
  const refOrder = yield* orderByIdJob({ count: refCount, ids: refBases }, hashSize);
  const refKeys = new Uint32Array(refCount);
  for (let i = 0; i < refCount; i++) refKeys[i] = keyAt(refBases, refOrder[i]! * hashSize);
  return new DeltaTree(table, algorithm, { starts, children, refRows, refBases, refOrder, refKeys });
}

/** Puts the child with the most deltas below it at the end of each list. */
function* putHeaviestLast(table: PackTable, starts: Uint32Array, children: Int32Array): Job<void> {
  const { codes, bases, count } = table;
  const weights = new Uint32Array(count);
  // A base by offset comes before its deltas, so one pass from the end sums whole subtrees.
  for (let row = count - 1; row >= 0; row--) {
    if (codes[row] === OFS_DELTA) weights[bases[row]!]! += weights[row]! + 1;
    if ((row & SLICE_MASK) === SLICE_MASK) yield PROGRESS;
  }
  for (let row = 0; row < count; row++) {
    if ((row & SLICE_MASK) === SLICE_MASK) yield PROGRESS;
    const end = starts[row + 1]!;
    let heaviest = starts[row]!;
    for (let i = heaviest + 1; i < end; i++) {
      if (weights[children[i]!]! > weights[children[heaviest]!]!) heaviest = i;
    }
    if (heaviest < end - 1) {
      const last = children[end - 1]!;
      children[end - 1] = children[heaviest]!;
      children[heaviest] = last;
    }
  }
}

/**
 * Which deltas of a pack are based on which entry, in typed arrays.
 *
 * Children by offset are known at once: a list per base in one array, the heaviest subtree last.
 * Children by id are found when the id of their base is: a binary search among the bases that
 * ref-deltas name. (A hash table would be faster and could be made slow by chosen ids.)
 */
export class DeltaTree {
  readonly #table: PackTable;
  readonly #algorithm: HashAlgorithm;
  /** Rows below this have a list of children by offset. */
  readonly #count: number;
  readonly #starts: Uint32Array;
  readonly #children: Int32Array;
  readonly #refRows: Int32Array;
  readonly #refBases: Uint8Array;
  readonly #refOrder: Uint32Array;
  readonly #refKeys: Uint32Array;

  constructor(table: PackTable, algorithm: HashAlgorithm, parts: DeltaTreeParts) {
    this.#table = table;
    this.#algorithm = algorithm;
    this.#count = table.count;
    this.#starts = parts.starts;
    this.#children = parts.children;
    this.#refRows = parts.refRows;
    this.#refBases = parts.refBases;
    this.#refOrder = parts.refOrder;
    this.#refKeys = parts.refKeys;
  }

  /** Sets a cursor to the children of a row whose id is known; false when it has none. */
  open(row: number, cursor: ChildCursor): boolean {
    const hasList = row < this.#count;
    cursor.nextOfs = hasList ? this.#starts[row]! : 0;
    cursor.endOfs = hasList ? this.#starts[row + 1]! : 0;
    cursor.nextRef = 0;
    cursor.endRef = 0;
    if (this.#refRows.length > 0) this.#findRefs(row, cursor);
    return cursor.nextOfs < cursor.endOfs || cursor.nextRef < cursor.endRef;
  }

  #findRefs(row: number, cursor: ChildCursor): void {
    const { ids } = this.#table;
    const at = row * this.#algorithm.size;
    const key = keyAt(ids, at);
    const keys = this.#refKeys;
    let low = 0;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (keys[middle]! < key || (keys[middle] === key && this.#compare(middle, ids, at) < 0)) low = middle + 1;
      else high = middle;
    }
    cursor.nextRef = low;
    high = keys.length;
    while (low < high && keys[low] === key && this.#compare(low, ids, at) === 0) low++;
    cursor.endRef = low;
  }

  #compare(index: number, ids: Uint8Array, at: number): number {
    const size = this.#algorithm.size;
    const from = this.#refOrder[index]! * size;
    for (let i = 4; i < size; i++) {
      const difference = this.#refBases[from + i]! - ids[at + i]!;
      if (difference !== 0) return difference;
    }
    return 0;
  }

  /** The next child that is not resolved, or -1. */
  next(cursor: ChildCursor): number {
    while (cursor.nextRef < cursor.endRef) {
      const row = this.#refRows[this.#refOrder[cursor.nextRef++]!]!;
      // An object that stands in the pack twice is asked for its children twice.
      if (this.#table.types[row] === 0) return row;
    }
    return cursor.nextOfs < cursor.endOfs ? this.#children[cursor.nextOfs++]! : -1;
  }

  /** The rows of ref-deltas that are not resolved, in order of offsets. */
  unresolvedRefs(): Int32Array {
    return this.#refRows.filter((row) => this.#table.types[row] === 0);
  }

  /** The id of the base that a ref-delta names which is not resolved. */
  baseIdOf(row: number): ObjectId {
    return objectIdAt(this.#table.ids, row * this.#algorithm.size, this.#algorithm);
  }
}

function keyAt(ids: Uint8Array, at: number): number {
  return ((ids[at]! << 24) | (ids[at + 1]! << 16) | (ids[at + 2]! << 8) | ids[at + 3]!) >>> 0;
}
