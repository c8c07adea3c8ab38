/**
 * Zip files as `git archive` makes them (APPNOTE.TXT of PKWARE): a local header and the data for each entry, then a
 * directory of them all, and a comment with the commit's id. Modification times are kept for DOS and, as the extra
 * field "UT", in seconds. Numbers over 32 bits go into Zip64 fields.
 */
import { GovcError } from '../errors.js';
import { crc32 } from '../bytes/crc32.js';
import { bytesFromLatin1, findTextFromBytes } from '../bytes/text.js';
import { concatBytes } from '../bytes/compare.js';
import type { ObjectId } from '../hash/object-id.js';
import { MODE_SYMLINK } from '../object/tree.js';
import { deflateRaw, deflateRawPieces } from './archive-compress.js';
import type { ArchiveEntry } from './archive-entries.js';
import { PieceCollector } from './piece-collector.js';

/** What a zip file needs to be told beside its entries. */
export interface ZipOptions {
  /** The comment of the file. `undefined` for the archive of a bare tree. */
  readonly commit: ObjectId | undefined;
  /** Modification time of every entry, in seconds since 1970. */
  readonly timeSeconds: number;
  /** Minutes ahead of UTC of the clock that DOS times are told by. */
  readonly zoneMinutes: number;
  /** 0 to 9, or -1 for zlib's default; 0 stores everything. */
  readonly level: number;
  /** Whether the `diff` attribute of a path says that it is binary; `undefined` where the content decides. */
  readonly isBinaryPath: (path: string) => boolean | undefined;
}

const STORED = 0;
const DEFLATED = 8;
const STREAMED_FLAG = 1 << 3;
const UTF8_FLAG = 1 << 11;
const MAX_16 = 0xffff;
const MAX_32 = 0xffff_ffff;
const UNIX_CREATOR = 0x0317;

/** The bytes of a zip file. @throws {GovcError} limit-exceeded: a path is longer than 65,535 bytes. */
export function* writeZip(entries: Iterable<ArchiveEntry>, options: ZipOptions): Generator<Uint8Array, void, void> {
  const writer = new ZipWriter(options);
  for (const entry of entries) yield* writer.entry(entry);
  yield* writer.finish();
}

/** What is known of an entry's data; that of a streamed one changes while it is written. */
interface ZipFacts {
  method: number;
  flags: number;
  versionNeeded: number;
  creator: number;
  crc: number;
  compressedSize: number;
  size: number;
  isText: boolean;
  attributes: number;
}

class ZipWriter {
  readonly #options: ZipOptions;
  readonly #out = new PieceCollector();
  readonly #directory = new PieceCollector();
  readonly #directoryPieces: Uint8Array[] = [];
  readonly #extra: Uint8Array;
  readonly #time: number;
  readonly #date: number;
  #creatorMax = 0;
  #count = 0;

  constructor(options: ZipOptions) {
    this.#options = options;
    this.#extra = littleEndian([[2, 0x5455], [2, 5], [1, 1], [4, options.timeSeconds]]);
    const local = new Date((options.timeSeconds + options.zoneMinutes * 60) * 1000);
    this.#date = local.getUTCDate() + (local.getUTCMonth() + 1) * 32 + (local.getUTCFullYear() - 1980) * 512;
    this.#time = Math.floor(local.getUTCSeconds() / 2) + local.getUTCMinutes() * 32 + local.getUTCHours() * 2048;
  }

  *entry(entry: ArchiveEntry): Generator<Uint8Array, void, void> {
    const { path, content } = entry;
    if (path.length > MAX_16) {
      throw new GovcError('limit-exceeded', `The path of ${entry.id} is longer than a zip file can hold.`, { size: path.length });
    }
    const facts = this.#begin(entry);
    const offset = this.#out.size;
    let data: Uint8Array | undefined;
    if (content instanceof Uint8Array && !isFolder(entry)) {
      facts.crc = crc32(content);
      facts.isText = !this.#isBinary(entry.treePath, content);
      data = content;
      if (facts.method === DEFLATED) {
        const deflated = deflateRaw(content, this.#options.level);
        if (deflated.length < content.length) data = deflated;
        else facts.method = STORED;
      }
      facts.compressedSize = data.length;
    }
    this.#localHeader(path, facts, typeof content === 'function');
    if (data !== undefined) this.#out.bytes(data);
    else if (typeof content === 'function') yield* this.#stream(entry.treePath, content(), facts);
    this.#addToDirectory(path, facts, offset);
    if (this.#out.isReady) yield* this.#out.take();
  }

  *finish(): Generator<Uint8Array, void, void> {
    const offset = this.#out.size;
    const directorySize = this.#directory.size;
    for (const piece of [...this.#directoryPieces, ...this.#directory.finish()]) this.#out.bytes(piece);
    const count = this.#count;
    if (count > MAX_16 || offset > MAX_32) {
      this.#out.bytes(littleEndian([
        [4, 0x06064b50], [8, 44], [2, this.#creatorMax], [2, 45], [4, 0], [4, 0], [8, count], [8, count],
        [8, directorySize], [8, offset],
      ]));
      this.#out.bytes(littleEndian([[4, 0x07064b50], [4, 0], [8, offset + directorySize], [4, 1]]));
    }
    const comment = bytesFromLatin1(this.#options.commit ?? '');
    this.#out.bytes(littleEndian([
      [4, 0x06054b50], [2, 0], [2, 0], [2, Math.min(count, MAX_16)], [2, Math.min(count, MAX_16)], [4, directorySize],
      [4, Math.min(offset, MAX_32)], [2, comment.length],
    ]));
    this.#out.bytes(comment);
    yield* this.#out.finish();
  }

