/** Telling text from binary content. */

/** So many bytes are looked at. */
const HEAD_SIZE = 8000;

/** Whether Git takes content for binary when no attribute says otherwise: a NUL is among the first 8000 bytes. */
export function isBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, HEAD_SIZE).includes(0);
}
