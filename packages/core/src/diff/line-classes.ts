/**
 * Lines as small integers: equal lines of either side get the same number, so that everything after
 * compares integers. A hash table over the bytes, no string per line.
 */
import { latin1FromBytes } from '../bytes/text.js';
import { GovcError } from '../errors.js';
import { LIMITS } from '../limits.js';
import { findCommonEnds } from './common-ends.js';
import { lineRange, type Lines } from './lines.js';

/** The class of each line of two texts. Classes count from 0. */
export interface LineClasses {
  readonly old: Int32Array;
  readonly new: Int32Array;
  /** How many classes there are. */
  readonly count: number;
}

/**
 * Gives equal lines of two texts equal numbers. Expected O(bytes).
 *
 * @param options.isLocal only lines that also stand between the common ends are told apart: all others have the same class. Default: `false`.
 * @throws {GovcError} limit-exceeded: both have more lines than `LIMITS.diffLineCount`.
 */
export function classifyLines(old: Lines, new_: Lines, { isLocal = false }: { readonly isLocal?: boolean } = {}): LineClasses {
  const count = old.count + new_.count;
  const limit = LIMITS.diffLineCount.value;
  if (count > limit) {
    throw new GovcError('limit-exceeded', `Two texts have ${count} lines; no more than ${limit} are compared.`, { limit, count });
  }
  const oldClasses = new Int32Array(old.count);
  const newClasses = new Int32Array(new_.count);
  const { prefixCount, suffixCount } = findCommonEnds(old, new_);
  const [oldEnd, newEnd] = [old.count - suffixCount, new_.count - suffixCount];
  const takesAll = !isLocal || prefixCount + suffixCount < old.count >> 1;
  const table = new ClassTable(takesAll ? count : oldEnd + newEnd - 2 * prefixCount);
  table.classify(old, oldClasses, takesAll ? { from: 0, to: old.count } : { from: prefixCount, to: oldEnd });
  table.classify(new_, newClasses, { from: prefixCount, to: newEnd });
  if (!takesAll) {
    const known = new KnownLines(table, [{ lines: old, from: prefixCount, to: oldEnd }, { lines: new_, from: prefixCount, to: newEnd }]);
    known.classify(old, oldClasses, { from: 0, to: prefixCount });
    known.classify(old, oldClasses, { from: oldEnd, to: old.count });
  }
  newClasses.set(oldClasses.subarray(0, prefixCount));
  newClasses.set(oldClasses.subarray(oldEnd), newEnd);
  return { old: oldClasses, new: newClasses, count: takesAll ? table.count : table.count + 1 };
}

interface LineSpan {
  readonly lines: Lines;
  readonly from: number;
  readonly to: number;
}

const SKETCH_SIZE = 4096;

/** Looks for lines among those that have a class, most of which it can do without by their size and two bytes. */
class KnownLines {
  readonly #table: ClassTable;
  readonly #sketch = new Uint8Array(SKETCH_SIZE);

  constructor(table: ClassTable, spans: readonly LineSpan[]) {
    this.#table = table;
    for (const { lines: { bytes, starts }, from, to } of spans) {
      for (let line = from; line < to; line++) this.#sketch[sketchOf(bytes, starts[line]!, starts[line + 1]!)] = 1;
    }
  }

  /** Writes the classes of some lines; those without one share the one behind all others. */
  classify(lines: Lines, classes: Int32Array, { from, to }: { readonly from: number; readonly to: number }): void {
    const { bytes, starts } = lines;
    const table = this.#table;
    const sketch = this.#sketch;
    const none = table.count;
    for (let line = from; line < to; line++) {
      const start = starts[line]!;
      const end = starts[line + 1]!;
      classes[line] = sketch[sketchOf(bytes, start, end)] === 0 ? none : table.find(lines, line) ?? none;
    }
  }
}

function sketchOf(bytes: Uint8Array, start: number, end: number): number {
  const size = end - start;
  return (size * 37 + bytes[start + (size >> 1)]! * 5 + (size > 1 ? bytes[end - 2]! * 131 : 0)) & (SKETCH_SIZE - 1);
}

