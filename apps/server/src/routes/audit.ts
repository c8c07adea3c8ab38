import { endpoint, reply, type Endpoint } from '../http/endpoint.js';
import type { RouteParts } from './parts.js';
import { identityTime } from './times.js';

/** Who changed what about users, roles, keys and rules: the log of the system repository. */
export function auditRoutes({ gate }: RouteParts): Endpoint[] {
  return [
    endpoint<unknown, { readonly limit: number; readonly offset: number }>({
      method: 'get', path: '/api/v1/audit', summary: 'List changes of users, roles, keys and rules', tag: 'monitoring', permission: 'system:admin',
      query: {
        type: 'object',
        properties: {
          limit: { type: 'integer', minimum: 1, maximum: 1000, default: 50 },
          offset: { type: 'integer', minimum: 0, maximum: 1_000_000, default: 0 },
        },
      },
      answers: {
        200: {
          type: 'object',
          required: ['entries', 'count'],
          properties: {
            entries: {
              type: 'array',
              items: {
                type: 'object',
                required: ['id', 'action', 'actor', 'email', 'timestamp'],
                properties: {
                  id: { type: 'string' }, action: { type: 'string' }, actor: { type: 'string' }, email: { type: 'string' },
                  timestamp: { type: 'string', format: 'date-time' },
                },
              },
            },
            count: { type: 'integer' },
          },
        },
      },
      handle({ query }) {
        const entries = gate.accounts.system.log(query).map(({ id, message, author }) => ({
          id, action: message.trim(), actor: author.name, email: author.email, timestamp: identityTime(author),
        }));
        return reply(200, { entries, count: entries.length });
      },
    }),
  ];
}
