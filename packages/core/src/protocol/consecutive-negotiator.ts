import type { ObjectId } from '../hash/object-id.js';
import type { ObjectSource } from '../pack/object-source.js';
import { CommitFlags, type CommitGraph } from '../walk/commit-graph.js';
import { CommitQueue } from '../walk/commit-queue.js';
import type { FetchNegotiator } from './fetch-negotiator.js';

const SEEN = 1;
const COMMON = 2;
const TOLD_BY_REF = 4;
const POPPED = 8;

/**
 * Tells every commit, newest first, and nothing that lies behind a common one (`consecutive`, the default of Git).
 *
 * 1. `#open` is how many commits wait in the queue and are not known to be common: when none is, there is nothing to tell.
 * 2. What is common makes its ancestors common, as far as they were seen.
 */
export class ConsecutiveNegotiator implements FetchNegotiator {
  readonly #graph: CommitGraph;
  readonly #objects: ObjectSource;
  readonly #shallow: ReadonlySet<ObjectId>;
  readonly #flags = new CommitFlags();
  readonly #queue: CommitQueue;
  #open = 0;

  constructor(parts: { readonly graph: CommitGraph; readonly objects: ObjectSource; readonly shallow: ReadonlySet<ObjectId> }) {
    this.#graph = parts.graph;
    this.#objects = parts.objects;
    this.#shallow = parts.shallow;
    this.#queue = new CommitQueue(parts.graph);
  }

  addKnownCommon(id: ObjectId): void {
    const commit = this.#graph.numberOf(id);
    if ((this.#flags.get(commit) & SEEN) !== 0) return;
    this.#push(commit, TOLD_BY_REF | SEEN);
    this.#markParentsCommon(commit);
  }

  addTip(id: ObjectId): void {
    this.#push(this.#graph.numberOf(id), SEEN);
  }

  next(): ObjectId | undefined {
    while (this.#open > 0) {
      const commit = this.#queue.pop();
      if (commit === undefined) return undefined;
      const flags = this.#flags.get(commit);
      this.#flags.add(commit, POPPED);
      if ((flags & COMMON) === 0) this.#open--;
      // What the server's own refs name is told once more, because it was not said; what lies behind is not.
      const isEdge = (flags & (COMMON | TOLD_BY_REF)) !== 0;
      for (const parent of this.#parentsOf(commit)) {
        if ((this.#flags.get(parent) & SEEN) === 0) this.#push(parent, isEdge ? COMMON | SEEN : SEEN);
        if (isEdge) this.#markParentsCommon(parent);
      }
      if ((flags & COMMON) === 0) return this.#graph.idAt(commit);
    }
    return undefined;
  }

  acknowledge(id: ObjectId): boolean {
    const commit = this.#graph.numberOf(id);
    const isKnown = (this.#flags.get(commit) & COMMON) !== 0;
    this.#markCommon(commit);
    return isKnown;
  }

  #push(commit: number, flags: number): void {
    if ((this.#flags.get(commit) & flags) === flags || !this.#graph.read(commit, this.#objects)) return;
    this.#flags.add(commit, flags);
    this.#queue.push(commit);
    if ((flags & COMMON) === 0) this.#open++;
  }

  /** Marks a commit and all its ancestors that were seen; one that was not seen waits in the queue with its mark. */
  #markCommon(first: number): void {
    const waiting = [first];
    for (let commit = waiting.pop(); commit !== undefined; commit = waiting.pop()) {
      const flags = this.#flags.get(commit);
      if ((flags & COMMON) !== 0) continue;
      if ((flags & SEEN) === 0) {
        this.#push(commit, COMMON | SEEN);
        continue;
      }
      this.#flags.add(commit, COMMON);
      if ((flags & POPPED) === 0) this.#open--;
      for (const parent of this.#parentsOf(commit)) waiting.push(parent);
    }
  }

  #markParentsCommon(commit: number): void {
    if ((this.#flags.get(commit) & SEEN) === 0) return;
    for (const parent of this.#parentsOf(commit)) this.#markCommon(parent);
  }

  #parentsOf(commit: number): number[] {
    if (this.#shallow.has(this.#graph.idAt(commit)) || !this.#graph.read(commit, this.#objects)) return [];
    return Array.from({ length: this.#graph.parentCountOf(commit) }, (_, index) => this.#graph.parentOf(commit, index));
  }
}
