import type { Logger } from '@govc/logging';
import type { ServerMetrics } from '@govc/metrics';

import type { Gate } from '../auth/gate.js';
import type { Call } from '../http/endpoint.js';
import type { HostedRepository, Repositories } from '../repositories/repositories.js';

/** What routes work with. */
export interface RouteParts {
  readonly repositories: Repositories;
  readonly gate: Gate;
  readonly logger: Logger;
  readonly metrics: ServerMetrics;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Milliseconds that never go back. */
  readonly ticks: () => number;
  /** The version of the server. */
  readonly version: string;
  /** Where metrics are served; `undefined`: nowhere. */
  readonly metricsPath: string | undefined;
}

/** Runs `work` on the repository that the path names. */
export async function readRepository<Result>(
  parts: RouteParts, call: Call, work: (hosted: HostedRepository) => Result | Promise<Result>,
): Promise<Result> {
  const lease = await parts.repositories.acquire(call.path['id'] ?? '');
  try {
    return await work(lease.resource);
  } finally {
    lease.release();
  }
}

/** As {@link readRepository}; resolves only when everything that `work` wrote is durable. */
export function writeRepository<Result>(
  parts: RouteParts, call: Call, work: (hosted: HostedRepository) => Result,
): Promise<Result> {
  return readRepository(parts, call, async (hosted) => {
    const result = work(hosted);
    await hosted.repository.flush();
    return result;
  });
}
