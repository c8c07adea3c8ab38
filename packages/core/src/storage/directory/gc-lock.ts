import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { bytesFromText, textFromBytes } from '../../bytes/text.js';
import { findFile, findStat, removeFile, syncPath, systemCode } from './disk.js';
import { LockFile } from './lock-file.js';
import type { LockOwner } from './lock-owner.js';
import type { Disk } from './system-disk.js';

/** What {@link takeGcLock} works with. */
export interface GcLockPlace {
  /** Where the shared parts of the repository are. */
  readonly commonPath: string;
  readonly disk: Disk;
  readonly owner: LockOwner;
  readonly syncs: boolean;
  readonly now: () => number;
}

const NAME = 'gc.pid';
/** A file that is older was left behind, as `git gc` has it. */
const HELD_MS = 12 * 60 * 60 * 1000;

/**
 * Takes the lock by which `git gc` keeps others from collecting at the same time: the file `gc.pid` with the number of the process and
 * the name of the machine.
 *
 * @returns the function that gives it back, or `undefined` where another process has it.
 * @throws {GovcError} io-failed
 */
export async function takeGcLock(place: GcLockPlace): Promise<(() => void) | undefined> {
  const { commonPath, disk, owner, syncs, now } = place;
  const path = join(commonPath, NAME);
  const lock = LockFile.tryTake(disk, path, owner);
  if (lock === undefined) return undefined;
  const own = findSelf();
  try {
    if (isHeld(path, { host: own.host, nowMs: now() })) return undefined;
    lock.write(bytesFromText(`${own.id} ${own.host}`));
    if (syncs) await syncPath(disk, lock.lockPath);
    lock.commit();
  } finally {
    lock.release();
  }
  return () => {
    removeFile(disk, path);
  };
}

function isHeld(path: string, { host, nowMs }: { readonly host: string; readonly nowMs: number }): boolean {
  const modifiedMs = findStat(path)?.mtimeMs;
  if (modifiedMs === undefined || nowMs - modifiedMs > HELD_MS) return false;
  const match = /^\s*(\d{1,20})\s+(\S{1,128})/.exec(textFromBytes(findFile(path) ?? new Uint8Array(0)));
  if (match === null) return false;
  return match[2] !== host || existsSync(`/proc/${match[1]!}`);
}

/** The number of this process and the name of this machine; where the system does not tell, one that others take for another machine. */
function findSelf(): { readonly id: string; readonly host: string } {
  try {
    return { id: readlinkSync('/proc/self'), host: readFileSync('/proc/sys/kernel/hostname', 'utf8').trim() };
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return { id: '1', host: 'govc' };
  }
}
