import { GovcError } from '../../errors.js';
import { attempt, createExclusively, findStat, ioError, removeFile, renameFile, systemCode, writeAll } from './disk.js';
import type { LockOwner } from './lock-owner.js';
import type { Disk } from './system-disk.js';

/**
 * Git's way to own a file for a while: `<path>.lock` is created, which only one can do; the new content is
 * written there and renamed over the file, or the lock is removed (`lockfile.h` of Git).
 *
 *     (take) --> held --write--> held --commit--> released
 *                held --release--> released
 *
 * With a {@link LockOwner}, a lock that this process leaves when it is killed can be told from those of others.
 */
export class LockFile {
  /** The file that is locked. */
  readonly path: string;
  readonly lockPath: string;
  readonly #disk: Disk;
  readonly #owner: LockOwner | undefined;
  /** The other name of the lock file, which says whose it is. */
  readonly #ownPath: string | undefined;
  #fd: number | undefined;
  #isHeld = true;

  private constructor(disk: Disk, path: string, { fd, ownPath, owner }: {
    readonly fd: number | undefined; readonly ownPath?: string | undefined; readonly owner?: LockOwner | undefined;
  }) {
    this.#disk = disk;
    this.path = path;
    this.lockPath = lockPathOf(path);
    this.#fd = fd;
    this.#ownPath = ownPath;
    this.#owner = owner;
  }

  /**
   * Takes the lock if nobody has it. The folder must exist.
   *
   * @throws {GovcError} io-failed
   */
  static tryTake(disk: Disk, path: string, owner?: LockOwner): LockFile | undefined {
    if (owner === undefined) {
      const fd = createExclusively(disk, lockPathOf(path));
      return fd === undefined ? undefined : new LockFile(disk, path, { fd });
    }
    const owned = owner.create(lockPathOf(path));
    return owned === undefined ? undefined : new LockFile(disk, path, { ...owned, owner });
  }

  /**
   * As {@link LockFile.tryTake}, for a lock that is never written: its file is another name of `owned`, a file that only
   * we use. That excludes others just as well and costs a tenth of a new file.
   *
   * @throws {GovcError} io-failed
   */
  static tryTakeAsLink(disk: Disk, path: string, owned: string): LockFile | undefined {
    try {
      disk.link(owned, lockPathOf(path));
      return new LockFile(disk, path, { fd: undefined });
    } catch (error) {
      const code = systemCode(error);
      if (code === 'EEXIST') return undefined;
      // Too many names of one file, or a file system that knows only one.
      if (code === 'EMLINK' || code === 'EPERM' || code === 'ENOTSUP' || code === 'EXDEV') return LockFile.tryTake(disk, path);
      throw ioError('create', lockPathOf(path), error);
    }
  }

  /**
   * Takes the lock, trying for a time.
   *
   * @throws {GovcError} lock-held: someone else has it all the time.
   * @throws {GovcError} io-failed
   */
  static async take(
    disk: Disk, path: string, { timeoutMs, owner, tryOnce = () => LockFile.tryTake(disk, path, owner) }: LockTiming,
  ): Promise<LockFile> {
    for (let waitedMs = 0, round = 1; ; round = Math.min(round + 1, 20)) {
      const lock = tryOnce();
      if (lock !== undefined) return lock;
      if (timeoutMs >= 0 && waitedMs >= timeoutMs) {
        // Perhaps nobody is there to give it up.
        const last = owner !== undefined && owner.releaseDead() > 0 ? tryOnce() : undefined;
        if (last !== undefined) return last;
        throw lockHeldError(path, timeoutMs);
      }
      // Waiting longer each time, as Git does, keeps many writers from starving each other.
      const pauseMs = Math.min(round * round, 1000, timeoutMs < 0 ? 1000 : Math.max(1, timeoutMs - waitedMs));
      await pause(pauseMs);
      waitedMs += pauseMs;
    }
  }

  /** Closes the lock file, empty as it is: thousands may be held at a time, but not as many files open. */
  close(): void {
    if (this.#fd !== undefined) this.#disk.close(this.#fd);
    this.#fd = undefined;
  }

  /** Writes the new content and closes the file. Forcing it to the disk is for the caller. @throws {GovcError} io-failed */
  write(bytes: Uint8Array): void {
    this.#fd ??= attempt('write', this.lockPath, () => this.#disk.open(this.lockPath, 'w', 0o666));
    writeAll(this.#disk, { fd: this.#fd, path: this.lockPath }, bytes);
    this.close();
  }

  /**
   * Puts the written content in place, which gives up the lock.
   *
   * @throws {GovcError} lock-held: this process stood still for so long that others took the lock from it.
   * @throws {GovcError} io-failed
   */
  commit(): void {
    if (!this.#isOurs()) {
      this.#isHeld = false;
      throw lockLostError(this.path);
    }
    renameFile(this.#disk, this.lockPath, this.path);
    this.#isHeld = false;
    this.#forget();
  }

  /** Gives up the lock; what was written is gone. Safe to call again. */
  release(): void {
    this.close();
    if (!this.#isHeld) return;
    this.#isHeld = false;
    try {
      if (this.#isOurs()) removeFile(this.#disk, this.lockPath);
    } finally {
      this.#forget();
    }
  }

  /** Whether the lock file is still the one that was made here. */
  #isOurs(): boolean {
    if (this.#ownPath === undefined) return true;
    const own = findStat(this.#ownPath);
    return own === undefined || findStat(this.lockPath)?.ino === own.ino;
  }

  #forget(): void {
    if (this.#ownPath !== undefined) this.#owner?.forget(this.#ownPath);
  }
}

/** How long others are waited for. */
export interface LockTiming {
  /** Milliseconds; negative: without end. */
  readonly timeoutMs: number;
  /** Who takes it. Default: nobody that could be told later. */
  readonly owner?: LockOwner | undefined;
  /** How it is tried to take the lock. Default: {@link LockFile.tryTake}. */
  readonly tryOnce?: (() => LockFile | undefined) | undefined;
}

/** The path of the lock of a file. */
export function lockPathOf(path: string): string {
  return `${path}.lock`;
}

/** The error for a lock that others do not give up. */
export function lockHeldError(path: string, waitedMs: number): GovcError {
  return new GovcError(
    'lock-held',
    `"${lockPathOf(path)}" exists since ${waitedMs} ms or longer: another process is writing, or one was killed; ` +
      'in the second case remove the file.',
    { path: lockPathOf(path), waitedMs },
  );
}

function lockLostError(path: string): GovcError {
  return new GovcError('lock-held', `The lock of "${path}" was taken from this process, which stood still for too long.`, {
    path: lockPathOf(path),
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
