/** Files that the index does not know: what `git status`, `git add`, `git clean` and `git ls-files --others` look for. */
import type { IgnoreRules } from '../pattern/ignore.js';
import type { Pathspec } from '../pattern/pathspec.js';
import { comparePaths, searchIndex, type StagingIndex } from '../staging/staging-index.js';
import { MODE_GITLINK } from '../object/tree.js';
import type { Files } from './files.js';

/** What is looked for. */
export interface UntrackedOptions {
  /** Default: no path is ignored. */
  readonly ignores?: IgnoreRules | undefined;
  /** Default: all paths. */
  readonly pathspec?: Pathspec | undefined;
  /**
   * `files`: every file. `folders`: a folder of which nothing is tracked stands for all that is in it. Default: `files`.
   */
  readonly collapse?: 'files' | 'folders' | undefined;
  /** Whether folders without any file are given, with `folders`. Default: false. */
  readonly givesEmpty?: boolean | undefined;
  /**
   * Whether ignored paths are given too. `matching`: the paths that patterns match. `all`: the same, but folders by `collapse`.
   * Default: `none`.
   */
  readonly ignored?: 'none' | 'all' | 'matching' | undefined;
}

/** What was found, each in order; folders end with a slash. */
export interface UntrackedPaths {
  readonly untracked: readonly string[];
  readonly ignored: readonly string[];
}

/**
 * Looks through the files. Folders that are repositories of their own are given whole and not looked into; ignored folders
 * are looked into only where their files are asked for. O(files in folders that are looked into).
 */
export function findUntracked(files: Files, index: StagingIndex, options: UntrackedOptions = {}): UntrackedPaths {
  const search = new Search(files, index, options);
  const pending: Visit[] = [{ folder: '', isIgnored: false }];
  for (let visit = pending.pop(); visit !== undefined; visit = pending.pop()) search.visit(visit, pending);
  return { untracked: search.untracked.sort(comparePaths), ignored: search.ignored.sort(comparePaths) };
}

/** Whether a folder is a repository of its own: a submodule, or one that somebody put there. */
export function isRepositoryFolder(files: Files, folder: string): boolean {
  const info = files.find(`${folder}/.git`);
  if (info?.kind === 'file') return true;
  return info?.kind === 'directory' && files.find(`${folder}/.git/HEAD`) !== undefined && files.find(`${folder}/.git/objects`)?.kind === 'directory';
}

interface Visit {
  /** Without a slash at the end; `''` for the root. */
  readonly folder: string;
  readonly isIgnored: boolean;
}

class Search {
  readonly untracked: string[] = [];
  readonly ignored: string[] = [];
  readonly #files: Files;
  readonly #index: StagingIndex;
  readonly #options: UntrackedOptions;

  constructor(files: Files, index: StagingIndex, options: UntrackedOptions) {
    this.#files = files;
    this.#index = index;
    this.#options = options;
  }

  visit({ folder, isIgnored }: Visit, pending: Visit[]): void {
    for (const name of this.#names(folder)) {
      const path = folder === '' ? name : `${folder}/${name}`;
      const kind = this.#files.find(path)?.kind;
      if (kind === 'directory') this.#visitFolder(path, isIgnored, pending);
      else if (kind !== undefined && kind !== 'other') this.#visitFile(path, isIgnored);
    }
  }

