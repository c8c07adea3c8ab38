import { GovcError } from '../errors.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectType } from '../hash/hash-object.js';
import { objectIdAt } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';

/**
 * The header of a pack entry (gitformat-pack, "pack-*.pack files have the following format"):
 *
 *     1 byte    continuation bit, type (3 bits), lowest 4 bits of the size
 *     n bytes   continuation bit, 7 more bits of the size, lowest first
 *     ofs-delta: distance back to the base, 7 bits a byte, highest first, each continuation adding one
 *     ref-delta: the raw id of the base
 *
 * and after it one zlib stream of `size` bytes: the body, or the delta. Sizes and distances go up to
 * 2^53 - 1 here.
 */

/** What an entry of a pack is: a whole object, or a delta on a base named by place or by id. */
export type PackEntryType = ObjectType | 'ofs-delta' | 'ref-delta';

/** The numbers of the entry types in the format. */
export const ENTRY_CODES = {
  'commit': 1,
  'tree': 2,
  'blob': 3,
  'tag': 4,
  'ofs-delta': 6,
  'ref-delta': 7,
} as const satisfies Record<PackEntryType, number>;

/** The number of an entry type. Whole objects are 1 to 4. */
export type EntryCode = (typeof ENTRY_CODES)[PackEntryType];

/** The codes of deltas. */
export const OFS_DELTA = ENTRY_CODES['ofs-delta'];
export const REF_DELTA = ENTRY_CODES['ref-delta'];

const TYPES: readonly (PackEntryType | undefined)[] = [
  undefined, 'commit', 'tree', 'blob', 'tag', undefined, 'ofs-delta', 'ref-delta',
];

/** The entry type with a number that {@link decodeEntryHeader} gave. */
export function entryTypeOf(code: EntryCode): PackEntryType {
  return TYPES[code]!;
}

/** The object type with a number from 1 to 4. */
export function objectTypeOf(code: number): ObjectType {
  return TYPES[code] as ObjectType;
}

/** The longest header that is read: ten bytes of size, then a raw id of 32 bytes. */
export const ENTRY_HEADER_SIZE_MAX = 10 + 32;

/** A decoded header. */
export interface EntryHeader {
  readonly code: EntryCode;
  /** Bytes of the body or delta, inflated. */
  readonly size: number;
  /** Bytes of the header, base included: the zlib stream begins after them. */
  readonly headerSize: number;
  /** For an ofs-delta: how many bytes before this entry its base begins; otherwise 0. */
  readonly baseDistance: number;
  /** For a ref-delta: where the raw id of the base stands in the bytes that were decoded; otherwise 0. */
  readonly baseIdAt: number;
}

/**
 * Decodes the header that begins at `start`. O(1).
 *
 * @returns `undefined` when the bytes end inside the header.
 * @throws {GovcError} pack-corrupt: the type is 0 or 5, or a number exceeds 2^53 - 1.
 */
export function decodeEntryHeader(
  bytes: Uint8Array,
  start: number,
  algorithm: HashAlgorithm,
): EntryHeader | undefined {
  let at = start;
  if (at >= bytes.length) return undefined;
  let byte = bytes[at++]!;
  const code = (byte >> 4) & 7;
  if (code === 0 || code === 5) {
    throw new GovcError('pack-corrupt', `A pack entry has the type ${code}, which does not exist.`, { type: code });
  }
  let size = byte & 15;
  let scale = 16;
  while (byte >= 0x80) {
    if (at >= bytes.length) return undefined;
    byte = bytes[at++]!;
    size += (byte & 0x7f) * scale;
    scale *= 128;
    if (size > Number.MAX_SAFE_INTEGER || at - start > 10) throw numberTooLarge('size');
  }
  let baseDistance = 0;
  let baseIdAt = 0;
  if (code === OFS_DELTA) {
    const first = at;
    if (at >= bytes.length) return undefined;
    byte = bytes[at++]!;
    baseDistance = byte & 0x7f;
    while (byte >= 0x80) {
      if (at >= bytes.length) return undefined;
      byte = bytes[at++]!;
      baseDistance = (baseDistance + 1) * 128 + (byte & 0x7f);
      if (baseDistance > Number.MAX_SAFE_INTEGER || at - first > 10) throw numberTooLarge('delta offset');
    }
  } else if (code === REF_DELTA) {
    baseIdAt = at;
    at += algorithm.size;
    if (at > bytes.length) return undefined;
  }
  return { code: code as EntryCode, size, headerSize: at - start, baseDistance, baseIdAt };
}

/** The id of the base of a ref-delta whose header was decoded from `bytes`. */
export function entryBaseId(bytes: Uint8Array, header: EntryHeader, algorithm: HashAlgorithm): ObjectId {
  return objectIdAt(bytes, header.baseIdAt, algorithm);
}

/** Writes type and size to `target` from `at` and gives the offset after them; at most 9 bytes. */
export function writeEntryHeader(target: Uint8Array, at: number, code: EntryCode, size: number): number {
  let rest = Math.floor(size / 16);
  let byte = (code << 4) | (size % 16);
  while (rest > 0) {
    target[at++] = byte | 0x80;
    byte = rest % 128;
    rest = Math.floor(rest / 128);
  }
  target[at++] = byte;
  return at;
}

/** Writes the distance of an ofs-delta to its base (at least 1) and gives the offset after it; at most 8 bytes. */
export function writeBaseDistance(target: Uint8Array, at: number, distance: number): number {
  let size = 1;
  for (let rest = Math.floor(distance / 128); rest > 0; rest = Math.floor((rest - 1) / 128)) size++;
  let rest = distance;
  for (let i = at + size - 1; i >= at; i--) {
    target[i] = (rest % 128) | (i === at + size - 1 ? 0 : 0x80);
    rest = Math.floor(rest / 128) - 1;
  }
  return at + size;
}

function numberTooLarge(what: string): GovcError {
  return new GovcError('pack-corrupt', `The ${what} of a pack entry is larger than 2^53 - 1.`, { what });
}
