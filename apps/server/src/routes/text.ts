import { isUtf8 } from 'node:buffer';

/** Whether bytes are UTF-8 text, so that JSON can carry them as they are: valid, and without NUL as Git takes for binary. */
export function isText(bytes: Uint8Array): boolean {
  return isUtf8(bytes) && !bytes.includes(0);
}
