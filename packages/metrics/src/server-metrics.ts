import { gitMetrics, type GitEnd, type GitOperation } from './git-metrics.js';
import { createLabelSet } from './label-value.js';
import { type CounterCell, type RenderedMetrics, createRegistry } from './registry.js';
import { requestMetrics, type RequestEnd, type RequestNumbers } from './request-metrics.js';

/** The metrics of one server. */
export interface ServerMetrics {
  /** Counts a request as in flight until the returned function tells how it ended. Further calls of that function do nothing. */
  beginRequest(method: string): (end: RequestEnd) => void;
  /** All requests since the start in a few numbers. */
  requestNumbers(): RequestNumbers;
  /** Starts the clock of a Git operation; the returned function counts it. Further calls of that function do nothing. */
  beginGit(operation: GitOperation): (end: GitEnd) => void;
  /** Counts an event of a repository that was sent to a client, by its type, such as `push`. */
  eventsTotal(type: string): void;
  /** Counts an attempt to deliver a webhook by how it ended, such as `delivered`, `failed`, `refused`. */
  webhookDeliveries(result: string): void;
  /** Notes how long an attempt to deliver a webhook took. */
  webhookDurationSeconds(seconds: number): void;
  /** Counts a request that a rate limit refused, by the limit, such as `address`. */
  rateLimited(limit: string): void;
  /** Reads how many transactions are open from here, in place of the function that the options gave. */
  transactionsActive(read: () => number): void;
  /** Reads how many realities are open from here, in place of the function that the options gave. */
  realitiesActive(read: () => number): void;
  /** Reads what the pool of repositories holds and did from here. */
  poolStats(read: () => PoolNumbers): void;
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

/** Numbers of a pool. */
export interface PoolNumbers {
  readonly leased: number;
  readonly idle: number;
  readonly opening: number;
  /** Bytes that what is open holds. */
  readonly bytes: number;
  /** Since the start. */
  readonly hits: number;
  readonly misses: number;
  readonly evicted: number;
  readonly refused: number;
}

/** Where the numbers come from. */
export interface ServerMetricsOptions {
  /** Milliseconds that never go back, for example `performance.now`. */
  readonly clock: () => number;
  /** Milliseconds since 1970. Default: none, and the metric of when the page was made is left out. */
  readonly wallClock?: (() => number) | undefined;
  /** How many repositories the server knows. */
  readonly repositories: () => number;
  /** How many transactions are open. */
  readonly transactionsActive: () => number;
  /** How many realities are open. Default: none. */
  readonly realitiesActive?: (() => number) | undefined;
  /** Version of the server. Default: not told. */
  readonly version?: string | undefined;
  /** Whether memory, CPU, garbage collection and event-loop lag of the process are included. Default true. */
  readonly processMetrics?: boolean | undefined;
  /** What of the process the names of Go's client ask for. Default: left out. */
  readonly goNames?: (() => { readonly heapUsedBytes: number; readonly activeResources: number }) | undefined;
  /** Distinct route templates before further ones become `other`. Default 500. */
  readonly routesMax?: number | undefined;
}

const WEBHOOK_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const NO_POOL: PoolNumbers = { leased: 0, idle: 0, opening: 0, bytes: 0, hits: 0, misses: 0, evicted: 0, refused: 0 };

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
  const { clock, repositories, processMetrics = true, routesMax = 500, wallClock, version, goNames } = options;
  const registry = createRegistry();
  const startMs = clock();
  const read = { transactions: options.transactionsActive, realities: options.realitiesActive ?? ((): number => 0), pool: (): PoolNumbers => NO_POOL };
  const gauge = (name: string, help: string, value: () => number): void => registry.gauge({ name, help, labels: [] }, value);
  const rising = (name: string, help: string, value: () => number): void => registry.counterOf({ name, help, labels: [] }, value);

