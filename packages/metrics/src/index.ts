export { METRICS_ERROR_CODES, MetricsError, type MetricsErrorCode } from './errors.js';
export type { RenderedMetrics } from './registry.js';
export {
  type GitEnd,
  type GitOperation,
  type GitOutcome,
  type RequestEnd,
  type ServerMetrics,
  type ServerMetricsOptions,
  createServerMetrics,
} from './server-metrics.js';
