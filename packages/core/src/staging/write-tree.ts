/**
 * Trees from the index, as `git write-tree` makes them (`cache-tree.c` of Git).
 *
 * The order of the index is that of the trees: a path sorts as its folder followed by a slash, and so does a
 * subtree among the entries of its folder. One pass over the entries therefore makes all trees, each when its
 * last entry has passed.
 */
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import { GovcError } from '../errors.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import { hashObject } from '../hash/hash-object.js';
import type { ObjectId } from '../hash/object-id.js';
import { LIMITS } from '../limits.js';
import { MODE_TREE, serializeTree, type TreeEntry } from '../object/tree.js';
import { compareTreeNames, type CacheTree } from './cache-tree.js';
import type { IndexEntry, StagingIndex } from './staging-index.js';

/** A tree that the index makes. */
export interface TreeObject {
  /** The folder, without a slash at the end; `''` for the root. */
  readonly path: string;
  readonly id: ObjectId;
  readonly body: Uint8Array;
}

/** Options of {@link treeObjects}. */
export interface WriteTreeOptions {
  /**
   * Whether a tree exists already. Folders for which the cache tree knows one that does are not gone through.
   * Default: never, so that every tree is made.
   */
  readonly hasTree?: ((id: ObjectId) => boolean) | undefined;
}

/**
 * Makes the trees of an index, subfolders before the folders that hold them and the root last, and returns the
 * cache tree that is true then. Entries that are only intended to be added are left out. O(entries).
 *
 * @throws {GovcError} index-unmerged: the index holds conflicts; `data.paths` lists up to ten.
 * @throws {GovcError} path-invalid: a path is both a file and a folder.
 * @throws {GovcError} limit-exceeded: folders nest too deeply.
 */
export function* treeObjects(
  index: StagingIndex,
  options: WriteTreeOptions = {},
): Generator<TreeObject, CacheTree, void> {
  requireMerged(index);
  const { entries, algorithm } = index;
  const { hasTree } = options;
  const root = hasTree === undefined ? undefined : index.cacheTree;
  if (root?.entryCount === entries.length && isWritten(root, hasTree)) return root;
  const open: OpenFolder[] = [openFolder({ path: '', name: '', start: 0, before: root })];
  let at = 0;
  for (;;) {
    const folder = open.at(-1)!;
    const entry = entries[at];
    if (entry?.path.startsWith(folder.prefix) !== true) {
      open.pop();
      const closed = closeFolder(folder, at, algorithm);
      if (!closed.isEmpty) yield { path: folder.path, id: closed.id, body: closed.body };
      const parent = open.at(-1);
      if (parent === undefined) return closed.cache;
      addFolder(parent, closed);
      continue;
    }
    const slash = entry.path.indexOf('/', folder.prefix.length);
    if (slash < 0) {
      addFile(folder, entry, entries[at + 1]);
      at++;
      continue;
    }
    const path = entry.path.slice(0, slash);
    const name = path.slice(folder.prefix.length);
    const before = folder.before.get(name);
    const isKnown = before !== undefined && isWritten(before, hasTree) && covers(before, { entries, at, path });
    const known = isFolderEntry(entry, slash)
      ? { name, entryCount: 1, id: entry.id, children: [] }
      : isKnown ? before : undefined;
    if (known?.id !== undefined) {
      addFolder(folder, { cache: known, id: known.id, isEmpty: false });
      at += known.entryCount;
      continue;
    }
    if (open.length >= LIMITS.treeDepth.value) throw tooDeep(path);
    open.push(openFolder({ path, name, start: at, before }));
  }
}

interface OpenFolder {
  readonly path: string;
  /** What the paths in it begin with. */
  readonly prefix: string;
  readonly name: string;
  /** Where its first entry stands in the index. */
  readonly start: number;
  readonly entries: TreeEntry[];
  readonly children: CacheTree[];
  /** Files that a later folder may share its name with: the entry behind them begins with their path. */
  readonly suspects: Set<string>;
  /** The subfolders that the cache tree knew, by name. */
  readonly before: ReadonlyMap<string, CacheTree>;
  /** Whether something below is only intended to be added, so that the tree does not tell all of the index. */
  isIncomplete: boolean;
}

