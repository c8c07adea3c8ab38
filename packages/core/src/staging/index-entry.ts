/** One entry of an index file as bytes; `index-file.ts` shows the layout. */
import { writeHex } from '../bytes/hex.js';
import { losslessTextFromBytes } from '../bytes/lossless-text.js';
import { ByteReader } from '../bytes/reader.js';
import { readVarint } from '../bytes/varint.js';
import type { ByteWriter } from '../bytes/writer.js';
import { GovcError } from '../errors.js';
import { objectIdAt, type HashAlgorithm } from '../hash/algorithm.js';
import { LIMITS } from '../limits.js';
import type { IndexEntry, Stage } from './staging-index.js';

/** The ten numbers before the id of an entry. */
const NUMBERS_SIZE = 40;
const NAME_MASK = 0xfff;
const EXTENDED = 0x4000;
const ASSUME_VALID = 0x8000;
const SKIP_WORKTREE = 0x4000;
const INTENT_TO_ADD = 0x2000;

/** The least that an entry takes besides its id, in bytes. */
export const ENTRY_SIZE_MIN = NUMBERS_SIZE + 4;

/** Reads entries one after the other. Everything before the path has one size, so bounds are checked once for it. */
export class EntryReader {
  readonly #bytes: Buffer;
  readonly #view: DataView;
  readonly #version: 2 | 3 | 4;
  readonly #algorithm: HashAlgorithm;
  #offset: number;
  #previous: Uint8Array = new Uint8Array(0);
  #pathsSize = 0;

