import { endpoint, RawBody, reply, type Endpoint } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import { takeCpuProfile } from '../profile.js';
import type { HealthParts } from './health.js';

const OBJECT: Schema = { type: 'object', additionalProperties: true };

/** What watching the server needs. */
export interface MonitoringParts extends HealthParts {
  /** How late the event loop is, in milliseconds. */
  readonly loopLagMs: () => number;
  /** What the pool may do, as upstream's statistics show it. */
  readonly poolSettings: { readonly countMax: number; readonly bytesMax: number | undefined; readonly idleMs: number; readonly cleanupMs: number };
  /** Whether administrators may take CPU profiles. */
  readonly isProfiling: boolean;
}

/** Metrics for Prometheus where the configuration says, statistics of the pool, and what the process does. */
export function monitoringRoutes(parts: MonitoringParts): Endpoint[] {
  return [...prometheusRoutes(parts), ...poolRoutes(parts), ...processRoutes(parts), ...profileRoutes(parts)];
}

function prometheusRoutes({ metrics, metricsPath }: MonitoringParts): Endpoint[] {
  if (metricsPath === undefined) return [];
  return [
    endpoint({
      method: 'get', path: metricsPath, summary: 'Metrics for Prometheus', tag: 'monitoring', permission: 'public',
      answers: { 200: {} }, media: ['text/plain'],
      async handle() {
        const { contentType, body } = await metrics.render();
        return { status: 200, body: new RawBody(contentType, body) };
      },
    }),
  ];
}

function poolRoutes({ repositories, clock, ticks, poolSettings }: MonitoringParts): Endpoint[] {
  const common = { tag: 'monitoring', permission: 'system:admin', answers: { 200: OBJECT } } as const;
  /** The pool counts in ticks; people read the time of day. */
  const timeOf = (ticksMs: number | undefined): string | undefined =>
    ticksMs === undefined ? undefined : new Date(clock() - (ticks() - ticksMs)).toISOString();
  return [
    endpoint({
      ...common, method: 'get', path: '/api/v1/pool/stats', summary: 'What the pool of repositories holds and did',
      handle() {
        const stats = repositories.poolStats();
        const details = stats.entries.map(({ key, leases, useCount, openedMs, usedMs, sizeBytes }) => [key, {
          id: key,
          leases,
          last_accessed: timeOf(usedMs),
          access_count: useCount,
          created_at: timeOf(openedMs),
          idle_time: leases > 0 ? '0s' : `${((ticks() - usedMs) / 1000).toFixed(3)}s`,
          size_bytes: sizeBytes,
        }] as const);
        const { countMax, bytesMax, idleMs, cleanupMs } = poolSettings;
        return reply(200, {
          total_repositories: stats.open,
          active_repositories: stats.leased,
          idle_repositories: stats.idle,
          opening_repositories: stats.opening,
          size_bytes: stats.bytes,
          hits: stats.hits,
          misses: stats.misses,
          evicted: stats.evicted,
          refused: stats.refused,
          repository_details: Object.fromEntries(details),
          last_cleanup: timeOf(stats.cleanedMs) ?? null,
          config: {
            max_repositories: countMax, max_memory_bytes: bytesMax ?? null, max_idle_time: `${idleMs / 1000}s`, cleanup_interval: `${cleanupMs / 1000}s`,
            // The Go original's spelling.
            MaxRepositories: countMax, MaxIdleTime: `${idleMs / 1000}s`, CleanupInterval: `${cleanupMs / 1000}s`,
          },
        });
      },
    }),
    endpoint({
      ...common, method: 'post', path: '/api/v1/pool/cleanup', summary: 'Close repositories that nobody used for a while',
      async handle() {
        const { evicted, remaining } = await repositories.cleanup();
        return reply(200, {
          status: 'success', evicted_count: evicted, remaining_count: remaining, message: `${evicted} repositories were closed, ${remaining} are open.`,
        });
      },
    }),
  ];
}

