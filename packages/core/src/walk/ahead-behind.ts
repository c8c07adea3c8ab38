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
 * whatever the clocks said: commits are taken by generation, so the first call over a history that has no
 * generation numbers yet reads all of it; after that only commits down to the common history are looked at.
 *
 * @throws {GovcError} object-missing, object-type-mismatch, object-corrupt
 */
export function* aheadBehind(request: AncestryRequest, one: ObjectId, other: ObjectId): Job<AheadBehind> {
  if (one === other) return { ahead: 0, behind: 0 };
  const { graph, objects } = request;
  const generations = graph.generations(request.shallow);
  const starts = [graph.numberOf(one), graph.numberOf(other)] as const;
  yield* generations.cover(starts, objects);
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
  paint(starts[0], BY_ONE);
  paint(starts[1], BY_OTHER);
  let ahead = 0;
  let behind = 0;
  for (let done = 0; fresh > 0; done++) {
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
  return { ahead, behind };
}