const NO_FOLDERS: ReadonlyMap<string, CacheTree> = new Map();

function openFolder(where: {
  path: string;
  name: string;
  start: number;
  before: CacheTree | undefined;
}): OpenFolder {
  const { path, name, start, before } = where;
  return {
    path,
    prefix: path === '' ? '' : `${path}/`,
    name,
    start,
    entries: [],
    children: [],
    suspects: new Set(),
    before: before === undefined ? NO_FOLDERS : new Map(before.children.map((child) => [child.name, child])),
    isIncomplete: false,
  };
}

interface ClosedFolder {
  readonly cache: CacheTree;
  readonly id: ObjectId;
  /** Nothing but intentions: no tree is made for it. */
  readonly isEmpty: boolean;
}

function closeFolder(
  folder: OpenFolder,
  end: number,
  algorithm: HashAlgorithm,
): ClosedFolder & { readonly body: Uint8Array } {
  const { path, name, start, entries, isIncomplete } = folder;
  const body = serializeTree(entries);
  const id = hashObject('tree', body, algorithm);
  const children = folder.children.sort((left, right) => compareTreeNames(left.name, right.name));
  const cache: CacheTree = isIncomplete
    ? { name, entryCount: -1, id: undefined, children }
    : { name, entryCount: end - start, id, children };
  return { cache, id, body, isEmpty: entries.length === 0 && path !== '' };
}

function addFolder(parent: OpenFolder, { cache, id, isEmpty }: ClosedFolder): void {
  const { name } = cache;
  if (parent.suspects.has(name)) throw clash(parent.prefix + name);
  if (cache.entryCount < 0) parent.isIncomplete = true;
  parent.children.push(cache);
  if (!isEmpty) parent.entries.push({ mode: MODE_TREE, name: bytesFromLosslessText(name), id });
}

function addFile(folder: OpenFolder, entry: IndexEntry, next: IndexEntry | undefined): void {
  if (entry.intentToAdd) {
    folder.isIncomplete = true;
    return;
  }
  const name = entry.path.slice(folder.prefix.length);
  if (next?.path.startsWith(entry.path) === true) folder.suspects.add(name);
  folder.entries.push({ mode: entry.mode, name: bytesFromLosslessText(name), id: entry.id });
}

/** Whether an entry of a sparse index stands for the whole folder whose path ends at `slash`. */
function isFolderEntry(entry: IndexEntry, slash: number): boolean {
  return entry.mode === MODE_TREE && slash === entry.path.length - 1;
}

function isWritten({ id, entryCount }: CacheTree, hasTree: WriteTreeOptions['hasTree']): boolean {
  return id !== undefined && entryCount >= 0 && hasTree?.(id) === true;
}

/** Whether the entries of a folder are as many as the cache tree says; a damaged file must not skip others. */
function covers(
  { entryCount }: CacheTree,
  where: { entries: readonly IndexEntry[]; at: number; path: string },
): boolean {
  const { entries, at, path } = where;
  const last = entries[at + entryCount - 1];
  const next = entries[at + entryCount];
  return last?.path.startsWith(`${path}/`) === true && next?.path.startsWith(`${path}/`) !== true;
}

function requireMerged({ entries }: StagingIndex): void {
  const paths = new Set<string>();
  for (const { path, stage } of entries) {
    if (stage !== 0) paths.add(path);
    if (paths.size === 10) break;
  }
  if (paths.size === 0) return;
  const shown = [...paths];
  throw new GovcError('index-unmerged', `The index holds conflicts, for example in "${shown[0]!}"; resolve them first.`, {
    paths: shown,
  });
}

function clash(path: string): GovcError {
  return new GovcError('path-invalid', `The index holds "${path}" both as a file and as a folder.`, { path });
}

function tooDeep(path: string): GovcError {
  return new GovcError('limit-exceeded', `The folders of "${path.slice(0, 200)}" nest too deeply.`, {
    limit: 'treeDepth',
  });
}
