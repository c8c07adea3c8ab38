import { RankedQueue } from '../walk/ranked-queue.js';
import { authorTimeOf } from './commit-search.js';
import type { RevListOptions } from './rev-list-options.js';
import type { WalkState } from './walk-state.js';

/**
 * Orders commits such that none comes before a child of it, as Git's `sort_in_topological_order` does: after a commit comes the
 * last of those that became free (`topo`, `default`), or the youngest of all that are free. O((commits + parents) * log).
 */
export function sortTopologically(
  state: WalkState, commits: readonly number[], order: NonNullable<RevListOptions['order']>,
): number[] {
  // One more than the number of children that are still to come; 0: not among the commits.
  const waits = new Map<number, number>();
  for (const commit of commits) waits.set(commit, 1);
  for (const commit of commits) {
    for (const parent of state.parentsOf(commit)) {
      const count = waits.get(parent);
      if (count !== undefined) waits.set(parent, count + 1);
    }
  }
  const free = makeFree(state, order);
  const tips = commits.filter((commit) => waits.get(commit) === 1);
  for (const tip of free.isStack ? tips.reverse() : tips) free.push(tip);
  const sorted: number[] = [];
  for (let commit = free.pop(); commit !== undefined; commit = free.pop()) {
    for (const parent of state.parentsOf(commit)) {
      const count = waits.get(parent) ?? 0;
      if (count === 0) continue;
      waits.set(parent, count - 1);
      if (count === 2) free.push(parent);
    }
    waits.set(commit, 0);
    sorted.push(commit);
  }
  return sorted;
}

interface Free {
  readonly isStack: boolean;
  push(commit: number): void;
  pop(): number | undefined;
}

function makeFree(state: WalkState, order: NonNullable<RevListOptions['order']>): Free {
  if (order === 'topo' || order === 'default') {
    const stack: number[] = [];
    return { isStack: true, push: (commit) => stack.push(commit), pop: () => stack.pop() };
  }
  const queue = new RankedQueue();
  const timeOf = order === 'date' ? (commit: number) => state.timeOf(commit) : (commit: number) => readAuthorTime(state, commit);
  return { isStack: false, push: (commit) => queue.push(commit, timeOf(commit)), pop: () => queue.pop() };
}

function readAuthorTime(state: WalkState, commit: number): number {
  const object = state.objects.find(state.idAt(commit));
  return object === undefined ? 0 : authorTimeOf(object.body, state.graph.algorithm);
}
