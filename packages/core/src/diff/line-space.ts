/**
 * Lines as they are compared when whitespace is ignored. Whitespace is space, tab, LF and CR.
 *
 * Each way has a normal form, and two lines are equal when their normal forms are:
 *
 *     all       no whitespace at all
 *     change    each run of whitespace is one space, none at the end of the line
 *     eol       no whitespace at the end of the line
 *     cr        no CR just before the LF
 *
 * The LF never takes part, so that a last line without one equals the same line with one.
 */
import { equalBytes } from '../bytes/compare.js';
import { splitLines, type Lines } from './lines.js';

/** What is ignored in lines, from most to least; each way equates all that the later ones do, and more. */
export type SpaceRule = 'all' | 'change' | 'eol' | 'cr';

/** The normal forms of `lines`, as many lines, each complete. O(bytes), allocates as much. */
export function normalizeSpace(lines: Lines, rule: SpaceRule): Lines {
  const { bytes, starts, count } = lines;
  // Every line has room: it shrinks, but for the LF that the last one may lack.
  const result = new Uint8Array(bytes.length + 1);
  let to = 0;
  for (let line = 0; line < count; line++) {
    let end = starts[line + 1]!;
    const isComplete = bytes[end - 1] === LF;
    if (isComplete) end--;
    if (rule === 'cr') {
      if (isComplete && end > starts[line]! && bytes[end - 1] === CR) end--;
    } else {
      while (end > starts[line]! && isSpace(bytes[end - 1]!)) end--;
    }
    const from = starts[line]!;
    if (rule === 'all') {
      for (let i = from; i < end; i++) if (!isSpace(bytes[i]!)) result[to++] = bytes[i]!;
    } else if (rule === 'change') {
      for (let i = from; i < end; i++) {
        if (!isSpace(bytes[i]!)) result[to++] = bytes[i]!;
        else if (i === from || !isSpace(bytes[i - 1]!)) result[to++] = SPACE;
      }
    } else {
      for (let i = from; i < end; i++) result[to++] = bytes[i]!;
    }
    result[to++] = LF;
  }
  return splitLines(result.subarray(0, to));
}

/** Whether a line, its LF included, is blank: empty, or nothing but whitespace when some of it is ignored. */
export function isBlankLine(lines: Lines, line: number, rule: SpaceRule | undefined): boolean {
  const start = lines.starts[line]!;
  const end = lines.starts[line + 1]!;
  // Git looks at the size alone, so that a single byte without LF is blank as well.
  if (rule === undefined) return end - start <= 1;
  for (let i = start; i < end; i++) if (!isSpace(lines.bytes[i]!)) return false;
  return true;
}

/** Whether a byte is whitespace for Git: space, tab, LF or CR, in every locale. */
export function isSpace(byte: number): boolean {
  return byte === SPACE || byte === TAB || byte === LF || byte === CR;
}

/** One line of a text. */
export interface LinePlace {
  readonly lines: Lines;
  readonly line: number;
}

/**
 * Whether two lines are equal by a rule, as Git decides when it has no hashes at hand: of two lines that differ in
 * how many CRs stand before the LF, `cr` then ignores one on either side.
 */
export function equalLines(left: LinePlace, right: LinePlace, rule: SpaceRule | undefined): boolean {
  const a = left.lines.bytes.subarray(left.lines.starts[left.line], left.lines.starts[left.line + 1]);
  const b = right.lines.bytes.subarray(right.lines.starts[right.line], right.lines.starts[right.line + 1]);
  if (equalBytes(a, b)) return true;
  switch (rule) {
    case undefined:
      return false;
    case 'cr': {
      let i = 0;
      while (i < a.length && i < b.length && a[i] === b[i]) i++;
      return endsWithOptionalCr(a, i) && endsWithOptionalCr(b, i);
    }
    case 'all':
    case 'change':
    case 'eol':
      return equalBytes(normalizeSpace(splitLines(a), rule).bytes, normalizeSpace(splitLines(b), rule).bytes);
  }
}

/** Whether nothing but the end of the line follows, with or without a CR. */
function endsWithOptionalCr(line: Uint8Array, at: number): boolean {
  const isComplete = line[line.length - 1] === LF;
  const end = isComplete ? line.length - 1 : line.length;
  return at === end || (isComplete && at + 1 === end && line[at] === CR);
}

const SPACE = 0x20;
const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