  #begin(entry: ArchiveEntry): ZipFacts {
    const { mode, size, path } = entry;
    const isLink = (mode & 0o170000) === MODE_SYMLINK;
    const isPlain = (mode & 0o170000) === 0o100000;
    const isSpecial = isLink || (isPlain && (mode & 0o111) !== 0);
    const isAscii = path.every((byte) => byte < 0x80);
    const isUtf8 = !isAscii && findTextFromBytes(path) !== undefined;
    const method = isPlain && this.#options.level !== 0 && size > 0 ? DEFLATED : STORED;
    const isStreamed = typeof entry.content === 'function';
    const compressedSize = method === STORED ? size : 0;
    const isHuge = size > MAX_32 || compressedSize > MAX_32 || (isStreamed && size > 0x7fff_ffff);
    const unixMode = isLink ? mode | 0o777 : mode;
    const creator = isSpecial ? UNIX_CREATOR : 0;
    this.#creatorMax = Math.max(this.#creatorMax, creator);
    return {
      method,
      flags: (isUtf8 ? UTF8_FLAG : 0) | (isStreamed ? STREAMED_FLAG : 0),
      versionNeeded: isHuge ? 45 : 10,
      creator,
      crc: 0,
      compressedSize,
      size,
      isText: false,
      attributes: isFolder(entry) ? 16 : isSpecial ? unixMode * 0x1_0000 : 0,
    };
  }

  #localHeader(path: Uint8Array, facts: ZipFacts, isStreamed: boolean): void {
    const isZip64 = facts.versionNeeded === 45 || (!isStreamed && facts.compressedSize > MAX_32);
    const extra64 = isZip64
      ? littleEndian([[2, 1], [2, 16], [8, facts.size], [8, facts.compressedSize]])
      : new Uint8Array(0);
    this.#out.bytes(littleEndian([
      [4, 0x04034b50], [2, facts.versionNeeded], [2, facts.flags], [2, facts.method], [2, this.#time], [2, this.#date],
      [4, facts.crc], [4, isZip64 ? MAX_32 : facts.compressedSize], [4, isZip64 ? MAX_32 : facts.size],
      [2, path.length], [2, this.#extra.length + extra64.length],
    ]));
    this.#out.bytes(path);
    this.#out.bytes(this.#extra);
    this.#out.bytes(extra64);
  }

  /** Writes the data of a file that is too large for memory, and behind it what only then is known. */
  *#stream(path: string, chunks: Iterable<Uint8Array>, facts: ZipFacts): Generator<Uint8Array, void, void> {
    let isFirst = true;
    const note = (chunk: Uint8Array): void => {
      facts.crc = crc32(chunk, facts.crc);
      if (isFirst) facts.isText = !this.#isBinary(path, chunk);
      isFirst = false;
    };
    const counted = function* (): Generator<Uint8Array, void, void> {
      for (const chunk of chunks) {
        note(chunk);
        yield chunk;
      }
    };
    const pieces = facts.method === DEFLATED ? deflateRawPieces(counted(), this.#options.level) : counted();
    const start = this.#out.size;
    for (const piece of pieces) {
      this.#out.bytes(piece.slice());
      if (this.#out.isReady) yield* this.#out.take();
    }
    facts.compressedSize = this.#out.size - start;
    const width = facts.size >= MAX_32 || facts.compressedSize >= MAX_32 ? 8 : 4;
    this.#out.bytes(littleEndian([[4, 0x08074b50], [4, facts.crc], [width, facts.compressedSize], [width, facts.size]]));
  }

  #addToDirectory(path: Uint8Array, facts: ZipFacts, offset: number): void {
    const { size, compressedSize } = facts;
    const large = [size, compressedSize, offset].filter((value) => value >= MAX_32);
    const needsExtra = [size, compressedSize, offset].some((value) => value > MAX_32);
    const extra64 = needsExtra
      ? littleEndian([[2, 1], [2, large.length * 8], ...large.map((value) => [8, value] as const)])
      : new Uint8Array(0);
    this.#directory.bytes(concatBytes([
      littleEndian([
        [4, 0x02014b50], [2, facts.creator], [2, facts.versionNeeded], [2, facts.flags], [2, facts.method],
        [2, this.#time], [2, this.#date], [4, facts.crc], [4, Math.min(compressedSize, MAX_32)],
        [4, Math.min(size, MAX_32)], [2, path.length], [2, this.#extra.length + extra64.length], [2, 0], [2, 0],
        [2, facts.isText ? 1 : 0], [4, facts.attributes], [4, Math.min(offset, MAX_32)],
      ]),
      path,
      this.#extra,
      extra64,
    ]));
    if (this.#directory.isReady) for (const piece of this.#directory.take()) this.#directoryPieces.push(piece);
    this.#count++;
  }

  #isBinary(path: string, start: Uint8Array): boolean {
    return this.#options.isBinaryPath(path) ?? start.subarray(0, 8000).includes(0);
  }
}

function isFolder(entry: ArchiveEntry): boolean {
  return entry.path[entry.path.length - 1] === 0x2f && (entry.mode & 0o170000) !== 0o100000;
}

/** Numbers of the given widths in bytes, the lowest byte first. */
function littleEndian(fields: readonly (readonly [width: number, value: number])[]): Uint8Array {
  const bytes = new Uint8Array(fields.reduce((sum, [width]) => sum + width, 0));
  let at = 0;
  for (const [width, value] of fields) {
    let rest = value;
    for (let i = 0; i < width; i++) {
      bytes[at++] = rest % 256;
      rest = Math.floor(rest / 256);
    }
  }
  return bytes;
}
