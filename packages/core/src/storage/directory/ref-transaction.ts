import { dirname, join } from 'node:path';
import { GovcError, hasCode } from '../../errors.js';
import type { HashAlgorithm } from '../../hash/algorithm.js';
import { nextTurn } from '../../job/run.js';
import type { ObjectSource } from '../../pack/object-source.js';
import { serializeLooseRef } from '../../ref/loose-ref.js';
import { serializePackedRefs, type PackedRef } from '../../ref/packed-refs.js';
import { WORKTREE_REFS, type RefName } from '../../ref/ref-name.js';
import { sameRefValue, type RefValue } from '../../ref/ref-value.js';
import { findNameClash } from '../../store/ref-map.js';
import type { ReflogStep } from '../../store/reflog-edit.js';
import type { ReflogPolicy } from '../../store/reflog-policy.js';
import {
  createFile, findStat, isDirectory, makeDirectory, removeEmptyTree, removeFile, renameFile, syncPath, systemCode,
} from './disk.js';
import { LockFile } from './lock-file.js';
import type { LockOwner } from './lock-owner.js';
import { findPeeled } from './peel.js';
import type { RefChange, RefChanges } from './ref-change.js';
import type { RefFiles } from './ref-files.js';
import type { Disk } from './system-disk.js';
import { removeEmptyParents, type ReflogFiles } from './reflog-files.js';

/** What a transaction works with. */
export interface RefTransactionParts {
  readonly files: RefFiles;
  readonly reflogs: ReflogFiles;
  readonly reflogPolicy: ReflogPolicy;
  readonly objects: ObjectSource;
  readonly algorithm: HashAlgorithm;
  /** The common Git directory. */
  readonly root: string;
  /** How long the lock of a ref is waited for, in milliseconds: `core.filesRefLockTimeout`. */
  readonly lockTimeoutMs: number;
  /** The same for `packed-refs`: `core.packedRefsTimeout`. */
  readonly packedTimeoutMs: number;
  readonly disk: Disk;
  readonly owner: LockOwner;
  readonly syncs: boolean;
}

/** A ref that is changed, with its lock and how the change is made. */
interface LockedRef {
  readonly change: RefChange;
  readonly path: string;
  readonly lock: LockFile;
  /** Written into `packed-refs` instead of a file of its own. */
  readonly isPacked: boolean;
}

// From here on one rewrite of packed-refs costs less than that many files, each forced to the disk.
const BULK_MIN = 200;
const DIRECTORY_ATTEMPTS_MAX = 4;
// Taking a lock costs about 50 microseconds, blocking.
const LOCKS_PER_TURN = 64;

/**
 * One change of several refs under Git's lock files, in the order of steps of Git's own files backend.
 *
 * 1. Nothing can be seen before every lock is held, every old value was found as expected, and every new one
 *    was written and forced to the disk.
 * 2. New values are put in place before deletions, so that no commit is without a ref in between; only a new ref whose
 *    name a deleted one blocks comes after that.
 * 3. `packed-refs` is locked for as long as refs are deleted, so that nobody packs a value that is going away.
 *
 *     (prepare) ──> prepared ──commit──> committed
 *                       └────rollback──> rolled back
 */
export class RefTransaction {
  readonly #parts: RefTransactionParts;
  readonly #plan: RefChanges;
  readonly #locked: LockedRef[] = [];
  /** Locks of refs that stay, for whoever takes lines out of their logs. */
  readonly #logLocks: LockFile[] = [];
  /** New refs whose files cannot be made before others are deleted. */
  #blocked: readonly RefChange[] = [];
  #packedLock: LockFile | undefined;
  #packedNew: string | undefined;
  /** What makes the changed logs durable. */
  readonly #logPaths = new Set<string>();

  private constructor(parts: RefTransactionParts, plan: RefChanges) {
    this.#parts = parts;
    this.#plan = plan;
  }

  /**
   * Takes all locks, compares what is there with what the changes expect, and writes the new values beside the files.
   *
   * @throws {GovcError} backend-moved: a ref is not what it was; `data.name`.
   * @throws {GovcError} lock-held: someone else holds a lock for too long.
   * @throws {GovcError} ref-name-clash: a file or folder that is no ref stands in the way.
   * @throws {GovcError} io-failed
   */
  static async prepare(parts: RefTransactionParts, plan: RefChanges): Promise<RefTransaction> {
    const transaction = new RefTransaction(parts, plan);
    try {
      await transaction.#lockAll();
      transaction.#checkClashes();
      transaction.#checkReflogs();
      await transaction.#writeAll();
    } catch (error) {
      transaction.rollback();
      throw error;
    }
    return transaction;
  }

