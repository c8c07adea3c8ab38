/** The result of a merge of trees brought to the index and the files. */
import type { MergeTreeResult, ObjectId } from '@govc/core';
import { IndexEditor, indexEntry, MODE_TREE, parseTree, type ObjectSource } from '@govc/core/plumbing';

import { Failure } from '../failure.js';
import type { OpenWorktree } from './open-worktree.js';
import { obstacleText, switchTree } from './switch-tree.js';

/** Writes the objects of a result that the repository lacks. O(new trees). */
export function keepObjects(tree: OpenWorktree, objects: ObjectSource, root: ObjectId): void {
  const pending: { id: ObjectId; isTree: boolean }[] = [{ id: root, isTree: true }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (tree.objects.has(next.id)) continue;
    const object = objects.find(next.id);
    if (object === undefined) continue;
    tree.write(object.type, object.body);
    if (!next.isTree) continue;
    for (const { mode, id } of parseTree(object.body, tree.algorithm)) {
      if (mode !== 0o160000) pending.push({ id, isTree: mode === MODE_TREE });
    }
  }
}

/**
 * Brings a merge to the index, which is written, and the files: what conflicts has markers in its file and stages in the index.
 *
 * @throws {Failure} local changes would be lost
 */
export async function applyMerge(tree: OpenWorktree, from: ObjectId | undefined, result: MergeTreeResult, command: string): Promise<void> {
  keepObjects(tree, result.objects, result.tree);
  for (const { stages } of result.conflicts) {
    for (const side of [stages.base, stages.ours, stages.theirs]) {
      if (side !== undefined && side.mode !== 0o160000) keepObjects(tree, result.objects, side.id);
    }
  }
  const switched = await switchTree(tree, [from, result.tree], {});
  if ('obstacles' in switched) throw new Failure(obstacleText(switched.obstacles, command), 1);
  const editor = new IndexEditor(switched.index);
  for (const { path, stages } of result.conflicts) {
    if (stages.base === undefined && stages.ours === undefined && stages.theirs === undefined) continue;
    editor.remove(path);
    const sides = [stages.base, stages.ours, stages.theirs] as const;
    sides.forEach((side, i) => {
      if (side !== undefined) editor.set(indexEntry({ path, mode: side.mode, id: side.id, stage: (i + 1) as 1 | 2 | 3 }));
    });
  }
  await tree.save(editor.finish());
}
