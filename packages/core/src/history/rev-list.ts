import type { ObjectId } from '../hash/object-id.js';
import { runJob, type Job } from '../job/job.js';
import { RankedQueue } from '../walk/ranked-queue.js';
import { CommitSearch } from './commit-search.js';
import { walkReflogs, type ReflogStep } from './reflog-walk.js';
import type { RevListEntry, RevListRequest } from './rev-list-options.js';
import { RevWalk } from './rev-walk.js';
import { sortTopologically } from './topo-sort.js';
import {
  ADDED, BOUNDARY, CHILD_SHOWN, LEFT, PATCH_SAME, PULL_MERGE, SEEN, SHOWN, TREESAME, UNINTERESTING,
} from './walk-state.js';

/**
 * The commits that `git rev-list` lists for the same starts and options, in its order. Lazy where Git streams: unless something
 * is left out, sorted or compared, a commit is read when it is asked for.
 *
 * @throws {GovcError} object-missing, object-type-mismatch, object-corrupt
 * @throws {GovcError} revision-invalid: an ancestry path from nowhere
 */
export function* revList(request: RevListRequest): Generator<RevListEntry, void, void> {
  const lister = new Lister(request);
  runJob(lister.prepare());
  yield* lister.entries();
}

/** A walk whose range is known as far as it has to be before the first commit is given. */
export interface OpenRevList {
  readonly entries: Generator<RevListEntry, void, void>;
  /** Commits by number that are left out and border on the range. */
  readonly edges: readonly number[];
  /**
   * The commit that stands for another where paths limit the history, once that was walked: itself, or the first one below that was not
   * simplified away; `undefined` where there is none.
   */
  readonly standInOf: (commit: number) => number | undefined;
}

/** As {@link revList}, with the edges of the range and what commits were simplified to. */
export function openRevList(request: RevListRequest): OpenRevList {
  const lister = new Lister(request);
  runJob(lister.prepare());
  return { edges: lister.edges(), entries: lister.entries(), standInOf: (commit) => lister.standInOf(commit) };
}

/** As {@link revList}, all at once and in slices. */
export function* revListJob(request: RevListRequest): Job<RevListEntry[]> {
  const lister = new Lister(request);
  yield* lister.prepare();
  const entries: RevListEntry[] = [];
  for (const entry of lister.entries()) {
    entries.push(entry);
    if (entries.length % 64 === 0) yield { phase: 'Listing commits', done: entries.length, total: undefined };
  }
  return entries;
}

/** How many commits a walk gives, as `git rev-list --count --left-right --cherry-mark` counts them. */
export interface RevisionCount {
  readonly left: number;
  readonly right: number;
  /** Those that are marked as the same on both sides, which are in neither of the others. */
  readonly same: number;
}

/** Counts what {@link revList} would give. Boundary commits are counted as Git does: on their side. */
export function* countRevisions(request: RevListRequest): Job<RevisionCount> {
  const lister = new Lister(request);
  yield* lister.prepare();
  const count = { left: 0, right: 0, same: 0 };
  let done = 0;
  for (const { isSame, side } of lister.entries()) {
    count[isSame ? 'same' : side]++;
    if (++done % 64 === 0) yield { phase: 'Counting commits', done, total: undefined };
  }
  return count;
}

/** Chooses from what a walk meets, in the order of Git's `get_revision`. */
class Lister {
  readonly #request: RevListRequest;
  readonly #walk: RevWalk;
  readonly #search: CommitSearch | undefined;
  readonly #reflogSteps: Iterator<ReflogStep> | undefined;
  #step: ReflogStep | undefined;
  #children: Map<number, number[]> | undefined;
  readonly #push: (commit: number) => void;

