/**
 * Bram Cohen's patience diff as Git does it: lines that occur once on either side are the firm ground, the
 * longest run of them that keeps its order is common, and what lies between is compared in the same way.
 * A box without such lines is left to Myers.
 */
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import { startsWithBytes } from '../bytes/compare.js';
import { markAll, type Box, type ChangeMarks } from './change-marks.js';
import type { Lines } from './lines.js';
import { markMyers } from './myers.js';

/** Lines of the old side that must stay common where they are unique, by how they begin. */
export interface Anchors {
  readonly old: Lines;
  readonly prefixes: readonly Uint8Array[];
}

/** The beginnings of lines, as text, for {@link markPatience}. */
export function createAnchors(old: Lines, prefixes: readonly string[]): Anchors {
  return { old, prefixes: prefixes.map(bytesFromLosslessText) };
}

/** Marks the changed lines of a box. */
export function markPatience(marks: ChangeMarks, whole: Box, anchors: Anchors): void {
  const boxes: Box[] = [whole];
  const firsts = new UniqueLines(marks);
  for (let box = boxes.pop(); box !== undefined; box = boxes.pop()) {
    if (box.oldStart === box.oldEnd || box.newStart === box.newEnd) {
      markAll(marks, box);
      continue;
    }
    const common = firsts.find(box, anchors);
    if (common === 'none') markAll(marks, box);
    else if (common === 'not-unique') markMyers(marks, box, false);
    else pushBetween(boxes, marks, { box, common });
  }
}

/** Pairs of equal lines, as the line numbers of either side, both ascending. */
interface CommonLines {
  readonly old: Int32Array;
  readonly new: Int32Array;
}

const REPEATED = -1;

/** Finds the unique lines of boxes. The counters of the marks serve to find the entry of a class. */
class UniqueLines {
  readonly #marks: ChangeMarks;

  constructor(marks: ChangeMarks) {
    this.#marks = marks;
  }

  find(box: Box, anchors: Anchors): CommonLines | 'none' | 'not-unique' {
    const { oldClasses, newClasses, oldCounts: entryOf } = this.#marks;
    const size = box.oldEnd - box.oldStart;
    /** By entry: the first line of the old side, and the line of the new side plus one, or REPEATED. */
    const oldLine = new Int32Array(size);
    const newLine = new Int32Array(size);
    let count = 0;
    for (let i = box.oldStart; i < box.oldEnd; i++) {
      const entry = entryOf[oldClasses[i]!]!;
      if (entry !== 0) {
        newLine[entry - 1] = REPEATED;
      } else {
        oldLine[count++] = i;
        entryOf[oldClasses[i]!] = count;
      }
    }
    let hasCommon = false;
    for (let i = box.newStart; i < box.newEnd; i++) {
      const entry = entryOf[newClasses[i]!]!;
      if (entry === 0) continue;
      hasCommon = true;
      newLine[entry - 1] = newLine[entry - 1] === 0 ? i + 1 : REPEATED;
    }
    for (let i = box.oldStart; i < box.oldEnd; i++) entryOf[oldClasses[i]!] = 0;
    if (!hasCommon) return 'none';
    return longestAscending(oldLine.subarray(0, count), newLine, anchors) ?? 'not-unique';
  }
}

/** The longest sequence of pairs that ascends on both sides; undefined when there is none. */
function longestAscending(oldLine: Int32Array, newLine: Int32Array, anchors: Anchors): CommonLines | undefined {
  const count = oldLine.length;
  /** For each length the entry that ends such a sequence soonest. */
  const ends = new Int32Array(count);
  const previous = new Int32Array(count);
  let longest = 0;
  // What ends at an anchor is never replaced, nor anything shorter.
  let anchored = -1;
  for (let entry = 0; entry < count; entry++) {
    if (newLine[entry]! <= 0) continue;
    let low = -1;
    let high = longest;
    while (low + 1 < high) {
      const middle = low + ((high - low) >> 1);
      if (newLine[ends[middle]!]! > newLine[entry]!) high = middle;
      else low = middle;
    }
    previous[entry] = low < 0 ? -1 : ends[low]!;
    const at = low + 1;
    if (at <= anchored) continue;
    ends[at] = entry;
    if (isAnchor(anchors, oldLine[entry]!)) {
      anchored = at;
      longest = at + 1;
    } else if (at === longest) {
      longest++;
    }
  }
  if (longest === 0) return undefined;
  const old = new Int32Array(longest);
  const new_ = new Int32Array(longest);
  for (let i = longest - 1, entry = ends[i]!; i >= 0; i--, entry = previous[entry]!) {
    old[i] = oldLine[entry]!;
    new_[i] = newLine[entry]! - 1;
  }
  return { old, new: new_ };
}

function isAnchor(anchors: Anchors, line: number): boolean {
  if (anchors.prefixes.length === 0) return false;
  const rest = anchors.old.bytes.subarray(anchors.old.starts[line]);
  return anchors.prefixes.some((prefix) => startsWithBytes(rest, prefix));
}

/** Pushes the boxes between common lines, less the equal lines next to those. */
function pushBetween(boxes: Box[], marks: ChangeMarks, found: { box: Box; common: CommonLines }): void {
  const { oldClasses, newClasses } = marks;
  const { box, common } = found;
  let { oldStart, newStart } = box;
  for (let i = 0; i <= common.old.length; i++) {
    let oldEnd = i < common.old.length ? common.old[i]! : box.oldEnd;
    let newEnd = i < common.old.length ? common.new[i]! : box.newEnd;
    if (i < common.old.length) {
      while (oldEnd > oldStart && newEnd > newStart && oldClasses[oldEnd - 1] === newClasses[newEnd - 1]) {
        oldEnd--;
        newEnd--;
      }
    }
    while (oldStart < oldEnd && newStart < newEnd && oldClasses[oldStart] === newClasses[newStart]) {
      oldStart++;
      newStart++;
    }
    if (oldEnd > oldStart || newEnd > newStart) boxes.push({ oldStart, oldEnd, newStart, newEnd });
    if (i === common.old.length) return;
    oldStart = common.old[i]! + 1;
    newStart = common.new[i]! + 1;
  }
}
