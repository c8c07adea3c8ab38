import { GovcError } from '../errors.js';
import { objectIdAt, type HashAlgorithm } from '../hash/algorithm.js';
import { IdTable } from '../hash/id-table.js';
import type { ObjectId } from '../hash/object-id.js';
import { writeHex } from '../bytes/hex.js';
import { scanCommit } from '../object/commit.js';
import type { ObjectSource } from '../pack/object-source.js';
import { AncestryOrder } from './ancestry-order.js';
import type { BloomKey, BloomSettings } from './bloom-filter.js';
import type { CommitGraphFile } from './commit-graph-file.js';
import { Generations } from './generations.js';
import { TreeEntries } from './tree-entries.js';

// A commit whose state is 0 was not read.
const READ = 1;
const NOT_COMMIT = 2;

/**
 * The commits of a repository by number, in typed arrays, each read once when it is first needed.
 *
 * 1. A number stands for the same id for as long as the graph lives.
 * 2. What was read of a commit never changes, because a commit is what its id says; so a graph may be
 *    kept across snapshots. That an object is missing is not remembered: it may come later.
 * 3. A commit-graph file saves reading commits, nothing else: a commit that is in the file but not among the objects is missing.
 * 4. Grafts and shallow boundaries are not in the graph; walks bring them along.
 */
export class CommitGraph {
  readonly algorithm: HashAlgorithm;
  /** What walks over this graph have learnt of trees. */
  readonly treeEntries: TreeEntries;
  readonly #ids: IdTable;
  #states: Uint8Array = new Uint8Array(1024);
  #times: Float64Array = new Float64Array(1024);
  #trees: Uint8Array;
  #parentStarts: Int32Array = new Int32Array(1024);
  #parentCounts: Int32Array = new Int32Array(1024);
  #parents: Int32Array = new Int32Array(2048);
  #parentsUsed = 0;
  #findFile: (() => CommitGraphFile | undefined) | undefined;
  #file: CommitGraphFile | undefined;
  /** Positions in the file plus one by number, and numbers plus one by position; 0: not known. */
  #positions: Int32Array = new Int32Array(0);
  #numbers: Int32Array = new Int32Array(0);
  #generations: { readonly shallow: ReadonlySet<ObjectId>; readonly numbers: Generations } | undefined;
  #order: { readonly shallow: ReadonlySet<ObjectId>; readonly order: AncestryOrder } | undefined;

  constructor(algorithm: HashAlgorithm) {
    this.algorithm = algorithm;
    this.treeEntries = new TreeEntries(algorithm);
    this.#ids = new IdTable(algorithm, 1024);
    this.#trees = new Uint8Array(1024 * algorithm.size);
  }

  /** How many ids have a number. Grows as commits are read. */
  get count(): number {
    return this.#ids.count;
  }

  /** The number of a commit id, given now if it had none. Says nothing about whether it exists. */
  numberOf(id: ObjectId): number {
    const added = this.#ids.addId(id);
    if (added < 0) return -1 - added;
    this.#reserve(added + 1);
    return added;
  }

  /** The number of a commit id that has one, or -1. */
  findNumber(id: ObjectId): number {
    return this.#ids.findId(id);
  }

  /** The id of a numbered commit; allocates the text. */
  idAt(number: number): ObjectId {
    return this.#ids.idAt(number);
  }

  /** The raw ids in a row by number; valid until the next commit is read. */
  get rawIds(): Uint8Array {
    return this.#ids.rawIds;
  }

