import { PERMISSIONS, type ApiKeyRecord, type Permission, type Principal, type RepositoryGrant } from '@govc/auth';

import type { Gate } from '../auth/gate.js';
import { ServerError } from '../errors.js';
import { endpoint, reply, type Endpoint } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import { mustBeKnown, mustBeWhole, SUCCESS } from './auth.js';
import type { RouteParts } from './parts.js';

interface NewKeyBody {
  readonly name: string;
  readonly permissions?: readonly Permission[];
  readonly repo_permissions?: Readonly<Record<string, readonly Permission[]>>;
  readonly expires_at?: string;
}

/** Permissions in a body. */
export const PERMISSION_LIST: Schema = { type: 'array', maxItems: PERMISSIONS.length, uniqueItems: true, items: { type: 'string', enum: PERMISSIONS } };

const KEY: Schema = {
  title: 'ApiKey',
  type: 'object',
  required: ['id', 'name', 'user_id', 'permissions', 'repo_permissions', 'active', 'created_at'],
  properties: {
    id: { type: 'string' },
    name: { type: 'string' },
    user_id: { type: 'string' },
    permissions: { type: 'array', items: { type: 'string' } },
    repo_permissions: { type: 'object' },
    active: { type: 'boolean' },
    last_used: { type: 'string', format: 'date-time', description: 'To the hour.' },
    created_at: { type: 'string', format: 'date-time' },
    expires_at: { type: 'string', format: 'date-time' },
  },
};

/** API keys, in the spelling of the README and of the original's code. */
export function apiKeyRoutes(parts: RouteParts): Endpoint[] {
  return ['/api/v1/auth/apikeys', '/api/v1/apikeys'].flatMap((path) => routesAt(path, parts));
}

function routesAt(path: string, { gate, clock }: RouteParts): Endpoint[] {
  return [
    endpoint<NewKeyBody>({
      method: 'post', path, summary: 'Make an API key; it is shown this once', tag: 'API keys', permission: 'signed-in',
      body: {
        type: 'object',
        required: ['name'],
        additionalProperties: false,
        properties: {
          name: { type: 'string', minLength: 1, maxLength: 200 },
          permissions: PERMISSION_LIST,
          repo_permissions: { type: 'object', maxProperties: 1000, additionalProperties: PERMISSION_LIST },
          expires_at: { type: 'string', maxLength: 40, description: 'RFC 3339. Default: never.' },
        },
      },
      answers: { 201: { type: 'object', required: ['key', 'key_info'], properties: { key: { type: 'string' }, key_info: KEY } } },
      async handle({ body, context }) {
        const { apiKeys } = gate.accounts;
        const principal = mustBeWhole(mustBeKnown(context.principal));
        const { name, permissions = [], repo_permissions: repositories = {} } = body;
        mustHold(gate, principal, { permissions, repositories });
        const grants = Object.entries(repositories).map(([id, allowed]): [string, RepositoryGrant] => [id, { allowed, denied: [] }]);
        const { key, record } = await apiKeys.create({
          name, userId: principal.userId, grant: { permissions, repositories: new Map(grants) }, expiresMs: momentOf(body.expires_at, clock()),
        });
        return reply(201, { key, key_info: keyBody(record) });
      },
    }),
    endpoint<unknown, { readonly all: boolean }>({
      method: 'get', path, summary: 'List API keys', tag: 'API keys', permission: 'signed-in',
      query: { type: 'object', properties: { all: { type: 'boolean', default: false, description: 'Those of every user; for administrators.' } } },
      answers: { 200: { type: 'object', required: ['api_keys', 'count'], properties: { api_keys: { type: 'array', items: KEY }, count: { type: 'integer' } } } },
      async handle({ query, context }) {
        const { apiKeys } = gate.accounts;
        const principal = mustBeKnown(context.principal);
        if (query.all && !gate.permits(principal, 'system:admin')) throw notOurs();
        const keys = (await apiKeys.list(query.all ? undefined : principal.userId)).map(keyBody);
        return reply(200, { api_keys: keys, count: keys.length });
      },
    }),
    endpoint({
      method: 'delete', path: `${path}/{key_id}`, summary: 'Revoke an API key', tag: 'API keys', permission: 'signed-in', answers: { 200: SUCCESS },
      async handle({ path: { key_id: id = '' }, context }) {
        const { apiKeys } = gate.accounts;
        const principal = mustBeKnown(context.principal);
        // A key may end itself.
        if (principal.apiKeyId !== id) mustBeWhole(principal);
        const record = await apiKeys.find(id);
        const mayKnow = record !== undefined && (record.userId === principal.userId || gate.permits(principal, 'system:admin'));
        if (!mayKnow) throw new ServerError('api-key-unknown', 'There is no such API key of yours.', { id: id.slice(0, 100) });
        await apiKeys.revoke(id);
        return reply(200, { status: 'success' });
      },
    }),
  ];
}

/** A key cannot be made for what one may not do oneself, so that it does not become good later. */
function mustHold(
  gate: Gate, principal: Principal,
  { permissions, repositories }: { readonly permissions: readonly Permission[]; readonly repositories: Readonly<Record<string, readonly Permission[]>> },
): void {
  const missing = permissions.find((permission) => !gate.permits(principal, permission))
    ?? Object.entries(repositories).flatMap(([id, list]) => list.filter((permission) => !gate.permits(principal, permission, id)))[0];
  if (missing !== undefined) {
    throw new ServerError('permission-denied', `${principal.username} has no permission ${missing} to give to a key.`, { permission: missing });
  }
}

function momentOf(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (ms > nowMs) return ms;
  throw new ServerError('request-invalid', '"expires_at" must be a moment in the future such as 2030-01-01T00:00:00Z.', { place: 'body', path: '/expires_at' });
}

function notOurs(): ServerError {
  return new ServerError('permission-denied', 'Only administrators see the API keys of others.');
}

function keyBody({ id, name, userId, grant, createdMs, expiresMs, usedMs, revoked }: ApiKeyRecord) {
  const iso = (ms: number): string => new Date(ms).toISOString();
  return {
    id, name, user_id: userId,
    permissions: grant.permissions,
    repo_permissions: Object.fromEntries([...grant.repositories].map(([repository, { allowed }]) => [repository, allowed])),
    active: !revoked,
    ...(usedMs === undefined ? {} : { last_used: iso(usedMs) }),
    created_at: iso(createdMs),
    ...(expiresMs === undefined ? {} : { expires_at: iso(expiresMs) }),
  };
}
