import { equalBytes } from '../bytes/compare.js';
import { ByteWriter } from '../bytes/writer.js';
import { GovcError } from '../errors.js';
import type { ReverseIndexSubject } from './rev-index.js';

/**
 * When each object of a cruft pack was last needed, `.mtimes` files (gitformat-pack, "pack-*.mtimes files have the format"):
 *
 *     'MTME', u32 version 1, u32 hash (1 SHA-1, 2 SHA-256)
 *     per object, in the order of ids, u32 seconds since 1970
 *     the checksum of the pack, the checksum of this file
 */

const MAGIC = 0x4d544d45;
const HEADER_SIZE = 12;

/**
 * The seconds since 1970 of a `.mtimes` file, in the order of ids. O(n).
 *
 * @throws {GovcError} pack-index-corrupt: the file is malformed or belongs to another pack.
 */
export function readCruftTimes(bytes: Uint8Array, { algorithm, count, packChecksum }: ReverseIndexSubject): Uint32Array {
  const hashSize = algorithm.size;
  if (bytes.length !== HEADER_SIZE + count * 4 + 2 * hashSize) throw corrupt(`its ${bytes.length} bytes do not fit ${count} objects`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0) !== MAGIC || view.getUint32(4) !== 1) throw corrupt('it is no file of times of version 1');
  if (view.getUint32(8) !== algorithm.formatId) throw corrupt('it is made for another hash');
  const end = bytes.length - hashSize;
  if (!equalBytes(bytes.subarray(end - hashSize, end), packChecksum)) throw corrupt('it belongs to another pack');
  if (!equalBytes(algorithm.digest(bytes.subarray(0, end)), bytes.subarray(end))) throw corrupt('its checksum does not match');
  const times = new Uint32Array(count);
  for (let i = 0; i < count; i++) times[i] = view.getUint32(HEADER_SIZE + i * 4);
  return times;
}

/** The bytes of a `.mtimes` file for seconds since 1970 in the order of ids. */
export function serializeCruftTimes(times: Uint32Array, { algorithm, packChecksum }: Omit<ReverseIndexSubject, 'count'>): Uint8Array {
  const writer = new ByteWriter(HEADER_SIZE + times.length * 4 + 2 * algorithm.size);
  writer.u32(MAGIC).u32(1).u32(algorithm.formatId);
  for (const time of times) writer.u32(time);
  writer.bytes(packChecksum);
  return writer.bytes(algorithm.digest(writer.peek())).finish();
}

function corrupt(reason: string): GovcError {
  return new GovcError('pack-index-corrupt', `The times of a cruft pack cannot be used: ${reason}.`, { reason });
}
