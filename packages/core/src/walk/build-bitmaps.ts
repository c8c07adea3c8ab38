import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import type { BitOrder } from '../pack/bit-order.js';
import { wordCountOf, type BitmapIndex } from '../pack/bitmap-index.js';
import { GovcError, hasCode } from '../errors.js';
import type { ObjectSource } from '../pack/object-source.js';
import { BitmapEncoder, serializeBitmaps } from '../pack/write-bitmap.js';
import { BitWalk } from './bit-walk.js';
import { CommitFlags, type CommitGraph } from './commit-graph.js';
import { CommitQueue } from './commit-queue.js';
import { COMMIT_TYPE } from './object-list.js';

/** What {@link buildBitmaps} is asked for. */
export interface BuildBitmapsRequest {
  /** The objects of a pack or multi-pack-index, which must hold everything that `tips` reach. */
  readonly order: BitOrder;
  readonly objects: ObjectSource;
  readonly graph: CommitGraph;
  /** Commits that refs name. */
  readonly tips: readonly ObjectId[];
  /** Bitmaps that were made before, from which those of the same commits are taken over. Default: none. */
  readonly previous?: BitmapIndex | undefined;
  /** See `pack.writeBitmapLookupTable`. Default: `false`. */
  readonly hasLookupTable?: boolean | undefined;
}

/** So many of the newest commits all get a bitmap, as Git chooses them. */
const DENSE_COUNT = 100;
/** From there to here one of each hundred; beyond, the farther back the fewer. */
const MIDDLE_COUNT = 20_000;
const STRIDE_MIN = 100;
const STRIDE_MAX = 5000;
const TYPE_NAMES = ['commit', 'tree', 'blob', 'tag'];

/**
 * Bitmaps of what a choice of commits reaches, as the bytes of a `.bitmap` file: from them it is known without a walk what a clone
 * needs. `undefined` where something that is reached has no bit, so that there can be no bitmap.
 *
 * O(commits + their trees), as one walk of all objects, plus a copy of the bits for each of the chosen commits.
 *
 * @throws {GovcError} object-missing, object-type-mismatch, object-corrupt
 */
export function* buildBitmaps(request: BuildBitmapsRequest): Job<Uint8Array | undefined> {
  const { order, objects, graph, tips } = request;
  const nameHashes = new Uint32Array(order.count);
  const encoder = new BitmapEncoder(order.count);
  const chosen = yield* chooseCommits(request);
  // Tips that share no history with the newest commits come into no bitmap of these.
  const known = new Map<number, Uint32Array>();
  const old = request.previous === undefined ? undefined : yield* OldBitmaps.map(request.previous, order, nameHashes);
  for (const [i, commit] of chosen.entries()) {
    const bit = order.bitOf(graph.rawIds, commit * order.algorithm.size);
    let isClosed = bit >= 0;
    const outside = {
      add: () => {
        isClosed = false;
        return false;
      },
    };
    const walk = new BitWalk({ order, objects, outside, nameHashes });
    if (isClosed) yield* fill(walk, commit, { ...request, old, known });
    if (!isClosed) return undefined;
    known.set(commit, walk.words);
    yield* encoder.add(bit, walk.words);
    yield { phase: 'Building bitmaps', done: i + 1, total: chosen.length };
  }
  if (encoder.encoded.length === 0 && tips.length > 0) return undefined;
  const types = yield* typesOf(order, objects);
  return yield* serializeBitmaps({
    order, types, commits: encoder.encoded, nameHashes, hasLookupTable: request.hasLookupTable === true,
  });
}

/** Marks all that a commit reaches: by the bitmaps of earlier ones as far as there are, then by walking. */
function* fill(walk: BitWalk, start: number, { objects, graph, old, known }: BuildBitmapsRequest & {
  readonly old: OldBitmaps | undefined;
  readonly known: ReadonlyMap<number, Uint32Array>;
}): Job<void> {
  const queue = new CommitQueue(graph);
  const size = graph.algorithm.size;
  const walked: number[] = [];
  walk.mark(graph.rawIds, start * size, COMMIT_TYPE, 0);
  queue.push(start);
  for (let commit = queue.pop(); commit !== undefined; commit = queue.pop()) {
    const words = known.get(commit);
    if (words !== undefined) {
      walk.addAll(words);
      continue;
    }
    if (old?.add(graph.rawIds, commit * size, walk) === true) {
      yield { phase: 'Building bitmaps', done: 0, total: undefined };
      continue;
    }
    walked.push(commit);
    graph.mustRead(commit, objects);
    for (let i = 0, count = graph.parentCountOf(commit); i < count; i++) {
      const parent = graph.parentOf(commit, i);
      graph.mustRead(parent, objects);
      if (walk.mark(graph.rawIds, parent * size, COMMIT_TYPE, 0)) queue.push(parent);
    }
    if (walked.length % 32 === 0) yield { phase: 'Building bitmaps', done: 0, total: undefined };
  }
  for (let i = walked.length - 1; i >= 0; i--) yield* walk.walkTree(graph.rawTrees, graph.treeOffsetOf(walked[i]!));
}

