import type { HealthReport } from './health-checks.js';

/** What is watched. */
export interface AlertRule {
  readonly name: string;
  /** What is wrong when it fires, for people. */
  readonly condition: string;
  readonly severity: 'critical' | 'warning';
  readonly threshold: number;
}

/** Something that was or is wrong. */
export interface Alert {
  readonly id: string;
  readonly rule: AlertRule;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly firedMs: number;
  /** `undefined`: it still is. */
  readonly resolvedMs: number | undefined;
}

/** All requests so far. */
export interface RequestCounts {
  readonly count: number;
  readonly errorCount: number;
}

const ERROR_RATE_MAX = 0.05;
/** Fewer requests say nothing about how many fail. */
const REQUESTS_MIN = 20;
const KEPT_MAX = 1000;

/** The health checks whose failing is not only a matter of load. */
const CRITICAL: ReadonlySet<string> = new Set(['storage', 'auth', 'pool']);

/**
 * The alerts of a server, from its health checks and the share of requests that failed since the last look. Nothing is watched between
 * looks; Prometheus does that (docs/operations).
 */
export class Alerts {
  readonly #kept: Alert[] = [];
  readonly #active = new Map<string, Alert>();
  readonly #lastFired = new Map<string, number>();
  #seen: RequestCounts = { count: 0, errorCount: 0 };
  #count = 0;

  /** Looks once; alerts whose reason is gone are over. */
  look(report: HealthReport, requests: RequestCounts, nowMs: number): void {
    for (const [name, { status, message }] of Object.entries(report.checks)) {
      const rule: AlertRule = { name, condition: `health check ${name} fails`, severity: CRITICAL.has(name) ? 'critical' : 'warning', threshold: 0 };
      this.#judge(rule, status === 'unhealthy' ? { message: `The health check "${name}" fails.`, data: { check: message } } : undefined, nowMs);
    }
    const count = requests.count - this.#seen.count;
    if (count < REQUESTS_MIN) return;
    const rate = (requests.errorCount - this.#seen.errorCount) / count;
    this.#seen = { count: requests.count, errorCount: requests.errorCount };
    const rule: AlertRule = { name: 'error_rate', condition: `more than ${ERROR_RATE_MAX} of the requests end with 500 or more`, severity: 'critical', threshold: ERROR_RATE_MAX };
    this.#judge(rule, rate > ERROR_RATE_MAX ? { message: 'Many requests fail.', data: { error_rate: rate, requests: count } } : undefined, nowMs);
  }

  /** Newest first. */
  list(isActiveOnly: boolean): readonly Alert[] {
    return this.#kept.filter(({ resolvedMs }) => !isActiveOnly || resolvedMs === undefined).reverse();
  }

  /** When the rule fired last; `undefined`: never. */
  lastFiredMs(rule: string): number | undefined {
    return this.#lastFired.get(rule);
  }

  #judge(rule: AlertRule, found: { readonly message: string; readonly data: Readonly<Record<string, unknown>> } | undefined, nowMs: number): void {
    const active = this.#active.get(rule.name);
    if ((active === undefined) === (found === undefined)) return;
    if (found === undefined) {
      this.#active.delete(rule.name);
      const at = this.#kept.indexOf(active!);
      if (at >= 0) this.#kept[at] = { ...active!, resolvedMs: nowMs };
      return;
    }
    const alert: Alert = { id: `${rule.name}-${++this.#count}`, rule, ...found, firedMs: nowMs, resolvedMs: undefined };
    this.#active.set(rule.name, alert);
    this.#lastFired.set(rule.name, nowMs);
    this.#kept.push(alert);
    if (this.#kept.length > KEPT_MAX) this.#kept.shift();
  }
}
