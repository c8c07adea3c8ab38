import { createLabelSet, methodLabel, statusLabel } from './label-value.js';
import type { HistogramCell } from './histogram-table.js';
import type { CounterCell, MetricRegistry } from './registry.js';

/** How an HTTP request ended. */
export interface RequestEnd {
  /** The route's template such as `/api/v1/repos/:id`, never the path itself, which clients choose. */
  readonly route: string;
  readonly status: number;
}

/** What counting requests needs. */
export interface RequestMetricsParts {
  readonly registry: MetricRegistry;
  /** Milliseconds that never go back. */
  readonly clock: () => number;
  readonly routesMax: number;
}

const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The series of one method, found by what clients send most: one map per label, no text is built for a request. */
interface MethodCells {
  readonly byStatus: Map<number, CounterCell>;
  readonly byRoute: Map<string, HistogramCell>;
}

/** All requests in a few numbers. */
export interface RequestNumbers {
  readonly count: number;
  /** Those of them that were answered with a status of 500 or more. */
  readonly errorCount: number;
  /** What they took together. */
  readonly seconds: number;
  readonly inFlight: number;
}

/** Counts and times requests, and says how many are under way. Cost: well below a microsecond a request. */
export function requestMetrics(
  { registry, clock, routesMax }: RequestMetricsParts,
): { readonly begin: (method: string) => (end: RequestEnd) => void; readonly numbers: () => RequestNumbers } {
  let inFlight = 0;
  let total = 0;
  let errorCount = 0;
  let seconds = 0;
  registry.gauge({ name: 'govc_http_requests_in_flight', help: 'HTTP requests being answered.', labels: [] }, () => inFlight);
  const count = registry.counter({ name: 'govc_http_requests_total', help: 'HTTP requests answered.', labels: ['method', 'status'] });
  const time = registry.histogram({
    name: 'govc_http_request_duration_seconds',
    help: 'Seconds from the head of an HTTP request to the end of its answer.',
    labels: ['method', 'path'],
    buckets: BUCKETS,
  });
  const routeLabel = createLabelSet(routesMax, 200);
  const byMethod = new Map<string, MethodCells>();
  const byLabel = new Map<string, MethodCells>();

  function cellsOf(rawMethod: string): MethodCells {
    const method = methodLabel(rawMethod);
    let cells = byLabel.get(method);
    if (cells === undefined) {
      cells = { byStatus: new Map(), byRoute: new Map() };
      byLabel.set(method, cells);
    }
    // Other spellings are not kept: there is no end of them.
    if (rawMethod === method) byMethod.set(method, cells);
    return cells;
  }

  function statusCell(method: string, cells: MethodCells, status: number): CounterCell {
    const label = statusLabel(status);
    const key = label === String(status) ? status : -1;
    const cell = cells.byStatus.get(key) ?? count({ method: methodLabel(method), status: label });
    cells.byStatus.set(key, cell);
    return cell;
  }

  function routeCell(method: string, cells: MethodCells, rawRoute: string): HistogramCell {
    const path = routeLabel(rawRoute);
    const cell = cells.byRoute.get(path) ?? time({ method: methodLabel(method), path });
    cells.byRoute.set(path, cell);
    return cell;
  }

  const begin = (method: string): ((end: RequestEnd) => void) => {
    const cells = byMethod.get(method) ?? cellsOf(method);
    const beginMs = clock();
    let isOver = false;
    inFlight++;
    return ({ route, status }) => {
      // An answer may end twice (finished, then closed); only the first end counts.
      if (isOver) return;
      isOver = true;
      inFlight--;
      (cells.byStatus.get(status) ?? statusCell(method, cells, status)).value++;
      const elapsed = (clock() - beginMs) / 1000;
      (cells.byRoute.get(route) ?? routeCell(method, cells, route)).observe(elapsed);
      total++;
      if (status >= 500) errorCount++;
      seconds += elapsed;
    };
  };
  return { begin, numbers: () => ({ count: total, errorCount, seconds, inFlight }) };
}
