/**
 * The index file (gitformat-index), versions 2 to 4:
 *
 *     "DIRC", 32-bit version, 32-bit count of entries
 *     entries: ctime, mtime (seconds and nanoseconds each), dev, ino, mode, uid, gid, size: 32 bits each
 *              raw id; 16 bits: assume-valid, extended, 2 bits stage, 12 bits length of the path or 0xFFF
 *              if extended, 16 bits: reserved, skip-worktree, intent-to-add, 13 unused
 *              version 2, 3: the path and 1 to 8 NULs, up to a multiple of eight
 *              version 4: varint of how much of the path before to drop, then the rest of the path and a NUL
 *     extensions: four characters, 32-bit size, data; a small first letter means "refuse if unknown"
 *     checksum of all that; all zeros where `index.skipHash` is set
 *
 * Versions 2 and 3 differ only in the extended flags. Entries and paths are bounded by `LIMITS.indexEntryCount` and
 * `LIMITS.indexPathsSize`, because version 4 lets few bytes spell long paths.
 */
import { equalBytes } from '../bytes/compare.js';
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import { ByteReader } from '../bytes/reader.js';
import { bytesFromLatin1, latin1FromBytes } from '../bytes/text.js';
import { writeVarint } from '../bytes/varint.js';
import { ByteWriter } from '../bytes/writer.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import { LIMITS } from '../limits.js';
import { parseCacheTree, serializeCacheTree } from './cache-tree.js';
import { parseFsMonitor, serializeFsMonitor } from './fsmonitor.js';
import { ENTRY_SIZE_MIN, EntryReader, invalidIndexFile as invalid, isExtendedEntry, writeEntryNumbers } from './index-entry.js';
import { parseResolveUndo, serializeResolveUndo } from './resolve-undo.js';
import { parseSplitIndexLink, serializeSplitIndexLink } from './split-index.js';
import {
  compareIndexEntries,
  emptyIndex,
  type IndexEntry,
  type RawExtension,
  type StagingIndex,
} from './staging-index.js';
import { parseUntrackedCache, serializeUntrackedCache } from './untracked-cache.js';

const HEADER_SIZE = 12;

/**
 * The index in a file. O(size).
 *
 * @throws {GovcError} index-file-invalid: it is truncated or malformed, its checksum does not match, its entries are out
 *   of order, or it has an extension that may not be ignored and is not known.
 * @throws {GovcError} limit-exceeded: paths of version 4 expand to too much.
 */
export function parseIndexFile(bytes: Uint8Array, algorithm: HashAlgorithm): StagingIndex {
  if (bytes.length < HEADER_SIZE + algorithm.size) throw invalid(`it has only ${bytes.length} bytes`);
  const end = bytes.length - algorithm.size;
  verifyChecksum(bytes, end, algorithm);
  const reader = new ByteReader(bytes.subarray(0, end), 'index file', 'index-file-invalid');
  if (reader.u32() !== 0x44495243) throw invalid('it does not begin with "DIRC"');
  const version = reader.u32();
  if (version !== 2 && version !== 3 && version !== 4) throw invalid(`version ${version} is not known`);
  const count = reader.u32();
  // The least that an entry takes, so that a large count cannot allocate what the file does not hold.
  if (count > LIMITS.indexEntryCount.value || count * (algorithm.size + ENTRY_SIZE_MIN) > reader.remaining) {
    throw invalid(`${count} entries do not fit into it`);
  }
  const entries: IndexEntry[] = [];
  const source = new EntryReader(reader.bytes, reader.offset, version, algorithm);
  for (let i = 0; i < count; i++) entries.push(source.next());
  reader.offset = source.offset;
  let index: StagingIndex = { ...emptyIndex(algorithm), version, entries };
  while (reader.remaining > 0) index = readExtension(reader, index);
  if (index.link === undefined) requireOrder(entries);
  return index;
}

/** How {@link serializeIndexFile} writes. */
export interface IndexFileOptions {
  /** Default: the version of the index. 2 and 3 stand for each other. */
  readonly version?: 2 | 3 | 4 | undefined;
  /** Write zeros for the checksum, as `index.skipHash`. Default: false. */
  readonly skipHash?: boolean | undefined;
  /** Write where entries end, as `index.recordEndOfIndexEntries`. Default: false. */
  readonly endOfEntries?: boolean | undefined;
  /** Write where so many blocks of entries begin, as `index.recordOffsetTable`, if more than one. Default: none. */
  readonly offsetTableBlocks?: number | undefined;
}

/**
 * The file of an index, byte for byte as Git writes it. O(size).
 *
 * @throws {GovcError} index-file-invalid: an entry's id is all zeros.
 */
export function serializeIndexFile(index: StagingIndex, options: IndexFileOptions = {}): Uint8Array {
  const { algorithm, entries } = index;
  const asked = options.version ?? index.version;
  const version = asked === 4 ? 4 : entries.some(isExtendedEntry) ? 3 : 2;
  const writer = new ByteWriter(HEADER_SIZE + entries.length * 96 + 4096);
  writer.u32(0x44495243).u32(version).u32(entries.length);
  const blocks = writeEntries(writer, index, { version, blockCount: options.offsetTableBlocks ?? 0 });
  const entriesEnd = writer.size;
  const headers = new ByteWriter(64);
  const extension = ({ signature, data }: RawExtension): void => {
    const header = bytesFromLatin1(signature);
    headers.bytes(header).u32(data.length);
    writer.bytes(header).u32(data.length).bytes(data);
  };
  if (blocks.length > 1) extension({ signature: 'IEOT', data: offsetTable(blocks) });
  for (const known of knownExtensions(index)) extension(known);
  for (const other of index.otherExtensions) extension(other);
  if (options.endOfEntries === true) {
    const data = new ByteWriter(4 + algorithm.size).u32(entriesEnd).bytes(algorithm.digest(headers.finish())).finish();
    writer.bytes(bytesFromLatin1('EOIE')).u32(data.length).bytes(data);
  }
  const checksum = options.skipHash === true ? new Uint8Array(algorithm.size) : algorithm.digest(writer.peek());
  return writer.bytes(checksum).finish();
}

