/** Git repositories below a folder: bare ones, and those in worktrees. */
import type { FilesHost } from '../session/files-host.js';

/** A repository that was found. */
export interface FoundRepository {
  /** Its Git directory. */
  readonly path: string;
  /** Where it was found below the folder, without `.git`. */
  readonly name: string;
}

const DEPTH_MAX = 12;
const FOLDERS_MAX = 200_000;

/** All of them, by name. What is inside of a repository is not looked at; links are not followed. */
export function findGitDirectories(files: FilesHost, top: string): FoundRepository[] {
  const found: FoundRepository[] = [];
  const root = files.at(top);
  const waiting: { readonly path: string; readonly depth: number }[] = [{ path: '', depth: 0 }];
  for (let seen = 0; waiting.length > 0 && seen < FOLDERS_MAX; seen++) {
    const { path, depth } = waiting.pop()!;
    const whole = path === '' ? top : `${top}/${path}`;
    const inner = isGitDirectory(files, `${whole}/.git`) ? `${whole}/.git` : isGitDirectory(files, whole) ? whole : undefined;
    if (inner !== undefined) {
      found.push({ path: inner, name: nameOf(path === '' ? top.slice(top.lastIndexOf('/') + 1) : path) });
      continue;
    }
    if (depth === DEPTH_MAX) continue;
    for (const name of root.list(path) ?? []) {
      const child = path === '' ? name : `${path}/${name}`;
      if (!name.startsWith('.') && root.find(child)?.kind === 'directory') waiting.push({ path: child, depth: depth + 1 });
    }
  }
  return found.sort((left, right) => (left.name < right.name ? -1 : 1));
}

function nameOf(path: string): string {
  return path.replace(/\.git$/, '');
}

/** As Git decides: it has a HEAD, objects and refs. */
function isGitDirectory(files: FilesHost, path: string): boolean {
  return files.kindAt(`${path}/HEAD`) === 'file' && files.kindAt(`${path}/objects`) === 'directory' && files.kindAt(`${path}/refs`) === 'directory';
}
