import type { ObjectId } from '../hash/object-id.js';
import { runJob, type Job } from '../job/job.js';
import type { ObjectSource } from '../pack/object-source.js';
import type { AncestryRequest } from './ancestry.js';
import { CommitFlags } from './commit-graph.js';
import { RankedQueue } from './ranked-queue.js';

/** What common history is looked for in: a `CommitGraph`, or one whose parents were rewritten. */
export interface Lineage {
  mustRead(commit: number, objects: ObjectSource): void;
  /** Committer time in seconds since 1970. */
  timeOf(commit: number): number;
  parentCountOf(commit: number): number;
  parentOf(commit: number, index: number): number;
}

// From this many commits on, one walk over generation numbers is cheaper than comparing each with the others.
const PAIRWISE_MAX = 8;

/**
 * The best common ancestors of a commit and a hypothetical merge of others, as `git merge-base --all` gives them and in
 * its order: by committer time, newest first. None of them is an ancestor of another; criss-cross histories have several.
 *
 * Only commits down to the bases are read, until searches have paid for an order of all of them (`AncestryOrder`); then a question
 * is one scan. O(commits walked * log), then O(commits between).
 *
 * @param others at least one commit
 * @throws {GovcError} object-missing, object-type-mismatch, object-corrupt
 */
export function* mergeBases(
  request: AncestryRequest, one: ObjectId, others: readonly ObjectId[],
): Job<ObjectId[]> {
  if (others.includes(one)) return [one];
  const { graph } = request;
  const bases = yield* basesOf(request, graph.numberOf(one), others.map((id) => graph.numberOf(id)));
  return bases.map((commit) => graph.idAt(commit));
}

/**
 * The best common ancestors of all commits taken together, as `git merge-base --octopus --all` gives them and in its order.
 *
 * @throws {GovcError} object-missing, object-type-mismatch, object-corrupt
 */
export function* octopusBases(request: AncestryRequest, commits: readonly ObjectId[]): Job<ObjectId[]> {
  const [first, ...rest] = commits;
  if (first === undefined) return [];
  let bases = [first];
  for (const commit of rest) {
    const next: ObjectId[] = [];
    for (const base of bases) next.push(...yield* mergeBases(request, commit, [base]));
    // Each base that is left multiplies the work, so those that fall out do so here.
    bases = [...new Set(next)];
  }
  return yield* independentCommits(request, bases);
}

/**
 * Those of some commits that no other of them reaches, in the order given and each once, as
 * `git merge-base --independent` gives them.
 *
 * @throws {GovcError} object-missing, object-type-mismatch, object-corrupt
 */
export function* independentCommits(request: AncestryRequest, commits: readonly ObjectId[]): Job<ObjectId[]> {
  const { graph } = request;
  const numbers = [...new Set(commits)].map((id) => graph.numberOf(id));
  for (const commit of numbers) graph.mustRead(commit, request.objects);
  const left = yield* removeRedundant(request, numbers);
  return left.map((commit) => graph.idAt(commit));
}

/** As {@link mergeBases} on numbers. */
export function* basesOf(request: AncestryRequest, one: number, others: readonly number[]): Job<number[]> {
  if (others.includes(one)) return [one];
  const order = request.graph.order(request.shallow);
  if (yield* order.tryCover([one, ...others], request.objects)) {
    const best = sortByTime(request, order.bestCommon(one, others));
    // Bases of one time stand as Git's walk meets them, which only that walk tells.
    if (best.every((base, i) => i === 0 || request.graph.timeOf(base) < request.graph.timeOf(best[i - 1]!))) return best;
  }
  const painting = paintingOf(request);
  const found = yield* painting.run(one, others);
  order.earn(painting.takenCount);
  const bases = sortByTime(request, found.filter((commit) => !painting.isStale(commit)));
  return bases.length < 2 ? bases : sortByTime(request, yield* removeRedundant(request, bases));
}

function* removeRedundant(request: AncestryRequest, commits: readonly number[]): Job<number[]> {
  if (commits.length < 2) return [...commits];
  const order = request.graph.order(request.shallow);
  if (order.has(commits)) {
    const reached = order.reachedAmong(commits);
    return commits.filter((commit) => !reached.has(commit));
  }
  if (commits.length > PAIRWISE_MAX) return yield* removeByGeneration(request, commits);
  return yield* removeByPainting(() => paintingOf(request), commits);
}

/**
 * Those of some different commits that no other of them reaches, in the order given. For a few; each is compared with the others.
 *
 * @throws {GovcError} object-missing, object-type-mismatch, object-corrupt
 */
export function independentIn(lineage: Lineage, objects: ObjectSource, commits: readonly number[]): number[] {
  return runJob(removeByPainting(() => new Painting(lineage, objects, { parentless: new Set() }), commits));
}

function* removeByPainting(newPainting: () => Painting, commits: readonly number[]): Job<number[]> {
  const redundant = new Set<number>();
  for (const commit of commits) {
    if (redundant.has(commit)) continue;
    const others = commits.filter((other) => other !== commit && !redundant.has(other));
    if (others.length === 0) break;
    const painting = newPainting();
    yield* painting.run(commit, others);
    if (painting.isReachedByOthers(commit)) redundant.add(commit);
    for (const other of others) if (painting.isReachedByOne(other)) redundant.add(other);
  }
  return commits.filter((commit) => !redundant.has(commit));
}

