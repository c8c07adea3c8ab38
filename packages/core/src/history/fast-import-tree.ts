import { GovcError } from '../errors.js';
import { LIMITS } from '../limits.js';
import { writeHex } from '../bytes/hex.js';
import { latin1FromBytes } from '../bytes/text.js';
import { objectIdAt, type HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectType } from '../hash/hash-object.js';
import type { ObjectId } from '../hash/object-id.js';
import { MODE_TREE, TreeCursor } from '../object/tree.js';
import type { ObjectSource } from '../pack/object-source.js';

/** Where trees are read and written while a stream is imported. */
export interface ImportStore {
  readonly algorithm: HashAlgorithm;
  readonly objects: Pick<ObjectSource, 'find' | 'findHeader' | 'findChunks'>;
  /** Writes an object, perhaps as a change of `base`; the body may be changed afterwards. */
  write(type: ObjectType, body: Uint8Array, base?: ObjectId): ObjectId;
}

/** What is at a path. */
export interface ImportSlot {
  mode: number;
  id: ObjectId;
  /** The opened tree, newer than `id` while it is changed. */
  folder: ImportFolder | undefined;
}

interface ImportFolder {
  /** By name, one character per byte. */
  readonly slots: Map<string, ImportSlot>;
  changed: boolean;
  /** The names in Git's order; `undefined` when names came or went. */
  order: string[] | undefined;
  /** The tree as last written, with where each entry's id stands in it, in `order`. */
  body: Uint8Array | undefined;
  offsets: Int32Array | undefined;
}

/**
 * The tree of a branch while a stream changes it: as `TreeEditor`, but it takes any name that Git's fast-import takes,
 * moves folders whole, and writes a tree whose entries only changed by changing the bytes of the last one.
 */
export class ImportTree {
  readonly #store: ImportStore;
  readonly #root: ImportSlot;

  constructor(store: ImportStore, root: ObjectId) {
    this.#store = store;
    this.#root = { mode: MODE_TREE, id: root, folder: undefined };
  }

  /** What is at a path, or `undefined`; '' is the root. Folders in it are written. */
  find(path: string): { readonly mode: number; readonly id: ObjectId } | undefined {
    const slot = path === '' ? this.#root : this.#findSlot(path);
    if (slot === undefined) return undefined;
    this.#writeSlot(slot);
    return { mode: slot.mode, id: slot.id };
  }

  /** Puts something at a path; '' replaces everything. What is in its way goes. */
  set(path: string, entry: { readonly mode: number; readonly id: ObjectId }): void {
    this.#put(path, { mode: entry.mode, id: entry.id, folder: undefined });
  }

  /** Removes what is at a path, with folders that become empty; `false` when there is nothing. */
  remove(path: string): boolean {
    return this.#take(path) !== undefined;
  }

  /** Moves or copies what is at a path; `false` when there is nothing. */
  transfer(source: string, target: string, how: 'move' | 'copy'): boolean {
    const slot = how === 'move' ? this.#take(source) : this.#copyOf(source);
    if (slot === undefined) return false;
    this.#put(target, slot);
    return true;
  }

  /** Empties the tree. */
  clear(): void {
    this.#root.id = this.#store.algorithm.emptyTreeId;
    this.#root.folder = undefined;
  }

  /** Writes what has changed, and gives the id of the whole. */
  write(): ObjectId {
    this.#writeSlot(this.#root);
    if (this.#root.id === this.#store.algorithm.emptyTreeId) this.#store.write('tree', new Uint8Array(0));
    return this.#root.id;
  }

  /** Every file with its path, by folders; for notes. */
  *files(): Generator<readonly [path: string, slot: ImportSlot], void, void> {
    const waiting: [string, ImportSlot][] = [['', this.#root]];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [prefix, slot] = next;
      if (prefix.length > LIMITS.treePathSize.value) throw tooDeep(prefix);
      for (const [name, child] of this.#open(slot).slots) {
        if (child.mode === MODE_TREE) waiting.push([`${prefix}${name}/`, child]);
        else yield [prefix + name, child];
      }
    }
  }

  #findSlot(path: string): ImportSlot | undefined {
    let slot: ImportSlot | undefined = this.#root;
    for (const name of namesOf(path)) {
      if (slot.mode !== MODE_TREE) return undefined;
      const next: ImportSlot | undefined = this.#open(slot).slots.get(name);
      if (next === undefined) return undefined;
      slot = next;
    }
    return slot;
  }

  #copyOf(path: string): ImportSlot | undefined {
    const found = this.find(path);
    return found === undefined ? undefined : { ...found, folder: undefined };
  }

  #put(path: string, entry: ImportSlot): void {
    if (path === '') {
      if (entry.mode !== MODE_TREE) throw new GovcError('import-invalid', 'The root of a tree must be a tree.', { reason: 'root' });
      this.#root.id = entry.id;
      this.#root.folder = entry.folder;
      return;
    }
    const names = namesOf(path);
    let slot = this.#root;
    for (let i = 0; i < names.length - 1; i++) {
      const folder = this.#open(slot);
      folder.changed = true;
      const name = names[i]!;
      let next = folder.slots.get(name);
      if (next?.mode !== MODE_TREE) {
        next = { mode: MODE_TREE, id: this.#store.algorithm.emptyTreeId, folder: undefined };
        folder.slots.set(name, next);
        folder.order = undefined;
      }
      slot = next;
    }
    const folder = this.#open(slot);
    folder.changed = true;
    const name = names.at(-1)!;
    const existing = folder.slots.get(name);
    if (existing !== undefined && existing.mode === entry.mode) {
      existing.id = entry.id;
      existing.folder = entry.folder;
      return;
    }
    folder.slots.set(name, entry);
    folder.order = undefined;
  }