  /** @param offset where the first entry begins */
  constructor(bytes: Uint8Array, offset: number, version: 2 | 3 | 4, algorithm: HashAlgorithm) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#offset = offset;
    this.#version = version;
    this.#algorithm = algorithm;
  }

  /** Where the next entry begins. */
  get offset(): number {
    return this.#offset;
  }

  /**
   * The entry that begins at {@link offset}; moves past it.
   *
   * @throws {GovcError} index-file-invalid: it is malformed or cut off.
   * @throws {GovcError} limit-exceeded: the paths read so far take too much.
   */
  next(): IndexEntry {
    const view = this.#view;
    const start = this.#offset;
    const flagsAt = start + NUMBERS_SIZE + this.#algorithm.size;
    if (flagsAt + 4 > view.byteLength) throw invalidIndexFile(`the entry at byte ${start} is cut off`);
    const flags = view.getUint16(flagsAt);
    const isExtended = (flags & EXTENDED) !== 0;
    const extended = isExtended ? view.getUint16(flagsAt + 2) : 0;
    if (isExtended && this.#version === 2) throw invalidIndexFile('an entry of version 2 has extended flags');
    if ((extended & ~(SKIP_WORKTREE | INTENT_TO_ADD)) !== 0) throw invalidIndexFile(`the extended flags ${extended} are not known`);
    const pathAt = flagsAt + (isExtended ? 4 : 2);
    const path = this.#version === 4 ? this.#compressedPath(pathAt, flags & NAME_MASK) : this.#paddedPath(pathAt, flags & NAME_MASK);
    return {
      path,
      stage: ((flags >> 12) & 3) as Stage,
      mode: view.getUint32(start + 24),
      id: objectIdAt(this.#bytes, start + NUMBERS_SIZE, this.#algorithm),
      stat: {
        ctimeSeconds: view.getUint32(start),
        ctimeNanoseconds: view.getUint32(start + 4),
        mtimeSeconds: view.getUint32(start + 8),
        mtimeNanoseconds: view.getUint32(start + 12),
        dev: view.getUint32(start + 16),
        ino: view.getUint32(start + 20),
        uid: view.getUint32(start + 28),
        gid: view.getUint32(start + 32),
        size: view.getUint32(start + 36),
      },
      assumeValid: (flags & ASSUME_VALID) !== 0,
      skipWorktree: (extended & SKIP_WORKTREE) !== 0,
      intentToAdd: (extended & INTENT_TO_ADD) !== 0,
    };
  }

  #paddedPath(start: number, nameSize: number): string {
    const bytes = this.#bytes;
    const end = this.#pathEnd(start);
    requireSize(end - start, nameSize);
    const size = end - this.#offset;
    this.#offset += size + 8 - (size % 8);
    if (this.#offset > bytes.length) throw invalidIndexFile('the padding of an entry is cut off');
    return decodePath(bytes, start, end);
  }

  #compressedPath(start: number, nameSize: number): string {
    const reader = new ByteReader(this.#bytes, 'index file', 'index-file-invalid');
    reader.offset = start;
    const drop = readVarint(reader);
    const previous = this.#previous;
    if (drop === undefined || drop > previous.length) throw invalidIndexFile('an entry drops more than the path before it');
    const kept = previous.length - drop;
    const end = this.#pathEnd(reader.offset);
    const size = kept + end - reader.offset;
    requireSize(size, nameSize);
    this.#pathsSize += size;
    if (this.#pathsSize > LIMITS.indexPathsSize.value) {
      throw new GovcError('limit-exceeded', `The paths of an index file take more than ${LIMITS.indexPathsSize.value} bytes.`, {
        limit: 'indexPathsSize',
      });
    }
    const path = Buffer.allocUnsafe(size);
    path.set(previous.subarray(0, kept));
    path.set(this.#bytes.subarray(reader.offset, end), kept);
    this.#previous = path;
    this.#offset = end + 1;
    return decodePath(path, 0, size);
  }

  #pathEnd(start: number): number {
    const end = this.#bytes.indexOf(0, start);
    if (end < 0) throw invalidIndexFile(`the path at byte ${start} has no end`);
    return end;
  }
}

function requireSize(size: number, recorded: number): void {
  if (recorded !== Math.min(size, NAME_MASK)) throw invalidIndexFile(`a path of ${size} bytes is recorded with another length`);
}

function decodePath(bytes: Buffer, start: number, end: number): string {
  for (let i = start; i < end; i++) {
    if (bytes[i]! >= 0x80) return losslessTextFromBytes(bytes.subarray(start, end));
  }
  return bytes.toString('latin1', start, end);
}

/**
 * Writes an entry up to its path.
 *
 * @throws {GovcError} index-file-invalid: its id is all zeros.
 */
export function writeEntryNumbers(writer: ByteWriter, entry: IndexEntry, pathSize: number): void {
  const { stat, id } = entry;
  if (/^0+$/.test(id)) throw invalidIndexFile(`the entry "${entry.path}" names no object`);
  writer.u32(stat.ctimeSeconds).u32(stat.ctimeNanoseconds).u32(stat.mtimeSeconds).u32(stat.mtimeNanoseconds);
  writer.u32(stat.dev).u32(stat.ino).u32(entry.mode).u32(stat.uid).u32(stat.gid).u32(stat.size);
  const raw = new Uint8Array(id.length / 2);
  writeHex(id, raw, 0);
  const extended = isExtendedEntry(entry);
  const flags = (entry.assumeValid ? ASSUME_VALID : 0) | (extended ? EXTENDED : 0) | (entry.stage << 12);
  writer.bytes(raw).u16(flags | Math.min(pathSize, NAME_MASK));
  if (extended) writer.u16((entry.skipWorktree ? SKIP_WORKTREE : 0) | (entry.intentToAdd ? INTENT_TO_ADD : 0));
}

/** Whether an entry needs flags that version 2 does not have. */
export function isExtendedEntry(entry: IndexEntry): boolean {
  return entry.skipWorktree || entry.intentToAdd;
}

/** The error for a file that cannot be used. */
export function invalidIndexFile(reason: string): GovcError {
  return new GovcError('index-file-invalid', `The index file cannot be used: ${reason}.`, { reason });
}
