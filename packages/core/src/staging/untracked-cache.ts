/**
 * The extension `UNTR`: files that are not tracked, by folder, and what tells whether that still holds
 * (gitformat-index, "Untracked cache").
 *
 *     varint size, environment          where the cache holds: strings, each ended by a NUL
 *     stat, stat                        of info/exclude and of core.excludesFile
 *     32 bits of flags; raw id, raw id  of the same two files, all zeros where there is none
 *     <name> NUL                        of the files of patterns in folders
 *     varint count of folders           0 where nothing is known
 *     folders, depth first:             varint untracked, varint subfolders, <name> NUL, <untracked name> NUL…
 *     three bitmaps over the folders:   valid, check-only, has an id
 *     stat of each valid folder; raw id of the pattern file of each folder that has one; NUL
 */
import { bitmapOf, hasBit, readEwah, writeEwah, type Bitmap } from '../bytes/ewah.js';
import { writeHex } from '../bytes/hex.js';
import { bytesFromLosslessText, losslessTextFromBytes } from '../bytes/lossless-text.js';
import { ByteReader } from '../bytes/reader.js';
import { readVarint, writeVarint } from '../bytes/varint.js';
import { ByteWriter } from '../bytes/writer.js';
import { GovcError } from '../errors.js';
import { objectIdAt, type HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import type { FileStat } from './staging-index.js';
import { readFileStat, writeFileStat } from './stat-data.js';

/** A file of patterns as it was read. */
export interface ExcludeFile {
  readonly stat: FileStat;
  /** All zeros where the file does not exist. */
  readonly id: ObjectId;
}

/** One folder. */
export interface UntrackedFolder {
  /** Lossless text; `''` for the root. */
  readonly name: string;
  /** Names of what is not tracked; folders end with a slash. */
  readonly untracked: readonly string[];
  /** How many of the folders that follow are directly in this one. */
  readonly folderCount: number;
  /** Of the folder when it was read; `undefined` where it must be read again. */
  readonly stat: FileStat | undefined;
  /** It was only looked at to see whether it is empty. */
  readonly isCheckOnly: boolean;
  /** The pattern file in it; `undefined` where there is none. */
  readonly excludeId: ObjectId | undefined;
}

/** What is known of untracked files. */
export interface UntrackedCache {
  /** Where the cache holds, opaque. */
  readonly environment: Uint8Array;
  readonly infoExclude: ExcludeFile;
  readonly excludesFile: ExcludeFile;
  readonly flags: number;
  /** Usually `.gitignore`. */
  readonly patternFileName: string;
  /** Depth first, the root at the head; empty where nothing is known. */
  readonly folders: readonly UntrackedFolder[];
}

/**
 * Reads the extension.
 *
 * @throws {GovcError} index-file-invalid: it is malformed.
 */
export function parseUntrackedCache(data: Uint8Array, algorithm: HashAlgorithm): UntrackedCache {
  const reader = new ByteReader(data, 'untracked cache of an index file', 'index-file-invalid');
  const id = (): ObjectId => objectIdAt(reader.slice(algorithm.size), 0, algorithm);
  const environment = reader.slice(count(reader));
  const stats = [readFileStat(reader), readFileStat(reader)] as const;
  const flags = reader.u32();
  const infoExclude = { stat: stats[0], id: id() };
  const excludesFile = { stat: stats[1], id: id() };
  const patternFileName = readName(reader);
  const known = { environment, infoExclude, excludesFile, flags, patternFileName };
  const size = reader.remaining === 0 ? 0 : count(reader);
  if (size === 0) return { ...known, folders: [] };
  const open: OpenFolder[] = [];
  for (let i = 0; i < size; i++) open.push(readFolder(reader));
  if (open.reduce((sum, { folderCount }) => sum + folderCount, 1) !== size) throw malformed('its folders do not add up');
  const valid = readBitmap(reader, size);
  const checkOnly = readBitmap(reader, size);
  const excluded = readBitmap(reader, size);
  const folderStats = open.map((_, i) => (hasBit(valid, i) ? readFileStat(reader) : undefined));
  const folders = open.map((folder, i) => ({
    ...folder,
    stat: folderStats[i],
    isCheckOnly: hasBit(checkOnly, i),
    excludeId: hasBit(excluded, i) ? id() : undefined,
  }));
  if (reader.remaining > 1) throw malformed('something follows it');
  return { ...known, folders };
}

/** The data of the extension. */
export function serializeUntrackedCache(cache: UntrackedCache): Uint8Array {
  const { environment, infoExclude, excludesFile, folders } = cache;
  const writer = new ByteWriter(1024);
  writeVarint(writer, environment.length);
  writer.bytes(environment);
  writeFileStat(writer, infoExclude.stat);
  writeFileStat(writer, excludesFile.stat);
  writer.u32(cache.flags).bytes(rawId(infoExclude.id)).bytes(rawId(excludesFile.id));
  writeName(writer, cache.patternFileName);
  writeVarint(writer, folders.length);
  if (folders.length === 0) return writer.finish();
  for (const { name, untracked, folderCount } of folders) {
    writeVarint(writer, untracked.length);
    writeVarint(writer, folderCount);
    writeName(writer, name);
    for (const file of untracked) writeName(writer, file);
  }
  writeEwah(writer, bitmapWhere(folders, ({ stat }) => stat !== undefined));
  writeEwah(writer, bitmapWhere(folders, ({ isCheckOnly }) => isCheckOnly));
  writeEwah(writer, bitmapWhere(folders, ({ excludeId }) => excludeId !== undefined));
  for (const { stat } of folders) if (stat !== undefined) writeFileStat(writer, stat);
  for (const { excludeId } of folders) if (excludeId !== undefined) writer.bytes(rawId(excludeId));
  return writer.u8(0).finish();
}

type OpenFolder = Pick<UntrackedFolder, 'name' | 'untracked' | 'folderCount'>;

function readFolder(reader: ByteReader): OpenFolder {
  const untrackedCount = count(reader);
  const folderCount = count(reader);
  const name = readName(reader);
  const untracked: string[] = [];
  for (let i = 0; i < untrackedCount; i++) untracked.push(readName(reader));
  return { name, untracked, folderCount };
}

/** Counts are bounded by what is left: each thing counted takes a byte at least. */
function count(reader: ByteReader): number {
  const value = readVarint(reader);
  if (value === undefined || value > reader.remaining) throw malformed('a count is larger than the data');
  return value;
}

function readName(reader: ByteReader): string {
  const end = reader.bytes.indexOf(0, reader.offset);
  if (end < 0) throw malformed('a name has no end');
  const name = losslessTextFromBytes(reader.slice(end - reader.offset));
  reader.skip(1);
  return name;
}

function writeName(writer: ByteWriter, name: string): void {
  writer.bytes(bytesFromLosslessText(name)).u8(0);
}

function readBitmap(reader: ByteReader, size: number): Bitmap {
  const bitmap = readEwah(reader, size);
  if (bitmap === undefined) throw malformed('a bitmap does not fit');
  return bitmap;
}

/** As long as its last bit, which is how Git's bitmaps grow. */
function bitmapWhere(folders: readonly UntrackedFolder[], test: (folder: UntrackedFolder) => boolean): Bitmap {
  const positions = folders.flatMap((folder, i) => (test(folder) ? [i] : []));
  return bitmapOf(positions, (positions.at(-1) ?? -1) + 1);
}

function rawId(id: ObjectId): Uint8Array {
  const raw = new Uint8Array(id.length / 2);
  writeHex(id, raw, 0);
  return raw;
}

function malformed(reason: string): GovcError {
  return new GovcError('index-file-invalid', `The untracked cache of an index file is malformed: ${reason}.`, { reason });
}
