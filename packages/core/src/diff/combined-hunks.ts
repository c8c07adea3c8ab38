/** Which lines of a combined diff are shown: what `-c` and `--cc` of git-diff-tree(1) leave out. */
import type { CombinedLines } from './combined-lines.js';

/** The lines of a merged file, as they are shown. Indexes count from 0; the one behind the last line stands for what was lost there. */
export interface ShownLines {
  /** 1 for lines that are shown. */
  readonly isShown: Uint8Array;
  /** 1 for lines before which lost lines are not shown. */
  readonly hidesLost: Uint8Array;
  /** Whether any line is shown. */
  readonly hasAny: boolean;
}

/**
 * Chooses what is shown.
 *
 * @param dense whether hunks are left out in which the result has what one of two versions had (`--cc`)
 */
export function chooseCombinedLines(lines: CombinedLines, dense: boolean, contextLines: number): ShownLines {
  const { count } = lines.result;
  const isShown = new Uint8Array(count + 2);
  const hidesLost = new Uint8Array(count + 2);
  for (let i = 0; i <= count; i++) isShown[i] = lines.added[i] !== 0 || lines.lost[i] !== undefined ? 1 : 0;
  if (dense) dropPlainHunks(lines, isShown, contextLines);
  return { isShown, hidesLost, hasAny: addContext(lines, { isShown, hidesLost }, contextLines) };
}

function dropPlainHunks(lines: CombinedLines, isShown: Uint8Array, contextLines: number): void {
  const { count } = lines.result;
  for (let start = findNext(isShown, 0, count, 1); start <= count; ) {
    const end = endOfGroup(lines, { isShown, start }, contextLines);
    if (!hasManyVersions(lines, start, end)) isShown.fill(0, start, end);
    start = findNext(isShown, end, count, 1);
  }
}

/** Where a group of shown lines ends; groups with no more than the context between them are one. */
function endOfGroup(
  lines: CombinedLines, { isShown, start }: { readonly isShown: Uint8Array; readonly start: number }, contextLines: number,
): number {
  const { count } = lines.result;
  let end = start + 1;
  for (; end <= count; end++) {
    if (isShown[end] === 1) continue;
    const limit = Math.min(count + 1, groupTail(lines, start, end) + contextLines);
    let ahead = limit - 1;
    while (ahead >= end && isShown[ahead] !== 1) ahead--;
    if (ahead < end) break;
    end = ahead;
  }
  return end;
}

/** A group that ends with lost lines only shows the line behind them anyway: it counts as context. */
function groupTail(lines: CombinedLines, start: number, end: number): number {
  return start + 1 <= end && lines.added[end - 1] === 0 ? end - 1 : end;
}

/** Whether a group shows more than one version beside the result, or one that differs from all parents. */
function hasManyVersions(lines: CombinedLines, start: number, end: number): boolean {
  const all = 2 ** lines.parentCount - 1;
  let same = 0;
  for (let i = start; i < end; i++) {
    for (const parents of [lines.added[i]!, ...(lines.lost[i] ?? []).map((lost) => lost.parents)]) {
      if (parents === 0) continue;
      if (same === 0) same = parents;
      else if (same !== parents) return true;
    }
  }
  return same === all;
}

function addContext(
  lines: CombinedLines, { isShown, hidesLost }: { readonly isShown: Uint8Array; readonly hidesLost: Uint8Array }, contextLines: number,
): boolean {
  const { count } = lines.result;
  let at = findNext(isShown, 0, count, 1);
  if (at > count) return false;
  while (at <= count) {
    for (let before = Math.max(0, at - contextLines); before < at; before++) {
      if (isShown[before] !== 1) hidesLost[before] = 1;
      isShown[before] = 1;
    }
    for (;;) {
      const end = findNext(isShown, at, count, 0);
      if (end > count) return true;
      const next = findNext(isShown, end, count, 1);
      let tail = groupTail(lines, at, end);
      if (next < tail + contextLines) {
        while (tail < next) isShown[tail++] = 1;
        at = next;
        continue;
      }
      at = next;
      isShown.fill(1, tail, Math.min(tail + contextLines, count + 1));
      break;
    }
  }
  return true;
}

/** The first line from `from` on that is shown (1) or is not (0); `count + 1` when there is none. */
function findNext(isShown: Uint8Array, from: number, count: number, wanted: 0 | 1): number {
  let at = from;
  while (at <= count && isShown[at] !== wanted) at++;
  return at;
}
