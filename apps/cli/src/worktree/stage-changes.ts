import { IndexEditor, indexFileChanges, MODE_GITLINK, stageFile, type Pathspec, type StagingIndex } from '@govc/core/plumbing';

import type { OpenWorktree } from './open-worktree.js';

/** The index with all changes of tracked files, as `git commit -a` and `git add -u` take them in. */
export async function stageTracked(tree: OpenWorktree, pathspec?: Pathspec): Promise<StagingIndex> {
  const editor = new IndexEditor(tree.index);
  const found = await tree.drive(indexFileChanges(tree, tree.loaded, { pathspec }));
  const seen = new Set<string>();
  for (const { change } of found) {
    const { path } = (change.new ?? change.old)!;
    if (seen.has(path)) continue;
    seen.add(path);
    const info = tree.files.find(path);
    const isGone = info === undefined || (info.kind === 'directory' && change.old?.mode !== MODE_GITLINK);
    if (isGone) editor.remove(path);
    else editor.set(await tree.drive(stageFile(tree, tree.index, path)));
  }
  return editor.finish();
}
