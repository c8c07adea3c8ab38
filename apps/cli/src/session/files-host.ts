import type { Repository, RepositoryOptions } from '@govc/core';
import type { Config, Files } from '@govc/core/plumbing';
import type { TransactionObserver } from '@govc/core/storage';

/** What a repository is opened with. */
export interface OpenRequest extends RepositoryOptions {
  /** What the system and the user configure. */
  readonly weakConfig: Config;
  /** What the command line configures. */
  readonly strongConfig: Config;
  readonly home: string | undefined;
  /** Whether files are forced to the disk. */
  readonly syncs: boolean;
  readonly observer?: TransactionObserver | undefined;
  /** Told of what is broken and left out. */
  readonly onProblem?: ((problem: Error) => void) | undefined;
}

/** Where files are: the disk of the machine, or the memory of a shell. Paths are absolute, '/'-separated, lossless text. */
export interface FilesHost {
  /** The files below a folder of a worktree, which never follow links. */
  at(directory: string): Files;
  /** The files of a Git directory, whose folders may be links. */
  gitFilesAt(directory: string): Files;
  /** The path without symbolic links, `.` and `..`; `undefined` where nothing is there. */
  findRealPath(path: string): string | undefined;
  /** Whose repositories are trusted; `undefined` for everybody's. */
  readonly userId: number | undefined;
  /** Opens the repository of a Git directory. @throws {GovcError} */
  open(gitDirectory: string, request: OpenRequest): Promise<Repository>;
  /** Makes durable what a command did to a repository, and lets go of it. @throws {GovcError} */
  release(repository: Repository): Promise<void>;
  /** Files that are no part of a worktree or repository, through links: `-F <file>`, config files. `undefined` where none is. */
  readFile(path: string): Uint8Array | undefined;
  /** Writes such a file. @throws {GovcError} io-failed */
  writeFile(path: string, bytes: Uint8Array): void;
  /** Writes such a file so that nobody but its owner may read it (mode 0600), whole or not at all. */
  writePrivateFile(path: string, bytes: Uint8Array): void;
  /** What kind of thing stands there, links followed. */
  kindAt(path: string): 'file' | 'directory' | 'other' | undefined;
}

/** A path as an absolute one, `.` and `..` taken out by name. */
export function absolutePath(cwd: string, path: string): string {
  const whole = path.startsWith('/') ? path : `${cwd}/${path}`;
  const parts: string[] = [];
  for (const part of whole.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** The folder of an absolute path. */
export function parentPath(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}

/** Whether one path is another or below it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || folder === '/' || path.startsWith(`${folder}/`);
}
