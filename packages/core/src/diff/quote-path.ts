/**
 * Paths as Git prints them: in double quotes with C escapes where they hold control characters, quotes or
 * backslashes, and unless `core.quotePath` is off, bytes above 0x7f.
 */
import { bytesFromLosslessText } from '../bytes/lossless-text.js';

/** How paths are quoted. */
export interface QuoteOptions {
  /** Whether bytes above 0x7f are escaped (`core.quotePath`). Default: true. */
  readonly quoteNonAscii?: boolean | undefined;
}

const PLAIN_ASCII = /^[ !#-[\]-~]*$/;
const NEEDS_QUOTES = /["\\\p{Cc}]/u;
const LETTERS: Readonly<Record<number, string>> = {
  0x07: '\\a', 0x08: '\\b', 0x09: '\\t', 0x0a: '\\n', 0x0b: '\\v', 0x0c: '\\f', 0x0d: '\\r', 0x22: '\\"', 0x5c: '\\\\',
};

/** A path as it is printed: as it is, or quoted. Lossless text in and out. O(n). */
export function quotePath(path: string, options: QuoteOptions = {}): string {
  return needsQuotes(path, options) ? `"${escapePath(path, options)}"` : path;
}

/** Two parts of one path in a row, such as a prefix and a path; quoted together when one of them has to be. */
export function quoteTwo(first: string, second: string, options: QuoteOptions = {}): string {
  if (!needsQuotes(first, options) && !needsQuotes(second, options)) return first + second;
  return `"${escapePath(first, options)}${escapePath(second, options)}"`;
}

/** Whether a path has to be quoted. */
export function needsQuotes(path: string, { quoteNonAscii = true }: QuoteOptions = {}): boolean {
  if (PLAIN_ASCII.test(path)) return false;
  return quoteNonAscii || hasControls(path);
}

function hasControls(path: string): boolean {
  // C1 controls (U+0080 to U+009F) are two bytes above 0x7f each.
  return NEEDS_QUOTES.test(path.replace(/[\u0080-\u009f]/g, ''));
}

function escapePath(path: string, { quoteNonAscii = true }: QuoteOptions): string {
  if (PLAIN_ASCII.test(path)) return path;
  if (!quoteNonAscii) return path.replace(/["\\]|\p{Cc}/gu, (character) => (character > '\u007f' ? character : escapeByte(character.charCodeAt(0))));
  let text = '';
  for (const byte of bytesFromLosslessText(path)) {
    text += byte < 0x20 || byte >= 0x7f || byte === 0x22 || byte === 0x5c ? escapeByte(byte) : String.fromCharCode(byte);
  }
  return text;
}

function escapeByte(byte: number): string {
  return LETTERS[byte] ?? `\\${byte.toString(8).padStart(3, '0')}`;
}