  /**
   * Makes sure that a commit's facts are known.
   *
   * @returns `false` when there is no such object.
   * @throws {GovcError} object-type-mismatch: the object is not a commit; object-corrupt: it is malformed.
   */
  read(number: number, objects: ObjectSource): boolean {
    const state = this.#states[number];
    if (state === READ) return true;
    const id = this.idAt(number);
    if (state === NOT_COMMIT) throw notCommit(id);
    if (this.#readRecorded(number, id, objects)) return true;
    const object = objects.find(id);
    if (object === undefined) return false;
    if (object.type !== 'commit') {
      this.#states[number] = NOT_COMMIT;
      throw notCommit(id);
    }
    const { tree, parents, timeSeconds } = scanCommit(object.body, this.algorithm);
    const numbers = parents.map((parent) => this.numberOf(parent));
    writeHex(tree, this.#trees, number * this.algorithm.size);
    this.#settle(number, numbers, timeSeconds);
    return true;
  }

  #settle(number: number, numbers: readonly number[], timeSeconds: number): void {
    const start = this.#parentsUsed;
    if (start + numbers.length > this.#parents.length) {
      this.#parents = grown(this.#parents, start + numbers.length, (size) => new Int32Array(size));
    }
    this.#parents.set(numbers, start);
    this.#parentsUsed += numbers.length;
    this.#parentStarts[number] = start;
    this.#parentCounts[number] = numbers.length;
    this.#times[number] = timeSeconds;
    this.#states[number] = READ;
  }

  /**
   * Lets the graph take facts from a commit-graph file instead of reading commits, from the next commit on.
   *
   * @param find gives the file when it is first needed; `undefined`: there is none
   */
  useFile(find: () => CommitGraphFile | undefined): void {
    this.#findFile = find;
    this.#file = undefined;
  }

  /** The commit-graph file that is used, if there is one. */
  get file(): CommitGraphFile | undefined {
    if (this.#findFile !== undefined) {
      const file = this.#findFile();
      this.#findFile = undefined;
      this.#file = file;
      this.#positions = new Int32Array(this.#states.length);
      this.#numbers = new Int32Array(file?.count ?? 0);
    }
    return this.#file;
  }

  /** The level and corrected date that the file records for a commit that was read; `undefined` where it has none. */
  recordedNumbersOf(number: number): { readonly level: number; readonly date: number } | undefined {
    const { file } = this;
    const position = file === undefined ? -1 : this.#positionOf(number, file);
    const recorded = position < 0 ? undefined : file?.commitAt(position);
    if (recorded?.correctedDate === undefined) return undefined;
    return { level: recorded.level, date: recorded.correctedDate };
  }

  /** How the changed paths of a commit are recorded; `undefined` where they are not. */
  bloomSettingsOf(number: number): BloomSettings | undefined {
    const { file } = this;
    const position = file === undefined ? -1 : this.#positionOf(number, file);
    return position < 0 ? undefined : file?.bloomSettingsOf(position);
  }

  /** Whether a commit may have changed a path against its first parent; `true` where nothing is recorded. */
  mayHaveChanged(number: number, key: BloomKey): boolean {
    const { file } = this;
    const position = file === undefined ? -1 : this.#positionOf(number, file);
    return position < 0 || file === undefined || file.mayHaveChanged(position, key);
  }

  #positionOf(number: number, file: CommitGraphFile): number {
    const known = this.#positions[number] ?? 0;
    if (known > 0) return known - 1;
    const position = file.find(this.rawIds, number * this.algorithm.size);
    if (position >= 0) this.#link(number, position);
    return position;
  }

