import { independentIn } from '../walk/merge-base.js';
import type { HistorySimplifier } from './simplify-history.js';
import { PULL_MERGE, TREESAME, UNINTERESTING, type WalkState } from './walk-state.js';

/** How merges are simplified away. */
export interface MergeSimplification {
  readonly state: WalkState;
  readonly simplifier: HistorySimplifier;
  readonly firstParent: boolean;
  readonly showPulls: boolean;
}

/**
 * Rewrites the parents of listed commits to what they simplify to, and leaves out what simplifies to something else
 * (git-rev-list(1), `--simplify-merges`). O(commits), plus searches for common history at merges.
 */
export function simplifyMerges(request: MergeSimplification, commits: readonly number[]): number[] {
  const results = new Map<number, number>();
  // Parents first, without recursion: what is not ready waits for the next round, behind what it waits for.
  let waiting = [...commits].reverse();
  while (waiting.length > 0) {
    const next: number[] = [];
    for (const commit of waiting) simplifyOne(request, commit, { results, next });
    waiting = next;
  }
  return commits.filter((commit) => results.get(commit) === commit);
}

function simplifyOne(
  { state, simplifier, firstParent, showPulls }: MergeSimplification, commit: number,
  { results, next }: { readonly results: Map<number, number>; readonly next: number[] },
): void {
  if (results.has(commit)) return;
  const parents = state.parentsOf(commit);
  if (state.has(commit, UNINTERESTING) || parents.length === 0) {
    results.set(commit, commit);
    return;
  }
  const followed = firstParent ? parents.slice(0, 1) : parents;
  const missing = followed.filter((parent) => !results.has(parent));
  if (missing.length > 0) {
    for (const parent of missing) next.push(parent);
    next.push(commit);
    return;
  }
  state.setParents(commit, parents.map((parent, index) => (index < followed.length ? results.get(parent)! : parent)));
  const count = firstParent ? 1 : simplifier.removeDuplicates(commit);
  const left = count > 1 ? removeRedundant(state, simplifier, commit) : count;
  const only = simplifier.oneRelevantParent(commit);
  const stays = left === 0 || state.has(commit, UNINTERESTING) || !state.has(commit, TREESAME) || only === undefined ||
    (showPulls && state.has(commit, PULL_MERGE));
  results.set(commit, stays ? commit : results.get(only)!);
}

/** Takes away parents that another parent reaches, and roots without the paths; says how many are left. */
function removeRedundant(state: WalkState, simplifier: HistorySimplifier, commit: number): number {
  const parents = state.parentsOf(commit);
  const independent = new Set(independentIn(state, state.objects, parents));
  const removed = new Set<number>();
  for (const parent of parents) {
    const isEmptyRoot = state.parentsOf(parent).length === 0 && state.has(parent, TREESAME);
    if (!independent.has(parent) || isEmptyRoot) removed.add(parent);
  }
  // Where all parents that are the same would go, the first of them stays: it is the one a plain walk follows.
  const sames = simplifier.samesOf(commit);
  if (removed.size > 0 && sames !== undefined) {
    const same = parents.filter((_, index) => sames[index] === true);
    if (same.length > 0 && same.every((parent) => removed.has(parent))) removed.delete(same[0]!);
  }
  if (removed.size === 0) return parents.length;
  simplifier.removeParents(commit, (parent) => removed.has(parent));
  if (!state.has(commit, TREESAME)) simplifier.update(commit);
  return state.parentsOf(commit).length;
}
