import type { ParsePatchOptions } from '../diff/parse-patch.js';
import { MODE_GITLINK } from '../object/tree.js';
import { applyPatchToTree, patchedId } from '../merge/apply-patch-tree.js';
import type { ApplyPatchOptions, PatchResult } from '../merge/apply-patch.js';
import type { TreePathEntry } from '../store/tree-editor.js';
import { ObjectStack } from '../store/object-stack.js';
import type { Snapshot } from '../store/snapshot.js';
import { TreeEditor } from '../store/tree-editor.js';
import { YoungWriter } from '../store/young-objects.js';
import { readCommit } from './commit-info.js';
import type { Stage } from './stage.js';
import { headTip } from './write-context.js';

/**
 * Applies a patch to what the next commit would hold: the tree of `HEAD` with what is staged. Where it applies, its
 * changes are staged; where it is refused, conflicts, or applies in part, nothing is, and the result says why.
 *
 * @throws {GovcError} patch-invalid, limit-exceeded, object-missing
 */
export function applyPatchToStage(
  snapshot: Snapshot, stage: Stage, patch: Uint8Array, options: ApplyPatchOptions & ParsePatchOptions,
): PatchResult {
  const { algorithm } = snapshot;
  const scratch = new YoungWriter(algorithm);
  const objects = new ObjectStack([scratch, stage.blobs, snapshot.objects]);
  const head = headTip({ snapshot }).id;
  const base = new TreeEditor(objects, head === undefined ? algorithm.emptyTreeId : readCommit(snapshot, head).tree, algorithm);
  stage.applyTo(base);
  const write = (type: Parameters<YoungWriter['write']>[0], body: Uint8Array): TreePathEntry['id'] => scratch.write(type, body);
  const { result } = applyPatchToTree({ objects, algorithm, tree: base.write(write), write }, patch, options);
  if (result.outcome !== 'applied') return result;
  for (const [path, file] of result.files) {
    if (file === undefined) stage.remove(path);
    else if (file.mode === MODE_GITLINK) stage.put(path, { mode: file.mode, id: patchedId(file, algorithm, write) });
    else stage.add(path, file.content, file.mode);
  }
  return result;
}
