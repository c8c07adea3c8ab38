import { endpoint, reply, type Call, type Endpoint } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import { checkOutboundUrl } from '../webhooks/outbound.js';
import type { Policy } from '../webhooks/policies.js';
import { readRepository, type RouteParts } from './parts.js';

interface PolicyBody {
  readonly url: string;
  readonly secret?: string;
  readonly refs?: readonly string[];
  readonly timeout_ms?: number;
  readonly on_failure?: 'deny' | 'allow';
  readonly description?: string;
}

const PROPERTIES: Readonly<Record<string, Schema>> = {
  url: { type: 'string', minLength: 1, maxLength: 2048, description: 'Is asked by POST with the changes; {"allow": false, "message": …} or 403 refuses.' },
  secret: { type: 'string', minLength: 1, maxLength: 1000, description: 'Signs questions. It is never shown.' },
  refs: { type: 'array', maxItems: 64, items: { type: 'string', minLength: 1, maxLength: 512 }, description: 'Globs: main, refs/tags/**. Default: all refs.' },
  timeout_ms: { type: 'integer', minimum: 100, maximum: 30_000, description: 'Default: 5000.' },
  on_failure: { type: 'string', enum: ['deny', 'allow'], description: 'What holds without an answer. Default: deny.' },
  description: { type: 'string', maxLength: 500 },
};

const POLICY: Schema = {
  title: 'Policy',
  type: 'object',
  required: ['id', 'repository', 'url', 'refs', 'timeout_ms', 'on_failure', 'has_secret', 'created_at'],
  properties: { id: { type: 'string' }, repository: { type: 'string' }, ...PROPERTIES, has_secret: { type: 'boolean' }, created_at: { type: 'string', format: 'date-time' } },
};

/** Who is asked over HTTP before refs change: of one repository, and of all. */
export function policyRoutes(parts: RouteParts): Endpoint[] {
  return [
    ...routesAt(parts, '/api/v1/repos/{id}/policies', 'repo:admin', (call) => readRepository(parts, call, ({ id }) => id)),
    ...routesAt(parts, '/api/v1/policies', 'system:admin', async () => '*'),
  ];
}

function routesAt(parts: RouteParts, path: string, permission: 'repo:admin' | 'system:admin', of: (call: Call) => Promise<string>): Endpoint[] {
  const { live, random, clock } = parts;
  return [
    endpoint({
      method: 'get', path, summary: 'List policies', tag: 'policies', permission,
      answers: { 200: { type: 'object', required: ['policies', 'count'], properties: { policies: { type: 'array', items: POLICY }, count: { type: 'integer' } } } },
      async handle(call) {
        const policies = (await live.policies.list(await of(call))).map(policyBody);
        return reply(200, { policies, count: policies.length });
      },
    }),
    endpoint<PolicyBody>({
      method: 'post', path, summary: 'Add a policy', tag: 'policies', permission,
      body: { type: 'object', required: ['url'], additionalProperties: false, properties: PROPERTIES }, answers: { 201: POLICY },
      async handle(call) {
        const { url, secret, refs = [], timeout_ms: timeoutMs = 5000, on_failure: onFailure = 'deny', description = '' } = call.body;
        const repository = await of(call);
        checkOutboundUrl(url, live.allowedHosts);
        const id = Buffer.from(random(9)).toString('hex');
        return reply(201, policyBody(await live.policies.add({ id, repository, url, secret, refs, timeoutMs, onFailure, description, createdMs: clock() })));
      },
    }),
    endpoint({
      method: 'delete', path: `${path}/{policy_id}`, summary: 'Delete a policy', tag: 'policies', permission,
      answers: { 200: { type: 'object', required: ['status'], properties: { status: { const: 'success' } } } },
      async handle(call) {
        await live.policies.delete(await of(call), call.path['policy_id'] ?? '');
        return reply(200, { status: 'success' });
      },
    }),
  ];
}

function policyBody({ id, repository, url, secret, refs, timeoutMs, onFailure, description, createdMs }: Policy) {
  return {
    id, repository, url, refs, timeout_ms: timeoutMs, on_failure: onFailure, description, has_secret: secret !== undefined, created_at: new Date(createdMs).toISOString(),
  };
}
