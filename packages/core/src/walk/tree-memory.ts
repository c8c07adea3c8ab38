import { commonPrefix } from '../bytes/common-prefix.js';
import { concatBytes } from '../bytes/compare.js';
import { GovcError } from '../errors.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import { countNotAbove } from './indexed-tree.js';

interface RememberedTree {
  readonly body: Uint8Array;
  /** Where each entry begins. */
  readonly starts: Int32Array;
}

const REMEMBERED_BYTES_MAX = 48 * 1024 * 1024;
// Below this size looking at every entry costs less than comparing.
const BODY_SIZE_MIN = 200;
// How many trees are remembered under one key.
const RECENT_MAX = 4;

/**
 * Remembers the last trees that were seen under each key (a path, or a hash of it), to tell which part of the next
 * one is new. Along a history a tree mostly differs from the one before by an entry, so its other
 * entries, which were looked at there, are passed over at the speed of `memcmp`.
 */
export class TreeMemory {
  readonly #algorithm: HashAlgorithm;
  /** The last few for each key, the newest first. */
  readonly #trees = new Map<number, RememberedTree[]>();
  #sizeBytes = 0;

  constructor(algorithm: HashAlgorithm) {
    this.#algorithm = algorithm;
  }

  /**
   * Those entries of `body` that the tree remembered under `key` does not have, perhaps with some that it has:
   * itself a tree. From here on `body` is remembered.
   *
   * @throws {GovcError} object-corrupt: the bytes are no sequence of entries.
   */
  takeNew(key: number, body: Uint8Array): Uint8Array {
    if (body.length < BODY_SIZE_MIN) return body;
    const recent = this.#trees.get(key) ?? [];
    // Lines of history that were walked in turn differ in their files, so most often in the size of the tree.
    const before = recent.find((tree) => tree.body.length === body.length) ?? recent[0];
    const comparison = new Comparison(before ?? NOTHING, body, this.#algorithm);
    comparison.run();
    this.#remember(key, { body, starts: comparison.starts.subarray(0, comparison.count) }, recent);
    return before === undefined ? body : concatBytes(comparison.parts);
  }

  #remember(key: number, tree: RememberedTree, recent: readonly RememberedTree[]): void {
    if (this.#sizeBytes > REMEMBERED_BYTES_MAX) {
      this.#trees.clear();
      this.#sizeBytes = 0;
      recent = [];
    }
    const twin = recent.findIndex((other) => other.body.length === tree.body.length);
    const dropped = twin >= 0 ? twin : RECENT_MAX - 1;
    const gone = recent[dropped];
    if (gone !== undefined) this.#sizeBytes -= sizeOf(gone);
    this.#sizeBytes += sizeOf(tree);
    this.#trees.set(key, [tree, ...recent.filter((_, i) => i !== dropped)]);
  }
}

function sizeOf({ body, starts }: RememberedTree): number {
  return body.length + starts.byteLength + 200;
}

/** Goes through two trees side by side and collects the entries of the second that differ from the first. */
class Comparison {
  /** The differing entries, each a view. */
  readonly parts: Uint8Array[] = [];
  /** Where the entries of the second tree begin; the first `count` are set. */
  starts: Int32Array;
  count = 0;
  readonly #old: RememberedTree;
  readonly #oldBuffer: Buffer;
  readonly #body: Uint8Array;
  readonly #buffer: Buffer;
  readonly #idSize: number;

  constructor(old: RememberedTree, body: Uint8Array, algorithm: HashAlgorithm) {
    this.#old = old;
    this.#body = body;
    this.#oldBuffer = asBuffer(old.body);
    this.#buffer = asBuffer(body);
    this.#idSize = algorithm.size;
    this.starts = new Int32Array(old.starts.length + 16);
  }

  run(): void {
    const { starts, body: oldBody } = this.#old;
    const body = this.#body;
    let old = 0;
    let at = 0;
    while (at < body.length) {
      if (old < starts.length) {
        const from = starts[old]!;
        const same = commonPrefix(this.#oldBuffer, from, this.#buffer, at);
        // Entries that end within what is common are the same.
        const next = from + same === oldBody.length ? starts.length : countNotAbove(starts, from + same) - 1;
        if (next > old) {
          this.#copyStarts(old, next, at - from);
          at += (next === starts.length ? oldBody.length : starts[next]!) - from;
          old = next;
          if (at === body.length) return;
        }
      }
      const nameStart = body.indexOf(SPACE, at) + 1;
      const nameEnd = nameStart === 0 ? -1 : body.indexOf(0, nameStart);
      const end = nameEnd + 1 + this.#idSize;
      if (nameEnd < 0 || end > body.length) {
        throw new GovcError('object-corrupt', `A tree has a malformed entry at byte ${at}.`, { offset: at });
      }
      this.#push(at);
      this.parts.push(body.subarray(at, end));
      old = this.#pass(old, nameStart, nameEnd);
      at = end;
    }
  }

  /** The old entry to go on with: behind those whose names are not above the name in `[nameStart, nameEnd)`. */
  #pass(old: number, nameStart: number, nameEnd: number): number {
    const { starts, body } = this.#old;
    let index = old;
    for (; index < starts.length; index++) {
      const oldName = body.indexOf(SPACE, starts[index]) + 1;
      const oldEnd = (index + 1 < starts.length ? starts[index + 1]! : body.length) - this.#idSize - 1;
      const order = this.#oldBuffer.compare(this.#buffer, nameStart, nameEnd, oldName, oldEnd);
      if (order === 0) return index + 1;
      if (order > 0) return index;
    }
    return index;
  }

  #copyStarts(from: number, to: number, shift: number): void {
    for (let i = from; i < to; i++) this.#push(this.#old.starts[i]! + shift);
  }

  #push(start: number): void {
    if (this.count === this.starts.length) {
      const grown = new Int32Array(this.count * 2);
      grown.set(this.starts);
      this.starts = grown;
    }
    this.starts[this.count++] = start;
  }
}

const SPACE = 0x20;
const NOTHING: RememberedTree = { body: new Uint8Array(0), starts: new Int32Array(0) };

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
