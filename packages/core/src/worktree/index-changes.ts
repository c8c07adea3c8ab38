/** What differs between a tree, the index and the files, as changes that all formats of diffs take. */
import type { ObjectId } from '../hash/object-id.js';
import { makeChange, type DiffEntry, type FileChange } from '../diff/tree-diff.js';
import { hashObject } from '../hash/hash-object.js';
import { MODE_GITLINK } from '../object/tree.js';
import type { GitObject, ObjectHeader } from '../object/object.js';
import type { ObjectSource } from '../pack/object-source.js';
import type { Pathspec } from '../pattern/pathspec.js';
import { findCacheTree } from '../staging/cache-tree.js';
import { comparePaths, type IndexEntry, type StagingIndex } from '../staging/staging-index.js';
import { compareStat, isModified, isSame, modeOf, readAsBlob, type FileStateContext } from './file-state.js';
import type { FilterSteps } from './filter-steps.js';
import type { LoadedIndex } from './index-store.js';
import { treeFiles, type TreeFile } from './tree-entries.js';
import type { WorktreeContext } from './worktree-context.js';

/** How changes are looked for. */
export interface IndexChangeOptions {
  /** Default: all paths. */
  readonly pathspec?: Pathspec | undefined;
  /** Whether entries that are only intended to be added count as absent. Default: true. */
  readonly hidesIntended?: boolean | undefined;
}

/**
 * From a tree to the index, in order: `git diff-index --cached`. A path in conflict is one change, `unmerged`. Folders
 * that the cache tree knows to be equal are not read.
 *
 * @param tree `undefined` for an empty one
 */
export function* treeIndexChanges(
  context: Pick<WorktreeContext, 'objects' | 'algorithm'>, tree: ObjectId | undefined, index: StagingIndex, options: IndexChangeOptions = {},
): Generator<FileChange, void, void> {
  const { pathspec, hidesIntended = true } = options;
  for (const { old, entries } of pairWithIndex(context, tree, index)) {
    const entry = entries[0];
    const path = (old ?? entry)!.path;
    if (pathspec?.matches(path) === false) continue;
    if (entry !== undefined && entry.stage !== 0) {
      yield unmergedChange(context, path);
      continue;
    }
    const isHidden = entry?.intentToAdd === true && hidesIntended;
    const current = entry === undefined || isHidden ? undefined : sideOf(entry);
    if (old === undefined && current === undefined) continue;
    if (old?.id === current?.id && old?.mode === current?.mode) continue;
    yield makeChange(old, current);
  }
}

/** A path of a tree with what the index has there. */
export interface PairedPath {
  readonly old: DiffEntry | undefined;
  /** All stages. */
  readonly entries: readonly IndexEntry[];
}

/** The paths of a tree and of the index side by side; those in folders that are known to be equal are left out. */
export function* pairWithIndex(
  context: Pick<WorktreeContext, 'objects' | 'algorithm'>, tree: ObjectId | undefined, { entries, cacheTree }: StagingIndex,
  skipsEqual = true,
): Generator<PairedPath, void, void> {
  let at = 0;
  const skip = (path: string, id: ObjectId): boolean => {
    if (!skipsEqual || cacheTree === undefined) return false;
    const known = findCacheTree(cacheTree, path);
    if (known?.id !== id || known.entryCount < 0) return false;
    // The entries before the folder have not been given yet; they are, before those that are skipped.
    skipped.push({ prefix: `${path}/`, count: known.entryCount });
    return true;
  };
  const skipped: { prefix: string; count: number }[] = [];
  const isKnownEqual = tree !== undefined && skipsEqual && cacheTree?.id === tree && cacheTree.entryCount === entries.length;
  if (isKnownEqual) return;
  const files = treeFiles(context, tree, skip);
  let file: TreeFile | undefined = files.next().value ?? undefined;
  const takeEntries = (): readonly IndexEntry[] => {
    const start = at++;
    while (entries[at]?.path === entries[start]!.path) at++;
    return entries.slice(start, at);
  };
  for (;;) {
    let entry = entries[at];
    while (entry !== undefined && skipped.length > 0 && entry.path.startsWith(skipped[0]!.prefix)) {
      at += skipped.shift()!.count;
      entry = entries[at];
    }
    if (file === undefined && entry === undefined) return;
    const order = file === undefined ? 1 : entry === undefined ? -1 : comparePaths(file.path, entry.path);
    const old = order <= 0 ? file : undefined;
    yield { old, entries: order >= 0 ? takeEntries() : [] };
    if (order <= 0) file = files.next().value ?? undefined;
  }
}

