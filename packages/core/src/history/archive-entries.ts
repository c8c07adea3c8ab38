import { GovcError } from '../errors.js';
import { LIMITS } from '../limits.js';
import { concatBytes } from '../bytes/compare.js';
import { bytesFromLosslessText, losslessTextFromBytes } from '../bytes/lossless-text.js';
import type { Config } from '../config/config.js';
import { objectIdAt, type HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { findTreeEntry, MODE_GITLINK, MODE_TREE, TreeCursor } from '../object/tree.js';
import type { ObjectSource } from '../pack/object-source.js';
import { AttributeRules, type AttributeSources } from '../pattern/attributes.js';
import { parseAttributes, type AttributeList } from '../pattern/parse-attributes.js';
import type { Pathspec } from '../pattern/pathspec.js';
import { CONVERSION_ATTRIBUTES, findConversion, substituteFormats } from './archive-convert.js';

/** One entry of an archive, in the order of the tree. */
export interface ArchiveEntry {
  /** With the prefix; folders and submodules end in a slash. */
  readonly path: Uint8Array;
  /** The path in the tree as lossless text. */
  readonly treePath: string;
  readonly mode: number;
  readonly id: ObjectId;
  /** Bytes of the content. */
  readonly size: number;
  /** The bytes, or for a large file a function that gives them in pieces, each valid until the next. */
  readonly content: Uint8Array | (() => Iterable<Uint8Array>);
}

/** What {@link listArchiveEntries} reads. */
export interface ArchiveTree {
  readonly objects: ObjectSource;
  readonly algorithm: HashAlgorithm;
  readonly config: Config;
  readonly tree: ObjectId;
  /** Put before every path as it is. */
  readonly prefix: Uint8Array;
  readonly pathspec: Pathspec | undefined;
  /** Files larger than this are streamed where their bytes need no change. */
  readonly streamedSize: number;
  /** `export-subst`: what takes the place of `$Format:…$`; the text has a character per byte. `undefined`: stays. */
  readonly format: ((text: string) => Uint8Array) | undefined;
}

const NO_BYTES = new Uint8Array(0);
const EXPORT_ATTRIBUTES = ['export-ignore', 'export-subst', ...CONVERSION_ATTRIBUTES];

/** Attributes as a tree has them in its own `.gitattributes`, with others around. */
export function treeAttributes(
  source: { readonly objects: ObjectSource; readonly algorithm: HashAlgorithm; readonly tree: ObjectId },
  around: Omit<AttributeSources, 'inDirectory'>,
): AttributeRules {
  const name = bytesFromLosslessText('.gitattributes');
  // Folders are asked for from the root down, each below the last one or beside a folder above it.
  const open: { readonly path: string; readonly tree: ObjectId | undefined }[] = [];
  const treeOf = (directory: string): ObjectId | undefined => {
    if (directory === '') return source.tree;
    while (open.length > 0 && !isWithin(directory, open.at(-1)!.path)) open.pop();
    while (open.at(-1)?.path !== directory) {
      const above = open.at(-1) ?? { path: '', tree: source.tree };
      const start = above.path === '' ? 0 : above.path.length + 1;
      const end = directory.indexOf('/', start);
      const path = end < 0 ? directory : directory.slice(0, end);
      const entry = above.tree === undefined ? undefined : findTreeEntry(
        readTree(source.objects, above.tree, source.algorithm), bytesFromLosslessText(path.slice(start)), source.algorithm,
      );
      open.push({ path, tree: entry?.mode === MODE_TREE ? entry.id : undefined });
    }
    return open.at(-1)!.tree;
  };
  const inDirectory = (directory: string): AttributeList | undefined => {
    const tree = treeOf(directory);
    if (tree === undefined) return undefined;
    const entry = findTreeEntry(readTree(source.objects, tree, source.algorithm), name, source.algorithm);
    const object = entry === undefined || (entry.mode & 0o170000) !== 0o100000 ? undefined : source.objects.find(entry.id);
    if (object?.type !== 'blob') return undefined;
    const path = directory === '' ? '.gitattributes' : `${directory}/.gitattributes`;
    return parseAttributes(object.body, path, { allowsMacros: directory === '' });
  };
  return new AttributeRules({ ...around, inDirectory });
}

function isWithin(path: string, folder: string): boolean {
  return path.startsWith(folder) && (path.length === folder.length || path[folder.length] === '/');
}

/**
 * The entries of an archive: files, links and submodules that the pathspec matches and no `export-ignore` hides, each
 * folder before the first thing in it. Lazy; holds one file at a time.
 *
 * @throws {GovcError} object-missing, object-corrupt, object-type-mismatch, limit-exceeded
 */
export function* listArchiveEntries(source: ArchiveTree, attributes: AttributeRules): Generator<ArchiveEntry, void, void> {
  const { prefix } = source;
  if (prefix.length > 0 && prefix[prefix.length - 1] === SLASH) {
    let end = prefix.length;
    while (end > 1 && prefix[end - 2] === SLASH) end--;
    yield folder({ path: prefix.subarray(0, end), treePath: '', mode: 0o040777, id: source.tree });
  }
  const levels: Level[] = [makeLevel(source, { id: source.tree, path: NO_BYTES, entry: undefined })];
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const { cursor } = level;
    if (!cursor.next()) {
      levels.pop();
      continue;
    }
    const { body, mode } = cursor;
    const isFolder = mode === MODE_TREE;
    const path = concatBytes([level.path, body.subarray(cursor.nameStart, cursor.nameEnd)]);
    if (!isWanted(source.pathspec, path, mode)) continue;
    const marked = isFolder || mode === MODE_GITLINK ? concatBytes([path, SLASH_BYTES]) : path;
    const values = attributes.check(marked, EXPORT_ATTRIBUTES);
    if (values[0] === true) continue;
    const id = objectIdAt(body, cursor.idOffset, source.algorithm);
    const head = { path: concatBytes([prefix, marked]), treePath: losslessTextFromBytes(path), mode, id };
    if (isFolder) {
      if (levels.length >= LIMITS.treeDepth.value) {
        throw new GovcError('limit-exceeded', `Trees are nested more than ${LIMITS.treeDepth.value} deep at ${id}.`, { id });
      }
      levels.push(makeLevel(source, { id, path: marked, entry: folder(head) }));
      continue;
    }
    // Folders are written only when something in them is.
    for (const waiting of levels) {
      if (waiting.entry !== undefined) yield waiting.entry;
      waiting.entry = undefined;
    }
    yield mode === MODE_GITLINK ? folder(head) : fileEntry(source, head, values);
  }
}

