import { hexFromBytes, writeHex } from '../bytes/hex.js';
import { GovcError } from '../errors.js';
import { objectIdAt } from '../hash/algorithm.js';
import { hashObject } from '../hash/hash-object.js';
import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import type { GitObject } from '../object/object.js';
import type { PackSource, PackTarget } from './byte-source.js';
import { deflate } from './deflate.js';
import { createDeltaResolver, type DeltaResolver } from './delta-resolver.js';
import { ENTRY_CODES, writeEntryHeader } from './entry.js';
import { entryCrc32 } from './inflate.js';
import { PackIndex } from './pack-index.js';
import { PackScanner, type ScanOptions } from './pack-scanner.js';
import type { PackTable } from './pack-table.js';
import { serializeReverseIndex } from './rev-index.js';
import { findDuplicate, orderByIdJob, serializeIndexV1, serializeIndexV2Job } from './write-index.js';

/** How a pack is indexed. */
export interface IndexPackOptions extends ScanOptions {
  /**
   * Gives objects that deltas of a thin pack are based on; they are added to the pack. Default: none,
   * a thin pack is refused.
   */
  readonly findBase?: ((id: ObjectId) => GitObject | undefined) | undefined;
  /** Whether one object may stand in the pack twice; `git index-pack --strict` refuses it. Default: `allow`. */
  readonly duplicates?: 'allow' | 'refuse' | undefined;
  /** Default: 2. */
  readonly indexVersion?: 1 | 2 | undefined;
  /** Compression of bases that are added. Default: -1. */
  readonly level?: number | undefined;
}

/** A pack that has been verified, with its index. */
export interface IndexedPack {
  /** The checksum of the pack in hex, which names its files. */
  readonly id: string;
  readonly packChecksum: Uint8Array;
  readonly objectCount: number;
  readonly index: PackIndex;
  /** The bytes of the `.idx` file. */
  readonly indexBytes: Uint8Array;
  /** What completes a thin pack; `undefined` for one that needs nothing. {@link completeThinPack} writes it. */
  readonly completion: PackCompletion | undefined;
}

/** The changes that make a thin pack whole. */
export interface PackCompletion {
  /** The new first twelve bytes, with the new count. */
  readonly header: Uint8Array;
  /** Where the new bytes begin: at the old trailer, which they replace. */
  readonly offset: number;
  /** The entries that are added, then the new trailer. */
  readonly pieces: readonly Uint8Array[];
}

const SUM_SIZE = 256 * 1024;

/**
 * Verifies a pack from its first byte to its last and makes its index: header, count, every zlib
 * stream, every delta, the trailer, nothing after it. Ids of all objects are computed; that they are
 * sensible (fsck) is for `onObject`, that they are connected for others.
 *
 * Time is about that of inflating and hashing everything; memory is 80 bytes an object, the cache
 * for deltas (`cacheSizeMax`), and the largest base with its delta and result.
 *
 * @throws {GovcError} pack-corrupt: the pack is damaged, or bases are missing (`data.missing` lists some).
 * @throws {GovcError} delta-invalid: a delta does not fit its base.
 * @throws {GovcError} limit-exceeded: more objects or bytes than the options accept.
 */
export function* indexPack(source: PackSource, options: IndexPackOptions): Job<IndexedPack> {
  const scanner = new PackScanner(source, options);
  return yield* indexScannedPack(source, scanner, options);
}

/** The same for a pack whose scan was begun while it arrived; `source` is complete now. */
export function* indexScannedPack(
  source: PackSource,
  scanner: PackScanner,
  options: IndexPackOptions,
): Job<IndexedPack> {
  const { table } = scanner;
  while (scanner.scan(true) !== 'done') {
    yield { phase: 'Indexing objects', done: table.count, total: scanner.objectCount };
  }
  const resolver = yield* createDeltaResolver(scanner, source, options);
  yield* resolver.resolveInside();
  let completion: PackCompletion | undefined;
  let checksum = scanner.checksum;
  if (resolver.resolvedCount < resolver.deltaCount) {
    const pieces = yield* addBases({ source, scanner, resolver }, options);
    if (pieces.length > 0) {
      completion = yield* completePack({ source, scanner }, pieces, options);
      checksum = completion.pieces[completion.pieces.length - 1]!;
    }
  }
  return yield* makeIndex(table, { checksum, completion }, options);
}

interface Parts {
  readonly source: PackSource;
  readonly scanner: PackScanner;
}

