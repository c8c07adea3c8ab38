/**
 * Whose a lock is. A lock file of Git says nothing of its owner, so that one which a killed process left keeps everybody
 * away until a person removes it. Ours are second names of files in a folder that names the process:
 *
 *     objects/tmp_objdir-locks-<process>-<random>/<number>     one for each lock, the same file as
 *     refs/heads/main.lock, packed-refs.lock, …
 *
 * Whoever finds such a folder of a process that is gone knows by the numbers of its files which locks were its. The folder is
 * named as Git names its own temporary ones, so that Git cleans up after us, too.
 */
import { join } from 'node:path';
import {
  attempt, createExclusively, findEntries, findStat, ioError, listNames, removeFile, removeTree, systemCode,
} from './disk.js';
import type { GitDirectory } from './layout.js';
import { findIdentity, stateOfProcess } from './process-identity.js';
import type { Disk } from './system-disk.js';

const PREFIX = 'tmp_objdir-locks-';
const CLAIM = 'claimed';
const FOLDER_ATTEMPTS_MAX = 3;
/**
 * How long a lock of a process that cannot be asked after (another container, another machine) is left alone. Ours are
 * held for as long as a few files are written, and for the hook `reference-transaction`.
 */
const ELSEWHERE_MS = 120_000;

/** A lock file that was just created, and the name beside it that says whose it is. */
export interface OwnedLock {
  readonly fd: number;
  readonly ownPath: string | undefined;
}

/** The locks of one repository that this process takes. */
export class LockOwner {
  readonly #disk: Disk;
  readonly #directory: GitDirectory;
  readonly #now: () => number;
  #folder: string | undefined;
  #count = 0;
  #heldCount = 0;
  /** The system does not tell processes apart, or the file system knows only one name of a file. */
  #isUnable = false;

  constructor(disk: Disk, directory: GitDirectory, now: () => number) {
    this.#disk = disk;
    this.#directory = directory;
    this.#now = now;
  }

