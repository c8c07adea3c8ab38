import type { Logger } from '@govc/logging';

import type { Gate } from './auth/gate.js';
import type { Repositories } from './repositories/repositories.js';

/** What one look at a part of the server found. */
export interface Check {
  readonly status: 'healthy' | 'unhealthy';
  readonly message: string;
  readonly timestamp: string;
  /** Milliseconds, as text with its unit. */
  readonly duration: string;
}

/** What all looks found. */
export interface HealthReport {
  readonly isHealthy: boolean;
  /** When the looks began, in milliseconds since 1970. */
  readonly timeMs: number;
  readonly durationMs: number;
  readonly checks: Readonly<Record<string, Check>>;
}

/** Looks at the parts of a server. */
export interface HealthChecks {
  /** A report that is at most a second old: probes are open to everybody and write to the disk. */
  run(): Promise<HealthReport>;
  /** Earlier reports, oldest first, at most a thousand. */
  history(): readonly HealthReport[];
}

/** What there is to look at. */
export interface HealthChecksParts {
  readonly repositories: Repositories;
  readonly gate: Gate;
  readonly logger: Logger;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Milliseconds that never go back. */
  readonly ticks: () => number;
  readonly residentBytes: () => number;
  /** How late the event loop is, in milliseconds. */
  readonly loopLagMs: () => number;
  readonly loopLagMaxMs: number;
  readonly poolCountMax: number;
}

const FRESH_MS = 1000;
const HISTORY_MAX = 1000;

/** The looks at these parts. */
export function createHealthChecks(parts: HealthChecksParts): HealthChecks {
  const { repositories, gate, logger, clock, ticks } = parts;
  const history: HealthReport[] = [];
  let last: { readonly ticksMs: number; readonly report: Promise<HealthReport> } | undefined;

  async function check(message: () => string, work: () => Promise<void> | void): Promise<Check> {
    const beginMs = ticks();
    const timestamp = new Date(clock()).toISOString();
    const duration = (): string => `${(ticks() - beginMs).toFixed(3)}ms`;
    try {
      await work();
      return { status: 'healthy', message: message(), timestamp, duration: duration() };
    } catch (error) {
      logger.error('health check failed', { error });
      return { status: 'unhealthy', message: 'see the log', timestamp, duration: duration() };
    }
  }

  async function look(): Promise<HealthReport> {
    const timeMs = clock();
    const beginMs = ticks();
    const checks = {
      storage: await check(() => repositories.place, () => repositories.probe()),
      memory: await check(() => `${Math.round(parts.residentBytes() / 1024 / 1024)} MiB resident`, () => undefined),
      repositories: await check(() => `${repositories.count} known`, () => undefined),
      pool: await check(() => poolMessage(), () => mustHaveRoom()),
      event_loop: await check(() => `${parts.loopLagMs().toFixed(1)} ms behind`, () => mustKeepUp()),
      auth: await check(() => (gate.isOpen ? 'development mode' : 'users sign in'), () => mustWriteAccounts()),
    };
    const report = { isHealthy: Object.values(checks).every(({ status }) => status === 'healthy'), timeMs, durationMs: ticks() - beginMs, checks };
    history.push(report);
    if (history.length > HISTORY_MAX) history.shift();
    return report;
  }

  function poolMessage(): string {
    const { open, leased } = repositories.poolStats();
    return `${open} open, ${leased} in use`;
  }

  function mustHaveRoom(): void {
    const { leased, opening } = repositories.poolStats();
    if (leased + opening >= parts.poolCountMax) throw new Error(`all ${parts.poolCountMax} places of the pool are in use`);
  }

  function mustKeepUp(): void {
    if (parts.loopLagMs() > parts.loopLagMaxMs) throw new Error(`the event loop is ${parts.loopLagMs().toFixed(0)} ms behind`);
  }

  function mustWriteAccounts(): void {
    if (gate.accounts.system.isFailed) throw new Error('users and keys cannot be written');
  }

  return {
    run() {
      if (last === undefined || ticks() - last.ticksMs >= FRESH_MS) last = { ticksMs: ticks(), report: look() };
      return last.report;
    },
    history: () => history,
  };
}
