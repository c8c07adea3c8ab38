import type { Principal } from '@govc/auth';

import type { Accounts } from '../auth/gate.js';
import { ServerError } from '../errors.js';
import { endpoint, reply, type Endpoint } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import type { RouteParts } from './parts.js';

const USER: Schema = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    username: { type: 'string' },
    email: { type: 'string' },
    permissions: { type: 'array', items: { type: 'string' } },
    auth_method: { type: 'string' },
  },
};

const SESSION: Schema = {
  type: 'object',
  required: ['token', 'expires_at'],
  properties: { token: { type: 'string' }, expires_at: { type: 'string', format: 'date-time' }, user: USER },
};

/** Signing in. */
export function authRoutes(parts: RouteParts): Endpoint[] {
  const { gate } = parts;
  return [
    endpoint<{ readonly username: string; readonly password: string }>({
      method: 'post', path: '/api/v1/auth/login', summary: 'Get a token for a name and password', tag: 'authentication', permission: undefined,
      body: {
        type: 'object',
        required: ['username', 'password'],
        additionalProperties: false,
        properties: { username: { type: 'string', maxLength: 1000 }, password: { type: 'string', maxLength: 4096 } },
      },
      answers: { 200: SESSION },
      async handle({ body, context }) {
        const { users, tokens } = mustHaveAccounts(gate.accounts);
        const user = await users.authenticate(body.username, body.password);
        const principal: Principal = {
          userId: user.id, username: user.username, email: user.email, method: 'password', grants: [users.grantOf(user)],
        };
        context.principal = principal;
        const issued = tokens.issue({ userId: user.id, username: user.username, email: user.email });
        return reply(200, { token: issued.token, expires_at: new Date(issued.expiresMs).toISOString(), user: userBody(principal) });
      },
    }),
    endpoint({
      method: 'post', path: '/api/v1/auth/refresh', summary: 'Get a new token for a valid one', tag: 'authentication', permission: undefined,
      answers: { 200: SESSION },
      handle({ context }) {
        const { tokens } = mustHaveAccounts(gate.accounts);
        const principal = mustBeSignedIn(context.principal);
        // A narrower token or key must not become a wide one.
        const narrowest = principal.grants.at(-1)!;
        const permissions = principal.grants.length > 1 ? narrowest.permissions : undefined;
        const { userId, username, email } = principal;
        const issued = tokens.issue({ userId, username, email, permissions });
        return reply(200, { token: issued.token, expires_at: new Date(issued.expiresMs).toISOString() });
      },
    }),
    endpoint({
      method: 'get', path: '/api/v1/auth/whoami', summary: 'Who is signed in', tag: 'authentication', permission: undefined,
      answers: { 200: USER },
      handle: ({ context }) => reply(200, userBody(mustBeSignedIn(context.principal))),
    }),
  ];
}

function mustHaveAccounts(accounts: Accounts | undefined): Accounts {
  if (accounts !== undefined) return accounts;
  throw new ServerError('authentication-disabled', 'The server runs in development mode: everybody may do everything, nobody signs in.');
}

function mustBeSignedIn(principal: Principal | undefined): Principal {
  if (principal !== undefined) return principal;
  throw new ServerError('authentication-required', 'Send Basic or Bearer credentials, or an API key.');
}

function userBody(principal: Principal) {
  const [own] = principal.grants;
  return {
    id: principal.userId,
    username: principal.username,
    email: principal.email,
    permissions: own?.permissions ?? [],
    repo_permissions: Object.fromEntries([...(own?.repositories ?? [])].map(([id, grant]) => [id, grant.allowed])),
    auth_method: principal.method,
  };
}
