/**
 * The common ground of the algorithms: two sequences of line classes, and for each line a mark whether
 * it is changed. An algorithm is given a box, a range of lines of either side, and marks in it.
 */
import type { LineClasses } from './line-classes.js';

/** What the algorithms read and mark. */
export interface ChangeMarks {
  readonly oldClasses: Int32Array;
  readonly newClasses: Int32Array;
  /** 1 for each line that is deleted. Line `i` stands at `i + 1`; the first and last byte are guards. */
  readonly oldMarks: Uint8Array;
  /** 1 for each line that is added, in the same way. */
  readonly newMarks: Uint8Array;
  /** Counters by class that are zero whenever no algorithm runs; whoever uses them clears them. */
  readonly oldCounts: Int32Array;
  readonly newCounts: Int32Array;
}

/** Lines `oldStart` to `oldEnd` of the old side and so on; the ends do not belong to them. */
export interface Box {
  readonly oldStart: number;
  readonly oldEnd: number;
  readonly newStart: number;
  readonly newEnd: number;
}

/** No marks yet. */
export function createMarks(classes: LineClasses): ChangeMarks {
  return {
    oldClasses: classes.old,
    newClasses: classes.new,
    oldMarks: new Uint8Array(classes.old.length + 2),
    newMarks: new Uint8Array(classes.new.length + 2),
    oldCounts: new Int32Array(classes.count),
    newCounts: new Int32Array(classes.count),
  };
}

/** Marks all lines of a box. */
export function markAll(marks: ChangeMarks, box: Box): void {
  marks.oldMarks.fill(1, box.oldStart + 1, box.oldEnd + 1);
  marks.newMarks.fill(1, box.newStart + 1, box.newEnd + 1);
}
