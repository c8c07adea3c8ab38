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
  if (isWindows1252(encoding)) return latin1FromBytes(bytes).replace(/[\u0080-\u009f]/g, windows1252Character);
  try {
    return new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes);
  } catch (error) {
    // The platform refuses the name with a RangeError; nothing else can go wrong in a lenient decoder.
    if ((error as Error).name === 'RangeError') return textFromBytes(bytes);
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

/** The characters of Windows-1252 at 80 to 9F; five of them are the controls that Latin-1 has there. */
const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

function windows1252Character(control: string): string {
  return WINDOWS_1252.charAt(control.charCodeAt(0) - 0x80);
}

// TextDecoder takes the two for each other: by its standard Latin-1 for Windows-1252, and in Node 20 the other
// way round. So neither is left to it.
function isWindows1252(encoding: string): boolean {
  return /^(?:windows-?1252|cp-?1252)$/i.test(encoding);
}

function isLatin1(encoding: string): boolean {
  return /^(?:iso-?8859-?1|latin-?1|l1)$/i.test(encoding);
}
