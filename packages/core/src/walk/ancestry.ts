import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import type { ObjectSource } from '../pack/object-source.js';
import { CommitFlags, type CommitGraph } from './commit-graph.js';
import { CommitQueue } from './commit-queue.js';

/** A question about two commits of one graph. */
export interface AncestryRequest {
  readonly graph: CommitGraph;
  readonly objects: ObjectSource;
  /** Commits that are treated as having no parents. */
  readonly shallow: ReadonlySet<ObjectId>;
}

/**
 * Whether `ancestor` is `descendant` or reached from it. Where generation numbers are known or recorded in a commit-graph file,
 * nothing below the ancestor's is looked at.
 *
 * @throws {GovcError} object-missing, object-type-mismatch
 */
export function* isAncestor(
  request: AncestryRequest, ancestor: ObjectId, descendant: ObjectId,
): Job<boolean> {
  if (ancestor === descendant) return true;
  const { graph, objects } = request;
  const numbers = graph.generations(request.shallow);
  const target = graph.numberOf(ancestor);
  const start = graph.numberOf(descendant);
  const order = graph.order(request.shallow);
  if (yield* order.tryCover([target, start], objects)) return order.isReached(target, start);
  graph.mustRead(target, objects);
  // Numbers that are at hand end the search early; computing them would read what the search may never need.
  const level = numbers.findLevel(target);
  if (level === 0) return (yield* findReached(request, [descendant], new Set([ancestor]))).size > 0;
  const seen = new CommitFlags();
  const waiting = [start];
  let done = 0;
  for (let commit = waiting.pop(); commit !== undefined; commit = waiting.pop()) {
    if (commit === target) return true;
    if (seen.get(commit) !== 0) continue;
    seen.add(commit, 1);
    if (++done % 64 === 0) yield { phase: 'Walking history', done, total: undefined };
    graph.mustRead(commit, objects);
    const own = numbers.findLevel(commit);
    // Whatever has no number yet is above all that have one, or beside them.
    order.earn(1);
    if ((own > 0 && own <= level) || numbers.isParentless(commit)) continue;
    for (let i = graph.parentCountOf(commit) - 1; i >= 0; i--) waiting.push(graph.parentOf(commit, i));
  }
  return false;
}

/**
 * Which of `targets` are reached from `starts` (a start reaches itself). Ends as soon as all are found.
 *
 * Commits are taken newest first, so targets near the starts are found early; the whole history is
 * read only when a target is not reached. Clocks decide the order, never the answer.
 *
 * @throws {GovcError} object-missing, object-type-mismatch
 */
export function* findReached(
  request: AncestryRequest, starts: readonly ObjectId[], targets: ReadonlySet<ObjectId>,
): Job<ReadonlySet<ObjectId>> {
  const { graph, objects, shallow } = request;
  const seen = new CommitFlags();
  const wanted = new Set([...targets].map((id) => graph.numberOf(id)));
  const parentless = new Set([...shallow].map((id) => graph.numberOf(id)));
  const found = new Set<ObjectId>();
  const queue = new CommitQueue(graph);
  const push = (commit: number): void => {
    if (seen.get(commit) !== 0) return;
    seen.add(commit, 1);
    graph.mustRead(commit, objects);
    if (wanted.has(commit)) found.add(graph.idAt(commit));
    queue.push(commit);
  };
  for (const id of starts) push(graph.numberOf(id));
  let done = 0;
  for (let commit = queue.pop(); commit !== undefined && found.size < wanted.size; commit = queue.pop()) {
    if (++done % 64 === 0) yield { phase: 'Walking history', done, total: undefined };
    if (parentless.has(commit)) continue;
    for (let i = 0, count = graph.parentCountOf(commit); i < count; i++) push(graph.parentOf(commit, i));
  }
  graph.order(shallow).earn(done);
  return found;
}