/** Adds a row and an entry for each missing base, as long as deltas wait for one. */
function* addBases(
  parts: Parts & { readonly resolver: DeltaResolver },
  options: IndexPackOptions,
): Job<Uint8Array[]> {
  const { scanner, resolver } = parts;
  const { table } = scanner;
  const pieces: Uint8Array[] = [];
  let offset = scanner.end;
  if (options.findBase !== undefined) {
    // The bases are added in the order of the deltas that need them, as Git does.
    for (const delta of resolver.unresolvedRefs()) {
      if (table.types[delta] !== 0) continue;
      const id = resolver.baseIdOf(delta);
      const base = options.findBase(id);
      if (base === undefined) continue;
      checkBase(id, base, options);
      const entry = encodeEntry(base, options.level);
      addBaseRow(table, { id, base, entry, offset }, options);
      pieces.push(entry);
      offset += entry.length;
      const { findBase } = options;
      yield* resolver.resolveOutside(table.count - 1, () => findBase(id)!.body);
    }
  }
  const missing = [...new Set([...resolver.unresolvedRefs()].map((row) => resolver.baseIdOf(row)))];
  if (missing.length > 0) {
    throw new GovcError(
      'pack-corrupt',
      `${missing.length} objects that deltas of the pack are based on are missing, for example ${missing[0]!}.`,
      { missing: missing.slice(0, 20), count: missing.length },
    );
  }
  return pieces;
}

function checkBase(id: ObjectId, base: GitObject, options: IndexPackOptions): void {
  const actual = hashObject(base.type, base.body, options.algorithm);
  if (actual === id) return;
  throw new GovcError('object-corrupt', `The base ${id} of a thin pack reads as ${actual}.`, { id, actual });
}

function encodeEntry(object: GitObject, level: number | undefined): Uint8Array {
  const data = deflate(object.body, level);
  const header = new Uint8Array(16);
  const headerSize = writeEntryHeader(header, 0, ENTRY_CODES[object.type], object.body.length);
  const entry = new Uint8Array(headerSize + data.length);
  entry.set(header.subarray(0, headerSize));
  entry.set(data, headerSize);
  return entry;
}

function addBaseRow(
  table: PackTable,
  added: { id: ObjectId; base: GitObject; entry: Uint8Array; offset: number },
  options: IndexPackOptions,
): void {
  const { id, base, entry, offset } = added;
  const row = table.add();
  const code = ENTRY_CODES[base.type];
  table.offsets[row] = offset;
  table.codes[row] = code;
  table.types[row] = code;
  table.sizes[row] = base.body.length;
  table.crcs[row] = entryCrc32(entry);
  table.bases[row] = -1;
  table.slabs[row] = -1;
  writeHex(id, table.ids, row * options.algorithm.size);
}

/** The header, entries and trailer of the completed pack: it is summed anew, because its count changes. */
function* completePack(parts: Parts, entries: readonly Uint8Array[], options: IndexPackOptions): Job<PackCompletion> {
  const { source, scanner } = parts;
  const header = new Uint8Array(source.read(0, 12));
  new DataView(header.buffer).setUint32(8, scanner.table.count);
  const sum = options.algorithm.createHasher();
  sum.update(header);
  const { end } = scanner;
  for (let at = 12; at < end; at += SUM_SIZE) {
    sum.update(source.read(at, Math.min(SUM_SIZE, end - at)));
    yield { phase: 'Completing thin pack', done: at, total: end };
  }
  for (const entry of entries) sum.update(entry);
  return { header, offset: end, pieces: [...entries, sum.digest()] };
}

function* makeIndex(
  table: PackTable,
  sealed: { checksum: Uint8Array; completion: PackCompletion | undefined },
  options: IndexPackOptions,
): Job<IndexedPack> {
  const { algorithm } = options;
  const { checksum, completion } = sealed;
  const order = yield* orderByIdJob(table, algorithm.size);
  const twin = options.duplicates === 'refuse' ? findDuplicate(table, order, algorithm.size) : undefined;
  if (twin !== undefined) {
    const id = objectIdAt(table.ids, twin * algorithm.size, algorithm);
    throw new GovcError('pack-corrupt', `The object ${id} stands in the pack twice.`, { id });
  }
  const frame = { algorithm, packChecksum: checksum, order };
  const indexBytes =
    options.indexVersion === 1 ? serializeIndexV1(table, frame) : yield* serializeIndexV2Job(table, frame);
  const index = new PackIndex(indexBytes, algorithm);
  // Rows are in order of offsets, so the reverse index is the inverse of the order by id.
  const positions = new Uint32Array(table.count);
  for (let i = 0; i < table.count; i++) positions[order[i]!] = i;
  index.usePositionsByOffset(positions);
  return { id: hexFromBytes(checksum), packChecksum: checksum, objectCount: table.count, index, indexBytes, completion };
}

/** The bytes of the `.rev` file of a pack that was indexed. */
export function reverseIndexBytes(pack: IndexedPack): Uint8Array {
  return serializeReverseIndex(pack.index.positionsByOffset(), pack.packChecksum, pack.index.algorithm);
}

/** Writes what makes a thin pack whole over the place it was received in; nothing for one that is whole. */
export function completeThinPack(target: PackTarget & PackSource, pack: IndexedPack): void {
  const { completion } = pack;
  if (completion === undefined) return;
  target.overwrite(0, completion.header);
  let at = completion.offset;
  for (const piece of completion.pieces) {
    // The old trailer is written over, what goes beyond it is appended.
    const inside = Math.min(piece.length, Math.max(0, target.size - at));
    if (inside > 0) target.overwrite(at, piece.subarray(0, inside));
    if (inside < piece.length) target.append(piece.subarray(inside));
    at += piece.length;
  }
}
