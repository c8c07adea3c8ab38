/**
 * The hunks of a unified diff.
 *
 *     @@ -<start>[,<count>] +<start>[,<count>] @@ <anything>
 *
 * and then lines that begin with a space (context), `-`, `+`, or `\` (the line before has no line feed); an empty
 * line is an empty line of context. The counts alone say where a hunk ends, because what follows may look like it.
 */
import { GovcError } from '../errors.js';

/** A hunk as it stands in a patch. */
export interface PatchHunk {
  /** The first old line, counted from 1; 0 when there are no old lines before it. */
  readonly oldStart: number;
  readonly oldCount: number;
  /** The first new line, counted from 1; 0 when there are no new lines before it. */
  readonly newStart: number;
  readonly newCount: number;
  /** Lines of context before the first and after the last change. */
  readonly leading: number;
  readonly trailing: number;
  readonly added: number;
  readonly deleted: number;
  /** Whether a line of context, or a deleted or an added line, ends with a carriage return. */
  readonly hasCrlf: { readonly context: boolean; readonly deleted: boolean; readonly added: boolean };
  /** The hunk with its header: a view on the patch. */
  readonly bytes: Uint8Array;
  /** Where it begins in the patch, counted from 1. */
  readonly line: number;
}

/** The numbers of a hunk header. */
export interface HunkRange {
  readonly oldStart: number;
  readonly oldCount: number;
  readonly newStart: number;
  readonly newCount: number;
}

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const PLUS = 0x2b;
const MINUS = 0x2d;
const AT = 0x40;
const BACKSLASH = 0x5c;
const NUMBER_MAX = 0x7fff_ffff;
const HEADER_SIZE_MAX = 120;

/** The numbers of the hunk header at `start`, or `undefined` where none stands there. */
export function parseHunkRange(bytes: Uint8Array, start: number): HunkRange | undefined {
  if (bytes[start] !== AT || bytes[start + 1] !== AT || bytes[start + 2] !== SPACE || bytes[start + 3] !== MINUS) return undefined;
  if (bytes.indexOf(LF, start) < 0) return undefined;
  const text = String.fromCharCode(...bytes.subarray(start, start + HEADER_SIZE_MAX));
  const match = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(text);
  if (match === null) return undefined;
  return {
    oldStart: toNumber(match[1]), oldCount: toNumber(match[2] ?? '1'),
    newStart: toNumber(match[3]), newCount: toNumber(match[4] ?? '1'),
  };
}

/** How hunks are read. */
export interface HunkRequest {
  readonly bytes: Uint8Array;
  readonly start: number;
  /** The line at `start`, counted from 1. */
  readonly line: number;
  /** Count lines up to what cannot belong to a hunk, rather than trust the header. */
  readonly recount: boolean;
}

/**
 * The hunk at `start`, and how many lines it takes.
 *
 * @throws {GovcError} patch-invalid: the header is malformed, or the lines are not what it says.
 */
export function parseHunk(request: HunkRequest): { readonly hunk: PatchHunk; readonly lines: number } {
  const { bytes, start, line } = request;
  let range = parseHunkRange(bytes, start);
  if (range === undefined) throw corrupt(line);
  if (request.recount) range = recount(bytes, start, range);
  let oldLeft = range.oldCount;
  let newLeft = range.newCount;
  let leading = 0;
  let trailing = 0;
  let added = 0;
  let deleted = 0;
  let lines = 1;
  const hasCrlf = { context: false, deleted: false, added: false };
  let at = nextLine(bytes, start);
  while (at < bytes.length && (oldLeft !== 0 || newLeft !== 0)) {
    const end = nextLine(bytes, at);
    if (bytes[end - 1] !== LF) throw corrupt(line + lines);
    const isCrlf = end - at >= 2 && bytes[end - 2] === CR;
    switch (bytes[at]) {
      case LF:
      case SPACE:
        oldLeft--;
        newLeft--;
        if (added === 0 && deleted === 0) leading++;
        trailing++;
        hasCrlf.context ||= isCrlf;
        break;
      case MINUS:
        deleted++;
        oldLeft--;
        trailing = 0;
        hasCrlf.deleted ||= isCrlf;
        break;
      case PLUS:
        added++;
        newLeft--;
        trailing = 0;
        hasCrlf.added ||= isCrlf;
        break;
      case BACKSLASH:
        if (!isNoNewline(bytes, at, end)) throw corrupt(line + lines);
        break;
      default:
        throw corrupt(line + lines);
    }
    if (oldLeft < 0 || newLeft < 0) throw corrupt(line + lines);
    at = end;
    lines++;
  }
  if (oldLeft !== 0 || newLeft !== 0) throw corrupt(line + lines);
  if (!request.recount && added === 0 && deleted === 0) throw corrupt(line + lines);
  // The counts end before a mark that belongs to the last line.
  if (isNoNewline(bytes, at, bytes.length)) {
    at = nextLine(bytes, at);
    lines++;
  }
  const hunk: PatchHunk = { ...range, leading, trailing, added, deleted, hasCrlf, bytes: bytes.subarray(start, at), line };
  return { hunk, lines };
}

/** Whether `\ No newline at end of file` stands there, in whatever language. */
function isNoNewline(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start >= 12 && bytes[start] === BACKSLASH && bytes[start + 1] === SPACE;
}

/** The counts as the lines have them; as the header has them where the lines end with anything strange. */
function recount(bytes: Uint8Array, start: number, range: HunkRange): HunkRange {
  let oldCount = 0;
  let newCount = 0;
  for (let at = nextLine(bytes, start); at < bytes.length; at = nextLine(bytes, at)) {
    const first = bytes[at];
    if (first === SPACE || first === LF || first === PLUS) newCount++;
    if (first === SPACE || first === LF || first === MINUS) oldCount++;
    if (first === SPACE || first === LF || first === PLUS || first === MINUS || first === BACKSLASH) continue;
    const isEnd = startsWithText(bytes, at, '@@ ') || startsWithText(bytes, at, 'diff ');
    if (!isEnd) return range;
    break;
  }
  return { ...range, oldCount, newCount };
}

function startsWithText(bytes: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

function nextLine(bytes: Uint8Array, start: number): number {
  const lf = bytes.indexOf(LF, start);
  return lf < 0 ? bytes.length : lf + 1;
}

function toNumber(digits: string | undefined): number {
  return Math.min(NUMBER_MAX, Number(digits));
}

function corrupt(line: number): GovcError {
  return new GovcError('patch-invalid', `The patch is corrupt at line ${line}.`, { line, reason: 'corrupt' });
}