/** Marks everything below the commits, as deep as the lowest of them lies. */
function* removeByGeneration(request: AncestryRequest, commits: readonly number[]): Job<number[]> {
  const { graph, objects } = request;
  const generations = graph.generations(request.shallow);
  yield* generations.cover(commits, objects);
  let lowest = Number.POSITIVE_INFINITY;
  for (const commit of commits) lowest = Math.min(lowest, generations.levelOf(commit));
  const below = new CommitFlags();
  const waiting = [...commits];
  let done = 0;
  for (let commit = waiting.pop(); commit !== undefined; commit = waiting.pop()) {
    if (++done % 1024 === 0) yield { phase: 'Walking history', done, total: undefined };
    if (generations.isParentless(commit)) continue;
    for (let i = 0, count = graph.parentCountOf(commit); i < count; i++) {
      const parent = graph.parentOf(commit, i);
      if (below.get(parent) !== 0 || generations.levelOf(parent) < lowest) continue;
      below.add(parent, 1);
      waiting.push(parent);
    }
  }
  return commits.filter((commit) => below.get(commit) === 0);
}

/** Newest first; commits of one time stay in their order. */
function sortByTime({ graph }: AncestryRequest, commits: readonly number[]): number[] {
  return [...commits].sort((left, right) => graph.timeOf(right) - graph.timeOf(left));
}

const BY_ONE = 1;
const BY_OTHERS = 2;
const STALE = 4;
const RESULT = 8;
// How often a commit waits in the queue stands in the bits above; three times at most, once for each colour.
const WAITS_SHIFT = 4;
const WAITS_ONE = 1 << WAITS_SHIFT;

function paintingOf({ graph, objects, shallow }: AncestryRequest): Painting {
  const parentless = new Set(Array.from(shallow, (id) => graph.numberOf(id)));
  // Like Git, by the corrected dates of a commit-graph file where there is one: then nothing is taken before its children.
  const isRanked = parentless.size === 0 && graph.file?.hasDates === true;
  const rankOf = isRanked ? (commit: number) => graph.recordedNumbersOf(commit)?.date ?? Number.POSITIVE_INFINITY : undefined;
  return new Painting(graph, objects, { parentless, rankOf });
}

/**
 * Paints what `one` reaches and what the others reach. What has both colours is common; what lies below a common commit
 * is stale. The walk ends when only stale commits wait, so every colour of a commit that is not stale is right.
 */
class Painting {
  readonly #graph: Lineage;
  readonly #objects: ObjectSource;
  readonly #parentless: ReadonlySet<number>;
  readonly #rankOf: ((commit: number) => number) | undefined;
  readonly #flags = new CommitFlags();
  readonly #queue = new RankedQueue();
  readonly #results: number[] = [];
  #fresh = 0;
  #takenCount = 0;

  /** @param marks commits without parents, and an order to take commits in before that of time */
  constructor(
    graph: Lineage, objects: ObjectSource,
    marks: { readonly parentless: ReadonlySet<number>; readonly rankOf?: ((commit: number) => number) | undefined },
  ) {
    this.#graph = graph;
    this.#objects = objects;
    this.#parentless = marks.parentless;
    this.#rankOf = marks.rankOf;
  }

  /** How many commits the walk has looked at. */
  get takenCount(): number {
    return this.#takenCount;
  }

  isStale(commit: number): boolean {
    return (this.#flags.get(commit) & STALE) !== 0;
  }

  isReachedByOne(commit: number): boolean {
    return (this.#flags.get(commit) & BY_ONE) !== 0;
  }

  isReachedByOthers(commit: number): boolean {
    return (this.#flags.get(commit) & BY_OTHERS) !== 0;
  }

  /** The common commits in the order in which they were found; some may have become stale. */
  *run(one: number, others: readonly number[]): Job<readonly number[]> {
    this.#paint(one, BY_ONE);
    for (const other of new Set(others)) this.#paint(other, BY_OTHERS);
    for (let done = 0; this.#fresh > 0; done++) {
      if (done % 256 === 255) yield { phase: 'Finding common history', done, total: undefined };
      this.#take(this.#queue.pop()!);
    }
    return this.#results;
  }

  #take(commit: number): void {
    this.#takenCount++;
    const graph = this.#graph;
    const before = this.#flags.get(commit);
    this.#flags.set(commit, before - WAITS_ONE);
    if ((before & STALE) === 0) this.#fresh--;
    let colours = before & (BY_ONE | BY_OTHERS | STALE);
    if (colours === (BY_ONE | BY_OTHERS)) {
      if ((before & RESULT) === 0) {
        this.#flags.add(commit, RESULT);
        this.#results.push(commit);
      }
      colours |= STALE;
    }
    if (this.#parentless.has(commit)) return;
    for (let i = 0, count = graph.parentCountOf(commit); i < count; i++) {
      const parent = graph.parentOf(commit, i);
      if ((this.#flags.get(parent) & colours) !== colours) this.#paint(parent, colours);
    }
  }

  #paint(commit: number, colours: number): void {
    this.#graph.mustRead(commit, this.#objects);
    const before = this.#flags.get(commit);
    this.#flags.set(commit, (before | colours) + WAITS_ONE);
    // What already waits becomes stale with this paint.
    if ((before & STALE) === 0 && (colours & STALE) !== 0) this.#fresh -= before >> WAITS_SHIFT;
    if (((before | colours) & STALE) === 0) this.#fresh++;
    const time = this.#graph.timeOf(commit);
    this.#queue.push(commit, this.#rankOf?.(commit) ?? time, time);
  }
}
