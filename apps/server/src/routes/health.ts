import type { HealthChecks } from '../health-checks.js';
import { endpoint, reply, type Endpoint } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import type { RouteParts } from './parts.js';

const HEALTH: Schema = {
  title: 'Health',
  type: 'object',
  required: ['status', 'timestamp'],
  properties: {
    status: { type: 'string', enum: ['healthy', 'unhealthy', 'alive', 'ready', 'not_ready'] },
    timestamp: { type: 'string', format: 'date-time' },
    version: { type: 'string' },
    uptime: { type: 'string', description: 'In seconds, such as 12.345s.' },
    checks: { type: 'object', additionalProperties: true, description: 'What was looked at, by name.' },
    system: {
      type: 'object',
      properties: { node_version: { type: 'string' }, platform: { type: 'string' }, memory: { type: 'object', additionalProperties: { type: 'number' } } },
    },
  },
};

/** What is asked of the process from outside: is it alive, may it get requests, how is it. */
export interface HealthParts extends RouteParts {
  /** Whether the server still takes requests. */
  readonly isReady: () => boolean;
  readonly health: HealthChecks;
  readonly startMs: number;
  /** What the process is and uses. */
  readonly system: () => SystemFacts;
}

/** Facts about the process. */
export interface SystemFacts {
  readonly nodeVersion: string;
  readonly platform: string;
  readonly memory: { readonly heapUsed: number; readonly heapTotal: number; readonly rss: number; readonly external?: number };
  /** Microseconds of CPU time since the process began. */
  readonly cpu?: { readonly user: number; readonly system: number };
  /** What keeps the event loop busy. */
  readonly activeResources?: number;
  readonly cores?: number;
}

/** `/health` and its probes, also where the JavaScript client of the Go original asks, and `/version`. */
export function healthRoutes(parts: HealthParts): Endpoint[] {
  const { version, clock, isReady, system, health } = parts;
  const timestamp = (): string => new Date(clock()).toISOString();
  const common = { method: 'get', tag: 'monitoring', permission: 'public' } as const;
  const detailed = (path: string): Endpoint => endpoint({
    ...common, path, summary: 'Detailed health', answers: { 200: HEALTH, 503: HEALTH },
    async handle() {
      const report = await health.run();
      const isHealthy = isReady() && report.isHealthy;
      const { nodeVersion, platform, memory } = system();
      return reply(isHealthy ? 200 : 503, {
        status: isHealthy ? 'healthy' : 'unhealthy',
        timestamp: timestamp(),
        version,
        uptime: `${((clock() - parts.startMs) / 1000).toFixed(3)}s`,
        checks: report.checks,
        system: {
          node_version: nodeVersion,
          platform,
          memory: { allocated_bytes: memory.heapUsed, total_allocated_bytes: memory.heapTotal, system_bytes: memory.rss },
        },
      });
    },
  });
  return [
    detailed('/health'),
    detailed('/api/v1/health'),
    endpoint({
      ...common, path: '/health/live', summary: 'Whether the process runs', answers: { 200: HEALTH },
      handle: () => reply(200, { status: 'alive', timestamp: timestamp() }),
    }),
    endpoint({
      ...common, path: '/health/ready', summary: 'Whether requests may come', answers: { 200: HEALTH, 503: HEALTH },
      async handle() {
        const { isHealthy, checks } = await health.run();
        const ready = isReady() && isHealthy;
        return reply(ready ? 200 : 503, { status: ready ? 'ready' : 'not_ready', timestamp: timestamp(), checks });
      },
    }),
    endpoint({
      ...common, path: '/version', summary: 'What runs here',
      answers: { 200: { type: 'object', required: ['name', 'version', 'node_version'], properties: { name: { const: 'govc' }, version: { type: 'string' }, node_version: { type: 'string' } } } },
      handle: () => reply(200, { name: 'govc', version, node_version: system().nodeVersion }),
    }),
  ];
}
