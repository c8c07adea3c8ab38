/**
 * Histogram diff, which came to Git from JGit: of all runs of equal lines the one is common whose rarest line
 * is rarest, and the longest among such; what lies before and after it is compared in the same way. Lines that occur
 * too often on the old side are no guide; where nothing else is common, the box is left to Myers.
 */
import { markAll, type Box, type ChangeMarks } from './change-marks.js';
import { markMyers } from './myers.js';

/** A line that occurs more often in the old side of a box does not guide. */
const OCCURRENCES_MAX = 64;

/** Marks the changed lines of a box. */
export function markHistogram(marks: ChangeMarks, whole: Box): void {
  const search = new RunSearch(marks);
  const boxes: Box[] = [whole];
  for (let box = boxes.pop(); box !== undefined; box = boxes.pop()) {
    if (box.oldStart === box.oldEnd || box.newStart === box.newEnd) {
      markAll(marks, box);
      continue;
    }
    const run = search.find(box);
    if (run === 'none') {
      markAll(marks, box);
    } else if (run === 'too-frequent') {
      markMyers(marks, box, false);
    } else {
      boxes.push({ oldStart: box.oldStart, oldEnd: run.oldStart, newStart: box.newStart, newEnd: run.newStart });
      boxes.push({ oldStart: run.oldEnd, oldEnd: box.oldEnd, newStart: run.newEnd, newEnd: box.newEnd });
    }
  }
}

/** Looks for the common run of one box after the other. */
class RunSearch {
  readonly #old: Int32Array;
  readonly #new: Int32Array;
  /** By class: the first line of the old side of the box plus one, and how many there are. */
  readonly #heads: Int32Array;
  readonly #counts: Int32Array;
  /** By line of the old side: the next line of the same class plus one, or 0. */
  readonly #next: Int32Array;
  #box: Box = { oldStart: 0, oldEnd: 0, newStart: 0, newEnd: 0 };
  /** The best run, with ends that do not belong to it. */
  #run: Box = this.#box;
  /** How often the rarest line of the best run occurs. */
  #rarest = 0;
  /** How many lines of the new side are on the old one too. */
  #commonCount = 0;

  constructor(marks: ChangeMarks) {
    this.#old = marks.oldClasses;
    this.#new = marks.newClasses;
    this.#counts = marks.oldCounts;
    this.#heads = marks.newCounts;
    this.#next = new Int32Array(marks.oldClasses.length);
  }

  find(box: Box): Box | 'none' | 'too-frequent' {
    const old = this.#old;
    const heads = this.#heads;
    const counts = this.#counts;
    for (let i = box.oldEnd - 1; i >= box.oldStart; i--) {
      const lineClass = old[i]!;
      this.#next[i] = heads[lineClass]!;
      heads[lineClass] = i + 1;
      counts[lineClass]!++;
    }
    this.#box = box;
    this.#run = { oldStart: 0, oldEnd: 0, newStart: 0, newEnd: 0 };
    this.#rarest = OCCURRENCES_MAX + 1;
    this.#commonCount = 0;
    for (let j = box.newStart; j < box.newEnd; ) j = this.#tryRuns(j);
    for (let i = box.oldStart; i < box.oldEnd; i++) {
      heads[old[i]!] = 0;
      counts[old[i]!] = 0;
    }
    if (this.#commonCount > 0 && this.#rarest > OCCURRENCES_MAX) return 'too-frequent';
    return this.#run.oldEnd === 0 ? 'none' : this.#run;
  }

  /** Tries the runs through line `at` of the new side; gives the first line after all of them. */
  #tryRuns(at: number): number {
    const old = this.#old;
    const new_ = this.#new;
    const next = this.#next;
    const counts = this.#counts;
    const { oldStart, oldEnd, newStart, newEnd } = this.#box;
    const lineClass = new_[at]!;
    const count = counts[lineClass]!;
    if (count === 0) return at + 1;
    this.#commonCount++;
    if (count > this.#rarest) return at + 1;
    let after = at + 1;
    let line = this.#heads[lineClass]! - 1;
    while (line >= 0) {
      let rarest = count;
      let i = line;
      let j = at;
      while (i > oldStart && j > newStart && old[i - 1] === new_[j - 1]) {
        i--;
        j--;
        if (rarest > 1 && counts[old[i]!]! < rarest) rarest = counts[old[i]!]!;
      }
      let iEnd = line + 1;
      let jEnd = at + 1;
      while (iEnd < oldEnd && jEnd < newEnd && old[iEnd] === new_[jEnd]) {
        if (rarest > 1 && counts[old[iEnd]!]! < rarest) rarest = counts[old[iEnd]!]!;
        iEnd++;
        jEnd++;
      }
      if (jEnd > after) after = jEnd;
      // A size of 0 stands for no run, which is why a single line must be rarer to be taken first.
      if (this.#runSize() < iEnd - i || rarest < this.#rarest) {
        this.#run = { oldStart: i, oldEnd: iEnd, newStart: j, newEnd: jEnd };
        this.#rarest = rarest;
      }
      // Lines within the run lead to the same run again.
      do line = next[line]! - 1;
      while (line >= 0 && line < iEnd);
    }
    return after;
  }

  /** The size of the best run, 1 while there is none. */
  #runSize(): number {
    return Math.max(1, this.#run.oldEnd - this.#run.oldStart);
  }
}