/** Contents of files that are in no object yet, by the ids that they would have. */
export class FileContents {
  readonly #bodies = new Map<ObjectId, Uint8Array>();

  /** Takes in a body and gives its id. */
  add(body: Uint8Array, context: Pick<WorktreeContext, 'algorithm'>): ObjectId {
    const id = hashObject('blob', body, context.algorithm);
    this.#bodies.set(id, body);
    return id;
  }

  /** The objects of a source and these contents. */
  over(source: ObjectSource): ObjectSource {
    const bodies = this.#bodies;
    const object = (id: ObjectId): GitObject | undefined => {
      const body = bodies.get(id);
      return body === undefined ? undefined : { type: 'blob', body };
    };
    return {
      has: (id) => bodies.has(id) || source.has(id),
      find: (id) => object(id) ?? source.find(id),
      findHeader: (id): ObjectHeader | undefined => {
        const body = bodies.get(id);
        return body === undefined ? source.findHeader(id) : { type: 'blob', size: body.length };
      },
      findChunks: (id) => {
        const body = bodies.get(id);
        return body === undefined ? source.findChunks(id) : [body];
      },
      findEntry: (id) => source.findEntry(id),
      ids: () => source.ids(),
      idsWithPrefix: (prefix) => source.idsWithPrefix(prefix),
    };
  }
}

/** A change whose new side is a file. */
export interface FileSideChange {
  readonly change: FileChange;
  /** Whether the id of the new side was made of the file: where Git has not looked it says zeros. */
  readonly isUnhashed: boolean;
}

/** How files are compared. */
export interface FileChangeOptions extends IndexChangeOptions {
  /** Gives files that may have changed without reading them to see (`git diff-files`, without refreshing). Default: false. */
  readonly trustsStat?: boolean | undefined;
  /** Which stage of a path in conflict is compared beside telling that it is unmerged. Default: 2. */
  readonly stage?: 1 | 2 | 3 | undefined;
  /** Takes in the contents of changed files. Default: ids are zeros. */
  readonly contents?: FileContents | undefined;
  /** Default: changes of commits in submodules are given. */
  readonly ignoresSubmodules?: boolean | undefined;
}

/** From the index to the files, in order: `git diff-files`. */
export function* indexFileChanges(
  context: FileStateContext, loaded: LoadedIndex, options: FileChangeOptions = {},
): FilterSteps<FileSideChange[]> {
  const { index } = loaded;
  const { pathspec, stage = 2, hidesIntended = true } = options;
  const found: FileSideChange[] = [];
  for (let at = 0; at < index.entries.length; ) {
    const start = at++;
    const first = index.entries[start]!;
    while (index.entries[at]?.path === first.path) at++;
    if (pathspec?.matches(first.path) === false) continue;
    let entry: IndexEntry | undefined = first;
    if (first.stage !== 0) {
      const info = context.files.find(first.path);
      const mode = info === undefined || info.kind === 'directory' ? undefined : modeOf(info, context.traits, undefined);
      found.push({ change: unmergedChange(context, first.path, mode), isUnhashed: false });
      entry = index.entries.slice(start, at).find((each) => each.stage === stage);
    }
    if (entry === undefined) continue;
    const change = yield* fileChange(context, { old: sideOf(entry), entry, loaded }, { ...options, hidesIntended });
    if (change !== undefined) found.push(change);
  }
  return found;
}

