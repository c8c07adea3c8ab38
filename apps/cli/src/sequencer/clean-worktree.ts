/** Whether there is anything that a command must not lose. */
import { indexFileChanges, treeIndexChanges } from '@govc/core/plumbing';

import type { Workplace } from './workplace.js';

/** What is not committed. */
export interface WorktreeDirt {
  /** Files differ from the index. */
  readonly hasUnstaged: boolean;
  /** The index differs from HEAD. */
  readonly hasUncommitted: boolean;
}

/** Looks at tracked files; submodules aside. */
export async function isWorktreeDirty(work: Workplace): Promise<WorktreeDirt> {
  const { tree } = work;
  const changes = await tree.drive(indexFileChanges(tree, tree.loaded, { ignoresSubmodules: true }));
  let hasUncommitted = false;
  for (const { old, new: new_ } of treeIndexChanges(tree, work.head.tree, tree.index)) {
    if (old?.mode === 0o160000 && new_?.mode === 0o160000) continue;
    hasUncommitted = true;
    break;
  }
  return { hasUnstaged: changes.length > 0, hasUncommitted };
}

/** Renews the numbers of the index, and says which files are in conflict. */
export async function refreshAloud(work: Workplace): Promise<void> {
  await work.tree.refresh();
  const paths = new Set(work.tree.index.entries.filter(({ stage }) => stage !== 0).map(({ path }) => path));
  work.say([...paths].map((path) => `${path}: needs merge\n`).join(''));
}

/** Says what is in the way; whether nothing is. */
export async function isCleanFor(work: Workplace, action: string, hint?: string): Promise<boolean> {
  await refreshAloud(work);
  const { hasUnstaged, hasUncommitted } = await isWorktreeDirty(work);
  if (hasUnstaged) work.tell(`error: cannot ${action}: You have unstaged changes.\n`);
  if (hasUncommitted) work.tell(hasUnstaged ? 'error: additionally, your index contains uncommitted changes.\n' : `error: cannot ${action}: Your index contains uncommitted changes.\n`);
  if ((hasUnstaged || hasUncommitted) && hint !== undefined) work.tell(`error: ${hint}\n`);
  return !hasUnstaged && !hasUncommitted;
}
