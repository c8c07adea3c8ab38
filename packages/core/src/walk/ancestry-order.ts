import { GovcError } from '../errors.js';
import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import type { ObjectSource } from '../pack/object-source.js';

/** What an order is made of. `CommitGraph` is one. */
export interface OrderedGraph {
  readonly count: number;
  numberOf(id: ObjectId): number;
  idAt(number: number): ObjectId;
  mustRead(number: number, objects: ObjectSource): void;
  parentCountOf(number: number): number;
  parentOf(number: number, index: number): number;
}

const BY_ONE = 1;
const BY_OTHERS = 2;
const BY_BOTH = 3;
const STALE = 4;

/** Stands for the position of a commit whose parents are being placed. */
const OPEN = -1;

// What may be read ahead before any search has paid for it.
const CREDIT_COMMITS = 256;

/**
 * Commits in a row in which parents stand before their children, with the parents in that order too, so that a question about
 * ancestry is one scan from the younger end of an array of flags: no queue, no objects.
 *
 * 1. A commit that has a position keeps it, and all that it reaches has lower ones: histories grow at the top.
 * 2. Between calls no flag is set. A scan never yields, so jobs that take turns do not meet in the flags.
 * 3. What is being placed when a job yields or is dropped stays on the stack; the next `cover` goes on with it.
 * 4. It holds for one set of shallow commits.
 *
 * About 20 bytes a commit.
 */
export class AncestryOrder {
  readonly #graph: OrderedGraph;
  readonly #parentless: ReadonlySet<number>;
  /** By commit number: position plus one, 0 where there is none, or OPEN. */
  #positions: Int32Array = new Int32Array(1024);
  #count = 0;
  /** By position. */
  #commits: Int32Array = new Int32Array(1024);
  #flags = new Uint8Array(1024);
  /** Where the parents of a position begin; those of the last one end at `#parentsUsed`. */
  #starts: Int32Array = new Int32Array(1025);
  #parents: Int32Array = new Int32Array(2048);
  #parentsUsed = 0;
  /** Commits that wait for their parents, and which parent comes next. */
  #stack: number[] = [];
  #nexts: number[] = [];
  #credit = CREDIT_COMMITS;
  /** Between which positions a scan has marked its starts. */
  #high = -1;
  #low = Number.MAX_SAFE_INTEGER;

  /** @param shallow commits that are treated as having no parents */
  constructor(graph: OrderedGraph, shallow: ReadonlySet<ObjectId>) {
    this.#graph = graph;
    this.#parentless = new Set(Array.from(shallow, (id) => graph.numberOf(id)));
  }

  /** How many commits have a position. */
  get count(): number {
    return this.#count;
  }

