import { GovcError } from '../errors.js';
import { LIMITS } from '../limits.js';
import { commonPrefix } from '../bytes/common-prefix.js';
import { hexFromBytes } from '../bytes/hex.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import type { ObjectSource } from '../pack/object-source.js';

/** A tree of which is known where each entry begins, so that equal parts of two trees are passed over in leaps. */
export interface IndexedTree {
  readonly body: Buffer;
  /** Where each entry begins, and at the end the size of the body. */
  readonly starts: Int32Array;
}

const SPACE = 0x20;
const CACHE_BYTES_MAX = 32 * 1024 * 1024;

/** The tree without entries. */
export const EMPTY_TREE: IndexedTree = { body: Buffer.alloc(0), starts: new Int32Array(1) };

/** Trees that were read lately. Along a history each tree is compared twice: with the one before and the one after. */
export class TreeCache {
  readonly #objects: ObjectSource;
  readonly #algorithm: HashAlgorithm;
  // Two generations: what was not used while the younger one filled up is forgotten.
  #young = new Map<ObjectId, IndexedTree>();
  #old = new Map<ObjectId, IndexedTree>();
  #sizeBytes = 0;

  constructor(objects: ObjectSource, algorithm: HashAlgorithm) {
    this.#objects = objects;
    this.#algorithm = algorithm;
  }

  /** How many bytes an id has. */
  get idSize(): number {
    return this.#algorithm.size;
  }

  /**
   * The tree whose raw id stands at `offset`.
   *
   * @param like a tree that is probably similar, which makes indexing cheaper
   * @throws {GovcError} object-missing, object-type-mismatch, object-corrupt
   */
  read(bytes: Uint8Array, offset: number, like: IndexedTree = EMPTY_TREE): IndexedTree {
    const id = hexFromBytes(bytes, offset, this.#algorithm.size) as ObjectId;
    const young = this.#young.get(id);
    if (young !== undefined) return young;
    const old = this.#old.get(id);
    const tree = old ?? indexTree(this.#readBody(id), like, this.#algorithm);
    this.#sizeBytes += tree.body.length + tree.starts.byteLength + 200;
    if (this.#sizeBytes > CACHE_BYTES_MAX / 2) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#sizeBytes = 0;
    }
    this.#young.set(id, tree);
    return tree;
  }

  #readBody(id: ObjectId): Uint8Array {
    const object = this.#objects.find(id);
    if (object?.type === 'tree') return object.body;
    if (id === this.#algorithm.emptyTreeId) return EMPTY_TREE.body;
    if (object === undefined) throw new GovcError('object-missing', `The tree ${id} is missing from the repository.`, { id });
    throw new GovcError('object-type-mismatch', `The object ${id} is a ${object.type}, but it stands for a tree.`, { id });
  }
}

/** @throws {GovcError} object-corrupt: the bytes are no sequence of entries. */
export function indexTree(bytes: Uint8Array, like: IndexedTree, algorithm: HashAlgorithm): IndexedTree {
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = body.length;
  const prefix = commonPrefix(like.body, 0, body, 0);
  // Entries that end within what is common begin at the same places.
  const kept = Math.max(0, countNotAbove(like.starts, prefix) - 1);
  let starts = new Int32Array(Math.max(16, like.starts.length + 8));
  starts.set(like.starts.subarray(0, kept));
  let count = kept;
  let at = like.starts[kept] ?? 0;
  if (kept === 0) at = 0;
  const shift = size - like.body.length;
  const push = (start: number): void => {
    if (count === starts.length) {
      const grown = new Int32Array(count * 2);
      grown.set(starts);
      starts = grown;
    }
    starts[count++] = start;
  };
  // The next entry of the similar tree whose rest may be the same as ours.
  let next = kept;
  while (at < size) {
    while (next < like.starts.length - 1 && like.starts[next]! + shift < at) next++;
    if (next < like.starts.length - 1 && like.starts[next]! + shift === at && size - at > 200 &&
      like.body.compare(body, at, size, like.starts[next], like.body.length) === 0) {
      for (let i = next; i < like.starts.length - 1; i++) push(like.starts[i]! + shift);
      break;
    }
    push(at);
    at = endOfEntry(body, at, algorithm.size);
  }
  push(size);
  return { body, starts: starts.subarray(0, count) };
}

function endOfEntry(body: Buffer, at: number, idSize: number): number {
  const space = body.indexOf(SPACE, at);
  const nul = space < 0 ? -1 : body.indexOf(0, space + 1);
  const end = nul + 1 + idSize;
  let isOctal = space > at;
  for (let i = at; i < space && isOctal; i++) isOctal = body[i]! >= 0x30 && body[i]! <= 0x37;
  if (!isOctal || nul <= space + 1 || end > body.length) {
    throw new GovcError('object-corrupt', `A tree has a malformed entry at byte ${at}.`, { type: 'tree', offset: at });
  }
  if (nul - space > LIMITS.treePathSize.value) {
    throw new GovcError('limit-exceeded', `A name in a tree is longer than ${LIMITS.treePathSize.value} bytes.`, { offset: at });
  }
  return end;
}

/** How many numbers of an ascending list are not above `limit`. */
export function countNotAbove(list: Int32Array, limit: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