interface Level {
  readonly cursor: TreeCursor;
  /** With a slash at its end below the root. */
  readonly path: Uint8Array;
  /** The entry of the folder itself while it has not been given. */
  entry: ArchiveEntry | undefined;
}

type EntryHead = Pick<ArchiveEntry, 'path' | 'treePath' | 'mode' | 'id'>;

const SLASH = 0x2f;
const SLASH_BYTES = Uint8Array.of(SLASH);

function makeLevel(source: ArchiveTree, level: { id: ObjectId; path: Uint8Array; entry: ArchiveEntry | undefined }): Level {
  const body = readTree(source.objects, level.id, source.algorithm);
  return { cursor: new TreeCursor(body, source.algorithm), path: level.path, entry: level.entry };
}

function isWanted(pathspec: Pathspec | undefined, path: Uint8Array, mode: number): boolean {
  if (pathspec === undefined) return true;
  return mode === MODE_TREE ? pathspec.canMatchBelow(path) : pathspec.matches(path, mode === MODE_GITLINK);
}

function folder(head: EntryHead): ArchiveEntry {
  return { ...head, size: 0, content: NO_BYTES };
}

function fileEntry(
  source: ArchiveTree, head: EntryHead, values: ReturnType<AttributeRules['check']>,
): ArchiveEntry {
  const { objects, format, config } = source;
  const header = objects.findHeader(head.id);
  if (header === undefined) throw missing(head.id);
  const isRegular = (head.mode & 0o170000) === 0o100000;
  const convert = isRegular ? findConversion(values.slice(2), config) : undefined;
  const substitutes = isRegular && values[1] === true && format !== undefined;
  if (isRegular && convert === undefined && !substitutes && header.size > source.streamedSize) {
    const content = (): Iterable<Uint8Array> => objects.findChunks(head.id) ?? [];
    return { ...head, size: header.size, content };
  }
  const object = objects.find(head.id);
  if (object === undefined) throw missing(head.id);
  let content = convert === undefined ? object.body : convert(object.body, head.id);
  if (substitutes) content = substituteFormats(content, format);
  return { ...head, size: content.length, content };
}

function readTree(objects: ObjectSource, id: ObjectId, algorithm: HashAlgorithm): Uint8Array {
  if (id === algorithm.emptyTreeId) return NO_BYTES;
  const object = objects.find(id);
  if (object === undefined) throw missing(id);
  if (object.type !== 'tree') {
    throw new GovcError('object-type-mismatch', `The object ${id} is a ${object.type}, not a tree.`, { id });
  }
  return object.body;
}

function missing(id: ObjectId): GovcError {
  return new GovcError('object-missing', `The object ${id} is missing from the repository.`, { id });
}
