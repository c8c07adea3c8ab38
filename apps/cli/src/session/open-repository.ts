/** The engine, behind one import, so that commands without a repository start without it. */
import { Repository } from '@govc/core';

import type { OpenRequest } from './files-host.js';

/** From so many objects on a command leaves a pack, as `transfer.unpackLimit` is by default. */
const PACK_LIMIT = 100;

/** Opens the repository of a Git directory on the disk. @throws {GovcError} */
export function openRepository(gitDirectory: string, request: OpenRequest): Promise<Repository> {
  const { weakConfig, strongConfig, home, syncs, observer, onProblem, clock, zone } = request;
  return Repository.open(gitDirectory, { baseConfig: weakConfig, strongConfig, home, syncs, observer, onProblem, clock, zone, packLimit: PACK_LIMIT });
}

/** A new repository in memory. */
export function memoryRepository(options: Parameters<typeof Repository.init>[0]): Repository {
  return Repository.init(options);
}
