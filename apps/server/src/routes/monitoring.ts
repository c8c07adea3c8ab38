import { endpoint, RawBody, type Endpoint } from '../http/endpoint.js';
import type { RouteParts } from './parts.js';

/** Metrics for Prometheus, where the configuration says. */
export function monitoringRoutes({ metrics, metricsPath }: RouteParts): Endpoint[] {
  if (metricsPath === undefined) return [];
  return [
    endpoint({
      method: 'get', path: metricsPath, summary: 'Metrics for Prometheus', tag: 'monitoring', permission: 'public',
      answers: { 200: { type: 'string' } },
      async handle() {
        const { contentType, body } = await metrics.render();
        return { status: 200, body: new RawBody(contentType, body) };
      },
    }),
  ];
}
