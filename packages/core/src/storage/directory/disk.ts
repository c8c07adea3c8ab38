/**
 * The file system as this folder uses it: errors become `GovcError`, absence becomes `undefined`, and what must
 * survive a crash is forced to the disk.
 */
import { lstatSync, readdirSync, readFileSync, statSync, type Dirent, type Stats } from 'node:fs';
import { join } from 'node:path';
import { GovcError } from '../../errors.js';
import type { Disk } from './system-disk.js';

/** The code of a system error, such as `ENOENT`; `undefined` for anything else. */
export function systemCode(error: unknown): string | undefined {
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** The error for a call to the system that failed. */
export function ioError(what: string, path: string, cause: unknown): GovcError {
  const code = systemCode(cause);
  const reason = String((cause as { message?: unknown } | undefined)?.message ?? cause);
  return new GovcError('io-failed', `Cannot ${what} "${path}": ${reason}`, { path, code }, { cause });
}

/** Runs a call to the system. @throws {GovcError} io-failed */
export function attempt<Result>(what: string, path: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    throw ioError(what, path, error);
  }
}

/** Runs a call that gives `undefined` where one of the given system errors says that something is not there. */
export function attemptUnless<Result>(
  codes: readonly string[], what: string, path: string, action: () => Result,
): Result | undefined {
  try {
    return action();
  } catch (error) {
    if (codes.includes(systemCode(error) ?? '')) return undefined;
    throw ioError(what, path, error);
  }
}

const ABSENT = ['ENOENT', 'ENOTDIR'];

/** What is known of a file, symbolic links followed; `undefined` where there is none. */
export function findStat(path: string): Stats | undefined {
  return attemptUnless(ABSENT, 'examine', path, () => statSync(path, { throwIfNoEntry: false }));
}

/** As {@link findStat}, of a symbolic link itself. */
export function findLinkStat(path: string): Stats | undefined {
  return attemptUnless(ABSENT, 'examine', path, () => lstatSync(path, { throwIfNoEntry: false }));
}

/** Whether the path names a directory. */
export function isDirectory(path: string): boolean {
  return findStat(path)?.isDirectory() === true;
}

/** All bytes of a file, or `undefined` where there is none. A directory counts as none. */
export function findFile(path: string): Uint8Array | undefined {
  // Asking first costs a tenth of an exception, and what is not there is asked for often.
  if (findStat(path) === undefined) return undefined;
  return attemptUnless([...ABSENT, 'EISDIR'], 'read', path, () => readFileSync(path));
}

/**
 * The entries of a directory, names as one character per byte; `undefined` where there is none.
 */
export function findEntries(path: string): Dirent[] | undefined {
  return attemptUnless(ABSENT, 'list', path, () => readdirSync(path, { withFileTypes: true, encoding: 'latin1' }));
}

/** The names in a directory, empty where there is none. */
export function listNames(path: string): string[] {
  return attemptUnless(ABSENT, 'list', path, () => readdirSync(path)) ?? [];
}

/** Makes a directory and its parents. */
export function makeDirectory(disk: Disk, path: string): void {
  attempt('make the directory', path, () => {
    disk.makeDirectory(path);
  });
}

/** Removes a file; says whether it was there. */
export function removeFile(disk: Disk, path: string): boolean {
  return attemptUnless(ABSENT, 'remove', path, () => {
    disk.unlink(path);
    return true;
  }) ?? false;
}

/** Removes a directory if it is empty; says whether it did. */
export function removeIfEmpty(disk: Disk, path: string): boolean {
  const kept = [...ABSENT, 'ENOTEMPTY', 'EEXIST', 'EBUSY', 'EPERM', 'EACCES'];
  return attemptUnless(kept, 'remove the directory', path, () => {
    disk.removeDirectory(path);
    return true;
  }) ?? false;
}

/** Gives a file another name, replacing what has it. */
export function renameFile(disk: Disk, from: string, to: string): void {
  attempt('rename', from, () => {
    disk.rename(from, to);
  });
}

/**
 * Removes `path` where it is a directory that holds nothing but empty directories, as Git does where such a
 * one stands in the way of a ref.
 *
 * @returns whether nothing is in the way any more
 */
export function removeEmptyTree(disk: Disk, path: string): boolean {
  const directories = [path];
  for (let i = 0; i < directories.length; i++) {
    for (const entry of findEntries(directories[i]!) ?? []) {
      if (!entry.isDirectory()) return false;
      directories.push(join(directories[i]!, Buffer.from(entry.name, 'latin1').toString()));
    }
  }
  for (const directory of directories.reverse()) removeIfEmpty(disk, directory);
  return !isDirectory(path);
}

/** Removes a directory with everything in it, without following links; nothing where there is none. */
export function removeTree(disk: Disk, path: string): void {
  const directories = [path];
  for (let i = 0; i < directories.length; i++) {
    for (const entry of findEntries(directories[i]!) ?? []) {
      const inner = join(directories[i]!, Buffer.from(entry.name, 'latin1').toString());
      if (entry.isDirectory()) directories.push(inner);
      else removeFile(disk, inner);
    }
  }
  for (const directory of directories.reverse()) removeIfEmpty(disk, directory);
}

/** Writes all bytes to an open file. */
export function writeAll(disk: Disk, { fd, path }: { readonly fd: number; readonly path: string }, bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.length) done += attempt('write', path, () => disk.write(fd, bytes, done, null));
}

/** How far writing goes. */
export interface Durability {
  /** Whether files and directories are forced to the disk. Tests turn it off for speed. */
  readonly syncs: boolean;
}

/**
 * Creates a file that must not exist, with all its bytes, forced to the disk where asked for. Blocks no longer than
 * writing to the page cache does.
 */
export async function createFile(disk: Disk, path: string, { chunks, mode, syncs }: Durability & {
  readonly chunks: Iterable<Uint8Array>;
  readonly mode: number;
}): Promise<void> {
  try {
    const file = await disk.create(path, mode);
    try {
      for (const chunk of chunks) await file.writeFile(chunk);
      if (syncs) await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof GovcError) throw error;
    throw ioError('write', path, error);
  }
}

/** Forces a file, or the names in a directory, to the disk. A directory that is gone is not an error. */
export async function syncPath(disk: Disk, path: string): Promise<void> {
  try {
    await disk.sync(path);
  } catch (error) {
    const code = systemCode(error);
    // Some systems cannot open or sync a directory; the names are then as safe as they get.
    if (ABSENT.includes(code ?? '') || code === 'EISDIR' || code === 'EINVAL' || code === 'EPERM') return;
    throw ioError('force to the disk', path, error);
  }
}

/** Opens a file that must not exist for writing; `undefined` where it exists. */
export function createExclusively(disk: Disk, path: string, mode = 0o666): number | undefined {
  return attemptUnless(['EEXIST'], 'create', path, () => disk.open(path, 'wx', mode));
}
