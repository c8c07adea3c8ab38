/**
 * The lines of a merge, and those that it lost from its parents (git-diff-tree(1), "Combined diff format").
 *
 * Sets of parents are bits: bit `n` is parent `n`. Line `count`, behind the last one, holds what was lost at the end.
 */
import { GovcError } from '../errors.js';
import { LIMITS } from '../limits.js';
import { latin1FromBytes } from '../bytes/text.js';
import { makeHunks } from './hunks.js';
import { diffLines, type LineDiffOptions } from './line-diff.js';
import { lineRange, splitLines, type Lines } from './lines.js';
import { equalIgnoringSpace } from './combined-space.js';

/** A line that the merge does not have. */
export interface LostLine {
  /** Without LF. */
  readonly line: Uint8Array;
  /** The parents that had it. */
  parents: number;
}

/** A merged file held against its parents. */
export class CombinedLines {
  readonly result: Lines;
  readonly parentCount: number;
  /** For each line of the result, the parents that do not have it. */
  readonly added: Uint32Array;
  /** For each line of the result, what was lost before it. */
  readonly lost: (LostLine[] | undefined)[];
  /** For each line of the result and parent, the line of the parent there, from 1 on. */
  readonly #parentLines: Uint32Array;
  readonly #options: LineDiffOptions;

  constructor(result: Uint8Array, parentCount: number, options: LineDiffOptions) {
    if (parentCount > LIMITS.combinedParentCount.value) {
      const { value } = LIMITS.combinedParentCount;
      throw new GovcError('limit-exceeded', `A merge of ${parentCount} parents cannot be shown combined; at most ${value} can.`, {
        count: parentCount,
      });
    }
    this.result = splitLines(result);
    this.parentCount = parentCount;
    this.#options = options;
    const { count } = this.result;
    this.added = new Uint32Array(count + 2);
    this.lost = new Array<LostLine[] | undefined>(count + 2).fill(undefined);
    this.#parentLines = new Uint32Array((count + 2) * parentCount);
  }

  /** The line of a parent, from 1 on, that stands where line `index` of the result does. */
  parentLine(index: number, parent: number): number {
    return this.#parentLines[index * this.parentCount + parent]!;
  }

  /** Compares a parent with the result. O(lines), and quadratic in lines that several parents lost at one place. */
  compare(parent: number, bytes: Uint8Array): void {
    const mask = 1 << parent;
    const { count } = this.result;
    const diff = diffLines(bytes, this.result.bytes, { ...this.#options, trimsTail: true });
    for (const hunk of makeHunks(diff, { contextLines: 0 })) {
      for (const { oldStart, oldCount, newStart, newCount } of hunk.changes) {
        for (let i = 0; i < newCount; i++) this.added[newStart + i]! |= mask;
        if (oldCount === 0) continue;
        const lost = Array.from({ length: oldCount }, (_, i) => ({ line: withoutNewline(diff.old, oldStart + i), parents: mask }));
        this.lost[newStart] = this.#join(this.lost[newStart], lost, mask);
      }
    }
    let line = 1;
    for (let index = 0; index <= count; index++) {
      this.#setParentLine(index, parent, line);
      for (const { parents } of this.lost[index] ?? []) if ((parents & mask) !== 0) line++;
      if (index < count && (this.added[index]! & mask) === 0) line++;
    }
    this.#setParentLine(count + 1, parent, line);
  }

  /** Takes over for a parent what was found for another one that has the same file. */
  copy(parent: number, same: number): void {
    const mask = 1 << parent;
    const sameMask = 1 << same;
    for (let index = 0; index <= this.result.count; index++) {
      this.#setParentLine(index, parent, this.parentLine(index, same));
      for (const lost of this.lost[index] ?? []) if ((lost.parents & sameMask) !== 0) lost.parents |= mask;
      if ((this.added[index]! & sameMask) !== 0) this.added[index]! |= mask;
    }
    this.#setParentLine(this.result.count + 1, parent, this.parentLine(this.result.count + 1, same));
  }

  #setParentLine(index: number, parent: number, line: number): void {
    this.#parentLines[index * this.parentCount + parent] = line;
  }

  /** Lines that several parents lost are one, along a longest common subsequence. */
  #join(base: LostLine[] | undefined, lost: LostLine[], mask: number): LostLine[] {
    if (base === undefined) return lost;
    const steps = this.#align(base, lost);
    const width = lost.length + 1;
    const joined: LostLine[] = [];
    for (let i = base.length, j = lost.length; i > 0 || j > 0; ) {
      const step = steps[i * width + j];
      if (step === NEW) {
        joined.push(lost[--j]!);
        continue;
      }
      const line = base[--i]!;
      if (step === MATCH) {
        line.parents |= mask;
        j--;
      }
      joined.push(line);
    }
    return joined.reverse();
  }

  /** For each pair of prefixes, where the best alignment of them ends. */
  #align(base: readonly LostLine[], lost: readonly LostLine[]): Uint8Array {
    const width = lost.length + 1;
    if ((base.length + 1) * width > LIMITS.combinedLostCells.value) {
      throw new GovcError('limit-exceeded', `Too many lines are lost in one place: ${base.length} and ${lost.length}.`, {
        base: base.length, lost: lost.length,
      });
    }
    const isEqual = this.#matcher(base, lost);
    const steps = new Uint8Array((base.length + 1) * width).fill(NEW, 0, width);
    let above = new Uint32Array(width);
    let row = new Uint32Array(width);
    for (let i = 1; i <= base.length; i++) {
      steps[i * width] = BASE;
      for (let j = 1; j < width; j++) {
        if (isEqual(i - 1, j - 1)) {
          row[j] = above[j - 1]! + 1;
          steps[i * width + j] = MATCH;
        } else if (row[j - 1]! >= above[j]!) {
          row[j] = row[j - 1]!;
          steps[i * width + j] = NEW;
        } else {
          row[j] = above[j]!;
          steps[i * width + j] = BASE;
        }
      }
      [above, row] = [row, above];
      row[0] = 0;
    }
    return steps;
  }

  #matcher(base: readonly LostLine[], lost: readonly LostLine[]): (baseIndex: number, lostIndex: number) => boolean {
    const space = this.#options.whitespace;
    if (space !== undefined) return (i, j) => equalIgnoringSpace(base[i]!.line, lost[j]!.line, space);
    const numbers = new Map<string, number>();
    const numberOf = ({ line }: LostLine): number => {
      const key = latin1FromBytes(line);
      let number = numbers.get(key);
      if (number === undefined) numbers.set(key, (number = numbers.size));
      return number;
    };
    const left = Uint32Array.from(base, numberOf);
    const right = Uint32Array.from(lost, numberOf);
    return (i, j) => left[i] === right[j];
  }
}

const MATCH = 1;
const BASE = 2;
const NEW = 3;
const LF = 0x0a;

/** A line without its LF. */
export function withoutNewline(lines: Lines, index: number): Uint8Array {
  const line = lineRange(lines, index, index + 1);
  return line[line.length - 1] === LF ? line.subarray(0, -1) : line;
}
