/**
 * Comparing two texts line by line. The result equals that of Git (its xdiff library), change for
 * change: not any shortest answer, but the one that Git shows.
 *
 * Lines become integers (`line-classes.ts`), one of four algorithms marks what is changed (`myers.ts`,
 * `patience.ts`, `histogram.ts`), and the marks are moved to where they read best (`compact-changes.ts`).
 */
import type { TextPattern } from '../pattern/text-pattern.js';
import { createMarks, type Box, type ChangeMarks } from './change-marks.js';
import { compactChanges } from './compact-changes.js';
import { markHistogram } from './histogram.js';
import { isIgnorable } from './ignorable-change.js';
import { splitLinesLike } from './common-ends.js';
import { classifyLines } from './line-classes.js';
import { normalizeSpace, type SpaceRule } from './line-space.js';
import { splitLines, type Lines } from './lines.js';
import { markMyers } from './myers.js';
import { createAnchors, markPatience } from './patience.js';

/**
 * How changes are found: `myers` greedily, `minimal` the fewest lines whatever the time, `patience` along lines that
 * occur once, `histogram` along the rarest lines.
 */
export type DiffAlgorithm = 'myers' | 'minimal' | 'patience' | 'histogram';

/** Which whitespace is ignored; each is off by default. Of the first four the first one given counts. */
export interface WhitespaceOptions {
  /** All of it (`-w`). */
  readonly allSpace?: boolean | undefined;
  /** How much of it there is, and whether there is some at the end of a line (`-b`). */
  readonly spaceChange?: boolean | undefined;
  /** At the end of lines (`--ignore-space-at-eol`). */
  readonly spaceAtEol?: boolean | undefined;
  /** A CR before the LF (`--ignore-cr-at-eol`). */
  readonly crAtEol?: boolean | undefined;
  /** Changes whose lines are all blank (`--ignore-blank-lines`); they are still listed, see {@link LineChange.isIgnorable}. */
  readonly blankLines?: boolean | undefined;
}

/** How lines are compared. */
export interface LineDiffOptions {
  /** Default `myers`. */
  readonly algorithm?: DiffAlgorithm | undefined;
  readonly whitespace?: WhitespaceOptions | undefined;
  /** Whether indentation decides where a change is shown that could stand in several places. Default true. */
  readonly indentHeuristic?: boolean | undefined;
  /** With `patience`: beginnings of lines that stay common where they are unique (`--anchored`), as lossless text. */
  readonly anchors?: readonly string[] | undefined;
  /**
   * Changes are ignorable when each of their lines, without its LF, matches one of these (`-I`). For a `TextPattern` an empty line
   * follows each LF, as in Git: one that matches the empty text matches every line.
   */
  readonly ignoreMatching?: readonly (RegExp | TextPattern)[] | undefined;
  /**
   * Leave out whole blocks of 1024 equal bytes at the end, as Git does when it shows no context lines (`-U0`, blame);
   * changes may then be found in other places. Default false.
   */
  readonly trimsTail?: boolean | undefined;
}

/** Old lines that are replaced by new ones; either count may be 0. Lines count from 0. */
export interface LineChange {
  readonly oldStart: number;
  readonly oldCount: number;
  readonly newStart: number;
  readonly newCount: number;
  /**
   * Set when the change is of a kind that the options ignore. Hunks leave it out unless it stands close to another change.
   */
  readonly isIgnorable?: true;
}

/** Two texts and what changed between them. */
export interface LineDiff {
  readonly old: Lines;
  readonly new: Lines;
  /** In order; between two changes there is at least one common line. */
  readonly changes: readonly LineChange[];
}

/**
 * The changes from `old` to `new_`, the same that Git shows.
 *
 * Expected O(bytes) plus the search, which `myers` bounds; `minimal`, `patience` and `histogram` may take time that grows with the
 * product of lines and changes. Holds about 40 bytes for each line. Binary content is compared like any other.
 *
 * @throws {GovcError} limit-exceeded: both texts have more than `LIMITS.diffLineCount` lines.
 *
 * @example
 * const { changes } = diffLines(bytesFromText('a\nb\n'), bytesFromText('a\nc\n'));
 * // [{ oldStart: 1, oldCount: 1, newStart: 1, newCount: 1 }]
 */
export function diffLines(old: Uint8Array, new_: Uint8Array, options: LineDiffOptions = {}): LineDiff {
  const oldLines = splitLines(old);
  const newLines = splitLinesLike(new_, oldLines);
  const tail = options.trimsTail === true ? commonTail(old, new_) : 0;
  const oldPart = tail === 0 ? oldLines : withoutTail(oldLines, tail);
  const newPart = tail === 0 ? newLines : withoutTail(newLines, tail);
  const marks = markLines(oldPart, newPart, options);
  const changes = collectChanges(marks);
  return { old: oldLines, new: newLines, changes: markIgnorable(changes, { old: oldLines, new: newLines, options }) };
}

