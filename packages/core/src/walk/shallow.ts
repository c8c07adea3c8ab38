import { GovcError } from '../errors.js';
import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import type { AncestryRequest } from './ancestry.js';
import { CommitFlags } from './commit-graph.js';
import { CommitQueue } from './commit-queue.js';
import { limitCommits } from './limit-commits.js';

/** Where a history is to be cut (gitprotocol-pack, "shallow" and "deepen"). */
export type Deepen =
  /** So many commits from the tips down, counted from 1. */
  | { readonly kind: 'depth'; readonly depth: number }
  /** Commits at or after a time, in seconds since 1970, and not reached from `not`. */
  | { readonly kind: 'range'; readonly sinceSeconds: number | undefined; readonly not: readonly ObjectId[] };

/** The cut: what is kept, and the kept commits whose parents are not. */
export interface ShallowCut {
  /** Kept commits that lose their parents. */
  readonly boundary: ReadonlySet<ObjectId>;
  /** Whether a commit is kept with its parents. */
  isInside(id: ObjectId): boolean;
}

const INSIDE = 1;
const QUEUED = 2;

/**
 * Cuts the history below `tips` (commits).
 *
 * Commits of `request.shallow` have no parents here, so where they are reached they are boundary too.
 *
 * @throws {GovcError} protocol-error: a range that no commit is in; object-missing, object-type-mismatch
 */
export function* cutHistory(
  request: AncestryRequest, tips: readonly ObjectId[], deepen: Deepen,
): Job<ShallowCut> {
  if (deepen.kind === 'depth') return yield* cutByDepth(request, tips, deepen.depth);
  return yield* cutByRange(request, tips, deepen);
}

/** Level by level, so that each commit is met first at its least depth. */
function* cutByDepth(request: AncestryRequest, tips: readonly ObjectId[], depth: number): Job<ShallowCut> {
  const { graph, objects, shallow } = request;
  const parentless = new Set([...shallow].map((id) => graph.numberOf(id)));
  const flags = new CommitFlags();
  const boundary = new Set<ObjectId>();
  let level: number[] = [];
  const enter = (commit: number, next: number[]): void => {
    if ((flags.get(commit) & QUEUED) !== 0) return;
    flags.add(commit, QUEUED);
    graph.mustRead(commit, objects);
    next.push(commit);
  };
  for (const tip of tips) enter(graph.numberOf(tip), level);
  let done = 0;
  for (let at = 1; level.length > 0; at++) {
    const next: number[] = [];
    for (const commit of level) {
      if (++done % 64 === 0) yield { phase: 'Walking history', done, total: undefined };
      if (at >= depth || parentless.has(commit)) {
        boundary.add(graph.idAt(commit));
        continue;
      }
      flags.add(commit, INSIDE);
      for (let i = 0, count = graph.parentCountOf(commit); i < count; i++) enter(graph.parentOf(commit, i), next);
    }
    level = next;
  }
  return makeCut(request, flags, boundary);
}

function* cutByRange(
  request: AncestryRequest,
  tips: readonly ObjectId[],
  range: { readonly sinceSeconds: number | undefined; readonly not: readonly ObjectId[] },
): Job<ShallowCut> {
  const { graph, objects, shallow } = request;
  const limited = yield* limitCommits({ graph, objects, wants: tips, haves: range.not, shallow });
  const inRange = new Set(limited.commits);
  const kept = yield* keepSince(request, tips, { inRange, sinceSeconds: range.sinceSeconds });
  if (kept.length === 0) {
    throw new GovcError('protocol-error', 'no commits selected for shallow requests');
  }
  const parentless = new Set([...shallow].map((id) => graph.numberOf(id)));
  const flags = new CommitFlags();
  for (const commit of kept) flags.add(commit, INSIDE);
  const cut: number[] = [];
  for (const commit of kept) {
    let isBoundary = parentless.has(commit);
    for (let i = 0, count = graph.parentCountOf(commit); i < count && !isBoundary; i++) {
      isBoundary = (flags.get(graph.parentOf(commit, i)) & INSIDE) === 0;
    }
    if (isBoundary) cut.push(commit);
  }
  for (const commit of cut) flags.remove(commit, INSIDE);
  return makeCut(request, flags, new Set(cut.map((commit) => graph.idAt(commit))));
}

/** The commits of the range that are young enough; like Git, the walk stops below the first that is not. */
function* keepSince(
  request: AncestryRequest,
  tips: readonly ObjectId[],
  { inRange, sinceSeconds }: { readonly inRange: ReadonlySet<number>; readonly sinceSeconds: number | undefined },
): Job<number[]> {
  const { graph, shallow } = request;
  if (sinceSeconds === undefined) return [...inRange];
  const parentless = new Set([...shallow].map((id) => graph.numberOf(id)));
  const seen = new CommitFlags();
  const queue = new CommitQueue(graph);
  const kept: number[] = [];
  const push = (commit: number): void => {
    if (seen.get(commit) !== 0 || !inRange.has(commit)) return;
    seen.add(commit, 1);
    queue.push(commit);
  };
  for (const tip of tips) push(graph.numberOf(tip));
  let done = 0;
  for (let commit = queue.pop(); commit !== undefined; commit = queue.pop()) {
    if (++done % 64 === 0) yield { phase: 'Walking history', done, total: undefined };
    if (graph.timeOf(commit) < sinceSeconds) continue;
    kept.push(commit);
    if (parentless.has(commit)) continue;
    for (let i = 0, count = graph.parentCountOf(commit); i < count; i++) push(graph.parentOf(commit, i));
  }
  return kept;
}

function makeCut(request: AncestryRequest, flags: CommitFlags, boundary: ReadonlySet<ObjectId>): ShallowCut {
  return {
    boundary,
    isInside: (id) => {
      const commit = request.graph.findNumber(id);
      return commit >= 0 && (flags.get(commit) & INSIDE) !== 0;
    },
  };
}