/** Bitmaps over objects in another order. */
class OldBitmaps {
  readonly #bitmaps: BitmapIndex;
  /** The new bit by the old one; -1 for what is no longer there. */
  readonly #bits: Int32Array;

  private constructor(bitmaps: BitmapIndex, bits: Int32Array) {
    this.#bitmaps = bitmaps;
    this.#bits = bits;
  }

  /** Finds the new bit of each old one, and takes over the hashes of names. O(objects log objects). */
  static *map(bitmaps: BitmapIndex, order: BitOrder, nameHashes: Uint32Array): Job<OldBitmaps> {
    const bits = new Int32Array(bitmaps.order.count);
    for (let bit = 0; bit < bits.length; bit++) {
      const found = order.bitOf(bitmaps.order.rawIds, bitmaps.order.idBytesOf(bit));
      bits[bit] = found;
      if (found >= 0) nameHashes[found] = bitmaps.nameHashOf(bit);
      if (bit % 2048 === 2047) yield { phase: 'Building bitmaps', done: 0, total: undefined };
    }
    return new OldBitmaps(bitmaps, bits);
  }

  /** Marks what a commit reaches; `false`, and nothing is marked, where there is no old bitmap of it that can be taken over. */
  add(bytes: Uint8Array, at: number, walk: BitWalk): boolean {
    const bit = this.#bitmaps.order.bitOf(bytes, at);
    const old = bit < 0 ? undefined : this.#find(bit);
    if (old === undefined) return false;
    const words = new Uint32Array(walk.words.length);
    for (let w = 0; w < old.length; w++) {
      for (let word = old[w]!; word !== 0; word &= word - 1) {
        const now = this.#bits[w * 32 + 31 - Math.clz32(word & -word)] ?? -1;
        if (now < 0) return false;
        words[now >> 5]! |= 1 << (now & 31);
      }
    }
    walk.addAll(words);
    return true;
  }

  #find(bit: number): Uint32Array | undefined {
    try {
      return this.#bitmaps.find(bit);
    } catch (error) {
      if (!(error instanceof GovcError) || !hasCode(error, 'pack-index-corrupt')) throw error;
      return undefined;
    }
  }
}

/** The commits that get bitmaps, the oldest first: all tips among the newest, and fewer the farther they lie back. */
function* chooseCommits({ graph, objects, tips }: BuildBitmapsRequest): Job<number[]> {
  const commits: number[] = [];
  const flags = new CommitFlags();
  const queue = new CommitQueue(graph);
  const isTip = new Set<number>();
  const add = (commit: number): void => {
    if (flags.get(commit) !== 0) return;
    flags.add(commit, 1);
    graph.mustRead(commit, objects);
    queue.push(commit);
  };
  for (const tip of tips) {
    const number = graph.numberOf(tip);
    isTip.add(number);
    add(number);
  }
  for (let commit = queue.pop(); commit !== undefined; commit = queue.pop()) {
    commits.push(commit);
    for (let i = 0, count = graph.parentCountOf(commit); i < count; i++) add(graph.parentOf(commit, i));
    if (commits.length % 32 === 0) yield { phase: 'Counting commits', done: commits.length, total: undefined };
  }
  const chosen: number[] = [];
  for (let at = 0; at < commits.length;) {
    const stride = strideAt(at);
    const end = Math.min(commits.length - 1, at + stride);
    // A tip is asked for by name, a merge has more than one line behind it.
    let best = end;
    for (let i = at; i <= end; i++) {
      if (graph.parentCountOf(commits[i]!) > 1) best = i;
      if (isTip.has(commits[i]!)) {
        best = i;
        break;
      }
    }
    chosen.push(commits[best]!);
    at = end + 1;
  }
  return chosen.reverse();
}

function strideAt(index: number): number {
  if (index <= DENSE_COUNT) return 0;
  if (index <= MIDDLE_COUNT) return Math.min(STRIDE_MIN, index - DENSE_COUNT);
  return Math.max(STRIDE_MIN, Math.min(STRIDE_MAX, index - MIDDLE_COUNT));
}

/** Which objects are of each type. O(objects x chain of deltas). */
function* typesOf(order: BitOrder, objects: ObjectSource): Job<Uint32Array[]> {
  const types = TYPE_NAMES.map(() => new Uint32Array(wordCountOf(order.count)));
  for (let bit = 0; bit < order.count; bit++) {
    const entry = objects.findEntry(order.idOf(bit));
    const type = entry === undefined ? objects.findHeader(order.idOf(bit))?.type : entry.pack.typeAt(entry.offset);
    const words = types[TYPE_NAMES.indexOf(type ?? '')];
    if (words !== undefined) words[bit >> 5]! |= 1 << (bit & 31);
    if (bit % 512 === 511) yield { phase: 'Building bitmaps', done: 0, total: undefined };
  }
  return types;
}
