import { parsePatch, type FilePatch, type ParsePatchOptions } from '../diff/parse-patch.js';
import type { ObjectId } from '../hash/object-id.js';
import { runJob } from '../job/job.js';
import { findSubmoduleCommit } from '../merge/apply-patch-file.js';
import { applyPatchToTree, findBlobIdByPrefix, type ApplyToTreeRequest } from '../merge/apply-patch-tree.js';
import type { ApplyPatchOptions } from '../merge/apply-patch.js';
import { mergeTrees, type MergeTreesResult } from '../merge/merge-trees.js';
import { MODE_BLOB, MODE_GITLINK } from '../object/tree.js';
import { findBrokenPathRule } from '../pattern/safe-path.js';
import { TreeEditor } from '../store/tree-editor.js';

/** A patch that does not apply to `tree`. */
export interface MailMergeRequest extends ApplyToTreeRequest {
  readonly patch: Uint8Array;
  /** What the other side is called in conflict markers: the subject of the mail. */
  readonly label: string;
  readonly options: ApplyPatchOptions & ParsePatchOptions;
}

/**
 * Merges a patch as `git am --3way` does: the files that it was made for, known by the ids of their blobs, make up a
 * base; the patch is applied to that, and the result is merged with the tree.
 *
 * @returns `undefined` where such a base is not known, or the patch does not apply to it
 * @throws {GovcError} object-missing, object-corrupt
 */
export function mergeMailPatch(request: MailMergeRequest): MergeTreesResult | undefined {
  const { objects, algorithm, write, tree, patch, label, options } = request;
  const base = makePatchBase(request, parsePatch(patch, options));
  if (base === undefined) return undefined;
  const { tree: theirs, result } = applyPatchToTree({ objects, algorithm, write, tree: base }, patch, options);
  if (result.outcome !== 'applied') return undefined;
  return runJob(mergeTrees({
    objects, algorithm, write, base, ours: tree, theirs,
    options: {
      labels: { ancestor: 'constructed merge base', branch1: 'HEAD', branch2: label }, directoryRenames: 'false',
      style: options.conflictStyle,
    },
  }));
}

/** A tree of nothing but the files that the patch changes, as they were; `undefined` where their blobs are not known. */
export function makePatchBase({ objects, algorithm, write, tree }: ApplyToTreeRequest, patches: readonly FilePatch[]): ObjectId | undefined {
  const current = new TreeEditor(objects, tree, algorithm);
  const base = new TreeEditor(objects, write('tree', new Uint8Array(0)), algorithm);
  for (const patch of patches) {
    const path = patch.oldPath ?? patch.newPath;
    if (patch.isNew === true || path === undefined) continue;
    if (findBrokenPathRule(path) !== undefined) return undefined;
    const id = findOldId(patch);
    if (id === undefined) return undefined;
    base.set(path, { mode: patch.oldMode ?? MODE_BLOB, id });
  }
  return base.write(write);

  function findOldId(patch: FilePatch): ObjectId | undefined {
    const { oldIdPrefix, oldPath, oldMode, linesAdded, linesDeleted } = patch;
    if (oldMode === MODE_GITLINK) return findOldCommit(patch);
    const known = oldIdPrefix === undefined ? undefined : findBlobIdByPrefix(objects, oldIdPrefix);
    if (known !== undefined) return known;
    // Where no line changes, it is the file that is there.
    return linesAdded + linesDeleted === 0 && oldPath !== undefined ? current.find(oldPath)?.id : undefined;
  }

  function findOldCommit({ hunks }: FilePatch): ObjectId | undefined {
    const bytes = hunks[0]?.bytes;
    const start = bytes === undefined ? -1 : bytes.indexOf(LF) + 1;
    if (bytes === undefined || start <= 0 || bytes[start] !== MINUS) return undefined;
    return findSubmoduleCommit(bytes.subarray(start + 1, bytes.indexOf(LF, start) + 1), algorithm);
  }
}

const LF = 0x0a;
const MINUS = 0x2d;