/** The changed lines of two texts, marked where they read best; {@link collectChanges} makes changes of them. */
export function markLines(old: Lines, new_: Lines, options: LineDiffOptions): ChangeMarks {
  const rule = spaceRule(options.whitespace);
  const algorithm = options.algorithm ?? 'myers';
  // The others look at lines of the common ends, too.
  const isLocal = algorithm === 'myers' || algorithm === 'minimal';
  const classes = rule === undefined
    ? classifyLines(old, new_, { isLocal })
    : classifyLines(normalizeSpace(old, rule), normalizeSpace(new_, rule), { isLocal });
  const marks = createMarks(classes);
  const whole: Box = { oldStart: 0, oldEnd: old.count, newStart: 0, newEnd: new_.count };
  switch (algorithm) {
    case 'myers':
    case 'minimal':
      markMyers(marks, whole, algorithm === 'minimal');
      break;
    case 'patience':
      markPatience(marks, whole, createAnchors(old, options.anchors ?? []));
      break;
    case 'histogram':
      markHistogram(marks, whole);
      break;
  }
  const usesIndent = options.indentHeuristic ?? true;
  const oldSide = { classes: marks.oldClasses, marks: marks.oldMarks };
  const newSide = { classes: marks.newClasses, marks: marks.newMarks };
  compactChanges(oldSide, newSide, usesIndent ? old : undefined);
  compactChanges(newSide, oldSide, usesIndent ? new_ : undefined);
  return marks;
}

/** The strongest of the rules about whitespace that are asked for; the others are part of it. */
export function spaceRule(whitespace: WhitespaceOptions | undefined): SpaceRule | undefined {
  if (whitespace === undefined) return undefined;
  if (whitespace.allSpace === true) return 'all';
  if (whitespace.spaceChange === true) return 'change';
  if (whitespace.spaceAtEol === true) return 'eol';
  return whitespace.crAtEol === true ? 'cr' : undefined;
}

/** Marks as changes. O(lines). */
export function collectChanges(marks: ChangeMarks): LineChange[] {
  const { oldMarks, newMarks } = marks;
  const oldEnd = oldMarks.length - 2;
  const newEnd = newMarks.length - 2;
  const changes: LineChange[] = [];
  let i = 0;
  let j = 0;
  for (;;) {
    const oldStart = i;
    const newStart = j;
    while (oldMarks[i + 1] === 1) i++;
    while (newMarks[j + 1] === 1) j++;
    if (i > oldStart || j > newStart) {
      changes.push({ oldStart, oldCount: i - oldStart, newStart, newCount: j - newStart });
    }
    if (i >= oldEnd || j >= newEnd) return changes;
    i++;
    j++;
  }
}

function markIgnorable(
  changes: readonly LineChange[],
  diff: { readonly old: Lines; readonly new: Lines; readonly options: LineDiffOptions },
): readonly LineChange[] {
  const { whitespace, ignoreMatching } = diff.options;
  const blank = whitespace?.blankLines === true;
  const patterns = ignoreMatching ?? [];
  if (!blank && patterns.length === 0) return changes;
  const kinds = { blank, rule: spaceRule(whitespace), patterns };
  return changes.map((change) => (isIgnorable(change, diff, kinds) ? { ...change, isIgnorable: true } : change));
}

const TAIL_BLOCK = 1024;

/** How many bytes at the end Git leaves out: whole equal blocks, less what completes the line before them. */
function commonTail(old: Uint8Array, new_: Uint8Array): number {
  const smaller = Math.min(old.length, new_.length);
  let tail = 0;
  while (tail + TAIL_BLOCK <= smaller && isBlockEqual(old, new_, tail)) tail += TAIL_BLOCK;
  if (tail === 0) return 0;
  const lineEnd = old.indexOf(0x0a, old.length - tail);
  return lineEnd < 0 ? 0 : old.length - (lineEnd + 1);
}

/** The lines before a tail of some bytes, which begins where a line does. */
function withoutTail({ bytes, starts }: Lines, tail: number): Lines {
  const size = bytes.length - tail;
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (starts[middle]! < size) low = middle + 1;
    else high = middle;
  }
  return { bytes: bytes.subarray(0, size), starts: starts.subarray(0, low + 1), count: low, isComplete: true };
}

function isBlockEqual(old: Uint8Array, new_: Uint8Array, tail: number): boolean {
  const oldFrom = old.length - tail - TAIL_BLOCK;
  const newFrom = new_.length - tail - TAIL_BLOCK;
  return Buffer.compare(old.subarray(oldFrom, oldFrom + TAIL_BLOCK), new_.subarray(newFrom, newFrom + TAIL_BLOCK)) === 0;
}
