/**
 * A notes tree: for objects by id, a blob that says something about each (git-notes(1)).
 *
 *     <hex id>                     a note, a regular file
 *     <2 digits>/<38 digits>       the same in a tree that grew, with as many levels of two digits as it takes
 *     anything else                is no note and stays as it is
 *
 * How deep the levels go follows from what was loaded: a folder counts as full until it is looked into. So that ids are
 * those of Git, folders are opened exactly when Git opens them. (`notes.c`)
 *
 * 1. A slot of a node holds nothing, a note, a folder that was not opened, or a node one hex digit deeper.
 * 2. A node below the root holds at least two things, or one folder or node.
 */
import { GovcError } from '../errors.js';
import { compareBytes } from '../bytes/compare.js';
import { bytesFromLatin1, latin1FromBytes } from '../bytes/text.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectType } from '../hash/hash-object.js';
import type { ObjectId } from '../hash/object-id.js';
import { MODE_BLOB, MODE_TREE, parseTree, serializeTree, type TreeEntry } from '../object/tree.js';
import type { ObjectSource } from '../pack/object-source.js';

/** What is said about one object. */
export interface Note {
  /** The object that the note is about; it need not exist. */
  readonly object: ObjectId;
  /** The note itself, a blob. */
  readonly note: ObjectId;
}

/** What becomes of two notes about one object; `undefined` for none. */
export type CombineNotes = (current: ObjectId, added: ObjectId) => ObjectId | undefined;

/** Writes an object and gives its id. */
export type WriteObject = (type: ObjectType, body: Uint8Array) => ObjectId;

interface Leaf {
  readonly kind: 'note' | 'folder';
  /** The whole id for a note, the digits of the path for a folder. */
  readonly key: string;
  id: ObjectId;
}

interface Node {
  readonly kind: 'node';
  readonly slots: (Slot | undefined)[];
}

type Slot = Leaf | Node;

interface Place {
  readonly node: Node;
  readonly depth: number;
  readonly index: number;
}

interface NonNote {
  readonly path: string;
  readonly mode: number;
  readonly id: ObjectId;
}

/** A notes tree being read and edited. Folders are read when a note in them is asked for. */
export class NotesTree {
  readonly #objects: ObjectSource;
  readonly #algorithm: HashAlgorithm;
  readonly #root: Node = makeNode();
  /** By path as one character per byte. */
  readonly #others = new Map<string, NonNote>();
  readonly #combineLoaded: CombineNotes;
  #isChanged = false;

  /**
   * @param tree the tree to begin with; `undefined` for one without notes
   * @param combineLoaded for a damaged tree that has two notes about one object. Default: the first stays.
   * @throws {GovcError} object-missing, object-type-mismatch, object-corrupt
   */
  constructor(source: { readonly objects: ObjectSource; readonly algorithm: HashAlgorithm }, tree: ObjectId | undefined, combineLoaded: CombineNotes = (current) => current) {
    this.#objects = source.objects;
    this.#algorithm = source.algorithm;
    this.#combineLoaded = combineLoaded;
    if (tree !== undefined) this.#open({ kind: 'folder', key: '', id: tree }, this.#root, 0);
  }

  /** Whether anything was set or removed. */
  get isChanged(): boolean {
    return this.#isChanged;
  }

  /** The note about an object, or `undefined`. */
  find(object: ObjectId): ObjectId | undefined {
    const { node, index } = this.#search(object);
    const slot = node.slots[index];
    return slot?.kind === 'note' && slot.key === object ? slot.id : undefined;
  }

  /**
   * Sets the note about an object.
   *
   * @param combine what becomes of it and one that is there. Default: it replaces that.
   */
  set(object: ObjectId, note: ObjectId, combine: CombineNotes = (_, added) => added): void {
    this.#isChanged = true;
    this.#insert({ kind: 'note', key: object, id: note }, this.#root, 0, combine);
  }

  /** Removes the note about an object; `false` where there is none. */
  remove(object: ObjectId): boolean {
    const { node, depth, index } = this.#search(object);
    const slot = node.slots[index];
    if (slot?.kind !== 'note' || slot.key !== object) return false;
    node.slots[index] = undefined;
    this.#consolidate(object, depth);
    this.#isChanged = true;
    return true;
  }

