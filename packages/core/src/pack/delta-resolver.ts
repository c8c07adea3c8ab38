import { writeHex } from '../bytes/hex.js';
import { GovcError } from '../errors.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import type { Job, Progress } from '../job/job.js';
import { LIMITS } from '../limits.js';
import { checkDeltaResultSize, invalidDelta, readDeltaSizes } from './apply-delta.js';
import type { PackSource } from './byte-source.js';
import { DeltaArena } from './delta-arena.js';
import { buildDeltaTree, type ChildCursor, type DeltaTree } from './delta-tree.js';
import { objectTypeOf, OFS_DELTA } from './entry.js';
import { inflateError, InflateStream, sharedInflater } from './inflate.js';
import { FRAME_SIZE, writeFrame } from './object-frame.js';
import { checkExpandedSize, type PackScanner, type ScanOptions } from './pack-scanner.js';
import type { PackTable } from './pack-table.js';

/**
 * The second pass over a pack: the id of every delta.
 *
 * Each tree of deltas is walked depth first from its root. The bodies that are still needed stand
 * one above the other in one buffer, the arena, so that nothing is allocated per object:
 *
 *     | body of a base | body of a base on it | delta | header, result |
 *                                             ^ top
 *
 * Invariants: 1. Bodies of bases stand in order below `#top`. 2. The heaviest subtree of a base
 * comes last, and the body of a base is given up when its last child is made: so at most log2(n)
 * bodies are held, however long the chains. (Of ref-deltas the weights are not known; a long chain
 * of them that branches often may hold more.) 3. Over its bound, the arena keeps only the top body;
 * the others are made again from their root when they are needed.
 */

/** A base whose children are being resolved. */
interface Base extends ChildCursor {
  row: number;
  /** Where its body begins in the arena, or -1 when it was given up. */
  at: number;
  size: number;
  depth: number;
}

const SLICE_WORK = 256 * 1024;
const ENTRY_WORK = 1500;
/** From here on an entry is worked on in pieces. */
const LARGE = 1024 * 1024;

/** Makes what resolves the deltas of a pack that has been scanned. O(objects). */
export function* createDeltaResolver(
  scanner: PackScanner,
  source: PackSource,
  options: ScanOptions,
): Job<DeltaResolver> {
  const tree = yield* buildDeltaTree(scanner.table, options.algorithm);
  return new DeltaResolver({ scanner, source, tree }, options);
}

export class DeltaResolver {
  readonly #table: PackTable;
  readonly #scanner: PackScanner;
  readonly #source: PackSource;
  readonly #options: ScanOptions;
  readonly #algorithm: HashAlgorithm;
  readonly #tree: DeltaTree;
  readonly #resultMax: number;
  readonly #arenaMax: number;
  readonly #arena = new DeltaArena();
  readonly #path: Base[] = [];
  #top = 0;
  #work = 0;
  #expandedSize: number;
  #resultAt = 0;
  #resultSize = 0;
  /** Deltas whose ids are known. */
  resolvedCount = 0;
  /** What gives the bodies of roots that are not in the pack, by row. */
  readonly #outside = new Map<number, () => Uint8Array>();

  constructor(parts: { scanner: PackScanner; source: PackSource; tree: DeltaTree }, options: ScanOptions) {
    const { scanner, source, tree } = parts;
    this.#table = scanner.table;
    this.#scanner = scanner;
    this.#source = source;
    this.#options = options;
    this.#algorithm = options.algorithm;
    this.#resultMax = options.deltaResultSizeMax ?? LIMITS.deltaResultSize.value;
    this.#arenaMax = ((options.cacheSizeMax ?? LIMITS.deltaCacheSize.value) / 3) * 2;
    this.#expandedSize = scanner.expandedSize;
    this.#tree = tree;
  }

  /** How many deltas the pack holds. */
  get deltaCount(): number {
    return this.#scanner.ofsDeltaCount + this.#scanner.refDeltaCount;
  }

