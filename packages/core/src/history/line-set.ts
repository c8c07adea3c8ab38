import type { LineChange } from '../diff/line-diff.js';
import type { LineRange } from './blame-request.js';

/** Ranges of lines in order; they do not overlap or touch, and none is empty. */
export type LineSet = readonly LineRange[];

/** The set of some ranges. */
export function makeLineSet(ranges: readonly LineRange[]): LineSet {
  return joinSorted(ranges.toSorted((left, right) => left.start - right.start || left.end - right.end));
}

/** All lines of both sets. */
export function uniteLineSets(left: LineSet, right: LineSet): LineSet {
  if (left.length === 0) return right;
  return right.length === 0 ? left : makeLineSet([...left, ...right]);
}

function joinSorted(ranges: readonly LineRange[]): LineRange[] {
  const joined: { start: number; end: number }[] = [];
  for (const { start, end } of ranges) {
    if (start === end) continue;
    const last = joined.at(-1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else joined.push({ start, end });
  }
  return joined;
}

/** Where lines of a new text were in the old one. */
export interface MappedLines {
  /** In the old text; changed lines count as what stood in their place. */
  readonly lines: LineSet;
  /** The changes that touch the lines. */
  readonly touched: readonly LineChange[];
}

/** Takes lines of a new text back over changes, as `git log -L` does. O(lines' ranges + changes). */
export function mapLinesBack(lines: LineSet, changes: readonly LineChange[]): MappedLines {
  const touched: LineChange[] = [];
  let index = 0;
  for (const change of changes) {
    while (index < lines.length && change.newStart > lines[index]!.end) index++;
    const range = lines[index];
    if (range === undefined) break;
    if (change.newStart + change.newCount > range.start && range.end > change.newStart) touched.push(change);
  }
  const kept = subtractChanges(lines, touched);
  const shifted: LineRange[] = [];
  let offset = 0;
  let next = 0;
  for (const { start, end } of kept) {
    for (let change = changes[next]; change !== undefined && start >= change.newStart; change = changes[++next]) {
      offset += change.oldCount - change.newCount;
    }
    shifted.push({ start: start + offset, end: end + offset });
  }
  const replaced = touched.map(({ oldStart, oldCount }) => ({ start: oldStart, end: oldStart + oldCount }));
  return { lines: makeLineSet([...shifted, ...replaced]), touched };
}

/** The lines that no change has made. */
function subtractChanges(lines: LineSet, changes: readonly LineChange[]): LineRange[] {
  const left: LineRange[] = [];
  let index = 0;
  for (const range of lines) {
    let { start } = range;
    while (start < range.end) {
      while (index < changes.length && start >= changes[index]!.newStart + changes[index]!.newCount) index++;
      const change = changes[index];
      if (change === undefined || range.end < change.newStart) {
        left.push({ start, end: range.end });
        break;
      }
      if (start < change.newStart && range.end > change.newStart) left.push({ start, end: change.newStart });
      else if (start < change.newStart) {
        left.push({ start, end: range.end });
        break;
      }
      start = change.newStart + change.newCount;
    }
  }
  return left;
}
