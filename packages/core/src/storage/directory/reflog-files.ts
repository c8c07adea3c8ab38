/** Reflogs as files under `logs/`. */
import { dirname, join } from 'node:path';
import type { HashAlgorithm } from '../../hash/algorithm.js';
import {
  attempt, findFile, findStat, ioError, isDirectory, makeDirectory, removeEmptyTree, removeFile, removeIfEmpty, syncPath, systemCode,
  writeAll,
} from './disk.js';
import type { GitDirectory } from './layout.js';
import { lockHeldError, LockFile } from './lock-file.js';
import type { LockOwner } from './lock-owner.js';
import { parseReflog, serializeReflog, type ReflogEntry } from '../../ref/reflog.js';
import { isWorktreeRef, type RefName } from '../../ref/ref-name.js';
import { applyReflogSteps, type ReflogStep } from '../../store/reflog-edit.js';
import { createsReflog, type ReflogPolicy } from '../../store/reflog-policy.js';
import type { ReflogSource } from '../../store/reflogs.js';
import type { Disk } from './system-disk.js';
import { isUnchanged, stampOf, type FileStamp } from './file-stamp.js';

/** What {@link ReflogFiles} work with. */
export interface ReflogFilesParts {
  readonly algorithm: HashAlgorithm;
  readonly disk: Disk;
  readonly owner: LockOwner;
  readonly syncs: boolean;
  /** The clock of the file system, in milliseconds since 1970. */
  readonly now: () => number;
}

/** The reflogs of one Git directory. */
export class ReflogFiles implements ReflogSource {
  readonly #directory: GitDirectory;
  readonly #algorithm: HashAlgorithm;
  readonly #disk: Disk;
  readonly #owner: LockOwner;
  readonly #syncs: boolean;
  readonly #now: () => number;
  /** The logs that were read last, the latest at the end. */
  readonly #known = new Map<RefName, { readonly stamp: FileStamp; readonly entries: readonly ReflogEntry[] }>();

  constructor(directory: GitDirectory, { algorithm, disk, owner, syncs, now }: ReflogFilesParts) {
    this.#owner = owner;
    this.#disk = disk;
    this.#syncs = syncs;
    this.#directory = directory;
    this.#algorithm = algorithm;
    this.#now = now;
  }

