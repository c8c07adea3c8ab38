import { GovcError } from '../errors.js';
import type { Job } from '../job/job.js';
import { RankedQueue } from '../walk/ranked-queue.js';
import { limitCherries, limitSides, limitToAncestry } from './limit-range.js';
import { PathLimit } from './path-limit.js';
import type { RevListRequest } from './rev-list-options.js';
import { HistorySimplifier, simplifyRulesOf, type SimplifyRules } from './simplify-history.js';
import { simplifyMerges } from './simplify-merges.js';
import { sortTopologically } from './topo-sort.js';
import {
  ADDED, ANCESTRY, BOTTOM, LEFT, QUEUED, SEEN, TREESAME, UNINTERESTING, WalkState,
} from './walk-state.js';

// Clocks are skewed now and then: the walk goes on for a few commits after it seems complete, as Git's does.
const SLOP = 5;

/**
 * The walk through history under `git rev-list`: from the starts by committer time, newest first.
 *
 *     start --plain range--> streaming (commits are looked at when they are asked for)
 *     start --anything left out, sorted or told from another side--> limited (the range is known first)
 */
export class RevWalk {
  readonly state: WalkState;
  readonly simplifier: HistorySimplifier;
  readonly rules: SimplifyRules;
  /** Whether the whole range was read before the first commit is given. */
  readonly isLimited: boolean;
  readonly #request: RevListRequest;
  readonly #queue = new RankedQueue();
  #interesting = 0;
  #listed: readonly number[] = [];
  #listedAt = 0;
  #isList = false;
  readonly #bottoms: number[] = [];
  readonly #sources = new Map<number, string>();

  constructor(request: RevListRequest) {
    const { options } = request;
    this.#request = request;
    this.state = new WalkState(request);
    this.isLimited = needsLimit(request);
    this.rules = simplifyRulesOf(options, this.isLimited);
    this.simplifier = new HistorySimplifier(this.state, this.rules, new PathLimit(this.state, {
      pathspec: options.pathspec,
      decorated: options.simplifyByDecoration === true ? (request.decorated ?? new Set()) : undefined,
      tellsAdded: options.removeEmpty === true,
    }));
  }

  /** Takes the starts; reads the range where it has to be known. */
  *prepare(): Job<void> {
    const { graph, starts, options } = this.#request;
    const { state } = this;
    const commits = starts.map((start) => graph.numberOf(start.id));
    for (const [index, commit] of commits.entries()) {
      state.parse(commit);
      const { isExcluded, isLeft, source } = starts[index]!;
      if (source !== undefined && !this.#sources.has(commit)) this.#sources.set(commit, source);
      if (isExcluded === true) state.add(commit, UNINTERESTING | BOTTOM);
      if (isLeft === true) state.add(commit, LEFT);
    }
    const { ancestryPath } = options;
    if (ancestryPath !== undefined && ancestryPath !== true) this.#markAncestry(ancestryPath.map((id) => graph.numberOf(id)));
    for (const [index, commit] of commits.entries()) {
      if (starts[index]!.isExcluded === true) this.#markParents(commit);
    }
    const first = commits.filter((commit, index) => commits.indexOf(commit) === index);
    for (const commit of first) state.add(commit, SEEN);
    const noWalk = starts.some((start) => start.isExcluded === true) ? undefined : options.noWalk;
    if (noWalk !== undefined) {
      const sorted = noWalk === 'unsorted' ? first : [...first].sort((one, two) => state.timeOf(two) - state.timeOf(one));
      this.#setList(sorted);
      return;
    }
    for (const commit of first) this.push(commit);
    if (!this.isLimited) return;
    let list = yield* this.#limit();
    const order = options.order ?? 'default';
    if (order !== 'default' || this.#simplifiesMerges) list = sortTopologically(state, list, order);
    if (this.#simplifiesMerges && this.rules.prunes) {
      const { simplifier, rules } = this;
      list = simplifyMerges({ state, simplifier, firstParent: rules.firstParent, showPulls: rules.showPulls }, list);
    }
    this.#setList(list);
  }

  /** The commits of a limited range in their order. */
  get listed(): readonly number[] {
    return this.#listed;
  }

  /** The next commit to be looked at. */
  next(): number | undefined {
    if (this.#isList) return this.#listed[this.#listedAt++];
    const commit = this.#queue.pop();
    if (commit !== undefined) this.#leave(commit);
    return commit;
  }

  /** Whether the walk was told not to follow parents. */
  get staysAtStarts(): boolean {
    return this.#isList && !this.isLimited;
  }

  /** The source of the start by which the walk met a commit. */
  sourceOf(commit: number): string | undefined {
    return this.#sources.get(commit);
  }

  push(commit: number): void {
    const { state } = this;
    state.add(commit, QUEUED);
    if (!state.has(commit, UNINTERESTING)) this.#interesting++;
    this.#queue.push(commit, state.timeOf(commit));
  }

  /**
   * Looks at the parents of a commit and takes those that were not met yet.
   *
   * @throws {GovcError} object-missing, object-type-mismatch, object-corrupt
   */
  processParents(commit: number, push: (commit: number) => void): void {
    const { state } = this;
    if (state.has(commit, ADDED)) return;
    state.add(commit, ADDED);
    if (state.has(commit, UNINTERESTING)) {
      this.#processUninteresting(commit, push);
      return;
    }
    this.simplifier.simplify(commit);
    if (this.staysAtStarts) return;
    const passed = state.flagsOf(commit) & (LEFT | ANCESTRY);
    const source = this.#sources.get(commit);
    for (const parent of state.parentsOf(commit)) {
      state.parse(parent);
      if (source !== undefined && !this.#sources.has(parent)) this.#sources.set(parent, source);
      state.add(parent, passed);
      if (!state.has(parent, SEEN)) {
        state.add(parent, SEEN);
        push(parent);
      }
      if (this.rules.firstParent) break;
    }
  }

  #processUninteresting(commit: number, push: (commit: number) => void): void {
    const { state } = this;
    for (const parent of state.parentsOf(commit)) {
      this.#markUninteresting(parent);
      // What is left out may be missing.
      if (!state.tryParse(parent)) continue;
      if (state.parentsOf(parent).length > 0) this.#markParents(parent);
      if (state.has(parent, SEEN)) continue;
      state.add(parent, SEEN);
      push(parent);
      if (this.#request.options.excludeFirstParentOnly === true) break;
    }
  }

  get #simplifiesMerges(): boolean {
    const { simplifyMerges: merges, simplifyByDecoration } = this.#request.options;
    return merges === true || simplifyByDecoration === true;
  }

  #setList(list: readonly number[]): void {
    this.#listed = list;
    this.#isList = true;
  }

  #leave(commit: number): void {
    this.state.remove(commit, QUEUED);
    if (!this.state.has(commit, UNINTERESTING)) this.#interesting--;
  }

  #markAncestry(commits: readonly number[]): void {
    for (const commit of commits) {
      this.state.parse(commit);
      this.state.add(commit, ANCESTRY);
      this.#bottoms.push(commit);
    }
  }

