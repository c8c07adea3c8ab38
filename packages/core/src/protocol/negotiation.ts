import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import type { ObjectSource } from '../pack/object-source.js';
import { CommitFlags, type CommitGraph } from '../walk/commit-graph.js';
import { CommitQueue } from '../walk/commit-queue.js';
import { peelObject } from './peel.js';

const SEEN = 1;
const HAVE = 2;
const REACHES = 4;
const EXPANDED = 8;

/**
 * What client and server found to have in common, and whether that is enough to stop looking: every wanted
 * commit leads to a common one without passing a commit older than all of them, other wants excepted (`ok_to_give_up`
 * of Git).
 *
 * 1. Each commit is read at most once, whatever the number and order of the haves: what was learned stays.
 * 2. `REACHES` is on every seen commit from which a seen path leads to a common commit.
 */
export class Negotiation {
  readonly #graph: CommitGraph;
  readonly #objects: ObjectSource;
  readonly #shallow: ReadonlySet<ObjectId>;
  readonly #flags = new CommitFlags();
  /** Commits that are seen and not yet looked behind, newest first. */
  readonly #frontier: CommitQueue;
  /** For each seen commit those seen commits whose parent it is. */
  readonly #children = new Map<number, number[]>();
  readonly #wants = new Set<number>();
  #unreached = 0;
  #oldestHave = Number.POSITIVE_INFINITY;
  readonly #common: ObjectId[] = [];
  readonly #others = new Set<ObjectId>();

  /** @param parts.shallow commits that the client holds without their parents */
  constructor(parts: {
    readonly graph: CommitGraph;
    readonly objects: ObjectSource;
    readonly shallow: ReadonlySet<ObjectId>;
  }) {
    this.#graph = parts.graph;
    this.#objects = parts.objects;
    this.#shallow = parts.shallow;
    this.#frontier = new CommitQueue(parts.graph);
  }

  /** The objects that both sides have, in the order they were found, without parents of those found before. */
  get common(): readonly ObjectId[] {
    return this.#common;
  }

  /** Adds something the client wants. What is no commit, nor a tag of one, is not waited for. */
  addWant(id: ObjectId): void {
    const peeled = peelObject(this.#objects, this.#graph.algorithm, id);
    if (peeled?.type !== 'commit') return;
    const commit = this.#graph.numberOf(peeled.id);
    if (this.#wants.has(commit) || !this.#graph.read(commit, this.#objects)) return;
    this.#wants.add(commit);
    this.#unreached++;
    // Behind a want is looked whatever its age, also when it was met as an ancestor of another.
    this.#see(commit);
    if ((this.#flags.get(commit) & REACHES) === 0) this.#expand(commit);
  }

  /** Adds something the client has; `false` when it is unknown here. */
  addHave(id: ObjectId): boolean {
    const type = this.#objects.findHeader(id)?.type;
    if (type === undefined) return false;
    if (type !== 'commit') {
      if (!this.#others.has(id)) this.#common.push(id);
      this.#others.add(id);
      return true;
    }
    const commit = this.#graph.numberOf(id);
    this.#graph.mustRead(commit, this.#objects);
    this.#oldestHave = Math.min(this.#oldestHave, this.#graph.timeOf(commit));
    const isNew = (this.#flags.get(commit) & HAVE) === 0;
    if (isNew) this.#common.push(id);
    this.#markHave(commit);
    if (!this.#shallow.has(id)) {
      for (let i = 0, count = this.#graph.parentCountOf(commit); i < count; i++) {
        this.#markHave(this.#graph.parentOf(commit, i));
      }
    }
    return true;
  }

  /** Whether a pack can be made that is small enough: see above. Work that was done once is not repeated. */
  *isReady(): Job<boolean> {
    if (this.#common.length === 0) return false;
    let done = 0;
    while (this.#unreached > 0) {
      const newest = this.#frontier.waiting()[0];
      if (newest === undefined || this.#graph.timeOf(newest) < this.#oldestHave) return false;
      this.#frontier.pop();
      if ((this.#flags.get(newest) & REACHES) === 0) this.#expand(newest);
      if (++done % 256 === 0) yield { phase: 'Finding common commits', done, total: undefined };
    }
    return true;
  }

  /** Marks a wanted commit as seen. */
  #see(commit: number): void {
    const flags = this.#flags.get(commit);
    if ((flags & SEEN) !== 0) {
      // A want that was met as an ancestor of another want.
      if ((flags & REACHES) !== 0) this.#unreached--;
      return;
    }
    this.#flags.add(commit, SEEN);
    if ((flags & HAVE) !== 0) this.#markReaches(commit);
  }

  #expand(commit: number): void {
    if ((this.#flags.get(commit) & EXPANDED) !== 0) return;
    this.#flags.add(commit, EXPANDED);
    for (let i = 0, count = this.#graph.parentCountOf(commit); i < count; i++) {
      const parent = this.#graph.parentOf(commit, i);
      const children = this.#children.get(parent);
      if (children === undefined) this.#children.set(parent, [commit]);
      else children.push(commit);
      const flags = this.#flags.get(parent);
      if ((flags & (HAVE | REACHES)) !== 0) this.#markReaches(commit);
      if ((flags & SEEN) !== 0) continue;
      this.#flags.add(parent, SEEN);
      if ((flags & HAVE) !== 0) this.#flags.add(parent, REACHES);
      else if (this.#graph.read(parent, this.#objects)) this.#frontier.push(parent);
    }
  }

  #markHave(commit: number): void {
    const flags = this.#flags.get(commit);
    this.#flags.add(commit, HAVE);
    if ((flags & SEEN) !== 0) this.#markReaches(commit);
  }

  /** Marks a commit and all seen commits that lead to it. */
  #markReaches(first: number): void {
    const waiting = [first];
    for (let commit = waiting.pop(); commit !== undefined; commit = waiting.pop()) {
      if ((this.#flags.get(commit) & REACHES) !== 0) continue;
      this.#flags.add(commit, REACHES);
      if (this.#wants.has(commit)) this.#unreached--;
      for (const child of this.#children.get(commit) ?? []) waiting.push(child);
    }
  }
}