function verifyChecksum(bytes: Uint8Array, end: number, algorithm: HashAlgorithm): void {
  const checksum = bytes.subarray(end);
  if (checksum.every((byte) => byte === 0)) return;
  if (!equalBytes(checksum, algorithm.digest(bytes.subarray(0, end)))) throw invalid('its checksum does not match');
}

function readExtension(reader: ByteReader, index: StagingIndex): StagingIndex {
  const signature = latin1FromBytes(reader.slice(4));
  const data = reader.slice(reader.u32());
  const { algorithm } = index;
  switch (signature) {
    case 'TREE':
      return { ...index, cacheTree: data.length === 0 ? undefined : parseCacheTree(data, algorithm) };
    case 'REUC':
      return { ...index, resolveUndo: parseResolveUndo(data, algorithm) };
    case 'link':
      return { ...index, link: parseSplitIndexLink(data, algorithm) };
    case 'UNTR':
      return { ...index, untrackedCache: parseUntrackedCache(data, algorithm) };
    case 'FSMN':
      return { ...index, fsmonitor: parseFsMonitor(data, entryCountMax(index)) };
    case 'sdir':
      return { ...index, isSparse: true };
    case 'EOIE':
    case 'IEOT':
      // They only help to read a file in several threads, and are made anew when it is written.
      return index;
    default:
      if (!/^[A-Z]/.test(signature)) throw invalid(`it needs the extension ${JSON.stringify(signature)}, which is not known`);
      return { ...index, otherExtensions: [...index.otherExtensions, { signature, data }] };
  }
}

/** The bitmap counts entries of the whole index; those of a shared file are not known here. */
function entryCountMax(index: StagingIndex): number {
  return index.link === undefined ? index.entries.length : LIMITS.indexEntryCount.value;
}

function requireOrder(entries: readonly IndexEntry[]): void {
  for (let i = 1; i < entries.length; i++) {
    const before = entries[i - 1]!;
    const entry = entries[i]!;
    if (compareIndexEntries(before, entry) >= 0) throw invalid(`"${entry.path}" is out of order`);
    if (before.stage === 0 && before.path === entry.path) throw invalid(`"${entry.path}" is merged and in conflict`);
  }
}

interface Block {
  readonly offset: number;
  count: number;
}

/** Writes the entries and gives the blocks of the offset table; without one there is a single block. */
function writeEntries(
  writer: ByteWriter,
  index: StagingIndex,
  format: { version: 2 | 3 | 4; blockCount: number },
): Block[] {
  const { entries } = index;
  const perBlock = format.blockCount > 1 ? Math.ceil(entries.length / format.blockCount) : entries.length;
  const blocks: Block[] = [];
  let previous: Uint8Array = new Uint8Array(0);
  entries.forEach((entry, i) => {
    const path = bytesFromLosslessText(entry.path);
    const begins = i % perBlock === 0;
    if (begins) blocks.push({ offset: writer.size, count: 0 });
    blocks.at(-1)!.count++;
    const start = writer.size;
    writeEntryNumbers(writer, entry, path.length);
    if (format.version === 4) {
      // The first entry of a block shares nothing, so that a block can be read by itself.
      const kept = begins ? 0 : commonSize(previous, path);
      writeVarint(writer, previous.length - kept);
      writer.bytes(path.subarray(kept)).u8(0);
    } else {
      writer.bytes(path).bytes(PADDING.subarray(0, 8 - ((writer.size - start) % 8)));
    }
    previous = path;
  });
  return blocks;
}

const PADDING = new Uint8Array(8);

function commonSize(left: Uint8Array, right: Uint8Array): number {
  const end = Math.min(left.length, right.length);
  let size = 0;
  while (size < end && left[size] === right[size]) size++;
  return size;
}

function offsetTable(blocks: readonly Block[]): Uint8Array {
  const writer = new ByteWriter(4 + blocks.length * 8).u32(1);
  for (const { offset, count } of blocks) writer.u32(offset).u32(count);
  return writer.finish();
}

/** In the order in which Git writes them. */
function knownExtensions(index: StagingIndex): RawExtension[] {
  const { link, cacheTree, resolveUndo, untrackedCache, fsmonitor, isSparse } = index;
  const extensions: RawExtension[] = [];
  if (link !== undefined) extensions.push({ signature: 'link', data: serializeSplitIndexLink(link) });
  if (cacheTree !== undefined) extensions.push({ signature: 'TREE', data: serializeCacheTree(cacheTree) });
  if (resolveUndo !== undefined) extensions.push({ signature: 'REUC', data: serializeResolveUndo(resolveUndo) });
  if (untrackedCache !== undefined) extensions.push({ signature: 'UNTR', data: serializeUntrackedCache(untrackedCache) });
  if (fsmonitor !== undefined) extensions.push({ signature: 'FSMN', data: serializeFsMonitor(fsmonitor) });
  if (isSparse) extensions.push({ signature: 'sdir', data: new Uint8Array(0) });
  return extensions;
}
