import { runJob } from '../job/job.js';
import { CommitFlags } from '../walk/commit-graph.js';
import { limitCommits } from '../walk/limit-commits.js';
import { NOT_COMMITTED } from './blame-entry.js';
import type { BlameRequest } from './blame-request.js';

const BOUNDARY = 1;
const SEEN = 2;

/**
 * The direction in which lines are traced: to parents, or forward to children. Knows which commits are not
 * looked behind.
 */
export class BlameHistory {
  readonly #request: BlameRequest;
  readonly #flags = new CommitFlags();
  readonly #parentless: ReadonlySet<number>;
  readonly #children: ReadonlyMap<number, readonly number[]> | undefined;

  constructor(request: BlameRequest) {
    this.#request = request;
    this.#parentless = new Set([...request.shallow].map((id) => request.graph.numberOf(id)));
    this.#children = request.until === undefined ? undefined : this.#readChildren(request.until);
    // Lines that did not outlive the commit where a look forward begins may have been there before.
    if (request.until !== undefined) this.#flags.add(request.graph.numberOf(request.start), BOUNDARY);
    for (const id of request.exclude ?? []) this.#excludeAll(request.graph.numberOf(id));
  }

  get isReverse(): boolean {
    return this.#children !== undefined;
  }

  /** Committer time in seconds. Content that is not committed is newer than everything. */
  timeOf(commit: number): number {
    return commit === NOT_COMMITTED ? Number.POSITIVE_INFINITY : this.#request.graph.timeOf(commit);
  }

  /** Where lines of a commit may come from: its parents or, in reverse, its children. */
  neighboursOf(commit: number): readonly number[] {
    const { graph, objects, start, mergeHeads = [] } = this.#request;
    if (commit === NOT_COMMITTED) {
      const heads = [start, ...mergeHeads].map((id) => graph.numberOf(id));
      for (const head of heads) graph.mustRead(head, objects);
      return heads;
    }
    if (this.#children !== undefined) return this.#children.get(commit) ?? [];
    const parents = this.#parentsOf(commit);
    for (const parent of parents) graph.mustRead(parent, objects);
    return parents;
  }

  /** Whether a commit's lines may be passed on. One that is too old ends the search, and so do those below it. */
  isOpen(commit: number): boolean {
    if (this.isReverse || commit === NOT_COMMITTED) return true;
    const { sinceSeconds } = this.#request;
    if ((this.#flags.get(commit) & BOUNDARY) !== 0) return false;
    if (sinceSeconds === undefined || this.timeOf(commit) >= sinceSeconds) return true;
    this.#closeBelow(commit);
    return false;
  }

  /** Whether lines that stay with the commit may be older. */
  isBoundary(commit: number): boolean {
    if (commit === NOT_COMMITTED) return false;
    if ((this.#flags.get(commit) & BOUNDARY) !== 0) return true;
    return this.#request.showsRoot !== true && this.#parentsOf(commit).length === 0;
  }

  #parentsOf(commit: number): number[] {
    if (this.#parentless.has(commit)) return [];
    const { graph, objects, firstParent } = this.#request;
    graph.mustRead(commit, objects);
    this.#flags.add(commit, SEEN);
    const count = firstParent === true ? Math.min(1, graph.parentCountOf(commit)) : graph.parentCountOf(commit);
    return Array.from({ length: count }, (_, i) => graph.parentOf(commit, i));
  }

  /** Marks a commit and what it reaches, as far as it was looked at before. */
  #closeBelow(commit: number): void {
    const open = [commit];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if ((this.#flags.get(at) & BOUNDARY) !== 0) continue;
      this.#flags.add(at, BOUNDARY);
      if (at !== commit && (this.#flags.get(at) & SEEN) === 0) continue;
      for (const parent of this.#parentsOf(at)) open.push(parent);
    }
  }

  #excludeAll(commit: number): void {
    const open = [commit];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if ((this.#flags.get(at) & BOUNDARY) !== 0) continue;
      this.#flags.add(at, BOUNDARY);
      for (const parent of this.#parentsOf(at)) open.push(parent);
    }
  }

  /** The children of each commit between `start` and `until`, in Git's order. */
  #readChildren(until: NonNullable<BlameRequest['until']>): Map<number, number[]> {
    const { graph, objects, shallow, start, firstParent } = this.#request;
    const children = new Map<number, number[]>();
    if (firstParent === true) {
      const end = graph.numberOf(start);
      for (let commit = graph.numberOf(until[0]!); commit !== end;) {
        const [parent] = this.#parentsOf(commit);
        if (parent === undefined) break;
        children.set(parent, [commit]);
        commit = parent;
      }
      return children;
    }
    const { commits } = runJob(limitCommits({ graph, objects, shallow, wants: until, haves: [start] }));
    for (const commit of commits) {
      for (const parent of this.#parentsOf(commit)) {
        const known = children.get(parent);
        if (known === undefined) children.set(parent, [commit]);
        else known.unshift(commit);
      }
    }
    return children;
  }
}
