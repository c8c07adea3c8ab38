/**
 * Comparing changed lines word by word (`git diff --word-diff`). The deleted and added lines between two
 * common lines are cut into words, the words are compared as if each were a line, and what lies between the words is
 * taken from the new text.
 */
import { bytesFromText } from '../bytes/text.js';
import { ByteWriter } from '../bytes/writer.js';
import type { TextPattern } from '../pattern/text-pattern.js';
import type { Hunk } from './hunks.js';
import { diffLines, type LineDiff } from './line-diff.js';
import { isSpace } from './line-space.js';
import { lineRange, type Lines } from './lines.js';
import { hunkHeader } from './unified.js';

/**
 * A part of a hunk. A `line` is a whole line that is common, with its LF; the others are words with what
 * separates them, and may hold LFs. `common`, `added` and `line` in a row are the new text, `deleted` is from the old one.
 */
export interface WordPiece {
  readonly kind: 'line' | 'common' | 'deleted' | 'added';
  readonly bytes: Uint8Array;
}

/**
 * The words of one hunk. A last line without LF is given one.
 *
 * @param words what a word is, compiled as an extended expression; default: anything but whitespace
 */
export function wordPieces(diff: LineDiff, hunk: Hunk, words?: TextPattern): WordPiece[] {
  const pieces: WordPiece[] = [];
  let newAt = hunk.newStart;
  for (const change of hunk.changes) {
    pushLines(pieces, diff.new, { from: newAt, to: change.newStart });
    newAt = change.newStart + change.newCount;
    const old = completeRange(diff.old, change.oldStart, change.oldStart + change.oldCount);
    pushWords(pieces, { old, new: completeRange(diff.new, change.newStart, newAt) }, words);
  }
  pushLines(pieces, diff.new, { from: newAt, to: hunk.newStart + hunk.newCount });
  return pieces;
}

function pushLines(pieces: WordPiece[], lines: Lines, range: { from: number; to: number }): void {
  for (let line = range.from; line < range.to; line++) {
    pieces.push({ kind: 'line', bytes: completeRange(lines, line, line + 1) });
  }
}

/** Lines with an LF at the end. */
function completeRange(lines: Lines, from: number, to: number): Uint8Array {
  const bytes = lineRange(lines, from, to);
  if (bytes.length === 0 || bytes[bytes.length - 1] === LF) return bytes;
  const complete = new Uint8Array(bytes.length + 1);
  complete.set(bytes);
  complete[bytes.length] = LF;
  return complete;
}

function pushWords(
  pieces: WordPiece[],
  texts: { readonly old: Uint8Array; readonly new: Uint8Array },
  pattern: TextPattern | undefined,
): void {
  if (texts.new.length === 0) {
    pieces.push({ kind: 'deleted', bytes: texts.old });
    return;
  }
  const old = splitWords(texts.old, pattern);
  const new_ = splitWords(texts.new, pattern);
  let newAt = 0;
  const push = (kind: WordPiece['kind'], bytes: Uint8Array): void => {
    if (bytes.length > 0) pieces.push({ kind, bytes });
  };
  const { changes } = diffLines(old.list, new_.list, { indentHeuristic: false, trimsTail: true });
  for (const change of changes) {
    const newStart = change.newCount > 0 ? new_.starts[change.newStart]! : endBefore(new_, change.newStart);
    const newEnd = change.newCount > 0 ? new_.ends[change.newStart + change.newCount - 1]! : newStart;
    push('common', texts.new.subarray(newAt, newStart));
    if (change.oldCount > 0) {
      push('deleted', texts.old.subarray(old.starts[change.oldStart], old.ends[change.oldStart + change.oldCount - 1]));
    }
    push('added', texts.new.subarray(newStart, newEnd));
    newAt = newEnd;
  }
  push('common', texts.new.subarray(newAt));
}

/** The words of a text: where they are, and as a list with one word a line. */
interface Words {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly list: Uint8Array;
}

