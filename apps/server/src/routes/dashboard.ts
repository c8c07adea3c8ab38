import type { Alerts, Alert } from '../alerts.js';
import { endpoint, reply, type Endpoint } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import type { MonitoringParts } from './monitoring.js';

/** What the dashboard of the original and its alerts need. */
export interface DashboardParts extends MonitoringParts {
  readonly alerts: Alerts;
  /** The last lines of the log, oldest first. */
  readonly recentLog: () => readonly string[];
}

const INTEGER: Schema = { type: 'integer' };
const NUMBER: Schema = { type: 'number' };
const TEXT: Schema = { type: 'string' };
const TIME: Schema = { type: 'string', format: 'date-time' };
const POOL: Schema = { type: 'object', required: ['total', 'active', 'idle'], properties: { total: INTEGER, active: INTEGER, idle: INTEGER } };

const ALERT: Schema = {
  type: 'object', required: ['id', 'rule', 'message', 'data', 'timestamp', 'resolved'],
  properties: {
    id: TEXT,
    rule: {
      type: 'object', required: ['name', 'condition', 'severity', 'threshold', 'duration', 'enabled', 'last_fired'],
      properties: { name: TEXT, condition: TEXT, severity: { enum: ['critical', 'warning'] }, threshold: NUMBER, duration: TEXT, enabled: { type: 'boolean' }, last_fired: TIME },
    },
    message: TEXT, data: { type: 'object' }, timestamp: TIME, resolved: { type: 'boolean' }, resolved_at: TIME,
  },
};

/** What is wrong with the server, and the numbers that the dashboard of the original asks for. All of it was measured. */
export function dashboardRoutes(parts: DashboardParts): Endpoint[] {
  return [alerting(parts), ...numbers(parts), logging(parts)];
}

function alerting({ alerts, health, metrics, clock }: DashboardParts): Endpoint {
  return endpoint<unknown, { readonly active?: boolean; readonly limit: number }>({
    method: 'get', path: '/api/v1/monitoring/alerts', summary: 'What is wrong, or was; looks at the server when it is asked', tag: 'monitoring', permission: 'system:read',
    query: {
      type: 'object',
      properties: { active: { type: 'boolean', description: 'Only what is wrong now.' }, limit: { type: 'integer', minimum: 1, maximum: 1000, default: 100 } },
    },
    answers: { 200: { type: 'object', required: ['status', 'count', 'alerts'], properties: { status: { const: 'success' }, count: INTEGER, alerts: { type: 'array', items: ALERT } } } },
    async handle({ query: { active = false, limit } }) {
      alerts.look(await health.run(), metrics.requestNumbers(), clock());
      const found = alerts.list(active).slice(0, limit).map((alert) => alertBody(alerts, alert));
      return reply(200, { status: 'success', count: found.length, alerts: found });
    },
  });
}

function alertBody(alerts: Alerts, { id, rule, message, data, firedMs, resolvedMs }: Alert) {
  const lastFired = new Date(alerts.lastFiredMs(rule.name) ?? firedMs).toISOString();
  return {
    id, rule: { ...rule, duration: '0s', enabled: true, last_fired: lastFired }, message, data, timestamp: new Date(firedMs).toISOString(),
    resolved: resolvedMs !== undefined, ...(resolvedMs === undefined ? {} : { resolved_at: new Date(resolvedMs).toISOString() }),
  };
}

