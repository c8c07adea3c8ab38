import { losslessTextFromBytes } from '../bytes/lossless-text.js';
import type { ParsePatchOptions } from '../diff/parse-patch.js';
import { parsePatch } from '../diff/parse-patch.js';
import { readSide } from '../diff/diff-source.js';
import { objectIdAt, type HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectType } from '../hash/hash-object.js';
import type { ObjectId } from '../hash/object-id.js';
import { MODE_GITLINK, MODE_TREE, TreeCursor } from '../object/tree.js';
import type { ObjectSource } from '../pack/object-source.js';
import { findBrokenPathRule } from '../pattern/safe-path.js';
import { TreeEditor } from '../store/tree-editor.js';
import { applyPatch, type ApplyPatchOptions, type PatchResult } from './apply-patch.js';
import { findSubmoduleCommit } from './apply-patch-file.js';
import type { PatchedFile, PatchTarget } from './apply-patch-files.js';

/** A tree to be patched. */
export interface ApplyToTreeRequest {
  readonly objects: ObjectSource;
  readonly algorithm: HashAlgorithm;
  readonly tree: ObjectId;
  /** Where new blobs and trees go. */
  readonly write: (type: ObjectType, body: Uint8Array) => ObjectId;
}

/** What came of a patch to a tree. */
export interface TreePatchResult {
  /** The tree with everything that changes; with conflicts, their files have markers. The old one where it was refused. */
  readonly tree: ObjectId;
  readonly result: PatchResult;
}

/**
 * Applies a patch to a tree.
 *
 * @throws {GovcError} patch-invalid, limit-exceeded: see `parsePatch`; object-missing, object-corrupt: the tree cannot be
 *   read.
 */
export function applyPatchToTree(
  request: ApplyToTreeRequest, patch: Uint8Array, options: ApplyPatchOptions & ParsePatchOptions = {},
): TreePatchResult {
  const { objects, algorithm, tree, write } = request;
  const editor = new TreeEditor(objects, tree, algorithm);
  const result = applyPatch(parsePatch(patch, options), {
    target: treeTarget(editor, objects, algorithm), algorithm, findBlob: (prefix) => findBlobByPrefix(objects, prefix), options,
  });
  for (const [path, file] of result.files) {
    if (file === undefined) editor.remove(path);
    else editor.set(path, { mode: file.mode, id: patchedId(file, algorithm, write) });
  }
  return { tree: result.files.size === 0 ? tree : editor.write(write), result };
}

/** The id of a patched file, with its blob written; of a submodule its commit. */
export function patchedId(file: PatchedFile, algorithm: HashAlgorithm, write: ApplyToTreeRequest['write']): ObjectId {
  const commit = file.mode === MODE_GITLINK ? findSubmoduleCommit(file.content, algorithm) : undefined;
  return commit ?? write('blob', file.content);
}

/** The files of a tree that is being edited, as something to patch. */
export function treeTarget(editor: TreeEditor, objects: ObjectSource, algorithm: HashAlgorithm): PatchTarget {
  return {
    find: (path) => {
      const entry = findBrokenPathRule(path) === undefined ? editor.find(path) : undefined;
      if (entry === undefined || entry.mode === MODE_TREE) return undefined;
      return { mode: entry.mode, read: () => readSide({ objects }, { path, ...entry }) };
    },
    below: (folder) => {
      const entry = findBrokenPathRule(folder) === undefined ? editor.find(folder) : undefined;
      return entry?.mode === MODE_TREE ? pathsBelow({ objects, algorithm }, folder, entry.id) : [];
    },
  };
}

function* pathsBelow(
  source: { readonly objects: ObjectSource; readonly algorithm: HashAlgorithm }, folder: string, tree: ObjectId,
): Generator<string, void, void> {
  const left = [{ folder, tree }];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const object = source.objects.find(next.tree);
    if (object?.type !== 'tree') continue;
    const cursor = new TreeCursor(object.body, source.algorithm);
    while (cursor.next()) {
      const path = `${next.folder}/${losslessTextFromBytes(object.body.subarray(cursor.nameStart, cursor.nameEnd))}`;
      if (cursor.mode !== MODE_TREE) yield path;
      else left.push({ folder: path, tree: objectIdAt(object.body, cursor.idOffset, source.algorithm) });
    }
  }
}

/** The content of the blob whose id begins so, where it is the only one that does. */
export function findBlobByPrefix(objects: ObjectSource, prefix: string): Uint8Array | undefined {
  const id = findBlobIdByPrefix(objects, prefix);
  return id === undefined ? undefined : objects.find(id)?.body;
}

/** The blob whose id begins so, where it is the only one that does. */
export function findBlobIdByPrefix(objects: ObjectSource, prefix: string): ObjectId | undefined {
  if (!/^[0-9a-f]{4,64}$/i.test(prefix)) return undefined;
  const ids = new Set(objects.idsWithPrefix(prefix.toLowerCase()));
  const blobs = [...ids].filter((id) => objects.findHeader(id)?.type === 'blob');
  return blobs.length === 1 ? blobs[0] : undefined;
}
