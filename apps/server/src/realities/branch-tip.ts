import type { ObjectId, RefName, Repository, Snapshot } from '@govc/core';

const DEPTH_MAX = 16;

/** The commit at which a branch stands, by its short name; through symbolic refs. `undefined`: there is none. */
export function branchTip({ refs }: Snapshot, branch: string): ObjectId | undefined {
  let value = refs.get(`refs/heads/${branch}`);
  for (let depth = 0; value?.kind === 'symbolic' && depth < DEPTH_MAX; depth++) value = refs.get(value.target);
  return value?.kind === 'direct' ? value.id : undefined;
}

/** The short name of the branch that `HEAD` names; `main` where it names none. */
export function currentBranch(repository: Pick<Repository, 'head'>): string {
  return repository.head().ref?.replace(/^refs\/heads\//, '') ?? 'main';
}

/** The full name of a branch. */
export function refOfBranch(branch: string): RefName {
  return `refs/heads/${branch}` as RefName;
}
