import { AuthError, PERMISSIONS, type Principal, type User } from '@govc/auth';

import type { Accounts } from '../auth/accounts.js';
import { mustBeAbove } from '../auth/above.js';
import type { Gate } from '../auth/gate.js';
import { ServerError } from '../errors.js';
import { endpoint, reply, type Call, type Endpoint, type Reply } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import { mustBeKnown, PASSWORD, SUCCESS } from './auth.js';
import { repositoryGrantRoutes } from './repository-grants.js';
import type { RouteParts } from './parts.js';

const USERNAME: Schema = { type: 'string', pattern: '^[^\\p{Cc}<>:/]{1,100}$' };
const EMAIL: Schema = { type: 'string', pattern: '^[^\\p{Cc}<>\\s]{1,250}$' };

/** A user as answers show one. */
export const USER: Schema = {
  title: 'User',
  type: 'object',
  required: ['id', 'username', 'email', 'roles', 'permissions', 'repo_permissions', 'active', 'created_at', 'updated_at'],
  properties: {
    id: { type: 'string' },
    username: { type: 'string' },
    email: { type: 'string' },
    roles: { type: 'array', items: { type: 'string' } },
    permissions: { type: 'array', items: { type: 'string' } },
    repo_permissions: { type: 'object' },
    repo_denials: { type: 'object' },
    active: { type: 'boolean' },
    created_at: { type: 'string' },
    updated_at: { type: 'string' },
  },
};

interface NewUserBody {
  readonly id?: string;
  readonly username: string;
  readonly email?: string;
  readonly password?: string;
  readonly roles?: readonly string[];
}

/** What a call about one user works on. */
export interface UserCall {
  readonly accounts: Accounts;
  readonly principal: Principal;
  readonly user: User;
}

/** Users. Who manages users manages none who may do more. */
export function userRoutes(parts: RouteParts): Endpoint[] {
  return [...collectionRoutes(parts), ...memberRoutes(parts), ...roleRoutesOf(parts), ...repositoryGrantRoutes(parts)];
}

function collectionRoutes({ gate, random }: RouteParts): Endpoint[] {
  return [
    endpoint({
      method: 'get', path: '/api/v1/users', summary: 'List users', tag: 'users', permission: 'user:read',
      answers: { 200: { type: 'object', required: ['users', 'count'], properties: { users: { type: 'array', items: USER }, count: { type: 'integer' } } } },
      async handle() {
        const { users } = gate.accounts;
        const list = (await users.list()).map((user) => userBody(users, user));
        return reply(200, { users: list, count: list.length });
      },
    }),
    endpoint<NewUserBody>({
      method: 'post', path: '/api/v1/users', summary: 'Create a user', tag: 'users', permission: 'user:write',
      body: {
        type: 'object',
        required: ['username'],
        additionalProperties: false,
        properties: {
          id: { type: 'string', pattern: '^[A-Za-z0-9_][A-Za-z0-9._@-]{0,99}$', description: 'Default: one is made.' },
          username: USERNAME,
          email: EMAIL,
          password: { ...PASSWORD, description: 'Default: none; the user signs in after a reset.' },
          roles: { type: 'array', maxItems: 32, items: { type: 'string' } },
        },
      },
      answers: { 201: USER },
      async handle({ body, context }) {
        const accounts = gate.accounts;
        const { users } = accounts;
        const principal = mustBeKnown(context.principal);
        const { username, roles: names = [], password } = body;
        const { id = `user-${Buffer.from(random(9)).toString('hex')}`, email = `${encodeURIComponent(username)}@localhost` } = body;
        mustBeAbove({ gate, accounts }, principal, { id, roles: names, repositories: new Map() });
        const user = await users.create({ id, username, email, roles: names, password });
        return { status: 201, body: userBody(users, user), headers: { Location: `/api/v1/users/${encodeURIComponent(user.id)}` } };
      },
    }),
  ];
}

