import { join } from 'node:path';
import { bytesFromText, textFromBytes } from '../../bytes/text.js';
import {
  attempt, attemptUnless, findEntries, findFile, findStat, listNames, makeDirectory, removeFile, removeTree, renameFile, syncPath,
  writeAll,
} from './disk.js';
import type { Disk } from './system-disk.js';

const PREFIX = 'tmp_objdir-incoming-';
const DAY_MS = 24 * 60 * 60 * 1000;
const KEEP_TEXT = 'govc is about to let refs name what is in this pack\n';
const NO_BYTES = new Uint8Array(0);

/**
 * A folder inside `objects` in which objects wait until they may become part of the repository, laid out like
 * `objects` itself and named as Git names its own (`tmp-objdir.c`), so that Git cleans up after us, too.
 *
 *     (make) --> open --migrate--> migrated
 *                open --discard--> discarded
 */
export class Quarantine {
  readonly path: string;
  readonly #disk: Disk;
  readonly #objectsPath: string;
  #state: 'open' | 'migrated' | 'discarded' = 'open';

  private constructor(disk: Disk, path: string, objectsPath: string) {
    this.#disk = disk;
    this.path = path;
    this.#objectsPath = objectsPath;
  }

  /** Makes a new one in an `objects` folder. @throws {GovcError} io-failed */
  static make(disk: Disk, objectsPath: string): Quarantine {
    const path = attempt('make a folder in', objectsPath, () => disk.makeUniqueDirectory(join(objectsPath, PREFIX)));
    makeDirectory(disk, join(path, 'pack'));
    return new Quarantine(disk, path, objectsPath);
  }

  /** Where packs go. */
  get packPath(): string {
    return join(this.path, 'pack');
  }

  /**
   * Moves everything into the repository: a pack before its index, so that no index is there without its pack. What
   * is there already stays as it is.
   *
   * Until a ref names what is in them, packs are marked with `.keep` files, as Git marks those that it receives: a
   * `git repack -ad` that has looked at the refs before would delete them as unreachable.
   *
   * @param options `nowMs` is the new time of a pack that was there already, so that it is not taken for old
   * @returns the marks, for {@link removeKeepFiles} when the refs are in place
   * @throws {GovcError} io-failed
   */
  async migrate(options: { readonly syncs: boolean; readonly nowMs: number }): Promise<string[]> {
    if (this.#state !== 'open') return [];
    const keeps = this.#writeKeepFiles();
    const changed = new Set<string>();
    for (const entry of findEntries(this.path) ?? []) {
      if (!entry.isDirectory()) continue;
      const target = join(this.#objectsPath, entry.name);
      if (findStat(target) === undefined) changed.add(this.#objectsPath);
      makeDirectory(this.#disk, target);
      for (const name of inOrder(listNames(join(this.path, entry.name)))) {
        if (name.startsWith('tmp_')) continue;
        const path = join(target, name);
        if (findStat(path) === undefined) renameFile(this.#disk, join(this.path, entry.name, name), path);
        else freshen(this.#disk, path, options.nowMs);
        changed.add(target);
      }
    }
    if (options.syncs) await Promise.all([...changed].map((path) => syncPath(this.#disk, path)));
    this.#state = 'migrated';
    this.#remove();
    return keeps;
  }

  /** Writes marks for the packs that the repository does not have yet. */
  #writeKeepFiles(): string[] {
    const keeps: string[] = [];
    for (const name of listNames(this.packPath)) {
      if (!name.endsWith('.pack') || name.startsWith('tmp_')) continue;
      if (findStat(join(this.#objectsPath, 'pack', name)) !== undefined) continue;
      const keep = name.replace(/pack$/, 'keep');
      const path = join(this.packPath, keep);
      const fd = attempt('write', path, () => this.#disk.open(path, 'w', 0o666));
      try {
        writeAll(this.#disk, { fd, path }, bytesFromText(KEEP_TEXT));
      } finally {
        this.#disk.close(fd);
      }
      keeps.push(join(this.#objectsPath, 'pack', keep));
    }
    return keeps;
  }

  /** Throws everything away. Does nothing after `migrate`. */
  discard(): void {
    if (this.#state !== 'open') return;
    this.#state = 'discarded';
    this.#remove();
  }

  #remove(): void {
    removeTree(this.#disk, this.path);
  }
}

/** Removes the marks of packs whose refs are in place, or never will be. */
export function removeKeepFiles(disk: Disk, paths: readonly string[]): void {
  for (const path of paths) removeFile(disk, path);
}

/** Removes quarantines and marks of packs that a crash left behind more than a day ago. */
export function removeStaleQuarantines(disk: Disk, objectsPath: string, nowMs: number): void {
  const packPath = join(objectsPath, 'pack');
  for (const name of listNames(packPath)) {
    const path = join(packPath, name);
    if (name.endsWith('.keep') && isOld(path, nowMs) && textFromBytes(findFile(path) ?? NO_BYTES) === KEEP_TEXT) removeFile(disk, path);
  }
  for (const entry of findEntries(objectsPath) ?? []) {
    if (!entry.isDirectory() || !entry.name.startsWith(PREFIX)) continue;
    const path = join(objectsPath, entry.name);
    if (isOld(path, nowMs)) removeTree(disk, path);
  }
}

function isOld(path: string, nowMs: number): boolean {
  const modifiedMs = findStat(path)?.mtimeMs;
  return modifiedMs !== undefined && modifiedMs < nowMs - DAY_MS;
}

/** As a user of it, an unreachable old pack is about to be needed: a `git gc` must not take it for garbage. */
function freshen(disk: Disk, path: string, nowMs: number): void {
  attemptUnless(['ENOENT', 'EPERM', 'EACCES'], 'touch', path, () => {
    disk.setTime(path, nowMs);
  });
}

const PACK_RANKS: Readonly<Record<string, number>> = { keep: 1, pack: 2, rev: 3, idx: 4 };

function inOrder(names: readonly string[]): string[] {
  const rank = (name: string): number => PACK_RANKS[name.slice(name.lastIndexOf('.') + 1)] ?? 0;
  return [...names].sort((left, right) => rank(left) - rank(right));
}
