import { Repository } from '@govc/core';
import type { Config } from '@govc/core/plumbing';
import { DeltaBaseCache, DirectoryBackend, OpenFiles, type MemoryBudget, type Spool, type TransactionObserver } from '@govc/core/storage';
import type { Logger } from '@govc/logging';

import type { Quota } from '../config.js';
import { createQuotaKeeper, measureDirectory, NO_USAGE, type QuotaKeeper } from './quota.js';

/** What is shared by all Git directories that a server has open. */
export interface DirectoryParts {
  readonly logger: Logger;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Weaker layers of configuration. */
  readonly baseConfig: Config;
  /** Bounds the memory of all together. Default: each cache has a bound of its own. */
  readonly budget?: MemoryBudget | undefined;
  /** Bounds of each of them. */
  readonly quota: Quota;
  /** What `~` stands for in the configuration. */
  readonly home: string | undefined;
  /** Hears of changes of refs while they are made. */
  readonly observe: (gitPath: string, config: () => Config) => TransactionObserver;
}

/** A repository in a Git directory with its spool. */
export interface OpenedDirectory {
  readonly repository: Repository;
  readonly spool: Spool;
  readonly gitPath: string;
  readonly commonPath: string;
  /** `undefined`: no bounds. */
  readonly quota: QuotaKeeper | undefined;
}

const OPEN_FILES_MAX = 256;

/** Opens Git directories that share their open files and their cache of delta bases, so that both are bounded for all together. */
export function createOpener(parts: DirectoryParts): (path: string) => Promise<OpenedDirectory> {
  const { logger, clock, baseConfig, home, observe, quota: bounds, budget } = parts;
  const files = new OpenFiles(budget?.openFilesMax ?? OPEN_FILES_MAX);
  const bases = new DeltaBaseCache(budget?.basesBytesMax);
  return async (path) => {
    const opened: { repository?: Repository } = {};
    const backend = await DirectoryBackend.open(path, {
      baseConfig,
      home,
      files,
      bases,
      now: clock,
      onProblem: (problem) => logger.warn('a part of a repository is broken and left out', { path, error: problem }),
      observer: observe(path, () => opened.repository?.snapshot.config ?? baseConfig),
    });
    const isMeasured = bounds.bytes !== undefined || bounds.objects !== undefined;
    const quota = createQuotaKeeper(bounds, isMeasured ? await measureDirectory(backend.commonPath) : NO_USAGE);
    const repository = await Repository.on(backend, { clock, admit: quota?.admit, youngBytesMax: budget?.youngBytesMax });
    opened.repository = repository;
    return { repository, spool: backend.spool, gitPath: backend.path, commonPath: backend.commonPath, quota };
  };
}
