/**
 * Trailers: the lines `token: value` at the end of a commit message (git-interpret-trailers(1)).
 *
 *     subject
 *                                   an empty line
 *     Reviewed-by: A <a@b>          a block in which every line is a trailer, or which holds one that Git itself
 *     Fixes: a bug that             writes and is a trailer in at least one of four lines
 *       needs two lines             a line that begins with white space goes on with the one before
 *
 * Text may be decoded or lossless: only ASCII is looked at.
 */
import { COMMENT_PREFIX, findScissors, isMessageSpace } from './commit-message.js';

/** One trailer. Its value is trimmed and keeps its line feeds unless it is unfolded. */
export interface Trailer {
  readonly token: string;
  readonly value: string;
}

/** A token that the configuration knows. */
export interface KnownToken {
  /** The `<alias>` of `trailer.<alias>.*`. */
  readonly name: string;
  /** `trailer.<alias>.key`: how the token is written. */
  readonly key: string | undefined;
}

/** What reading trailers depends on. */
export interface TrailerSyntax {
  /** Characters that end a token, the first of which is written. Git's default: `:`. */
  readonly separators: string;
  readonly commentPrefix: string;
  readonly known: readonly KnownToken[];
}

/** What holds without any configuration. */
export const TRAILER_SYNTAX: TrailerSyntax = { separators: ':', commentPrefix: COMMENT_PREFIX, known: [] };

/** The place of the trailers in a message. */
export interface TrailerBlock {
  /** Where the first line of the block begins; `end` where there is none. */
  readonly start: number;
  /** Where what follows begins: comments, a divider, the end. */
  readonly end: number;
  /** The lines with their line feeds, each with the lines that go on with it. Not every one is a trailer. */
  readonly lines: readonly string[];
  readonly isAfterBlankLine: boolean;
}

/** How a message is read. */
export interface ReadTrailersOptions {
  /** Default: {@link TRAILER_SYNTAX}. */
  readonly syntax?: TrailerSyntax | undefined;
  /** Whether a line `---` ends the message, as in a patch. Default: `false`. */
  readonly hasDivider?: boolean | undefined;
}

const GENERATED = ['Signed-off-by: ', '(cherry picked from commit '];

/** The trailers of a message in order, with values on one line each. O(size). */
export function parseTrailers(message: string, options: ReadTrailersOptions = {}): Trailer[] {
  const { syntax = TRAILER_SYNTAX } = options;
  const trailers: Trailer[] = [];
  for (const line of findTrailerBlock(message, options).lines) {
    if (line.startsWith(syntax.commentPrefix)) continue;
    const trailer = splitTrailer(line, syntax);
    if (trailer !== undefined) trailers.push({ token: trailer.token, value: unfoldTrailer(trailer.value) });
  }
  return trailers;
}

/** The block of trailers of a message. O(size). */
export function findTrailerBlock(message: string, options: ReadTrailersOptions = {}): TrailerBlock {
  const { syntax = TRAILER_SYNTAX, hasDivider = false } = options;
  const end = findContentEnd(message, hasDivider ? findDivider(message) : message.length, syntax.commentPrefix);
  const start = findBlockStart(message, end, syntax);
  const lines: string[] = [];
  let canGoOn = false;
  for (let at = start; at < end;) {
    const next = Math.min(nextLine(message, at), end);
    const line = message.slice(at, next);
    if (canGoOn && isMessageSpace(line.charCodeAt(0))) {
      lines[lines.length - 1] = `${lines[lines.length - 1]!}${line}`;
    } else {
      lines.push(line);
      canGoOn = findTrailerSeparator(line, syntax.separators) > 0;
    }
    at = next;
  }
  const before = lastLine(message, start);
  return { start, end, lines, isAfterBlankLine: before >= 0 && isBlankLine(message, before) };
}

/** The trailer that a line of a block is, with its token as the configuration writes it; or `undefined`. */
export function splitTrailer(line: string, syntax: TrailerSyntax): Trailer | undefined {
  const at = findTrailerSeparator(line, syntax.separators);
  if (at < 1) return undefined;
  const token = trimMessage(line.slice(0, at));
  return { token: findKnownToken(token, syntax.known)?.key ?? token, value: trimMessage(line.slice(at + 1)) };
}

/** The first token of the configuration that `token` abbreviates or is. */
export function findKnownToken<T extends KnownToken>(token: string, known: readonly T[]): T | undefined {
  const size = tokenSize(token);
  return known.find((item) => matchesToken(token, item, size));
}

/** The value on one line: each line feed with the white space behind it becomes one space. */
export function unfoldTrailer(value: string): string {
  return trimMessage(value.replace(/\n[ \t\n\r]*/g, ' '));
}

