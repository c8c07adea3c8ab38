/**
 * The file syntax of gitattributes(5):
 *
 *     line    = pattern *( blank setting )  /  "[attr]" name *( blank setting )  /  "#" comment
 *     setting = name  /  "-" name  /  "!" name  /  name "=" value
 *
 * A pattern in double quotes has the escapes of C. Git reads on behind a line that it cannot use, and so
 * does this; what was passed over is in `warnings`.
 */
import { bytesFromLatin1, latin1FromBytes } from '../bytes/text.js';
import { losslessTextFromBytes } from '../bytes/lossless-text.js';
import { LIMITS } from '../limits.js';
import { parsePathPattern, type PathPattern } from './path-pattern.js';

/** Set, unset, a value, or unspecified. Values are lossless text. */
export type AttributeValue = true | false | string | undefined;

/** What a line says about one attribute. */
export interface AttributeSetting {
  readonly name: string;
  readonly value: AttributeValue;
}

/** One line: settings for the paths of a pattern, or for a macro. Exactly one of the two is given. */
export interface AttributeRule {
  readonly pattern: PathPattern | undefined;
  /** The attribute that, where it is set, brings the settings with it. */
  readonly macro: string | undefined;
  readonly settings: readonly AttributeSetting[];
  /** From 1. */
  readonly line: number;
}

/** A line that was passed over, or a whole file (line 0), and why. */
export interface AttributeWarning {
  readonly line: number;
  readonly reason: 'file-too-large' | 'line-too-long' | 'name-invalid' | 'negative-pattern' | 'macro-not-allowed';
}

/** The rules of one file in the order in which they stand. */
export interface AttributeList {
  readonly source: string;
  readonly rules: readonly AttributeRule[];
  readonly warnings: readonly AttributeWarning[];
}

/** How a file is read. */
export interface AttributeParseOptions {
  /** Whether it may define macros: the root's, the info, the user's and the system's file may. Default: false. */
  readonly allowsMacros?: boolean | undefined;
}

/**
 * The rules of an attributes file. Lines of 2048 bytes or more and files of 100 MiB or more are passed over,
 * as Git does; nothing is thrown.
 *
 * @param source names the file
 */
export function parseAttributes(
  bytes: Uint8Array, source: string, options: AttributeParseOptions = {},
): AttributeList {
  const rules: AttributeRule[] = [];
  const warnings: AttributeWarning[] = [];
  if (bytes.length >= LIMITS.patternFileSize.value) {
    warnings.push({ line: 0, reason: 'file-too-large' });
    return { source, rules, warnings };
  }
  let number = 0;
  for (let at = hasByteOrderMark(bytes) ? 3 : 0; at < bytes.length; ) {
    const lineFeed = bytes.indexOf(LF, at);
    const end = lineFeed < 0 ? bytes.length : lineFeed;
    number++;
    const parsed = parseLine(bytes.subarray(at, end), number, options.allowsMacros ?? false);
    if (typeof parsed === 'string') warnings.push({ line: number, reason: parsed });
    else if (parsed !== undefined) rules.push(parsed);
    at = end + 1;
  }
  return { source, rules, warnings };
}

/** Whether text can be the name of an attribute: letters, digits, "-", "_", ".", not beginning with "-". */
export function isAttributeName(name: string): boolean {
  return /^(?!-)[-A-Za-z0-9_.]+$/.test(name);
}

const LF = 0x0a;
const MACRO = '[attr]';

function hasByteOrderMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

function parseLine(
  bytes: Uint8Array, line: number, allowsMacros: boolean,
): AttributeRule | AttributeWarning['reason'] | undefined {
  const nul = bytes.indexOf(0);
  const whole = nul < 0 ? bytes : bytes.subarray(0, nul);
  const start = skipBlank(whole, 0);
  if (start === whole.length || whole[start] === 0x23) return undefined;
  // A carriage return before the line feed is no part of the line whose length counts.
  const size = whole[whole.length - 1] === 0x0d && nul < 0 ? whole.length - 1 : whole.length;
  if (size >= LIMITS.attributesLineSize.value) return 'line-too-long';

  // One character per byte from here on.
  const text = latin1FromBytes(whole.subarray(start));
  const quoted = text.startsWith('"') ? unquote(text) : undefined;
  const first = quoted?.text ?? tokenAt(text, 0);
  const rest = text.slice(quoted?.end ?? first.length);

  let macro: string | undefined;
  if (first.length > MACRO.length && first.startsWith(MACRO)) {
    if (!allowsMacros) return 'macro-not-allowed';
    macro = tokenAt(first.slice(MACRO.length).replace(/^[ \t\r\n]+/, ''), 0);
    if (!isAttributeName(macro)) return 'name-invalid';
  }
  const settings = parseSettings(rest);
  if (settings === undefined) return 'name-invalid';
  if (macro !== undefined) return { pattern: undefined, macro, settings, line };
  const pattern = parsePathPattern(bytesFromLatin1(first));
  if (pattern.isNegated) return 'negative-pattern';
  return { pattern, macro: undefined, settings, line };
}

/** Undefined when any name is none that an attribute can have: the line does not count then. */
function parseSettings(text: string): AttributeSetting[] | undefined {
  const settings: AttributeSetting[] = [];
  for (const token of text.split(/[ \t\r\n]+/)) {
    if (token === '') continue;
    const equals = token.indexOf('=');
    const sign = token.startsWith('-') || token.startsWith('!') ? token[0] : '';
    const name = token.slice(sign === '' ? 0 : 1, equals < 0 ? token.length : equals);
    if (!isAttributeName(name)) return undefined;
    settings.push({ name, value: valueOf(sign, equals < 0 ? undefined : token.slice(equals + 1)) });
  }
  return settings;
}

function valueOf(sign: string | undefined, value: string | undefined): AttributeValue {
  if (sign === '-') return false;
  if (sign === '!') return undefined;
  return value === undefined ? true : losslessTextFromBytes(bytesFromLatin1(value));
}

function tokenAt(text: string, start: number): string {
  const size = text.slice(start).search(/[ \t\r\n]/);
  return size < 0 ? text.slice(start) : text.slice(start, start + size);
}

function skipBlank(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && (bytes[at] === 0x20 || bytes[at] === 0x09 || bytes[at] === 0x0d)) at++;
  return at;
}

const ESCAPES: Readonly<Record<string, string>> = {
  'a': '\x07', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v', '"': '"', '\\': '\\',
};

/** What stands in the quotes at the start of `text`, and where it goes on; undefined where they are broken. */
function unquote(text: string): { readonly text: string; readonly end: number } | undefined {
  let result = '';
  for (let at = 1; at < text.length; ) {
    const c = text[at]!;
    if (c === '"') {
      const nul = result.indexOf('\0');
      return { text: nul < 0 ? result : result.slice(0, nul), end: at + 1 };
    }
    if (c !== '\\') {
      result += c;
      at++;
      continue;
    }
    const octal = /^[0-3][0-7]{2}/.exec(text.slice(at + 1, at + 4));
    const escaped = octal === null ? ESCAPES[text[at + 1] ?? ''] : String.fromCharCode(Number.parseInt(octal[0], 8));
    if (escaped === undefined) return undefined;
    result += escaped;
    at += octal === null ? 2 : 4;
  }
  return undefined;
}
