import { endpoint, reply, type Endpoint } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import type { RouteParts } from './parts.js';

interface Check {
  readonly status: 'healthy' | 'unhealthy';
  readonly message: string;
  readonly timestamp: string;
  /** Milliseconds, as text with its unit. */
  readonly duration: string;
}

const HEALTH: Schema = {
  type: 'object',
  required: ['status', 'timestamp'],
  properties: { status: { type: 'string' }, timestamp: { type: 'string', format: 'date-time' }, checks: { type: 'object' } },
};

/** What is asked of the process from outside: is it alive, may it get requests, how is it. */
export interface HealthParts extends RouteParts {
  /** Whether the server still takes requests. */
  readonly isReady: () => boolean;
  readonly startMs: number;
  /** What the process is and uses. */
  readonly system: () => SystemFacts;
}

/** Facts about the process. */
export interface SystemFacts {
  readonly nodeVersion: string;
  readonly platform: string;
  readonly memory: { readonly heapUsed: number; readonly heapTotal: number; readonly rss: number };
}

/** `/health` and its probes, and `/version`. */
export function healthRoutes(parts: HealthParts): Endpoint[] {
  const { version, clock, ticks, isReady, system } = parts;
  const timestamp = (): string => new Date(clock()).toISOString();
  const common = { method: 'get', tag: 'monitoring', permission: 'public' } as const;

  async function runChecks(): Promise<Record<string, Check>> {
    const check = async (message: string, work: () => Promise<void> | void): Promise<Check> => {
      const beginMs = ticks();
      try {
        await work();
        return { status: 'healthy', message, timestamp: timestamp(), duration: `${(ticks() - beginMs).toFixed(3)}ms` };
      } catch (error) {
        parts.logger.error('health check failed', { error });
        return { status: 'unhealthy', message: 'see the log', timestamp: timestamp(), duration: `${(ticks() - beginMs).toFixed(3)}ms` };
      }
    };
    const { repositories, gate } = parts;
    return {
      storage: await check(repositories.place, () => repositories.probe()),
      memory: await check(`${Math.round(system().memory.rss / 1024 / 1024)} MiB resident`, () => undefined),
      repositories: await check(`${repositories.count} known`, () => undefined),
      auth: await check(gate.isOpen ? 'development mode' : 'users sign in', () => undefined),
    };
  }

  return [
    endpoint({
      ...common, path: '/health', summary: 'Detailed health', answers: { 200: HEALTH, 503: HEALTH },
      async handle() {
        const checks = await runChecks();
        const isHealthy = isReady() && Object.values(checks).every((check) => check.status === 'healthy');
        const { nodeVersion, platform, memory } = system();
        return reply(isHealthy ? 200 : 503, {
          status: isHealthy ? 'healthy' : 'unhealthy',
          timestamp: timestamp(),
          version,
          uptime: `${((clock() - parts.startMs) / 1000).toFixed(3)}s`,
          checks,
          system: {
            node_version: nodeVersion,
            platform,
            memory: { allocated_bytes: memory.heapUsed, total_allocated_bytes: memory.heapTotal, system_bytes: memory.rss },
          },
        });
      },
    }),
    endpoint({
      ...common, path: '/health/live', summary: 'Whether the process runs', answers: { 200: HEALTH },
      handle: () => reply(200, { status: 'alive', timestamp: timestamp() }),
    }),
    endpoint({
      ...common, path: '/health/ready', summary: 'Whether requests may come', answers: { 200: HEALTH, 503: HEALTH },
      async handle() {
        const checks = await runChecks();
        const ready = isReady() && Object.values(checks).every((check) => check.status === 'healthy');
        return reply(ready ? 200 : 503, { status: ready ? 'ready' : 'not_ready', timestamp: timestamp(), checks });
      },
    }),
    endpoint({
      ...common, path: '/version', summary: 'What runs here',
      answers: { 200: { type: 'object', required: ['version', 'node_version'] } },
      handle: () => reply(200, { name: 'govc', version, node_version: system().nodeVersion }),
    }),
  ];
}
