import { losslessTextFromBytes } from '../bytes/lossless-text.js';
import { objectIdAt } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { MODE_TREE, TreeCursor } from '../object/tree.js';
import { readCommit } from './commit-info.js';
import type { ReadContext } from './read-context.js';
import { listRevisions } from './rev-list.js';

/** Where a blob comes from. */
export interface BlobOrigin {
  readonly commit: ObjectId;
  /** Lossless text. */
  readonly path: string;
}

/**
 * The oldest commit of `HEAD`'s history that has a blob, and its first path there; `undefined` where none has. Reads each tree of
 * that history once.
 *
 * @throws {GovcError} object-missing, object-corrupt
 */
export function findBlobOrigin(context: ReadContext, blob: ObjectId): BlobOrigin | undefined {
  const { snapshot } = context;
  const seen = new Set<ObjectId>();
  for (const { id } of listRevisions(context, { revisions: ['HEAD'], reverse: true })) {
    const path = findInTree(context, readCommit(snapshot, id).tree, { blob, seen });
    if (path !== undefined) return { commit: id, path };
  }
  return undefined;
}

function findInTree(
  { snapshot: { objects, algorithm } }: ReadContext, root: ObjectId, { blob, seen }: { readonly blob: ObjectId; readonly seen: Set<ObjectId> },
): string | undefined {
  const open = (tree: ObjectId, prefix: string): { readonly body: Uint8Array; readonly cursor: TreeCursor; readonly prefix: string } | undefined => {
    if (seen.has(tree)) return undefined;
    seen.add(tree);
    const object = objects.find(tree);
    return object?.type === 'tree' ? { body: object.body, cursor: new TreeCursor(object.body, algorithm), prefix } : undefined;
  };
  const first = open(root, '');
  const stack = first === undefined ? [] : [first];
  for (let level = stack.at(-1); level !== undefined; level = stack.at(-1)) {
    const { body, cursor, prefix } = level;
    if (!cursor.next()) {
      stack.pop();
      continue;
    }
    const id = objectIdAt(body, cursor.idOffset, algorithm);
    const isTree = cursor.mode === MODE_TREE;
    if (!isTree && id !== blob) continue;
    const path = prefix + losslessTextFromBytes(body.subarray(cursor.nameStart, cursor.nameEnd));
    if (!isTree) return path;
    const next = open(id, `${path}/`);
    if (next !== undefined) stack.push(next);
  }
  return undefined;
}
