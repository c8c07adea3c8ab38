/**
 * The outside of a table:
 *
 *     header   "REFT" version:u8 block_size:u24 min_update_index:u64 max_update_index:u64 [version 2: hash:4 bytes]
 *     blocks   refs "r", their index "i", object ids "o", their index, logs "g", their index
 *     footer   the header again, ref_index:u64 (objects << 5 | id_size):u64 object_index:u64 logs:u64 log_index:u64 crc32:u32
 *
 * and of a block, whose first one begins with the header:
 *
 *     type:u8 size:u24 record* restart:u24* restart_count:u16
 *
 * A block of logs is deflated after its size. Restarts are where records begin that share nothing with the one before.
 */
import { crc32 } from '../../bytes/crc32.js';
import { ByteReader } from '../../bytes/reader.js';
import type { ByteWriter } from '../../bytes/writer.js';
import { GovcError } from '../../errors.js';
import type { HashAlgorithm } from '../../hash/algorithm.js';

/** The kinds of blocks, by the character that each begins with. */
export const BLOCK = { ref: 0x72, index: 0x69, object: 0x6f, log: 0x67 } as const;
export type BlockType = typeof BLOCK[keyof typeof BLOCK];

/** What header and footer of a table say. */
export interface TableFacts {
  readonly blockSize: number;
  readonly minUpdateIndex: number;
  readonly maxUpdateIndex: number;
  /** Positions of sections; 0 where there is none. */
  readonly refIndexAt: number;
  readonly objectsAt: number;
  readonly objectIdSize: number;
  readonly objectIndexAt: number;
  readonly logsAt: number;
  readonly logIndexAt: number;
}

const MAGIC = 0x52454654;
const HASH_IDS = { sha1: 0x73686131, sha256: 0x73323536 } as const;

/** Bytes of the header: longer where a hash is named. */
export function headerSize(algorithm: HashAlgorithm): number {
  return algorithm.name === 'sha1' ? 24 : 28;
}

/** Writes the header. */
export function writeHeader(
  out: ByteWriter, { blockSize, minUpdateIndex, maxUpdateIndex }: Pick<TableFacts, 'blockSize' | 'minUpdateIndex' | 'maxUpdateIndex'>,
  algorithm: HashAlgorithm,
): void {
  const version = algorithm.name === 'sha1' ? 1 : 2;
  out.u32(MAGIC).u32(((version << 24) | blockSize) >>> 0).u64(minUpdateIndex).u64(maxUpdateIndex);
  if (version === 2) out.u32(HASH_IDS[algorithm.name]);
}

/** Writes the footer. */
export function writeFooter(out: ByteWriter, facts: TableFacts, algorithm: HashAlgorithm): void {
  const start = out.size;
  writeHeader(out, facts, algorithm);
  // Shifting would cut the number to 32 bits.
  out.u64(facts.refIndexAt).u64(facts.objectsAt * 32 + facts.objectIdSize).u64(facts.objectIndexAt).u64(facts.logsAt).u64(facts.logIndexAt);
  out.u32(crc32(out.peek(), 0, start));
}

/**
 * Reads header and footer.
 *
 * @param name of the table, for errors
 * @throws {GovcError} reftable-invalid
 */
export function readFacts(bytes: Uint8Array, algorithm: HashAlgorithm, name: string): TableFacts & { readonly footerAt: number } {
  const header = headerSize(algorithm);
  const footerAt = bytes.length - header - 44;
  if (footerAt < header) throw invalidTable(name, 'it is too short');
  const reader = new ByteReader(bytes.subarray(footerAt), `footer of the table "${name}"`, 'reftable-invalid');
  if (reader.u32() !== MAGIC) throw invalidTable(name, 'it does not end with a footer');
  const word = reader.u32();
  const isSha1 = algorithm.name === 'sha1';
  if (word >>> 24 !== (isSha1 ? 1 : 2)) throw invalidTable(name, `its version is ${word >>> 24}`);
  const minUpdateIndex = reader.u64();
  const maxUpdateIndex = reader.u64();
  if (!isSha1 && reader.u32() !== HASH_IDS[algorithm.name]) throw invalidTable(name, 'its ids are of another hash');
  const refIndexAt = reader.u64();
  const objects = reader.u64();
  const facts = {
    blockSize: word & 0xff_ffff, minUpdateIndex, maxUpdateIndex, refIndexAt,
    objectsAt: Math.floor(objects / 32), objectIdSize: objects % 32,
    objectIndexAt: reader.u64(), logsAt: reader.u64(), logIndexAt: reader.u64(), footerAt,
  };
  const end = reader.offset;
  if (reader.u32() !== crc32(bytes, 0, footerAt, footerAt + end)) throw invalidTable(name, 'the checksum of its footer does not match');
  for (let i = 0; i < header; i++) if (bytes[i] !== bytes[footerAt + i]) throw invalidTable(name, 'header and footer differ');
  for (const at of [refIndexAt, facts.objectsAt, facts.objectIndexAt, facts.logsAt, facts.logIndexAt]) {
    if (at >= footerAt && at !== 0) throw invalidTable(name, 'a section begins behind its end');
  }
  return facts;
}

/** The error for a table that cannot be read. */
export function invalidTable(name: string, reason: string): GovcError {
  return new GovcError('reftable-invalid', `The table "${name}" cannot be read: ${reason}.`, { name, reason });
}
