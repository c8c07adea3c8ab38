import { Counter, Gauge, Registry, collectDefaultMetrics, type Metric } from 'prom-client';

import { MetricsError } from './errors.js';
import { HistogramTable, type HistogramCell } from './histogram-table.js';

/** A set of named metrics with its own life; two registries never share a series. The only file that knows prom-client. */
export interface MetricRegistry {
  /** Gives the series with these labels; the caller keeps it where it counts often. */
  counter<Label extends string>(definition: MetricDefinition<Label>): (labels: Record<Label, string>) => CounterCell;
  /** A number that only rises, read when somebody asks for the metrics. */
  counterOf(definition: MetricDefinition<never>, read: () => number): void;
  /** A value that goes up and down by itself: read when somebody asks for the metrics. */
  gauge(definition: MetricDefinition<never>, read: () => number): void;
  /** As {@link MetricRegistry.gauge}, one value for each value of its only label. */
  gaugeBy<Label extends string>(definition: MetricDefinition<Label>, read: () => Readonly<Record<string, number>>): void;
  /** Gives the series with these labels; the caller keeps it where it counts often. */
  histogram<Label extends string>(definition: HistogramDefinition<Label>): (labels: Record<Label, string>) => HistogramCell;
  /** Adds memory, CPU, garbage collection and event-loop lag of this process under the names of the Prometheus clients. */
  addProcessMetrics(): void;
  render(): Promise<RenderedMetrics>;
  /** Forgets every metric. */
  close(): void;
}

/** One series that only rises. */
export interface CounterCell {
  value: number;
}

/** What a metric is called and how it is divided. */
export interface MetricDefinition<Label extends string> {
  /** `govc_`, lower-case words, the unit last, `_total` for counters. */
  readonly name: string;
  /** One sentence that says what is counted, with the unit. */
  readonly help: string;
  readonly labels: readonly Label[];
}

/** A metric that counts values by size. */
export interface HistogramDefinition<Label extends string> extends MetricDefinition<Label> {
  /** Upper bounds, rising, in the unit of the name. */
  readonly buckets: readonly number[];
}

/** A page for Prometheus to read. */
export interface RenderedMetrics {
  readonly contentType: string;
  readonly body: string;
}

/** Gauges of prom-client whose names end as those of counters do, which Prometheus calls a mistake. */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/** `go_`: what dashboards made for the Go original ask for. */
const NAME = /^(govc|go)(_[a-z0-9]+)+$/;

/** An empty registry. */
export function createRegistry(): MetricRegistry {
  const registry = new Registry();
  const settings = <Label extends string>(definition: MetricDefinition<Label>) => {
    const { name, help, labels } = definition;
    if (!NAME.test(name) || name.length > 200) {
      throw new MetricsError('metric-name-invalid', `metric name ${JSON.stringify(name)} is not of the form govc_words_and_unit`, { name });
    }
    if (registry.getSingleMetric(name) !== undefined) {
      throw new MetricsError('metric-name-taken', `a metric called ${name} exists already`, { name });
    }
    return { name, help, labelNames: [...labels], registers: [registry] };
  };
  return {
    counter(definition) {
      const cells: { readonly labels: Readonly<Record<string, string>>; readonly cell: CounterCell }[] = [];
      new Counter({
        ...settings(definition),
        collect() {
          this.reset();
          for (const { labels, cell } of cells) this.inc(labels as never, cell.value);
        },
      });
      return (labels) => {
        const cell: CounterCell = { value: 0 };
        cells.push({ labels, cell });
        return cell;
      };
    },
    counterOf(definition, read) {
      new Counter({
        ...settings(definition),
        collect() {
          this.reset();
          this.inc(read());
        },
      });
    },
    gauge(definition, read) {
      new Gauge({
        ...settings(definition),
        collect() {
          this.set(read());
        },
      });
    },
    gaugeBy(definition, read) {
      const [label] = definition.labels;
      new Gauge({
        ...settings(definition),
        collect() {
          this.reset();
          for (const [value, number] of Object.entries(read())) this.set({ [label!]: value } as never, number);
        },
      });
    },
    histogram(definition) {
      const { name, help } = settings(definition);
      const table = new HistogramTable(definition.buckets);
      const metric = {
        name,
        help,
        type: 'histogram',
        aggregator: 'sum',
        get: async () => ({ name, help, type: 'histogram', aggregator: 'sum', values: [...table.values(name)] }),
        reset: () => undefined,
      };
      registry.registerMetric(metric as unknown as Metric);
      return (labels) => table.cell(labels);
    },
    addProcessMetrics() {
      collectDefaultMetrics({ register: registry });
      for (const name of MISNAMED) registry.removeSingleMetric(name);
    },
    render: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
    close: () => registry.clear(),
  };
}
