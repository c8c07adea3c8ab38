/**
 * `core.whitespace` and the attribute `whitespace`: which white space is an error, where a line has it, and the line
 * without it. White space is what Git's `isspace` knows: space, tab, carriage return, line feed.
 */
import type { ByteWriter } from '../bytes/writer.js';
import { GovcError } from '../errors.js';

/** Which white space is an error. */
export interface WhitespaceRule {
  readonly blankAtEol: boolean;
  readonly blankAtEof: boolean;
  /** A space before a tab in the indent. */
  readonly spaceBeforeTab: boolean;
  /** An indent of `tabWidth` spaces or more. */
  readonly indentWithNonTab: boolean;
  readonly tabInIndent: boolean;
  /** A carriage return before the line feed is no error. */
  readonly crAtEol: boolean;
  /** 1 to 63. */
  readonly tabWidth: number;
}

/** An error that a line can have. */
export type WhitespaceError = 'blank-at-eol' | 'blank-at-eof' | 'space-before-tab' | 'indent-with-non-tab' | 'tab-in-indent';

/** The rule where nothing is configured: `blank-at-eol,blank-at-eof,space-before-tab,tabwidth=8`. */
export const DEFAULT_WHITESPACE_RULE: WhitespaceRule = {
  blankAtEol: true, blankAtEof: true, spaceBeforeTab: true, indentWithNonTab: false, tabInIndent: false, crAtEol: false, tabWidth: 8,
};

/** The rule by which nothing is an error. */
export const NO_WHITESPACE_RULE: WhitespaceRule = {
  blankAtEol: false, blankAtEof: false, spaceBeforeTab: false, indentWithNonTab: false, tabInIndent: false, crAtEol: false, tabWidth: 8,
};

type Flag = Exclude<keyof WhitespaceRule, 'tabWidth'>;

const NAMES: readonly (readonly [string, readonly Flag[]])[] = [
  ['trailing-space', ['blankAtEol', 'blankAtEof']],
  ['space-before-tab', ['spaceBeforeTab']],
  ['indent-with-non-tab', ['indentWithNonTab']],
  ['cr-at-eol', ['crAtEol']],
  ['blank-at-eol', ['blankAtEol']],
  ['blank-at-eof', ['blankAtEof']],
  ['tab-in-indent', ['tabInIndent']],
];

/**
 * The rule that a value of `core.whitespace` or a value of the attribute spells: names, perhaps cut short, with commas
 * between, `-` before those that are no error, and `tabwidth=<n>`. Unknown names are passed over.
 *
 * @throws {GovcError} config-invalid: tabs and spaces are both forbidden in indents.
 */
export function parseWhitespaceRule(text: string): WhitespaceRule {
  const rule = { ...DEFAULT_WHITESPACE_RULE };
  for (const part of text.split(',')) {
    const word = part.replace(/^[ \t\n\r]+/, '');
    const isNegated = word.startsWith('-');
    const name = isNegated ? word.slice(1) : word;
    if (name === '') continue;
    const flags = NAMES.find(([known]) => known.startsWith(name))?.[1] ?? [];
    for (const flag of flags) rule[flag] = !isNegated;
    const width = Number.parseInt(/^tabwidth=(.*)$/s.exec(name)?.[1] ?? '', 10);
    if (width > 0 && width < 0o100) rule.tabWidth = width;
  }
  if (rule.tabInIndent && rule.indentWithNonTab) {
    throw new GovcError('config-invalid', 'core.whitespace forbids both tabs and spaces in indents.', { name: 'core.whitespace' });
  }
  return rule;
}

/** The rule for a path: by its attribute `whitespace` (set, unset, or a value), or as configured where it has none. */
export function whitespaceRuleFor(attribute: string | boolean | undefined, configured: WhitespaceRule): WhitespaceRule {
  if (attribute === undefined) return configured;
  if (typeof attribute === 'string') return parseWhitespaceRule(attribute);
  const rule = attribute ? { ...DEFAULT_WHITESPACE_RULE, indentWithNonTab: true } : NO_WHITESPACE_RULE;
  return { ...rule, tabWidth: configured.tabWidth };
}

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;

function isSpace(byte: number): boolean {
  return byte === SPACE || byte === TAB || byte === LF || byte === CR;
}