/** Text without Git's white space at both ends. */
export function trimMessage(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isMessageSpace(text.charCodeAt(start))) start++;
  while (end > start && isMessageSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

/**
 * Where the separator of a line stands: after letters, digits and hyphens, and perhaps blanks. 0 where the line
 * begins with it, -1 where it is no trailer.
 */
export function findTrailerSeparator(line: string, separators: string): number {
  let hasBlank = false;
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at);
    if (separators.includes(character)) return at;
    if (!hasBlank && /[A-Za-z0-9-]/.test(character)) continue;
    if (at === 0 || (character !== ' ' && character !== '\t')) return -1;
    hasBlank = true;
  }
  return -1;
}

/** How many characters a token has before punctuation at its end. */
export function tokenSize(token: string): number {
  let size = token.length;
  while (size > 0 && !/[A-Za-z0-9]/.test(token.charAt(size - 1))) size--;
  return size;
}

/** Whether two texts are equal in their first `size` characters, whatever the case of ASCII letters. */
export function sameStart(left: string, right: string, size: number): boolean {
  return foldCase(left.slice(0, size)) === foldCase(right.slice(0, size));
}

/** ASCII letters in lower case. */
export function foldCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function matchesToken(text: string, item: KnownToken, size: number): boolean {
  return sameStart(text, item.name, size) || (item.key !== undefined && sameStart(text, item.key, size));
}

/** Where the block begins: looked for from the end, up to a blank line, and never in the first paragraph. */
function findBlockStart(text: string, end: number, syntax: TrailerSyntax): number {
  const { commentPrefix, separators, known } = syntax;
  const titleEnd = findTitleEnd(text, end, commentPrefix);
  let isAtEnd = true;
  let isRecognized = false;
  let trailers = 0;
  let others = 0;
  // Lines that may go on with a trailer that comes later in this walk, that is, earlier in the text.
  let continuations = 0;
  for (let at = lastLine(text, end); at >= titleEnd; at = lastLine(text, at)) {
    if (text.startsWith(commentPrefix, at)) {
      others += continuations;
      continuations = 0;
      continue;
    }
    if (isBlankLine(text, at)) {
      if (isAtEnd) continue;
      others += continuations;
      const isBlock = isRecognized ? trailers * 3 >= others : trailers > 0 && others === 0;
      return isBlock ? nextLine(text, at) : end;
    }
    isAtEnd = false;
    const line = text.slice(at, nextLine(text, at));
    if (GENERATED.some((prefix) => line.startsWith(prefix))) {
      trailers++;
      continuations = 0;
      isRecognized = true;
      continue;
    }
    const separator = findTrailerSeparator(line, separators);
    if (separator >= 1 && !isMessageSpace(line.charCodeAt(0))) {
      trailers++;
      continuations = 0;
      isRecognized ||= known.some((item) => matchesToken(line, item, separator));
    } else if (isMessageSpace(line.charCodeAt(0))) {
      continuations++;
    } else {
      others += 1 + continuations;
      continuations = 0;
    }
  }
  return end;
}

function findTitleEnd(text: string, end: number, commentPrefix: string): number {
  let at = 0;
  while (at < end && (text.startsWith(commentPrefix, at) || !isBlankLine(text, at))) at = nextLine(text, at);
  return at;
}

/** Where the first line `---` begins, or the length. */
function findDivider(text: string): number {
  for (let at = 0; at < text.length; at = nextLine(text, at)) {
    if (text.startsWith('---', at) && isMessageSpace(text.charCodeAt(at + 3))) return at;
  }
  return text.length;
}

/** Where comments, empty lines and an old list of conflicts at the end begin, or the scissors line. */
function findContentEnd(text: string, size: number, commentPrefix: string): number {
  const scissors = findScissors(text, commentPrefix);
  const limit = scissors < text.length ? scissors : size;
  let tail = 0;
  let isInConflicts = false;
  for (let at = 0; at < limit;) {
    const feed = text.indexOf('\n', at);
    const next = feed < 0 || feed >= size ? size : feed + 1;
    if (text.startsWith(commentPrefix, at) || text.charCodeAt(at) === 0x0a) {
      // A run that begins at the very start is not remembered there, as in Git.
      if (tail === 0) tail = at;
    } else if (text.startsWith('Conflicts:\n', at)) {
      isInConflicts = true;
      if (tail === 0) tail = at;
    } else if (!(isInConflicts && text.charCodeAt(at) === 0x09) && tail !== 0) {
      tail = 0;
      isInConflicts = false;
    }
    at = Math.max(next, at + 1);
  }
  return tail === 0 ? limit : tail;
}

function nextLine(text: string, at: number): number {
  const feed = text.indexOf('\n', at);
  return feed < 0 ? text.length : feed + 1;
}

/** Where the last line of the first `end` characters begins, or -1 where there are none. */
function lastLine(text: string, end: number): number {
  if (end === 0) return -1;
  return end < 2 ? 0 : text.lastIndexOf('\n', end - 2) + 1;
}

function isBlankLine(text: string, start: number): boolean {
  let at = start;
  while (at < text.length && text.charCodeAt(at) !== 0x0a && isMessageSpace(text.charCodeAt(at))) at++;
  return at >= text.length || text.charCodeAt(at) === 0x0a;
}
