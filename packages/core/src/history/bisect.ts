/**
 * Which commit of a bisection is to be tested next: the one that Git chooses (git-bisect).
 */
import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import type { ObjectSource } from '../pack/object-source.js';
import { parsePathspec } from '../pattern/pathspec.js';
import { findReached } from '../walk/ancestry.js';
import type { CommitGraph } from '../walk/commit-graph.js';
import { mergeBases } from '../walk/merge-base.js';
import { commentOf, type BisectState, type SubjectOf } from './bisect-state.js';
import { RevWalk } from './rev-walk.js';
import { TREESAME, UNINTERESTING } from './walk-state.js';

/** What {@link nextBisect} works on. */
export interface BisectRequest {
  readonly graph: CommitGraph;
  readonly objects: ObjectSource;
  readonly shallow: ReadonlySet<ObjectId>;
  readonly subjectOf: SubjectOf;
}

/** What comes next. */
export type BisectStep =
  /** No bad commit, or no good one, is known yet. */
  | { readonly kind: 'waiting' }
  /** A commit is to be tested. */
  | {
    readonly kind: 'test'; readonly id: ObjectId;
    /** It is a merge base of the good and the bad commit, of which a good one is no ancestor. */
    readonly isMergeBase: boolean;
    /** How many commits are left to be tested after it, and in about how many steps; 0 for a merge base. */
    readonly leftCount: number;
    readonly stepCount: number;
  }
  /** The first bad commit. */
  | { readonly kind: 'found'; readonly id: ObjectId }
  /** One of these is the first bad commit; what would tell was skipped. */
  | { readonly kind: 'only-skipped'; readonly candidates: readonly ObjectId[] }
  /** No commit in question changes one of the paths. */
  | { readonly kind: 'nothing-testable' }
  /** The bad commit is also good. */
  | { readonly kind: 'contradiction'; readonly id: ObjectId }
  /** A merge base is bad: the change of state went the other way, between it and the good commits. */
  | { readonly kind: 'merge-base-bad'; readonly id: ObjectId }
  /** Good commits are no ancestors of the bad one. */
  | { readonly kind: 'not-ancestors' };

/** The next step, and the state in which a mark for it is to be recorded. */
export interface BisectOutcome {
  readonly step: BisectStep;
  readonly state: BisectState;
  /** Merge bases that were skipped, so that nobody knows whether they are good. */
  readonly skippedMergeBases: readonly ObjectId[];
}

/**
 * Finds the next commit to test. O(commits in question × merges among them).
 *
 * @throws {GovcError} object-missing, object-type-mismatch, object-corrupt
 */
export function* nextBisect(request: BisectRequest, state: BisectState): Job<BisectOutcome> {
  const { bad, good } = state;
  if (bad === undefined || good.length === 0) return { step: { kind: 'waiting' }, state, skippedMergeBases: [] };
  const skippedMergeBases: ObjectId[] = [];
  let checked = state;
  if (!state.areAncestorsChecked) {
    const step = yield* checkAncestors(request, { ...state, bad }, skippedMergeBases);
    if (step !== undefined) return { step, state: step.kind === 'test' ? { ...state, expected: step.id } : state, skippedMergeBases };
    checked = { ...state, areAncestorsChecked: true };
  }
  const question = yield* findQuestion(request, { ...state, bad });
  const step = yield* chooseCommit(request, { ...state, bad }, question);
  // Git lists in the log what a walk gives, whatever was tried in between.
  const possible = step.kind === 'only-skipped' ? (yield* findQuestion(request, { ...state, bad, isFirstParent: false, paths: [] })).commits : [];
  const log = [...checked.log, ...logOf(step, { state, possible: [...possible].reverse().map((commit) => request.graph.idAt(commit)), subjectOf: request.subjectOf })];
  return { step, state: { ...checked, log, expected: step.kind === 'test' ? step.id : checked.expected }, skippedMergeBases };
}

type ReadyState = BisectState & { readonly bad: ObjectId };

function logOf(
  step: BisectStep,
  { state: { terms }, possible, subjectOf }: { readonly state: BisectState; readonly possible: readonly ObjectId[]; readonly subjectOf: SubjectOf },
): string[] {
  if (step.kind === 'found') return [commentOf(`first ${terms.bad} commit`, step.id, subjectOf)];
  if (step.kind !== 'only-skipped') return [];
  return ['# only skipped commits left to test', ...possible.map((id) => commentOf(`possible first ${terms.bad} commit`, id, subjectOf))];
}

