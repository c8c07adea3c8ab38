/**
 * A text as lines, for finding the place of a hunk and putting its new lines there.
 *
 * Lines have a hash that white space does not count in: a line that differs from another in more than white space is
 * told by it, and the bytes decide. A line that a hunk has written is never taken for old text by a later one.
 */
import { concatBytes } from '../bytes/compare.js';
import { ByteWriter } from '../bytes/writer.js';
import { fixWhitespace, isBlankLine, type WhitespaceRule } from '../diff/whitespace-rule.js';

/** The lines of one side of a hunk, or of the file that is being patched. */
export interface LineImage {
  bytes: Uint8Array;
  /** Bytes of each line, with its line feed. */
  sizes: number[];
  hashes: number[];
  /** In a hunk: whether the line is context. In a file: whether a hunk has written it. */
  marks: boolean[];
}

const LF = 0x0a;
const TAB = 0x09;
const CR = 0x0d;
const SPACE = 0x20;

/** The lines of `bytes`, which is kept. O(bytes). */
export function imageOf(bytes: Uint8Array): LineImage {
  const image: LineImage = { bytes, sizes: [], hashes: [], marks: [] };
  for (let start = 0; start < bytes.length; ) {
    const lf = bytes.indexOf(LF, start);
    const end = lf < 0 ? bytes.length : lf + 1;
    addLine(image, hashLine(bytes, start, end), end - start, false);
    start = end;
  }
  return image;
}

/** Notes a line whose bytes the caller has appended. */
export function addLine(image: LineImage, hash: number, size: number, mark: boolean): void {
  image.sizes.push(size);
  image.hashes.push(hash);
  image.marks.push(mark);
}

/** The hash of a line without its white space. */
export function hashLine(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte !== SPACE && byte !== TAB && byte !== CR && byte !== LF) hash = (Math.imul(hash, 31) + byte) | 0;
  }
  return hash;
}

/** The image without its first line. O(lines). */
export function dropFirstLine(image: LineImage): void {
  const size = image.sizes.shift() ?? 0;
  image.hashes.shift();
  image.marks.shift();
  image.bytes = image.bytes.subarray(size);
}

/** The image without its last line. */
export function dropLastLine(image: LineImage): void {
  const size = image.sizes.pop() ?? 0;
  image.hashes.pop();
  image.marks.pop();
  image.bytes = image.bytes.subarray(0, image.bytes.length - size);
}

/** The old and the new lines of a hunk; finding their place may change their white space. */
export interface HunkImages {
  readonly old: LineImage;
  readonly new: LineImage;
}

/** What counts as a match. */
export interface MatchRule {
  /** Match when both sides are equal once white space errors are fixed, and take the fixed lines. Default: not. */
  readonly fix: WhitespaceRule | undefined;
  /** Match when lines differ in the amount of white space only, and keep the file's. */
  readonly ignoresSpaceChange: boolean;
  readonly mustBegin: boolean;
  readonly mustEnd: boolean;
}

/**
 * The line of `file` where the old lines stand, nearest to `line`: there first, then one after, one before, two
 * after, and so on. `undefined` where they stand nowhere. O(lines of the file) hash comparisons.
 */
export function findPlace(file: LineImage, hunk: HunkImages, line: number, rule: MatchRule): number | undefined {
  const count = file.sizes.length;
  let first = line;
  if (rule.mustBegin) first = 0;
  else if (rule.mustEnd) first = count - hunk.old.sizes.length;
  // A hunk that is longer than the file begins, if anywhere, at its end.
  if (first < 0 || first > count) first = count;
  let forward = first;
  let backward = first;
  let forwardAt = 0;
  for (let i = 0; i < first; i++) forwardAt += file.sizes[i]!;
  let backwardAt = forwardAt;
  if (matchesAt(file, hunk, { line: first, offset: forwardAt }, rule)) return first;
  // Bound to one end of the file, no other place can do.
  if (rule.mustBegin && first === 0) return undefined;
  for (let step = 0; backward > 0 || forward < count; step++) {
    if ((step & 1) === 0) {
      if (forward === count) continue;
      forwardAt += file.sizes[forward++]!;
      if (matchesAt(file, hunk, { line: forward, offset: forwardAt }, rule)) return forward;
    } else {
      if (backward === 0) continue;
      backwardAt -= file.sizes[--backward]!;
      if (matchesAt(file, hunk, { line: backward, offset: backwardAt }, rule)) return backward;
    }
  }
  return undefined;
}