  #visitFile(path: string, isInIgnored: boolean): void {
    if (this.#isTracked(path) || !this.#matches(path, false)) return;
    if (isInIgnored || this.#isIgnored(path, false)) this.#giveIgnored(path);
    else this.untracked.push(path);
  }

  #visitFolder(path: string, isInIgnored: boolean, pending: Visit[]): void {
    if (this.#isTrackedLink(path)) return;
    if (this.#options.pathspec?.canMatchBelow(path) === false && !this.#matches(path, true)) return;
    if (this.#hasTracked(path)) {
      pending.push({ folder: path, isIgnored: isInIgnored || this.#isIgnored(path, true) });
      return;
    }
    const { collapse = 'files', ignored = 'none' } = this.#options;
    const isIgnored = isInIgnored || this.#isIgnored(path, true);
    if (isIgnored && ignored === 'none') return;
    if (isRepositoryFolder(this.#files, path)) {
      if (!this.#matches(path, true)) return;
      if (isIgnored) this.#giveIgnored(`${path}/`);
      else this.untracked.push(`${path}/`);
      return;
    }
    if (isIgnored && (collapse === 'folders' || ignored === 'matching')) {
      if (this.#matches(path, true)) this.#giveIgnored(`${path}/`);
      return;
    }
    if (collapse === 'files' || isIgnored || !this.#matchesWhole(path)) {
      pending.push({ folder: path, isIgnored });
      return;
    }
    this.#giveFolder(path, pending);
  }

  /** A folder of which nothing is tracked and that is not ignored itself. */
  #giveFolder(path: string, pending: Visit[]): void {
    const { ignored = 'none', givesEmpty = false } = this.#options;
    const content = this.#look(path);
    if (content.hasUntracked || (givesEmpty && !content.hasIgnored)) {
      this.untracked.push(`${path}/`);
      // What is ignored in it is told all the same.
      if (ignored !== 'none' && content.hasIgnored) this.#giveIgnoredBelow(path);
    } else if (content.hasIgnored && ignored === 'all') {
      this.ignored.push(`${path}/`);
    } else if (content.hasIgnored && ignored === 'matching') {
      pending.push({ folder: path, isIgnored: false });
    }
  }

  /** Whether there are files below a folder that are not ignored, and ones that are. */
  #look(top: string): { hasUntracked: boolean; hasIgnored: boolean } {
    const { ignored = 'none', givesEmpty = false } = this.#options;
    const needsIgnored = ignored !== 'none' || givesEmpty;
    const pending = [top];
    let hasUntracked = false;
    let hasIgnored = false;
    for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
      for (const name of this.#names(folder)) {
        const path = `${folder}/${name}`;
        const kind = this.#files.find(path)?.kind;
        if (kind === undefined || kind === 'other') continue;
        if (this.#isIgnored(path, kind === 'directory')) hasIgnored = true;
        else if (kind === 'directory' && !isRepositoryFolder(this.#files, path)) pending.push(path);
        else hasUntracked = true;
        if (hasUntracked && (hasIgnored || !needsIgnored)) return { hasUntracked, hasIgnored };
      }
    }
    return { hasUntracked, hasIgnored };
  }

  #giveIgnoredBelow(top: string): void {
    const pending = [top];
    for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
      for (const name of this.#names(folder)) {
        const path = `${folder}/${name}`;
        const kind = this.#files.find(path)?.kind;
        if (kind === undefined || kind === 'other') continue;
        if (this.#isIgnored(path, kind === 'directory')) this.ignored.push(kind === 'directory' ? `${path}/` : path);
        else if (kind === 'directory' && !isRepositoryFolder(this.#files, path)) pending.push(path);
      }
    }
  }

  #giveIgnored(path: string): void {
    if ((this.#options.ignored ?? 'none') !== 'none') this.ignored.push(path);
  }

  #names(folder: string): string[] {
    const names = this.#files.list(folder) ?? [];
    return names.filter((name) => name !== '.git').sort(comparePaths);
  }

  #isIgnored(path: string, isFolder: boolean): boolean {
    return this.#options.ignores?.isIgnored(path, isFolder) === true;
  }

  #matches(path: string, isFolder: boolean): boolean {
    return this.#options.pathspec === undefined || this.#options.pathspec.matches(path, isFolder);
  }

  /** Whether everything below a folder matches, as far as can be told: else it is looked into. */
  #matchesWhole(path: string): boolean {
    return this.#matches(path, true);
  }

  #isTracked(path: string): boolean {
    const at = searchIndex(this.#index.entries, path, 0);
    return at >= 0 || this.#index.entries[-1 - at]?.path === path;
  }

  #isTrackedLink(path: string): boolean {
    const at = searchIndex(this.#index.entries, path, 0);
    return at >= 0 && this.#index.entries[at]!.mode === MODE_GITLINK;
  }

  #hasTracked(path: string): boolean {
    const at = searchIndex(this.#index.entries, `${path}/`, 0);
    return at >= 0 || this.#index.entries[-1 - at]?.path.startsWith(`${path}/`) === true;
  }
}
