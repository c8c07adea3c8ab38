import { ByteWriter } from '../bytes/writer.js';
import type { PatchHunk } from '../diff/parse-patch-hunk.js';
import { fixWhitespace, isBlankLine, type WhitespaceRule } from '../diff/whitespace-rule.js';
import {
  addLine, dropFirstLine, dropLastLine, findPlace, hashLine, replaceLines, type HunkImages, type LineImage,
} from './apply-patch-image.js';

/** How a hunk is applied. */
export interface HunkRule {
  readonly whitespace: WhitespaceRule;
  /** Fix white space errors, of context only where that makes it match. */
  readonly fixes: boolean;
  /** Whether added lines are fixed, too: when any line of the whole patch has an error. */
  readonly fixesAdded: boolean;
  readonly ignoresSpaceChange: boolean;
  /** Take away what the hunk adds and the other way round. */
  readonly isReverse: boolean;
  /** The least context, before and behind, that a place may be found by; `Infinity`: all that there is. */
  readonly contextMin: number;
  /** The hunk may have no context although it is not at an end of the file. */
  readonly isUnidiffZero: boolean;
  readonly isEofInaccurate: boolean;
  readonly allowsOverlap: boolean;
}

/** What became of a hunk that was applied. */
export interface PlacedHunk {
  /** The line of the file, counted from 0, where it was applied. */
  readonly line: number;
  /** How many lines that is from where the hunk said, counted in the file as it was then. */
  readonly offset: number;
  /** Lines of context that were given up. */
  readonly contextDropped: number;
  /** The line of the patch that begins new blank lines at the end of the file; `undefined` where there are none. */
  readonly blankAtEofLine: number | undefined;
}

const LF = 0x0a;
const SPACE = 0x20;
const PLUS = 0x2b;
const MINUS = 0x2d;
const BACKSLASH = 0x5c;

/** Applies a hunk to `file`, or gives `undefined` and leaves it where the hunk has no place. */
export function applyHunk(file: LineImage, hunk: PatchHunk, rule: HunkRule): PlacedHunk | undefined {
  const { images, blankLines, blankAt } = splitHunk(hunk, rule);
  const oldStart = rule.isReverse ? hunk.newStart : hunk.oldStart;
  const newStart = rule.isReverse ? hunk.oldStart : hunk.newStart;
  let { leading, trailing } = hunk;
  // A hunk at the first line has nothing before it, and one without context behind it is the end of the file;
  // only hunks made without any context say neither.
  let mustBegin = oldStart === 0 || (oldStart === 1 && !rule.isUnidiffZero);
  let mustEnd = !rule.isUnidiffZero && trailing === 0;
  let expected = Math.max(0, newStart - 1);
  const fix = rule.fixes ? rule.whitespace : undefined;
  for (;;) {
    const isTornApart = rule.allowsOverlap && mustEnd && file.sizes.length !== images.old.sizes.length;
    const line = findPlace(file, images, expected, {
      fix, ignoresSpaceChange: rule.ignoresSpaceChange, mustBegin: mustBegin && !isTornApart, mustEnd,
    });
    if (line !== undefined) {
      const isAtEnd = blankLines > 0 && images.old.sizes.length + line >= file.sizes.length && rule.whitespace.blankAtEof;
      if (isAtEnd && rule.fixes) for (let i = 0; i < blankLines; i++) dropLastLine(images.new);
      replaceLines(file, line, images, !rule.allowsOverlap);
      const contextDropped = hunk.leading - leading + hunk.trailing - trailing;
      return { line, offset: line - expected, contextDropped, blankAtEofLine: isAtEnd ? blankAt : undefined };
    }
    if (leading <= rule.contextMin && trailing <= rule.contextMin) return undefined;
    if (mustBegin || mustEnd) {
      mustBegin = false;
      mustEnd = false;
      continue;
    }
    if (leading >= trailing) {
      dropFirstLine(images.old);
      dropFirstLine(images.new);
      expected--;
      leading--;
    }
    if (trailing > leading) {
      dropLastLine(images.old);
      dropLastLine(images.new);
      trailing--;
    }
  }
}

