import type { Permission, Role } from '@govc/auth';

import { endpoint, reply, type Endpoint } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import { PERMISSION_LIST } from './api-keys.js';
import { SUCCESS } from './auth.js';
import type { RouteParts } from './parts.js';

const ROLE: Schema = {
  title: 'Role',
  type: 'object',
  required: ['name', 'description', 'permissions'],
  properties: { name: { type: 'string' }, description: { type: 'string' }, permissions: { type: 'array', items: { type: 'string' } } },
};

const DESCRIPTION: Schema = { type: 'string', maxLength: 1000 };

/** Roles: those that are built in, and others. */
export function roleRoutes({ gate }: RouteParts): Endpoint[] {
  return [
    endpoint({
      method: 'get', path: '/api/v1/roles', summary: 'List roles', tag: 'roles', permission: 'user:read',
      answers: { 200: { type: 'object', required: ['roles', 'count'], properties: { roles: { type: 'array', items: ROLE }, count: { type: 'integer' } } } },
      handle() {
        const roles = gate.accounts.roles.list();
        return reply(200, { roles, count: roles.length });
      },
    }),
    endpoint<{ readonly name: string; readonly description?: string; readonly permissions: readonly Permission[] }>({
      method: 'post', path: '/api/v1/roles', summary: 'Make a role', tag: 'roles', permission: 'system:admin',
      body: {
        type: 'object',
        required: ['name', 'permissions'],
        additionalProperties: false,
        properties: { name: { type: 'string', pattern: '^[a-z0-9][a-z0-9._-]{0,63}$' }, description: DESCRIPTION, permissions: PERMISSION_LIST },
      },
      answers: { 201: ROLE },
      async handle({ body: { name, description = '', permissions } }) {
        return reply(201, await gate.accounts.roles.create({ name, description, permissions }));
      },
    }),
    endpoint<Partial<Omit<Role, 'name'>>>({
      method: 'patch', path: '/api/v1/roles/{role_name}', summary: 'Change a role', tag: 'roles', permission: 'system:admin',
      body: { type: 'object', additionalProperties: false, minProperties: 1, properties: { description: DESCRIPTION, permissions: PERMISSION_LIST } },
      answers: { 200: ROLE },
      async handle({ body, path }) {
        return reply(200, await gate.accounts.roles.update(path['role_name'] ?? '', body));
      },
    }),
    endpoint({
      method: 'delete', path: '/api/v1/roles/{role_name}', summary: 'Delete a role', tag: 'roles', permission: 'system:admin', answers: { 200: SUCCESS },
      async handle({ path }) {
        const { roles, users } = gate.accounts;
        const name = path['role_name'] ?? '';
        await roles.delete(name);
        // A later role of the same name must not fall to them.
        for (const user of await users.list()) if (user.roles.includes(name)) await users.removeRole(user.id, name);
        return reply(200, { status: 'success' });
      },
    }),
  ];
}