  #markUninteresting(commit: number): void {
    const { state } = this;
    if (state.has(commit, UNINTERESTING)) return;
    state.add(commit, UNINTERESTING);
    if (state.has(commit, QUEUED)) this.#interesting--;
  }

  /** Marks the parents of a commit, and all that they reach as far as this walk has looked. */
  #markParents(commit: number): void {
    const { state } = this;
    const onlyFirst = this.#request.options.excludeFirstParentOnly === true;
    const followed = (each: number): readonly number[] =>
      onlyFirst ? state.parentsOf(each).slice(0, 1) : state.parentsOf(each);
    const waiting = [...followed(commit)];
    for (let each = waiting.pop(); each !== undefined; each = waiting.pop()) {
      if (state.has(each, UNINTERESTING)) continue;
      this.#markUninteresting(each);
      for (const parent of followed(each)) waiting.push(parent);
    }
  }

  /** Reads the range until nothing interesting can come any more. */
  *#limit(): Job<number[]> {
    const { state } = this;
    const { options, starts, graph } = this.#request;
    const { sinceSeconds, untilSeconds, sinceFilterSeconds } = options;
    if (options.ancestryPath === true) {
      for (const start of starts) if (start.isExcluded === true) this.#bottoms.push(graph.numberOf(start.id));
      if (this.#bottoms.length === 0) {
        throw new GovcError('revision-invalid', 'An ancestry path needs commits that are left out, or commits of its own.', {});
      }
    }
    const list: number[] = [];
    const push = (commit: number): void => this.push(commit);
    let slop = SLOP;
    let listedTime = Number.POSITIVE_INFINITY;
    let done = 0;
    for (let commit = this.#queue.pop(); commit !== undefined; commit = this.#queue.pop()) {
      if (++done % 128 === 0) yield { phase: 'Walking history', done, total: undefined };
      this.#leave(commit);
      const time = state.timeOf(commit);
      if (sinceSeconds !== undefined && time < sinceSeconds) state.add(commit, UNINTERESTING);
      this.processParents(commit, push);
      if (state.has(commit, UNINTERESTING)) {
        this.#markParents(commit);
        const next = this.#queue.peek();
        if (next === undefined) break;
        slop = listedTime <= state.timeOf(next) || this.#interesting > 0 ? SLOP : slop - 1;
        if (slop === 0) break;
        continue;
      }
      if (untilSeconds !== undefined && time > untilSeconds) continue;
      if (sinceFilterSeconds !== undefined && time < sinceFilterSeconds) continue;
      listedTime = time;
      list.push(commit);
    }
    this.#limitListed(list);
    return list;
  }

  #limitListed(list: readonly number[]): void {
    const { state, simplifier } = this;
    const { options } = this.#request;
    limitCherries(state, list, this.#request);
    if (options.rightOnly === true) limitSides(state, list, 'left');
    else if (options.leftOnly === true) limitSides(state, list, 'right');
    if (options.ancestryPath !== undefined) limitToAncestry(state, this.#bottoms, list);
    if (!simplifier.canGrow) return;
    for (const commit of list) if (!state.has(commit, UNINTERESTING | TREESAME)) simplifier.update(commit);
  }
}

function needsLimit({ options, starts, reflogs }: RevListRequest): boolean {
  if (reflogs !== undefined) return false;
  return starts.some((start) => start.isExcluded === true) || (options.order ?? 'default') !== 'default' ||
    options.cherry !== undefined || options.ancestryPath !== undefined || options.children === true ||
    options.simplifyMerges === true || options.simplifyByDecoration === true;
}
