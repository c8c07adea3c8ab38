import type { ObjectId } from '../hash/object-id.js';
import type { ObjectSource } from '../pack/object-source.js';
import type { AncestryRequest } from '../walk/ancestry.js';
import type { CommitGraph } from '../walk/commit-graph.js';
import type { Lineage } from '../walk/merge-base.js';

/** The commit was met by the walk. */
export const SEEN = 1;
/** It is left out, with all that it reaches. */
export const UNINTERESTING = 1 << 1;
/** It changes nothing of what is asked for. */
export const TREESAME = 1 << 2;
export const SHOWN = 1 << 3;
export const BOUNDARY = 1 << 4;
export const CHILD_SHOWN = 1 << 5;
/** Its parents were added to the walk. */
export const ADDED = 1 << 6;
/** It is reached from the left side of `a...b`. */
export const LEFT = 1 << 7;
/** A commit of the other side makes the same change. */
export const PATCH_SAME = 1 << 8;
/** It was given as something to leave out. */
export const BOTTOM = 1 << 9;
/** A merge that changes something against its first parent. */
export const PULL_MERGE = 1 << 10;
export const ANCESTRY = 1 << 11;
export const MARKED = 1 << 12;
export const QUEUED = 1 << 13;
const PARSED = 1 << 14;

/**
 * What one walk knows of commits: marks, and parents that may have been rewritten. A commit has no parents until this walk has
 * looked at it, whatever the graph knows, so that a walk gives the same whatever was read before.
 */
export class WalkState implements Lineage {
  readonly graph: CommitGraph;
  readonly objects: ObjectSource;
  readonly #parentless: ReadonlySet<number>;
  readonly #rewritten = new Map<number, readonly number[]>();
  #flags: Uint32Array;

  constructor({ graph, objects, shallow }: AncestryRequest) {
    this.graph = graph;
    this.objects = objects;
    this.#parentless = new Set(Array.from(shallow, (id) => graph.numberOf(id)));
    this.#flags = new Uint32Array(Math.max(1024, graph.count));
  }

  /** Whether the history is whole, as far as this walk is told. */
  get isWhole(): boolean {
    return this.#parentless.size === 0;
  }

  flagsOf(commit: number): number {
    return this.#flags[commit] ?? 0;
  }

  /** Whether one of the bits is set. */
  has(commit: number, bits: number): boolean {
    return ((this.#flags[commit] ?? 0) & bits) !== 0;
  }

  add(commit: number, bits: number): void {
    if (commit >= this.#flags.length) {
      const grown = new Uint32Array(Math.max(this.graph.count, commit + 1, this.#flags.length * 2));
      grown.set(this.#flags);
      this.#flags = grown;
    }
    this.#flags[commit]! |= bits;
  }

  remove(commit: number, bits: number): void {
    if (commit < this.#flags.length) this.#flags[commit]! &= ~bits;
  }

  /** Whether this walk has looked at a commit. */
  isParsed(commit: number): boolean {
    return this.has(commit, PARSED);
  }

  /** Looks at a commit that must exist. @throws {GovcError} object-missing, object-type-mismatch, object-corrupt */
  parse(commit: number): void {
    if (this.has(commit, PARSED)) return;
    this.graph.mustRead(commit, this.objects);
    this.add(commit, PARSED);
  }

  /** Looks at a commit; `false` where it is missing. */
  tryParse(commit: number): boolean {
    if (this.has(commit, PARSED)) return true;
    if (!this.graph.read(commit, this.objects)) return false;
    this.add(commit, PARSED);
    return true;
  }

  /** The parents, rewritten or not; none of a commit that was not looked at. */
  parentsOf(commit: number): readonly number[] {
    const rewritten = this.#rewritten.get(commit);
    if (rewritten !== undefined) return rewritten;
    if (!this.has(commit, PARSED) || this.#parentless.has(commit)) return NO_PARENTS;
    const { graph } = this;
    const count = graph.parentCountOf(commit);
    if (count === 1) return [graph.parentOf(commit, 0)];
    return Array.from({ length: count }, (_, i) => graph.parentOf(commit, i));
  }

  setParents(commit: number, parents: readonly number[]): void {
    this.#rewritten.set(commit, parents);
  }

  /** Committer time in seconds since 1970; 0 of a commit that was not looked at. */
  timeOf(commit: number): number {
    return this.has(commit, PARSED) ? this.graph.timeOf(commit) : 0;
  }

  idAt(commit: number): ObjectId {
    return this.graph.idAt(commit);
  }

  mustRead(commit: number): void {
    this.parse(commit);
  }

  parentCountOf(commit: number): number {
    return this.parentsOf(commit).length;
  }

  parentOf(commit: number, index: number): number {
    return this.parentsOf(commit)[index]!;
  }

  /** Whether a commit counts when it is asked whether a merge changes something: it is in the range or at its bottom. */
  isRelevant(commit: number): boolean {
    return (this.flagsOf(commit) & (UNINTERESTING | BOTTOM)) !== UNINTERESTING;
  }
}

const NO_PARENTS: readonly number[] = [];