/** Whether `bytes[start, end)` is white space only. */
export function isBlankLine(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (!isSpace(bytes[i]!)) return false;
  return true;
}

/** The errors of the line `bytes[start, end)`, with or without its line feed; `blank-at-eof` is not one line's. */
export function findWhitespaceErrors(bytes: Uint8Array, start: number, end: number, rule: WhitespaceRule): WhitespaceError[] {
  const errors: WhitespaceError[] = [];
  let stop = end;
  if (stop > start && bytes[stop - 1] === LF) stop--;
  if (rule.crAtEol && stop > start && bytes[stop - 1] === CR) stop--;
  if (rule.blankAtEol) {
    const whole = stop;
    while (stop > start && isSpace(bytes[stop - 1]!)) stop--;
    if (stop < whole) errors.push('blank-at-eol');
  }
  let seen = start;
  let at = start;
  let hasSpaceBeforeTab = false;
  let hasTab = false;
  for (; at < stop; at++) {
    const byte = bytes[at]!;
    if (byte === SPACE) continue;
    if (byte !== TAB) break;
    if (rule.spaceBeforeTab && seen < at) hasSpaceBeforeTab = true;
    else if (rule.tabInIndent) hasTab = true;
    seen = at + 1;
  }
  if (hasSpaceBeforeTab) errors.push('space-before-tab');
  if (rule.indentWithNonTab && at - seen >= rule.tabWidth) errors.push('indent-with-non-tab');
  if (hasTab) errors.push('tab-in-indent');
  return errors;
}

/** Writes the line `bytes[start, end)` without its white space errors; `true` when it had one. */
export function fixWhitespace(writer: ByteWriter, line: { bytes: Uint8Array; start: number; end: number }, rule: WhitespaceRule): boolean {
  const { bytes, start } = line;
  let { end } = line;
  let isFixed = false;
  let hasLf = false;
  let hasCr = false;
  if (rule.blankAtEol) {
    if (end > start && bytes[end - 1] === LF) {
      hasLf = true;
      end--;
      if (end > start && bytes[end - 1] === CR) {
        hasCr = rule.crAtEol;
        end--;
      }
    }
    const whole = end;
    while (end > start && isSpace(bytes[end - 1]!)) end--;
    isFixed = end < whole;
  }
  const indentEnd = fixIndent(writer, { bytes, start, end }, rule);
  if (indentEnd > start) isFixed = true;
  writer.bytes(bytes.subarray(indentEnd, end));
  if (hasCr) writer.u8(CR);
  if (hasLf) writer.u8(LF);
  return isFixed;
}

/** Writes the indent as it should be, and gives where the rest of the line begins; `start` where nothing is wrong. */
function fixIndent(writer: ByteWriter, line: { bytes: Uint8Array; start: number; end: number }, rule: WhitespaceRule): number {
  const { bytes, start, end } = line;
  let lastTab = start - 1;
  let lastSpace = start - 1;
  let isWrong = false;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === TAB) {
      lastTab = at;
      if (rule.spaceBeforeTab && lastSpace >= start) isWrong = true;
    } else if (byte === SPACE) {
      lastSpace = at;
      if (rule.indentWithNonTab && at - lastTab >= rule.tabWidth) isWrong = true;
    } else {
      break;
    }
  }
  if (isWrong) {
    const indentEnd = rule.indentWithNonTab ? Math.max(lastTab, lastSpace) + 1 : lastTab + 1;
    let spaces = 0;
    for (let at = start; at < indentEnd; at++) {
      if (bytes[at] !== SPACE) {
        spaces = 0;
        writer.u8(bytes[at]!);
      } else if (++spaces === rule.tabWidth) {
        writer.u8(TAB);
        spaces = 0;
      }
    }
    while (spaces-- > 0) writer.u8(SPACE);
    return indentEnd;
  }
  if (!rule.tabInIndent || lastTab < start) return start;
  let column = 0;
  for (let at = start; at <= lastTab; at++) {
    const width = bytes[at] === TAB ? rule.tabWidth - (column % rule.tabWidth) : 1;
    for (let i = 0; i < width; i++) writer.u8(SPACE);
    column += width;
  }
  return lastTab + 1;
}