  /**
   * Resolves every delta whose chain of bases ends in the pack.
   *
   * @throws {GovcError} pack-corrupt, delta-invalid, limit-exceeded: a delta cannot be accepted.
   */
  *resolveInside(): Job<void> {
    const { codes, count } = this.#table;
    const cursor: ChildCursor = { nextRef: 0, endRef: 0, nextOfs: 0, endOfs: 0 };
    if (this.deltaCount === 0) return;
    for (let row = 0; row < count; row++) {
      if (codes[row]! < OFS_DELTA && this.#tree.open(row, cursor)) yield* this.#resolveFrom(row);
      if ((row & 4095) === 4095) yield this.#progress();
    }
  }

  /** Resolves what is based on a row that was added for an object which the pack does not hold. */
  *resolveOutside(row: number, readBody: () => Uint8Array): Job<void> {
    this.#outside.set(row, readBody);
    yield* this.#resolveFrom(row);
  }

  /** The rows of ref-deltas that are not resolved, in order of offsets. */
  unresolvedRefs(): Int32Array {
    return this.#tree.unresolvedRefs();
  }

  /** The id of the base that the unresolved ref-delta in a row names. */
  baseIdOf(row: number): ObjectId {
    return this.#tree.baseIdOf(row);
  }

  *#resolveFrom(root: number): Job<void> {
    const path = this.#path;
    this.#top = 0;
    path.length = 0;
    yield* this.#loadRoot(root);
    this.#push(root, 0, this.#top, 0);
    while (path.length > 0) {
      const base = path[path.length - 1]!;
      const child = this.#tree.next(base);
      if (child < 0) {
        path.pop();
        if (base.at >= 0) this.#top = base.at;
        continue;
      }
      if (base.at < 0) yield* this.#rebuild(base);
      if (base.depth >= LIMITS.deltaChainDepth.value) throw this.#tooDeep(child);
      if (this.#table.sizes[child]! > LARGE) yield* this.#loadLarge(child);
      else this.#load(child, this.#top);
      this.#prepare(child, base);
      if (this.#resultSize > LARGE) yield* this.#applyLarge(child, base.row);
      else this.#apply(child, base.row);
      this.#keep(child, base);
      if (this.#work > SLICE_WORK) yield this.#progress();
    }
  }

  /** Inflates the entry of a row, at most `LARGE` bytes, to `at`. */
  #load(row: number, at: number): void {
    const table = this.#table;
    const size = table.sizes[row]!;
    this.#arena.reserve(at + size + 1 + FRAME_SIZE, this.#top);
    const place = table.slabs[row]!;
    if (place >= 0) {
      this.#scanner.slab.copy(place, size, this.#arena.bytes, at);
      return;
    }
    const start = table.offsets[row]! + table.headerSizes[row]!;
    const inflater = sharedInflater();
    inflater.setInput(this.#source.read(start, this.#scanner.endOf(row) - start), 0);
    const outcome = inflater.inflate(this.#arena.bytes, at, size);
    if (outcome !== 'done') throw inflateError(outcome, start);
    this.#work += size;
  }

  /** The same for an entry of any size, at the top. */
  *#loadLarge(row: number): Job<void> {
    const size = this.#table.sizes[row]!;
    const start = this.#table.offsets[row]! + this.#table.headerSizes[row]!;
    if (size > this.#resultMax) {
      throw new GovcError('limit-exceeded', `A base of deltas has ${size} bytes; at most ${this.#resultMax} are accepted.`, {
        limit: 'deltaResultSize',
        size,
        max: this.#resultMax,
      });
    }
    this.#arena.reserve(this.#top + size + 1 + FRAME_SIZE, this.#top);
    const stream = new InflateStream(this.#source, start, size);
    try {
      for (let filled = this.#top; ;) {
        const outcome = stream.next();
        if (outcome === 'done') return;
        if (outcome !== 'piece') throw inflateError(outcome, start);
        this.#arena.bytes.set(stream.piece, filled);
        filled += stream.piece.length;
        this.#work += stream.piece.length + ENTRY_WORK;
        if (this.#work > SLICE_WORK) yield this.#progress();
      }
    } finally {
      stream.close();
    }
  }

  /** Puts the body of a root at the bottom of the arena. */
  *#loadRoot(root: number): Job<void> {
    const readBody = this.#outside.get(root);
    const size = this.#table.sizes[root]!;
    this.#top = 0;
    if (readBody !== undefined) {
      this.#arena.reserve(size + 1 + FRAME_SIZE, 0);
      this.#arena.bytes.set(readBody());
    } else if (size > LARGE) {
      yield* this.#loadLarge(root);
    } else {
      this.#load(root, 0);
    }
    this.#top = size;
  }

  /** Reads the sizes of the delta at the top, and prepares to apply it to `base`. */
  #prepare(row: number, base: Base): void {
    const deltaAt = this.#top;
    const deltaEnd = deltaAt + this.#table.sizes[row]!;
    const { baseSize, resultSize, instructionsAt } = readDeltaSizes(this.#arena.bytes, deltaAt, deltaEnd);
    if (baseSize !== base.size) {
      throw invalidDelta(`it is for a base of ${baseSize} bytes, and the base has ${base.size}`);
    }
    checkDeltaResultSize(resultSize, this.#resultMax);
    this.#expandedSize += resultSize;
    checkExpandedSize(this.#expandedSize, this.#source.size, this.#options);
    this.#resultAt = deltaEnd + FRAME_SIZE;
    this.#resultSize = resultSize;
    this.#arena.reserve(this.#resultAt + resultSize + 1, deltaEnd);
    this.#arena.begin(deltaAt + instructionsAt, deltaEnd).on(base.at, base.size).to(this.#resultAt, resultSize);
    this.#work += resultSize + ENTRY_WORK;
  }

  #apply(row: number, baseRow: number): void {
    this.#arena.apply(Infinity);
    const type = this.#table.types[baseRow]!;
    const { bytes } = this.#arena;
    const end = this.#resultAt + this.#resultSize;
    const start = writeFrame(bytes, this.#resultAt, type, this.#resultSize);
    this.#settle(row, baseRow, this.#algorithm.digestHex(bytes.subarray(start, end)));
  }

  *#applyLarge(row: number, baseRow: number): Job<void> {
    while (!this.#arena.apply(SLICE_WORK * 4)) yield this.#progress();
    const type = this.#table.types[baseRow]!;
    const { bytes } = this.#arena;
    const end = this.#resultAt + this.#resultSize;
    const hasher = this.#algorithm.createHasher();
    let start = writeFrame(bytes, this.#resultAt, type, this.#resultSize);
    for (; start < end; start += LARGE) {
      hasher.update(bytes.subarray(start, Math.min(end, start + LARGE)));
      yield this.#progress();
    }
    this.#settle(row, baseRow, hasher.digestHex());
  }

  /** Records the id of a row whose result stands in the arena. */
  #settle(row: number, baseRow: number, id: string): void {
    const table = this.#table;
    writeHex(id, table.ids, row * this.#algorithm.size);
    table.bases[row] = baseRow;
    const type = table.types[baseRow]!;
    table.types[row] = type;
    this.resolvedCount++;
    const body = this.#arena.bytes;
    this.#options.onObject?.(
      id as ObjectId, objectTypeOf(type), body.subarray(this.#resultAt, this.#resultAt + this.#resultSize),
    );
  }

  /** Keeps the result of a child that has children itself, in the place of its base when that is done with. */
  #keep(child: number, base: Base): void {
    const path = this.#path;
    const isLast = base.nextRef >= base.endRef && base.nextOfs >= base.endOfs;
    const at = isLast ? base.at : this.#top;
    if (isLast) {
      path.pop();
      this.#top = base.at;
    }
    const size = this.#resultSize;
    if (!this.#push(child, at, size, base.depth + 1)) return;
    this.#arena.bytes.copyWithin(at, this.#resultAt, this.#resultAt + size);
    this.#top = at + size;
    if (this.#top > this.#arenaMax && path.length > 1) this.#evict();
  }

  /** Enters a base into the path, unless nothing is based on it. */
  #push(row: number, at: number, size: number, depth: number): boolean {
    const base: Base = { row, at, size, depth, nextRef: 0, endRef: 0, nextOfs: 0, endOfs: 0 };
    if (!this.#tree.open(row, base)) return false;
    this.#path.push(base);
    return true;
  }

  #evict(): void {
    const path = this.#path;
    const top = path[path.length - 1]!;
    for (const base of path) base.at = -1;
    this.#arena.bytes.copyWithin(0, this.#top - top.size, this.#top);
    top.at = 0;
    this.#top = top.size;
  }

  /** Makes the body of a base again that was given up; those below it have been given up as well. */
  *#rebuild(base: Base): Job<void> {
    const { bases } = this.#table;
    const rows: number[] = [];
    let row = base.row;
    for (; bases[row]! >= 0; row = bases[row]!) rows.push(row);
    yield* this.#loadRoot(row);
    for (let i = rows.length - 1; i >= 0; i--) {
      const step = rows[i]!;
      const below: Base = { row: step, at: 0, size: this.#top, depth: 0, nextRef: 0, endRef: 0, nextOfs: 0, endOfs: 0 };
      if (this.#table.sizes[step]! > LARGE) yield* this.#loadLarge(step);
      else this.#load(step, this.#top);
      this.#prepare(step, below);
      while (!this.#arena.apply(SLICE_WORK * 4)) yield this.#progress();
      this.#arena.bytes.copyWithin(0, this.#resultAt, this.#resultAt + this.#resultSize);
      this.#top = this.#resultSize;
      if (this.#work > SLICE_WORK) yield this.#progress();
    }
    base.at = 0;
  }

  #progress(): Progress {
    this.#work = 0;
    return { phase: 'Resolving deltas', done: this.resolvedCount, total: this.deltaCount };
  }

  #tooDeep(row: number): GovcError {
    const max = LIMITS.deltaChainDepth.value;
    const offset = this.#table.offsets[row]!;
    return new GovcError('pack-corrupt', `The delta at offset ${offset} has bases over more than ${max} levels.`, {
      offset,
      max,
    });
  }
}
