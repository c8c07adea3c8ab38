/**
 * Recorded resolutions as Git keeps them:
 *
 *     rr-cache/<id>/preimage  postimage         the first variant
 *     rr-cache/<id>/preimage.<n>  postimage.<n> further ones
 *     MERGE_RR                                  (<id> ["." <n>] TAB <path> NUL)*, what waits to be resolved
 *
 * The times of the files say when they were recorded and last used (`rerere.c` of Git).
 */
import { dirname, join } from 'node:path';
import { GovcError } from '../../errors.js';
import type { RerereCache, RerereRecord } from '../../store/rerere-cache.js';
import { findEntries, findFile, findStat, listNames, makeDirectory, removeFile, removeIfEmpty } from './disk.js';
import type { GitDirectory } from './layout.js';
import { lockHeldError, LockFile } from './lock-file.js';
import { SYSTEM_DISK, type Disk } from './system-disk.js';

const ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
// A number of a variant beyond this is no work of Git's.
const VARIANT_MAX = 9999;

/** The resolutions of a Git directory. Every call reads or writes files, synchronously. */
export class RerereFiles implements RerereCache {
  readonly #root: string;
  readonly #mergePath: string;
  readonly #disk: Disk;

  constructor(directory: Pick<GitDirectory, 'gitPath' | 'commonPath'>, disk: Disk = SYSTEM_DISK) {
    this.#root = join(directory.commonPath, 'rr-cache');
    this.#mergePath = join(directory.gitPath, 'MERGE_RR');
    this.#disk = disk;
  }

  /** Whether there is a folder for resolutions, which is how Git takes recording as turned on. */
  get exists(): boolean {
    return findStat(this.#root)?.isDirectory() === true;
  }

  ids(): readonly string[] {
    return (findEntries(this.#root) ?? []).filter((entry) => entry.isDirectory() && ID.test(entry.name)).map(({ name }) => name);
  }

  find(id: string): readonly (RerereRecord | undefined)[] {
    const records: (RerereRecord | undefined)[] = [];
    for (const name of listNames(this.#folderOf(id))) {
      const match = /^(?:pre|post)image(?:\.(?<variant>[0-9]{1,4}))?$/.exec(name);
      if (match === null) continue;
      const variant = Number(match.groups?.['variant'] ?? 0);
      while (records.length <= variant) records.push(undefined);
      records[variant] ??= this.#read(id, variant);
    }
    return records;
  }

  /** @throws {GovcError} io-failed, lock-held */
  set(id: string, variant: number, record: RerereRecord | undefined): void {
    if (variant > VARIANT_MAX) throw new GovcError('limit-exceeded', `The conflict ${id} has more than ${VARIANT_MAX} variants.`, { id, limit: VARIANT_MAX });
    this.#write(this.#pathOf(id, 'preimage', variant), record?.preimage);
    this.#write(this.#pathOf(id, 'postimage', variant), record?.postimage);
    if (record !== undefined) return;
    // What Git leaves there while it works.
    removeFile(this.#disk, this.#pathOf(id, 'thisimage', variant));
    removeIfEmpty(this.#disk, this.#folderOf(id));
  }

  /** What waits to be resolved (`MERGE_RR`); `undefined` where nothing does. */
  readPending(): Uint8Array | undefined {
    return findFile(this.#mergePath);
  }

  /** Says what waits to be resolved, for whoever goes on. @throws {GovcError} io-failed, lock-held */
  writePending(bytes: Uint8Array | undefined): void {
    this.#write(this.#mergePath, bytes);
  }

  #folderOf(id: string): string {
    if (!ID.test(id)) throw new GovcError('object-id-invalid', `"${id.slice(0, 80)}" names no conflict.`, { id });
    return join(this.#root, id);
  }

  #pathOf(id: string, name: string, variant: number): string {
    return join(this.#folderOf(id), variant === 0 ? name : `${name}.${variant}`);
  }

  #read(id: string, variant: number): RerereRecord {
    const seconds = (path: string): number => Math.floor((findStat(path)?.mtimeMs ?? 0) / 1000);
    const [pre, post] = [this.#pathOf(id, 'preimage', variant), this.#pathOf(id, 'postimage', variant)];
    return { preimage: findFile(pre), postimage: findFile(post), recordedSeconds: seconds(pre), usedSeconds: seconds(post) };
  }

  #write(path: string, bytes: Uint8Array | undefined): void {
    if (bytes === undefined) {
      removeFile(this.#disk, path);
      return;
    }
    makeDirectory(this.#disk, dirname(path));
    const lock = LockFile.tryTake(this.#disk, path);
    if (lock === undefined) throw lockHeldError(path, 0);
    try {
      lock.write(bytes);
      lock.commit();
    } finally {
      lock.release();
    }
  }
}
