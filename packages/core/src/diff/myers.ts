/**
 * The default algorithm: Eugene W. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), in
 * linear space, with the shortcuts of Git, which decide what is shown where several answers are as good.
 *
 * Lines that the other side does not have at all are changed for certain and are put aside first, and
 * with them lines that are so frequent that they would only tempt. A box is then searched from both of its
 * corners until the two searches meet, and cut there; after a while of that, any promising place will do.
 */
import { markAll, type Box, type ChangeMarks } from './change-marks.js';
import { compareBoxes, roughSquareRoot, type Candidates } from './myers-split.js';

/** Marks the changed lines of a box. `isMinimal` searches for a shortest answer, however long it takes. */
export function markMyers(marks: ChangeMarks, whole: Box, isMinimal: boolean): void {
  const box = trimBox(marks, whole);
  if (box.oldStart === box.oldEnd || box.newStart === box.newEnd) {
    markAll(marks, box);
    return;
  }
  const { oldClasses, newClasses, oldCounts, newCounts } = marks;
  // How often a line occurs is counted over the whole box, common ends included.
  for (let i = whole.oldStart; i < whole.oldEnd; i++) oldCounts[oldClasses[i]!]!++;
  for (let i = whole.newStart; i < whole.newEnd; i++) newCounts[newClasses[i]!]!++;
  const old = selectCandidates({
    classes: oldClasses,
    marks: marks.oldMarks,
    start: box.oldStart,
    end: box.oldEnd,
    counts: newCounts,
    frequent: frequencyLimit(whole.oldEnd - whole.oldStart),
  });
  const new_ = selectCandidates({
    classes: newClasses,
    marks: marks.newMarks,
    start: box.newStart,
    end: box.newEnd,
    counts: oldCounts,
    frequent: frequencyLimit(whole.newEnd - whole.newStart),
  });
  for (let i = whole.oldStart; i < whole.oldEnd; i++) oldCounts[oldClasses[i]!] = 0;
  for (let i = whole.newStart; i < whole.newEnd; i++) newCounts[newClasses[i]!] = 0;
  compareBoxes(old, new_, isMinimal);
}

/** The box without the lines that both sides have at its beginning and end. */
function trimBox(marks: ChangeMarks, box: Box): Box {
  const { oldClasses, newClasses } = marks;
  let { oldStart, oldEnd, newStart, newEnd } = box;
  while (oldStart < oldEnd && newStart < newEnd && oldClasses[oldStart] === newClasses[newStart]) {
    oldStart++;
    newStart++;
  }
  while (oldStart < oldEnd && newStart < newEnd && oldClasses[oldEnd - 1] === newClasses[newEnd - 1]) {
    oldEnd--;
    newEnd--;
  }
  return { oldStart, oldEnd, newStart, newEnd };
}

/** The lines of one side of a box, and what decides which of them take part. */
interface Selection {
  readonly classes: Int32Array;
  readonly marks: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** How often each class occurs on the other side. */
  readonly counts: Int32Array;
  /** From how many occurrences on a line is frequent. */
  readonly frequent: number;
}

const ABSENT = 0;
const USUAL = 1;
const FREQUENT = 2;

/** The lines that take part in the search; the others are marked. */
function selectCandidates(selection: Selection): Candidates {
  const { classes, marks, start, end, counts, frequent } = selection;
  const size = end - start;
  const kinds = new Uint8Array(size);
  for (let i = 0; i < size; i++) {
    const count = counts[classes[start + i]!]!;
    kinds[i] = count === 0 ? ABSENT : count >= frequent ? FREQUENT : USUAL;
  }
  const kept = new Int32Array(size);
  const lines = new Int32Array(size);
  let count = 0;
  for (let i = 0; i < size; i++) {
    if (kinds[i] === USUAL || (kinds[i] === FREQUENT && !isAmongAbsent(kinds, i))) {
      lines[count] = start + i;
      kept[count++] = classes[start + i]!;
    } else {
      marks[start + i + 1] = 1;
    }
  }
  return { classes: kept.subarray(0, count), lines: lines.subarray(0, count), marks };
}

/** How far around a frequent line is looked. */
const SURROUNDINGS = 100;
/** A frequent line goes when more than this many parts, less one, of the run around it are absent. */
const ABSENT_PARTS = 4;

/** Whether a frequent line stands in a run of mostly absent lines, with such on both sides of it. */
function isAmongAbsent(kinds: Uint8Array, at: number): boolean {
  let absent = 0;
  // The line itself counts once for either direction.
  let frequent = 2;
  const first = Math.max(0, at - SURROUNDINGS);
  for (let i = at - 1; i >= first && kinds[i] !== USUAL; i--) {
    if (kinds[i] === ABSENT) absent++;
    else frequent++;
  }
  if (absent === 0) return false;
  const before = absent;
  const last = Math.min(kinds.length - 1, at + SURROUNDINGS);
  for (let i = at + 1; i <= last && kinds[i] !== USUAL; i++) {
    if (kinds[i] === ABSENT) absent++;
    else frequent++;
  }
  if (absent === before) return false;
  return frequent * ABSENT_PARTS < frequent + absent;
}

const FREQUENCY_MAX = 1024;

function frequencyLimit(lineCount: number): number {
  return Math.min(roughSquareRoot(lineCount), FREQUENCY_MAX);
}
