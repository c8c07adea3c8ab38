/** Changes that nobody asked to see: of blank lines only, or of lines that match patterns. */
import { losslessTextFromBytes } from '../bytes/lossless-text.js';
import type { TextPattern } from '../pattern/text-pattern.js';
import { isBlankLine, type SpaceRule } from './line-space.js';
import { lineRange, type Lines } from './lines.js';

/** What may be ignored. */
export interface IgnorableKinds {
  readonly blank: boolean;
  /** The rule by which a line is blank. */
  readonly rule: SpaceRule | undefined;
  readonly patterns: readonly (RegExp | TextPattern)[];
}

/** Old and new lines that take each other's place. */
interface Replacement {
  readonly oldStart: number;
  readonly oldCount: number;
  readonly newStart: number;
  readonly newCount: number;
}

/** Whether all lines of a change, of both sides, are of one of the kinds: all blank, or all matched. */
export function isIgnorable(
  change: Replacement,
  sides: { readonly old: Lines; readonly new: Lines },
  kinds: IgnorableKinds,
): boolean {
  const ranges = [
    { lines: sides.old, from: change.oldStart, to: change.oldStart + change.oldCount },
    { lines: sides.new, from: change.newStart, to: change.newStart + change.newCount },
  ];
  const isEvery = (fits: (lines: Lines, line: number) => boolean): boolean =>
    ranges.every(({ lines, from, to }) => {
      for (let line = from; line < to; line++) if (!fits(lines, line)) return false;
      return true;
    });
  if (kinds.blank && isEvery((lines, line) => isBlankLine(lines, line, kinds.rule))) return true;
  return kinds.patterns.length > 0 && isEvery((lines, line) => matchesSome(lines, line, kinds.patterns));
}

function matchesSome(lines: Lines, line: number, patterns: readonly (RegExp | TextPattern)[]): boolean {
  const whole = lineRange(lines, line, line + 1);
  const isComplete = whole[whole.length - 1] === 0x0a;
  const bytes = isComplete ? whole.subarray(0, -1) : whole;
  return patterns.some((pattern) => {
    if (!(pattern instanceof RegExp)) {
      // Git hands over the LF as well, and then the empty text behind it is a line that may match.
      return pattern.test(bytes, 0, bytes.length) || (isComplete && pattern.test(EMPTY, 0, 0));
    }
    // A global pattern would go on from its last match.
    pattern.lastIndex = 0;
    return pattern.test(losslessTextFromBytes(bytes));
  });
}

const EMPTY = new Uint8Array(0);
