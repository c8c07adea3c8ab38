import type { Job } from './job.js';

/** So many are sorted, or merged, in one step. */
const STEP = 1024;

/**
 * Sorts as `Array.prototype.sort` does, stably, in steps of a millisecond or so. Takes twice the memory of the list while it runs.
 *
 * @returns a new list; O(items x log items)
 */
export function* sortJob<Item>(items: readonly Item[], compare: (left: Item, right: Item) => number): Job<Item[]> {
  let runs: Item[][] = [];
  for (let at = 0; at < items.length; at += STEP) {
    runs.push(items.slice(at, at + STEP).sort(compare));
    yield { phase: 'Sorting', done: at, total: items.length };
  }
  while (runs.length > 1) {
    const merged: Item[][] = [];
    for (let i = 0; i < runs.length; i += 2) {
      const [left, right] = [runs[i]!, runs[i + 1]];
      merged.push(right === undefined ? left : yield* merge(left, right, compare));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

function* merge<Item>(left: readonly Item[], right: readonly Item[], compare: (left: Item, right: Item) => number): Job<Item[]> {
  const merged: Item[] = [];
  let [l, r] = [0, 0];
  while (l < left.length || r < right.length) {
    // Of two that are equal the left one came first.
    const takesLeft = r === right.length || (l < left.length && compare(left[l]!, right[r]!) <= 0);
    merged.push(takesLeft ? left[l++]! : right[r++]!);
    if (merged.length % STEP === 0) yield { phase: 'Sorting', done: merged.length, total: left.length + right.length };
  }
  return merged;
}
