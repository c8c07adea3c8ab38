/**
 * Names of commits after a ref that they lead to: `tags/v1.0~3^2~1` (git-name-rev).
 */
import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import { scanTagTarget } from '../object/tag.js';
import { wildmatchText } from '../pattern/wildmatch.js';
import { BRANCH_PREFIX, TAG_PREFIX, type RefName } from '../ref/ref-name.js';
import { findRefId } from '../store/ref-map.js';
import type { Snapshot } from '../store/snapshot.js';
import type { CommitGraph } from '../walk/commit-graph.js';
import { findThroughTags, findType } from '../walk/revision/peel-object.js';
import { shortenRefName } from '../walk/revision/find-ref.js';
import { tagTime } from './describe.js';

/** Which refs give names. */
export interface NameRevOptions {
  /** Tags only. Default: all refs. */
  readonly tags?: boolean | undefined;
  /** With `tags`, names without `tags/`. Default: false. */
  readonly nameOnly?: boolean | undefined;
  /** Shell patterns, one of which the ref or the end of its name from some slash on must match. Default: any ref. */
  readonly refs?: readonly string[] | undefined;
  /** The same for refs that give no name. */
  readonly exclude?: readonly string[] | undefined;
  /** Every commit gets its name, however old; else what is older than those asked for is passed over. Default: false. */
  readonly all?: boolean | undefined;
}

/** What {@link nameRevisions} works on. */
export interface NameRevRequest {
  readonly snapshot: Snapshot;
  readonly graph: CommitGraph;
  readonly options?: NameRevOptions | undefined;
}

interface Tip {
  readonly id: ObjectId;
  readonly name: string;
  /** -1 where the ref names no commit. */
  readonly commit: number;
  readonly timeSeconds: number;
  readonly isTag: boolean;
  readonly isPeeled: boolean;
}

/** How many generations one step to a second parent counts as much as. */
const MERGE_WEIGHT = 65_535;
const DAY_SECONDS = 86_400;

/**
 * The names of objects, in their order; `undefined` for one that no ref leads to. Commits get the best name of any
 * ref, others only the name of a ref that names them itself.
 *
 * Tags are preferred, old ones first, then short ways. O(commits younger than the oldest one asked for, less a day).
 *
 * @throws {GovcError} object-missing, object-type-mismatch, object-corrupt
 */
export function* nameRevisions(request: NameRevRequest, ids: readonly ObjectId[]): Job<(string | undefined)[]> {
  const { snapshot, graph, options = {} } = request;
  const tips = collectTips(request);
  const naming = new Naming(snapshot, graph, options.all === true ? Number.NEGATIVE_INFINITY : cutoffOf(request, ids));
  const best = [...tips].sort((left, right) => Number(right.isTag) - Number(left.isTag) || left.timeSeconds - right.timeSeconds);
  for (const tip of best) if (tip.commit >= 0) yield* naming.spread(tip);
  return ids.map((id) => {
    if (findType(snapshot, id) === 'commit') return naming.nameOf(graph.numberOf(id));
    return tips.find((tip) => tip.id === id)?.name;
  });
}

function cutoffOf({ snapshot, graph }: NameRevRequest, ids: readonly ObjectId[]): number {
  let cutoff = Number.POSITIVE_INFINITY;
  for (const id of ids) {
    const object = findThroughTags(snapshot, id);
    if (object?.type !== 'commit') continue;
    const commit = graph.numberOf(object.id);
    graph.mustRead(commit, snapshot.objects);
    cutoff = Math.min(cutoff, graph.timeOf(commit));
  }
  // Clocks may be a little wrong.
  return cutoff - DAY_SECONDS;
}