  /** All notes, ordered by object. Opens every folder. */
  *notes(): Generator<Note, void, void> {
    for (const { slot } of this.#walk({ opensAll: true })) {
      if (slot.kind === 'note') yield { object: slot.key as ObjectId, note: slot.id };
    }
  }

  /** Writes the tree and gives its id. Folders that were not opened are taken as they are. */
  write(write: WriteObject): ObjectId {
    const files = new Map<string, NonNote>(this.#others);
    for (const { slot, fanout } of this.#walk({ opensAll: false })) {
      const path = slot.kind === 'note' ? fanoutPath(slot.key, fanout) : folderPath(slot.key);
      files.set(path, { path, mode: slot.kind === 'note' ? MODE_BLOB : MODE_TREE, id: slot.id });
    }
    return writeFolder([...files.values()], write);
  }

  /** Goes to where a key belongs, opening the folders that lead there. */
  #search(key: string, from: Node = this.#root, fromDepth = 0): Place {
    let node = from;
    let depth = fromDepth;
    for (;;) {
      const index = digitAt(key, depth);
      const slot = [node.slots[0], node.slots[index]].find((found) => found?.kind === 'folder' && isBelow(key, found));
      if (slot?.kind === 'folder') {
        node.slots[node.slots.indexOf(slot)] = undefined;
        this.#open(slot, node, depth);
        continue;
      }
      const next = node.slots[index];
      if (next?.kind !== 'node') return { node, depth, index };
      node = next;
      depth++;
    }
  }

  #insert(leaf: Leaf, from: Node, fromDepth: number, combine: CombineNotes): void {
    const { node, depth, index } = this.#search(paddedKey(leaf, this.#algorithm), from, fromDepth);
    const slot = node.slots[index];
    if (slot === undefined) {
      node.slots[index] = leaf;
      return;
    }
    if (slot.kind === 'note' && leaf.kind === 'note' && slot.key === leaf.key) {
      const combined = slot.id === leaf.id ? leaf.id : combine(slot.id, leaf.id);
      if (combined !== undefined) slot.id = combined;
      else this.remove(leaf.key as ObjectId);
      return;
    }
    if (slot.kind === 'note' && leaf.kind === 'folder' && isBelow(slot.key, leaf)) {
      this.#open(leaf, node, depth);
      return;
    }
    const deeper = makeNode();
    node.slots[index] = deeper;
    if (slot.kind !== 'node') this.#insert(slot, deeper, depth + 1, combine);
    this.#insert(leaf, deeper, depth + 1, combine);
  }

  /** Puts what a folder holds into a node and the nodes below it. */
  #open(folder: Leaf, node: Node, depth: number): void {
    const { hexSize } = this.#algorithm;
    for (const { mode, name, id } of this.#read(folder.id)) {
      const text = latin1FromBytes(name);
      const key = folder.key + text.toLowerCase();
      const isHex = /^[0-9a-fA-F]+$/.test(text);
      if (isHex && key.length === hexSize && (mode & 0o170000) === 0o100000) {
        this.#insert({ kind: 'note', key, id }, node, depth, this.#combineLoaded);
      } else if (isHex && text.length === 2 && mode === MODE_TREE && key.length < hexSize) {
        this.#insert({ kind: 'folder', key, id }, node, depth, this.#combineLoaded);
      } else {
        const path = folderPath(folder.key) + (folder.key === '' ? '' : '/') + text;
        this.#others.set(path, { path, mode, id });
      }
    }
  }

  #read(id: ObjectId): TreeEntry[] {
    if (id === this.#algorithm.emptyTreeId) return [];
    const object = this.#objects.find(id);
    if (object === undefined) throw new GovcError('object-missing', `The tree ${id} of notes is missing from the repository.`, { id });
    if (object.type !== 'tree') {
      throw new GovcError('object-type-mismatch', `The object ${id} is a ${object.type}, not a tree of notes.`, { id, expected: 'tree', actual: object.type });
    }
    return parseTree(object.body, this.#algorithm);
  }

  /** Replaces nodes that hold one note or nothing by that, from the given depth upward. */
  #consolidate(key: string, depth: number): void {
    const path: Node[] = [this.#root];
    for (let i = 0; i < depth; i++) path.push(path[i]!.slots[digitAt(key, i)] as Node);
    for (let i = depth; i > 0; i--) {
      const left = path[i]!.slots.filter((slot) => slot !== undefined);
      if (left.length > 1 || (left[0] !== undefined && left[0].kind !== 'note')) return;
      path[i - 1]!.slots[digitAt(key, i - 1)] = left[0];
    }
  }

  /**
   * The leaves in order, each with the levels of folders that its path gets. A folder deeper than those is opened, and
   * every one where that is asked for.
   */
  *#walk({ opensAll }: { readonly opensAll: boolean }): Generator<{ slot: Leaf; fanout: number }, void, void> {
    const stack = [{ node: this.#root, depth: 0, fanout: fanoutOf(this.#root, 0, 0), next: 0 }];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      if (top.next === 16) {
        stack.pop();
        continue;
      }
      const { node, depth, fanout } = top;
      const slot = node.slots[top.next];
      if (slot?.kind === 'node') {
        top.next++;
        stack.push({ node: slot, depth: depth + 1, fanout: fanoutOf(slot, depth + 1, fanout), next: 0 });
      } else if (slot?.kind === 'folder' && (opensAll || depth >= 2 * fanout)) {
        node.slots[top.next] = undefined;
        this.#open(slot, node, depth);
      } else {
        top.next++;
        if (slot !== undefined) yield { slot, fanout };
      }
    }
  }
}

