import type { ObjectId } from '../hash/object-id.js';
import { CommitFlags } from '../walk/commit-graph.js';
import { CommitQueue } from '../walk/commit-queue.js';
import type { ReadContext } from './read-context.js';

const WANTED = 1;
const EXCLUDED = 2;
const SEEN = 4;
// Git, too, looks a few commits further before it believes the clocks.
const SLOP = 5;

/** Commits that some reach and others do not. */
export interface ReplayRange {
  readonly include: readonly ObjectId[];
  readonly exclude: readonly ObjectId[];
}

/**
 * The commits of a range, newest first, as `git rev-list` gives them by default.
 *
 * @throws {GovcError} object-missing, object-type-mismatch
 */
export function rangeByDate({ snapshot, graph }: Pick<ReadContext, 'snapshot' | 'graph'>, { include, exclude }: ReplayRange): ObjectId[] {
  const { objects, shallow } = snapshot;
  const flags = new CommitFlags();
  const queue = new CommitQueue(graph);
  // Commits in the queue that are not excluded, as far as is known.
  const wanted = new Set<number>();
  const push = (commit: number, bits: number): void => {
    const before = flags.get(commit);
    if ((before | bits) === before) return;
    graph.mustRead(commit, objects);
    flags.add(commit, bits);
    queue.push(commit);
    if (((before | bits) & EXCLUDED) === 0) wanted.add(commit);
    else wanted.delete(commit);
  };
  for (const id of exclude) push(graph.numberOf(id), EXCLUDED);
  for (const id of include) push(graph.numberOf(id), WANTED);
  const found: number[] = [];
  let slop = SLOP;
  for (let commit = queue.pop(); commit !== undefined; commit = queue.pop()) {
    wanted.delete(commit);
    const bits = flags.get(commit);
    if ((bits & EXCLUDED) === 0) {
      slop = SLOP;
      if ((bits & SEEN) === 0) found.push(commit);
      flags.add(commit, SEEN);
    } else if (exclude.length > 0 && wanted.size === 0 && --slop < 0) {
      break;
    }
    if (shallow.has(graph.idAt(commit))) continue;
    for (let i = 0, count = graph.parentCountOf(commit); i < count; i++) push(graph.parentOf(commit, i), bits & (WANTED | EXCLUDED));
  }
  return found.filter((commit) => (flags.get(commit) & EXCLUDED) === 0).map((commit) => graph.idAt(commit));
}

/**
 * The commits of a range so that none comes before one of its children and lines of history stay together, as
 * `git rev-list --topo-order` gives them.
 */
export function rangeByTopology(context: Pick<ReadContext, 'snapshot' | 'graph'>, range: ReplayRange): ObjectId[] {
  const list = rangeByDate(context, range);
  const { graph } = context;
  const waiting = new Map<ObjectId, number>(list.map((id) => [id, 0]));
  const parentsOf = (id: ObjectId): ObjectId[] => {
    if (context.snapshot.shallow.has(id)) return [];
    const commit = graph.numberOf(id);
    return Array.from({ length: graph.parentCountOf(commit) }, (_, i) => graph.idAt(graph.parentOf(commit, i)));
  };
  for (const id of list) {
    for (const parent of parentsOf(id)) {
      const count = waiting.get(parent);
      if (count !== undefined) waiting.set(parent, count + 1);
    }
  }
  const stack = list.filter((id) => waiting.get(id) === 0).reverse();
  const sorted: ObjectId[] = [];
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    sorted.push(id);
    for (const parent of parentsOf(id)) {
      const count = waiting.get(parent);
      if (count === undefined) continue;
      waiting.set(parent, count - 1);
      if (count === 1) stack.push(parent);
    }
  }
  return sorted;
}
