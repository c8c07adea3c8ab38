/**
 * Finding the repository of a folder, by the rules of Git: the environment first, then the folders above (git(1), "GIT_DIR",
 * "GIT_CEILING_DIRECTORIES"; gitrepository-layout).
 */
import { die } from '../failure.js';
import { absolutePath, isWithin, parentPath, type FilesHost } from './files-host.js';

/** Where a repository is, before its configuration was read. */
export interface Discovered {
  /** Absolute, without links. */
  readonly gitDirectory: string;
  readonly commonDirectory: string;
  /** As Git would print it: `.git`, `.`, or a path. */
  readonly gitDirectoryText: string;
  /** Where a worktree is by the way the repository was found; the configuration may say otherwise. */
  readonly worktree: string | undefined;
  /** How it was found: by `GIT_DIR`, as `.git` of a folder, or as a bare one. */
  readonly kind: 'explicit' | 'worktree' | 'bare';
}

/** What is looked at. */
export interface DiscoverRequest {
  readonly files: FilesHost;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * The repository of the current folder; `undefined` where there is none.
 *
 * @throws {Failure} what `GIT_DIR` or a `.git` file names is no repository
 */
export function discover(request: DiscoverRequest): Discovered | undefined {
  const { env } = request;
  const named = env['GIT_DIR'];
  if (named !== undefined) return discoverNamed(request, named);
  const ceiling = ceilings(request);
  const start = request.cwd;
  for (let folder = start; ; folder = parentPath(folder)) {
    const found = discoverAt(request, folder, start);
    if (found !== undefined) return found;
    if (folder === '/' || ceiling.includes(parentPath(folder))) return undefined;
  }
}

function discoverNamed(request: DiscoverRequest, named: string): Discovered | undefined {
  const { files, cwd, env } = request;
  const path = absolutePath(cwd, named);
  const target = files.kindAt(path) === 'file' ? readGitFile(files, path, path) : path;
  const directories = findGitDirectory(request, target);
  if (directories === undefined) return undefined;
  return { ...directories, gitDirectoryText: named, worktree: env['GIT_WORK_TREE'] ?? cwd, kind: 'explicit' };
}

function discoverAt(request: DiscoverRequest, folder: string, start: string): Discovered | undefined {
  const { files } = request;
  const dotGit = folder === '/' ? '/.git' : `${folder}/.git`;
  const kind = files.kindAt(dotGit);
  if (kind !== undefined) {
    const target = kind === 'file' ? readGitFile(files, dotGit, dotGit) : dotGit;
    const directories = findGitDirectory(request, target);
    if (directories !== undefined) {
      const gitDirectoryText = kind === 'file' ? target : '.git';
      return { ...directories, gitDirectoryText, worktree: folder, kind: 'worktree' };
    }
    if (kind === 'file') die(`not a git repository: ${target}`);
  }
  const bare = findGitDirectory(request, folder);
  if (bare === undefined) return undefined;
  return { ...bare, gitDirectoryText: folder === start ? '.' : folder, worktree: undefined, kind: 'bare' };
}

/** What a `.git` file names (gitrepository-layout). @throws {Failure} */
export function readGitFile(files: FilesHost, path: string, shown: string): string {
  const text = new TextDecoder().decode(files.readFile(path) ?? new Uint8Array(0));
  if (!text.startsWith('gitdir: ')) die(`invalid gitfile format: ${shown}`);
  const target = text.slice(8).replace(/[\n\r]+$/, '');
  if (target === '') die(`no path in gitfile: ${shown}`);
  return absolutePath(parentPath(path), target);
}

/** The folders of a repository whose Git directory is a path; `undefined` where it is none. */
export function findGitDirectory(
  request: DiscoverRequest, path: string,
): { readonly gitDirectory: string; readonly commonDirectory: string } | undefined {
  const { files, cwd, env } = request;
  const gitDirectory = files.findRealPath(path);
  if (gitDirectory === undefined || !isHead(files, `${gitDirectory}/HEAD`)) return undefined;
  const common = env['GIT_COMMON_DIR'] === undefined
    ? commonOf(files, gitDirectory) : absolutePath(cwd, env['GIT_COMMON_DIR']);
  const commonDirectory = files.findRealPath(common) ?? common;
  const objects = env['GIT_OBJECT_DIRECTORY'] === undefined ? `${commonDirectory}/objects` : absolutePath(cwd, env['GIT_OBJECT_DIRECTORY']);
  if (files.kindAt(objects) !== 'directory' || files.kindAt(`${commonDirectory}/refs`) !== 'directory') return undefined;
  return { gitDirectory, commonDirectory };
}

function commonOf(files: FilesHost, gitDirectory: string): string {
  const bytes = files.readFile(`${gitDirectory}/commondir`);
  if (bytes === undefined) return gitDirectory;
  return absolutePath(gitDirectory, new TextDecoder().decode(bytes).replace(/[\r\n]+$/, ''));
}

function isHead(files: FilesHost, path: string): boolean {
  const info = files.gitFilesAt(parentPath(path)).find('HEAD');
  if (info === undefined) return false;
  if (info.kind === 'symlink') return files.gitFilesAt(parentPath(path)).readLink('HEAD').startsWith('refs/');
  if (info.kind !== 'file') return false;
  const text = new TextDecoder('latin1').decode((files.readFile(path) ?? new Uint8Array(0)).subarray(0, 256));
  return /^ref:[ \t\n]*refs\//.test(text) || /^[0-9a-f]{40}/i.test(text);
}

/** The folders that are not looked at on the way up; a name behind an empty one is taken without looking for links. */
function ceilings({ files, cwd, env }: DiscoverRequest): string[] {
  const list = env['GIT_CEILING_DIRECTORIES'] ?? '';
  const found: string[] = [];
  let resolvesLinks = true;
  for (const path of list.split(':')) {
    if (path === '') resolvesLinks = false;
    else if (path.startsWith('/')) {
      const ceiling = (resolvesLinks ? files.findRealPath(path) : undefined) ?? absolutePath('/', path);
      if (ceiling !== cwd && isWithin(cwd, ceiling)) found.push(ceiling);
    }
  }
  return found;
}