  constructor(request: RevListRequest) {
    const { options, graph, reflogs } = request;
    this.#request = request;
    this.#walk = new RevWalk(request);
    this.#search = CommitSearch.isNeeded(options) ? new CommitSearch(options, graph.algorithm) : undefined;
    this.#reflogSteps = reflogs === undefined ? undefined : walkReflogs(request, reflogs);
    this.#push = (commit) => this.#walk.push(commit);
  }

  *prepare(): Job<void> {
    yield* this.#walk.prepare();
    if (this.#request.options.children !== true) return;
    const children = new Map<number, number[]>();
    for (const commit of this.#walk.listed) {
      for (const parent of this.#walk.state.parentsOf(commit)) {
        const known = children.get(parent);
        if (known === undefined) children.set(parent, [commit]);
        else known.push(commit);
      }
    }
    this.#children = children;
  }

  /** What of the range, or right below it, is left out. */
  edges(): number[] {
    const { state, listed } = this.#walk;
    const edges = new Set<number>();
    for (const commit of listed) {
      if (state.has(commit, UNINTERESTING)) edges.add(commit);
      else for (const parent of state.parentsOf(commit)) if (state.has(parent, UNINTERESTING)) edges.add(parent);
    }
    return [...edges];
  }

  standInOf(first: number): number | undefined {
    const { state } = this.#walk;
    let commit = first;
    while (!state.has(commit, UNINTERESTING) && state.has(commit, TREESAME)) {
      const [parent, another] = state.parentsOf(commit);
      if (another !== undefined) break;
      if (parent === undefined) return undefined;
      commit = parent;
    }
    return commit;
  }

  *entries(): Generator<RevListEntry, void, void> {
    if (this.#request.options.reverse === true) yield* [...this.#forward()].reverse();
    else yield* this.#forward();
  }

  *#forward(): Generator<RevListEntry, void, void> {
    const { state } = this.#walk;
    const { boundary, reverse, maxCount = Number.POSITIVE_INFINITY } = this.#request.options;
    let { skip = 0 } = this.#request.options;
    const edges: number[] = [];
    for (let given = 0; given < maxCount; given++) {
      let commit = this.#next();
      for (; commit !== undefined && skip > 0; skip--) commit = this.#next();
      if (commit === undefined) break;
      state.add(commit, SHOWN);
      if (boundary === true) {
        for (const parent of state.parentsOf(commit)) {
          if (state.has(parent, CHILD_SHOWN | SHOWN)) continue;
          state.add(parent, CHILD_SHOWN);
          edges.push(parent);
        }
      }
      const entry = this.#entryOf(commit);
      // Git forgets the parents of what it has printed, and takes the commit for a root where clocks bring it back later.
      if (reverse !== true && this.#step === undefined) state.setParents(commit, []);
      yield entry;
    }
    if (boundary === true) yield* this.#boundaries(edges);
  }

  *#boundaries(edges: readonly number[]): Generator<RevListEntry, void, void> {
    const { state } = this.#walk;
    const commits: number[] = [];
    for (const commit of edges) {
      if (state.has(commit, SHOWN | BOUNDARY)) continue;
      state.add(commit, BOUNDARY);
      commits.push(commit);
    }
    for (const commit of sortTopologically(state, commits.reverse(), this.#request.options.order ?? 'default')) {
      state.add(commit, SHOWN);
      yield this.#entryOf(commit);
    }
  }

  #next(): number | undefined {
    const { sinceSeconds } = this.#request.options;
    for (;;) {
      const commit = this.#take();
      if (commit === undefined) return undefined;
      if (!this.#walk.isLimited) {
        if (sinceSeconds !== undefined && this.#timeOf(commit) < sinceSeconds) continue;
        if (this.#step !== undefined) this.#walk.simplifier.simplify(commit);
        else this.#walk.processParents(commit, this.#push);
      }
      if (!this.#isShown(commit)) continue;
      const { prunes, isDense } = this.#walk.rules;
      if (prunes && isDense && this.#wantsAncestry) this.#rewriteParents(commit);
      return commit;
    }
  }

  #take(): number | undefined {
    if (this.#reflogSteps === undefined) return this.#walk.next();
    const next = this.#reflogSteps.next();
    if (next.done === true) return undefined;
    this.#step = next.value;
    this.#walk.state.remove(next.value.commit, ADDED | SEEN | SHOWN);
    this.#walk.state.parse(next.value.commit);
    return next.value.commit;
  }

  get #wantsAncestry(): boolean {
    const { parents, children, simplifyMerges, simplifyByDecoration } = this.#request.options;
    return parents === true || children === true || simplifyMerges === true || simplifyByDecoration === true;
  }

  #timeOf(commit: number): number {
    return this.#step === undefined ? this.#walk.state.timeOf(commit) : this.#step.entry.timeSeconds;
  }

  #isShown(commit: number): boolean {
    const { state, rules } = this.#walk;
    const { options, objects } = this.#request;
    if (state.has(commit, SHOWN | UNINTERESTING)) return false;
    const time = this.#timeOf(commit);
    if (options.untilSeconds !== undefined && time > options.untilSeconds) return false;
    if (options.sinceFilterSeconds !== undefined && time < options.sinceFilterSeconds) return false;
    const parents = state.parentsOf(commit);
    if (parents.length < (options.minParents ?? 0) || parents.length > (options.maxParents ?? Number.POSITIVE_INFINITY)) return false;
    if (this.#search !== undefined) {
      const body = objects.find(state.idAt(commit))?.body;
      if (body === undefined || !this.#search.matches(body, this.#step?.entry.message)) return false;
    }
    if (!rules.prunes || !rules.isDense || !state.has(commit, TREESAME)) return true;
    if (!this.#wantsAncestry) return false;
    if (rules.showPulls && state.has(commit, PULL_MERGE)) return true;
    // Merges between relevant commits tie the history together.
    return parents.filter((parent) => state.isRelevant(parent)).length > 1;
  }

  #rewriteParents(commit: number): void {
    const { state, simplifier } = this.#walk;
    const rewritten: number[] = [];
    for (const parent of state.parentsOf(commit)) {
      const found = this.#rewriteOne(parent);
      if (found !== undefined) rewritten.push(found);
    }
    state.setParents(commit, rewritten);
    simplifier.removeDuplicates(commit);
  }

  /** The first commit at or below that is not simplified away; `undefined` where there is none. */
  #rewriteOne(first: number): number | undefined {
    const { state, simplifier, isLimited } = this.#walk;
    const met = new RankedQueue();
    let commit: number | undefined = first;
    for (;;) {
      if (!isLimited) this.#walk.processParents(commit, (parent) => met.push(parent, state.timeOf(parent)));
      if (state.has(commit, UNINTERESTING) || !state.has(commit, TREESAME)) break;
      if (state.parentsOf(commit).length === 0) {
        commit = undefined;
        break;
      }
      const parent = simplifier.oneRelevantParent(commit);
      if (parent === undefined) break;
      commit = parent;
    }
    for (let each = met.pop(); each !== undefined; each = met.pop()) this.#push(each);
    return commit;
  }

  #entryOf(commit: number): RevListEntry {
    const { state } = this.#walk;
    const idsOf = (commits: readonly number[]): ObjectId[] => commits.map((each) => state.idAt(each));
    return {
      id: state.idAt(commit),
      commit,
      side: state.has(commit, LEFT) ? 'left' : 'right',
      isBoundary: state.has(commit, BOUNDARY),
      isSame: state.has(commit, PATCH_SAME),
      parents: idsOf(state.parentsOf(commit)),
      children: this.#children === undefined ? undefined : idsOf([...this.#children.get(commit) ?? []].reverse()),
      source: this.#walk.sourceOf(commit),
      reflog: this.#step === undefined ? undefined : { name: this.#step.name, index: this.#step.index, entry: this.#step.entry },
    };
  }
}
