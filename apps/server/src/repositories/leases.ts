import { stat } from 'node:fs/promises';

import { createPool, type Lease, type Pool } from '@govc/pool';
import type { Logger } from '@govc/logging';

import type { HostedRepository } from './repositories.js';

/** Hears of repositories that are opened, closed and deleted. */
export interface RepositoryObserver {
  opened(hosted: HostedRepository): void;
  /** It was closed; called once for each that was opened. */
  closed(hosted: HostedRepository): Promise<void>;
  deleted(id: string): void;
  /** It is found under another id from here on. */
  renamed(from: string, to: string): void;
  /** Whether something would be lost if it were closed now. */
  isBusy(hosted: HostedRepository): boolean;
}

/** How many repositories may be open and for how long. */
export interface LeaseOptions {
  readonly countMax: number;
  readonly idleMs: number;
  /** Bytes that open repositories may hold together; `undefined`: no bound. */
  readonly bytesMax?: number | undefined;
  /** Milliseconds that never go back. */
  readonly ticks: () => number;
  readonly logger: Logger;
  readonly observer: RepositoryObserver;
  /** Opens the repository that has this key. */
  readonly open: (key: string) => Promise<HostedRepository>;
}

const FIXED_BYTES = 64 * 1024;

/** A pool of repositories: one that would lose something is never closed to make room. */
export function createRepositoryPool(options: LeaseOptions): Pool<HostedRepository> {
  const { countMax, bytesMax, idleMs, ticks, logger, open, observer } = options;
  return createPool<HostedRepository>({
    async open(key) {
      const hosted = await open(key);
      observer.opened(hosted);
      return hosted;
    },
    async close(hosted) {
      try {
        await hosted.repository.close();
      } finally {
        await observer.closed(hosted);
      }
    },
    isEvictable(hosted) {
      const { isMemoryOnly, repository } = hosted;
      return !isMemoryOnly && repository.pendingCount === 0 && repository.staged().size === 0 && !observer.isBusy(hosted);
    },
    measure: ({ repository }) => FIXED_BYTES + repository.heldBytes,
    onCloseFailed: (key, error) => logger.error('a repository could not be closed', { repository: key, error }),
    clock: ticks,
    countMax,
    bytesMax,
    idleMs,
  });
}

/**
 * Leases a repository in its newest state, with what others did to it; a failed one is brought back to what is durable, and one
 * whose directory was replaced by another is opened anew.
 */
export async function acquireCurrent(pool: Pool<HostedRepository>, key: string): Promise<Lease<HostedRepository>> {
  for (let attempt = 1; ; attempt++) {
    const lease = await pool.acquire(key);
    try {
      const { repository, directory, identity } = lease.resource;
      if (directory === undefined || attempt > ATTEMPTS_MAX || (await identityOf(directory.gitPath)) === identity) {
        if (repository.state === 'failed') await repository.reload();
        else if (directory !== undefined) await repository.refresh();
        return lease;
      }
    } catch (error) {
      lease.release();
      throw error;
    }
    lease.release();
    await pool.remove(key);
  }
}

const ATTEMPTS_MAX = 3;

/** What a directory has in common with no other one, also of the same name. */
export async function identityOf(gitPath: string): Promise<string> {
  const { dev, ino, birthtimeMs } = await stat(gitPath);
  return `${dev}:${ino}:${birthtimeMs}`;
}