function numbers({ repositories, metrics, system, health }: DashboardParts): Endpoint[] {
  const common = { method: 'get', tag: 'monitoring', permission: 'system:read' } as const;
  const poolOf = () => {
    const { open, leased, idle } = repositories.poolStats();
    return { total: open, active: leased, idle };
  };
  const averageMs = (): number => {
    const { count, seconds } = metrics.requestNumbers();
    return count === 0 ? 0 : (seconds / count) * 1000;
  };
  return [
    endpoint({
      ...common, path: '/api/v1/dashboard/overview', summary: 'Numbers at a glance',
      answers: {
        200: {
          type: 'object', required: ['totalRepositories', 'activeRepositories', 'averageResponseTime', 'memoryUsage', 'performanceHistory', 'repositoryStats'],
          properties: {
            totalRepositories: INTEGER, activeRepositories: INTEGER, averageResponseTime: { ...NUMBER, description: 'In milliseconds.' }, memoryUsage: { ...INTEGER, description: 'Resident bytes.' },
            performanceHistory: {
              type: 'object', description: 'How long the last health checks took, in milliseconds.', required: ['labels', 'values'],
              properties: { labels: { type: 'array', items: TIME }, values: { type: 'array', items: NUMBER } },
            },
            repositoryStats: { type: 'object', required: ['active', 'idle'], properties: { active: INTEGER, idle: INTEGER } },
          },
        },
      },
      handle() {
        const { active, idle } = poolOf();
        const last = health.history().slice(-60);
        return reply(200, {
          totalRepositories: repositories.count, activeRepositories: active, averageResponseTime: averageMs(), memoryUsage: system().memory.rss,
          performanceHistory: { labels: last.map(({ timeMs }) => new Date(timeMs).toISOString()), values: last.map(({ durationMs }) => durationMs) },
          repositoryStats: { active, idle },
        });
      },
    }),
    endpoint({
      ...common, path: '/api/v1/dashboard/performance', summary: 'The pool, and what requests took',
      answers: {
        200: {
          type: 'object', required: ['poolStats', 'benchmarks'],
          properties: {
            poolStats: POOL,
            benchmarks: { type: 'array', items: { type: 'object', required: ['name', 'value', 'unit'], properties: { name: TEXT, value: NUMBER, unit: TEXT } } },
          },
        },
      },
      handle() {
        const { count, errorCount, inFlight } = metrics.requestNumbers();
        return reply(200, {
          poolStats: poolOf(),
          benchmarks: [
            { name: 'requests', value: count, unit: '' }, { name: 'failed requests', value: errorCount, unit: '' }, { name: 'requests in flight', value: inFlight, unit: '' },
            { name: 'average response time', value: averageMs(), unit: 'ms' },
          ],
        });
      },
    }),
  ];
}

function logging({ recentLog }: DashboardParts): Endpoint {
  const LINE: Schema = {
    type: 'object', required: ['timestamp', 'level', 'message'],
    properties: { timestamp: TEXT, level: TEXT, message: TEXT, component: TEXT, request_id: TEXT },
  };
  return endpoint<unknown, { readonly limit: number }>({
    method: 'get', path: '/api/v1/dashboard/logs', summary: 'The last lines of the log, newest first', tag: 'monitoring', permission: 'system:admin',
    query: { type: 'object', properties: { limit: { type: 'integer', minimum: 1, maximum: 1000, default: 100 } } },
    answers: { 200: { type: 'object', required: ['logs', 'count'], properties: { logs: { type: 'array', items: LINE }, count: INTEGER } } },
    handle({ query: { limit } }) {
      const logs = recentLog().slice(-limit).reverse().map(lineBody);
      return reply(200, { logs, count: logs.length });
    },
  });
}

/** A line of the log; one of plain text is a message as a whole. */
function lineBody(line: string) {
  const record = line.startsWith('{') ? recordOf(line) : undefined;
  if (record === undefined) return { timestamp: '', level: '', message: line };
  const text = (name: string): string | undefined => typeof record[name] === 'string' ? record[name] : undefined;
  const component = text('component');
  const requestId = text('request_id');
  return {
    timestamp: text('timestamp') ?? '', level: text('level') ?? '', message: text('message') ?? '',
    ...(component === undefined ? {} : { component }), ...(requestId === undefined ? {} : { request_id: requestId }),
  };
}

function recordOf(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch (error) {
    // A line that was cut.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
