import { join } from 'node:path';
import { bytesFromText } from '../../bytes/text.js';
import { equalBytes } from '../../bytes/compare.js';
import type { HashAlgorithm } from '../../hash/algorithm.js';
import type { DirectoryObjects } from './directory-objects.js';
import { attempt, createFile, findFile, findStat, listNames, makeDirectory, removeFile, renameFile, syncPath } from './disk.js';
import { LockFile } from './lock-file.js';
import type { LockOwner } from './lock-owner.js';
import { MIDX_NAME, midxBitmapName } from './midx-file.js';
import { Quarantine } from './quarantine.js';
import type { Disk } from './system-disk.js';

/** What the functions of this file work with. */
export interface MidxPlace {
  readonly objects: DirectoryObjects;
  readonly algorithm: HashAlgorithm;
  readonly disk: Disk;
  readonly owner: LockOwner;
  readonly syncs: boolean;
}

const LOCK_TIMEOUT_MS = 1000;

/**
 * Puts a multi-pack-index in place, under the lock that Git takes: first its bitmap, which nobody reads before, then the file, then the
 * bitmaps that it makes useless go.
 *
 * @throws {GovcError} lock-held, io-failed
 */
export async function writeMidxFiles(place: MidxPlace, bytes: Uint8Array, bitmaps: Uint8Array | undefined): Promise<void> {
  const { objects, algorithm, disk, owner, syncs } = place;
  const folder = objects.packs.path;
  const bitmapName = midxBitmapName(bytes.subarray(bytes.length - algorithm.size));
  const lock = await LockFile.take(disk, join(folder, MIDX_NAME), { timeoutMs: LOCK_TIMEOUT_MS, owner });
  try {
    if (bitmaps !== undefined) await writeBitmap(place, bitmapName, bitmaps);
    lock.write(bytes);
    attempt('set the mode of', lock.lockPath, () => {
      disk.setMode(lock.lockPath, 0o444);
    });
    if (syncs) await syncPath(disk, lock.lockPath);
    lock.commit();
  } finally {
    lock.release();
  }
  if (syncs) await syncPath(disk, folder);
  removeOthers(place, bitmapName);
  if (bitmaps === undefined) return;
  for (const name of listNames(folder)) if (/^pack-[0-9a-f]+\.bitmap$/.test(name)) removeFile(disk, join(folder, name));
}

/** Removes the multi-pack-index with what belongs to it, forced to the disk before it returns. @throws {GovcError} lock-held, io-failed */
export async function removeMidx(place: MidxPlace): Promise<void> {
  const { objects, disk, owner, syncs } = place;
  const folder = objects.packs.path;
  const path = join(folder, MIDX_NAME);
  if (findStat(path) !== undefined) {
    const lock = await LockFile.take(disk, path, { timeoutMs: LOCK_TIMEOUT_MS, owner });
    try {
      removeFile(disk, path);
    } finally {
      lock.release();
    }
    if (syncs) await syncPath(disk, folder);
  }
  removeOthers(place, undefined);
}

/** Removes what belongs to other multi-pack-indexes. */
function removeOthers({ objects, disk }: MidxPlace, kept: string | undefined): void {
  const folder = objects.packs.path;
  for (const name of listNames(folder)) {
    if (name !== kept && /^multi-pack-index-[0-9a-f]+\.(?:bitmap|rev)$/.test(name)) removeFile(disk, join(folder, name));
  }
}

async function writeBitmap({ objects, disk, syncs }: MidxPlace, name: string, bytes: Uint8Array): Promise<void> {
  const quarantine = Quarantine.make(disk, objects.path);
  try {
    const path = join(quarantine.packPath, name);
    await createFile(disk, path, { chunks: [bytes], mode: 0o444, syncs });
    renameFile(disk, path, join(objects.packs.path, name));
  } finally {
    quarantine.discard();
  }
}

/** Writes `objects/info/packs` as `git update-server-info` does: the packs, the newest first. @throws {GovcError} lock-held, io-failed */
export async function writeInfoPacks({ objects, disk, owner, syncs }: MidxPlace): Promise<void> {
  const names = listNames(objects.packs.path).filter((name) => name.endsWith('.pack'));
  const times = new Map(names.map((name) => [name, findStat(join(objects.packs.path, name))?.mtimeMs ?? 0]));
  names.sort((left, right) => times.get(right)! - times.get(left)! || (left < right ? -1 : 1));
  const bytes = bytesFromText(`${names.map((name) => `P ${name}\n`).join('')}\n`);
  const info = join(objects.path, 'info');
  const path = join(info, 'packs');
  const before = findFile(path);
  if (before !== undefined && equalBytes(before, bytes)) return;
  makeDirectory(disk, info);
  const lock = await LockFile.take(disk, path, { timeoutMs: LOCK_TIMEOUT_MS, owner });
  try {
    lock.write(bytes);
    if (syncs) await syncPath(disk, lock.lockPath);
    lock.commit();
  } finally {
    lock.release();
  }
}
