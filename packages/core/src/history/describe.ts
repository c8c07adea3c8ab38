/**
 * Names of commits after the tag that they follow: `v1.0-3-gabcdef1` (git-describe).
 */
import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import { parseTag } from '../object/tag.js';
import { wildmatchText } from '../pattern/wildmatch.js';
import { TAG_PREFIX, type RefName } from '../ref/ref-name.js';
import { findRefId } from '../store/ref-map.js';
import type { Snapshot } from '../store/snapshot.js';
import type { CommitGraph } from '../walk/commit-graph.js';
import { CommitQueue } from '../walk/commit-queue.js';
import { findThroughTags } from '../walk/revision/peel-object.js';

/** Which refs name commits, and how far they are looked for. */
export interface DescribeOptions {
  /** Lightweight tags, too. Default: annotated ones only. */
  readonly tags?: boolean | undefined;
  /** Any ref. Default: false. */
  readonly all?: boolean | undefined;
  /** How many tags are compared, at most 27; 0 accepts only a commit that is tagged itself. Default: 10. */
  readonly candidates?: number | undefined;
  /** Follows first parents only. Default: false. */
  readonly firstParent?: boolean | undefined;
  /** Shell patterns, one of which the name must match. Default: any name. */
  readonly match?: readonly string[] | undefined;
  /** Shell patterns, none of which the name may match. */
  readonly exclude?: readonly string[] | undefined;
}

/** A tag that a commit is named after. */
export interface Description {
  readonly kind: 'found';
  readonly ref: RefName;
  /** As it is shown: the name that an annotated tag has in itself, or that of the ref, with `tags/` or `heads/` for all refs. */
  readonly name: string;
  /** How many commits are in the commit's history and not in the tag's. */
  readonly depth: number;
  /** The commit itself is tagged. */
  readonly isExact: boolean;
  /** The tag calls itself something else than its ref; then it is always shown with depth and id. */
  readonly isMisnamed: boolean;
  /** What is shown with {@link Description.depth}: the commit, or what the tag names. */
  readonly id: ObjectId;
}

/** No tag leads to the commit. */
export interface NoDescription {
  readonly kind: 'none';
  /** `inexact`: only a tag of the commit itself was asked for; `unannotated`: with `tags` there would be a name. */
  readonly reason: 'inexact' | 'unannotated' | 'no-tags';
}

/** How a description becomes text. */
export interface DescriptionFormat {
  /** Abbreviates an id. */
  readonly abbreviate: (id: ObjectId) => string;
  /** Depth and id even where the commit is tagged itself. Default: false. */
  readonly long?: boolean | undefined;
  /** Never depth and id (`--abbrev=0`), unless the tag is misnamed. Default: false. */
  readonly short?: boolean | undefined;
}

/** The text of a description, as `git describe` prints it. */
export function formatDescription(description: Description, format: DescriptionFormat): string {
  const { name, depth, isExact, isMisnamed, id } = description;
  const hasSuffix = isMisnamed || (isExact ? format.long === true : format.short !== true);
  return hasSuffix ? `${name}-${depth}-g${format.abbreviate(id)}` : name;
}

interface Name {
  readonly ref: RefName;
  readonly path: string;
  readonly id: ObjectId;
  /** 2 for an annotated tag, 1 for a lightweight one, 0 for another ref. */
  readonly rank: number;
}

const SEEN = 1;
const DONE = 1 << 29;
const CANDIDATES_MAX = 27;

interface Candidate {
  readonly name: Name;
  readonly bit: number;
  readonly order: number;
  depth: number;
}

/** Describes commits of one snapshot; the refs are read once. */
export class Describer {
  readonly #snapshot: Snapshot;
  readonly #graph: CommitGraph;
  readonly #options: DescribeOptions;
  readonly #names: ReadonlyMap<number, Name>;
  readonly #candidatesMax: number;

  /** O(refs). @throws {GovcError} object-corrupt: a tag is malformed. */
  constructor(snapshot: Snapshot, graph: CommitGraph, options: DescribeOptions = {}) {
    this.#snapshot = snapshot;
    this.#graph = graph;
    this.#options = options;
    this.#candidatesMax = Math.max(0, Math.min(CANDIDATES_MAX, options.candidates ?? 10));
    this.#names = collectNames(snapshot, graph, options);
  }