function* checkAncestors(request: BisectRequest, state: ReadyState, skippedMergeBases: ObjectId[]): Job<BisectStep | undefined> {
  const { bad, good, skipped, expected } = state;
  const reached = yield* findReached(request, [bad], new Set(good));
  if (reached.size === good.length) return undefined;
  for (const id of yield* mergeBases(request, bad, good)) {
    if (id === bad) return expected === bad ? { kind: 'merge-base-bad', id } : { kind: 'not-ancestors' };
    if (good.includes(id)) continue;
    if (!skipped.includes(id)) return { kind: 'test', id, isMergeBase: true, leftCount: 0, stepCount: 0 };
    skippedMergeBases.push(id);
  }
  return undefined;
}

/** The commits in question. */
interface Question {
  /** Oldest first. */
  readonly commits: readonly number[];
  /** Whether it may be tested: it changes one of the paths. */
  isCounted(commit: number): boolean;
  /** As the paths leave them: of a merge that is the same as a parent just that parent. */
  parentsOf(commit: number): readonly number[];
}

function* findQuestion({ graph, objects, shallow }: BisectRequest, { bad, good, isFirstParent, paths }: ReadyState): Job<Question> {
  const walk = new RevWalk({
    graph, objects, shallow,
    starts: [{ id: bad }, ...good.map((id) => ({ id, isExcluded: true }))],
    options: { firstParent: isFirstParent, pathspec: paths.length === 0 ? undefined : parsePathspec(paths) },
  });
  yield* walk.prepare();
  const { state } = walk;
  return {
    commits: walk.listed.filter((commit) => !state.has(commit, UNINTERESTING)).reverse(),
    isCounted: (commit) => paths.length === 0 || !state.has(commit, TREESAME),
    parentsOf: (commit) => isFirstParent ? state.parentsOf(commit).slice(0, 1) : state.parentsOf(commit),
  };
}

function* chooseCommit(request: BisectRequest, { bad, skipped }: ReadyState, question: Question): Job<BisectStep> {
  const { graph } = request;
  const weights = new Weights(graph, question);
  const all = weights.total;
  const { list, reaches } = yield* weights.find(skipped.length > 0);
  const { left, tried } = removeSkipped(list.map((commit) => graph.idAt(commit)), { skipped: new Set(skipped), bad });
  const id = left;
  if (id === undefined) return tried.length > 0 ? { kind: 'only-skipped', candidates: tried } : { kind: 'contradiction', id: bad };
  if (all === 0) return { kind: 'nothing-testable' };
  if (id === bad) return tried.length > 0 ? { kind: 'only-skipped', candidates: [...tried, bad] } : { kind: 'found', id };
  return { kind: 'test', id, isMergeBase: false, leftCount: all - reaches - 1, stepCount: estimateSteps(all) };
}

/** How many steps a bisection of that many commits takes, as Git tells it. */
export function estimateSteps(count: number): number {
  if (count < 3) return 0;
  const steps = Math.floor(Math.log2(count));
  const power = 2 ** steps;
  return power < 3 * (count - power) ? steps : steps - 1;
}

const UNKNOWN_LINE = -1;
const UNKNOWN_MERGE = -2;

/** How many commits that may be tested each commit reaches, itself included. */
class Weights {
  /** How many commits may be tested. */
  readonly total: number;
  readonly #graph: CommitGraph;
  readonly #question: Question;
  readonly #commits: readonly number[];
  readonly #isCounted: readonly boolean[];
  /** Where each commit in question stands in the list, by number. */
  readonly #places = new Map<number, number>();
  readonly #weights: Int32Array;
  readonly #reached: Int32Array;
  #round = 0;

