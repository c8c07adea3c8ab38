import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import type { AncestryRequest } from './ancestry.js';
import { CommitFlags } from './commit-graph.js';
import { RankedQueue } from './ranked-queue.js';

/** How far two commits have gone from each other. */
export interface AheadBehind {
  /** Commits that the one reaches and the other does not. */
  readonly ahead: number;
  /** Commits that the other reaches and the one does not. */
  readonly behind: number;
}

const BY_ONE = 1;
const BY_OTHER = 2;
const BY_BOTH = 3;
const QUEUED = 4;

/**
 * How many commits `one` is ahead of and behind `other`, as `git rev-list --left-right --count one...other` counts them. Exact
 * whatever the clocks said: children are always counted before their parents. So the first call over a history without a
 * commit-graph file reads all of it; after that a call is one scan of an array.
 *
 * @throws {GovcError} object-missing, object-type-mismatch, object-corrupt
 */
export function* aheadBehind(request: AncestryRequest, one: ObjectId, other: ObjectId): Job<AheadBehind> {
  if (one === other) return { ahead: 0, behind: 0 };
  const { graph, objects } = request;
  const starts = [graph.numberOf(one), graph.numberOf(other)] as const;
  const order = graph.order(request.shallow);
  // Where a file records numbers, two commits near each other do not need the rest of history.
  if (graph.file === undefined || request.shallow.size > 0) yield* order.cover(starts, objects);
  if (yield* order.tryCover(starts, objects)) return order.countSides(...starts);
  const counted = yield* countByGeneration(request, ...starts);
  order.earn(counted.takenCount);
  return { ahead: counted.ahead, behind: counted.behind };
}

function* countByGeneration(
  { graph, objects, shallow }: AncestryRequest, one: number, other: number,
): Job<AheadBehind & { readonly takenCount: number }> {
  const generations = graph.generations(shallow);
  yield* generations.cover([one, other], objects);
  const flags = new CommitFlags();
  const queue = new RankedQueue();
  let fresh = 0;
  const paint = (commit: number, colours: number): void => {
    const before = flags.get(commit);
    const after = before | colours | QUEUED;
    if (after === before) return;
    flags.set(commit, after);
    if ((before & QUEUED) === 0) {
      queue.push(commit, generations.correctedDateOf(commit));
      if ((after & BY_BOTH) !== BY_BOTH) fresh++;
    } else if ((after & BY_BOTH) === BY_BOTH) {
      fresh--;
    }
  };
  paint(one, BY_ONE);
  paint(other, BY_OTHER);
  let ahead = 0;
  let behind = 0;
  let done = 0;
  for (; fresh > 0; done++) {
    if (done % 1024 === 1023) yield { phase: 'Counting commits', done, total: undefined };
    // All children of a commit are taken before it, so its colours are complete.
    const commit = queue.pop()!;
    const colours = flags.get(commit) & BY_BOTH;
    if (colours !== BY_BOTH) fresh--;
    if (colours === BY_ONE) ahead++;
    else if (colours === BY_OTHER) behind++;
    if (generations.isParentless(commit)) continue;
    for (let i = 0, count = graph.parentCountOf(commit); i < count; i++) paint(graph.parentOf(commit, i), colours);
  }
  return { ahead, behind, takenCount: done };
}