  /**
   * The tag that a commit is named after.
   *
   * @param id a commit, or a tag of one
   * @throws {GovcError} object-missing, object-type-mismatch, object-corrupt
   */
  *describe(id: ObjectId): Job<Description | NoDescription> {
    const { tags, all } = this.#options;
    const commit = this.#graph.numberOf(findThroughTags(this.#snapshot, id)?.id ?? id);
    this.#graph.mustRead(commit, this.#snapshot.objects);
    const exact = this.#names.get(commit);
    if (exact !== undefined && (tags === true || all === true || exact.rank === 2)) return this.#found(exact, 0, id, true);
    if (this.#candidatesMax === 0) return { kind: 'none', reason: 'inexact' };
    const search = new Search(this.#snapshot, this.#graph, {
      names: this.#names, candidatesMax: this.#candidatesMax,
      acceptsAll: tags === true || all === true, isFirstParent: this.#options.firstParent === true,
    });
    const best = yield* search.run(commit);
    if (best === undefined) return { kind: 'none', reason: search.sawUnannotated ? 'unannotated' : 'no-tags' };
    return this.#found(best.name, best.depth, this.#graph.idAt(commit), false);
  }

  #found(found: Name, depth: number, id: ObjectId, isExact: boolean): Description {
    const { ref, path } = found;
    if (found.rank < 2) return { kind: 'found', ref, name: path, depth, isExact, isMisnamed: false, id };
    const tag = parseTag(this.#snapshot.objects.find(found.id)!.body, this.#snapshot.algorithm);
    const isAll = this.#options.all === true;
    return {
      kind: 'found', ref, name: isAll ? `tags/${tag.name}` : tag.name, depth, isExact,
      isMisnamed: tag.name !== (isAll ? path.slice(5) : path),
      id: isExact ? tag.target.id : id,
    };
  }
}

interface SearchOptions {
  readonly names: ReadonlyMap<number, Name>;
  readonly candidatesMax: number;
  readonly acceptsAll: boolean;
  readonly isFirstParent: boolean;
}

/** The walk from one commit, newest first, that counts for each candidate what it does not reach. */
class Search {
  readonly #snapshot: Snapshot;
  readonly #graph: CommitGraph;
  readonly #options: SearchOptions;
  readonly #queue: CommitQueue;
  #flags: Int32Array;
  readonly #candidates: Candidate[] = [];
  sawUnannotated = false;

  constructor(snapshot: Snapshot, graph: CommitGraph, options: SearchOptions) {
    this.#snapshot = snapshot;
    this.#graph = graph;
    this.#options = options;
    this.#queue = new CommitQueue(graph);
    this.#flags = new Int32Array(graph.count + 1024);
  }

