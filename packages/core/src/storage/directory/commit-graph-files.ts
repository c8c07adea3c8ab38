import { join } from 'node:path';
import { GovcError } from '../../errors.js';
import { LIMITS } from '../../limits.js';
import { latin1FromBytes } from '../../bytes/text.js';
import { listAlternates } from './alternates.js';
import { attempt, findFile, findStat, listNames, makeDirectory, removeFile, syncPath } from './disk.js';
import { LockFile } from './lock-file.js';
import type { LockOwner } from './lock-owner.js';
import type { Disk } from './system-disk.js';

/** What {@link CommitGraphFiles} works with. */
export interface CommitGraphPlace {
  readonly objectsPath: string;
  readonly disk: Disk;
  readonly owner: LockOwner;
  readonly syncs: boolean;
  /** Told of files that are left out. */
  readonly onProblem: (problem: GovcError) => void;
}

// A file says in one byte how many are below it.
const CHAIN_MAX = 256;
const LOCK_TIMEOUT_MS = 1000;

/**
 * The commit-graph of a Git directory: `objects/info/commit-graph`, or the chain that
 * `objects/info/commit-graphs/commit-graph-chain` names (gitformat-commit-graph). Only bytes; what they say is not looked at here.
 */
export class CommitGraphFiles {
  readonly #place: CommitGraphPlace;

  constructor(place: CommitGraphPlace) {
    this.#place = place;
  }

  /** Told of files that turn out not to be usable. */
  get onProblem(): (problem: GovcError) => void {
    return this.#place.onProblem;
  }

  /** The files, the lowest of a chain first; of the first folder, its own or an alternate's, that has any. @throws {GovcError} io-failed */
  read(): readonly Uint8Array[] {
    const { objectsPath, onProblem } = this.#place;
    const own = this.#readFolder(objectsPath);
    if (own.length > 0) return own;
    for (const path of listAlternates(objectsPath, onProblem)) {
      const found = this.#readFolder(path);
      if (found.length > 0) return found;
    }
    return [];
  }

  /**
   * Puts one file in place of whatever is there, under the lock that Git takes.
   *
   * @throws {GovcError} lock-held, io-failed
   */
  async write(bytes: Uint8Array): Promise<void> {
    const { objectsPath, disk, owner, syncs } = this.#place;
    const info = join(objectsPath, 'info');
    makeDirectory(disk, info);
    const lock = await LockFile.take(disk, join(info, 'commit-graph'), { timeoutMs: LOCK_TIMEOUT_MS, owner });
    try {
      lock.write(bytes);
      attempt('set the mode of', lock.lockPath, () => {
        disk.setMode(lock.lockPath, 0o444);
      });
      if (syncs) await syncPath(disk, lock.lockPath);
      lock.commit();
    } finally {
      lock.release();
    }
    // A chain would be older than the file that is read before it.
    const chain = join(info, 'commit-graphs');
    removeFile(disk, join(chain, 'commit-graph-chain'));
    for (const name of listNames(chain)) if (/^graph-[0-9a-f]+\.graph$/.test(name)) removeFile(disk, join(chain, name));
    if (syncs) await syncPath(disk, info);
  }

  #readFolder(objectsPath: string): Uint8Array[] {
    const info = join(objectsPath, 'info');
    const single = this.#readFile(join(info, 'commit-graph'));
    if (single !== undefined) return [single];
    const chain = this.#readFile(join(info, 'commit-graphs', 'commit-graph-chain'));
    if (chain === undefined) return [];
    const files: Uint8Array[] = [];
    for (const name of latin1FromBytes(chain).split('\n')) {
      if (!/^[0-9a-f]{40,64}$/.test(name) || files.length >= CHAIN_MAX) break;
      const bytes = this.#readFile(join(info, 'commit-graphs', `graph-${name}.graph`));
      if (bytes === undefined) break;
      files.push(bytes);
    }
    return files;
  }

  #readFile(path: string): Uint8Array | undefined {
    const size = findStat(path)?.size ?? 0;
    if (size <= LIMITS.commitGraphSize.value) return findFile(path);
    this.#place.onProblem(new GovcError('limit-exceeded', `"${path}" is larger than ${LIMITS.commitGraphSize.value} bytes.`, { path }));
    return undefined;
  }
}
