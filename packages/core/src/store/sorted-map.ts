/**
 * A persistent sorted map from strings: a B+ tree whose versions share all nodes that did not change.
 *
 * 1. A version never changes once `SortedMapEditor.finish` has handed it out.
 * 2. All leaves have the same depth; no node is empty, except the root of the empty map.
 * 3. A branch keeps the smallest key of each child.
 *
 * Keys are ordered by the bytes of their UTF-8 form, which is how Git orders ref names.
 */

import { compareRefNames } from '../ref/ref-name-bytes.js';

const NODE_SIZE_MAX = 32;

interface Leaf<V> {
  readonly leaf: true;
  readonly owner: object | undefined;
  readonly keys: string[];
  readonly values: V[];
}

interface Branch<V> {
  readonly leaf: false;
  readonly owner: object | undefined;
  readonly keys: string[];
  readonly children: Node<V>[];
}

type Node<V> = Leaf<V> | Branch<V>;

/** One version of the map. Copying it is keeping a reference. */
export class SortedMap<V> {
  readonly #root: Node<V>;
  readonly size: number;

  private constructor(root: Node<V>, size: number) {
    this.#root = root;
    this.size = size;
  }

  /** The map with no entries. */
  static empty<V>(): SortedMap<V> {
    return new SortedMap<V>({ leaf: true, owner: undefined, keys: [], values: [] }, 0);
  }

  /** A map of the given entries; a later entry replaces an earlier one of the same key. O(n log n). */
  static from<V>(entries: Iterable<readonly [string, V]>): SortedMap<V> {
    const editor = SortedMap.empty<V>().edit();
    for (const [key, value] of entries) editor.set(key, value);
    return editor.finish();
  }

  /** @internal Used by the editor, which owns the nodes it made. */
  static fromRoot<V>(root: object, size: number): SortedMap<V> {
    return new SortedMap<V>(root as Node<V>, size);
  }

