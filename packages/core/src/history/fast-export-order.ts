import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import type { ObjectSource } from '../pack/object-source.js';
import { CommitFlags, type CommitGraph } from '../walk/commit-graph.js';
import { limitCommits } from '../walk/limit-commits.js';

/** A commit that a ref names. */
export interface NamedCommit {
  readonly commit: ObjectId;
  /** `undefined` for one that is asked for without a name. */
  readonly name: string | undefined;
}

/** What {@link orderForExport} walks. */
export interface ExportWalk {
  readonly graph: CommitGraph;
  readonly objects: ObjectSource;
  readonly shallow: ReadonlySet<ObjectId>;
  readonly tips: readonly NamedCommit[];
  readonly exclude: readonly ObjectId[];
}

/** Commits by number of the graph, parents first, and the name of the ref by which each was met first. */
export interface ExportOrder {
  readonly commits: readonly number[];
  readonly names: ReadonlyMap<number, string>;
}

/** The commits in the order of `git rev-list --topo-order --reverse`, with names as by `--source`. O(commits). */
export function* orderForExport(walk: ExportWalk): Job<ExportOrder> {
  const { graph, objects, shallow, tips, exclude } = walk;
  const wants = tips.map(({ commit }) => commit);
  const { commits } = yield* limitCommits({ graph, objects, wants, haves: exclude, shallow });
  const names = new Map<number, string>();
  for (const { commit, name } of tips) {
    const number = graph.numberOf(commit);
    if (name !== undefined && !names.has(number)) names.set(number, name);
  }
  const parentless = new Set([...shallow].map((id) => graph.numberOf(id)));
  const parentCount = (commit: number): number => (parentless.has(commit) ? 0 : graph.parentCountOf(commit));
  const inside = new CommitFlags();
  for (const commit of commits) inside.add(commit, 1);
  const waiting = new Map<number, number>();
  for (const commit of commits) {
    const name = names.get(commit);
    for (let i = 0, count = parentCount(commit); i < count; i++) {
      const parent = graph.parentOf(commit, i);
      if (name !== undefined && !names.has(parent)) names.set(parent, name);
      if (inside.get(parent) !== 0) waiting.set(parent, (waiting.get(parent) ?? 0) + 1);
    }
  }
  const stack = commits.filter((commit) => !waiting.has(commit)).reverse();
  const ordered: number[] = [];
  for (let commit = stack.pop(); commit !== undefined; commit = stack.pop()) {
    ordered.push(commit);
    for (let i = 0, count = parentCount(commit); i < count; i++) {
      const parent = graph.parentOf(commit, i);
      const left = (waiting.get(parent) ?? 0) - 1;
      waiting.set(parent, left);
      if (left === 0) stack.push(parent);
    }
  }
  return { commits: ordered.reverse(), names };
}
