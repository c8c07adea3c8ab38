import { GovcError } from '../errors.js';
import type { FileStat } from '../staging/staging-index.js';

/** What stands at a path, without following a symbolic link. */
export interface FileInfo {
  /** `other`: a device, a socket, a pipe. */
  readonly kind: 'file' | 'directory' | 'symlink' | 'other';
  /** Whether the owner may run it; only for files. */
  readonly isExecutable: boolean;
  /** Bytes of a file, or of the target of a symbolic link. */
  readonly sizeBytes: number;
  /** The numbers that the index keeps to see whether a file changed. */
  readonly stat: FileStat;
}

/** How {@link Files.write} makes a file. */
export interface WriteOptions {
  /** Default: `false`. */
  readonly isExecutable?: boolean | undefined;
}

/**
 * The files below one folder, on a disk or in memory: a worktree, or the part of a Git directory that is plain files.
 * Every call is done when it returns.
 *
 * Paths are lossless text (`bytes/lossless-text.ts`), separated by single slashes, relative to that folder and without a
 * slash at either end; `''` is the folder itself. **No path leads through a symbolic link**: what stands behind one
 * is not found and cannot be changed, so that a tree from elsewhere cannot reach outside.
 *
 * What fails for a reason of the system throws `io-failed` with `data.path` and `data.code`, the name of the error of the
 * system (`EACCES`, `ENOTDIR`, …), in memory as on a disk.
 */
export interface Files {
  /** What stands there, or `undefined`. */
  find(path: string): FileInfo | undefined;
  /** The names in a folder, in no order; `undefined` where there is no folder. */
  list(path: string): string[] | undefined;
  /**
   * The bytes of a file, which nobody may write to.
   *
   * @throws {GovcError} io-failed: there is none (`ENOENT`), or no file (`EISDIR`, `ELOOP` for a symbolic link).
   */
  read(path: string): Uint8Array;
  /**
   * Where a symbolic link leads, as lossless text.
   *
   * @throws {GovcError} io-failed: there is none (`ENOENT`), or something else (`EINVAL`).
   */
  readLink(path: string): string;
  /**
   * Makes a file in the place of a file or link that may stand there, and the folders above it.
   *
   * @throws {GovcError} io-failed: a folder is in its place (`EISDIR`), or no folder above it (`ENOTDIR`).
   */
  write(path: string, bytes: Uint8Array, options?: WriteOptions): void;
  /** Makes a symbolic link likewise. */
  link(path: string, target: string): void;
  /** Makes a folder and those above it; nothing where it exists. */
  makeDirectory(path: string): void;
  /** Removes a file or link; `false` where there is none. */
  remove(path: string): boolean;
  /** Removes a folder; `false` where there is none, or where it has something in it. */
  removeDirectory(path: string): boolean;
  /** Gives a file, link or folder another path, in the place of a file or link there; makes the folders above it. */
  rename(from: string, to: string): void;
  /** Lets everybody who may read a file run it, or nobody. */
  setExecutable(path: string, isExecutable: boolean): void;
  /** Makes a file unless anything stands there, which gives `false`: how locks are taken. */
  createExclusive(path: string, bytes: Uint8Array): boolean;
  /** The files below a folder, which need not exist. */
  within(path: string): Files;
}

/** The failure of a call on files. */
export function filesError(what: string, path: string, code: string, cause?: unknown): GovcError {
  const sentence = `Cannot ${what} "${path}": ${code}.`;
  return new GovcError('io-failed', sentence, { path, code }, cause === undefined ? undefined : { cause });
}

/** The folder of a path, `''` at the top. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/** Two parts of a path as one; either may be empty. */
export function joinPath(folder: string, path: string): string {
  if (folder === '') return path;
  return path === '' ? folder : `${folder}/${path}`;
}

/** The bytes of a file, or `undefined` where no file is. */
export function findFile(files: Files, path: string): Uint8Array | undefined {
  return files.find(path)?.kind === 'file' ? files.read(path) : undefined;
}

/** Removes what stands at a path with all that is in it, without following links; `false` where nothing was. O(files). */
export function removeAll(files: Files, path: string): boolean {
  const info = files.find(path);
  if (info === undefined) return false;
  if (info.kind !== 'directory') return files.remove(path);
  const pending: { path: string; isEmptied: boolean }[] = [{ path, isEmptied: false }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.isEmptied) {
      files.removeDirectory(next.path);
      continue;
    }
    pending.push({ path: next.path, isEmptied: true });
    for (const name of files.list(next.path) ?? []) {
      const inner = joinPath(next.path, name);
      if (files.find(inner)?.kind === 'directory') pending.push({ path: inner, isEmptied: false });
      else files.remove(inner);
    }
  }
  return true;
}

/** Removes the folders above a path for as long as they are empty, up to but not with `top`. */
export function removeEmptyFolders(files: Files, path: string, top = ''): void {
  for (let folder = folderOf(path); folder !== '' && folder !== top; folder = folderOf(folder)) {
    if (!files.removeDirectory(folder)) return;
  }
}
