/**
 * The extension `link`: the index is a change of a shared index file, `sharedindex.<checksum>` beside it
 * (gitformat-index, "Split index").
 *
 *     raw checksum of the shared file; bitmap of deleted entries; bitmap of replaced entries
 *
 * The first entries of the index, without paths, replace those of the second bitmap in order; the rest are added.
 */
import { bitmapOf, bitPositions, hasBit, readEwah, writeEwah, type Bitmap } from '../bytes/ewah.js';
import { writeHex } from '../bytes/hex.js';
import { ByteReader } from '../bytes/reader.js';
import { ByteWriter } from '../bytes/writer.js';
import { GovcError } from '../errors.js';
import { objectIdAt, type HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { LIMITS } from '../limits.js';
import { compareIndexEntries, type IndexEntry, type StagingIndex } from './staging-index.js';

/** How an index differs from a shared one. */
export interface SplitIndexLink {
  /** The checksum in the shared file and its name; all zeros where there is none. */
  readonly baseId: ObjectId;
  readonly deleted: Bitmap;
  readonly replaced: Bitmap;
}

/**
 * Reads the extension.
 *
 * @throws {GovcError} index-file-invalid: it is malformed.
 */
export function parseSplitIndexLink(data: Uint8Array, algorithm: HashAlgorithm): SplitIndexLink {
  const reader = new ByteReader(data, 'split-index data of an index file', 'index-file-invalid');
  reader.skip(algorithm.size);
  const baseId = objectIdAt(data, 0, algorithm);
  if (reader.remaining === 0) return { baseId, deleted: bitmapOf([], 0), replaced: bitmapOf([], 0) };
  const deleted = readEwah(reader, LIMITS.indexEntryCount.value);
  const replaced = readEwah(reader, LIMITS.indexEntryCount.value);
  if (deleted === undefined || replaced === undefined || reader.remaining > 0) throw broken('its bitmaps are malformed');
  return { baseId, deleted, replaced };
}

/** The data of the extension. */
export function serializeSplitIndexLink({ baseId, deleted, replaced }: SplitIndexLink): Uint8Array {
  const raw = new Uint8Array(baseId.length / 2);
  writeHex(baseId, raw, 0);
  const writer = new ByteWriter(64).bytes(raw);
  if (deleted.bitSize === 0 && replaced.bitSize === 0) return writer.finish();
  writeEwah(writer, deleted);
  writeEwah(writer, replaced);
  return writer.finish();
}

/**
 * The whole index that `index` and the shared index it links to make together. It has no link any more, so
 * writing it writes one file.
 *
 * @param shared the parsed `sharedindex.<link.baseId>`; not asked for where the link names none
 * @throws {GovcError} index-file-invalid: the link does not fit the shared index.
 */
export function mergeSplitIndex(index: StagingIndex, shared: StagingIndex): StagingIndex {
  const { link } = index;
  if (link === undefined) return index;
  const base = /^0+$/.test(link.baseId) ? [] : shared.entries;
  const merged: IndexEntry[] = base.slice();
  let next = 0;
  for (const position of bitPositions(link.replaced)) {
    const old = base[position];
    const replacement = index.entries[next++];
    if (old === undefined || replacement === undefined) throw broken(`it replaces entry ${position}, which is not there`);
    if (replacement.path !== '') throw broken(`the entry that replaces entry ${position} has a path of its own`);
    merged[position] = { ...replacement, path: old.path };
  }
  for (const position of bitPositions(link.deleted)) {
    if (position >= base.length) throw broken(`it deletes entry ${position}, which is not there`);
    if (hasBit(link.replaced, position)) throw broken(`it both replaces and deletes entry ${position}`);
  }
  const kept = merged.filter((_, position) => !hasBit(link.deleted, position));
  for (; next < index.entries.length; next++) {
    const added = index.entries[next]!;
    if (added.path === '') throw broken('an entry that is added has no path');
    kept.push(added);
  }
  return { ...index, entries: withoutOverridden(kept.sort(compareIndexEntries)), link: undefined };
}

/** An entry that is added takes the place of one of the same path and stage; the sort keeps it behind that one. */
function withoutOverridden(entries: readonly IndexEntry[]): IndexEntry[] {
  return entries.filter((entry, i) => {
    const next = entries[i + 1];
    return next === undefined || compareIndexEntries(entry, next) !== 0;
  });
}

function broken(reason: string): GovcError {
  return new GovcError('index-file-invalid', `The split index does not fit its shared index: ${reason}.`, { reason });
}
