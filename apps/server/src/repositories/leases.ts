import { createPool, type Pool } from '@govc/pool';
import type { Logger } from '@govc/logging';

import type { HostedRepository } from './repositories.js';

/** How many repositories may be open and for how long. */
export interface LeaseOptions {
  readonly countMax: number;
  readonly idleMs: number;
  /** Milliseconds that never go back. */
  readonly ticks: () => number;
  readonly logger: Logger;
  /** Opens the repository that has this key. */
  readonly open: (key: string) => Promise<HostedRepository>;
}

const FIXED_BYTES = 64 * 1024;

/** A pool of repositories: one that would lose something is never closed to make room. */
export function createRepositoryPool(options: LeaseOptions): Pool<HostedRepository> {
  const { countMax, idleMs, ticks, logger, open } = options;
  return createPool<HostedRepository>({
    open,
    close: ({ repository }) => repository.close(),
    isEvictable: ({ isMemoryOnly, repository }) =>
      !isMemoryOnly && repository.pendingCount === 0 && repository.staged().size === 0,
    measure: ({ repository }) => FIXED_BYTES + repository.snapshot.young.sizeBytes,
    onCloseFailed: (key, error) => logger.error('a repository could not be closed', { repository: key, error }),
    clock: ticks,
    countMax,
    idleMs,
  });
}

/** The newest state of a repository that others may write too; a failed one is brought back to what is durable. */
export async function bringUpToDate({ repository, isMemoryOnly }: HostedRepository): Promise<void> {
  if (repository.state === 'failed') await repository.reload();
  else if (!isMemoryOnly) await repository.refresh();
}
