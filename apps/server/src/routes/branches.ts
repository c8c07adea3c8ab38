import type { NamedRef, RefName, View } from '@govc/core';

import { ServerError } from '../errors.js';
import { taggedHeaders } from '../http/conditions.js';
import { endpoint, reply, type Call, type Endpoint } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import { changeRepository } from './changes.js';
import { COMMIT, commitBody } from './commit-body.js';
import { PAGE_PROPERTIES, pageOf, pageQuery, type PageQuery } from './pages.js';
import { readRepository, type RouteParts } from './parts.js';

const BRANCH_PROPERTIES: Readonly<Record<string, Schema>> = { name: { type: 'string' }, commit: { type: 'string' }, is_current: { type: 'boolean' } };
const BRANCH: Schema = { title: 'Branch', type: 'object', required: ['name', 'commit', 'is_current'], properties: BRANCH_PROPERTIES };

const CREATED: Schema = {
  type: 'object',
  required: ['status', 'data', 'name', 'commit'],
  properties: {
    status: { const: 'created' },
    data: { type: 'object', required: ['branch', 'from'], properties: { branch: { type: 'string' }, from: { type: 'string' } } },
    name: { type: 'string' }, commit: { type: 'string' },
  },
};

/** Branches. */
export function branchRoutes(parts: RouteParts): Endpoint[] {
  return [
    endpoint<unknown, PageQuery>({
      method: 'get', path: '/api/v1/repos/{id}/branches', summary: 'List branches', tag: 'branches', permission: 'repo:read',
      query: { type: 'object', properties: pageQuery(10_000) },
      answers: {
        200: {
          type: 'object',
          required: ['branches', 'current', 'count'],
          properties: {
            branches: { type: 'array', items: BRANCH },
            current: { type: 'string', description: 'The branch that HEAD names, even when it has no commit; "" when it names none.' },
            ...PAGE_PROPERTIES,
          },
        },
      },
      handle: (call) => readRepository(parts, call, ({ repository }) => {
        const current = repository.head().ref;
        const page = pageOf(call, repository.branches());
        const branches = page.items.map(({ name, ref, id }) => ({ name, commit: id, is_current: ref === current }));
        return { ...reply(200, { branches, current: current?.replace(/^refs\/heads\//, '') ?? '', ...page.fields }), headers: page.headers };
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
      answers: { 201: CREATED },
      handle: (call) => changeRepository(parts, call, {}, {
        work(reality) {
          const { name, from = 'HEAD' } = call.body;
          if (reality.snapshot.refs.has(`refs/heads/${name}`)) {
            throw new ServerError('branch-exists', `The branch "${name}" exists already.`, { name });
          }
          const branch = reality.branch(name, from);
          return reply(201, { status: 'created', data: { branch: name, from }, name, commit: branch.id });
        },
      }),
    }),
    endpoint({
      method: 'get', path: '/api/v1/repos/{id}/branches/{branch*}', summary: 'Get a branch with its last commit', tag: 'branches', permission: 'repo:read',
      answers: { 200: { ...BRANCH, title: 'BranchDetail', required: ['name', 'commit', 'is_current', 'last_commit'], properties: { ...BRANCH_PROPERTIES, last_commit: COMMIT } } },
      handle: (call) => readRepository(parts, call, ({ repository }) => {
        const { name, ref, id } = branchOf(repository, call);
        const body = { name, commit: id, is_current: ref === repository.head().ref, last_commit: commitBody(repository.commitAt(id)) };
        return { ...reply(200, body), headers: taggedHeaders(id) };
      }),
    }),
    endpoint<{ readonly name: string }>({
      method: 'patch', path: '/api/v1/repos/{id}/branches/{branch*}', summary: 'Rename a branch', tag: 'branches', permission: 'repo:write',
      body: { type: 'object', required: ['name'], additionalProperties: false, properties: { name: { type: 'string', minLength: 1, maxLength: 250 } } },
      answers: { 200: BRANCH },
      handle: (call) => changeRepository(parts, call, {}, {
        work(reality) {
          const { name, ref, id } = branchOf(reality, call);
          const { name: to } = call.body;
          if (reality.snapshot.refs.has(`refs/heads/${to}`)) throw new ServerError('branch-exists', `The branch "${to}" exists already.`, { name: to });
          const isCurrent = reality.head().ref === ref;
          reality.branch(to, id);
          if (isCurrent) reality.setHead(to);
          reality.deleteBranch(name);
          return reply(200, { name: to, commit: id, is_current: isCurrent });
        },
      }),
    }),
    endpoint({
      method: 'delete', path: '/api/v1/repos/{id}/branches/{branch*}', summary: 'Delete a branch', tag: 'branches', permission: 'repo:write',
      answers: { 200: { type: 'object', required: ['status', 'name'], properties: { status: { const: 'deleted' }, name: { type: 'string' } } } },
      handle: (call) => changeRepository(parts, call, {}, {
        work(reality) {
          const name = call.path['branch'] ?? '';
          const ref = `refs/heads/${name}`;
          if (reality.head().ref === ref) {
            throw new ServerError('branch-current', `The branch "${name}" is the current one and cannot be deleted.`, { name });
          }
          if (!reality.snapshot.refs.has(ref)) {
            throw new ServerError('branch-unknown', `There is no branch "${name.slice(0, 200)}".`, { name });
          }
          reality.deleteBranch(name);
          return reply(200, { status: 'deleted', name });
        },
      }),
    }),
  ];
}

function branchOf(view: View, call: Call): NamedRef {
  const name = call.path['branch'] ?? '';
  const ref = `refs/heads/${name}` as RefName;
  const id = view.snapshot.refs.has(ref) ? view.commitAt(ref).id : undefined;
  if (id === undefined) throw new ServerError('branch-unknown', `There is no branch "${name.slice(0, 200)}".`, { name });
  return { name, ref, id };
}
