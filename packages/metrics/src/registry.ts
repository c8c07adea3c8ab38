import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

import { MetricsError } from './errors.js';

/** A set of named metrics with its own life; two registries never share a series. The only file that knows prom-client. */
export interface MetricRegistry {
  counter<Label extends string>(definition: MetricDefinition<Label>): (labels: Record<Label, string>, amount: number) => void;
  /** A value that goes up and down by itself: read when somebody asks for the metrics. */
  gauge(definition: MetricDefinition<never>, read: () => number): void;
  histogram<Label extends string>(definition: HistogramDefinition<Label>): (labels: Record<Label, string>, value: number) => void;
  /** Adds memory, CPU, garbage collection and event-loop lag of this process under the names of the Prometheus clients. */
  addProcessMetrics(): void;
  render(): Promise<RenderedMetrics>;
  /** Forgets every metric. */
  close(): void;
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

/** An empty registry. */
export function createRegistry(): MetricRegistry {
  const registry = new Registry();
  const settings = <Label extends string>(definition: MetricDefinition<Label>) => {
    const { name, help, labels } = definition;
    if (!/^govc(_[a-z0-9]+)+$/.test(name) || name.length > 200) {
      throw new MetricsError('metric-name-invalid', `metric name ${JSON.stringify(name)} is not of the form govc_words_and_unit`, { name });
    }
    if (registry.getSingleMetric(name) !== undefined) {
      throw new MetricsError('metric-name-taken', `a metric called ${name} exists already`, { name });
    }
    return { name, help, labelNames: [...labels], registers: [registry] };
  };
  return {
    counter(definition) {
      const counter = new Counter(settings(definition));
      return (labels, amount) => counter.inc(labels, amount);
    },
    gauge(definition, read) {
      new Gauge({
        ...settings(definition),
        collect() {
          this.set(read());
        },
      });
    },
    histogram(definition) {
      const histogram = new Histogram({ ...settings(definition), buckets: [...definition.buckets] });
      return (labels, value) => histogram.observe(labels, value);
    },
    addProcessMetrics: () => collectDefaultMetrics({ register: registry }),
    render: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
    close: () => registry.clear(),
  };
}
