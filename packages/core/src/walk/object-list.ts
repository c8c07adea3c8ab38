import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectType } from '../hash/hash-object.js';
import { IdTable } from '../hash/id-table.js';
import type { ObjectId } from '../hash/object-id.js';

const TYPES: readonly ObjectType[] = ['commit', 'tree', 'blob', 'tag'];

/** The number by which an {@link ObjectList} stores a type. */
export const COMMIT_TYPE = 0;
export const TREE_TYPE = 1;
export const BLOB_TYPE = 2;
export const TAG_TYPE = 3;

/**
 * Many objects in an order, without an object for each: raw ids, a byte for the type, and a hash of
 * the path where the object was met, by which similar objects are found when deltas are sought.
 */
export class ObjectList {
  readonly #ids: IdTable;
  #types: Uint8Array;
  #nameHashes: Uint32Array;

  constructor(algorithm: HashAlgorithm, capacity = 256) {
    this.#ids = new IdTable(algorithm, capacity);
    this.#types = new Uint8Array(capacity);
    this.#nameHashes = new Uint32Array(capacity);
  }

  get count(): number {
    return this.#ids.count;
  }

  /** Adds an object by its raw id; `false` when it was in the list before. */
  add(bytes: Uint8Array, offset: number, type: number, nameHash: number): boolean {
    const index = this.#ids.add(bytes, offset);
    if (index < 0) return false;
    if (index >= this.#types.length) {
      const types = new Uint8Array(this.#types.length * 2);
      types.set(this.#types);
      this.#types = types;
      const hashes = new Uint32Array(this.#nameHashes.length * 2);
      hashes.set(this.#nameHashes);
      this.#nameHashes = hashes;
    }
    this.#types[index] = type;
    this.#nameHashes[index] = nameHash;
    return true;
  }

  /** Whether the id whose raw bytes stand at `offset` is in the list. */
  hasRaw(bytes: Uint8Array, offset: number): boolean {
    return this.#ids.find(bytes, offset) >= 0;
  }

  has(id: ObjectId): boolean {
    return this.#ids.has(id);
  }

  /** The id with the given index; allocates the text. */
  idAt(index: number): ObjectId {
    return this.#ids.idAt(index);
  }

  typeAt(index: number): ObjectType {
    return TYPES[this.#types[index]!]!;
  }

  /** The type as the number of {@link COMMIT_TYPE} and its siblings. */
  typeNumberAt(index: number): number {
    return this.#types[index]!;
  }

  nameHashAt(index: number): number {
    return this.#nameHashes[index]!;
  }

  /** All raw ids in a row; valid until the next addition. */
  get rawIds(): Uint8Array {
    return this.#ids.rawIds;
  }
}

/**
 * Git's hash of a path for pack order: the last sixteen or so characters count, the last ones most,
 * so that files of one name or ending are neighbours (`pack_name_hash`).
 *
 * @param hash the value for the part of the path before, 0 at its start
 */
export function hashName(bytes: Uint8Array, start: number, end: number, hash: number): number {
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    // White space is left out, as Git does.
    if (byte === 32 || (byte >= 9 && byte <= 13)) continue;
    hash = ((hash >>> 2) + (byte << 24)) >>> 0;
  }
  return hash;
}
