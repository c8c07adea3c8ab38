export { METRICS_ERROR_CODES, MetricsError, type MetricsErrorCode } from './errors.js';
export type { GitEnd, GitOperation, GitOutcome } from './git-metrics.js';
export type { RenderedMetrics } from './registry.js';
export type { RequestEnd, RequestNumbers } from './request-metrics.js';
export { type PoolNumbers, type ServerMetrics, type ServerMetricsOptions, createServerMetrics } from './server-metrics.js';