interface Place {
  readonly line: number;
  readonly offset: number;
}

function matchesAt(file: LineImage, hunk: HunkImages, place: Place, rule: MatchRule): boolean {
  const { old } = hunk;
  const { line, offset } = place;
  const count = file.sizes.length;
  const oldCount = old.sizes.length;
  let inside = oldCount;
  if (line + oldCount <= count) {
    if (rule.mustEnd && line + oldCount !== count) return false;
  } else if (rule.fix?.blankAtEof === true) {
    // The rest may be blank lines that are missing from the end of the file.
    inside = count - line;
  } else {
    return false;
  }
  if (rule.mustBegin && line > 0) return false;
  for (let i = 0; i < inside; i++) {
    if (old.hashes[i] !== file.hashes[line + i] || file.marks[line + i]!) return false;
  }
  if (inside === oldCount) {
    if (equalAt(file.bytes, offset, old.bytes) && (!rule.mustEnd || offset + old.bytes.length === file.bytes.length)) return true;
  } else if (isBlankLine(old.bytes, 0, sumSizes(old, inside))) {
    return false;
  }
  if (rule.ignoresSpaceChange) return matchLoosely(file, hunk, place, inside);
  return rule.fix === undefined ? false : matchFixed(file, hunk, { ...place, inside }, rule.fix);
}

/** Line by line with any amount of white space for any other; the hunk then takes the white space of the file. */
function matchLoosely(file: LineImage, hunk: HunkImages, place: Place, inside: number): boolean {
  const { old } = hunk;
  let at = place.offset;
  let oldAt = 0;
  for (let i = 0; i < inside; i++) {
    const end = at + file.sizes[place.line + i]!;
    const oldEnd = oldAt + old.sizes[i]!;
    if (!equalButSpace({ bytes: file.bytes, start: at, end }, { bytes: old.bytes, start: oldAt, end: oldEnd })) return false;
    at = end;
    oldAt = oldEnd;
  }
  if (!isBlankLine(old.bytes, oldAt, old.bytes.length)) return false;
  takeOldLines(hunk, concatBytes([file.bytes.subarray(place.offset, at), old.bytes.subarray(oldAt)]));
  return true;
}

/** Line by line after fixing the white space of both; the hunk then has the fixed lines. */
function matchFixed(file: LineImage, hunk: HunkImages, place: Place & { readonly inside: number }, rule: WhitespaceRule): boolean {
  const { old } = hunk;
  const fixed = new ByteWriter(old.bytes.length + 16);
  let at = place.offset;
  let oldAt = 0;
  for (let i = 0; i < old.sizes.length; i++) {
    const start = fixed.size;
    const oldEnd = oldAt + old.sizes[i]!;
    fixWhitespace(fixed, { bytes: old.bytes, start: oldAt, end: oldEnd }, rule);
    const line = fixed.peek().subarray(start);
    oldAt = oldEnd;
    if (i >= place.inside) {
      if (!isBlankLine(line, 0, line.length)) return false;
      continue;
    }
    const end = at + file.sizes[place.line + i]!;
    const target = new ByteWriter(end - at);
    fixWhitespace(target, { bytes: file.bytes, start: at, end }, rule);
    const theirs = target.finish();
    if (theirs.length !== line.length || !equalAt(theirs, 0, line)) return false;
    at = end;
  }
  takeOldLines(hunk, fixed.finish());
  return true;
}