function processRoutes(parts: MonitoringParts): Endpoint[] {
  const { metrics, repositories, system, clock, health, loopLagMs, startMs, poolSettings } = parts;
  const common = { method: 'get', tag: 'monitoring', permission: 'system:read', answers: { 200: OBJECT } } as const;
  const timestamp = (): string => new Date(clock()).toISOString();
  const toMb = (bytes: number): number => Math.round((bytes / 1024 / 1024) * 100) / 100;
  return [
    endpoint({
      ...common, path: '/api/v1/monitoring/metrics', summary: 'Numbers of requests and of the process',
      handle() {
        const { count, errorCount, seconds, inFlight } = metrics.requestNumbers();
        const { memory, cpu, activeResources } = system();
        const { leased } = repositories.poolStats();
        const uptimeSeconds = Math.max(0.001, (clock() - startMs) / 1000);
        return reply(200, {
          status: 'success',
          metrics: {
            request_count: count,
            average_latency: count === 0 ? 0 : (seconds / count) * 1000,
            error_rate: count === 0 ? 0 : errorCount / count,
            memory_usage_bytes: memory.rss,
            ...(cpu === undefined ? {} : { cpu_usage_percent: ((cpu.user + cpu.system) / 1e6 / uptimeSeconds) * 100 }),
            ...(activeResources === undefined ? {} : { goroutine_count: activeResources }),
            repository_count: repositories.count,
            requests_in_flight: inFlight,
            pool_utilization_percent: (leased / poolSettings.countMax) * 100,
            event_loop_lag_ms: loopLagMs(),
            timestamp: timestamp(),
          },
        });
      },
    }),
    endpoint<unknown, { readonly limit?: number; readonly hours?: number }>({
      ...common, path: '/api/v1/monitoring/health/history', summary: 'What health checks found earlier',
      query: { type: 'object', properties: { limit: { type: 'integer', minimum: 1, maximum: 1000 }, hours: { type: 'number', minimum: 0, maximum: 8760 } } },
      handle({ query: { limit = 100, hours = 24 } }) {
        const sinceMs = clock() - hours * 3_600_000;
        const found = health.history().filter(({ timeMs }) => timeMs >= sinceMs).slice(-limit);
        const history = found.map(({ timeMs, isHealthy, durationMs, checks }) => ({
          timestamp: new Date(timeMs).toISOString(), status: isHealthy ? 'healthy' : 'unhealthy', response_time: `${durationMs.toFixed(3)}ms`, checks,
        }));
        return reply(200, { status: 'success', count: history.length, history, timespan: `${hours}h` });
      },
    }),
    endpoint({
      ...common, path: '/api/v1/monitoring/performance', summary: 'What the process uses',
      handle() {
        const { nodeVersion, memory, cores, activeResources, cpu } = system();
        const { entries: _entries, ...pool } = repositories.poolStats();
        return reply(200, {
          status: 'success',
          profile: {
            timestamp: timestamp(),
            runtime: {
              node_version: nodeVersion, goroutines: activeResources ?? null, cpu_cores: cores ?? null, event_loop_lag_ms: loopLagMs(),
              cpu_seconds: cpu === undefined ? null : (cpu.user + cpu.system) / 1e6,
            },
            memory: { allocated_mb: toMb(memory.heapUsed), heap_mb: toMb(memory.heapTotal), system_mb: toMb(memory.rss), external_mb: toMb(memory.external ?? 0) },
            repositories: { total_count: repositories.count, pool_count: pool.open, pool_stats: pool },
          },
        });
      },
    }),
  ];
}

function profileRoutes({ isProfiling }: MonitoringParts): Endpoint[] {
  if (!isProfiling) return [];
  return [
    endpoint<unknown, { readonly seconds?: number }>({
      method: 'get', path: '/debug/profile', summary: 'A CPU profile of the next seconds, for the tools of Chrome', tag: 'monitoring', permission: 'system:admin',
      query: { type: 'object', properties: { seconds: { type: 'number', minimum: 0.01, maximum: 60 } } },
      answers: { 200: OBJECT },
      handle: async ({ query: { seconds = 10 }, context }) => reply(200, await takeCpuProfile(seconds * 1000, context.signal)),
    }),
  ];
}