function collectTips({ snapshot, graph, options = {} }: NameRevRequest): Tip[] {
  const tips: Tip[] = [];
  for (const [text] of snapshot.refs.entries(options.tags === true ? TAG_PREFIX : 'refs/')) {
    const ref = text as RefName;
    const id = findRefId(snapshot.refs, ref);
    const match = id === undefined ? undefined : matchRef(ref, options);
    if (id === undefined || match === undefined) continue;
    let at = id;
    let timeSeconds: number | undefined;
    while (findType(snapshot, at) === 'tag') {
      timeSeconds = tagTime(snapshot, at);
      at = scanTagTarget(snapshot.objects.find(at)!.body, snapshot.algorithm).id;
    }
    let commit = -1;
    if (findType(snapshot, at) === 'commit') {
      commit = graph.numberOf(at);
      graph.mustRead(commit, snapshot.objects);
      timeSeconds ??= graph.timeOf(commit);
    }
    const canShorten = match === 'part' || (options.tags === true && options.nameOnly === true);
    tips.push({
      id, commit, name: canShorten ? shortenRefName(snapshot.refs, ref) : withoutPrefix(ref),
      timeSeconds: timeSeconds ?? Number.POSITIVE_INFINITY, isTag: commit >= 0 && ref.startsWith(TAG_PREFIX), isPeeled: at !== id,
    });
  }
  return tips;
}

