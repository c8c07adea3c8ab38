/**
 * The indent heuristic of Git by Michael Haggerty: a group of changed lines cuts the text at two places, and a
 * cut reads well above a line that begins something: little indented, after blank lines. Each cut has an
 * indentation and a penalty, less is better for both. The weights are Git's, found by comparing thousands of changes
 * with what people preferred.
 */
import { isSpace } from './line-space.js';
import type { Lines } from './lines.js';

/** Where a group may be, by its end; it consists of `size` lines. */
export interface SlidingRange {
  readonly size: number;
  readonly highestEnd: number;
  readonly lowestEnd: number;
}

/** No more places than this are considered. */
const SLIDING_MAX = 100;

/** The end at which the group reads best; of equals the lowest in the text. O(places), each of them bounded. */
export function bestSplit(lines: Lines, range: SlidingRange): number {
  let best = -1;
  let bestIndent = 0;
  let bestPenalty = 0;
  // A group that slid past its own size shows the same lines again.
  const first = Math.max(range.highestEnd, range.lowestEnd - range.size - 1, range.lowestEnd - SLIDING_MAX);
  for (let end = first; end <= range.lowestEnd; end++) {
    const below = rateCut(lines, end);
    const above = rateCut(lines, end - range.size);
    const indent = below.indent + above.indent;
    const penalty = below.penalty + above.penalty;
    if (best === -1 || INDENT_WEIGHT * Math.sign(indent - bestIndent) + (penalty - bestPenalty) <= 0) {
      best = end;
      bestIndent = indent;
      bestPenalty = penalty;
    }
  }
  return best;
}

/** What an indentation that is less counts against penalties. */
const INDENT_WEIGHT = 60;

/** A cut that leaves no text above it, or none below. */
const AT_START = 1;
const AT_END = 21;
/** For each blank line around the cut, and besides for each below it. */
const PER_BLANK = -30;
const PER_BLANK_BELOW = 6;
/** For a line that is indented more than the one above, without and with blank lines between them. */
const INDENTED = -4;
const INDENTED_AFTER_BLANK = 10;
/** For a line that is indented less than the one above and the one below. */
const OUTDENTED = 24;
const OUTDENTED_AFTER_BLANK = 17;
/** For a line that is indented less than the one above only. */
const DEDENTED = 23;
const DEDENTED_AFTER_BLANK = 17;

/** How well a cut above line `cut` reads. The indentation is -1 at the end of the text. */
function rateCut(lines: Lines, cut: number): { indent: number; penalty: number } {
  const isAtEnd = cut >= lines.count;
  const own = isAtEnd ? BLANK : indentOf(lines, cut);
  const above = nearestText(lines, cut - 1, -1);
  const below = nearestText(lines, cut + 1, 1);
  const blanksBelow = own === BLANK ? 1 + below.blanks : 0;
  const blanks = above.blanks + blanksBelow;
  let penalty = PER_BLANK * blanks + PER_BLANK_BELOW * blanksBelow;
  if (above.indent === BLANK && above.blanks === 0) penalty += AT_START;
  if (isAtEnd) penalty += AT_END;
  const indent = own === BLANK ? below.indent : own;
  if (indent !== BLANK && above.indent !== BLANK) {
    if (indent > above.indent) penalty += blanks === 0 ? INDENTED : INDENTED_AFTER_BLANK;
    else if (indent === above.indent) penalty += 0;
    else if (below.indent > indent) penalty += blanks === 0 ? OUTDENTED : OUTDENTED_AFTER_BLANK;
    else penalty += blanks === 0 ? DEDENTED : DEDENTED_AFTER_BLANK;
  }
  return { indent, penalty };
}

/** The indentation of a line that has none because it is blank. */
const BLANK = -1;
/** After so many blank lines the search for text ends. */
const BLANKS_MAX = 20;
/** Text further right counts as here. */
const INDENT_MAX = 200;
const TAB_WIDTH = 8;

/** The indentation of the nearest line with text from `from` on in one direction, and the blank lines before it. */
function nearestText(lines: Lines, from: number, step: 1 | -1): { indent: number; blanks: number } {
  let blanks = 0;
  for (let line = from; line >= 0 && line < lines.count; line += step) {
    const indent = indentOf(lines, line);
    if (indent !== BLANK) return { indent, blanks };
    if (++blanks === BLANKS_MAX) return { indent: 0, blanks };
  }
  return { indent: BLANK, blanks };
}

/** How many columns the text of a line is indented, at most {@link INDENT_MAX}; BLANK without text. */
function indentOf(lines: Lines, line: number): number {
  const { bytes, starts } = lines;
  const end = starts[line + 1]!;
  let indent = 0;
  for (let i = starts[line]!; i < end; i++) {
    const byte = bytes[i]!;
    if (!isSpace(byte)) return indent;
    if (byte === 0x20) indent++;
    else if (byte === 0x09) indent += TAB_WIDTH - (indent % TAB_WIDTH);
    if (indent >= INDENT_MAX) return INDENT_MAX;
  }
  return BLANK;
}
