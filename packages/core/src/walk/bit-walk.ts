import { hexFromBytes } from '../bytes/hex.js';
import { GovcError } from '../errors.js';
import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import { MODE_GITLINK, MODE_TREE, TreeCursor } from '../object/tree.js';
import type { BitOrder } from '../pack/bit-order.js';
import { wordCountOf } from '../pack/bitmap-index.js';
import type { ObjectSource } from '../pack/object-source.js';
import { BLOB_TYPE, hashName, TREE_TYPE } from './object-list.js';

/** Where objects go that no bit stands for. */
export interface OutsideObjects {
  /** Adds an object; `false` when it was there before, so that what it holds need not be looked at. */
  add(bytes: Uint8Array, offset: number, type: number, nameHash: number): boolean;
}

const SLASH = Uint8Array.of(0x2f);
/** A yield after entries that cost about this much together; reading a tree costs as much as many entries, however few it has. */
const YIELD_COST = 2048;
const TREE_COST = 128;

/** Marks objects as bits, trees with all that they hold. */
export class BitWalk {
  readonly order: BitOrder;
  readonly words: Uint32Array;
  readonly #objects: ObjectSource;
  readonly #outside: OutsideObjects;
  /** By bit, where they are collected. */
  readonly #nameHashes: Uint32Array | undefined;
  /** Of what was done since the last yield, in entries; small trees one after another count, too. */
  #cost = 0;

  constructor(parts: {
    readonly order: BitOrder;
    readonly objects: ObjectSource;
    readonly outside: OutsideObjects;
    readonly nameHashes?: Uint32Array | undefined;
  }) {
    this.order = parts.order;
    this.words = new Uint32Array(wordCountOf(parts.order.count));
    this.#objects = parts.objects;
    this.#outside = parts.outside;
    this.#nameHashes = parts.nameHashes;
  }

  has(bit: number): boolean {
    return ((this.words[bit >> 5]! >>> (bit & 31)) & 1) === 1;
  }

  /** Marks all bits of a bitmap. */
  addAll(words: Uint32Array): void {
    for (let i = 0; i < words.length; i++) this.words[i]! |= words[i]!;
  }

  /** Marks one object; `false` when it was marked before. */
  mark(bytes: Uint8Array, at: number, type: number, nameHash: number): boolean {
    const bit = this.order.bitOf(bytes, at);
    if (bit < 0) return this.#outside.add(bytes, at, type, nameHash);
    if (this.has(bit)) return false;
    this.words[bit >> 5]! |= 1 << (bit & 31);
    if (nameHash !== 0 && this.#nameHashes?.[bit] === 0) this.#nameHashes[bit] = nameHash;
    return true;
  }

  /**
   * Marks a tree and all that it holds, submodules excepted. Iterative; trees that are marked are not looked into.
   *
   * @throws {GovcError} object-missing, object-type-mismatch, object-corrupt
   */
  *walkTree(bytes: Uint8Array, at: number): Job<void> {
    if (!this.mark(bytes, at, TREE_TYPE, 0)) return;
    const { size } = this.order.algorithm;
    const waiting: { readonly id: ObjectId; readonly hash: number }[] = [{ id: hexFromBytes(bytes, at, size) as ObjectId, hash: 0 }];
    for (let tree = waiting.pop(); tree !== undefined; tree = waiting.pop()) {
      const body = this.#readTree(tree.id);
      const cursor = new TreeCursor(body, this.order.algorithm);
      while (cursor.next()) {
        this.#cost++;
        if (cursor.mode === MODE_GITLINK) continue;
        const isTree = cursor.mode === MODE_TREE;
        const hash = hashName(body, cursor.nameStart, cursor.nameEnd, tree.hash);
        if (!this.mark(body, cursor.idOffset, isTree ? TREE_TYPE : BLOB_TYPE, hash) || !isTree) continue;
        waiting.push({ id: hexFromBytes(body, cursor.idOffset, size) as ObjectId, hash: hashName(SLASH, 0, 1, hash) });
      }
      this.#cost += TREE_COST;
      if (this.#cost < YIELD_COST) continue;
      this.#cost = 0;
      yield { phase: 'Enumerating objects', done: 0, total: undefined };
    }
  }

  #readTree(id: ObjectId): Uint8Array {
    const object = this.#objects.find(id);
    if (object?.type === 'tree') return object.body;
    if (object === undefined) throw new GovcError('object-missing', `The tree ${id} is missing from the repository.`, { id });
    throw new GovcError('object-type-mismatch', `The object ${id} is a ${object.type}, but it stands for a tree.`, { id });
  }
}
