/**
 * Whether a file is what its entry of the index says. First by the numbers of the file system alone, which cost one call;
 * where these leave it open, by its content.
 *
 * Numbers that agree prove nothing about a file that was changed in the instant in which the index was written: its
 * content is looked at. When such an index is written again the entry gets the size 0, which says that nobody knows.
 */
import type { Config } from '../config/config.js';
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import { SHA1, SHA256 } from '../hash/algorithm.js';
import { hashObject } from '../hash/hash-object.js';
import { MODE_BLOB, MODE_EXECUTABLE, MODE_GITLINK, MODE_SYMLINK, MODE_TREE } from '../object/tree.js';
import type { FileStat, IndexEntry } from '../staging/staging-index.js';
import type { Conversions } from './convert.js';
import type { FileInfo } from './files.js';
import type { FilterSteps } from './filter-steps.js';
import type { IndexTime } from './index-store.js';
import type { WorktreeContext } from './worktree-context.js';

/** What the file system of a worktree can do, and how numbers are compared. */
export interface FileTraits {
  /** `core.fileMode`. */
  readonly hasModes: boolean;
  /** `core.symlinks`. */
  readonly hasLinks: boolean;
  /** `core.trustctime`. */
  readonly trustsCtime: boolean;
  /** `core.checkStat` is `minimal`. */
  readonly isMinimal: boolean;
}

/** The traits that the configuration says. */
export function fileTraits(config: Config): FileTraits {
  return {
    hasModes: config.getBool('core.fileMode', true),
    hasLinks: config.getBool('core.symlinks', true),
    trustsCtime: config.getBool('core.trustctime', true),
    isMinimal: config.get('core.checkStat')?.toLowerCase() === 'minimal',
  };
}

/** How a file differs from its entry, as far as its numbers tell. */
export interface StatDifference {
  /** It is of another kind: a link, a folder. */
  readonly type: boolean;
  /** It may be run, and may not according to the entry, or the other way round. */
  readonly mode: boolean;
  /** Its size differs, so its content does. */
  readonly size: boolean;
  /** Times or other numbers differ, or prove nothing: its content has to be looked at. */
  readonly unsure: boolean;
}

/** Compares a file with its entry. O(1). */
export function compareStat(entry: IndexEntry, info: FileInfo, traits: FileTraits, time: IndexTime | undefined): StatDifference {
  const kind = entry.mode & 0o170000;
  if (kind === MODE_GITLINK) return { type: info.kind !== 'directory', mode: false, size: false, unsure: info.kind === 'directory' };
  const isLink = kind === MODE_SYMLINK;
  const type = isLink ? info.kind !== 'symlink' && (traits.hasLinks || info.kind !== 'file') : info.kind !== 'file';
  const mode = !isLink && !type && traits.hasModes && info.isExecutable !== ((entry.mode & 0o100) !== 0);
  const { stat } = entry;
  const size = stat.size !== info.stat.size;
  const isForgotten = stat.size === 0 && !EMPTY_BLOBS.has(entry.id);
  const unsure = size || isForgotten || differs(stat, info.stat, traits) || isRacy(stat, time);
  // A size of 0 may be one that was put there to say that nobody knows.
  return { type, mode, size: size && stat.size !== 0, unsure };
}

/** The ids of no bytes: only of these a size of 0 is to be believed. */
const EMPTY_BLOBS: ReadonlySet<string> = new Set([SHA1, SHA256].map((algorithm) => hashObject('blob', new Uint8Array(0), algorithm)));

/** Whether nothing differs. */
export function isSame({ type, mode, size, unsure }: StatDifference): boolean {
  return !type && !mode && !size && !unsure;
}

/** Whether a file with these numbers may have changed after the index was written. */
export function isRacy(stat: FileStat, time: IndexTime | undefined): boolean {
  if (time === undefined) return false;
  if (stat.mtimeSeconds !== time.seconds) return stat.mtimeSeconds > time.seconds;
  return stat.mtimeNanoseconds >= time.nanoseconds;
}

/**
 * Whether a file differs from its entry: in kind, mode or content. Reads it only where its numbers leave that open.
 *
 * @throws {GovcError} object-missing, filter-failed, io-failed
 */
export function* isModified(
  context: FileStateContext, entry: IndexEntry, info: FileInfo, time: IndexTime | undefined,
): FilterSteps<boolean> {
  const difference = compareStat(entry, info, context.traits, time);
  if (isSame(difference)) return false;
  if (difference.type || difference.mode || difference.size) return true;
  if (entry.mode === MODE_GITLINK) {
    const head = context.nestedHead?.(entry.path);
    return head !== undefined && head !== entry.id;
  }
  return !(yield* hasContent(context, entry, info));
}

/** What comparing contents works with. */
export interface FileStateContext extends Pick<WorktreeContext, 'files' | 'objects' | 'algorithm' | 'nestedHead'> {
  readonly traits: FileTraits;
  readonly conversions: Conversions;
}

/** Whether a file has the content that its entry names. */
export function* hasContent(context: FileStateContext, entry: IndexEntry, info: FileInfo): FilterSteps<boolean> {
  const body = yield* readAsBlob(context, entry.path, info, () => context.objects.find(entry.id)?.body);
  return hashObject('blob', body, context.algorithm) === entry.id;
}

/** The bytes that a file or link would have as a blob. @throws {GovcError} io-failed, filter-failed, encoding-failed */
export function* readAsBlob(
  context: Pick<FileStateContext, 'files' | 'conversions'>, path: string, info: FileInfo, indexed?: () => Uint8Array | undefined,
): FilterSteps<Uint8Array> {
  if (info.kind === 'symlink') return bytesFromLosslessText(context.files.readLink(path));
  return yield* context.conversions.toObject(path, context.files.read(path), { indexed });
}

/** The mode that a file gets in the index; what the file system cannot tell is taken from the entry that it has. */
export function modeOf(info: FileInfo, traits: FileTraits, entry: IndexEntry | undefined): number {
  switch (info.kind) {
    case 'symlink':
      return MODE_SYMLINK;
    case 'directory':
      return entry?.mode === MODE_TREE ? MODE_TREE : MODE_GITLINK;
    case 'file':
    case 'other':
      if (!traits.hasLinks && entry?.mode === MODE_SYMLINK) return MODE_SYMLINK;
      if (!traits.hasModes) return entry?.mode === MODE_EXECUTABLE ? MODE_EXECUTABLE : MODE_BLOB;
      return info.isExecutable ? MODE_EXECUTABLE : MODE_BLOB;
  }
}

function differs(a: FileStat, b: FileStat, traits: FileTraits): boolean {
  if (a.mtimeSeconds !== b.mtimeSeconds || isOther(a.mtimeNanoseconds, b.mtimeNanoseconds)) return true;
  if (traits.isMinimal) return false;
  if (traits.trustsCtime && (a.ctimeSeconds !== b.ctimeSeconds || isOther(a.ctimeNanoseconds, b.ctimeNanoseconds))) return true;
  return a.uid !== b.uid || a.gid !== b.gid || a.ino !== b.ino;
}

/** Programs that know no fractions of seconds write 0. */
function isOther(a: number, b: number): boolean {
  return a !== b && a !== 0 && b !== 0;
}
