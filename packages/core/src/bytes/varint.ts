/**
 * Numbers in groups of seven bits, the highest first, as Git writes them for offsets of deltas and in index files
 * (`varint.c`): each byte but the last has its top bit set and adds one, so that no number has two spellings.
 */
import type { ByteReader } from './reader.js';
import type { ByteWriter } from './writer.js';

/**
 * Reads a number; `undefined` where it is more than `Number.MAX_SAFE_INTEGER`.
 *
 * @throws {GovcError} with the reader's code: the data ends early.
 */
export function readVarint(reader: ByteReader): number | undefined {
  let byte = reader.u8();
  let value = byte & 0x7f;
  while (byte >= 0x80) {
    byte = reader.u8();
    value = (value + 1) * 128 + (byte & 0x7f);
    if (value > Number.MAX_SAFE_INTEGER) return undefined;
  }
  return value;
}

/** Writes a whole number from 0 to `Number.MAX_SAFE_INTEGER`. */
export function writeVarint(writer: ByteWriter, value: number): void {
  const bytes: number[] = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) {
    rest--;
    bytes.push(0x80 | (rest % 128));
  }
  for (let i = bytes.length - 1; i >= 0; i--) writer.u8(bytes[i]!);
}