  constructor(graph: CommitGraph, question: Question) {
    const { commits } = question;
    this.#graph = graph;
    this.#question = question;
    this.#commits = commits;
    this.#isCounted = commits.map((commit) => question.isCounted(commit));
    this.total = this.#isCounted.filter(Boolean).length;
    commits.forEach((commit, place) => this.#places.set(commit, place));
    this.#weights = new Int32Array(commits.length);
    this.#reached = new Int32Array(commits.length);
  }

  /** The best commit, or with `wantsAll` all of them, the best first, and how many the best reaches. */
  *find(wantsAll: boolean): Job<{ readonly list: readonly number[]; readonly reaches: number }> {
    const commits = this.#commits;
    const { total } = this;
    if (commits.length === 0) return { list: [], reaches: 0 };
    const parents = commits.map((commit) => this.#parentsOf(commit));
    let counted = 0;
    for (let at = 0; at < commits.length; at++) {
      const count = parents[at]!.length;
      const own = this.#isCounted[at]! ? 1 : 0;
      this.#weights[at] = count === 0 ? own : count === 1 ? UNKNOWN_LINE : UNKNOWN_MERGE;
      if (count === 0) counted += own;
    }
    for (let at = 0; at < commits.length; at++) {
      if (this.#weights[at] !== UNKNOWN_MERGE) continue;
      yield { phase: 'Bisecting', done: at, total: commits.length };
      const weight = (this.#weights[at] = this.#countFrom(at, parents));
      if (!wantsAll && this.#isHalfway(at)) return { list: [commits[at]!], reaches: weight };
      // Git counts every merge here, so that it may end before all others are known.
      counted++;
    }
    while (counted < total) {
      for (let at = 0; at < commits.length; at++) {
        if (this.#weights[at]! >= 0) continue;
        const known = parents[at]!.find((parent) => this.#weights[parent]! >= 0);
        if (known === undefined) continue;
        const own = this.#isCounted[at]! ? 1 : 0;
        const weight = (this.#weights[at] = this.#weights[known]! + own);
        counted += own;
        if (!wantsAll && this.#isHalfway(at)) return { list: [commits[at]!], reaches: weight };
      }
    }
    return wantsAll ? this.#sorted() : this.#best();
  }

  #best(): { readonly list: readonly number[]; readonly reaches: number } {
    let best = 0;
    let distanceMax = -1;
    for (let at = 0; at < this.#commits.length; at++) {
      if (!this.#isCounted[at]!) continue;
      const distance = this.#distance(at);
      if (distance <= distanceMax) continue;
      best = at;
      distanceMax = distance;
    }
    return { list: [this.#commits[best]!], reaches: this.#weights[best]! };
  }

  #sorted(): { readonly list: readonly number[]; readonly reaches: number } {
    const ids = this.#commits.map((commit) => this.#graph.idAt(commit));
    const places = this.#commits.map((_commit, at) => at).filter((at) => this.#isCounted[at]!)
      .sort((left, right) => this.#distance(right) - this.#distance(left) || (ids[left]! < ids[right]! ? -1 : 1));
    if (places.length === 0) places.push(0);
    return { list: places.map((at) => this.#commits[at]!), reaches: this.#weights[places[0]!]! };
  }

  /** Good enough: of many commits, about a thousandth off. */
  #isHalfway(at: number): boolean {
    if (!this.#isCounted[at]!) return false;
    const difference = Math.abs(2 * this.#weights[at]! - this.total);
    return difference <= 1 || difference < Math.trunc(this.total / 1024);
  }

  #distance(at: number): number {
    const weight = this.#weights[at]!;
    return Math.min(weight, this.total - weight);
  }

  #countFrom(start: number, parents: readonly (readonly number[])[]): number {
    const round = ++this.#round;
    const stack = [start];
    this.#reached[start] = round;
    let count = 0;
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      if (this.#isCounted[at]!) count++;
      for (const parent of parents[at]!) {
        if (this.#reached[parent] === round) continue;
        this.#reached[parent] = round;
        stack.push(parent);
      }
    }
    return count;
  }

  /** The places of parents that are in question. */
  #parentsOf(commit: number): number[] {
    const places: number[] = [];
    for (const parent of this.#question.parentsOf(commit)) {
      const place = this.#places.get(parent);
      if (place !== undefined) places.push(place);
    }
    return places;
  }
}

/** Where the best commit was skipped, another at some distance is taken, so that a region that cannot be tested is left. */
function removeSkipped(
  list: readonly ObjectId[], { skipped, bad }: { readonly skipped: ReadonlySet<ObjectId>; readonly bad: ObjectId },
): { readonly left: ObjectId | undefined; readonly tried: readonly ObjectId[] } {
  const [first] = list;
  if (first === undefined || !skipped.has(first)) return { left: first, tried: [] };
  const tried = list.filter((id) => skipped.has(id));
  const others = list.filter((id) => !skipped.has(id));
  const count = others.length;
  const random = pseudoRandom(count);
  const index = Math.trunc((Math.trunc((count * random) / RANDOM_MAX) * integerRoot(random)) / integerRoot(RANDOM_MAX));
  const found = index < others.length ? index : 0;
  const left = others[found] === bad && index < others.length ? others[Math.max(0, found - 1)] : others[found];
  return { left, tried };
}

const RANDOM_MAX = 32_768;

/** The generator of "man 3 rand", seeded by its argument. */
function pseudoRandom(seed: number): number {
  const mixed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
  return Math.trunc(mixed / 65_536) % RANDOM_MAX;
}

/** The square root by Newton's method in numbers of 32 bits, as Git rounds it. */
function integerRoot(value: number): number {
  if (value === 0) return 0;
  let x = Math.fround(value);
  for (;;) {
    const y = Math.fround(Math.fround(x + Math.fround(value / x)) / 2);
    const difference = Math.abs(Math.fround(y - x));
    x = y;
    if (difference < 0.5) return Math.trunc(x);
  }
}
