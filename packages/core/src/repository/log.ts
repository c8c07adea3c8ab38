import type { ObjectId } from '../hash/object-id.js';
import type { Snapshot } from '../store/snapshot.js';
import { CommitFlags, CommitGraph } from '../walk/commit-graph.js';
import { CommitQueue } from '../walk/commit-queue.js';
import { readCommit, type CommitInfo } from './commit-info.js';

/**
 * The commits that `start` reaches, newest first by committer time, as `git log` gives them. Lazy: what is
 * not asked for is not read.
 *
 * @throws {GovcError} object-missing, object-type-mismatch, object-corrupt
 */
export function* walkLog(
  snapshot: Snapshot, start: ObjectId, graph = new CommitGraph(snapshot.algorithm),
): Generator<CommitInfo, void, void> {
  const seen = new CommitFlags();
  const queue = new CommitQueue(graph);
  const push = (commit: number): void => {
    if (seen.get(commit) !== 0) return;
    seen.add(commit, 1);
    graph.mustRead(commit, snapshot.objects);
    queue.push(commit);
  };
  push(graph.numberOf(start));
  for (let commit = queue.pop(); commit !== undefined; commit = queue.pop()) {
    const id = graph.idAt(commit);
    if (!snapshot.shallow.has(id)) {
      for (let i = 0, count = graph.parentCountOf(commit); i < count; i++) push(graph.parentOf(commit, i));
    }
    yield readCommit(snapshot, id);
  }
}
