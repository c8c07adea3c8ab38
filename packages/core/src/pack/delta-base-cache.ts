import type { ObjectType } from '../hash/hash-object.js';
import { LIMITS } from '../limits.js';

/** One cached base; a node of the list from the most to the least recently used. */
interface CacheNode {
  readonly slot: Map<number, CacheNode>;
  readonly offset: number;
  readonly type: ObjectType;
  readonly body: Uint8Array;
  newer: CacheNode;
  older: CacheNode;
}

// What an entry costs besides its body, so that a million empty bodies are bounded as well.
const NODE_SIZE = 200;

/**
 * Whole objects that deltas are applied to, shared by all packs of a process and bounded in bytes;
 * the least recently used go first. Every operation is O(1). Bodies are shared and never written.
 */
export class DeltaBaseCache {
  readonly #sizeMax: number;
  readonly #head: CacheNode;
  #size = 0;

  /** @param sizeMax bytes that are kept. Default: `LIMITS.deltaCacheSize`. */
  constructor(sizeMax: number = LIMITS.deltaCacheSize.value) {
    this.#sizeMax = sizeMax;
    const head = { slot: new Map<number, CacheNode>(), offset: -1, type: 'blob', body: new Uint8Array(0) };
    const node = head as unknown as CacheNode;
    node.newer = node;
    node.older = node;
    this.#head = node;
  }

  /** Bytes that are held now. */
  get size(): number {
    return this.#size;
  }

  /** The part of the cache that one pack uses; its keys are offsets in that pack. */
  slot(): DeltaBaseSlot {
    const nodes = new Map<number, CacheNode>();
    return {
      find: (offset) => {
        const node = nodes.get(offset);
        if (node === undefined) return undefined;
        this.#unlink(node);
        this.#linkNewest(node);
        return node;
      },
      add: (offset, type, body) => {
        // One body may not push out everything else.
        if (nodes.has(offset) || body.length > this.#sizeMax / 2) return;
        const node = { slot: nodes, offset, type, body } as unknown as CacheNode;
        nodes.set(offset, node);
        this.#linkNewest(node);
        this.#size += body.length + NODE_SIZE;
        while (this.#size > this.#sizeMax) this.#drop(this.#head.newer);
      },
      clear: () => {
        for (const node of nodes.values()) this.#drop(node);
      },
    };
  }

  #drop(node: CacheNode): void {
    this.#unlink(node);
    node.slot.delete(node.offset);
    this.#size -= node.body.length + NODE_SIZE;
  }

  #unlink(node: CacheNode): void {
    node.newer.older = node.older;
    node.older.newer = node.newer;
  }

  /** The head stands between the newest (`older`) and the oldest (`newer`). */
  #linkNewest(node: CacheNode): void {
    const head = this.#head;
    node.newer = head;
    node.older = head.older;
    head.older.newer = node;
    head.older = node;
  }
}

/** The bases of one pack in a {@link DeltaBaseCache}. */
export interface DeltaBaseSlot {
  find(offset: number): { readonly type: ObjectType; readonly body: Uint8Array } | undefined;
  /** Keeps a body, which must never be written again. */
  add(offset: number, type: ObjectType, body: Uint8Array): void;
  /** Forgets all bases of this pack. */
  clear(): void;
}