function withoutPrefix(ref: RefName): string {
  return ref.startsWith(BRANCH_PREFIX) ? ref.slice(BRANCH_PREFIX.length) : ref.replace(/^refs\//, '');
}

/** Whether a ref gives names: matched as a whole, from some slash on, or not at all. */
function matchRef(ref: RefName, { refs = [], exclude = [] }: NameRevOptions): 'whole' | 'part' | undefined {
  if (exclude.some((pattern) => subpathMatch(ref, pattern) >= 0)) return undefined;
  if (refs.length === 0) return 'whole';
  const starts = refs.map((pattern) => subpathMatch(ref, pattern)).filter((start) => start >= 0);
  if (starts.length === 0) return undefined;
  return starts.some((start) => start > 0) ? 'part' : 'whole';
}

function subpathMatch(path: string, pattern: string): number {
  for (let start = 0; ; ) {
    if (wildmatchText(pattern, path.slice(start))) return start;
    const slash = path.indexOf('/', start);
    if (slash < 0) return -1;
    start = slash + 1;
  }
}

/** The best names so far, by commit number. */
class Naming {
  readonly #snapshot: Snapshot;
  readonly #graph: CommitGraph;
  readonly #cutoff: number;
  /** Where a name begins: a tip, or a parent of a merge at some distance from such a place. -1 for no name. */
  #bases: Int32Array;
  #generations: Int32Array;
  #distances: Float64Array;
  #times: Float64Array;
  #isTag: Uint8Array;
  readonly #names: (string | undefined)[] = [];
  readonly #isPeeled: boolean[] = [];
  readonly #previous: number[] = [];
  readonly #steps: number[] = [];
  readonly #parentNumbers: number[] = [];

  constructor(snapshot: Snapshot, graph: CommitGraph, cutoff: number) {
    this.#snapshot = snapshot;
    this.#graph = graph;
    this.#cutoff = cutoff;
    const size = graph.count + 1024;
    this.#bases = new Int32Array(size).fill(-1);
    this.#generations = new Int32Array(size);
    this.#distances = new Float64Array(size);
    this.#times = new Float64Array(size);
    this.#isTag = new Uint8Array(size);
  }

  /** Names everything that a tip reaches for which that is the best name. */
  *spread(tip: Tip): Job<void> {
    const graph = this.#graph;
    if (graph.timeOf(tip.commit) < this.#cutoff) return;
    if (!this.#improve(tip.commit, tip, 0, 0)) return;
    this.#bases[tip.commit] = this.#addBase(tip.name, tip.isPeeled, { previous: -1, steps: 0, parentNumber: 0 });
    const stack = [tip.commit];
    const waiting: number[] = [];
    let done = 0;
    for (let commit = stack.pop(); commit !== undefined; commit = stack.pop()) {
      if (++done % 256 === 0) yield { phase: 'Naming', done, total: undefined };
      const base = this.#bases[commit]!;
      const generation = this.#generations[commit]!;
      const distance = this.#distances[commit]!;
      for (let i = 0, count = this.#parentCount(commit); i < count; i++) {
        const parent = graph.parentOf(commit, i);
        graph.mustRead(parent, this.#snapshot.objects);
        if (graph.timeOf(parent) < this.#cutoff) continue;
        const isImproved = i > 0
          ? this.#improve(parent, tip, 0, distance + MERGE_WEIGHT)
          : this.#improve(parent, tip, generation + 1, distance + 1);
        if (!isImproved) continue;
        this.#bases[parent] = i === 0
          ? base
          : this.#addBase(undefined, false, { previous: base, steps: generation, parentNumber: i + 1 });
        waiting.push(parent);
      }
      // The first parent goes on first.
      for (let parent = waiting.pop(); parent !== undefined; parent = waiting.pop()) stack.push(parent);
    }
  }

  nameOf(commit: number): string | undefined {
    const base = this.#bases[commit] ?? -1;
    if (base < 0) return undefined;
    const generation = this.#generations[commit]!;
    const isTip = this.#names[base] !== undefined;
    if (generation === 0) return this.#textOf(base) + (isTip && this.#isPeeled[base]! ? '^0' : '');
    return `${this.#textOf(base)}~${generation}`;
  }

  #textOf(base: number): string {
    let suffix = '';
    let at = base;
    while (this.#names[at] === undefined) {
      const steps = this.#steps[at]!;
      suffix = `${steps > 0 ? `~${steps}` : ''}^${this.#parentNumbers[at]!}${suffix}`;
      at = this.#previous[at]!;
    }
    return this.#names[at]! + suffix;
  }

  #addBase(
    name: string | undefined, isPeeled: boolean,
    from: { readonly previous: number; readonly steps: number; readonly parentNumber: number },
  ): number {
    this.#isPeeled.push(isPeeled);
    this.#previous.push(from.previous);
    this.#steps.push(from.steps);
    this.#parentNumbers.push(from.parentNumber);
    return this.#names.push(name) - 1;
  }

  /** Records the way to a commit where it is better than the one known. */
  #improve(commit: number, { timeSeconds, isTag }: Tip, generation: number, distance: number): boolean {
    this.#reserve(commit);
    if (this.#bases[commit]! >= 0 && !this.#isBetter(commit, { timeSeconds, isTag, generation, distance })) return false;
    this.#times[commit] = timeSeconds;
    this.#generations[commit] = generation;
    this.#distances[commit] = distance;
    this.#isTag[commit] = isTag ? 1 : 0;
    return true;
  }

  #isBetter(
    commit: number,
    way: { readonly timeSeconds: number; readonly isTag: boolean; readonly generation: number; readonly distance: number },
  ): boolean {
    const wasTag = this.#isTag[commit] === 1;
    const time = this.#times[commit]!;
    const before = this.#distances[commit]! + (this.#generations[commit]! > 0 ? MERGE_WEIGHT : 0);
    const after = way.distance + (way.generation > 0 ? MERGE_WEIGHT : 0);
    if (way.isTag && wasTag) return time > way.timeSeconds || (time === way.timeSeconds && before > after);
    if (wasTag !== way.isTag) return way.isTag;
    return before === after ? time > way.timeSeconds : before > after;
  }

  #parentCount(commit: number): number {
    const { shallow } = this.#snapshot;
    return shallow.size > 0 && shallow.has(this.#graph.idAt(commit)) ? 0 : this.#graph.parentCountOf(commit);
  }

  #reserve(commit: number): void {
    const size = this.#bases.length;
    if (commit < size) return;
    const next = Math.max(commit + 1, size * 2);
    const bases = new Int32Array(next).fill(-1);
    bases.set(this.#bases);
    this.#bases = bases;
    const generations = new Int32Array(next);
    generations.set(this.#generations);
    this.#generations = generations;
    const distances = new Float64Array(next);
    distances.set(this.#distances);
    this.#distances = distances;
    const times = new Float64Array(next);
    times.set(this.#times);
    this.#times = times;
    const isTag = new Uint8Array(next);
    isTag.set(this.#isTag);
    this.#isTag = isTag;
  }
}