interface SplitHunk {
  readonly images: HunkImages;
  /** How many blank lines the new side ends with that the hunk adds. */
  readonly blankLines: number;
  /** The line of the patch where those begin. */
  readonly blankAt: number;
}

/** The old and the new lines of a hunk. */
function splitHunk(hunk: PatchHunk, rule: HunkRule): SplitHunk {
  const { bytes } = hunk;
  const old = new ByteWriter(bytes.length);
  const after = new ByteWriter(bytes.length);
  const images: HunkImages = { old: emptyImage(), new: emptyImage() };
  const { whitespace } = rule;
  let blankLines = 0;
  let blankAt = 0;
  let start = nextLine(bytes, 0);
  for (let number = hunk.line + 1; start < bytes.length; number++) {
    const end = nextLine(bytes, start);
    const isCut = bytes[end] === BACKSLASH;
    const stop = isCut ? end - 1 : end;
    let isBlankAdded = false;
    let isBlankContext = false;
    const kind = kindOf(bytes[start]!, rule.isReverse);
    if (kind === LF) {
      if (!isCut) {
        put(images.old, old, LF_LINE, true);
        put(images.new, after, LF_LINE, true);
        isBlankContext = true;
      }
    } else if (kind === SPACE || kind === MINUS || kind === PLUS) {
      const line = bytes.subarray(start + 1, stop);
      const isBlank = whitespace.blankAtEof && isBlankLine(line, 0, line.length);
      if (kind === SPACE) isBlankContext = isBlank && line.length > 0;
      if (kind !== PLUS) put(images.old, old, line, kind === SPACE);
      if (kind === PLUS && rule.fixesAdded) putFixed(images.new, after, line, whitespace);
      else if (kind !== MINUS) put(images.new, after, line, kind === SPACE);
      isBlankAdded = kind === PLUS && isBlank;
    }
    if (isBlankAdded) {
      if (blankLines === 0) blankAt = number;
      blankLines++;
    } else if (!isBlankContext) {
      blankLines = 0;
    }
    start = end;
  }
  images.old.bytes = old.finish();
  images.new.bytes = after.finish();
  if (rule.isEofInaccurate && endsWithLf(images.old) && endsWithLf(images.new)) {
    cutLastByte(images.old);
    cutLastByte(images.new);
  }
  return { images, blankLines, blankAt };
}

const LF_LINE = Uint8Array.of(LF);

function kindOf(first: number, isReverse: boolean): number {
  if (!isReverse) return first;
  return first === MINUS ? PLUS : first === PLUS ? MINUS : first;
}

function put(image: LineImage, writer: ByteWriter, line: Uint8Array, isContext: boolean): void {
  writer.bytes(line);
  addLine(image, hashLine(line, 0, line.length), line.length, isContext);
}

function putFixed(image: LineImage, writer: ByteWriter, line: Uint8Array, rule: WhitespaceRule): void {
  const start = writer.size;
  fixWhitespace(writer, { bytes: line, start: 0, end: line.length }, rule);
  const fixed = writer.peek().subarray(start);
  addLine(image, hashLine(fixed, 0, fixed.length), fixed.length, false);
}

function emptyImage(): LineImage {
  return { bytes: new Uint8Array(0), sizes: [], hashes: [], marks: [] };
}

function endsWithLf({ bytes }: LineImage): boolean {
  return bytes.length > 0 && bytes[bytes.length - 1] === LF;
}

function cutLastByte(image: LineImage): void {
  image.bytes = image.bytes.subarray(0, image.bytes.length - 1);
  image.sizes[image.sizes.length - 1] = image.sizes.at(-1)! - 1;
}

function nextLine(bytes: Uint8Array, start: number): number {
  const lf = bytes.indexOf(LF, start);
  return lf < 0 ? bytes.length : lf + 1;
}
