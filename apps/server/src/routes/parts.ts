import type { AsyncLocalStorage } from 'node:async_hooks';

import type { RefChange } from '@govc/auth';
import type { Person } from '@govc/core';
import type { Logger } from '@govc/logging';
import type { ServerMetrics } from '@govc/metrics';
import type { Lease } from '@govc/pool';

import { authorize, type Gate } from '../auth/gate.js';
import { refNames } from '../auth/ref-policy.js';
import type { Hooks } from '../hooks/hooks.js';
import type { Call } from '../http/endpoint.js';
import type { Containers } from '../containers/containers.js';
import type { Live } from '../live.js';
import type { HostedRepository, Repositories } from '../repositories/repositories.js';

/** What routes work with. */
export interface RouteParts {
  readonly repositories: Repositories;
  readonly gate: Gate;
  /** Who acts while a request is answered. */
  readonly actors: AsyncLocalStorage<Person>;
  readonly random: (sizeBytes: number) => Uint8Array;
  readonly logger: Logger;
  readonly metrics: ServerMetrics;
  /** What lives between requests. */
  readonly live: Live;
  /** Images and their builds. */
  readonly containers: Containers;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Milliseconds that never go back. */
  readonly ticks: () => number;
  /** Runs the hooks of repositories in directories. */
  readonly hooks: Hooks;
  /** The version of the server. */
  readonly version: string;
  /** Where metrics are served; `undefined`: nowhere. */
  readonly metricsPath: string | undefined;
}

/** Runs `work` on the repository that the path names. */
export async function readRepository<Result>(
  parts: RouteParts, call: Call, work: (hosted: HostedRepository) => Result | Promise<Result>,
): Promise<Result> {
  const lease = await acquireNamed(parts, call);
  try {
    return await work(lease.resource);
  } finally {
    lease.release();
  }
}

/** Leases the repository that the path names. */
export async function acquireNamed(parts: RouteParts, call: Call): Promise<Lease<HostedRepository>> {
  const lease = await parts.repositories.acquire(call.path['id'] ?? '');
  try {
    mustReachByName(parts, call, lease.resource);
    return lease;
  } catch (error) {
    lease.release();
    throw error;
  }
}

/** As {@link readRepository}; resolves only when everything that `work` wrote is durable. */
export function writeRepository<Result>(
  parts: RouteParts, call: Call, work: (hosted: HostedRepository) => Result | Promise<Result>,
): Promise<Result> {
  return readRepository(parts, call, async (hosted) => {
    const result = await work(hosted);
    await hosted.repository.flush();
    return result;
  });
}

/** A link or another spelling of its path must not give more than the repository's own name does. */
function mustReachByName({ gate }: RouteParts, { context, path, permission }: Call, { id }: HostedRepository): void {
  if (id === path['id']?.replace(/\.git$/, '') || permission === undefined) return;
  authorize(gate, context.principal, { permission, repository: id });
}

/**
 * Asks whether whoever calls may change a ref over REST, as a push is asked; for every name that the ref leads to.
 *
 * @param ref the full name
 * @throws {ServerError} authentication-required, permission-denied
 */
export function mustMayChange({ gate }: RouteParts, { context }: Call, { hosted, ...change }: RefChange & { readonly hosted: HostedRepository }): void {
  const { id, repository } = hosted;
  for (const ref of refNames(repository.snapshot, { name: change.ref, prefix: '' })) {
    authorize(gate, context.principal, { permission: 'repo:write', repository: id, change: { ...change, ref } });
  }
}
