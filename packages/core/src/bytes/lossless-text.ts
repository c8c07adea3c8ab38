/**
 * Text that keeps every byte. Git's names and values are bytes that are UTF-8 by convention only; a
 * byte that is not part of well-formed UTF-8 becomes one lone surrogate, U+DC80 to U+DCFF for 0x80 to
 * 0xFF. UTF-8 itself never decodes to those, so the way back is exact. (Python's "surrogateescape".)
 */
import { concatBytes } from './compare.js';
import { bytesFromText, findTextFromBytes, textFromBytes } from './text.js';

const ESCAPE = 0xdc00;
const ESCAPED = /[\uDC80-\uDCFF]/;

/** The text of `bytes`, with what is not UTF-8 escaped; {@link bytesFromLosslessText} gives them back. O(n). */
export function losslessTextFromBytes(bytes: Uint8Array): string {
  return findTextFromBytes(bytes) ?? escapedTextFromBytes(bytes);
}

/** The bytes of a text made by {@link losslessTextFromBytes}; for ordinary text its UTF-8. O(n). */
export function bytesFromLosslessText(text: string): Uint8Array {
  return ESCAPED.test(text) ? bytesFromEscapedText(text) : bytesFromText(text);
}

/** Decodes piece by piece: runs of well-formed UTF-8 as they are, every other byte escaped. */
function escapedTextFromBytes(bytes: Uint8Array): string {
  const pieces: string[] = [];
  let from = 0;
  let at = 0;
  while (at < bytes.length) {
    const size = sequenceSizeAt(bytes, at);
    if (size > 0) {
      at += size;
      continue;
    }
    if (at > from) pieces.push(textFromBytes(bytes.subarray(from, at)));
    pieces.push(String.fromCharCode(ESCAPE + bytes[at]!));
    at++;
    from = at;
  }
  if (at > from) pieces.push(textFromBytes(bytes.subarray(from, at)));
  return pieces.join('');
}

/** How many bytes the well-formed UTF-8 sequence at `at` has (RFC 3629, section 4), or 0. */
function sequenceSizeAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (at + size > bytes.length) return 0;
  const second = bytes[at + 1]!;
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let i = 2; i < size; i++) if ((bytes[at + i]! & 0xc0) !== 0x80) return 0;
  return size;
}

function bytesFromEscapedText(text: string): Uint8Array {
  const parts: Uint8Array[] = [];
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xd800 && unit < 0xdc00) {
      // A pair is one character of astral text, whatever its second half looks like.
      const next = text.charCodeAt(i + 1);
      if (next >= 0xdc00 && next < 0xe000) i++;
    } else if (unit >= 0xdc80 && unit <= 0xdcff) {
      if (i > from) parts.push(bytesFromText(text.slice(from, i)));
      parts.push(Uint8Array.of(unit - ESCAPE));
      from = i + 1;
    }
  }
  if (from < text.length) parts.push(bytesFromText(text.slice(from)));
  return concatBytes(parts);
}
