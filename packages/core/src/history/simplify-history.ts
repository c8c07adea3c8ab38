/**
 * Which commits change the paths that are asked for, and which parents are followed: git-rev-list(1), "History
 * Simplification".
 */
import type { PathLimit } from './path-limit.js';
import type { RevListOptions } from './rev-list-options.js';
import { PULL_MERGE, TREESAME, UNINTERESTING, type WalkState } from './walk-state.js';

/** What of the options decides about simplification. */
export interface SimplifyRules {
  /** Whether anything is left out because it changes nothing. */
  readonly prunes: boolean;
  readonly isDense: boolean;
  /** Whether only one parent that is the same is followed. */
  readonly simplifies: boolean;
  readonly firstParent: boolean;
  readonly showPulls: boolean;
  readonly removeEmpty: boolean;
  /** Whether it is kept for each parent of a merge if it is the same. */
  readonly keepsPerParent: boolean;
}

/** What the options say about simplification. */
export function simplifyRulesOf(options: RevListOptions, limited: boolean): SimplifyRules {
  const prunes = options.pathspec !== undefined || options.simplifyByDecoration === true;
  const isDense = options.sparse !== true;
  const simplifiesMerges = options.simplifyMerges === true || options.simplifyByDecoration === true;
  const simplifies = options.fullHistory !== true && !simplifiesMerges && options.ancestryPath === undefined;
  const firstParent = options.firstParent === true;
  return {
    prunes,
    isDense,
    simplifies,
    firstParent,
    showPulls: options.showPulls === true,
    removeEmpty: options.removeEmpty === true,
    keepsPerParent: simplifiesMerges || (limited && prunes && isDense && !simplifies && !firstParent),
  };
}

/** Decides about commits one by one, and remembers for merges which parents are the same. */
export class HistorySimplifier {
  readonly #state: WalkState;
  readonly #rules: SimplifyRules;
  readonly #limit: PathLimit;
  readonly #sames = new Map<number, boolean[]>();

  constructor(state: WalkState, rules: SimplifyRules, limit: PathLimit) {
    this.#state = state;
    this.#rules = rules;
    this.#limit = limit;
  }

  /** Marks a commit that changes nothing; of a merge keeps only the parent that is the same, where the rules say so. */
  simplify(commit: number): void {
    const rules = this.#rules;
    const state = this.#state;
    if (!rules.prunes) return;
    const parents = state.parentsOf(commit);
    if (parents.length === 0) {
      if (this.#limit.isEmpty(commit)) state.add(commit, TREESAME);
      return;
    }
    if (!rules.isDense && parents.length === 1) return;
    let relevantChange = false;
    let irrelevantChange = false;
    let relevantCount = 0;
    let sames: boolean[] | undefined;
    for (const [index, parent] of parents.entries()) {
      const isRelevant = state.isRelevant(parent);
      if (isRelevant) relevantCount++;
      if (index === 1) {
        if (rules.firstParent) break;
        if (rules.keepsPerParent && !rules.simplifies && !state.has(commit, UNINTERESTING)) {
          sames = parents.map((_, i) => i === 0 && !relevantChange && !irrelevantChange);
          this.#sames.set(commit, sames);
        }
      }
      state.parse(parent);
      const difference = this.#limit.compare(parent, commit, index);
      if (difference === 'same') {
        if (rules.simplifies && isRelevant) {
          state.setParents(commit, [parent]);
          if (!rules.showPulls || index === 0) state.add(commit, TREESAME);
          return;
        }
        if (sames !== undefined) sames[index] = true;
        continue;
      }
      // All that is asked for comes from here: the parent counts as a root.
      if (difference === 'added' && rules.removeEmpty && this.#limit.isEmpty(parent)) state.setParents(parent, []);
      if (isRelevant) relevantChange = true;
      else irrelevantChange = true;
      if (index === 0) state.add(commit, PULL_MERGE);
    }
    if (relevantCount > 0 ? !relevantChange : !irrelevantChange) state.add(commit, TREESAME);
  }

  /** Which parents of a merge are the same; `undefined` where that is not kept. */
  samesOf(commit: number): readonly boolean[] | undefined {
    return this.#sames.get(commit);
  }

  /** Whether parents may have become irrelevant after a merge was looked at. */
  get canGrow(): boolean {
    const { prunes, isDense, simplifies, firstParent } = this.#rules;
    return prunes && isDense && !simplifies && !firstParent;
  }

  /** Decides again about a merge whose parents have become irrelevant or fewer. */
  update(commit: number): void {
    const state = this.#state;
    const parents = state.parentsOf(commit);
    const sames = this.#sames.get(commit);
    if (parents.length < 2 || sames === undefined) return;
    let relevantCount = 0;
    let relevantChange = false;
    let irrelevantChange = false;
    for (const [index, parent] of parents.entries()) {
      const changes = sames[index] !== true;
      if (state.isRelevant(parent)) {
        relevantChange ||= changes;
        relevantCount++;
      } else {
        irrelevantChange ||= changes;
      }
    }
    if (relevantCount > 0 ? relevantChange : irrelevantChange) state.remove(commit, TREESAME);
    else state.add(commit, TREESAME);
  }

  /** Takes away the parents at some indexes; a commit that has become an ordinary one is decided about again. */
  removeParents(commit: number, isRemoved: (parent: number, index: number) => boolean): void {
    const state = this.#state;
    const before = state.parentsOf(commit);
    const kept = before.map((parent, index) => !isRemoved(parent, index));
    if (!kept.includes(false)) return;
    const parents = before.filter((_, index) => kept[index]);
    state.setParents(commit, parents);
    if (parents.length === 0) {
      if (this.#limit.isEmpty(commit)) state.add(commit, TREESAME);
      else state.remove(commit, TREESAME);
      return;
    }
    const sames = this.#sames.get(commit)?.filter((_, index) => kept[index]);
    if (sames === undefined) return;
    if (sames.length > 1) {
      this.#sames.set(commit, sames);
      return;
    }
    this.#sames.delete(commit);
    if (sames[0] === true && this.#rules.isDense) state.add(commit, TREESAME);
    else state.remove(commit, TREESAME);
  }

  /** Takes away parents that come a second time; says how many are left. */
  removeDuplicates(commit: number): number {
    const parents = this.#state.parentsOf(commit);
    if (parents.length < 2) return parents.length;
    if (new Set(parents).size < parents.length) {
      this.removeParents(commit, (parent, index) => parents.indexOf(parent) < index);
    }
    return this.#state.parentsOf(commit).length;
  }

  /** The only parent that counts; `undefined` where there are none or several. */
  oneRelevantParent(commit: number): number | undefined {
    const parents = this.#state.parentsOf(commit);
    if (this.#rules.firstParent || parents.length < 2) return parents[0];
    let found: number | undefined;
    for (const parent of parents) {
      if (!this.#state.isRelevant(parent)) continue;
      if (found !== undefined) return undefined;
      found = parent;
    }
    return found;
  }
}
