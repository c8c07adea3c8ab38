import { GovcError } from '../errors.js';
import { losslessTextFromBytes } from '../bytes/lossless-text.js';
import { objectIdAt, type HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { LIMITS } from '../limits.js';
import { canonicalMode, MODE_TREE, TreeCursor } from '../object/tree.js';
import type { ObjectSource } from '../pack/object-source.js';

/** A file of a tree with its whole path. */
export interface TreeFile {
  /** Lossless text. */
  readonly path: string;
  readonly mode: number;
  readonly id: ObjectId;
}

/** A folder that may be passed over. */
export type FolderSkip = (path: string, id: ObjectId) => boolean;

/**
 * All files of a tree, in the order of the index. Lazy.
 *
 * @param skip is asked before a folder is opened; true passes over it. Default: none.
 * @throws {GovcError} object-missing, object-type-mismatch, limit-exceeded
 */
export function* treeFiles(
  { objects, algorithm }: { readonly objects: ObjectSource; readonly algorithm: HashAlgorithm }, tree: ObjectId | undefined, skip?: FolderSkip,
): Generator<TreeFile, void, void> {
  if (tree === undefined) return;
  const open = (id: ObjectId): TreeCursor => new TreeCursor(readTree(objects, algorithm, id), algorithm);
  const levels = [{ cursor: open(tree), prefix: '' }];
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const { cursor, prefix } = level;
    if (!cursor.next()) {
      levels.pop();
      continue;
    }
    const path = prefix + losslessTextFromBytes(cursor.body.subarray(cursor.nameStart, cursor.nameEnd));
    const mode = canonicalMode(cursor.mode);
    const id = objectIdAt(cursor.body, cursor.idOffset, algorithm);
    if (mode !== MODE_TREE) {
      yield { path, mode, id };
    } else if (skip?.(path, id) !== true) {
      if (levels.length >= LIMITS.treeDepth.value) {
        throw new GovcError('limit-exceeded', `Trees are nested more than ${LIMITS.treeDepth.value} deep at ${id}.`, { id });
      }
      levels.push({ cursor: open(id), prefix: `${path}/` });
    }
  }
}

/** The body of a tree; the empty tree need not exist. @throws {GovcError} object-missing, object-type-mismatch */
export function readTree(objects: ObjectSource, algorithm: HashAlgorithm, id: ObjectId): Uint8Array {
  if (id === algorithm.emptyTreeId) return NO_BYTES;
  const object = objects.find(id);
  if (object === undefined) throw new GovcError('object-missing', `The tree ${id} is missing from the repository.`, { id });
  if (object.type !== 'tree') {
    throw new GovcError('object-type-mismatch', `The object ${id} is a ${object.type}, not a tree.`, { id });
  }
  return object.body;
}

const NO_BYTES = new Uint8Array(0);
