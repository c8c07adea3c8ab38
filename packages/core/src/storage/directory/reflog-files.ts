/** Reflogs as files under `logs/`, and when Git keeps one (`core.logAllRefUpdates` in git-config). */
import { closeSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from '../../config/config.js';
import { findConfigBool } from '../../config/config-value.js';
import { GovcError } from '../../errors.js';
import {
  attempt, findStat, ioError, isDirectory, makeDirectory, removeEmptyTree, removeFile, removeIfEmpty, systemCode, writeAll,
} from './disk.js';
import type { GitDirectory } from './layout.js';
import { HEAD, type RefName } from '../../ref/ref-name.js';

/**
 * Which refs get a reflog that have none.
 *
 * - `none`: no ref
 * - `normal`: HEAD, branches, branches of remotes and notes
 * - `always`: every ref
 */
export type ReflogPolicy = 'none' | 'normal' | 'always';

/** The policy that a configuration asks for. @throws {GovcError} config-invalid */
export function reflogPolicy(config: Config, isBare: boolean): ReflogPolicy {
  const value = config.get('core.logallrefupdates');
  if (value === undefined) return isBare ? 'none' : 'normal';
  if (value.toLowerCase() === 'always') return 'always';
  const isOn = findConfigBool(config.find('core.logallrefupdates')?.value);
  if (isOn === undefined) {
    throw new GovcError('config-invalid', `core.logAllRefUpdates is "${value}", neither a boolean nor "always".`, { value });
  }
  return isOn ? 'normal' : 'none';
}

/** The reflogs of one Git directory. */
export class ReflogFiles {
  readonly #directory: GitDirectory;

  constructor(directory: GitDirectory) {
    this.#directory = directory;
  }

  /** The file of a ref's log; that of HEAD belongs to the worktree. */
  pathOf(name: RefName): string {
    return join(name === HEAD ? this.#directory.gitPath : this.#directory.commonPath, 'logs', name);
  }

  /**
   * Appends lines to the log of a ref, if it has one or should have one.
   *
   * @throws {GovcError} io-failed
   */
  append(name: RefName, lines: Uint8Array, policy: ReflogPolicy): void {
    const path = this.pathOf(name);
    const fd = shouldCreate(name, policy) ? openOrCreate(path) : findOpen(path);
    if (fd === undefined) return;
    try {
      writeAll(fd, lines, path);
    } finally {
      closeSync(fd);
    }
  }

  /**
   * What keeps the log of a ref from being written: a file where a folder is needed, or a folder with logs of refs
   * below. `undefined` where nothing does.
   */
  findObstacle(name: RefName, policy: ReflogPolicy): string | undefined {
    if (!shouldCreate(name, policy)) return undefined;
    const path = this.pathOf(name);
    if (isDirectory(path) && !removeEmptyTree(path)) return path;
    for (let folder = dirname(path), i = name.split('/').length; i > 1; folder = dirname(folder), i--) {
      if (findStat(folder)?.isFile() === true) return folder;
    }
    return undefined;
  }

  /** Removes the log of a ref that was deleted, and the folders that this empties. */
  remove(name: RefName): void {
    const path = this.pathOf(name);
    if (!removeFile(path)) return;
    removeEmptyParents(path, join(this.#directory.commonPath, 'logs'), name);
  }
}

/** Removes the folders of a ref's file that are empty, up to `refs/<kind>/`, which stays. */
export function removeEmptyParents(path: string, root: string, name: RefName): void {
  const kept = join(root, ...name.split('/').slice(0, 2));
  for (let folder = dirname(path); folder.length > kept.length; folder = dirname(folder)) {
    if (!removeIfEmpty(folder)) return;
  }
}

function shouldCreate(name: RefName, policy: ReflogPolicy): boolean {
  if (policy !== 'normal') return policy === 'always';
  return name === HEAD || /^refs\/(?:heads|remotes|notes)\//.test(name);
}

function findOpen(path: string): number | undefined {
  if (findStat(path)?.isFile() !== true) return undefined;
  return attempt('append to', path, () => openSync(path, 'a'));
}

function openOrCreate(path: string): number {
  // The second and third time round, empty folders of deleted logs or other writers' tidying were in the way.
  for (let attempts = 1; ; attempts++) {
    makeDirectory(dirname(path));
    try {
      return openSync(path, 'a');
    } catch (error) {
      const code = systemCode(error);
      if (attempts < 3 && (code === 'ENOENT' || (code === 'EISDIR' && removeEmptyTree(path)))) continue;
      throw ioError('append to', path, error);
    }
  }
}
