import { PATTERN_LENGTH_MAX, SCOPE_REFS_MAX } from '@govc/auth';

import { authorize } from '../auth/gate.js';
import { endpoint, reply, type Endpoint } from '../http/endpoint.js';
import { mustBeKnown, mustBeWhole } from './auth.js';
import type { RouteParts } from './parts.js';

interface ScopedTokenBody {
  readonly repository: string;
  readonly access: 'read' | 'write';
  readonly refs?: readonly string[];
  readonly ttl_seconds?: number;
}

const TTL_MAX_SECONDS = 86_400;

/** Short-lived tokens for one repository. */
export function tokenRoutes({ gate }: RouteParts): Endpoint[] {
  return [
    endpoint<ScopedTokenBody>({
      method: 'post', path: '/api/v1/auth/tokens', summary: 'Get a token for one repository', tag: 'authentication', permission: 'signed-in',
      body: {
        type: 'object',
        required: ['repository', 'access'],
        additionalProperties: false,
        properties: {
          repository: { type: 'string', minLength: 1, maxLength: 300 },
          access: { type: 'string', enum: ['read', 'write'] },
          refs: {
            type: 'array', minItems: 1, maxItems: SCOPE_REFS_MAX, items: { type: 'string', minLength: 1, maxLength: PATTERN_LENGTH_MAX / 4 },
            description: 'Patterns of the refs that may be changed, such as refs/heads/ci/**. Default: all.',
          },
          ttl_seconds: { type: 'integer', minimum: 1, maximum: TTL_MAX_SECONDS, description: 'Default: 3600.' },
        },
      },
      answers: { 201: { type: 'object', required: ['token', 'expires_at'], properties: { token: { type: 'string' }, expires_at: { type: 'string' } } } },
      handle({ body, context }) {
        const { tokens } = gate.accounts;
        const principal = mustBeWhole(mustBeKnown(context.principal));
        const { access, refs, ttl_seconds: ttlSeconds = 3600 } = body;
        const repository = body.repository.replace(/\.git$/, '');
        authorize(gate, principal, { permission: access === 'write' ? 'repo:write' : 'repo:read', repository });
        const { userId, username, email, token: own } = principal;
        const issued = tokens.issue({ userId, username, email, sessionId: own?.sessionId, scope: { repository, access, refs } }, { ttlSeconds });
        return reply(201, { token: issued.token, expires_at: new Date(issued.expiresMs).toISOString() });
      },
    }),
  ];
}