  /** Whether all of these, and with them all that they reach, have positions. */
  has(commits: readonly number[]): boolean {
    for (const commit of commits) if ((this.#positions[commit] ?? 0) <= 0) return false;
    return true;
  }

  /**
   * Gives positions to commits and to all that they reach. O(commits without one), without recursion.
   *
   * @throws {GovcError} object-missing, object-type-mismatch, object-corrupt (also where commits that were replaced form a circle)
   */
  *cover(commits: readonly number[], objects: ObjectSource): Job<void> {
    yield* this.#place(commits, objects, Number.POSITIVE_INFINITY);
  }

  /**
   * As {@link cover}, but reads no more than searches without the order have earned, so that a question about the youngest commits
   * of a long history does not have to wait for all of it, and many such questions soon have the order. What cannot be read
   * below the commits is no failure here: the searches tell, if they get there.
   *
   * @returns whether the order is there.
   * @throws {GovcError} object-missing, object-type-mismatch, object-corrupt: of the commits themselves
   */
  *tryCover(commits: readonly number[], objects: ObjectSource): Job<boolean> {
    if (this.has(commits)) return true;
    for (const commit of commits) this.#graph.mustRead(commit, objects);
    try {
      return yield* this.#place(commits, objects, this.#credit);
    } catch (error) {
      if (!(error instanceof GovcError)) throw error;
      this.#credit = 0;
      return false;
    }
  }

  /** Tells how many commits a search has looked at that did without the order. */
  earn(count: number): void {
    this.#credit += count;
  }

  /** Whether a commit is reached from another; both have positions. */
  isReached(ancestor: number, descendant: number): boolean {
    const target = this.#positions[ancestor]! - 1;
    const high = this.#positions[descendant]! - 1;
    const flags = this.#flags;
    const starts = this.#starts;
    const parents = this.#parents;
    if (target >= high) return target === high;
    let waiting = 1;
    flags[high] = BY_ONE;
    for (let at = high; waiting > 0 && at > target; at--) {
      if (flags[at] === 0) continue;
      waiting--;
      for (let i = starts[at]!, end = starts[at + 1]!; i < end; i++) {
        const parent = parents[i]!;
        // Nothing below the target leads to it.
        if (parent < target || flags[parent] !== 0) continue;
        flags[parent] = BY_ONE;
        waiting++;
      }
    }
    const isFound = flags[target] !== 0;
    flags.fill(0, target, high + 1);
    return isFound;
  }

  /** How many commits only the one reaches, and how many only the other; both have positions. */
  countSides(one: number, other: number): { readonly ahead: number; readonly behind: number } {
    const flags = this.#flags;
    const starts = this.#starts;
    const parents = this.#parents;
    this.#mark([one], BY_ONE);
    this.#mark([other], BY_OTHERS);
    const top = this.#high;
    let low = this.#low;
    // How many wait that have one side only.
    let fresh = one === other ? 0 : 2;
    let ahead = 0;
    let behind = 0;
    let at = top;
    for (; fresh > 0; at--) {
      const sides = flags[at]!;
      if (sides === 0) continue;
      if (sides === BY_ONE) {
        ahead++;
        fresh--;
      } else if (sides === BY_OTHERS) {
        behind++;
        fresh--;
      }
      for (let i = starts[at]!, end = starts[at + 1]!; i < end; i++) {
        const parent = parents[i]!;
        const before = flags[parent]!;
        const after = before | sides;
        if (after === before) continue;
        flags[parent] = after;
        if (before === 0) {
          if (parent < low) low = parent;
          if (after !== BY_BOTH) fresh++;
        } else {
          fresh--;
        }
      }
    }
    this.#clear(low, top);
    return { ahead, behind };
  }

  /**
   * The common ancestors of a commit and any of others that no other such ancestor reaches, the youngest position first. All have
   * positions.
   */
  bestCommon(one: number, others: readonly number[]): number[] {
    const flags = this.#flags;
    const starts = this.#starts;
    const parents = this.#parents;
    const found: number[] = [];
    this.#mark([one], BY_ONE);
    this.#mark(others, BY_OTHERS);
    const top = this.#high;
    let low = this.#low;
    // How many wait, not stale, that the one reaches, and that the others reach; a commit may count on both sides.
    let left = 1;
    let right = new Set(others).size;
    let at = top;
    for (; left > 0 && right > 0; at--) {
      let colours = flags[at]!;
      if (colours === 0) continue;
      if (colours < STALE) {
        left -= colours & BY_ONE;
        right -= colours >> 1;
        // All children came before, so nothing common lies above.
        if (colours === BY_BOTH) {
          found.push(this.#commits[at]!);
          colours = BY_BOTH | STALE;
        }
      }
      for (let i = starts[at]!, end = starts[at + 1]!; i < end; i++) {
        const parent = parents[i]!;
        const before = flags[parent]!;
        const after = before | colours;
        if (after === before) continue;
        flags[parent] = after;
        if (parent < low) low = parent;
        if (before < STALE) {
          left -= before & BY_ONE;
          right -= before >> 1;
        }
        if (after < STALE) {
          left += after & BY_ONE;
          right += after >> 1;
        }
      }
    }
    this.#clear(low, top);
    return found;
  }

  /** Which of some different commits another of them reaches; all have positions. */
  reachedAmong(commits: readonly number[]): ReadonlySet<number> {
    const flags = this.#flags;
    this.#mark(commits, BY_ONE);
    const top = this.#high;
    const bottom = this.#low;
    const reached = new Set<number>();
    for (let at = top; at >= bottom; at--) {
      if (flags[at] === 0) continue;
      if (flags[at] === BY_BOTH) reached.add(this.#commits[at]!);
      for (let i = this.#starts[at]!, end = this.#starts[at + 1]!; i < end; i++) {
        const parent = this.#parents[i]!;
        if (parent >= bottom) flags[parent]! |= BY_OTHERS;
      }
    }
    this.#clear(bottom, top);
    return reached;
  }

  #mark(commits: readonly number[], colour: number): void {
    for (const commit of commits) {
      const position = this.#positions[commit]! - 1;
      this.#flags[position]! |= colour;
      if (position > this.#high) this.#high = position;
      if (position < this.#low) this.#low = position;
    }
  }

  #clear(low: number, high: number): void {
    this.#flags.fill(0, low, high + 1);
    this.#high = -1;
    this.#low = Number.MAX_SAFE_INTEGER;
  }

  *#place(commits: readonly number[], objects: ObjectSource, most: number): Job<boolean> {
    try {
      let done = 0;
      for (let next = 0; next < commits.length;) {
        // What was begun before comes first: a stack is one line of history.
        if (this.#stack.length === 0) {
          const commit = commits[next++]!;
          if (this.has([commit])) continue;
          this.#open(commit, objects);
        }
        while (this.#stack.length > 0) {
          if (done >= most) return false;
          if (this.#step(objects)) this.#credit = Math.max(0, this.#credit - 1);
          if (++done % 1024 === 0) yield { phase: 'Ordering commits', done, total: undefined };
        }
      }
      return this.has(commits);
    } catch (error) {
      for (const commit of this.#stack) this.#positions[commit] = 0;
      this.#stack = [];
      this.#nexts = [];
      throw error;
    }
  }

  /** Opens the next parent of the commit on top, or gives it its position. Whether something was opened. */
  #step(objects: ObjectSource): boolean {
    const graph = this.#graph;
    const last = this.#stack.length - 1;
    const commit = this.#stack[last]!;
    const count = this.#parentless.has(commit) ? 0 : graph.parentCountOf(commit);
    for (let next = this.#nexts[last]!; next < count; next++) {
      const parent = graph.parentOf(commit, next);
      if ((this.#positions[parent] ?? 0) > 0) continue;
      this.#nexts[last] = next + 1;
      this.#open(parent, objects);
      return true;
    }
    this.#stack.pop();
    this.#nexts.pop();
    this.#settle(commit, count);
    return false;
  }

  #open(commit: number, objects: ObjectSource): void {
    const graph = this.#graph;
    if (this.#positions[commit] === OPEN) {
      const id = graph.idAt(commit);
      throw new GovcError('object-corrupt', `The commit ${id} is an ancestor of itself.`, { id });
    }
    graph.mustRead(commit, objects);
    if (commit >= this.#positions.length) this.#positions = grown(this.#positions, Math.max(commit + 1, graph.count));
    this.#positions[commit] = OPEN;
    this.#stack.push(commit);
    this.#nexts.push(0);
  }

  #settle(commit: number, parentCount: number): void {
    const position = this.#count;
    if (position >= this.#commits.length) {
      this.#commits = grown(this.#commits, position + 1);
      this.#starts = grown(this.#starts, this.#commits.length + 1);
      this.#flags = new Uint8Array(this.#commits.length);
    }
    if (this.#parentsUsed + parentCount > this.#parents.length) {
      this.#parents = grown(this.#parents, this.#parentsUsed + parentCount);
    }
    for (let i = 0; i < parentCount; i++) {
      this.#parents[this.#parentsUsed++] = this.#positions[this.#graph.parentOf(commit, i)]! - 1;
    }
    this.#starts[position + 1] = this.#parentsUsed;
    this.#commits[position] = commit;
    this.#count = position + 1;
    this.#positions[commit] = this.#count;
  }
}

/** A copy of at least `size`, and half as long again. */
function grown(array: Int32Array, size: number): Int32Array {
  const larger = new Int32Array(Math.max(size, array.length + (array.length >> 1)));
  larger.set(array);
  return larger;
}
