import { hasCode } from '@govc/core';
import type { MemoryBudget } from '@govc/core/storage';
import type { Logger } from '@govc/logging';

import { SYSTEM_TIMERS, type Timers } from '../events/timers.js';
import type { RepositoryObserver } from './leases.js';
import type { HostedRepository } from './repositories.js';

/** What {@link maintainRepositories} works with. */
export interface MaintenanceParts {
  readonly logger: Logger;
  /** Default: none. */
  readonly budget?: MemoryBudget | undefined;
  /** Default: those of the machine. */
  readonly timers?: Timers | undefined;
}

/** Bursts of changes are one reason to look. */
const DELAY_MS = 1000;
/** Requests come first. */
const SLICE_MS = 2;
/** Comparing larger objects takes longer than a request may wait. */
const DELTA_SIZE_MAX = 1024 * 1024;
const YOUNG_TIGHT = 1024 * 1024;
const TIGHT_SHARE = 0.7;
/** What ends maintenance and is nobody's fault: a repository that is closed, another process that is at it. */
const EXPECTED = ['aborted', 'backend-closed', 'lock-held'] as const;

/**
 * An observer that keeps the repositories of a server in shape: some time after a repository was opened or changed it looks whether there
 * is anything to do, and does it, one repository at a time, in slices between requests. Meanwhile the repository is not closed to make room.
 *
 * What repositories hold is told to the budget after each change.
 */
export function maintainRepositories(inner: RepositoryObserver, parts: MaintenanceParts): RepositoryObserver {
  const { logger, budget, timers = SYSTEM_TIMERS } = parts;
  const endings = new Map<HostedRepository, () => void>();
  const waiting = new Set<HostedRepository>();
  let working: HostedRepository | undefined;
  let isScheduled = false;

  function isTight(): boolean {
    return budget !== undefined && budget.heldBytes > budget.holdableBytes * TIGHT_SHARE;
  }

  function schedule(hosted: HostedRepository): void {
    waiting.add(hosted);
    if (isScheduled || working !== undefined) return;
    isScheduled = true;
    timers.after(DELAY_MS, () => void work());
  }

  async function work(): Promise<void> {
    isScheduled = false;
    for (const hosted of waiting) {
      waiting.delete(hosted);
      working = hosted;
      await maintain(hosted);
      if (endings.has(hosted)) budget?.note(hosted, hosted.repository.heldBytes);
      working = undefined;
    }
  }

  async function maintain({ id, repository }: HostedRepository): Promise<void> {
    try {
      // A repository that others made may say that pushes must not cause a collection.
      if (repository.state === 'closed' || !repository.snapshot.config.getBool('receive.autogc', true)) return;
      const tasks = repository.findMaintenanceNeed(isTight() ? { youngBytesMax: YOUNG_TIGHT } : {});
      if (tasks.length === 0) return;
      const { results, isBusy } = await repository.maintenance({ tasks, sliceMs: SLICE_MS, deltaSizeMax: DELTA_SIZE_MAX });
      logger.info('a repository was maintained', { repository: id, results, isBusy });
    } catch (error) {
      const isExpected = EXPECTED.some((code) => hasCode(error, code));
      logger[isExpected ? 'debug' : 'warn']('a repository could not be maintained', { repository: id, error });
    }
  }

  return {
    opened(hosted) {
      inner.opened(hosted);
      const { repository } = hosted;
      budget?.note(hosted, repository.heldBytes);
      endings.set(hosted, repository.subscribe(() => {
        budget?.note(hosted, repository.heldBytes);
        schedule(hosted);
      }));
      schedule(hosted);
    },
    async closed(hosted) {
      endings.get(hosted)?.();
      endings.delete(hosted);
      waiting.delete(hosted);
      budget?.forget(hosted);
      await inner.closed(hosted);
    },
    deleted: (id) => inner.deleted(id),
    renamed: (from, to) => inner.renamed(from, to),
    isBusy: (hosted) => hosted === working || inner.isBusy(hosted),
  };
}
