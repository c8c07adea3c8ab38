/** What `git diff --check` finds: white space errors and conflict markers in lines that are added. */
import { diffLines } from './line-diff.js';
import { isSpace } from './line-space.js';
import type { Lines } from './lines.js';
import { findWhitespaceErrors, isBlankLine, type WhitespaceError, type WhitespaceRule } from './whitespace-rule.js';

/** What is wrong with a line of the new text. */
export interface IntroducedError {
  /** Counts from 0. Of `blank-at-eof` the first of the blank lines. */
  readonly line: number;
  readonly kinds: readonly (WhitespaceError | 'conflict-marker')[];
}

/** What counts as an error. */
export interface IntroducedErrorOptions {
  readonly rule: WhitespaceRule;
  /** Characters of a conflict marker (the attribute `conflict-marker-size`). Default 7. */
  readonly markerSize?: number | undefined;
}

const MARKER_SIZE = 7;

/**
 * The errors of the lines that `new_` has and `old` has not, in order; one of blank lines at the end comes last. Cost as of
 * `diffLines`. Binary content is searched like any other; Git passes it over.
 */
export function findIntroducedErrors(old: Uint8Array, new_: Uint8Array, options: IntroducedErrorOptions): IntroducedError[] {
  const { rule } = options;
  const markerSize = options.markerSize ?? MARKER_SIZE;
  const diff = diffLines(old, new_, { indentHeuristic: false });
  const { starts } = diff.new;
  const errors: IntroducedError[] = [];
  for (const change of diff.changes) {
    for (let line = change.newStart; line < change.newStart + change.newCount; line++) {
      const found = findWhitespaceErrors(new_, starts[line]!, starts[line + 1]!, rule);
      if (isConflictMarker(diff.new, line, markerSize)) errors.push({ line, kinds: ['conflict-marker', ...found] });
      else if (found.length > 0) errors.push({ line, kinds: found });
    }
  }
  if (rule.blankAtEof) {
    const blank = countTrailingBlank(new_);
    if (blank > countTrailingBlank(old)) errors.push({ line: diff.new.count - blank, kinds: ['blank-at-eof'] });
  }
  return errors;
}

/** The characters of conflict markers: `<`, `=`, `>` and `|`. */
const MARKERS: readonly number[] = [0x3c, 0x3d, 0x3e, 0x7c];

/** Whether a line begins with a marker and white space; the end of the text is such. */
function isConflictMarker(lines: Lines, line: number, size: number): boolean {
  const start = lines.starts[line]!;
  const end = lines.starts[line + 1]!;
  const first = lines.bytes[start]!;
  if (end - start < size || !MARKERS.includes(first)) return false;
  for (let i = 1; i < size; i++) if (lines.bytes[start + i] !== first) return false;
  return start + size === end || isSpace(lines.bytes[start + size]!);
}

const LF = 0x0a;

/** Blank lines at the end. As in Git, the first byte of the text alone is no blank line. */
function countTrailingBlank(bytes: Uint8Array): number {
  let count = 0;
  let last = bytes.length - 1;
  if (bytes[last] === LF) last--;
  while (last > 0) {
    const before = bytes.lastIndexOf(LF, last);
    if (!isBlankLine(bytes, before + 1, last + 1)) break;
    count++;
    last = before - 1;
  }
  return count;
}
