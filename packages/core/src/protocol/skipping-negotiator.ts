import type { ObjectId } from '../hash/object-id.js';
import type { ObjectSource } from '../pack/object-source.js';
import { CommitFlags, type CommitGraph } from '../walk/commit-graph.js';
import { CommitQueue } from '../walk/commit-queue.js';
import type { FetchNegotiator } from './fetch-negotiator.js';

const SEEN = 1;
const COMMON = 2;
const ADVERTISED = 4;
const POPPED = 8;

/** How many commits are passed over before one is told: counted down as the walk goes from child to parent. */
interface Skip {
  original: number;
  left: number;
}

/**
 * Passes over more and more commits between those it tells, so that few are told where histories have gone far apart
 * (`skipping` of Git). The distance grows by half each time, and starts anew where histories join.
 *
 * 1. `#open` is how many commits wait in the queue and are not known to be common.
 * 2. Every commit is in the queue at most once; `#skips` holds the distance of those that wait.
 */
export class SkippingNegotiator implements FetchNegotiator {
  readonly #graph: CommitGraph;
  readonly #objects: ObjectSource;
  readonly #shallow: ReadonlySet<ObjectId>;
  readonly #flags = new CommitFlags();
  readonly #queue: CommitQueue;
  readonly #skips = new Map<number, Skip>();
  #open = 0;

  constructor(parts: { readonly graph: CommitGraph; readonly objects: ObjectSource; readonly shallow: ReadonlySet<ObjectId> }) {
    this.#graph = parts.graph;
    this.#objects = parts.objects;
    this.#shallow = parts.shallow;
    this.#queue = new CommitQueue(parts.graph);
  }

  addKnownCommon(id: ObjectId): void {
    this.#push(this.#graph.numberOf(id), ADVERTISED);
  }

  addTip(id: ObjectId): void {
    this.#push(this.#graph.numberOf(id), 0);
  }

  next(): ObjectId | undefined {
    while (this.#open > 0) {
      const commit = this.#queue.pop();
      if (commit === undefined) return undefined;
      const skip = this.#skips.get(commit) ?? { original: 0, left: 0 };
      this.#skips.delete(commit);
      this.#flags.add(commit, POPPED);
      const flags = this.#flags.get(commit);
      const isCommon = (flags & COMMON) !== 0;
      if (!isCommon) this.#open--;
      let passedOn = false;
      for (const parent of this.#parentsOf(commit)) {
        if (this.#passOn(parent, { skip, isCommon: (flags & (COMMON | ADVERTISED)) !== 0 })) passedOn = true;
      }
      // The last of a line is told whatever the distance, because nothing behind it can be.
      if (!isCommon && (skip.left === 0 || !passedOn)) return this.#graph.idAt(commit);
    }
    return undefined;
  }

  acknowledge(id: ObjectId): boolean {
    const commit = this.#graph.numberOf(id);
    const isKnown = (this.#flags.get(commit) & COMMON) !== 0;
    this.#markCommon(commit);
    return isKnown;
  }

  #push(commit: number, flags: number): boolean {
    if ((this.#flags.get(commit) & SEEN) !== 0 || !this.#graph.read(commit, this.#objects)) return false;
    this.#flags.add(commit, flags | SEEN);
    this.#skips.set(commit, { original: 0, left: 0 });
    this.#queue.push(commit);
    this.#open++;
    return true;
  }

  /** Takes the walk on to a parent; `false` when the walk was there before, or cannot go there. */
  #passOn(parent: number, from: { readonly skip: Skip; readonly isCommon: boolean }): boolean {
    if ((this.#flags.get(parent) & POPPED) !== 0) return false;
    if (!this.#push(parent, 0) && (this.#flags.get(parent) & SEEN) === 0) return false;
    if (from.isCommon) {
      this.#markCommon(parent);
      return true;
    }
    const { original, left } = from.skip;
    const nextOriginal = left > 0 ? original : Math.floor((original * 3) / 2) + 1;
    const skip = this.#skips.get(parent);
    if (skip !== undefined && skip.original < nextOriginal) {
      skip.original = nextOriginal;
      skip.left = left > 0 ? left - 1 : nextOriginal;
    }
    return true;
  }

  /** Marks a commit and those of its ancestors that were seen. */
  #markCommon(first: number): void {
    const waiting = [first];
    for (let commit = waiting.pop(); commit !== undefined; commit = waiting.pop()) {
      const flags = this.#flags.get(commit);
      if ((flags & COMMON) !== 0) continue;
      if ((flags & SEEN) !== 0 && (flags & POPPED) === 0) this.#open--;
      this.#flags.add(commit, COMMON);
      for (const parent of this.#parentsOf(commit)) if ((this.#flags.get(parent) & SEEN) !== 0) waiting.push(parent);
    }
  }

  #parentsOf(commit: number): number[] {
    if (this.#shallow.has(this.#graph.idAt(commit)) || !this.#graph.read(commit, this.#objects)) return [];
    return Array.from({ length: this.#graph.parentCountOf(commit) }, (_, index) => this.#graph.parentOf(commit, index));
  }
}
