import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import type { ObjectSource } from '../pack/object-source.js';

/** What generation numbers are computed from. `CommitGraph` is one. */
export interface ParentGraph {
  readonly count: number;
  numberOf(id: ObjectId): number;
  mustRead(number: number, objects: ObjectSource): void;
  timeOf(number: number): number;
  parentCountOf(number: number): number;
  parentOf(number: number, index: number): number;
  /** What a commit-graph file records; `undefined` where there is none. */
  recordedNumbersOf(number: number): { readonly level: number; readonly date: number } | undefined;
}

/**
 * Generation numbers of commits (gitformat-commit-graph; "Corrected Commit Date"): numbers that are higher for every
 * commit than for all of its parents, so that a search for an ancestor may stop at lower ones.
 *
 * 1. The topological level of a commit is 1 without parents, else one more than its parents' highest.
 * 2. Its corrected date is its committer time, or one second more than its parents' latest where that is later.
 * 3. A number that is known never changes: histories grow at the top. It holds for one set of shallow commits.
 */
export class Generations {
  readonly #graph: ParentGraph;
  readonly #parentless: ReadonlySet<number>;
  #levels = new Int32Array(1024);
  #dates = new Float64Array(1024);

  /** @param shallow commits that are treated as having no parents */
  constructor(graph: ParentGraph, shallow: ReadonlySet<ObjectId>) {
    this.#graph = graph;
    this.#parentless = new Set(Array.from(shallow, (id) => graph.numberOf(id)));
  }

  /** The topological level of a commit, or 0 where it is not known yet. */
  levelOf(commit: number): number {
    return this.#levels[commit] ?? 0;
  }

  /** As {@link levelOf}; also looks at what a commit-graph file records. */
  findLevel(commit: number): number {
    const known = this.levelOf(commit);
    if (known > 0 || this.#parentless.size > 0) return known;
    const recorded = this.#graph.recordedNumbersOf(commit);
    if (recorded !== undefined) this.#set(commit, recorded.level, recorded.date);
    return recorded?.level ?? 0;
  }

  /** The corrected committer date of a commit whose level is known, in seconds since 1970. */
  correctedDateOf(commit: number): number {
    return this.#dates[commit] ?? 0;
  }

  /** Whether the parents of a commit count. */
  isParentless(commit: number): boolean {
    return this.#parentless.has(commit);
  }

  /**
   * Makes the numbers of commits and of all they reach known. O(commits not known before), without recursion.
   *
   * @throws {GovcError} object-missing, object-type-mismatch, object-corrupt
   */
  *cover(commits: readonly number[], objects: ObjectSource): Job<void> {
    const graph = this.#graph;
    let done = 0;
    // A commit waits on the stack until its parents are known; `nexts` says which parent comes next.
    const stack: number[] = [];
    const nexts: number[] = [];
    for (const commit of commits) {
      if (!this.#isKnown(commit, objects)) {
        stack.push(commit);
        nexts.push(0);
      }
      while (stack.length > 0) {
        const top = stack[stack.length - 1]!;
        const count = this.#parentless.has(top) ? 0 : graph.parentCountOf(top);
        let next = nexts[nexts.length - 1]!;
        while (next < count && this.#isKnown(graph.parentOf(top, next), objects)) next++;
        if (next < count) {
          nexts[nexts.length - 1] = next + 1;
          stack.push(graph.parentOf(top, next));
          nexts.push(0);
          continue;
        }
        stack.pop();
        nexts.pop();
        this.#settle(top, count);
        if (++done % 1024 === 0) yield { phase: 'Computing generation numbers', done, total: undefined };
      }
    }
  }

  /** Reads a commit; takes its numbers from a file where one has them. */
  #isKnown(commit: number, objects: ObjectSource): boolean {
    if (this.levelOf(commit) > 0) return true;
    this.#graph.mustRead(commit, objects);
    const recorded = this.#parentless.size > 0 ? undefined : this.#graph.recordedNumbersOf(commit);
    if (recorded === undefined) return false;
    this.#set(commit, recorded.level, recorded.date);
    return true;
  }

  #settle(commit: number, parentCount: number): void {
    let level = 0;
    // 0 means that it is not known, to Git as well.
    let date = Math.max(1, this.#graph.timeOf(commit));
    for (let i = 0; i < parentCount; i++) {
      const parent = this.#graph.parentOf(commit, i);
      level = Math.max(level, this.#levels[parent]!);
      date = Math.max(date, this.#dates[parent]! + 1);
    }
    this.#set(commit, level + 1, date);
  }

  #set(commit: number, level: number, date: number): void {
    if (commit >= this.#levels.length) {
      const size = Math.max(this.#graph.count, commit + 1, this.#levels.length * 2);
      const levels = new Int32Array(size);
      levels.set(this.#levels);
      this.#levels = levels;
      const dates = new Float64Array(size);
      dates.set(this.#dates);
      this.#dates = dates;
    }
    this.#levels[commit] = level;
    this.#dates[commit] = date;
  }
}
