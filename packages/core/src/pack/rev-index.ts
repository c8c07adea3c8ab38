import { equalBytes } from '../bytes/compare.js';
import { GovcError } from '../errors.js';
import type { HashAlgorithm } from '../hash/algorithm.js';

/**
 * Reverse index files, `.rev` (gitformat-pack, "pack-*.rev files have the following format"):
 *
 *     'RIDX', u32 version 1, u32 hash (1 SHA-1, 2 SHA-256)
 *     per object u32: its position in the index, in order of offsets in the pack
 *     the checksum of the pack, the checksum of this file
 */

const MAGIC = 0x52494458;
const HEADER_SIZE = 12;

/** What a reverse index must fit; a `PackIndex` is one. */
export interface ReverseIndexSubject {
  readonly algorithm: HashAlgorithm;
  readonly count: number;
  readonly packChecksum: Uint8Array;
}

/**
 * The positions of a `.rev` file in order of offsets. O(n); the checksum of the file is verified.
 *
 * @throws {GovcError} pack-index-corrupt: the file is malformed or belongs to another pack.
 */
export function readReverseIndex(bytes: Uint8Array, subject: ReverseIndexSubject): Uint32Array {
  const { algorithm, count, packChecksum } = subject;
  const hashSize = algorithm.size;
  if (bytes.length !== HEADER_SIZE + count * 4 + 2 * hashSize) {
    throw corrupt(`its ${bytes.length} bytes do not fit ${count} objects`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0) !== MAGIC || view.getUint32(4) !== 1) throw corrupt('it is not a reverse index of version 1');
  if (view.getUint32(8) !== algorithm.formatId) throw corrupt('it is made for another hash');
  const end = bytes.length - hashSize;
  if (!equalBytes(bytes.subarray(end - hashSize, end), packChecksum)) throw corrupt('it belongs to another pack');
  if (!equalBytes(algorithm.digest(bytes.subarray(0, end)), bytes.subarray(end))) {
    throw corrupt('its checksum does not match');
  }
  const positions = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const position = view.getUint32(HEADER_SIZE + i * 4);
    if (position >= count) throw corrupt(`it names position ${position} of ${count}`);
    positions[i] = position;
  }
  return positions;
}

/** The bytes of a `.rev` file for positions in order of offsets. */
export function serializeReverseIndex(
  positions: Uint32Array,
  packChecksum: Uint8Array,
  algorithm: HashAlgorithm,
): Uint8Array {
  const hashSize = algorithm.size;
  const bytes = new Uint8Array(HEADER_SIZE + positions.length * 4 + 2 * hashSize);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC);
  view.setUint32(4, 1);
  view.setUint32(8, algorithm.formatId);
  for (let i = 0; i < positions.length; i++) view.setUint32(HEADER_SIZE + i * 4, positions[i]!);
  const end = bytes.length - hashSize;
  bytes.set(packChecksum, end - hashSize);
  bytes.set(algorithm.digest(bytes.subarray(0, end)), end);
  return bytes;
}

function corrupt(reason: string): GovcError {
  return new GovcError('pack-index-corrupt', `A reverse index cannot be used: ${reason}.`, { reason });
}
