import type { ObjectId } from '@govc/core';
import { formatNameStatus, losslessTextFromBytes, treeFileChanges } from '@govc/core/plumbing';

import type { OpenWorktree } from './open-worktree.js';

/** Files that differ from a tree, a line each as `git diff --name-status` writes it. */
export async function localChanges(tree: OpenWorktree, from: ObjectId | undefined): Promise<string> {
  const found = await tree.drive(treeFileChanges(tree, from, tree.loaded));
  return losslessTextFromBytes(formatNameStatus(found.map(({ change }) => change)));
}
