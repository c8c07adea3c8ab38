/**
 * The extension `FSMN`: which entries a file system monitor has seen to be unchanged (gitformat-index, "File
 * System Monitor cache").
 *
 *     32-bit version; 1: 64-bit time, 2: <token> NUL; 32-bit size; bitmap of entries that are not valid
 */
import { readEwah, writeEwah, type Bitmap } from '../bytes/ewah.js';
import { ByteReader } from '../bytes/reader.js';
import { bytesFromLatin1, latin1FromBytes } from '../bytes/text.js';
import { ByteWriter } from '../bytes/writer.js';
import { GovcError } from '../errors.js';

/** What a file system monitor has said about the entries. */
export interface FsMonitorState {
  /** 1: the token is a time in nanoseconds since 1970, in decimal. 2: whatever the monitor takes. */
  readonly version: 1 | 2;
  /** One character per byte. */
  readonly token: string;
  /** Bit n: the n-th entry must be looked at. */
  readonly dirty: Bitmap;
}

/**
 * Reads the extension.
 *
 * @param entryCount of the index, with those of a shared index
 * @throws {GovcError} index-file-invalid: it is malformed.
 */
export function parseFsMonitor(data: Uint8Array, entryCount: number): FsMonitorState {
  const reader = new ByteReader(data, 'file system monitor data of an index file', 'index-file-invalid');
  const version = reader.u32();
  if (version !== 1 && version !== 2) throw malformed(`version ${version}`);
  const token = version === 1 ? readTime(reader) : readToken(reader);
  const size = reader.u32();
  const start = reader.offset;
  const dirty = readEwah(reader, entryCount);
  if (dirty === undefined || reader.offset - start !== size || reader.remaining > 0) throw malformed('its bitmap');
  return { version, token, dirty };
}

/** The data of the extension. */
export function serializeFsMonitor({ version, token, dirty }: FsMonitorState): Uint8Array {
  const writer = new ByteWriter(64 + token.length).u32(version);
  if (version === 1) {
    const time = BigInt(token);
    writer.u32(Number(time >> 32n)).u32(Number(time & 0xffff_ffffn));
  } else {
    writer.bytes(bytesFromLatin1(token)).u8(0);
  }
  const bitmap = new ByteWriter();
  writeEwah(bitmap, dirty);
  return writer.u32(bitmap.size).bytes(bitmap.finish()).finish();
}

function readTime(reader: ByteReader): string {
  const high = BigInt(reader.u32());
  return ((high << 32n) | BigInt(reader.u32())).toString();
}

function readToken(reader: ByteReader): string {
  const end = reader.bytes.indexOf(0, reader.offset);
  if (end < 0) throw malformed('its token has no end');
  const token = latin1FromBytes(reader.slice(end - reader.offset));
  reader.skip(1);
  return token;
}

function malformed(reason: string): GovcError {
  return new GovcError('index-file-invalid', `The file system monitor data of an index file is malformed: ${reason}.`, {
    reason,
  });
}