/** Replaces the old lines by `bytes`, line for line, and the context among the new lines with them. */
function takeOldLines(hunk: HunkImages, bytes: Uint8Array): void {
  const { old, new: after } = hunk;
  const taken = imageOf(bytes);
  taken.marks = taken.sizes.map((_, i) => old.marks[i] === true);
  const parts: Uint8Array[] = [];
  const kept: LineImage = { bytes, sizes: [], hashes: [], marks: [] };
  let from = 0;
  let context = 0;
  let contextAt = 0;
  for (let i = 0; i < after.sizes.length; i++) {
    const size = after.sizes[i]!;
    const line = after.bytes.subarray(from, from + size);
    from += size;
    if (!after.marks[i]!) {
      parts.push(line);
      addLine(kept, after.hashes[i]!, size, false);
      continue;
    }
    while (context < taken.sizes.length && !taken.marks[context]!) contextAt += taken.sizes[context++]!;
    // Blank lines at the end that fixing took away.
    if (context >= taken.sizes.length) continue;
    const takenSize = taken.sizes[context]!;
    parts.push(taken.bytes.subarray(contextAt, contextAt + takenSize));
    addLine(kept, taken.hashes[context]!, takenSize, true);
    contextAt += takenSize;
    context++;
  }
  Object.assign(old, taken);
  Object.assign(after, { ...kept, bytes: concatBytes(parts) });
}

/**
 * Puts the new lines of a hunk where its old ones stand from `line` on. O(file).
 *
 * @param isFinal whether later hunks may not match them
 */
export function replaceLines(file: LineImage, line: number, hunk: HunkImages, isFinal: boolean): void {
  const removed = Math.min(hunk.old.sizes.length, file.sizes.length - line);
  let start = 0;
  for (let i = 0; i < line; i++) start += file.sizes[i]!;
  let end = start;
  for (let i = 0; i < removed; i++) end += file.sizes[line + i]!;
  file.bytes = concatBytes([file.bytes.subarray(0, start), hunk.new.bytes, file.bytes.subarray(end)]);
  file.sizes = splice(file.sizes, { at: line, removed }, hunk.new.sizes);
  file.hashes = splice(file.hashes, { at: line, removed }, hunk.new.hashes);
  file.marks = splice(file.marks, { at: line, removed }, hunk.new.marks.map(() => isFinal));
}

function splice<T>(list: readonly T[], cut: { readonly at: number; readonly removed: number }, inserted: readonly T[]): T[] {
  return [...list.slice(0, cut.at), ...inserted, ...list.slice(cut.at + cut.removed)];
}

function sumSizes(image: LineImage, count: number): number {
  let size = 0;
  for (let i = 0; i < count; i++) size += image.sizes[i]!;
  return size;
}

function equalAt(bytes: Uint8Array, offset: number, part: Uint8Array): boolean {
  if (offset + part.length > bytes.length) return false;
  for (let i = 0; i < part.length; i++) if (bytes[offset + i] !== part[i]) return false;
  return true;
}

interface Span {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

function equalButSpace(left: Span, right: Span): boolean {
  const leftEnd = endOfText(left);
  const rightEnd = endOfText(right);
  let a = left.start;
  let b = right.start;
  while (a < leftEnd && b < rightEnd) {
    if (isSpace(left.bytes[a]!)) {
      if (!isSpace(right.bytes[b]!)) return false;
      while (a < leftEnd && isSpace(left.bytes[a]!)) a++;
      while (b < rightEnd && isSpace(right.bytes[b]!)) b++;
    } else if (left.bytes[a++] !== right.bytes[b++]) {
      return false;
    }
  }
  return a === leftEnd && b === rightEnd;
}

function endOfText({ bytes, start, end }: Span): number {
  let at = end;
  while (at > start && (bytes[at - 1] === CR || bytes[at - 1] === LF)) at--;
  return at;
}

function isSpace(byte: number): boolean {
  return byte === SPACE || byte === TAB || byte === LF || byte === CR;
}