  #take(path: string): ImportSlot | undefined {
    if (path === '') {
      const whole = { ...this.#root };
      this.clear();
      return whole;
    }
    const names = namesOf(path);
    const way: ImportFolder[] = [];
    let slot = this.#root;
    for (const name of names) {
      if (slot.mode !== MODE_TREE) return undefined;
      const folder = this.#open(slot);
      const next = folder.slots.get(name);
      if (next === undefined) return undefined;
      way.push(folder);
      slot = next;
    }
    for (const folder of way) folder.changed = true;
    for (let i = names.length - 1; i >= 0; i--) {
      const folder = way[i]!;
      folder.slots.delete(names[i]!);
      folder.order = undefined;
      if (folder.slots.size > 0) break;
    }
    return slot;
  }

  #open(slot: ImportSlot): ImportFolder {
    if (slot.folder !== undefined) return slot.folder;
    const { algorithm, objects } = this.#store;
    const slots = new Map<string, ImportSlot>();
    const folder: ImportFolder = { slots, changed: false, order: undefined, body: undefined, offsets: undefined };
    slot.folder = folder;
    if (slot.id === algorithm.emptyTreeId) return folder;
    const object = objects.find(slot.id);
    if (object?.type !== 'tree') {
      slot.folder = undefined;
      throw new GovcError('object-missing', `The tree ${slot.id} is missing from the repository.`, { id: slot.id });
    }
    const cursor = new TreeCursor(object.body, algorithm);
    while (cursor.next()) {
      const name = latin1FromBytes(object.body.subarray(cursor.nameStart, cursor.nameEnd));
      slots.set(name, { mode: cursor.mode, id: objectIdAt(object.body, cursor.idOffset, algorithm), folder: undefined });
    }
    return folder;
  }

  /** Writes a slot's changed folders, the deepest first. */
  #writeSlot(top: ImportSlot): void {
    if (top.folder?.changed !== true) return;
    const order = [top];
    for (let i = 0; i < order.length; i++) {
      for (const slot of order[i]!.folder!.slots.values()) if (slot.folder?.changed === true) order.push(slot);
    }
    for (let i = order.length - 1; i >= 0; i--) {
      const slot = order[i]!;
      const folder = slot.folder!;
      folder.changed = false;
      slot.id = folder.slots.size === 0
        ? this.#store.algorithm.emptyTreeId
        : this.#store.write('tree', serializeFolder(folder, this.#store.algorithm), slot.id);
    }
  }
}

/** The bytes of a folder; they are changed by the next call. */
function serializeFolder(folder: ImportFolder, algorithm: HashAlgorithm): Uint8Array {
  const { slots } = folder;
  if (folder.order !== undefined && folder.body !== undefined && folder.offsets !== undefined) {
    for (let i = 0; i < folder.order.length; i++) {
      writeHex(slots.get(folder.order[i]!)!.id, folder.body, folder.offsets[i]!);
    }
    return folder.body;
  }
  const keyed = [...slots].map(([name, { mode }]) => ({ name, key: mode === MODE_TREE ? `${name}/` : name }));
  keyed.sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0));
  const order = keyed.map(({ name }) => name);
  let size = 0;
  for (const name of order) size += modeText(slots.get(name)!.mode).length + name.length + 2 + algorithm.size;
  const body = new Uint8Array(size);
  const offsets = new Int32Array(order.length);
  let at = 0;
  const put = (text: string): void => {
    for (let i = 0; i < text.length; i++) body[at++] = text.charCodeAt(i);
  };
  for (const [i, name] of order.entries()) {
    const { mode, id } = slots.get(name)!;
    put(modeText(mode));
    body[at++] = 0x20;
    put(name);
    body[at++] = 0;
    offsets[i] = at;
    writeHex(id, body, at);
    at += algorithm.size;
  }
  folder.order = order;
  folder.body = body;
  folder.offsets = offsets;
  return body;
}

const MODE_TEXTS = new Map<number, string>();

function modeText(mode: number): string {
  let text = MODE_TEXTS.get(mode);
  if (text === undefined) MODE_TEXTS.set(mode, text = mode.toString(8));
  return text;
}

function namesOf(path: string): string[] {
  if (path.length > LIMITS.treePathSize.value) throw tooDeep(path);
  const names = path.split('/');
  if (names.length > LIMITS.treeDepth.value) throw tooDeep(path);
  if (names.includes('') || path.includes('\0')) {
    throw new GovcError('import-invalid', `The path "${path.slice(0, 200)}" has an empty name or a NUL.`, { reason: 'path' });
  }
  return names;
}

function tooDeep(path: string): GovcError {
  return new GovcError('limit-exceeded', `The path "${path.slice(0, 80)}" is too long or too deep.`, {});
}