/** Where the word before word `index` ends. */
function endBefore(words: Words, index: number): number {
  return index === 0 ? 0 : words.ends[index - 1]!;
}

function splitWords(text: Uint8Array, pattern: TextPattern | undefined): Words {
  const starts: number[] = [];
  const ends: number[] = [];
  const list = new ByteWriter(text.length + 16);
  for (let at = 0; at < text.length; ) {
    const word = pattern === undefined ? findSpaced(text, at) : findWord(text, at, pattern);
    if (word === undefined) break;
    starts.push(word.start);
    ends.push(word.end);
    list.bytes(text.subarray(word.start, word.end)).u8(LF);
    at = word.end;
  }
  return { starts, ends, list: list.finish() };
}

interface Word {
  readonly start: number;
  readonly end: number;
}

/** The next run of bytes that are not whitespace. */
function findSpaced(text: Uint8Array, from: number): Word | undefined {
  let start = from;
  while (start < text.length && isSpace(text[start]!)) start++;
  if (start >= text.length) return undefined;
  let end = start + 1;
  while (end < text.length && !isSpace(text[end]!)) end++;
  return { start, end };
}

/** The next match that is not empty. Lines are searched one by one, since no word goes beyond the end of one. */
function findWord(text: Uint8Array, from: number, pattern: TextPattern): Word | undefined {
  let at = from;
  while (at < text.length) {
    const lineEnd = text.indexOf(LF, at);
    const end = lineEnd < 0 ? text.length : lineEnd;
    // What is left of the line counts as a line of its own, so that "^" fits after each word.
    const match = pattern.find(text, at, end);
    if (match === undefined) at = end + 1;
    else if (match.end > match.start) return match;
    else at = match.start + 1;
  }
  return undefined;
}

/** How words are written: `porcelain` one piece a line, for programs; `plain` with brackets around them. */
export type WordDiffStyle = 'plain' | 'porcelain';

/** The text of hunks with words, without the headers of the file: equal to `git diff --word-diff=<style>` without color. */
export function wordDiffHunks(
  diff: LineDiff,
  hunks: readonly Hunk[],
  options: { readonly style: WordDiffStyle; readonly words?: TextPattern | undefined },
): Uint8Array {
  const writer = new ByteWriter(1024);
  for (const hunk of hunks) {
    writer.bytes(hunkHeader(hunk));
    for (const piece of wordPieces(diff, hunk, options.words)) writePiece(writer, piece, STYLES[options.style]);
  }
  return writer.finish();
}

interface StyleBytes {
  /** What stands before and after a piece of each kind. */
  readonly around: Readonly<Record<WordPiece['kind'], readonly [before: Uint8Array, after: Uint8Array]>>;
  readonly newline: Uint8Array;
}

const pair = (before: string, after: string): readonly [Uint8Array, Uint8Array] => [bytesFromText(before), bytesFromText(after)];

const STYLES: Readonly<Record<WordDiffStyle, StyleBytes>> = {
  plain: {
    around: { line: pair('', ''), common: pair('', ''), deleted: pair('[-', '-]'), added: pair('{+', '+}') },
    newline: bytesFromText('\n'),
  },
  porcelain: {
    around: { line: pair(' ', '\n'), common: pair(' ', '\n'), deleted: pair('-', '\n'), added: pair('+', '\n') },
    newline: bytesFromText('~\n'),
  },
};

const LF = 0x0a;

function writePiece(writer: ByteWriter, piece: WordPiece, style: StyleBytes): void {
  const { bytes } = piece;
  const [before, after] = style.around[piece.kind];
  for (let at = 0; at < bytes.length; ) {
    const lineEnd = bytes.indexOf(LF, at);
    const end = lineEnd < 0 ? bytes.length : lineEnd;
    // A line that is empty shows nothing but its end, unless it is a whole line.
    if (end > at || piece.kind === 'line') writer.bytes(before).bytes(bytes.subarray(at, end)).bytes(after);
    if (lineEnd < 0) return;
    writer.bytes(style.newline);
    at = lineEnd + 1;
  }
}
