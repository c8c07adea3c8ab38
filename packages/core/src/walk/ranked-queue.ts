interface Waiting {
  readonly commit: number;
  readonly rank: number;
  readonly second: number;
  readonly turn: number;
}

/**
 * A queue of numbered commits that gives the one of highest rank first; of equal ranks the one of higher second
 * rank, and of those the one that was added first, as Git's queues do. A binary heap.
 */
export class RankedQueue {
  readonly #heap: Waiting[] = [];
  #turn = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** Adds a commit. O(log n). */
  push(commit: number, rank: number, second = 0): void {
    const heap = this.#heap;
    const added: Waiting = { commit, rank, second, turn: this.#turn++ };
    let at = heap.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(added, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = added;
  }

  /** The commit that {@link pop} would give. */
  peek(): number | undefined {
    return this.#heap[0]?.commit;
  }

  /** Removes and gives the first commit, or `undefined` when the queue is empty. O(log n). */
  pop(): number | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined) return undefined;
    const size = heap.length;
    if (size === 0) return top.commit;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= size) break;
      const right = child + 1;
      if (right < size && isBefore(heap[right]!, heap[child]!)) child = right;
      if (!isBefore(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return top.commit;
  }
}

function isBefore(left: Waiting, right: Waiting): boolean {
  if (left.rank !== right.rank) return left.rank > right.rank;
  if (left.second !== right.second) return left.second > right.second;
  return left.turn < right.turn;
}
