import { hexFromBytes } from '../bytes/hex.js';
import { GovcError } from '../errors.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import { IdTable } from '../hash/id-table.js';
import type { ObjectId } from '../hash/object-id.js';
import { canonicalMode } from '../object/tree.js';
import type { ObjectSource } from '../pack/object-source.js';

/** Stands for the number of an entry that a tree does not have. */
export const ABSENT = -1;

// Some 50 bytes each.
const ANSWERS_MAX = 600_000;

const SPACE = 0x20;

/**
 * What trees have under names, asked once for each tree: the log of a path looks at thousands of trees for one entry. Answers
 * hold for ever, because a tree is what its id says, so they are shared by all walks over a graph; when they become many, the
 * names that were not asked for longest are forgotten.
 */
export class TreeEntries {
  readonly #algorithm: HashAlgorithm;
  /** By name; those that were asked for last come last. */
  readonly #columns = new Map<string, EntryColumn>();

  constructor(algorithm: HashAlgorithm) {
    this.#algorithm = algorithm;
  }

  /** What trees have under a name. Whoever holds it may go on with it when it is forgotten here. */
  column(name: Uint8Array): EntryColumn {
    const key = hexFromBytes(name, 0, name.length);
    const column = this.#columns.get(key) ?? new EntryColumn(name, this.#algorithm);
    this.#columns.delete(key);
    this.#columns.set(key, column);
    let count = 0;
    for (const each of this.#columns.values()) count += each.count;
    for (const [old, each] of this.#columns) {
      if (count <= ANSWERS_MAX || old === key) break;
      count -= each.count;
      this.#columns.delete(old);
    }
    return column;
  }
}

/** What trees have under one name. */
export class EntryColumn {
  readonly #name: Uint8Array;
  readonly #algorithm: HashAlgorithm;
  #trees: IdTable;
  #entries: IdTable;
  /** By tree: the number of the id of its entry, or ABSENT. */
  #ids = new Int32Array(64);
  /** By tree: the mode as Git takes it. */
  #modes = new Uint16Array(64);

  constructor(name: Uint8Array, algorithm: HashAlgorithm) {
    this.#name = name.slice();
    this.#algorithm = algorithm;
    this.#trees = new IdTable(algorithm);
    this.#entries = new IdTable(algorithm);
  }

  /** How many trees were asked. */
  get count(): number {
    return this.#trees.count;
  }

  /** The raw ids of entries in a row by number; valid until the next tree is asked. */
  get rawIds(): Uint8Array {
    return this.#entries.rawIds;
  }

  /** The number of the id of a tree's entry, or ABSENT; trees by the number that {@link ask} gives. */
  idOf(tree: number): number {
    return this.#ids[tree]!;
  }

  /** The mode of a tree's entry, where it has one. */
  modeOf(tree: number): number {
    return this.#modes[tree]!;
  }

  /** Forgets all answers when they have become too many; their numbers end here. */
  trim(): void {
    if (this.count <= ANSWERS_MAX) return;
    this.#trees = new IdTable(this.#algorithm);
    this.#entries = new IdTable(this.#algorithm);
  }

  /**
   * The number of the tree whose raw id stands at `offset`. The tree is read when it was not asked before.
   *
   * @throws {GovcError} object-missing, object-type-mismatch, object-corrupt
   */
  ask(objects: ObjectSource, bytes: Uint8Array, offset: number): number {
    const known = this.#trees.find(bytes, offset);
    if (known >= 0) return known;
    const { size } = this.#algorithm;
    const body = this.#readBody(hexFromBytes(bytes, offset, size) as ObjectId, objects);
    const at = findEntry(body, this.#name, size);
    const tree = this.#trees.add(bytes, offset);
    if (tree >= this.#ids.length) this.#grow();
    this.#ids[tree] = ABSENT;
    if (at >= 0) {
      const added = this.#entries.add(body, body.indexOf(SPACE, at) + this.#name.length + 2);
      this.#ids[tree] = added < 0 ? -1 - added : added;
      this.#modes[tree] = modeAt(body, at);
    }
    return tree;
  }

  #grow(): void {
    const ids = new Int32Array(this.#ids.length * 2);
    ids.set(this.#ids);
    this.#ids = ids;
    const modes = new Uint16Array(ids.length);
    modes.set(this.#modes);
    this.#modes = modes;
  }

  #readBody(id: ObjectId, objects: ObjectSource): Uint8Array {
    const object = objects.find(id);
    if (object?.type === 'tree') return object.body;
    if (id === this.#algorithm.emptyTreeId) return new Uint8Array(0);
    if (object === undefined) throw new GovcError('object-missing', `The tree ${id} is missing from the repository.`, { id });
    throw new GovcError('object-type-mismatch', `The object ${id} is a ${object.type}, but it stands for a tree.`, { id });
  }
}

/** Where the entry of a name begins, or -1. Entries behind those that sort above the name are not looked at. */
function findEntry(body: Uint8Array, name: Uint8Array, idSize: number): number {
  const nameSize = name.length;
  const first = name[0]!;
  for (let at = 0; at < body.length;) {
    let start = at;
    while (start < body.length && body[start] !== SPACE) start++;
    start++;
    const letter = body[start]!;
    let end = start;
    while (end < body.length && body[end] !== 0) end++;
    if (start - at < 2 || end === start || end + 1 + idSize > body.length) {
      throw new GovcError('object-corrupt', `A tree has a malformed entry at byte ${at}.`, { type: 'tree', offset: at });
    }
    if (letter > first) return -1;
    if (letter === first && end - start === nameSize && isAt(body, start, name)) return at;
    at = end + 1 + idSize;
  }
  return -1;
}

function isAt(body: Uint8Array, start: number, name: Uint8Array): boolean {
  for (let i = 0; i < name.length; i++) if (body[start + i] !== name[i]) return false;
  return true;
}

function modeAt(body: Uint8Array, start: number): number {
  let mode = 0;
  for (let at = start; body[at] !== SPACE; at++) mode = ((mode << 3) | (body[at]! - 0x30)) & 0xffff;
  return canonicalMode(mode);
}
