import { join } from 'node:path';
import { findTextFromBytes, bytesFromLatin1 } from '../../bytes/text.js';
import { GovcError, hasCode } from '../../errors.js';
import type { HashAlgorithm } from '../../hash/algorithm.js';
import { LIMITS } from '../../limits.js';
import { parseLooseRef } from '../../ref/loose-ref.js';
import { isRefName, type RefName } from '../../ref/ref-name.js';
import type { RefValue } from '../../ref/ref-value.js';
import { findEntries, findFile, findLinkStat, findStat } from './disk.js';
import { hasSameNames, isUnchanged, stampOf, type FileStamp } from './file-stamp.js';

/** What reading ref files depends on. */
export interface RefSurroundings {
  readonly algorithm: HashAlgorithm;
  readonly now: () => number;
  /** Told of files that are left out because they hold no ref. */
  readonly onProblem: (problem: GovcError) => void;
}

/** A ref file that was read. */
interface RefFile {
  readonly stamp: FileStamp;
  /** `undefined` where the file holds no valid ref. */
  readonly value: RefValue | undefined;
}

interface RefFolder {
  stamp: FileStamp | undefined;
  files: Map<RefName, RefFile>;
  /** Paths below the Git directory, ending with a slash. */
  folders: readonly string[];
}

// With fewer files than this each is examined at every look; it takes well under a millisecond.
const FILES_EXAMINED_ALWAYS = 256;
// How long a change that leaves its folder alone, which no Git makes, may stay unseen in a larger repository.
const FULL_LOOK_MS = 1000;

/** Refs that each worktree has for itself, so that they are no part of the repository (gitrepository-layout). */
const WORKTREE_FOLDERS = new Set(['refs/bisect/', 'refs/worktree/', 'refs/rewritten/']);

/**
 * The loose refs of a Git directory, kept up to date by looking at what has changed.
 *
 * Git replaces a ref file by renaming a lock file over it, which changes the folder that both are in. So a folder that
 * is certainly unchanged holds what it held, and a look costs one system call per folder. A file that was written in
 * place changes only itself: such changes are looked for, too, but in a large repository only once a second.
 */
export class LooseRefs {
  readonly #path: string;
  readonly #surroundings: RefSurroundings;
  readonly #isLinked: boolean;
  readonly #folders = new Map<string, RefFolder>();
  #fileCount = 0;
  #fullLookMs = Number.NEGATIVE_INFINITY;

  /**
   * @param path the common Git directory
   * @param isLinked whether this is a linked worktree, which does not see what the main one has for itself
   */
  constructor(path: string, surroundings: RefSurroundings, isLinked = false) {
    this.#path = path;
    this.#surroundings = surroundings;
    this.#isLinked = isLinked;
  }

  /** The value that the file of a ref had at the last look. */
  get(name: RefName): RefValue | undefined {
    return this.#folders.get(name.slice(0, name.lastIndexOf('/') + 1))?.files.get(name)?.value;
  }