  #link(number: number, position: number): void {
    if (number >= this.#positions.length) {
      this.#positions = grown(this.#positions, number + 1, (length) => new Int32Array(length));
    }
    this.#positions[number] = position + 1;
    this.#numbers[position] = number + 1;
  }

  /** Takes the facts from the file, if it has them and the object is there. */
  #readRecorded(number: number, id: ObjectId, objects: ObjectSource): boolean {
    const { file } = this;
    if (file === undefined) return false;
    const position = this.#positionOf(number, file);
    const recorded = position < 0 ? undefined : file.commitAt(position);
    if (recorded === undefined || !objects.has(id)) return false;
    const { size } = this.algorithm;
    const numbers = recorded.parents.map((parent) => this.#numberAt(parent, file));
    this.#trees.set(recorded.bytes.subarray(recorded.treeOffset, recorded.treeOffset + size), number * size);
    this.#settle(number, numbers, recorded.timeSeconds);
    return true;
  }

  #numberAt(position: number, file: CommitGraphFile): number {
    const known = this.#numbers[position]!;
    if (known > 0) return known - 1;
    const { bytes, offset } = file.idAt(position);
    const added = this.#ids.add(bytes, offset);
    const number = added < 0 ? -1 - added : added;
    this.#reserve(number + 1);
    this.#link(number, position);
    return number;
  }

  /**
   * As {@link read}, for commits that must exist.
   *
   * @throws {GovcError} object-missing, and as `read`
   */
  mustRead(number: number, objects: ObjectSource): void {
    if (!this.read(number, objects)) {
      const id = this.idAt(number);
      throw new GovcError('object-missing', `The commit ${id} is missing from the repository.`, { id });
    }
  }

  /** Committer time in seconds since 1970 of a commit that was read. */
  timeOf(number: number): number {
    return this.#times[number]!;
  }

  parentCountOf(number: number): number {
    return this.#parentCounts[number]!;
  }

  /** The number of the parent with the given index. */
  parentOf(number: number, index: number): number {
    return this.#parents[this.#parentStarts[number]! + index]!;
  }

  /** The tree of a commit that was read. */
  treeIdOf(number: number): ObjectId {
    return objectIdAt(this.#trees, this.treeOffsetOf(number), this.algorithm);
  }

  /** Where the raw id of a commit's tree begins in {@link rawTrees}. */
  treeOffsetOf(number: number): number {
    return number * this.algorithm.size;
  }

  /** Raw tree ids by commit number; valid until the next commit is read. */
  get rawTrees(): Uint8Array {
    return this.#trees;
  }

  /**
   * The generation numbers of this graph where the given commits have no parents. They are kept, and grow with the graph, for
   * as long as the same shallow commits are asked for.
   */
  generations(shallow: ReadonlySet<ObjectId>): Generations {
    const known = this.#generations;
    if (known !== undefined && (known.shallow === shallow || isSameSet(known.shallow, shallow))) return known.numbers;
    const numbers = new Generations(this, shallow);
    this.#generations = { shallow: new Set(shallow), numbers };
    return numbers;
  }

  /** The order of this graph where the given commits have no parents. It is kept as {@link generations} are. */
  order(shallow: ReadonlySet<ObjectId>): AncestryOrder {
    const known = this.#order;
    if (known !== undefined && (known.shallow === shallow || isSameSet(known.shallow, shallow))) return known.order;
    const order = new AncestryOrder(this, shallow);
    this.#order = { shallow: new Set(shallow), order };
    return order;
  }

  #reserve(count: number): void {
    if (count <= this.#states.length) return;
    const size = this.#states.length * 2;
    this.#states = grown(this.#states, size, (length) => new Uint8Array(length));
    this.#times = grown(this.#times, size, (length) => new Float64Array(length));
    this.#parentStarts = grown(this.#parentStarts, size, (length) => new Int32Array(length));
    this.#parentCounts = grown(this.#parentCounts, size, (length) => new Int32Array(length));
    this.#trees = grown(this.#trees, size * this.algorithm.size, (length) => new Uint8Array(length));
  }
}

function isSameSet(left: ReadonlySet<ObjectId>, right: ReadonlySet<ObjectId>): boolean {
  if (left.size !== right.size) return false;
  for (const id of left) if (!right.has(id)) return false;
  return true;
}

interface Growable {
  readonly length: number;
  set(from: ArrayLike<number>): void;
}

/** A copy of at least `size` and twice the length. */
function grown<T extends Growable & ArrayLike<number>>(array: T, size: number, make: (length: number) => T): T {
  const larger = make(Math.max(size, array.length * 2));
  larger.set(array);
  return larger;
}

function notCommit(id: ObjectId): GovcError {
  return new GovcError('object-type-mismatch', `The object ${id} is not a commit.`, { id, expected: 'commit' });
}

/** One byte of flags for each numbered commit of a growing graph. */
export class CommitFlags {
  #bytes = new Uint8Array(1024);

  get(number: number): number {
    return this.#bytes[number] ?? 0;
  }

  /** Sets the given bits. */
  add(number: number, bits: number): void {
    if (number >= this.#bytes.length) {
      this.#bytes = grown(this.#bytes, number + 1, (length) => new Uint8Array(length));
    }
    this.#bytes[number]! |= bits;
  }

  /** Replaces all eight bits. */
  set(number: number, byte: number): void {
    if (number >= this.#bytes.length) {
      this.#bytes = grown(this.#bytes, number + 1, (length) => new Uint8Array(length));
    }
    this.#bytes[number] = byte;
  }

  remove(number: number, bits: number): void {
    if (number < this.#bytes.length) this.#bytes[number]! &= ~bits;
  }
}