function memberRoutes({ gate }: RouteParts): Endpoint[] {
  const path = '/api/v1/users/{user_id}';
  const setActive = (verb: 'activate' | 'deactivate'): Endpoint => endpoint({
    method: 'post', path: `${path}/${verb}`, summary: `${verb === 'activate' ? 'Activate' : 'Deactivate'} a user`, tag: 'users',
    permission: 'user:write', answers: { 200: USER },
    handle: (call) => manage(gate, call, async ({ accounts: { users, sessions }, user, principal }) => {
      if (verb === 'deactivate') mustBeAnother(principal, user);
      const changed = await users.setActive(user.id, verb === 'activate');
      // What was issued before must not wake up with the user.
      if (verb === 'deactivate') {
        await users.revokeTokens(user.id);
        await sessions.revokeAll(user.id);
      }
      return reply(200, userBody(users, changed));
    }),
  });
  return [
    endpoint({
      method: 'get', path, summary: 'Get a user', tag: 'users', permission: 'user:read', answers: { 200: USER },
      async handle({ path: { user_id: id = '' } }) {
        const { users } = gate.accounts;
        return reply(200, userBody(users, await mustFind(users, id)));
      },
    }),
    endpoint<{ readonly username?: string; readonly email?: string }>({
      method: 'patch', path, summary: 'Change name or address of a user', tag: 'users', permission: 'user:write',
      body: { type: 'object', additionalProperties: false, minProperties: 1, properties: { username: USERNAME, email: EMAIL } },
      answers: { 200: USER },
      handle: (call) => manage(gate, call, async ({ accounts: { users }, user }) => reply(200, userBody(users, await users.update(user.id, call.body)))),
    }),
    endpoint({
      method: 'delete', path, summary: 'Delete a user', tag: 'users', permission: 'user:delete', answers: { 200: SUCCESS },
      handle: (call) => manage(gate, call, async ({ accounts: { users, sessions, apiKeys }, user, principal }) => {
        mustBeAnother(principal, user);
        await sessions.revokeAll(user.id);
        // A later user of the same id must not inherit them.
        for (const { id, revoked } of await apiKeys.list(user.id)) if (!revoked) await apiKeys.revoke(id);
        await users.delete(user.id);
        return reply(200, { status: 'success' });
      }),
    }),
    setActive('activate'),
    setActive('deactivate'),
    endpoint<{ readonly password: string }>({
      method: 'post', path: `${path}/password`, summary: 'Set the password of a user', tag: 'users', permission: 'user:write',
      body: { type: 'object', required: ['password'], additionalProperties: false, properties: { password: PASSWORD } },
      answers: { 200: SUCCESS },
      handle: (call) => manage(gate, call, async ({ accounts: { users, sessions }, user, principal }) => {
        // One's own is changed by who knows it: /auth/password.
        mustBeAnother(principal, user);
        await users.setPassword(user.id, call.body.password);
        await sessions.revokeAll(user.id);
        return reply(200, { status: 'success' });
      }),
    }),
    endpoint({
      method: 'post', path: `${path}/password/reset`, summary: 'Make a token with which a user sets a new password once', tag: 'users',
      permission: 'user:write',
      answers: { 201: { type: 'object', required: ['reset_token', 'expires_at'], properties: { reset_token: { type: 'string' }, expires_at: { type: 'string' } } } },
      handle: (call) => manage(gate, call, async ({ accounts: { resets }, user, principal }) => {
        mustBeAnother(principal, user);
        const { token, expiresMs } = await resets.create(user.id);
        return reply(201, { reset_token: token, expires_at: new Date(expiresMs).toISOString() });
      }),
    }),
  ];
}

function roleRoutesOf({ gate }: RouteParts): Endpoint[] {
  const path = '/api/v1/users/{user_id}/roles/{role_name}';
  return [
    endpoint({
      method: 'post', path, summary: 'Give a role to a user', tag: 'users', permission: 'user:write', answers: { 200: SUCCESS },
      handle: (call) => manage(gate, call, async ({ accounts, user, principal }) => {
        const name = call.path['role_name'] ?? '';
        mustBeAbove({ gate, accounts }, principal, { ...user, roles: [...user.roles, name] });
        await accounts.users.addRole(user.id, name);
        return reply(200, { status: 'success' });
      }),
    }),
    endpoint({
      method: 'delete', path, summary: 'Take a role from a user', tag: 'users', permission: 'user:write', answers: { 200: SUCCESS },
      handle: (call) => manage(gate, call, async ({ accounts: { users }, user, principal }) => {
        mustBeAnother(principal, user);
        await users.removeRole(user.id, call.path['role_name'] ?? '');
        return reply(200, { status: 'success' });
      }),
    }),
  ];
}

/** Runs `work` on the user of the path, whom the caller must be above. @throws {AuthError} user-unknown; {ServerError} permission-denied */
export async function manage(gate: Gate, { path, context }: Call, work: (call: UserCall) => Promise<Reply>): Promise<Reply> {
  const accounts = gate.accounts;
  const principal = mustBeKnown(context.principal);
  const user = await mustFind(accounts.users, path['user_id'] ?? '');
  mustBeAbove({ gate, accounts }, principal, user);
  return work({ accounts, principal, user });
}

/** So that there is always an administrator left. */
function mustBeAnother(principal: Principal, user: User): void {
  if (principal.userId !== user.id) return;
  throw new ServerError('permission-denied', 'Nobody does this to themselves; ask another administrator.', { id: user.id });
}

async function mustFind(users: Accounts['users'], id: string): Promise<User> {
  const user = await users.find(id);
  if (user !== undefined) return user;
  throw new AuthError('user-unknown', `there is no user ${JSON.stringify(id.slice(0, 100))}`, { id: id.slice(0, 100) });
}

/** A user for JSON, without what nobody may see. Times are texts of Unix seconds, as in the original. */
export function userBody(users: Accounts['users'], user: User) {
  const { id, username, email, roles, repositories, active, createdMs, updatedMs } = user;
  const held = new Set(users.grantOf(user).permissions);
  const pick = (side: 'allowed' | 'denied') =>
    Object.fromEntries([...repositories].filter(([, grant]) => grant[side].length > 0).map(([name, grant]) => [name, grant[side]]));
  return {
    id, username, email, roles,
    permissions: PERMISSIONS.filter((permission) => held.has(permission)),
    repo_permissions: pick('allowed'),
    repo_denials: pick('denied'),
    active,
    created_at: String(Math.floor(createdMs / 1000)),
    updated_at: String(Math.floor(updatedMs / 1000)),
  };
}
