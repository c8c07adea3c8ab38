import { isDotGitmodulesHfs, isDotGitmodulesNtfs } from '../bytes/dotgit.js';
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import { GovcError } from '../errors.js';
import { MODE_SYMLINK, MODE_TREE } from '../object/tree.js';
import { checkTreePath } from '../pattern/safe-path.js';
import { invalidatePath, type CacheTree } from './cache-tree.js';
import type { ResolvedSide, ResolveUndo } from './resolve-undo.js';
import { comparePaths, searchIndex, type IndexEntry, type Stage, type StagingIndex } from './staging-index.js';

/**
 * Changes to an index. It keeps the entries in order, lets no path be a file and a folder at once, remembers the
 * sides of resolved conflicts, and forgets what the cache tree knew of the folders above a change.
 *
 * Adding in order is O(1) each; elsewhere an addition moves the entries behind it.
 */
export class IndexEditor {
  readonly #before: StagingIndex;
  readonly #entries: IndexEntry[];
  readonly #undo: Map<string, ResolveUndo>;
  #cacheTree: CacheTree | undefined;
  #hasUndo: boolean;
  #changed = false;

  /** Begins with the entries of `index`, which stays as it is. O(entries). */
  constructor(index: StagingIndex) {
    this.#before = index;
    this.#entries = index.entries.slice();
    this.#cacheTree = index.cacheTree;
    this.#undo = new Map((index.resolveUndo ?? []).map((undo) => [undo.path, undo]));
    this.#hasUndo = index.resolveUndo !== undefined;
  }

  /** The entries as they are now; valid until the next change. */
  get entries(): readonly IndexEntry[] {
    return this.#entries;
  }

