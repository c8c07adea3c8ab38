/**
 * Headers of mails: who wrote it, what it is called, and words in other encodings (RFC 2047). Text is Latin-1, one
 * character per byte; what is decoded is UTF-8 in that form.
 */
import { bytesFromLatin1, bytesFromText, latin1FromBytes } from '../bytes/text.js';
import { GovcError } from '../errors.js';
import { decodeText, isUtf8 } from '../object/text-encoding.js';

/** Text of any encoding as UTF-8; as it is where the encoding is none or UTF-8. */
export function toUtf8(text: string, charset: string): string {
  if (charset === '' || isUtf8(charset) || /^(?:us-)?ascii$/i.test(charset)) return text;
  return latin1FromBytes(bytesFromText(decodeText(bytesFromLatin1(text), charset)));
}

/** Decodes quoted-printable text, a line of it; in headers `_` is a space. */
export function decodeQuotedPrintable(text: string, isHeader: boolean): string {
  const parts: string[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === '=') {
      if (at + 1 >= text.length || text[at + 1] === '\n') break;
      const hex = text.slice(at + 1, at + 3);
      if (/^[0-9a-fA-F]{2}$/.test(hex)) {
        parts.push(String.fromCharCode(Number.parseInt(hex, 16)));
        at += 2;
        continue;
      }
    }
    parts.push(isHeader && character === '_' ? ' ' : character);
  }
  return parts.join('');
}

/** Decodes base 64, passing over everything that is no digit of it. */
export function decodeBase64(text: string): string {
  const digits = text.replace(/[^A-Za-z0-9+/]/g, '');
  return Buffer.from(digits, 'base64').toString('latin1');
}

/**
 * A header with its encoded words decoded. White space between two of them is not part of the text.
 *
 * @throws {GovcError} mail-invalid: a word begins as an encoded one and does not end.
 */
export function decodeHeader(text: string): string {
  const parts: string[] = [];
  let from = 0;
  for (let start = text.indexOf('=?'); start >= 0; start = text.indexOf('=?', from)) {
    const between = text.slice(from, start);
    if (between !== '' && (from === 0 || /[^ \t\r\n]/.test(between))) parts.push(between);
    const charsetEnd = text.indexOf('?', start + 2);
    const encoding = text[charsetEnd + 1] ?? '';
    const end = charsetEnd < 0 || text[charsetEnd + 2] !== '?' ? -1 : text.indexOf('?=', charsetEnd + 3);
    if (end < 0 || !/[bq]/i.test(encoding)) {
      throw new GovcError('mail-invalid', `The header "${text.slice(0, 80)}" has a damaged encoded word.`, { reason: 'encoded-word' });
    }
    const piece = text.slice(charsetEnd + 3, end);
    const decoded = /b/i.test(encoding) ? decodeBase64(piece) : decodeQuotedPrintable(piece, true);
    parts.push(toUtf8(decoded, text.slice(start + 2, charsetEnd)));
    from = end + 2;
  }
  parts.push(text.slice(from));
  return parts.join('');
}

/** One space for every run of white space. */
export function cleanSpace(text: string): string {
  return text.replace(/[ \t\r\n]+/g, ' ');
}

/** Text without white space at its ends. */
export function trimSpace(text: string): string {
  let start = 0;
  while (start < text.length && isSpace(text[start]!)) start++;
  return trimSpaceEnd(text.slice(start));
}

/** Text without white space at its end. O(that), which a pattern would not be. */
export function trimSpaceEnd(text: string): string {
  let end = text.length;
  while (end > 0 && isSpace(text[end - 1]!)) end--;
  return text.slice(0, end);
}

function isSpace(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\r' || character === '\n';
}

/** Which brackets at the start of a subject go: all, or those that say that it is a patch. */
export type SubjectBrackets = 'all' | 'patch';

/** A subject without `Re:`, colons and brackets at its start. */
export function cleanSubject(subject: string, brackets: SubjectBrackets): string {
  let kept = '';
  let rest = subject;
  for (;;) {
    if (/^re:/i.test(rest) && rest.length > 3) {
      rest = rest.slice(3);
      continue;
    }
    const first = rest[0];
    if (first === ' ' || first === '\t' || first === ':') {
      rest = rest.slice(1);
      continue;
    }
    const end = first === '[' ? rest.indexOf(']') : -1;
    if (end < 0) break;
    const bracket = rest.slice(0, end + 1);
    rest = rest.slice(end + 1);
    if (brackets === 'all' || (bracket.length >= 7 && bracket.includes('PATCH'))) continue;
    kept += bracket;
    if (rest !== '' && isSpace(rest[0]!)) {
      kept += rest[0]!;
      rest = rest.slice(1);
    }
  }
  return trimSpace(kept + rest);
}

/** A name and an address. */
export interface MailPerson {
  readonly name: string;
  readonly email: string;
}

/**
 * Who a `From:` header names: `John Doe <john@x>`, `john@x (John Doe)`, or anything near it; `undefined` where there is
 * no address.
 */
export function parseMailPerson(header: string): MailPerson | undefined {
  let text = unquoteHeader(header);
  let at = text.indexOf('@');
  if (at < 0) return parseOddPerson(header);
  while (at > 0) {
    const before = text[at - 1]!;
    if (isSpace(before)) break;
    if (before === '<') {
      text = `${text.slice(0, at - 1)} ${text.slice(at)}`;
      break;
    }
    at--;
  }
  const size = text.slice(at).search(/[ \n\t\r\v\f>]/);
  const email = size < 0 ? text.slice(at) : text.slice(at, at + size);
  text = text.slice(0, at) + (size < 0 ? '' : text.slice(at + size + 1));
  let name = trimSpace(cleanSpace(text));
  if (name.startsWith('(') && name.endsWith(')')) name = name.slice(1, -1);
  return { name: saneName(name, email), email };
}

function parseOddPerson(header: string): MailPerson | undefined {
  const open = header.indexOf('<');
  const close = open < 0 ? -1 : header.indexOf('>', open);
  if (close < 0) return undefined;
  const email = header.slice(open + 1, close);
  return { name: saneName(trimSpace(header.slice(0, open)), email), email };
}

function saneName(name: string, email: string): string {
  return name === '' || name.length > 60 || /[@<>]/.test(name) ? email : name;
}

/** The text without the quotes of quoted strings and without backslashes in them and in comments. */
function unquoteHeader(text: string): string {
  const parts: string[] = [];
  let isQuoted = false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    const isInside = isQuoted || depth > 0;
    if (isInside && character === '\\') {
      if (++at < text.length) parts.push(text[at]!);
      continue;
    }
    if (depth === 0 && character === '"') {
      isQuoted = !isQuoted;
      continue;
    }
    if (!isQuoted && character === '(') depth++;
    if (!isQuoted && depth > 0 && character === ')') depth--;
    parts.push(character);
  }
  return parts.join('');
}
