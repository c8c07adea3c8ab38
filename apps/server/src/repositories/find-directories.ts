import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

const DEPTH_MAX = 20;
const COUNT_MAX = 100_000;
/** Folders that are read at one time: on a busy server each wait is long, and reading them one by one would be many. */
const AT_ONCE_MAX = 32;

/**
 * The Git directories below a folder, as paths relative to it with `/`. Links are not followed; a found directory is not
 * searched further. A worktree is found as its `.git`. A folder that cannot be read is passed over.
 */
export async function findGitDirectories(root: string): Promise<string[]> {
  const found: string[] = [];
  const waiting: { readonly path: string; readonly depth: number }[] = [{ path: '', depth: 0 }];
  while (waiting.length > 0 && found.length < COUNT_MAX) {
    const folders = waiting.splice(-AT_ONCE_MAX);
    const listed = await Promise.all(folders.map(({ path }) => listOrNone(join(root, path))));
    for (const [index, { path, depth }] of folders.entries()) {
      const entries = listed[index]!;
      const names = new Set(entries.map((entry) => entry.name));
      if (path !== '' && names.has('HEAD') && names.has('objects') && names.has('refs')) {
        found.push(path);
        continue;
      }
      for (const entry of entries) {
        if (!entry.isDirectory() || depth >= DEPTH_MAX) continue;
        if (entry.name.startsWith('.') && entry.name !== '.git') continue;
        waiting.push({ path: path === '' ? entry.name : `${path}/${entry.name}`, depth: depth + 1 });
      }
    }
  }
  return found.sort();
}

async function listOrNone(path: string) {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    // Rights, a broken mount, a folder that went away: whatever it is, one folder keeps nobody from the others.
    if ((error as NodeJS.ErrnoException).syscall === 'scandir') return [];
    throw error;
  }
}

/**
 * Whether something is at a path below a folder, or at one that differs from it by letter case alone. Looks into the folders on the way
 * only, however many others there are.
 *
 * @param path relative, with `/`
 */
export async function isThereInAnyCase(root: string, path: string): Promise<boolean> {
  let places = [root];
  for (const part of path.toLowerCase().split('/')) {
    const found = await Promise.all(places.map(async (place) => {
      const entries = await listOrNone(place);
      return entries.filter(({ name }) => name.toLowerCase() === part).map(({ name }) => join(place, name));
    }));
    places = found.flat();
  }
  return places.length > 0;
}

/** Whether something is at a path. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES') return false;
    throw error;
  }
}
