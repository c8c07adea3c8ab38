/**
 * Text in the encodings that commits and tags name in their `encoding` header (`i18n.commitEncoding`).
 *
 * Reading knows what the platform's TextDecoder knows, about forty encodings. Writing knows UTF-8, ASCII and
 * Latin-1, which are what it takes to make such objects without a table for every script.
 */
import { GovcError } from '../errors.js';
import { bytesFromLatin1, bytesFromText, latin1FromBytes, textFromBytes } from '../bytes/text.js';

/** Whether an encoding is UTF-8, which Git does not write down; `undefined` is. */
export function isUtf8(encoding: string | undefined): encoding is undefined {
  return encoding === undefined || /^utf-?8$/i.test(encoding);
}

/** The text of `bytes`. An unknown encoding is read as UTF-8, as Git shows what it cannot convert; never throws. */
export function decodeText(bytes: Uint8Array, encoding: string | undefined): string {
  if (isUtf8(encoding)) return textFromBytes(bytes);
  if (isLatin1(encoding)) return latin1FromBytes(bytes);
  try {
    return new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes);
  } catch (error) {
    // The platform refuses the name with a RangeError; nothing else can go wrong in a lenient decoder.
    if (error instanceof RangeError) return textFromBytes(bytes);
    throw error;
  }
}

/**
 * The bytes of `text`.
 *
 * @throws {GovcError} object-invalid: the encoding is neither UTF-8, ASCII nor Latin-1, or lacks a character.
 */
export function encodeText(text: string, encoding: string | undefined): Uint8Array {
  if (isUtf8(encoding)) return bytesFromText(text);
  const limit = isLatin1(encoding) ? 0xff : /^(?:us-)?ascii$/i.test(encoding) ? 0x7f : -1;
  if (limit < 0) {
    throw new GovcError(
      'object-invalid',
      `Text cannot be written in "${encoding}"; pass encoded bytes, or use UTF-8 or ISO-8859-1.`,
      { encoding },
    );
  }
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > limit) {
      throw new GovcError('object-invalid', `"${encoding}" has no character for "${text.charAt(i)}".`, {
        encoding,
        offset: i,
      });
    }
  }
  return bytesFromLatin1(text);
}

/** TextDecoder takes ISO-8859-1 for Windows-1252, which has other characters at 80 to 9F. */
function isLatin1(encoding: string): boolean {
  return /^(?:iso-?8859-?1|latin-?1|l1)$/i.test(encoding);
}
