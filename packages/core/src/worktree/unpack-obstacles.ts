/** What forbids a checkout: changes and files that would be lost. */
import { MODE_GITLINK } from '../object/tree.js';
import { comparePaths, searchIndex, type IndexEntry } from '../staging/staging-index.js';
import { compareStat, hasContent, isRacy, isSame, type FileStateContext } from './file-state.js';
import { folderOf, type FileInfo } from './files.js';
import { runSteps } from './filter-steps.js';
import type { LoadedIndex } from './index-store.js';
import type { Obstacle, ObstacleKind, UnpackOptions } from './unpack.js';
import { findUntracked, isRepositoryFolder } from './untracked.js';

/** Whether the numbers of a file are those of its entry; where that proves nothing, its content is looked at. */
export function isUpToDate(context: FileStateContext, { time }: LoadedIndex, entry: IndexEntry, info: FileInfo): boolean {
  if (!isSame(compareStat(entry, info, context.traits, undefined))) return false;
  return !isRacy(entry.stat, time) || entry.mode === MODE_GITLINK || runSteps(hasContent(context, entry, info));
}

/** Collects obstacles. */
export class Obstacles {
  readonly #context: FileStateContext;
  readonly #loaded: LoadedIndex;
  readonly #options: UnpackOptions;
  readonly #found = new Map<string, Obstacle>();
  #entries: readonly IndexEntry[] = [];
  #removals: ReadonlySet<string> = new Set();

  constructor(context: FileStateContext, loaded: LoadedIndex, options: UnpackOptions) {
    this.#context = context;
    this.#loaded = loaded;
    this.#options = options;
  }

  add(kind: ObstacleKind, path: string): void {
    this.#found.set(`${kind} ${path}`, { kind, path });
  }

  /** Tells the index that is planned and what is to be removed: what is removed is not in the way. */
  settle(entries: readonly IndexEntry[], removals: readonly string[]): void {
    this.#entries = entries;
    this.#removals = new Set(removals);
  }

  /** The file of an entry that is replaced or removed must not have been changed. */
  checkUpToDate(entry: IndexEntry): void {
    if (this.#touchesNothing() || (this.#options.discards ?? 'none') !== 'none' || entry.skipWorktree) return;
    const info = this.#context.files.find(entry.path);
    if (info === undefined) return;
    if (entry.mode === MODE_GITLINK && info.kind === 'directory') return;
    if (info.kind === 'directory') {
      // What stands there is not the file; files in it may be lost.
      this.#checkFolder(entry.path);
      return;
    }
    if (!isUpToDate(this.#context, this.#loaded, entry, info)) this.add('not-up-to-date', entry.path);
  }

  /** Where a path is to be written or removed that the index does not know, nothing must be lost. */
  checkAbsent(path: string, kind: 'untracked-overwritten' | 'untracked-removed'): void {
    if (this.#touchesNothing() || this.#options.discards === 'overwrite' || this.#options.discards === 'reset') return;
    const { files } = this.#context;
    for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder)) {
      const info = files.find(folder);
      if (info === undefined || info.kind === 'directory') continue;
      this.#checkFile(folder, kind);
      return;
    }
    const info = files.find(path);
    if (info === undefined) return;
    if (info.kind === 'directory') this.#checkFolder(path);
    else this.#checkFile(path, kind);
  }

  finish(): Obstacle[] {
    return [...this.#found.values()].sort((a, b) => comparePaths(a.path, b.path));
  }

  #touchesNothing(): boolean {
    return this.#options.mode === 'index';
  }

  #checkFile(path: string, kind: 'untracked-overwritten' | 'untracked-removed'): void {
    if (this.#removals.has(path) || this.#isTracked(path)) return;
    if (this.#options.ignores?.isIgnored(path, false) === true) return;
    this.add(kind, path);
  }

  /** A folder gives way when all that is in it is tracked and removed, or ignored. */
  #checkFolder(path: string): void {
    const { files } = this.#context;
    const { index } = this.#loaded;
    if (isRepositoryFolder(files, path)) {
      const at = searchIndex(index.entries, path, 0);
      if (at >= 0 && index.entries[at]!.mode === MODE_GITLINK) return;
    }
    const prefix = `${path}/`;
    const found = searchIndex(index.entries, prefix, 0);
    for (let at = found < 0 ? -1 - found : found; index.entries[at]?.path.startsWith(prefix) === true; at++) {
      this.checkUpToDate(index.entries[at]!);
    }
    const { untracked } = findUntracked(files.within(path), { ...index, entries: this.#entriesBelow(path) }, {});
    const isLost = untracked.some((inner) => this.#options.ignores?.isIgnored(`${prefix}${inner.replace(/\/$/, '')}`, inner.endsWith('/')) !== true);
    if (isLost) this.add('directory-not-up-to-date', path);
  }

  #entriesBelow(path: string): IndexEntry[] {
    const prefix = `${path}/`;
    const { entries } = this.#loaded.index;
    return entries.filter((entry) => entry.path.startsWith(prefix)).map((entry) => ({ ...entry, path: entry.path.slice(prefix.length) }));
  }

  #isTracked(path: string): boolean {
    const at = searchIndex(this.#entries, path, 0);
    const own = searchIndex(this.#loaded.index.entries, path, 0);
    return (at >= 0 && own >= 0) || this.#loaded.index.entries[own < 0 ? -1 - own : own]?.path === path;
  }
}