  /** O(log n). */
  get(key: string): V | undefined {
    let node = this.#root;
    while (!node.leaf) {
      const at = childIndex(node.keys, key);
      if (at < 0) return undefined;
      node = node.children[at]!;
    }
    const at = findKey(node.keys, key);
    return at < 0 ? undefined : node.values[at];
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  /** Entries in key order from the first key not less than `from`. Each step is O(1) amortised. */
  *entriesFrom(from: string): Generator<[string, V], void, void> {
    const path: { node: Branch<V>; at: number }[] = [];
    let node = this.#root;
    while (!node.leaf) {
      const at = Math.max(0, childIndex(node.keys, from));
      path.push({ node, at });
      node = node.children[at]!;
    }
    let at = lowerBound(node.keys, from);
    for (;;) {
      for (; at < node.keys.length; at++) yield [node.keys[at]!, node.values[at]!];
      let step = path.pop();
      while (step !== undefined && step.at + 1 >= step.node.children.length) step = path.pop();
      if (step === undefined) return;
      path.push({ node: step.node, at: step.at + 1 });
      let next: Node<V> = step.node.children[step.at + 1]!;
      while (!next.leaf) {
        path.push({ node: next, at: 0 });
        next = next.children[0]!;
      }
      node = next;
      at = 0;
    }
  }

  /** Entries whose key begins with `prefix`, in key order. */
  *entries(prefix = ''): Generator<[string, V], void, void> {
    for (const entry of this.entriesFrom(prefix)) {
      if (!entry[0].startsWith(prefix)) return;
      yield entry;
    }
  }

  /** Whether any key begins with `prefix`. O(log n). */
  hasPrefix(prefix: string): boolean {
    for (const [key] of this.entriesFrom(prefix)) return key.startsWith(prefix);
    return false;
  }

  /** An editor whose result is another version; this one stays as it is. O(1). */
  edit(): SortedMapEditor<V> {
    return new SortedMapEditor<V>(this.#root, this.size);
  }
}

/** Makes one new version of a map by many changes; nodes that it made itself are changed in place. */
export class SortedMapEditor<V> {
  #root: Node<V>;
  #size: number;
  #owner: object = {};

  /** @internal Use `SortedMap.edit`. */
  constructor(root: object, size: number) {
    this.#root = root as Node<V>;
    this.#size = size;
  }

  /** Sets the value of a key. O(log n). */
  set(key: string, value: V): void {
    const right = this.#set(this.#own(this.#root), key, value);
    if (right !== undefined) {
      const left = this.#root;
      this.#root = {
        leaf: false,
        owner: this.#owner,
        keys: [left.keys[0]!, right.keys[0]!],
        children: [left, right],
      };
    }
  }

  /** Removes a key if it is there. O(log n). */
  delete(key: string): void {
    const path: { node: Branch<V>; at: number }[] = [];
    let node = this.#root;
    while (!node.leaf) {
      const at = childIndex(node.keys, key);
      if (at < 0) return;
      path.push({ node, at });
      node = node.children[at]!;
    }
    if (findKey(node.keys, key) < 0) return;
    this.#delete(key);
    this.#size--;
  }

  /** The new version. The editor may go on; what it does later shows only in later versions. */
  finish(): SortedMap<V> {
    this.#owner = {};
    return SortedMap.fromRoot<V>(this.#root, this.#size);
  }

  /** The node itself when this editor made it, else a copy put in its place by the caller. */
  #own(node: Node<V>): Node<V> {
    if (node.owner === this.#owner) return node;
    const copy: Node<V> = node.leaf
      ? { leaf: true, owner: this.#owner, keys: node.keys.slice(), values: node.values.slice() }
      : { leaf: false, owner: this.#owner, keys: node.keys.slice(), children: node.children.slice() };
    if (node === this.#root) this.#root = copy;
    return copy;
  }

  /** Sets below an owned node; gives the new right half when the node had to be split. Depth is O(log n). */
  #set(node: Node<V>, key: string, value: V): Node<V> | undefined {
    if (node.leaf) {
      const at = lowerBound(node.keys, key);
      if (node.keys[at] === key) {
        node.values[at] = value;
        return undefined;
      }
      node.keys.splice(at, 0, key);
      node.values.splice(at, 0, value);
      this.#size++;
      if (node.keys.length <= NODE_SIZE_MAX) return undefined;
      const half = splitIndex(at, node.keys.length);
      return { leaf: true, owner: this.#owner, keys: node.keys.splice(half), values: node.values.splice(half) };
    }
    const at = Math.max(0, childIndex(node.keys, key));
    const child = this.#own(node.children[at]!);
    node.children[at] = child;
    const right = this.#set(child, key, value);
    node.keys[at] = child.keys[0]!;
    if (right === undefined) return undefined;
    node.keys.splice(at + 1, 0, right.keys[0]!);
    node.children.splice(at + 1, 0, right);
    if (node.keys.length <= NODE_SIZE_MAX) return undefined;
    const half = splitIndex(at + 1, node.keys.length);
    return { leaf: false, owner: this.#owner, keys: node.keys.splice(half), children: node.children.splice(half) };
  }

  /** Removes a key that is known to be there, and every node that this empties. */
  #delete(key: string): void {
    const path: { node: Branch<V>; at: number }[] = [];
    let node = this.#own(this.#root);
    while (!node.leaf) {
      const at = childIndex(node.keys, key);
      const child = this.#own(node.children[at]!);
      node.children[at] = child;
      path.push({ node, at });
      node = child;
    }
    const at = findKey(node.keys, key);
    node.keys.splice(at, 1);
    node.values.splice(at, 1);
    for (let i = path.length - 1; i >= 0; i--) {
      const { node: parent, at: childAt } = path[i]!;
      const child = parent.children[childAt]!;
      if (child.keys.length === 0) {
        parent.keys.splice(childAt, 1);
        parent.children.splice(childAt, 1);
      } else {
        parent.keys[childAt] = child.keys[0]!;
      }
    }
    for (let root = this.#root; !root.leaf; root = this.#root) {
      if (root.children.length > 1) return;
      this.#root = root.children[0] ?? { leaf: true, owner: this.#owner, keys: [], values: [] };
    }
  }
}

/** Keys that arrive in order fill their nodes: a split at the right end leaves the left node full. */
function splitIndex(insertedAt: number, count: number): number {
  return insertedAt === count - 1 ? count - 1 : count >> 1;
}

/** The first index whose key is not less than `key`. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareRefNames(keys[middle]!, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function findKey(keys: readonly string[], key: string): number {
  const at = lowerBound(keys, key);
  return keys[at] === key ? at : -1;
}

/** The child that would hold `key`, or -1 when the key is less than all. */
function childIndex(keys: readonly string[], key: string): number {
  const at = lowerBound(keys, key);
  return keys[at] === key ? at : at - 1;
}