  find(name: RefName): readonly ReflogEntry[] | undefined {
    const path = this.pathOf(name);
    const nowMs = this.#now();
    const stats = findStat(path);
    if (stats?.isFile() !== true) return undefined;
    const known = this.#known.get(name);
    if (known !== undefined && isUnchanged(known.stamp, stats)) return known.entries;
    const bytes = findFile(path);
    if (bytes === undefined) return undefined;
    const entries = parseReflog(bytes, this.#algorithm);
    this.#known.delete(name);
    this.#known.set(name, { stamp: stampOf(stats, nowMs), entries });
    if (this.#known.size > KNOWN_MAX) this.#known.delete(this.#known.keys().next().value!);
    return entries;
  }

  /** The file of a ref's log; those of refs outside of `refs/` belong to the worktree. */
  pathOf(name: RefName): string {
    return join(isWorktreeRef(name) ? this.#directory.gitPath : this.#directory.commonPath, 'logs', name);
  }

  /**
   * Changes the log of a ref, if it has one or, for lines that are added, should have one. Whoever takes lines away
   * must hold the lock of the ref.
   *
   * @returns the files and folders that make the change durable when they are forced to the disk
   * @throws {GovcError} io-failed, lock-held, reflog-invalid
   */
  async change(name: RefName, steps: readonly ReflogStep[], policy: ReflogPolicy): Promise<readonly string[]> {
    const added: ReflogEntry[] = [];
    for (const step of steps) {
      if (step.kind === 'remove') {
        return this.#rewrite(name, steps, policy);
      }
      added.push(step.entry);
    }
    const path = this.pathOf(name);
    const lines = serializeReflog(added);
    const isNew = findStat(path)?.isFile() !== true;
    const fd = createsReflog(name, policy) ? openOrCreate(this.#disk, path) : findOpen(this.#disk, path);
    if (fd === undefined) return [];
    try {
      writeAll(this.#disk, { fd, path }, lines);
    } finally {
      this.#disk.close(fd);
    }
    return isNew ? [path, ...this.#foldersOf(name)] : [path];
  }

  async #rewrite(name: RefName, steps: readonly ReflogStep[], policy: ReflogPolicy): Promise<readonly string[]> {
    const path = this.pathOf(name);
    const bytes = findStat(path)?.isFile() === true ? findFile(path) : undefined;
    if (bytes === undefined) {
      const added = steps.filter((step) => step.kind === 'append');
      return added.length > 0 ? this.change(name, added, policy) : [];
    }
    // The lock of the ref keeps others away; this one is Git's way to replace a file.
    const lock = LockFile.tryTake(this.#disk, path, this.#owner);
    if (lock === undefined) throw lockHeldError(path, 0);
    try {
      lock.write(serializeReflog(applyReflogSteps(parseReflog(bytes, this.#algorithm), steps, this.#algorithm.zeroId)));
      // Renamed before its bytes are on the disk, it could lose the lines that stay, too.
      if (this.#syncs) await syncPath(this.#disk, lock.lockPath);
      lock.commit();
    } finally {
      lock.release();
    }
    return [dirname(path)];
  }

  /** The folders that the log of a ref lies in, up to the Git directory. */
  #foldersOf(name: RefName): string[] {
    let folder = this.pathOf(name);
    return ['logs', ...name.split('/')].map(() => (folder = dirname(folder)));
  }

  /**
   * What keeps the log of a ref from being written: a file where a folder is needed, or a folder with logs of refs
   * below. `undefined` where nothing does.
   */
  findObstacle(name: RefName, policy: ReflogPolicy): string | undefined {
    if (!createsReflog(name, policy)) return undefined;
    const path = this.pathOf(name);
    if (isDirectory(path) && !removeEmptyTree(this.#disk, path)) return path;
    for (let folder = dirname(path), i = name.split('/').length; i > 1; folder = dirname(folder), i--) {
      if (findStat(folder)?.isFile() === true) return folder;
    }
    return undefined;
  }

  /** Removes the log of a ref that was deleted, and the folders that this empties. */
  remove(name: RefName): void {
    const path = this.pathOf(name);
    if (!removeFile(this.#disk, path)) return;
    removeEmptyParents(this.#disk, path, { root: join(this.#directory.commonPath, 'logs'), name });
  }
}

// Whoever looks into a log usually looks again.
const KNOWN_MAX = 64;

/** Removes the folders of a ref's file that are empty, up to `refs/<kind>/`, which stays. */
export function removeEmptyParents(disk: Disk, path: string, { root, name }: { readonly root: string; readonly name: RefName }): void {
  const kept = join(root, ...name.split('/').slice(0, 2));
  for (let folder = dirname(path); folder.length > kept.length; folder = dirname(folder)) {
    if (!removeIfEmpty(disk, folder)) return;
  }
}

function findOpen(disk: Disk, path: string): number | undefined {
  if (findStat(path)?.isFile() !== true) return undefined;
  return attempt('append to', path, () => disk.open(path, 'a', 0o666));
}

function openOrCreate(disk: Disk, path: string): number {
  // The second and third time round, empty folders of deleted logs or other writers' tidying were in the way.
  for (let attempts = 1; ; attempts++) {
    makeDirectory(disk, dirname(path));
    try {
      return disk.open(path, 'a', 0o666);
    } catch (error) {
      const code = systemCode(error);
      if (attempts < 3 && (code === 'ENOENT' || (code === 'EISDIR' && removeEmptyTree(disk, path)))) continue;
      throw ioError('append to', path, error);
    }
  }
}
