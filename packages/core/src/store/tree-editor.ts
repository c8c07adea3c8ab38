import { GovcError } from '../errors.js';
import { LIMITS } from '../limits.js';
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import { bytesFromLatin1, latin1FromBytes } from '../bytes/text.js';
import { objectIdAt, type HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectType } from '../hash/hash-object.js';
import type { ObjectId } from '../hash/object-id.js';
import { canonicalMode, MODE_TREE, serializeTree, TreeCursor } from '../object/tree.js';
import type { ObjectSource } from '../pack/object-source.js';
import { checkTreePath } from '../pattern/safe-path.js';

/** What a path of a tree holds. */
export interface TreePathEntry {
  readonly mode: number;
  readonly id: ObjectId;
}

interface Slot {
  /** The entry's place in Git's order: its name, with a slash behind it for a tree. */
  readonly key: string;
  mode: number;
  id: ObjectId;
  /** The opened tree, when the slot is one that was looked into. */
  folder: Folder | undefined;
}

interface Folder {
  /** Ordered by key. */
  readonly slots: Slot[];
  changed: boolean;
}

/**
 * A tree being edited by path: folders are read when a path first leads through them, and only changed
 * ones are written again. Empty folders disappear, as Git has none.
 *
 * A path is lossless text (`bytes/lossless-text.ts`) of names with slashes between. An edit replaces what is in its
 * way: a file by a folder or a folder by a file.
 */
export class TreeEditor {
  readonly #algorithm: HashAlgorithm;
  readonly #root: Folder;
  #objects: ObjectSource;
  #rootId: ObjectId;

  /**
   * @param root the tree to begin with; the empty tree need not exist as an object
   * @throws {GovcError} object-missing, object-type-mismatch, object-corrupt
   */
  constructor(objects: ObjectSource, root: ObjectId, algorithm: HashAlgorithm) {
    this.#algorithm = algorithm;
    this.#objects = objects;
    this.#rootId = root;
    this.#root = this.#open(root);
  }

  /** The id of the tree as it was when last written or opened. */
  get writtenId(): ObjectId {
    return this.#rootId;
  }

  /** Reads further folders from here on from another source that holds the same objects. */
  rebind(objects: ObjectSource): void {
    this.#objects = objects;
  }

  /** The entry at a path, or `undefined`. */
  find(path: string): TreePathEntry | undefined {
    const names = splitPath(path);
    const folder = this.#findFolder(names);
    const slot = folder === undefined ? undefined : findSlot(folder, names.at(-1)!);
    return slot === undefined ? undefined : { mode: slot.mode, id: slot.id };
  }