  /** Gives up all locks; nothing has happened. */
  rollback(): void {
    const locked = this.#locked.splice(0);
    const packedNew = this.#packedNew;
    doAll([
      ...locked.map(({ lock, path, change }) => () => {
        lock.release();
        this.#tidy(path, change.name);
      }),
      ...this.#logLocks.map((lock) => () => {
        lock.release();
      }),
      () => {
        if (packedNew !== undefined) removeFile(this.#parts.disk, packedNew);
      },
      () => this.#packedLock?.release(),
    ]);
  }

  /**
   * Makes the changes visible and durable.
   *
   * @throws {GovcError} io-failed: the disk refused in the middle; what was renamed before stays.
   */
  async commit(): Promise<void> {
    const { files, reflogs, disk, syncs } = this.#parts;
    try {
      for (const { name, steps } of this.#plan.reflogs) {
        if (!this.#isBlocked(name)) await this.#changeLog(name, steps);
      }
      for (const { change, lock, isPacked } of this.#locked) {
        if (change.after !== undefined && !isPacked) lock.commit();
      }
      if (this.#packedNew !== undefined) renameFile(disk, this.#packedNew, files.packedPath);
      // A file that went before the entry beneath it is gone for good would leave the ref with that older value.
      if (this.#packedNew !== undefined && syncs) await syncPath(disk, this.#parts.root);
      this.#packedNew = undefined;
      for (const { change, path } of this.#locked) {
        if (change.after !== undefined) continue;
        reflogs.remove(change.name);
        // Where only packed-refs has it, an empty folder may be left of other refs.
        if (!isDirectory(path)) removeFile(disk, path);
      }
    } finally {
      this.#unlock();
    }
    for (const change of this.#blocked) await this.#commitBlocked(change);
    if (syncs) await this.#syncAll();
  }

  /** Releases what is still locked after a commit. */
  #unlock(): void {
    doAll([
      ...[...this.#locked.map(({ lock }) => lock), ...this.#logLocks].map((lock) => () => {
        lock.release();
      }),
      ...this.#locked.map(({ change, path, isPacked }) => () => {
        if (change.after === undefined || isPacked) this.#tidy(path, change.name);
      }),
      () => this.#packedLock?.release(),
    ]);
  }

  async #lockAll(): Promise<void> {
    const { changes } = this.#plan;
    const deleted = changes.filter(({ after }) => after === undefined);
    const isBulk = countUnwritten(changes) >= BULK_MIN;
    const blocked = findBlocked(changes, deleted);
    this.#blocked = [...blocked];
    // Many locks are made as names of this one, which has to be there first.
    if (isBulk) await this.#lockPacked();
    for (let i = 0; i < changes.length; i++) {
      const change = changes[i]!;
      if (!blocked.has(change)) await this.#lockOne(change, isBulk);
      if (i % LOCKS_PER_TURN === LOCKS_PER_TURN - 1) await nextTurn();
    }
    if (deleted.length > 0) await this.#lockPacked();
    await this.#lockLogs();
  }

  /** The lock of a ref is that of its log, too. */
  async #lockLogs(): Promise<void> {
    const changed = new Set(this.#plan.changes.map(({ name }) => name));
    for (const { name, steps } of this.#plan.reflogs) {
      if (changed.has(name) || steps.every((step) => step.kind === 'append')) continue;
      const lock = await this.#takeLock(this.#parts.files.pathOf(name), name, undefined);
      lock.close();
      this.#logLocks.push(lock);
    }
  }

  async #lockPacked(): Promise<void> {
    const { files, disk, owner, packedTimeoutMs } = this.#parts;
    this.#packedLock ??= await LockFile.take(disk, files.packedPath, { timeoutMs: packedTimeoutMs, owner });
    this.#packedLock.close();
  }

  async #lockOne(change: RefChange, isBulk: boolean): Promise<void> {
    const { files, disk } = this.#parts;
    const { name, before, after } = change;
    const path = files.pathOf(name);
    const isPacked = isBulk && after?.kind === 'direct' && !WORKTREE_REFS.includes(name) && findStat(path)?.isFile() !== true;
    const isWritten = after !== undefined && !isPacked;
    const lock = await this.#takeLock(path, name, isBulk && !isWritten ? this.#packedLock : undefined);
    lock.close();
    this.#locked.push({ change, path, lock, isPacked });
    // A loose file that appeared before the lock was ours has another value, so it shows here.
    const actual = files.readNow(name);
    if (!sameRefValue(actual, before)) throw movedError(change, actual);
    if (after !== undefined && isDirectory(path) && !removeEmptyTree(disk, path)) throw clashError(name, path);
  }

  async #takeLock(path: string, name: RefName, owned: LockFile | undefined): Promise<LockFile> {
    const { disk, owner, lockTimeoutMs: timeoutMs } = this.#parts;
    for (let attempts = 1; ; attempts++) {
      try {
        if (owned === undefined) {
          makeDirectory(disk, dirname(path));
          return await LockFile.take(disk, path, { timeoutMs, owner });
        }
        if (attempts > 1) makeDirectory(disk, dirname(path));
        return await LockFile.take(disk, path, { timeoutMs, owner, tryOnce: () => LockFile.tryTakeAsLink(disk, path, owned.lockPath) });
      } catch (error) {
        const code = error instanceof GovcError ? systemCode(error.cause) : undefined;
        if (code === 'ENOTDIR' || code === 'EEXIST') throw clashError(name, path);
        if (code === 'ENAMETOOLONG' || code === 'EILSEQ' || code === 'EINVAL') throw unstorableError(name, error);
        // Another process may have removed the folder as empty in between.
        if (code === 'ENOENT' && attempts < DIRECTORY_ATTEMPTS_MAX) continue;
        if (hasCode(error, 'lock-held')) throw namedLockError(error as GovcError, name);
        throw error;
      }
    }
  }

  /** Loose refs in the way were met when locking; packed ones may have appeared since the batches were applied. */
  #checkClashes(): void {
    const { files } = this.#parts;
    const created = this.#plan.changes.filter(({ before, after }) => before === undefined && after !== undefined);
    if (created.length === 0) return;
    if (files.isPackedStale()) files.update();
    const gone = new Set(this.#plan.changes.filter(({ after }) => after === undefined).map(({ name }) => name));
    for (const { name } of created) {
      const other = findNameClash(files.current, name);
      if (other !== undefined && !gone.has(other)) throw clashError(name, files.pathOf(other));
    }
  }

  /** A log of a ref that is gone may stand in the way of another ref's, which Git refuses, too. */
  #checkReflogs(): void {
    const { reflogs, reflogPolicy } = this.#parts;
    for (const { name } of this.#plan.reflogs) {
      const obstacle = this.#isBlocked(name) ? undefined : reflogs.findObstacle(name, reflogPolicy);
      if (obstacle !== undefined) throw clashError(name, obstacle);
    }
  }

  #isBlocked(name: RefName): boolean {
    return this.#blocked.some((change) => change.name === name);
  }

  async #writeAll(): Promise<void> {
    const { disk, syncs } = this.#parts;
    const written: string[] = [];
    for (const { change, lock, isPacked } of this.#locked) {
      if (change.after === undefined || isPacked) continue;
      lock.write(serializeLooseRef(change.after));
      written.push(lock.lockPath);
    }
    if (syncs) await Promise.all(written.map((path) => syncPath(disk, path)));
    await this.#writePacked();
  }

  /** Writes the next `packed-refs` beside the present one, where deletions or many creations ask for one. */
  async #writePacked(): Promise<void> {
    if (this.#packedLock === undefined) return;
    const { files, objects, algorithm, disk, syncs } = this.#parts;
    const { refs, isFullyPeeled } = files.readPacked();
    const next = new Map(refs);
    let isChanged = false;
    for (const { change, isPacked } of this.#locked) {
      const { name, after } = change;
      if (after === undefined) {
        isChanged = next.delete(name) || isChanged;
      } else if (isPacked && after.kind === 'direct') {
        next.set(name, { name, id: after.id, peeled: findPeeled(objects, after.id, algorithm) });
        isChanged = true;
      }
    }
    if (!isChanged) return;
    const entries: PackedRef[] = [...next.values()];
    const peeled = isFullyPeeled ? entries : entries.map((ref) => (
      ref.peeled === undefined ? { ...ref, peeled: findPeeled(objects, ref.id, algorithm) } : ref
    ));
    const path = `${files.packedPath}.new`;
    // Only who holds the lock writes this file, so one that is there was left behind by a crash.
    removeFile(disk, path);
    this.#packedNew = path;
    await createFile(disk, path, { chunks: [serializePackedRefs(peeled)], syncs, mode: 0o666 });
  }

  async #commitBlocked(change: RefChange): Promise<void> {
    const { files, disk, syncs } = this.#parts;
    const path = files.pathOf(change.name);
    const lock = await this.#takeLock(path, change.name, undefined);
    try {
      lock.close();
      if (isDirectory(path) && !removeEmptyTree(disk, path)) throw clashError(change.name, path);
      lock.write(serializeLooseRef(change.after!));
      if (syncs) await syncPath(disk, lock.lockPath);
      for (const { name, steps } of this.#plan.reflogs) {
        if (name === change.name) await this.#changeLog(name, steps);
      }
      lock.commit();
    } finally {
      lock.release();
    }
  }

  async #changeLog(name: RefName, steps: readonly ReflogStep[]): Promise<void> {
    const { reflogs, reflogPolicy } = this.#parts;
    for (const path of await reflogs.change(name, steps, reflogPolicy)) this.#logPaths.add(path);
  }

  /** All at once, which a file system makes one or two writes of its journal. */
  async #syncAll(): Promise<void> {
    const folders = new Set(this.#plan.changes.map(({ name }) => dirname(this.#parts.files.pathOf(name))));
    if (this.#packedLock !== undefined) folders.add(this.#parts.root);
    // A new folder is durable when its parent is.
    for (const { name, before, after } of this.#plan.changes) {
      if (after === undefined) folders.add(nearestFolder(this.#parts.files.pathOf(name)));
      if (before !== undefined) continue;
      for (const folder of foldersOf(name)) folders.add(join(this.#parts.root, folder));
    }
    for (const path of this.#logPaths) folders.add(path);
    await Promise.all([...folders].map((folder) => syncPath(this.#parts.disk, folder)));
  }

  #tidy(path: string, name: RefName): void {
    if (!WORKTREE_REFS.includes(name)) removeEmptyParents(this.#parts.disk, path, { root: this.#parts.root, name });
  }
}

/** How many of the changes can do without a file of their own: deletions, and new refs, which can be packed. */
function countUnwritten(changes: readonly RefChange[]): number {
  return changes.filter(({ before, after }) => after === undefined || (before === undefined && after.kind === 'direct'))
    .length;
}

/** The new refs whose files cannot be made while a ref that the same change deletes is there. */
function findBlocked(changes: readonly RefChange[], deleted: readonly RefChange[]): Set<RefChange> {
  const blocked = new Set<RefChange>();
  if (deleted.length === 0 || deleted.length === changes.length) return blocked;
  const names = new Set<string>();
  const folders = new Set<string>();
  for (const { name } of deleted) {
    names.add(name);
    for (const folder of foldersOf(name)) folders.add(folder);
  }
  for (const change of changes) {
    const { name, before, after } = change;
    if (before !== undefined || after === undefined) continue;
    if (folders.has(name) || foldersOf(name).some((folder) => names.has(folder))) blocked.add(change);
  }
  return blocked;
}

/** Does everything, whatever of it fails, and then throws the first failure: one lock that stays must not keep others. */
function doAll(actions: readonly (() => void)[]): void {
  const failures: unknown[] = [];
  for (const action of actions) {
    try {
      action();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

/** The folder that a file was in or, where that went with it, the one that is left. */
function nearestFolder(path: string): string {
  let folder = dirname(path);
  while (!isDirectory(folder) && folder !== dirname(folder)) folder = dirname(folder);
  return folder;
}

/** The folders that a name lies in, from the outermost on: `refs`, `refs/heads`. */
function foldersOf(name: RefName): string[] {
  const folders: string[] = [];
  for (let at = name.indexOf('/'); at > 0; at = name.indexOf('/', at + 1)) folders.push(name.slice(0, at));
  return folders;
}

function movedError(change: RefChange, actual: RefValue | undefined): GovcError {
  return new GovcError('backend-moved', `Another process has changed "${change.name}"; read on and try again.`, {
    name: change.name,
    expected: change.before,
    actual,
  });
}

function clashError(name: RefName, path: string): GovcError {
  return new GovcError('ref-name-clash', `"${name}" cannot be stored: "${path}" is in the way.`, { name, path });
}

function unstorableError(name: RefName, cause: unknown): GovcError {
  return new GovcError('ref-refused', `"${name}" cannot be the name of a file here.`, { name }, { cause });
}

function namedLockError(error: GovcError, name: RefName): GovcError {
  return new GovcError('lock-held', error.message, { ...error.data, name }, { cause: error });
}
