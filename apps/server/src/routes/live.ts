import type { Endpoint } from '../http/endpoint.js';
import type { RouteParts } from './parts.js';
import { realityRoutes } from './realities.js';
import { timeTravelRoutes } from './time-travel.js';
import { transactionRoutes } from './transactions.js';

/** Everything that lives longer than a request. */
export function liveRoutes(parts: RouteParts): Endpoint[] {
  return [...transactionRoutes(parts), ...realityRoutes(parts), ...timeTravelRoutes(parts)];
}
