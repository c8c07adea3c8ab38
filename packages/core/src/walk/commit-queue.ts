import type { CommitGraph } from './commit-graph.js';

/**
 * A queue of commits that gives the newest by committer time first, and of equal times the one that was
 * added first: the order of `git rev-list` by date. A binary heap in one array.
 */
export class CommitQueue {
  readonly #graph: CommitGraph;
  readonly #heap: number[] = [];
  readonly #turns: number[] = [];
  #turn = 0;

  constructor(graph: CommitGraph) {
    this.#graph = graph;
  }

  get size(): number {
    return this.#heap.length;
  }

  /** Adds a commit that the graph has read. O(log n). */
  push(commit: number): void {
    const turn = this.#turn++;
    let at = this.#heap.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(commit, turn, this.#heap[parent]!, this.#turns[parent]!)) break;
      this.#heap[at] = this.#heap[parent]!;
      this.#turns[at] = this.#turns[parent]!;
      at = parent;
    }
    this.#heap[at] = commit;
    this.#turns[at] = turn;
  }

  /** Removes and gives the newest commit, or `undefined` when the queue is empty. O(log n). */
  pop(): number | undefined {
    const top = this.#heap[0];
    const commit = this.#heap.pop();
    const turn = this.#turns.pop();
    if (commit === undefined || turn === undefined) return undefined;
    const size = this.#heap.length;
    if (size === 0) return top;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= size) break;
      const right = child + 1;
      if (right < size &&
        this.#before(this.#heap[right]!, this.#turns[right]!, this.#heap[child]!, this.#turns[child]!)) {
        child = right;
      }
      if (!this.#before(this.#heap[child]!, this.#turns[child]!, commit, turn)) break;
      this.#heap[at] = this.#heap[child]!;
      this.#turns[at] = this.#turns[child]!;
      at = child;
    }
    this.#heap[at] = commit;
    this.#turns[at] = turn;
    return top;
  }

  /** The commits that wait, in no order. */
  waiting(): readonly number[] {
    return this.#heap;
  }

  #before(left: number, leftTurn: number, right: number, rightTurn: number): boolean {
    const difference = this.#graph.timeOf(left) - this.#graph.timeOf(right);
    return difference !== 0 ? difference > 0 : leftTurn < rightTurn;
  }
}