  const requests = requestMetrics({ registry, clock, routesMax });
  const beginGit = gitMetrics({ registry, clock });
  gauge('govc_repositories', 'Repositories that the server has now.', repositories);
  rising('govc_repositories_total', 'Repositories that the server had at some time since it started, as seen when metrics are read.', everSeen(repositories));
  gauge('govc_transactions_active', 'Transactions that are open.', () => read.transactions());
  gauge('govc_realities_active', 'Realities that are open.', () => read.realities());
  gauge('govc_uptime_seconds', 'Seconds since the server started.', () => (clock() - startMs) / 1000);
  addPool();
  if (wallClock !== undefined) gauge('govc_last_metrics_update_timestamp_seconds', 'When these metrics were read, in seconds since 1970.', () => wallClock() / 1000);
  if (version !== undefined) registry.gaugeBy({ name: 'govc_build_info', help: 'Always 1; the label says which version runs.', labels: ['version'] }, () => ({ [version]: 1 }));
  if (goNames !== undefined) {
    gauge('go_memstats_alloc_bytes', 'Bytes of JavaScript heap in use, under the name of the Go client.', () => goNames().heapUsedBytes);
    gauge('go_goroutines', 'Resources that keep the event loop busy, under the name of the Go client.', () => goNames().activeResources);
  }
  if (processMetrics) registry.addProcessMetrics();
  const webhookTime = registry.histogram({
    name: 'govc_webhook_duration_seconds', help: 'Seconds that an attempt to deliver a webhook took.', labels: [], buckets: WEBHOOK_BUCKETS,
  })({});

  return {
    beginRequest: requests.begin,
    requestNumbers: requests.numbers,
    beginGit,
    eventsTotal: countBy('type', { name: 'govc_events_total', help: 'Events of repositories that were sent to clients.' }, 64),
    webhookDeliveries: countBy('result', { name: 'govc_webhook_deliveries_total', help: 'Attempts to deliver a webhook, by how they ended.' }, 16),
    webhookDurationSeconds: (seconds) => webhookTime.observe(seconds),
    rateLimited: countBy('limit', { name: 'govc_rate_limited_total', help: 'Requests that a rate limit refused.' }, 16),
    transactionsActive: (source) => void (read.transactions = source),
    realitiesActive: (source) => void (read.realities = source),
    poolStats: (source) => void (read.pool = source),
    addGauge: ({ name, help, read: value }) => gauge(name, help, value),
    addCounter({ name, help }) {
      const cell = registry.counter({ name, help, labels: [] })({});
      return (amount = 1) => void (cell.value += amount);
    },
    render: () => registry.render(),
    close: () => registry.close(),
  };

  function addPool(): void {
    registry.gaugeBy({ name: 'govc_pool_repositories', help: 'Repositories in the pool, by what they are doing.', labels: ['state'] }, () => {
      const { leased, idle, opening } = read.pool();
      return { leased, idle, opening };
    });
    gauge('govc_pool_bytes', 'Bytes of memory that open repositories hold, as the pool counts them.', () => read.pool().bytes);
    rising('govc_pool_hits_total', 'Requests for a repository that was open.', () => read.pool().hits);
    rising('govc_pool_misses_total', 'Requests for a repository that had to be opened.', () => read.pool().misses);
    rising('govc_pool_evictions_total', 'Repositories that were closed to make room or because nobody used them.', () => read.pool().evicted);
    rising('govc_pool_refusals_total', 'Requests refused because the pool was full.', () => read.pool().refused);
  }

  /** A counter with one label whose values come from the program, and are bounded all the same. */
  function countBy(label: string, definition: { readonly name: string; readonly help: string }, valuesMax: number): (value: string) => void {
    const cellOf = registry.counter({ ...definition, labels: [label] });
    const known = createLabelSet(valuesMax, 64);
    const cells = new Map<string, CounterCell>();
    return (raw) => {
      const value = known(raw);
      let cell = cells.get(value);
      if (cell === undefined) {
        cell = cellOf({ [label]: value });
        cells.set(value, cell);
      }
      cell.value++;
    };
  }
}

/** How many there were at some time, of something that grows and shrinks: a number that never falls. */
function everSeen(now: () => number): () => number {
  let last = 0;
  let total = 0;
  return () => {
    const current = now();
    if (current > last) total += current - last;
    last = current;
    return total;
  };
}
