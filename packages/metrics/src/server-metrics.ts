import { createLabelSet, methodLabel, statusLabel } from './label-value.js';
import { type RenderedMetrics, createRegistry } from './registry.js';

/** What a Git client asked for; `fetch` is a clone that had something already, `list` a bare listing of refs. */
export type GitOperation = 'clone' | 'fetch' | 'push' | 'list' | 'archive';

/** How it ended: `refused` by a rule, `failed` by an error, `aborted` by the client. */
export type GitOutcome = 'ok' | 'refused' | 'failed' | 'aborted';

/** The metrics of one server. */
export interface ServerMetrics {
  /** Counts a request as in flight until the returned function tells how it ended. Further calls of that function do nothing. */
  beginRequest(method: string): (end: RequestEnd) => void;
  /** Starts the clock of a Git operation; the returned function counts it. Further calls of that function do nothing. */
  beginGit(operation: GitOperation): (end: GitEnd) => void;
  /**
   * Adds a number that is read at each `render`.
   *
   * @throws {MetricsError} metric-name-invalid, metric-name-taken
   */
  addGauge(gauge: { readonly name: string; readonly help: string; readonly read: () => number }): void;
  /**
   * Adds a counter and gives the function that raises it.
   *
   * @throws {MetricsError} metric-name-invalid, metric-name-taken
   */
  addCounter(counter: { readonly name: string; readonly help: string }): (amount?: number) => void;
  /** All metrics as the text that Prometheus reads. Cost: O(series); repositories are not visited. */
  render(): Promise<RenderedMetrics>;
  /** Forgets everything; a process that makes many servers calls it. */
  close(): void;
}

/** How an HTTP request ended. */
export interface RequestEnd {
  /** The route's template such as `/api/v1/repos/:id`, never the path itself, which clients choose. */
  readonly route: string;
  readonly status: number;
}

/** How a Git operation ended. */
export interface GitEnd {
  readonly outcome: GitOutcome;
  readonly bytesReceived?: number | undefined;
  readonly bytesSent?: number | undefined;
  /** Objects in the packs that travelled. */
  readonly objects?: number | undefined;
}

/** Where the numbers come from. */
export interface ServerMetricsOptions {
  /** Milliseconds that never go back, for example `performance.now`. */
  readonly clock: () => number;
  /** How many repositories the server knows. */
  readonly repositories: () => number;
  /** How many transactions are open. */
  readonly transactionsActive: () => number;
  /** Whether memory, CPU, garbage collection and event-loop lag of the process are included. Default true. */
  readonly processMetrics?: boolean | undefined;
  /** Distinct route templates before further ones become `other`. Default 500. */
  readonly routesMax?: number | undefined;
}

const REQUEST_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const GIT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800];

/**
 * The metrics of a server, in a registry of their own.
 *
 * @example
 * const metrics = createServerMetrics({ clock: () => performance.now(), repositories: () => 42, transactionsActive: () => 3 });
 * const end = metrics.beginRequest('GET');
 * end({ route: '/api/v1/repos', status: 200 });
 * const { contentType, body } = await metrics.render();
 */
export function createServerMetrics(options: ServerMetricsOptions): ServerMetrics {
  const { clock, repositories, transactionsActive, processMetrics = true, routesMax = 500 } = options;
  const registry = createRegistry();
  const startMs = clock();
  let inFlight = 0;

  const gauge = (name: string, help: string, read: () => number): void => registry.gauge({ name, help, labels: [] }, read);
  gauge('govc_http_requests_in_flight', 'HTTP requests being answered.', () => inFlight);
  gauge('govc_repositories_total', 'Repositories that the server knows.', repositories);
  gauge('govc_transactions_active', 'Transactions that are open.', transactionsActive);
  gauge('govc_uptime_seconds', 'Seconds since the server started.', () => (clock() - startMs) / 1000);
  if (processMetrics) registry.addProcessMetrics();

  return {
    beginRequest: requestMetrics(),
    beginGit: gitMetrics(),
    addGauge: ({ name, help, read }) => gauge(name, help, read),
    addCounter({ name, help }) {
      const count = registry.counter({ name, help, labels: [] });
      count({}, 0);
      return (amount = 1) => count({}, amount);
    },
    render: () => registry.render(),
    close: () => registry.close(),
  };

  function requestMetrics(): ServerMetrics['beginRequest'] {
    const count = registry.counter({
      name: 'govc_http_requests_total',
      help: 'HTTP requests answered.',
      labels: ['method', 'status'],
    });
    const time = registry.histogram({
      name: 'govc_http_request_duration_seconds',
      help: 'Seconds from the head of an HTTP request to the end of its answer.',
      labels: ['method', 'path'],
      buckets: REQUEST_BUCKETS,
    });
    const route = createLabelSet(routesMax, 200);
    return (rawMethod) => {
      const method = methodLabel(rawMethod);
      const beginMs = clock();
      inFlight++;
      return once((end: RequestEnd) => {
        inFlight--;
        count({ method, status: statusLabel(end.status) }, 1);
        time({ method, path: route(end.route) }, (clock() - beginMs) / 1000);
      });
    };
  }

  function gitMetrics(): ServerMetrics['beginGit'] {
    const count = registry.counter({
      name: 'govc_git_operations_total',
      help: 'Git operations served, by how they ended.',
      labels: ['operation', 'outcome'],
    });
    const bytes = registry.counter({
      name: 'govc_git_bytes_total',
      help: 'Bytes of Git protocol bodies, received from or sent to clients.',
      labels: ['operation', 'direction'],
    });
    const objects = registry.counter({
      name: 'govc_git_objects_total',
      help: 'Objects in the packs that travelled.',
      labels: ['operation'],
    });
    const time = registry.histogram({
      name: 'govc_git_operation_duration_seconds',
      help: 'Seconds that a Git operation took.',
      labels: ['operation'],
      buckets: GIT_BUCKETS,
    });
    return (operation) => {
      const beginMs = clock();
      return once((end: GitEnd) => {
        count({ operation, outcome: end.outcome }, 1);
        bytes({ operation, direction: 'received' }, end.bytesReceived ?? 0);
        bytes({ operation, direction: 'sent' }, end.bytesSent ?? 0);
        objects({ operation }, end.objects ?? 0);
        time({ operation }, (clock() - beginMs) / 1000);
      });
    };
  }
}

/** An answer may end twice (finished, then closed); only the first end counts. */
function once<Argument>(act: (argument: Argument) => void): (argument: Argument) => void {
  let done = false;
  return (argument) => {
    if (done) return;
    done = true;
    act(argument);
  };
}