  /**
   * Puts a blob, link or submodule commit at a path.
   *
   * @throws {GovcError} path-invalid: see {@link checkTreePath}.
   */
  set(path: string, entry: TreePathEntry): void {
    const names = splitPath(path);
    let folder = this.#root;
    folder.changed = true;
    for (let i = 0; i < names.length - 1; i++) {
      const name = names[i]!;
      let slot = findSlot(folder, name);
      if (slot?.key.endsWith('/') !== true) {
        if (slot !== undefined) removeSlot(folder, slot.key);
        slot = { key: `${name}/`, mode: MODE_TREE, id: this.#algorithm.emptyTreeId, folder: { slots: [], changed: true } };
        insertSlot(folder, slot);
      }
      folder = slot.folder ??= this.#open(slot.id);
      folder.changed = true;
    }
    const name = names.at(-1)!;
    const existing = findSlot(folder, name);
    if (existing?.key === name) {
      existing.mode = entry.mode;
      existing.id = entry.id;
      return;
    }
    if (existing !== undefined) removeSlot(folder, existing.key);
    insertSlot(folder, { key: name, mode: entry.mode, id: entry.id, folder: undefined });
  }

  /** Removes a file, or a folder with all below it; `false` when there is nothing at the path. */
  remove(path: string): boolean {
    const names = splitPath(path);
    const folder = this.#findFolder(names);
    const slot = folder === undefined ? undefined : findSlot(folder, names.at(-1)!);
    if (folder === undefined || slot === undefined) return false;
    removeSlot(folder, slot.key);
    let above = this.#root;
    above.changed = true;
    for (const name of names.slice(0, -1)) {
      above = findSlot(above, name)!.folder!;
      above.changed = true;
    }
    return true;
  }

  /** Writes the changed folders through `write`, the deepest first, and gives the id of the whole tree. */
  write(write: (type: ObjectType, body: Uint8Array) => ObjectId): ObjectId {
    if (!this.#root.changed) return this.#rootId;
    // Each folder stands behind the one above it, so going backwards meets children before parents.
    const order: { folder: Folder; slot: Slot | undefined; above: Folder | undefined }[] = [
      { folder: this.#root, slot: undefined, above: undefined },
    ];
    for (let i = 0; i < order.length; i++) {
      const { folder } = order[i]!;
      for (const slot of folder.slots) {
        if (slot.folder?.changed === true) order.push({ folder: slot.folder, slot, above: folder });
      }
    }
    for (const { folder, slot, above } of order.reverse()) {
      folder.changed = false;
      if (slot !== undefined && folder.slots.length === 0) {
        removeSlot(above!, slot.key);
        continue;
      }
      const id = write('tree', serializeFolder(folder));
      if (slot === undefined) this.#rootId = id;
      else slot.id = id;
    }
    return this.#rootId;
  }

  #findFolder(names: readonly string[]): Folder | undefined {
    let folder = this.#root;
    for (let i = 0; i < names.length - 1; i++) {
      const slot = findSlot(folder, names[i]!);
      if (slot?.key.endsWith('/') !== true) return undefined;
      folder = slot.folder ??= this.#open(slot.id);
    }
    return folder;
  }

  #open(id: ObjectId): Folder {
    if (id === this.#algorithm.emptyTreeId) return { slots: [], changed: false };
    const object = this.#objects.find(id);
    if (object === undefined) {
      throw new GovcError('object-missing', `The tree ${id} is missing from the repository.`, { id });
    }
    if (object.type !== 'tree') {
      throw new GovcError('object-type-mismatch', `The object ${id} is a ${object.type}, not a tree.`, { id });
    }
    const slots: Slot[] = [];
    const cursor = new TreeCursor(object.body, this.#algorithm);
    while (cursor.next()) {
      const name = latin1FromBytes(object.body.subarray(cursor.nameStart, cursor.nameEnd));
      const mode = canonicalMode(cursor.mode);
      slots.push({
        key: mode === MODE_TREE ? `${name}/` : name,
        mode,
        id: objectIdAt(object.body, cursor.idOffset, this.#algorithm),
        folder: undefined,
      });
    }
    return { slots, changed: false };
  }
}

/** Names as strings of one character per byte, which order as Git orders them. */
function splitPath(path: string): string[] {
  checkTreePath(path);
  const names = path.split('/');
  if (names.length > LIMITS.treeDepth.value) {
    throw new GovcError('limit-exceeded', `The path has ${names.length} levels; ${LIMITS.treeDepth.value} are allowed.`, {
      levels: names.length,
    });
  }
  return names.map((name) => (isAscii(name) ? name : latin1FromBytes(bytesFromLosslessText(name))));
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}

function serializeFolder(folder: Folder): Uint8Array {
  return serializeTree(folder.slots.map(({ key, mode, id }) => ({
    mode, id, name: bytesFromLatin1(key.endsWith('/') ? key.slice(0, -1) : key),
  })));
}

function lowerBound(slots: readonly Slot[], key: string): number {
  let low = 0;
  let high = slots.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (slots[middle]!.key < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

function findSlot(folder: Folder, name: string): Slot | undefined {
  const file = folder.slots[lowerBound(folder.slots, name)];
  if (file?.key === name) return file;
  const tree = folder.slots[lowerBound(folder.slots, `${name}/`)];
  return tree?.key === `${name}/` ? tree : undefined;
}

function insertSlot(folder: Folder, slot: Slot): void {
  folder.slots.splice(lowerBound(folder.slots, slot.key), 0, slot);
}

function removeSlot(folder: Folder, key: string): void {
  folder.slots.splice(lowerBound(folder.slots, key), 1);
}
