import type { Job, Progress } from '../job/job.js';
import type { ObjectId } from '../hash/object-id.js';
import type { ObjectSource } from '../pack/object-source.js';
import { CommitFlags, type CommitGraph } from './commit-graph.js';
import { CommitQueue } from './commit-queue.js';

/** Which commits are asked for: reachable from `wants` and not from `haves`. */
export interface CommitRange {
  readonly graph: CommitGraph;
  readonly objects: ObjectSource;
  readonly wants: readonly ObjectId[];
  /** Commits that the other side has with all they reach; those unknown here count for nothing. */
  readonly haves: readonly ObjectId[];
  /** Commits that are treated as having no parents. */
  readonly shallow: ReadonlySet<ObjectId>;
}

/** The commits of a range as numbers of its graph. */
export interface LimitedCommits {
  /** In the order of the walk: by committer time, newest first. */
  readonly commits: readonly number[];
  /** Commits outside the range that are parents of commits inside. */
  readonly edges: readonly number[];
}

const SEEN = 1;
const UNINTERESTING = 2;
const QUEUED = 4;
const PARENTLESS = 8;
const EDGE = 16;

// Clocks are skewed now and then: the walk goes on for a few commits after it seems complete, as Git's does.
const SLOP = 5;

/**
 * Finds the commits of a range. Where clocks are so skewed that the walk ends too early, the range holds
 * some commits that `haves` reach as well, never too few.
 *
 * @throws {GovcError} object-missing: a commit that `wants` reach is not there; object-type-mismatch.
 */
export function* limitCommits(range: CommitRange): Job<LimitedCommits> {
  const walk = new LimitWalk(range);
  walk.start();
  let done = 0;
  const progress = (): Progress => ({ phase: 'Counting commits', done, total: undefined });
  while (walk.step()) {
    if (++done % 64 === 0) yield progress();
  }
  return yield* walk.finish();
}

class LimitWalk {
  readonly #range: CommitRange;
  readonly #graph: CommitGraph;
  readonly #flags = new CommitFlags();
  readonly #queue: CommitQueue;
  readonly #listed: number[] = [];
  #interesting = 0;
  #oldestListed = Number.POSITIVE_INFINITY;
  #slop = SLOP;

  constructor(range: CommitRange) {
    this.#range = range;
    this.#graph = range.graph;
    this.#queue = new CommitQueue(range.graph);
  }

  start(): void {
    const { graph, objects, wants, haves, shallow } = this.#range;
    for (const id of shallow) this.#flags.add(graph.numberOf(id), PARENTLESS);
    for (const id of haves) {
      const commit = graph.numberOf(id);
      if ((this.#flags.get(commit) & SEEN) === 0 && graph.read(commit, objects)) this.#enqueue(commit, UNINTERESTING);
    }
    for (const id of wants) {
      const commit = graph.numberOf(id);
      if ((this.#flags.get(commit) & SEEN) !== 0) continue;
      graph.mustRead(commit, objects);
      this.#enqueue(commit, 0);
    }
  }

  /** Takes one commit; `false` when the range is known. */
  step(): boolean {
    if (this.#interesting === 0 && !this.#mustGoOn()) return false;
    const commit = this.#queue.pop();
    if (commit === undefined) return false;
    const flags = this.#flags.get(commit);
    this.#flags.remove(commit, QUEUED);
    if ((flags & UNINTERESTING) !== 0) {
      this.#takeUninteresting(commit);
    } else {
      this.#interesting--;
      this.#takeInteresting(commit);
    }
    return true;
  }

  *finish(): Job<LimitedCommits> {
    const commits: number[] = [];
    const edges: number[] = [];
    for (const [i, commit] of this.#listed.entries()) {
      if (i % 4096 === 4095) yield { phase: 'Counting commits', done: i, total: this.#listed.length };
      if ((this.#flags.get(commit) & UNINTERESTING) !== 0) continue;
      commits.push(commit);
      for (let at = 0, count = this.#parentCount(commit); at < count; at++) {
        const parent = this.#graph.parentOf(commit, at);
        if ((this.#flags.get(parent) & (UNINTERESTING | EDGE)) !== UNINTERESTING) continue;
        this.#flags.add(parent, EDGE);
        edges.push(parent);
      }
    }
    return { commits, edges };
  }

  /** Only uninteresting commits wait: they may still reach what was listed, if they are not older. */
  #mustGoOn(): boolean {
    if (this.#listed.length === 0) return false;
    const next = this.#queue.waiting()[0];
    if (next === undefined) return false;
    if (this.#graph.timeOf(next) >= this.#oldestListed) {
      this.#slop = SLOP;
      return true;
    }
    return this.#slop-- > 0;
  }

  #takeInteresting(commit: number): void {
    this.#listed.push(commit);
    this.#oldestListed = Math.min(this.#oldestListed, this.#graph.timeOf(commit));
    for (let i = 0, count = this.#parentCount(commit); i < count; i++) {
      const parent = this.#graph.parentOf(commit, i);
      if ((this.#flags.get(parent) & SEEN) !== 0) continue;
      // A parent known to be uninteresting may be missing: the other side has it, we need not.
      if ((this.#flags.get(parent) & UNINTERESTING) !== 0) continue;
      this.#graph.mustRead(parent, this.#range.objects);
      this.#enqueue(parent, 0);
    }
  }

  #takeUninteresting(commit: number): void {
    for (let i = 0, count = this.#parentCount(commit); i < count; i++) {
      const parent = this.#graph.parentOf(commit, i);
      this.#markUninteresting(parent);
      if ((this.#flags.get(parent) & SEEN) === 0 && this.#graph.read(parent, this.#range.objects)) {
        this.#enqueue(parent, UNINTERESTING);
      }
    }
  }

  /** Marks a commit and all its ancestors that the walk has met already. */
  #markUninteresting(first: number): void {
    const waiting = [first];
    for (let commit = waiting.pop(); commit !== undefined; commit = waiting.pop()) {
      const flags = this.#flags.get(commit);
      if ((flags & UNINTERESTING) !== 0) continue;
      this.#flags.add(commit, UNINTERESTING);
      if ((flags & QUEUED) !== 0) this.#interesting--;
      if ((flags & SEEN) === 0) continue;
      for (let i = 0, count = this.#parentCount(commit); i < count; i++) {
        waiting.push(this.#graph.parentOf(commit, i));
      }
    }
  }

  #enqueue(commit: number, flag: number): void {
    this.#flags.add(commit, SEEN | QUEUED | flag);
    if ((this.#flags.get(commit) & UNINTERESTING) === 0) this.#interesting++;
    this.#queue.push(commit);
  }

  #parentCount(commit: number): number {
    return (this.#flags.get(commit) & PARENTLESS) !== 0 ? 0 : this.#graph.parentCountOf(commit);
  }
}
