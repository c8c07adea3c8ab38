import { REF_ACTIONS, type RefAction, type RefRule } from '@govc/auth';

import { ServerError } from '../errors.js';
import { endpoint, reply, type Call, type Endpoint } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import { SUCCESS } from './auth.js';
import type { RouteParts } from './parts.js';

interface RuleBody {
  readonly refs: readonly string[];
  readonly paths?: readonly string[];
  readonly actions?: readonly RefAction[];
  readonly effect: 'allow' | 'deny';
  readonly users?: readonly string[];
  readonly roles?: readonly string[];
  readonly description?: string;
}

const texts = (maxItems: number): Schema => ({ type: 'array', maxItems, items: { type: 'string', minLength: 1, maxLength: 512 } });

const PROPERTIES: Schema = {
  refs: { ...texts(64), minItems: 1, description: 'Patterns of full names: refs/heads/main, refs/heads/release/*, refs/tags/**.' },
  paths: { ...texts(64), description: 'Patterns of paths. Default: the rule is about the refs themselves.' },
  actions: { type: 'array', minItems: 1, uniqueItems: true, items: { type: 'string', enum: REF_ACTIONS }, description: 'Default: all.' },
  effect: { type: 'string', enum: ['allow', 'deny'] },
  users: { ...texts(64), description: 'Ids. With roles empty too: everybody.' },
  roles: texts(64),
  description: { type: 'string', maxLength: 1000 },
};

const RULE: Schema = {
  title: 'Rule',
  type: 'object',
  required: ['id', 'repository', 'refs', 'paths', 'actions', 'effect', 'users', 'roles'],
  properties: { id: { type: 'string' }, repository: { type: 'string' }, ...PROPERTIES },
};

/** Rules about who may change which refs and paths: of one repository, and of all. */
export function ruleRoutes(parts: RouteParts): Endpoint[] {
  return [
    ...routesAt('/api/v1/repos/{id}/rules', { parts, permission: 'repo:admin', of: ({ path }) => (path['id'] ?? '').replace(/\.git$/, '') }),
    ...routesAt('/api/v1/rules', { parts, permission: 'system:admin', of: () => '*' }),
  ];
}

function routesAt(
  path: string,
  { parts, permission, of }: { readonly parts: RouteParts; readonly permission: 'repo:admin' | 'system:admin'; readonly of: (call: Call) => string },
): Endpoint[] {
  const { gate, random } = parts;
  return [
    endpoint({
      method: 'get', path, summary: 'List rules about refs', tag: 'rules', permission,
      answers: { 200: { type: 'object', required: ['rules', 'count'], properties: { rules: { type: 'array', items: RULE }, count: { type: 'integer' } } } },
      handle(call) {
        const repository = of(call);
        const rules = gate.accounts.rules.rules.filter((rule) => rule.repository === repository);
        return reply(200, { rules, count: rules.length });
      },
    }),
    endpoint<RuleBody>({
      method: 'post', path, summary: 'Add a rule about refs', tag: 'rules', permission,
      body: { type: 'object', required: ['refs', 'effect'], additionalProperties: false, properties: PROPERTIES },
      answers: { 201: RULE },
      async handle(call) {
        const { refs, paths = [], actions = REF_ACTIONS, effect, users = [], roles = [], description = '' } = call.body;
        const id = Buffer.from(random(9)).toString('hex');
        const rule: RefRule = { id, repository: of(call), refs, paths, actions, effect, users, roles, description };
        return reply(201, await gate.accounts.rules.add(rule));
      },
    }),
    endpoint({
      method: 'delete', path: `${path}/{rule_id}`, summary: 'Delete a rule about refs', tag: 'rules', permission, answers: { 200: SUCCESS },
      async handle(call) {
        const { rules } = gate.accounts;
        const id = call.path['rule_id'] ?? '';
        // The right is that of one repository, and so must be the rule.
        if (!rules.rules.some((rule) => rule.id === id && rule.repository === of(call))) {
          throw new ServerError('rule-unknown', 'There is no such rule here.', { id: id.slice(0, 100) });
        }
        await rules.delete(id);
        return reply(200, { status: 'success' });
      },
    }),
  ];
}
