import { ServerError } from '../errors.js';
import { endpoint, reply, type Endpoint } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import { mustMayChange, readRepository, writeRepository, type RouteParts } from './parts.js';

const BRANCH: Schema = {
  type: 'object',
  required: ['name', 'commit', 'is_current'],
  properties: { name: { type: 'string' }, commit: { type: 'string' }, is_current: { type: 'boolean' } },
};

/** Branches. */
export function branchRoutes(parts: RouteParts): Endpoint[] {
  return [
    endpoint({
      method: 'get', path: '/api/v1/repos/{id}/branches', summary: 'List branches', tag: 'branches', permission: 'repo:read',
      answers: {
        200: {
          type: 'object',
          required: ['branches', 'current', 'count'],
          properties: {
            branches: { type: 'array', items: BRANCH },
            current: { type: 'string', description: 'The branch that HEAD names, even when it has no commit; "" when it names none.' },
            count: { type: 'integer' },
          },
        },
      },
      handle: (call) => readRepository(parts, call, ({ repository }) => {
        const current = repository.head().ref;
        const branches = repository.branches().map(({ name, ref, id }) => ({ name, commit: id, is_current: ref === current }));
        return reply(200, { branches, current: current?.replace(/^refs\/heads\//, '') ?? '', count: branches.length });
      }),
    }),
    endpoint<{ readonly name: string; readonly from?: string }>({
      method: 'post', path: '/api/v1/repos/{id}/branches', summary: 'Create a branch', tag: 'branches', permission: 'repo:write',
      body: {
        type: 'object',
        required: ['name'],
        additionalProperties: false,
        properties: {
          name: { type: 'string', minLength: 1, maxLength: 250 },
          from: { type: 'string', minLength: 1, maxLength: 4096, description: 'Branch, tag or commit. Default: HEAD.' },
        },
      },
      answers: { 201: { type: 'object', required: ['status', 'data', 'name', 'commit'] } },
      handle: (call) => writeRepository(parts, call, (hosted) => {
        const { repository } = hosted;
        const { name, from = 'HEAD' } = call.body;
        if (repository.snapshot.refs.has(`refs/heads/${name}`)) {
          throw new ServerError('branch-exists', `The branch "${name}" exists already.`, { name });
        }
        mustMayChange(parts, call, { hosted, ref: `refs/heads/${name}`, action: 'create', paths: [] });
        const branch = repository.branch(name, from);
        return reply(201, { status: 'created', data: { branch: name, from }, name, commit: branch.id });
      }),
    }),
    endpoint({
      method: 'delete', path: '/api/v1/repos/{id}/branches/{branch*}', summary: 'Delete a branch', tag: 'branches', permission: 'repo:write',
      answers: { 200: { type: 'object', required: ['status'], properties: { status: { const: 'deleted' } } } },
      handle: (call) => writeRepository(parts, call, (hosted) => {
        const { repository } = hosted;
        const name = call.path['branch'] ?? '';
        const ref = `refs/heads/${name}`;
        if (repository.head().ref === ref) {
          throw new ServerError('branch-current', `The branch "${name}" is the current one and cannot be deleted.`, { name });
        }
        if (!repository.snapshot.refs.has(ref)) {
          throw new ServerError('branch-unknown', `There is no branch "${name.slice(0, 200)}".`, { name });
        }
        mustMayChange(parts, call, { hosted, ref, action: 'delete', paths: [] });
        repository.deleteBranch(name);
        return reply(200, { status: 'deleted', name });
      }),
    }),
  ];
}
