import type { ObjectType } from '../hash/hash-object.js';
import { objectTypeOf } from './entry.js';

/**
 * The header `"<type> <size>\0"` of an object, written in front of a body that stands in a larger
 * buffer: then header and body are hashed as one view, without a copy.
 */

/** The room that must be free in front of the body: `commit 9007199254740991\0`. */
export const FRAME_SIZE = 24;

const PREFIXES: readonly Uint8Array[] = [0, 1, 2, 3, 4].map((code) =>
  code === 0 ? new Uint8Array(0) : new Uint8Array(Buffer.from(`${objectTypeOf(code) satisfies ObjectType} `, 'latin1')),
);

/**
 * Writes the header for a body of `size` bytes that begins at `bodyAt`, and gives where it begins.
 *
 * @param code 1 to 4
 */
export function writeFrame(buffer: Uint8Array, bodyAt: number, code: number, size: number): number {
  let at = bodyAt - 1;
  buffer[at] = 0;
  let rest = size;
  do {
    buffer[--at] = 0x30 + (rest % 10);
    rest = Math.floor(rest / 10);
  } while (rest > 0);
  const prefix = PREFIXES[code]!;
  at -= prefix.length;
  for (let i = 0; i < prefix.length; i++) buffer[at + i] = prefix[i]!;
  return at;
}
