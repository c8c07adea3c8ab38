/** What is done to a range of commits when all of it is known: sides, equal changes, ways between commits. */
import type { RevListRequest } from './rev-list-options.js';
import { ANCESTRY, BOUNDARY, LEFT, MARKED, PATCH_SAME, SHOWN, UNINTERESTING, type WalkState } from './walk-state.js';

/** Marks or hides commits whose change a commit of the other side makes too. The smaller side is kept in memory. */
export function limitCherries(state: WalkState, commits: readonly number[], request: RevListRequest): void {
  const { options, patchIdOf } = request;
  if (options.cherry === undefined || patchIdOf === undefined) return;
  const sides = commits.filter((commit) => !state.has(commit, BOUNDARY));
  const leftCount = sides.filter((commit) => state.has(commit, LEFT)).length;
  const rightCount = sides.length - leftCount;
  if (leftCount === 0 || rightCount === 0) return;
  const keepsLeft = leftCount < rightCount;
  const byPatch = new Map<string, number[]>();
  for (const commit of sides) {
    if (state.has(commit, LEFT) !== keepsLeft) continue;
    const patch = patchIdOf(state.idAt(commit));
    if (patch === undefined) continue;
    const same = byPatch.get(patch);
    if (same === undefined) byPatch.set(patch, [commit]);
    else same.push(commit);
  }
  const flag = options.cherry === 'mark' ? PATCH_SAME : SHOWN;
  for (const commit of sides) {
    if (state.has(commit, LEFT) === keepsLeft) continue;
    const patch = patchIdOf(state.idAt(commit));
    const same = patch === undefined ? undefined : byPatch.get(patch);
    if (same === undefined) continue;
    state.add(commit, flag);
    for (const other of same) state.add(other, flag);
  }
}

/** Hides the commits of one side. */
export function limitSides(state: WalkState, commits: readonly number[], hidden: 'left' | 'right'): void {
  for (const commit of commits) if (state.has(commit, LEFT) === (hidden === 'left')) state.add(commit, SHOWN);
}

/**
 * Leaves out commits that neither reach one of `bottoms` nor are reached from one that was marked before the walk. O(commits).
 */
export function limitToAncestry(state: WalkState, bottoms: readonly number[], commits: readonly number[]): void {
  const children = new Map<number, number[]>();
  for (const commit of commits) {
    if (state.has(commit, UNINTERESTING)) continue;
    for (const parent of state.parentsOf(commit)) {
      const known = children.get(parent);
      if (known === undefined) children.set(parent, [commit]);
      else known.push(commit);
    }
  }
  const waiting = [...bottoms];
  for (const bottom of bottoms) state.add(bottom, MARKED);
  for (let commit = waiting.pop(); commit !== undefined; commit = waiting.pop()) {
    for (const child of children.get(commit) ?? []) {
      if (state.has(child, MARKED)) continue;
      state.add(child, MARKED);
      waiting.push(child);
    }
  }
  for (const commit of commits) if (!state.has(commit, MARKED | ANCESTRY)) state.add(commit, UNINTERESTING);
  for (const commit of commits) state.remove(commit, MARKED | ANCESTRY);
  for (const bottom of bottoms) state.remove(bottom, MARKED | ANCESTRY);
}
