/** Headers of mails that Git writes: encoded words (RFC 2047), quoted names (RFC 822), folding. */
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import { wrapText } from './wrap-text.js';

const WIDTH = 78;
const ENCODED_WIDTH = 76;

/** Whether text has characters that headers cannot hold: none but ASCII may stand there, and no line feed. */
export function needsEncoding(text: string): boolean {
  return text.includes('\n') || text.includes('=?') || hasNonAscii(text);
}

/** Whether text in a body needs eight bits; as for Git an escape character counts. */
export function hasNonAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f || text.charCodeAt(i) === 0x1b) return true;
  return false;
}

/** `Subject: ` with the subject, folded or encoded. */
export function subjectHeader(prefix: string, subject: string): string {
  const start = `Subject: ${prefix === '' ? '' : `${prefix} `}`;
  return start + (needsEncoding(subject) ? encodeWords(subject, start.length, isSubjectSpecial)
    : wrapText(subject, { width: WIDTH, firstIndent: -start.length, indent: 1 }));
}

/** `From: ` with a name and an address, folded, quoted or encoded. */
export function fromHeader(name: string, email: string): string {
  const start = 'From: ';
  const isEncoded = needsEncoding(name);
  const quoted = /[()<>[\]:;@\\,."]/.test(name) ? `"${name.replace(/["\\]/g, '\\$&')}"` : name;
  const text = start + (isEncoded ? encodeWords(name, start.length, isAddressSpecial)
    : wrapText(quoted, { width: WIDTH, firstIndent: -start.length, indent: 1 }));
  const column = text.length - (text.lastIndexOf('\n') + 1);
  const fits = column + ' <>'.length + bytesFromLosslessText(email).length <= (isEncoded ? ENCODED_WIDTH : WIDTH);
  return `${text}${fits ? '' : '\n'} <${email}>`;
}

/** Quoted-printable words of at most 76 columns a line; characters of several bytes stay whole. */
function encodeWords(text: string, column: number, isSpecial: (byte: number) => boolean): string {
  const start = '=?UTF-8?q?';
  const parts = [start];
  let width = column + start.length;
  for (const character of text) {
    const bytes = bytesFromLosslessText(character);
    const encoded = bytes.length > 1 || isSpecial(bytes[0]!)
      ? Array.from(bytes, (byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')
      : character;
    if (width + encoded.length + 2 > ENCODED_WIDTH) {
      parts.push(`?=\n ${start}`);
      width = start.length + 1;
    }
    parts.push(encoded);
    width += encoded.length;
  }
  parts.push('?=');
  return parts.join('');
}

function isSubjectSpecial(byte: number): boolean {
  return byte <= 0x20 || byte >= 0x7f || byte === 0x3d || byte === 0x3f || byte === 0x5f;
}

function isAddressSpecial(byte: number): boolean {
  return isSubjectSpecial(byte) || !/[A-Za-z0-9!*+\-/]/.test(String.fromCharCode(byte));
}