  /**
   * Looks for changes and gives the names of the refs whose files have changed, appeared or gone. O(folders), plus
   * the files of folders that have changed.
   *
   * @throws {GovcError} io-failed
   */
  update(): Set<RefName> {
    const nowMs = this.#surroundings.now();
    const isFull = this.#fileCount <= FILES_EXAMINED_ALWAYS || nowMs - this.#fullLookMs >= FULL_LOOK_MS;
    if (isFull) this.#fullLookMs = nowMs;
    const changed = new Set<RefName>();
    const waiting = ['refs/'];
    const seen = new Set<string>();
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      seen.add(path);
      const stats = findStat(join(this.#path, path));
      if (stats?.isDirectory() !== true) {
        this.#forget(path, changed);
        continue;
      }
      const stamp = stampOf(stats, nowMs);
      let folder = this.#folders.get(path);
      if (folder === undefined || !hasSameNames(folder.stamp, stats)) {
        folder = this.#list(path, folder, changed);
        folder.stamp = stamp;
      } else if (isFull) {
        for (const name of folder.files.keys()) this.#examine(folder, name, changed);
      }
      for (const path of folder.folders) waiting.push(path);
    }
    for (const path of [...this.#folders.keys()]) if (!seen.has(path)) this.#forget(path, changed);
    this.#fileCount = 0;
    for (const folder of this.#folders.values()) this.#fileCount += folder.files.size;
    return changed;
  }

  #list(path: string, known: RefFolder | undefined, changed: Set<RefName>): RefFolder {
    const folder: RefFolder = { stamp: undefined, files: new Map(known?.files), folders: [] };
    const folders: string[] = [];
    const names = new Set<RefName>();
    for (const entry of findEntries(join(this.#path, path)) ?? []) {
      if (entry.name.startsWith('.') || entry.name.endsWith('.lock')) continue;
      const base = /^[\x20-\x7e]*$/.test(entry.name) ? entry.name : findTextFromBytes(bytesFromLatin1(entry.name));
      // Names that are not UTF-8 cannot be spoken of.
      if (base === undefined) continue;
      const name = path + base;
      if (entry.isDirectory() || (entry.isSymbolicLink() && findStat(join(this.#path, name))?.isDirectory() === true)) {
        if (!this.#isLinked || !WORKTREE_FOLDERS.has(`${name}/`)) folders.push(`${name}/`);
      } else if (isRefName(name)) {
        names.add(name);
      }
    }
    for (const name of folder.files.keys()) {
      if (names.has(name)) continue;
      folder.files.delete(name);
      changed.add(name);
    }
    for (const name of names) this.#examine(folder, name, changed);
    folder.folders = folders;
    this.#folders.set(path, folder);
    return folder;
  }

  #examine(folder: RefFolder, name: RefName, changed: Set<RefName>): void {
    const nowMs = this.#surroundings.now();
    const path = join(this.#path, name);
    const stats = findStat(path);
    const known = folder.files.get(name);
    if (stats === undefined || !stats.isFile()) {
      if (known !== undefined) changed.add(name);
      folder.files.delete(name);
      return;
    }
    if (known !== undefined && isUnchanged(known.stamp, stats)) return;
    const value = this.#read(path);
    folder.files.set(name, { stamp: stampOf(stats, nowMs), value });
    changed.add(name);
  }

  #read(path: string): RefValue | undefined {
    const { algorithm, onProblem } = this.#surroundings;
    try {
      return findLooseRef(path, algorithm);
    } catch (error) {
      if (!hasCode(error, 'ref-invalid')) throw error;
      onProblem(error as GovcError);
      return undefined;
    }
  }

  #forget(path: string, changed: Set<RefName>): void {
    const folder = this.#folders.get(path);
    if (folder === undefined) return;
    for (const name of folder.files.keys()) changed.add(name);
    this.#folders.delete(path);
  }
}

/**
 * The value in the file of a ref, or `undefined` where there is no such file. The all-zero id is none.
 *
 * @throws {GovcError} ref-invalid, io-failed
 */
export function findLooseRef(path: string, algorithm: HashAlgorithm): RefValue | undefined {
  const size = findStat(path)?.size ?? 0;
  if (size > LIMITS.refFileSize.value) {
    throw new GovcError('ref-invalid', `"${path}" has ${size} bytes, which no ref needs.`, { path, size });
  }
  const bytes = findFile(path);
  if (bytes === undefined) return undefined;
  const value = parseLooseRef(bytes, algorithm);
  return value.kind === 'direct' && value.id === algorithm.zeroId ? undefined : value;
}

/** Whether a symbolic link stands where the file of a ref should be, as very old repositories have for HEAD. */
export function isSymbolicLink(path: string): boolean {
  return findLinkStat(path)?.isSymbolicLink() === true;
}
