/** Between text and bytes. Git's text is UTF-8 by convention only, so decoding never throws. */

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The UTF-8 bytes of `text`; lone surrogates become U+FFFD. */
export function bytesFromText(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The text of UTF-8 bytes; what is not UTF-8 becomes U+FFFD, a byte order mark is kept. */
export function textFromBytes(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** The text of UTF-8 bytes, or `undefined` where the bytes are not UTF-8. */
export function findTextFromBytes(bytes: Uint8Array): string | undefined {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * A string with one character per byte (U+0000 to U+00FF): reversible for any bytes, so it serves as
 * a map key for names of unknown encoding and for ASCII protocol lines. O(n).
 */
export function latin1FromBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** The bytes of a string made by {@link latin1FromBytes}; characters above U+00FF keep their low byte. */
export function bytesFromLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
