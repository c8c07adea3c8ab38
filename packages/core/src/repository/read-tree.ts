import { GovcError } from '../errors.js';
import { LIMITS } from '../limits.js';
import { bytesFromText, textFromBytes } from '../bytes/text.js';
import { objectIdAt } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { canonicalMode, findTreeEntry, MODE_TREE, TreeCursor } from '../object/tree.js';
import type { Snapshot } from '../store/snapshot.js';
import type { TreePathEntry } from '../store/tree-editor.js';

/** A file as it stands in a commit. */
export interface FileContent {
  readonly path: string;
  readonly id: ObjectId;
  /** As trees record it: `0o100644`, `0o100755`, or `0o120000` for a symbolic link. */
  readonly mode: number;
  /** Shared bytes that must not be written to. */
  readonly content: Uint8Array;
}

/** One entry of a tree with its full path. */
export interface ListedEntry extends TreePathEntry {
  readonly path: string;
  readonly name: string;
  readonly type: 'blob' | 'tree' | 'commit';
}

/**
 * The entry at a path of a tree, or `undefined`.
 *
 * @throws {GovcError} object-missing, object-corrupt
 */
export function findPath(snapshot: Snapshot, tree: ObjectId, path: string): TreePathEntry | undefined {
  let entry: TreePathEntry = { mode: MODE_TREE, id: tree };
  for (const name of path.split('/').filter((part) => part !== '')) {
    if (canonicalMode(entry.mode) !== MODE_TREE) return undefined;
    const found = findTreeEntry(readTreeBody(snapshot, entry.id), bytesFromText(name), snapshot.algorithm);
    if (found === undefined) return undefined;
    entry = { mode: found.mode, id: found.id };
  }
  return entry;
}

/**
 * The file at a path of a tree.
 *
 * @throws {GovcError} path-missing: nothing is there, or a folder or submodule; object-missing, limit-exceeded
 */
export function readFile(snapshot: Snapshot, tree: ObjectId, path: string): FileContent {
  const entry = findPath(snapshot, tree, path);
  if (entry === undefined) throw missing(path);
  const object = snapshot.objects.find(entry.id);
  if (object?.type !== 'blob') throw missing(path, object?.type === 'tree' ? 'a folder' : 'not a file');
  return { path, id: entry.id, mode: canonicalMode(entry.mode), content: object.body };
}

/**
 * The entries of the folder at a path (`''` is the root), in Git's order.
 *
 * @param options.recursive also what is in folders below, which are then not listed themselves. Default: `false`.
 * @throws {GovcError} path-missing: no folder is there; object-missing, object-corrupt
 */
export function* listTree(
  snapshot: Snapshot, tree: ObjectId, path: string, options: { readonly recursive?: boolean } = {},
): Generator<ListedEntry, void, void> {
  const start = findPath(snapshot, tree, path);
  if (start === undefined || canonicalMode(start.mode) !== MODE_TREE) throw missing(path);
  const clean = path.split('/').filter((part) => part !== '').join('/');
  const levels = [{ cursor: openTree(snapshot, start.id), prefix: clean === '' ? '' : `${clean}/` }];
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const { cursor, prefix } = level;
    if (!cursor.next()) {
      levels.pop();
      continue;
    }
    const name = textFromBytes(cursor.body.subarray(cursor.nameStart, cursor.nameEnd));
    const mode = canonicalMode(cursor.mode);
    const id = objectIdAt(cursor.body, cursor.idOffset, snapshot.algorithm);
    const type = mode === MODE_TREE ? 'tree' : mode === 0o160000 ? 'commit' : 'blob';
    if (type !== 'tree' || options.recursive !== true) {
      yield { path: prefix + name, name, mode, id, type };
    } else {
      if (levels.length >= LIMITS.treeDepth.value) {
        throw new GovcError('limit-exceeded', `Trees are nested more than ${LIMITS.treeDepth.value} deep at ${id}.`, { id });
      }
      levels.push({ cursor: openTree(snapshot, id), prefix: `${prefix}${name}/` });
    }
  }
}

function openTree(snapshot: Snapshot, id: ObjectId): TreeCursor {
  return new TreeCursor(readTreeBody(snapshot, id), snapshot.algorithm);
}

function readTreeBody(snapshot: Snapshot, id: ObjectId): Uint8Array {
  if (id === snapshot.algorithm.emptyTreeId) return new Uint8Array(0);
  const object = snapshot.objects.find(id);
  if (object === undefined) throw new GovcError('object-missing', `The tree ${id} is missing from the repository.`, { id });
  if (object.type !== 'tree') {
    throw new GovcError('object-type-mismatch', `The object ${id} is a ${object.type}, not a tree.`, { id });
  }
  return object.body;
}

function missing(path: string, what = 'nothing'): GovcError {
  return new GovcError('path-missing', `There is ${what} at "${path.slice(0, 200)}".`, { path: path.slice(0, 4096) });
}
