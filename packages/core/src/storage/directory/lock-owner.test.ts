import { existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { initGitDirectory } from './init.js';
import { LockFile } from './lock-file.js';
import { LockOwner, releaseDeadLocks } from './lock-owner.js';
import { findIdentity, stateOfProcess } from './process-identity.js';
import { SYSTEM_DISK } from './system-disk.js';

let root = '';
const NOW = Date.now();
const directory = () => ({ gitPath: root, commonPath: root });
const main = (): string => join(root, 'refs/heads/main');
const folders = (): string[] => readdirSync(join(root, 'objects')).filter((name) => name.startsWith('tmp_objdir-locks-'));
// The system tells who a process is on Linux only.
const itOnLinux = existsSync('/proc/self/stat') ? it : it.skip;

beforeEach(async () => {
  root = join(mkdtempSync(join(tmpdir(), 'govc-owner-')), 'r.git');
  await initGitDirectory(root, { syncs: false });
});
afterEach(() => {
  rmSync(join(root, '..'), { recursive: true });
});

/** What a process with this identity leaves when it is killed while it holds locks. */
function leave(identity: string, ...paths: string[]): string {
  const folder = join(root, 'objects', `tmp_objdir-locks-${identity}-AbCdEf`);
  mkdirSync(folder);
  paths.forEach((path, i) => {
    writeFileSync(join(folder, String(i)), '');
    linkSync(join(folder, String(i)), `${path}.lock`);
  });
  return folder;
}

itOnLinux('leaves nothing behind once all locks are given up or put in place', () => {
  const owner = new LockOwner(SYSTEM_DISK, directory(), () => NOW);
  const one = LockFile.tryTake(SYSTEM_DISK, main(), owner)!;
  const other = LockFile.tryTake(SYSTEM_DISK, join(root, 'packed-refs'), owner)!;
  expect(folders()).toHaveLength(1);
  expect(LockFile.tryTake(SYSTEM_DISK, main(), owner)).toBeUndefined();
  one.write(Buffer.from('x\n'));
  one.commit();
  other.release();
  expect(folders()).toEqual([]);
  expect([existsSync(main()), existsSync(`${main()}.lock`), existsSync(join(root, 'packed-refs.lock'))]).toEqual([true, false, false]);
});

itOnLinux('gives up the locks of a process that is gone, and only those', () => {
  const [, start, place] = findIdentity()!.split('.');
  // No process has this number.
  leave(`4194999.${start!}.${place!}`, main(), join(root, 'HEAD'));
  writeFileSync(join(root, 'config.lock'), '');
  expect(releaseDeadLocks(SYSTEM_DISK, directory(), NOW)).toBe(2);
  expect([existsSync(`${main()}.lock`), existsSync(join(root, 'HEAD.lock')), existsSync(join(root, 'config.lock'))]).toEqual([false, false, true]);
  expect(folders()).toEqual([]);
});

itOnLinux('leaves those of a living process alone, and of one elsewhere for two minutes', () => {
  const identity = findIdentity()!;
  expect(stateOfProcess(identity)).toBe('alive');
  leave(identity, main());
  expect(releaseDeadLocks(SYSTEM_DISK, directory(), NOW + 1_000_000_000)).toBe(0);
  const folder = leave('7.7.elsewhere', join(root, 'HEAD'));
  expect(releaseDeadLocks(SYSTEM_DISK, directory(), NOW)).toBe(0);
  utimesSync(folder, NOW / 1000 - 121, NOW / 1000 - 121);
  expect(releaseDeadLocks(SYSTEM_DISK, directory(), Date.now())).toBe(1);
  expect([existsSync(`${main()}.lock`), existsSync(join(root, 'HEAD.lock'))]).toEqual([true, false]);
});

itOnLinux('refuses to put a value in place when its lock was taken away', () => {
  const owner = new LockOwner(SYSTEM_DISK, directory(), () => NOW);
  const lock = LockFile.tryTake(SYSTEM_DISK, main(), owner)!;
  lock.write(Buffer.from('ours\n'));
  rmSync(`${main()}.lock`);
  writeFileSync(`${main()}.lock`, 'theirs');
  expect(() => {
    lock.commit();
  }).toThrow(expect.objectContaining({ code: 'lock-held' }));
  expect([existsSync(main()), existsSync(`${main()}.lock`)]).toEqual([false, true]);
});

itOnLinux('takes a lock whose holder died while it was waited for', async () => {
  const [, start, place] = findIdentity()!.split('.');
  leave(`4194999.${start!}.${place!}`, main());
  const owner = new LockOwner(SYSTEM_DISK, directory(), () => NOW);
  const lock = await LockFile.take(SYSTEM_DISK, main(), { timeoutMs: 1, owner });
  lock.release();
  await expect(LockFile.take(SYSTEM_DISK, join(root, 'x'), { timeoutMs: 1, owner })).resolves.toBeDefined();
});
