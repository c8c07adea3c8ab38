import { GovcError } from '../errors.js';
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import type { Config } from '../config/config.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import type { ObjectSource } from '../pack/object-source.js';
import type { AttributeRules, AttributeSources } from '../pattern/attributes.js';
import type { PathLike } from '../pattern/path-pattern.js';
import { parsePathspec, type Pathspec } from '../pattern/pathspec.js';
import { gzipPieces } from './archive-compress.js';
import { listArchiveEntries, treeAttributes, type ArchiveEntry } from './archive-entries.js';
import { writeTar } from './archive-tar.js';
import { writeZip } from './archive-zip.js';

/** The formats of `git archive` that need no other program. */
export type ArchiveFormat = 'tar' | 'tar.gz' | 'zip';

/** A file put into an archive beside those of the tree (`git archive --add-virtual-file`). */
export interface ExtraArchiveFile {
  /** The path in the archive as it is: the prefix is not put before it. Lossless text. */
  readonly path: string;
  readonly content: Uint8Array;
  /** `0o100644` (default) or `0o100755`. */
  readonly mode?: number | undefined;
}

/** What {@link writeArchive} makes an archive of. */
export interface ArchiveRequest {
  readonly objects: ObjectSource;
  readonly algorithm: HashAlgorithm;
  /** `tar.umask`, `core.bigFileThreshold`, `core.autocrlf`, `core.eol` and `diff.<driver>.binary` are read. */
  readonly config: Config;
  readonly tree: ObjectId;
  /** The commit that the tree is of; its id goes into the archive. Default: none, a bare tree. */
  readonly commit?: ObjectId | undefined;
  /** Modification time of all entries in seconds since 1970; for a commit its committer time. */
  readonly timeSeconds: number;
  /** Default: `tar`. */
  readonly format?: ArchiveFormat | undefined;
  /** Put before every path, usually with a slash at its end. Lossless text. Default: ''. */
  readonly prefix?: string | undefined;
  /** Pathspec elements; each must match something. Default: everything. */
  readonly paths?: readonly string[] | undefined;
  /** 0 to 9, or -1: zlib's default. Default: -1. */
  readonly level?: number | undefined;
  /** Minutes ahead of UTC for the DOS times of a zip file. Default: 0. */
  readonly zoneMinutes?: number | undefined;
  readonly extraFiles?: readonly ExtraArchiveFile[] | undefined;
  /** Attributes from outside the tree: `info/attributes` and the like. Default: none. */
  readonly attributes?: Omit<AttributeSources, 'inDirectory'> | undefined;
  /** `export-subst`: what takes the place of the text in `$Format:…$`, a character per byte. Default: it stays. */
  readonly substitute?: ((text: string) => Uint8Array) | undefined;
}

const TAR_UMASK_DEFAULT = 0o002;
const BIG_FILE_THRESHOLD_DEFAULT = 512 * 1024 * 1024;
const TAR_STREAMED_SIZE = 1024 * 1024;

/**
 * An archive of a tree, byte for byte that of `git archive`, compressed by zlib's own rules, as pieces. Lazy, and holds one file at a time; files over 1 MiB (zip: over `core.bigFileThreshold`) not even whole.
 *
 * @throws {GovcError} path-missing: an element of `paths` matches nothing; pathspec-invalid, object-missing,
 *   object-corrupt, limit-exceeded
 */
export function* writeArchive(request: ArchiveRequest): Generator<Uint8Array, void, void> {
  const { format = 'tar', config, commit, timeSeconds, level = -1 } = request;
  const attributes = treeAttributes(request, request.attributes ?? {});
  const threshold = config.getInt('core.bigFileThreshold', BIG_FILE_THRESHOLD_DEFAULT);
  const entries = listEntries(request, attributes, format === 'zip' ? threshold : Math.min(threshold, TAR_STREAMED_SIZE));
  if (format === 'zip') {
    const isBinaryPath = (path: string): boolean | undefined => diffSaysBinary(attributes, path, config);
    yield* writeZip(entries, { commit, timeSeconds, level, zoneMinutes: request.zoneMinutes ?? 0, isBinaryPath });
    return;
  }
  const tar = writeTar(entries, { commit, timeSeconds, umask: tarUmask(config) });
  yield* format === 'tar' ? tar : gzipPieces(tar, level);
}

function* listEntries(
  request: ArchiveRequest, attributes: AttributeRules, streamedSize: number,
): Generator<ArchiveEntry, void, void> {
  const { objects, algorithm, config, tree, paths = [] } = request;
  const prefix = bytesFromLosslessText(request.prefix ?? '');
  const common = { objects, algorithm, config, tree, format: request.commit === undefined ? undefined : request.substitute };
  const attributesOf = (path: PathLike, names: readonly string[]): ReturnType<AttributeRules['check']> => attributes.check(path, names);
  const parse = (sources: readonly string[]): Pathspec => parsePathspec(sources, { attributesOf });
  for (const path of paths) requireMatch(path, { request, pathspec: parse([path]) });
  const pathspec = paths.length === 0 ? undefined : parse(paths);
  yield* listArchiveEntries({ ...common, prefix, pathspec, streamedSize }, attributes);
  for (const [index, file] of (request.extraFiles ?? []).entries()) {
    yield {
      path: bytesFromLosslessText(file.path),
      treePath: file.path,
      mode: file.mode ?? 0o100644,
      id: `${(index + 1).toString(16).padStart(16, '0')}${'0'.repeat(algorithm.hexSize - 16)}` as ObjectId,
      size: file.content.length,
      content: file.content,
    };
  }
}

function requireMatch(path: string, search: { readonly request: ArchiveRequest; readonly pathspec: Pathspec }): void {
  const { request, pathspec } = search;
  const { objects, algorithm, config, tree } = request;
  const source = { objects, algorithm, config, tree, pathspec, prefix: new Uint8Array(0), streamedSize: 0, format: undefined };
  // Without attributes: what export-ignore hides still exists.
  const entries = listArchiveEntries(source, treeAttributes({ objects, algorithm, tree: algorithm.emptyTreeId }, {}));
  if (entries.next().done !== true) return;
  throw new GovcError('path-missing', `The pathspec "${path.slice(0, 200)}" matches no file of the tree.`, { path: path.slice(0, 4096) });
}

function tarUmask(config: Config): number {
  const value = config.get('tar.umask');
  return value === 'user' ? TAR_UMASK_DEFAULT : config.getInt('tar.umask', TAR_UMASK_DEFAULT);
}

/** What the `diff` attribute says: `-diff` is binary, `diff` is text, a driver may have a setting. */
function diffSaysBinary(attributes: AttributeRules, path: string, config: Config): boolean | undefined {
  const [diff] = attributes.check(path, ['diff']);
  if (typeof diff !== 'string') return diff === undefined ? undefined : !diff;
  return config.findBool(`diff.${diff}.binary`);
}