  /** The entry of that path and stage, or `undefined`. */
  find(path: string, stage: Stage = 0): IndexEntry | undefined {
    const position = searchIndex(this.#entries, path, stage);
    return position < 0 ? undefined : this.#entries[position];
  }

  /**
   * Adds an entry or replaces the one of the same path and stage. An entry of stage 0 resolves a conflict of its
   * path, one of another stage takes away that of stage 0. Entries of the same stage that stand where the path
   * needs a folder, or in the folder that it replaces, are removed.
   *
   * @throws {GovcError} path-invalid: the path cannot stand in a tree, or is a symbolic link called `.gitmodules`.
   */
  set(entry: IndexEntry): void {
    const { path, stage } = entry;
    requireSafePath(entry);
    this.#touch(path);
    if (this.#isAfterAll(path)) {
      this.#entries.push(entry);
      return;
    }
    const found = searchIndex(this.#entries, path, stage);
    if (found >= 0) {
      this.#entries[found] = entry;
      return;
    }
    this.#removeStages(path, (other) => (stage === 0 ? other !== 0 : other === 0));
    this.#removeClashes(path, stage);
    this.#entries.splice(-1 - searchIndex(this.#entries, path, stage), 0, entry);
  }

  /** Removes all stages of a path; `false` where there was none. */
  remove(path: string): boolean {
    return this.#removeStages(path, () => true) > 0;
  }

  /** Removes one stage of a path; `false` where it was not there. */
  removeStage(path: string, stage: Stage): boolean {
    return this.#removeStages(path, (other) => other === stage) > 0;
  }

  /** Removes everything below a folder, given without a slash at the end, and says how many entries that were. */
  removeUnder(folder: string): number {
    const prefix = `${folder}/`;
    const found = searchIndex(this.#entries, prefix, 0);
    const start = found < 0 ? -1 - found : found;
    let end = start;
    while (this.#entries[end]?.path.startsWith(prefix) === true) end++;
    for (let i = start; i < end; i++) this.#forget(this.#entries[i]!);
    this.#entries.splice(start, end - start);
    return end - start;
  }

  /** Forgets the conflicts that were resolved, as after a commit or reset. */
  clearResolveUndo(): void {
    if (this.#hasUndo) this.#changed = true;
    this.#undo.clear();
    this.#hasUndo = false;
  }

  /** Tells which trees the index is known to match, as after writing them. */
  setCacheTree(root: CacheTree | undefined): void {
    this.#cacheTree = root;
    this.#changed = true;
  }

  /** The index with all changes. What a file system monitor and the untracked cache knew is dropped with any. */
  finish(): StagingIndex {
    if (!this.#changed) return this.#before;
    const undo = [...this.#undo.values()].sort((left, right) => comparePaths(left.path, right.path));
    return {
      ...this.#before,
      entries: this.#entries.slice(),
      cacheTree: this.#cacheTree,
      resolveUndo: this.#hasUndo ? undo : undefined,
      link: undefined,
      untrackedCache: undefined,
      fsmonitor: undefined,
    };
  }

  #touch(path: string): void {
    this.#changed = true;
    if (this.#cacheTree !== undefined) this.#cacheTree = invalidatePath(this.#cacheTree, path);
  }

  /** Before an entry is removed: what depends on it, and the side of a conflict that it was. */
  #forget(entry: IndexEntry): void {
    this.#touch(entry.path);
    if (entry.stage === 0) return;
    const { path, mode, id, stage } = entry;
    const sides: [ResolvedSide | undefined, ResolvedSide | undefined, ResolvedSide | undefined] = [
      ...(this.#undo.get(path)?.sides ?? ([undefined, undefined, undefined] as const)),
    ];
    sides[stage - 1] = { mode, id };
    this.#undo.set(path, { path, sides });
    this.#hasUndo = true;
  }

  #removeStages(path: string, test: (stage: Stage) => boolean): number {
    const found = searchIndex(this.#entries, path, 0);
    let at = found < 0 ? -1 - found : found;
    let removed = 0;
    while (this.#entries[at]?.path === path) {
      const entry = this.#entries[at]!;
      if (!test(entry.stage)) {
        at++;
        continue;
      }
      this.#forget(entry);
      this.#entries.splice(at, 1);
      removed++;
    }
    return removed;
  }

  /** Whether a path belongs at the end and has nothing in its way: what filling an index in order asks each time. */
  #isAfterAll(path: string): boolean {
    const last = this.#entries.at(-1);
    if (last === undefined) return true;
    if (comparePaths(last.path, path) >= 0) return false;
    // A file "a" stands before "a-b", which stands before "a/b". So one may be in the way where the last path
    // begins like the first component of this one, unless the folder itself has entries already.
    const slash = path.lastIndexOf('/');
    if (slash < 0 || last.path.startsWith(path.slice(0, slash + 1))) return true;
    return !last.path.startsWith(path.slice(0, path.indexOf('/')));
  }

  #removeClashes(path: string, stage: Stage): void {
    for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      const position = searchIndex(this.#entries, path.slice(0, slash), stage);
      if (position < 0) continue;
      this.#forget(this.#entries[position]!);
      this.#entries.splice(position, 1);
    }
    const prefix = `${path}/`;
    const found = searchIndex(this.#entries, prefix, 0);
    let at = found < 0 ? -1 - found : found;
    while (this.#entries[at]?.path.startsWith(prefix) === true) {
      if (this.#entries[at]!.stage === stage) {
        this.#forget(this.#entries[at]!);
        this.#entries.splice(at, 1);
      } else {
        at++;
      }
    }
  }
}

/** A link called `.gitmodules` would let a submodule's settings come from outside of the tree (CVE-2018-11235). */
function requireSafePath({ path, mode }: IndexEntry): void {
  checkTreePath(mode === MODE_TREE && path.endsWith('/') ? path.slice(0, -1) : path);
  if (mode !== MODE_SYMLINK) return;
  const name = bytesFromLosslessText(path.slice(path.lastIndexOf('/') + 1));
  if (isDotGitmodulesHfs(name) || isDotGitmodulesNtfs(name)) {
    throw new GovcError('path-invalid', `"${path}" may not be a symbolic link.`, { path });
  }
}