/**
 * After so many places that hold other lines, a line is kept in a map by its text. Lines can be made
 * whose hashes collide; the keyed hashes of the engine keep even those from taking quadratic time.
 */
const PROBES_MAX = 128;
const MULTIPLIER = 0x9e3779b1;

class ClassTable {
  count = 0;
  /** Class plus one; 0 is free. */
  readonly #slots: Int32Array;
  readonly #mask: number;
  readonly #hashes: Int32Array;
  /** One line of each class. */
  readonly #sources: Lines[] = [];
  readonly #sourceOf: Uint8Array;
  readonly #starts: Uint32Array;
  readonly #ends: Uint32Array;
  readonly #crowded = new Map<string, number>();

  constructor(linesMax: number) {
    let slots = 16;
    while (slots < linesMax * 2) slots *= 2;
    this.#slots = new Int32Array(slots);
    this.#mask = slots - 1;
    this.#hashes = new Int32Array(linesMax);
    this.#starts = new Uint32Array(linesMax);
    this.#ends = new Uint32Array(linesMax);
    this.#sourceOf = new Uint8Array(linesMax);
  }

  /** Writes the classes of some lines. */
  classify(lines: Lines, classes: Int32Array, range: { readonly from: number; readonly to: number }): void {
    this.#sources.push(lines);
    const { bytes, starts } = lines;
    for (let line = range.from; line < range.to; line++) {
      classes[line] = this.#classOf(lines, line, hashOf(bytes, starts[line]!, starts[line + 1]!));
    }
  }

  /** The class of a line, if it has one. */
  find(lines: Lines, line: number): number | undefined {
    const hash = hashOf(lines.bytes, lines.starts[line]!, lines.starts[line + 1]!);
    let slot = hash & this.#mask;
    for (let probes = 0; probes < PROBES_MAX; probes++) {
      const found = this.#slots[slot]! - 1;
      if (found < 0) return undefined;
      if (this.#hashes[found] === hash && this.#isEqual(found, lines, line)) return found;
      slot = (slot + 1) & this.#mask;
    }
    return this.#crowded.get(latin1FromBytes(lineRange(lines, line, line + 1)));
  }

  #classOf(lines: Lines, line: number, hash: number): number {
    const slots = this.#slots;
    const mask = this.#mask;
    let slot = hash & mask;
    for (let probes = 0; probes < PROBES_MAX; probes++) {
      const found = slots[slot]! - 1;
      if (found < 0) {
        const added = this.#add(lines, line, hash);
        slots[slot] = added + 1;
        return added;
      }
      if (this.#hashes[found] === hash && this.#isEqual(found, lines, line)) return found;
      slot = (slot + 1) & mask;
    }
    const text = latin1FromBytes(lineRange(lines, line, line + 1));
    const found = this.#crowded.get(text);
    if (found !== undefined) return found;
    const added = this.#add(lines, line, hash);
    this.#crowded.set(text, added);
    return added;
  }

  #add(lines: Lines, line: number, hash: number): number {
    const added = this.count++;
    this.#hashes[added] = hash;
    this.#sourceOf[added] = this.#sources.length - 1;
    this.#starts[added] = lines.starts[line]!;
    this.#ends[added] = lines.starts[line + 1]!;
    return added;
  }

  #isEqual(found: number, lines: Lines, line: number): boolean {
    const start = lines.starts[line]!;
    const size = lines.starts[line + 1]! - start;
    const from = this.#starts[found]!;
    if (this.#ends[found]! - from !== size) return false;
    const { bytes } = lines;
    const other = this.#sources[this.#sourceOf[found]!]!.bytes;
    for (let i = 0; i < size; i++) if (bytes[start + i] !== other[from + i]) return false;
    return true;
  }
}

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  let at = start;
  // Four bytes at a time, because each step has to wait for the one before.
  for (; at + 4 <= end; at += 4) {
    const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    hash = Math.imul(hash ^ word, MULTIPLIER);
    hash ^= hash >>> 15;
  }
  for (; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, MULTIPLIER);
  return hash ^ (hash >>> 15);
}
