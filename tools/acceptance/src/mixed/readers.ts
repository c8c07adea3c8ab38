import autocannon from 'autocannon';
import type { Tally } from './tally.js';

/** A request that autocannon makes again and again. */
export interface Reading {
  readonly kind: string;
  readonly path: string;
  readonly body?: object;
}

/** What is read of a repository with a history and a file at this path. */
export function readingsOf(id: string, path: string): Reading[] {
  const repository = `/api/v1/repos/${id}`;
  return [
    { kind: 'read a file', path: `${repository}/files/${path}` },
    { kind: 'read a folder', path: `${repository}/tree?recursive=true` },
    { kind: 'log', path: `${repository}/commits?limit=30` },
    { kind: 'diff', path: `${repository}/diff?from=main~3&to=main` },
    { kind: 'branches', path: `${repository}/branches` },
    { kind: 'grep', path: `${repository}/grep`, body: { pattern: 'changed by', limit: 20 } },
    { kind: 'advertisement', path: `/${id}.git/info/refs?service=git-upload-pack` },
  ];
}

/** A row as those of a {@link Tally}. */
export type ReadingRow = ReturnType<Tally['rows']>[number];

/** Reads with so many connections at a bounded rate, and gives a row of what it measured. */
export async function read(
  { kind, path, body }: Reading, options: { readonly url: string; readonly connections: number; readonly seconds: number; readonly rate: number; readonly tally: Tally },
): Promise<ReadingRow> {
  const { url, connections, seconds, rate, tally } = options;
  const result = await autocannon({
    url: url + path, connections, duration: seconds, overallRate: Math.max(rate, connections), timeout: 60,
    // The time of an answer, not of the wait for this program's turn.
    ignoreCoordinatedOmission: true,
    ...(body === undefined ? {} : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const { errors, timeouts, non2xx, latency } = result;
  if (errors + timeouts + non2xx > 0) tally.fault(kind, `${errors} errors, ${timeouts} timeouts, ${non2xx} answers other than 2xx`);
  return [kind, result['2xx'], latency.p50, latency.p99, latency.max];
}