  *run(start: number): Job<Candidate | undefined> {
    this.#set(start, SEEN);
    this.#queue.push(start);
    const gaveUpOn = yield* this.#collect();
    if (this.#candidates.length === 0) return undefined;
    const best = this.#candidates.reduce((left, right) => (
      right.depth < left.depth || (right.depth === left.depth && right.order < left.order) ? right : left
    ));
    if (gaveUpOn !== undefined) {
      this.#flags[gaveUpOn]! &= ~DONE;
      this.#queue.push(gaveUpOn);
    }
    yield* this.#finish(best);
    return best;
  }

  /** Finds candidates until there are enough; gives the commit at which one too many was found. */
  *#collect(): Job<number | undefined> {
    const { names, candidatesMax, acceptsAll, isFirstParent } = this.#options;
    const candidates = this.#candidates;
    let hasAnnotated = false;
    let done = 0;
    for (let commit = this.#queue.pop(); commit !== undefined; commit = this.#queue.pop()) {
      if (++done % 256 === 0) yield { phase: 'Describing', done, total: undefined };
      this.#flags[commit]! |= DONE;
      const name = names.get(commit);
      if (name !== undefined) {
        if (!acceptsAll && name.rank < 2) {
          this.sawUnannotated = true;
        } else if (candidates.length < candidatesMax) {
          const order = candidates.length + 1;
          candidates.push({ name, bit: 1 << order, order, depth: done - 1 });
          this.#flags[commit]! |= 1 << order;
          hasAnnotated ||= name.rank === 2;
        } else {
          return commit;
        }
      }
      const flags = this.#flags[commit]!;
      for (const candidate of candidates) if ((flags & candidate.bit) === 0) candidate.depth++;
      if (hasAnnotated && this.#queue.size === 0 && this.#isCovered(flags)) return undefined;
      const count = this.#parentCount(commit);
      for (let i = 0; i < (isFirstParent ? Math.min(1, count) : count); i++) this.#visit(this.#graph.parentOf(commit, i), flags);
    }
    return undefined;
  }

  /** Whether the last path that is left belongs to the best candidates already. */
  #isCovered(flags: number): boolean {
    const depth = this.#candidates.reduce((least, candidate) => Math.min(least, candidate.depth), Number.POSITIVE_INFINITY);
    let bits = 0;
    for (const candidate of this.#candidates) if (candidate.depth === depth) bits |= candidate.bit;
    return (flags & bits) === bits;
  }

  /** Goes on until all that is left is in the history of the best candidate. */
  *#finish(best: Candidate): Job<void> {
    const { bit } = best;
    let outside = 0;
    for (const commit of this.#queue.waiting()) if ((this.#flags[commit]! & bit) === 0) outside++;
    let done = 0;
    for (let commit = this.#queue.pop(); commit !== undefined; commit = this.#queue.pop()) {
      if (++done % 256 === 0) yield { phase: 'Describing', done, total: undefined };
      const flags = (this.#flags[commit]! |= DONE);
      if ((flags & bit) === 0) {
        outside--;
        best.depth++;
      } else if (outside === 0) {
        return;
      }
      for (let i = 0, count = this.#parentCount(commit); i < count; i++) {
        const parent = this.#graph.parentOf(commit, i);
        const before = this.#flagsOf(parent);
        this.#visit(parent, flags);
        const wasOutside = (before & SEEN) !== 0 && (before & DONE) === 0 && (before & bit) === 0;
        const isOutside = (before & DONE) === 0 && (this.#flags[parent]! & bit) === 0;
        if (wasOutside !== isOutside) outside += isOutside ? 1 : -1;
      }
    }
  }

  #visit(parent: number, flags: number): void {
    this.#graph.mustRead(parent, this.#snapshot.objects);
    const before = this.#flagsOf(parent);
    this.#set(parent, before | (flags & ~DONE));
    if ((before & SEEN) === 0) this.#queue.push(parent);
  }

  #parentCount(commit: number): number {
    const { shallow } = this.#snapshot;
    return shallow.size > 0 && shallow.has(this.#graph.idAt(commit)) ? 0 : this.#graph.parentCountOf(commit);
  }

  #flagsOf(commit: number): number {
    return this.#flags[commit] ?? 0;
  }

  #set(commit: number, flags: number): void {
    if (commit >= this.#flags.length) {
      const larger = new Int32Array(Math.max(commit + 1, this.#flags.length * 2));
      larger.set(this.#flags);
      this.#flags = larger;
    }
    this.#flags[commit] = flags;
  }
}

function collectNames(snapshot: Snapshot, graph: CommitGraph, options: DescribeOptions): ReadonlyMap<number, Name> {
  const names = new Map<number, Name>();
  const isAll = options.all === true;
  for (const [text] of snapshot.refs.entries(isAll ? 'refs/' : TAG_PREFIX)) {
    const ref = text as RefName;
    const id = findRefId(snapshot.refs, ref);
    if (id === undefined || !isWanted(ref, options)) continue;
    const peeled = findThroughTags(snapshot, id);
    if (peeled?.type !== 'commit') continue;
    const rank = peeled.id !== id ? 2 : ref.startsWith(TAG_PREFIX) ? 1 : 0;
    const commit = graph.numberOf(peeled.id);
    const name = { ref, path: ref.slice(isAll ? 5 : TAG_PREFIX.length), id, rank };
    if (isBetter(snapshot, name, names.get(commit))) names.set(commit, name);
  }
  return names;
}

function isWanted(ref: RefName, { match = [], exclude = [] }: DescribeOptions): boolean {
  if (match.length + exclude.length === 0) return true;
  const short = /^refs\/(?:tags|heads|remotes)\/(.*)$/s.exec(ref)?.[1];
  if (short === undefined || exclude.some((pattern) => wildmatchText(pattern, short))) return false;
  return match.length === 0 || match.some((pattern) => wildmatchText(pattern, short));
}

/** Of two annotated tags of a commit, the younger names it. */
function isBetter(snapshot: Snapshot, name: Name, than: Name | undefined): boolean {
  if (than === undefined || than.rank < name.rank) return true;
  if (than.rank !== 2 || name.rank !== 2) return false;
  return tagTime(snapshot, than.id) < tagTime(snapshot, name.id);
}

/** When a tag was made, in seconds since 1970; 0 where it does not say. */
export function tagTime({ objects, algorithm }: Snapshot, id: ObjectId): number {
  return parseTag(objects.find(id)!.body, algorithm).tagger?.timeSeconds ?? 0;
}
