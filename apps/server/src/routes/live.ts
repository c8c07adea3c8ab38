import type { Endpoint } from '../http/endpoint.js';
import { eventRoutes, type EventParts } from './events.js';
import { hookRoutes } from './hooks.js';
import { policyRoutes } from './policies.js';
import { realityRoutes } from './realities.js';
import { timeTravelRoutes } from './time-travel.js';
import { transactionRoutes } from './transactions.js';
import { webhookRoutes } from './webhooks.js';

/** Everything that lives longer than a request. */
export function liveRoutes(parts: EventParts): Endpoint[] {
  return [
    ...transactionRoutes(parts), ...realityRoutes(parts), ...timeTravelRoutes(parts), ...eventRoutes(parts),
    ...hookRoutes(parts), ...webhookRoutes(parts), ...policyRoutes(parts),
  ];
}
