import { copyFile, link, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Gives a new object folder everything that another one holds, as `git clone --local` does: by further names of the same files, which are
 * never written again, or by copies where the file system has no such names. The other one may then be deleted. O(files).
 *
 * @param target a folder with `pack` and `info`
 */
export async function shareObjects(source: string, target: string): Promise<void> {
  for (const folder of await readdir(source, { withFileTypes: true })) {
    if (!folder.isDirectory() || !/^([0-9a-f]{2}|pack)$/.test(folder.name)) continue;
    const from = join(source, folder.name);
    const to = join(target, folder.name);
    await mkdir(to, { recursive: true });
    // A pack must not be there before its index is whole: indexes come last.
    const names = (await readdir(from)).filter((name) => !name.startsWith('tmp_') && !name.endsWith('.lock')).sort(byKind);
    for (const name of names) await shareFile(join(from, name), join(to, name));
  }
}

function byKind(one: string, other: string): number {
  return Number(one.endsWith('.idx')) - Number(other.endsWith('.idx'));
}

async function shareFile(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Packed or pruned meanwhile: a pack that is listed later has what was in it.
    if (code === 'ENOENT') return;
    if (code !== 'EXDEV' && code !== 'EPERM' && code !== 'EMLINK' && code !== 'ENOTSUP') throw error;
    await copyFile(from, to);
  }
}