  /** Creates a lock file, or gives `undefined` where someone else has it. @throws {GovcError} io-failed */
  create(lockPath: string): OwnedLock | undefined {
    // It costs less than making a file for nothing.
    if (findStat(lockPath) !== undefined) return undefined;
    const own = this.#isUnable ? undefined : this.#createOwn();
    if (own === undefined) return createPlain(this.#disk, lockPath);
    try {
      this.#disk.link(own.ownPath, lockPath);
      return own;
    } catch (error) {
      this.#disk.close(own.fd);
      this.forget(own.ownPath);
      const code = systemCode(error);
      if (code === 'EEXIST') return undefined;
      if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EXDEV' && code !== 'EMLINK') throw ioError('create', lockPath, error);
      this.#isUnable = true;
      return createPlain(this.#disk, lockPath);
    }
  }

  /** Removes the locks of processes that are gone; gives how many there were. @throws {GovcError} io-failed */
  releaseDead(): number {
    return releaseDeadLocks(this.#disk, this.#directory, this.#now());
  }

  /** Removes the second name of a lock that was given up; the folder goes with the last. */
  forget(ownPath: string): void {
    this.#heldCount--;
    forgetQuietly(() => {
      this.#disk.unlink(ownPath);
    });
    if (this.#heldCount > 0 || this.#folder === undefined) return;
    const folder = this.#folder;
    this.#folder = undefined;
    forgetQuietly(() => {
      this.#disk.removeDirectory(folder);
    });
  }

  #createOwn(): { readonly fd: number; readonly ownPath: string } | undefined {
    for (let attempts = 1; ; attempts++) {
      const folder = this.#folder ??= this.#makeFolder();
      if (folder === undefined) return undefined;
      const ownPath = join(folder, String(++this.#count));
      try {
        const fd = this.#disk.open(ownPath, 'wx', 0o666);
        this.#heldCount++;
        return { fd, ownPath };
      } catch (error) {
        if (this.#heldCount === 0) {
          forgetQuietly(() => {
            this.#disk.removeDirectory(folder);
          });
        }
        this.#folder = undefined;
        // A `git prune --expire=now` takes it for garbage.
        if (systemCode(error) !== 'ENOENT' || attempts >= FOLDER_ATTEMPTS_MAX) throw ioError('create', ownPath, error);
      }
    }
  }

  #makeFolder(): string | undefined {
    const identity = findIdentity();
    this.#isUnable = identity === undefined;
    if (identity === undefined) return undefined;
    const prefix = join(this.#directory.commonPath, 'objects', `${PREFIX}${identity}-`);
    return attempt('make a folder in', prefix, () => this.#disk.makeUniqueDirectory(prefix));
  }
}

function createPlain(disk: Disk, lockPath: string): OwnedLock | undefined {
  const fd = createExclusively(disk, lockPath);
  return fd === undefined ? undefined : { fd, ownPath: undefined };
}

/** That something of ours stays is no harm: it is found to be of no lock, and removed when this process is gone. */
function forgetQuietly(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
  }
}

/**
 * Removes the locks that processes left which are gone, in all of a Git directory. Cheap where there are none: a look at the
 * names in `objects`.
 *
 * @param nowMs by the clock of the file system, in milliseconds since 1970
 * @returns how many
 * @throws {GovcError} io-failed
 */
export function releaseDeadLocks(disk: Disk, directory: GitDirectory, nowMs: number): number {
  const objectsPath = join(directory.commonPath, 'objects');
  let count = 0;
  for (const entry of findEntries(objectsPath) ?? []) {
    if (!entry.isDirectory() || !entry.name.startsWith(PREFIX)) continue;
    const folder = join(objectsPath, entry.name);
    if (isDead(entry.name, folder, nowMs) && isFirst(disk, folder, nowMs)) {
      count += releaseOf(disk, directory, folder);
      removeTree(disk, folder);
    }
  }
  return count;
}

function isDead(name: string, folder: string, nowMs: number): boolean {
  const state = stateOfProcess(name.slice(PREFIX.length, name.lastIndexOf('-')));
  if (state !== 'elsewhere') return state === 'dead';
  // Each lock that is taken or given up changes the folder.
  const modifiedMs = findStat(folder)?.mtimeMs;
  return modifiedMs !== undefined && modifiedMs < nowMs - ELSEWHERE_MS;
}

/** Whether nobody else is at it: two at once might remove a lock that was taken by a third in between. */
function isFirst(disk: Disk, folder: string, nowMs: number): boolean {
  const path = join(folder, CLAIM);
  const modifiedMs = findStat(path)?.mtimeMs;
  if (modifiedMs !== undefined) return modifiedMs < nowMs - ELSEWHERE_MS;
  try {
    const fd = disk.open(path, 'wx', 0o666);
    disk.close(fd);
    return true;
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EEXIST' || code === 'ENOENT') return false;
    // Whoever may only read leaves everything as it is.
    if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') return false;
    throw ioError('create', path, error);
  }
}

function releaseOf(disk: Disk, directory: GitDirectory, folder: string): number {
  const left = new Set<number>();
  for (const name of listNames(folder)) {
    const stats = findStat(join(folder, name));
    if (stats !== undefined && stats.nlink > 1) left.add(stats.ino);
  }
  if (left.size === 0) return 0;
  let count = 0;
  for (const path of lockFiles(directory)) {
    if (left.has(findStat(path)?.ino ?? -1) && removeFile(disk, path)) count++;
  }
  return count;
}

/** Every lock file where Git and we make some. O(folders and files of refs and logs). */
function* lockFiles({ gitPath, commonPath }: GitDirectory): Generator<string, void, void> {
  const flat = [commonPath, join(commonPath, 'objects', 'info')];
  if (gitPath !== commonPath) flat.push(gitPath);
  for (const folder of flat) {
    for (const name of listNames(folder)) if (name.endsWith('.lock')) yield join(folder, name);
  }
  const waiting = ['refs', 'logs', 'rr-cache', 'reftable'].map((name) => join(commonPath, name));
  if (gitPath !== commonPath) waiting.push(join(gitPath, 'refs'), join(gitPath, 'logs'));
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const entry of findEntries(folder) ?? []) {
      const path = join(folder, Buffer.from(entry.name, 'latin1').toString());
      if (entry.isDirectory()) waiting.push(path);
      else if (entry.name.endsWith('.lock')) yield path;
    }
  }
}