/** One level more where, at a depth of whole levels, every slot holds what looks like many. */
function fanoutOf({ slots }: Node, depth: number, fanout: number): number {
  if (depth % 2 !== 0 || depth > 2 * fanout) return fanout;
  for (const slot of slots) if (slot === undefined || slot.kind === 'note') return fanout;
  return fanout + 1;
}

/** Writes the entries with such paths, a folder for each level of two digits. Depth is bounded by the size of ids. */
function writeFolder(files: readonly NonNote[], write: WriteObject): ObjectId {
  const entries: TreeEntry[] = [];
  const folders = new Map<string, NonNote[]>();
  for (const { path, mode, id } of files) {
    const slash = path.indexOf('/');
    if (slash < 0) {
      entries.push({ mode, name: bytesFromLatin1(path), id });
      continue;
    }
    const name = path.slice(0, slash);
    const inside = folders.get(name) ?? [];
    folders.set(name, inside);
    inside.push({ path: path.slice(slash + 1), mode, id });
  }
  for (const [name, inside] of folders) entries.push({ mode: MODE_TREE, name: bytesFromLatin1(name), id: writeFolder(inside, write) });
  // Git writes the entries in the order of their paths, in which a folder stands by its name and a slash.
  const key = ({ mode, name }: TreeEntry): Uint8Array => (mode === MODE_TREE ? Buffer.concat([name, Buffer.from('/')]) : name);
  return write('tree', serializeTree(entries.sort((left, right) => compareBytes(key(left), key(right)))));
}

function makeNode(): Node {
  return { kind: 'node', slots: new Array<Slot | undefined>(16).fill(undefined) };
}

function digitAt(key: string, depth: number): number {
  return Number.parseInt(key.charAt(depth), 16);
}

function isBelow(key: string, folder: Leaf): boolean {
  return key.startsWith(folder.key);
}

/** The key of a folder with zeros up to the length of an id, as Git places it. */
function paddedKey(leaf: Leaf, algorithm: HashAlgorithm): string {
  return leaf.kind === 'note' ? leaf.key : leaf.key.padEnd(algorithm.hexSize - 2, '0') + (leaf.key.length / 2).toString(16).padStart(2, '0');
}

function fanoutPath(key: string, fanout: number): string {
  let path = '';
  for (let i = 0; i < fanout; i++) path += `${key.slice(2 * i, 2 * i + 2)}/`;
  return path + key.slice(2 * fanout);
}

/** `abcd` as `ab/cd`. */
function folderPath(key: string): string {
  return key.replace(/..(?=.)/g, '$&/');
}
