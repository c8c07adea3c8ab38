/**
 * Moving changes to where they read best. A group of changed lines can slide down by a line when its first
 * line equals the line after it, and up in the same way: the text stays the same. Groups that meet become one. Of
 * all the places of a group the last one is taken that lies beside a change of the other side, so that both become
 * one change; without such a place the indentation decides, or else the last place of all.
 */
import { assert } from '../errors.js';
import type { Lines } from './lines.js';
import { bestSplit } from './indent-heuristic.js';

/** One side while its groups are moved. */
export interface MovingSide {
  readonly classes: Int32Array;
  /** Marks of changed lines; line `i` stands at `i + 1`, with a guard at either end. */
  readonly marks: Uint8Array;
}

/**
 * Moves the changed groups of `side`; `other` is only read. `indented` are the lines of `side` when indentation
 * may decide.
 */
export function compactChanges(side: MovingSide, other: MovingSide, indented: Lines | undefined): void {
  const group = new Group(side);
  // The group of the other side that lies between the same unchanged lines, empty most of the time.
  const beside = new Group(other);
  for (;;) {
    if (group.end > group.start) moveGroup(group, beside, indented);
    if (!group.next()) return;
    follow(beside.next());
  }
}

function follow(hasMoved: boolean): void {
  assert(hasMoved, 'the groups of both sides lie between the same unchanged lines');
}

function moveGroup(group: Group, beside: Group, indented: Lines | undefined): void {
  let size: number;
  let highestEnd: number;
  // Where it last ended beside a change of the other side.
  let matchingEnd: number;
  do {
    size = group.end - group.start;
    matchingEnd = -1;
    while (group.slideUp()) follow(beside.previous());
    highestEnd = group.end;
    if (beside.end > beside.start) matchingEnd = group.end;
    while (group.slideDown()) {
      follow(beside.next());
      if (beside.end > beside.start) matchingEnd = group.end;
    }
  } while (size !== group.end - group.start);

  if (group.end === highestEnd) return;
  if (matchingEnd !== -1) {
    while (beside.end === beside.start) slideUp(group, beside);
  } else if (indented !== undefined) {
    const best = bestSplit(indented, { size, highestEnd, lowestEnd: group.end });
    while (group.end > best) slideUp(group, beside);
  }
}

function slideUp(group: Group, beside: Group): void {
  assert(group.slideUp(), 'a group slides back to where it was');
  follow(beside.previous());
}

/**
 * A run of changed lines, or the empty place between two unchanged lines or at an end of the text. A text
 * with `n` unchanged lines has `n + 1` groups.
 */
class Group {
  start = 0;
  end = 0;
  readonly #classes: Int32Array;
  readonly #marks: Uint8Array;

  constructor(side: MovingSide) {
    this.#classes = side.classes;
    this.#marks = side.marks;
    while (this.#marks[this.end + 1] === 1) this.end++;
  }

  /** Goes to the next group; false at the last one. */
  next(): boolean {
    if (this.end === this.#classes.length) return false;
    this.start = ++this.end;
    while (this.#marks[this.end + 1] === 1) this.end++;
    return true;
  }

  /** Goes to the group before; false at the first one. */
  previous(): boolean {
    if (this.start === 0) return false;
    this.end = --this.start;
    while (this.#marks[this.start] === 1) this.start--;
    return true;
  }

  /** Moves the group one line down and swallows what it meets; false when the lines differ. */
  slideDown(): boolean {
    if (this.end === this.#classes.length || this.#classes[this.start] !== this.#classes[this.end]) return false;
    this.#marks[this.start++ + 1] = 0;
    this.#marks[this.end++ + 1] = 1;
    while (this.#marks[this.end + 1] === 1) this.end++;
    return true;
  }

  /** The same upwards. */
  slideUp(): boolean {
    if (this.start === 0 || this.#classes[this.start - 1] !== this.#classes[this.end - 1]) return false;
    this.#marks[--this.start + 1] = 1;
    this.#marks[--this.end + 1] = 0;
    while (this.#marks[this.start] === 1) this.start--;
    return true;
  }
}