/** From a tree to the files that the index knows, in order: `git diff-index` without `--cached`. */
export function* treeFileChanges(
  context: FileStateContext, tree: ObjectId | undefined, loaded: LoadedIndex, options: FileChangeOptions = {},
): FilterSteps<FileSideChange[]> {
  const found: FileSideChange[] = [];
  for (const { old, entries } of pairWithIndex(context, tree, loaded.index, false)) {
    const entry = entries.find((each) => each.stage === 0) ?? entries[0];
    const path = (old ?? entry)!.path;
    if (options.pathspec?.matches(path) === false) continue;
    if (entry !== undefined && entry.stage !== 0) found.push({ change: unmergedChange(context, path), isUnhashed: false });
    if (entry === undefined) {
      found.push({ change: makeChange(old, undefined), isUnhashed: false });
      continue;
    }
    const change = yield* fileChange(context, { old, entry, loaded }, options);
    if (change !== undefined) found.push(change);
  }
  return found;
}

interface Compared {
  /** What the file is compared with. */
  readonly old: DiffEntry | undefined;
  readonly entry: IndexEntry;
  readonly loaded: LoadedIndex;
}

function* fileChange(
  context: FileStateContext, { old, entry, loaded }: Compared, options: FileChangeOptions,
): FilterSteps<FileSideChange | undefined> {
  const own = sideOf(entry);
  const isOwn = old !== undefined && old.id === own.id && old.mode === own.mode;
  const same = (): FileSideChange | undefined => (isOwn ? undefined : { change: makeChange(old, own), isUnhashed: false });
  if (entry.skipWorktree || entry.assumeValid) return same();
  if (entry.mode === MODE_GITLINK && options.ignoresSubmodules === true) return same();
  const info = context.files.find(entry.path);
  const isThere = info !== undefined && (info.kind !== 'directory' || entry.mode === MODE_GITLINK);
  if (!isThere) return old === undefined ? undefined : { change: makeChange(old, undefined), isUnhashed: false };
  const before = entry.intentToAdd && options.hidesIntended !== false && isOwn ? undefined : old;
  const difference = compareStat(entry, info, context.traits, loaded.time);
  if (isSame(difference) && !entry.intentToAdd) return same();
  if (entry.mode === MODE_GITLINK && info.kind === 'directory') {
    const head = context.nestedHead?.(entry.path);
    if (head === undefined || head === entry.id) return same();
    return { change: makeChange(before, { path: entry.path, mode: MODE_GITLINK, id: head }), isUnhashed: true };
  }
  const isChanged = entry.intentToAdd || options.trustsStat === true || (yield* isModified(context, entry, info, loaded.time));
  if (!isChanged) return same();
  const mode = modeOf(info, context.traits, entry);
  if (options.contents === undefined) {
    return { change: makeChange(before, { path: entry.path, mode, id: context.algorithm.zeroId }), isUnhashed: true };
  }
  const body = yield* readAsBlob(context, entry.path, info, () => context.objects.find(entry.id)?.body);
  const id = options.contents.add(body, context);
  if (before?.id === id && before.mode === mode && options.trustsStat !== true) return undefined;
  return { change: makeChange(before, { path: entry.path, mode, id }), isUnhashed: true };
}

function sideOf({ path, mode, id }: IndexEntry): DiffEntry {
  return { path, mode, id };
}

function unmergedChange(
  { algorithm }: Pick<WorktreeContext, 'algorithm'>, path: string, mode?: number,
): FileChange {
  const nothing: DiffEntry = { path, mode: 0, id: algorithm.zeroId };
  return { status: 'unmerged', old: nothing, new: mode === undefined ? nothing : { path, mode, id: algorithm.zeroId }, score: undefined };
}
