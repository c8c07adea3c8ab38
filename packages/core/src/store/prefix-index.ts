import type { ObjectId } from '../hash/object-id.js';

const KEY_DIGITS = 4;
const KEY_COUNT = 16 ** KEY_DIGITS;

/**
 * Finds ids by how they begin, in a list that only grows: chains of ids with the same first four digits. Made where somebody
 * asks for the first time, since most lists of young objects are never asked. Takes 256 KiB and four bytes for each id.
 */
export class PrefixIndex {
  readonly #ids: readonly ObjectId[];
  /** For each key the place of its last id in the list, plus one; for each place that of the one before, plus one. */
  readonly #heads = new Int32Array(KEY_COUNT);
  #previous = new Int32Array(1024);
  #count = 0;

  constructor(ids: readonly ObjectId[]) {
    this.#ids = ids;
  }

  /** The ids among the first `count` that begin with a prefix, the newest first. O(ids with the same four digits). */
  *find(prefix: string, count: number): Generator<ObjectId, void, void> {
    if (prefix.length < KEY_DIGITS) {
      for (let at = Math.min(count, this.#ids.length) - 1; at >= 0; at--) if (this.#ids[at]!.startsWith(prefix)) yield this.#ids[at]!;
      return;
    }
    const key = prefix.slice(0, KEY_DIGITS);
    if (!/^[0-9a-f]+$/.test(key)) return;
    this.#extend();
    for (let at = this.#heads[Number.parseInt(key, 16)]! - 1; at >= 0; at = this.#previous[at]! - 1) {
      const id = this.#ids[at]!;
      if (at < count && id.startsWith(prefix)) yield id;
    }
  }

  #extend(): void {
    const { length } = this.#ids;
    if (length > this.#previous.length) {
      const larger = new Int32Array(Math.max(length, this.#previous.length * 2));
      larger.set(this.#previous);
      this.#previous = larger;
    }
    for (; this.#count < length; this.#count++) {
      const key = Number.parseInt(this.#ids[this.#count]!.slice(0, KEY_DIGITS), 16);
      this.#previous[this.#count] = this.#heads[key]!;
      this.#heads[key] = this.#count + 1;
    }
  }
}
