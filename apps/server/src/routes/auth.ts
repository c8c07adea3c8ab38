import type { Permission, Principal, User } from '@govc/auth';

import type { Accounts } from '../auth/accounts.js';
import type { Gate } from '../auth/gate.js';
import { ServerError } from '../errors.js';
import { endpoint, reply, type Endpoint, type Reply } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import type { RouteParts } from './parts.js';

const PRINCIPAL: Schema = {
  title: 'Identity',
  type: 'object',
  properties: {
    id: { type: 'string' },
    username: { type: 'string' },
    email: { type: 'string' },
    roles: { type: 'array', items: { type: 'string' } },
    permissions: { type: 'array', items: { type: 'string' }, description: 'Those that the token or key that was sent leaves.' },
    repo_permissions: { type: 'object' },
    auth_method: { type: 'string' },
    scope: { type: 'object', description: 'Of a token for one repository.' },
  },
};

const SESSION: Schema = {
  title: 'Session',
  type: 'object',
  required: ['token', 'expires_at'],
  properties: {
    token: { type: 'string' },
    expires_at: { type: 'string', format: 'date-time' },
    refresh_token: { type: 'string', description: 'Good for one refresh, which gives the next one.' },
    refresh_expires_at: { type: 'string', format: 'date-time' },
    user: PRINCIPAL,
  },
};

/** The answer of what has nothing else to say. */
export const SUCCESS: Schema = { title: 'Success', type: 'object', required: ['status'], properties: { status: { const: 'success' } } };

/** A password in a body. */
export const PASSWORD: Schema = { type: 'string', minLength: 1, maxLength: 4096 };

/** Signing in and out, and one's own password. */
export function authRoutes(parts: RouteParts): Endpoint[] {
  const { gate, actors } = parts;
  const whoami = (path: string): Endpoint => endpoint({
    method: 'get', path, summary: 'Who is signed in', tag: 'authentication', permission: 'signed-in', answers: { 200: PRINCIPAL },
    handle: ({ context }) => reply(200, principalBody(gate, mustBeKnown(context.principal))),
  });
  return [
    endpoint<{ readonly username: string; readonly password: string }>({
      method: 'post', path: '/api/v1/auth/login', summary: 'Get a token for a name and password', tag: 'authentication', permission: 'credentials',
      body: {
        type: 'object',
        required: ['username', 'password'],
        additionalProperties: false,
        properties: { username: { type: 'string', maxLength: 1000 }, password: { type: 'string', maxLength: 4096 } },
      },
      answers: { 200: SESSION },
      async handle({ body, context, credentials }) {
        const { accounts } = gate;
        const user = await gate.signIn(body, credentials.address);
        const begin = async (): Promise<Reply> => {
          const session = await accounts.sessions.begin(user.id);
          const answer = sessionAnswer(accounts, user, session);
          const principal = await accounts.authenticate({ kind: 'token', token: answer.token });
          context.principal = principal;
          return reply(200, { ...answer, user: { ...principalBody(gate, principal!), auth_method: 'password' } });
        };
        return actors.run({ name: user.username, email: user.email }, begin);
      },
    }),
    endpoint<{ readonly refresh_token?: string }>({
      method: 'post', path: '/api/v1/auth/refresh', summary: 'Get a new token for a refresh token or for a valid token', tag: 'authentication',
      permission: 'credentials', isBodyOptional: true,
      body: { type: 'object', additionalProperties: false, properties: { refresh_token: { type: 'string', maxLength: 200 } } },
      answers: { 200: SESSION },
      async handle({ body, context, credentials }) {
        const { accounts } = gate;
        if (body.refresh_token === undefined) {
          context.principal = await gate.identify(credentials);
          return reply(200, renewed(accounts, mustBeKnown(context.principal)));
        }
        const session = await accounts.sessions.refresh(body.refresh_token);
        const user = await accounts.users.find(session.userId);
        if (user?.active !== true) {
          await accounts.sessions.revoke(session.sessionId);
          throw new ServerError('authentication-required', 'The user of the session is unknown or not active.');
        }
        return reply(200, sessionAnswer(accounts, user, session));
      },
    }),
    endpoint<{ readonly everywhere?: boolean }>({
      method: 'post', path: '/api/v1/auth/logout', summary: 'End the token and its session', tag: 'authentication', permission: 'signed-in',
      isBodyOptional: true,
      body: {
        type: 'object',
        additionalProperties: false,
        properties: { everywhere: { type: 'boolean', description: 'End all tokens and sessions of the user. Default: false.' } },
      },
      answers: { 200: SUCCESS },
      async handle({ body, context }) {
        const { revocations, sessions, users } = gate.accounts;
        const principal = mustBeKnown(context.principal);
        if (body.everywhere === true) {
          mustBeWhole(principal);
          await sessions.revokeAll(principal.userId);
          await users.revokeTokens(principal.userId);
        }
        const { token } = principal;
        if (token !== undefined) {
          await revocations.revoke(token.tokenId, token.expiresMs);
          if (token.sessionId !== undefined) await sessions.revoke(token.sessionId);
        }
        return reply(200, { status: 'success' });
      },
    }),
    csrfToken(parts),
    whoami('/api/v1/auth/whoami'),
    whoami('/api/v1/auth/me'),
    endpoint<{ readonly current_password: string; readonly new_password: string }>({
      method: 'post', path: '/api/v1/auth/password', summary: 'Change one’s own password', tag: 'authentication', permission: 'signed-in',
      body: {
        type: 'object',
        required: ['current_password', 'new_password'],
        additionalProperties: false,
        properties: { current_password: PASSWORD, new_password: PASSWORD },
      },
      answers: { 200: SUCCESS },
      async handle({ body, context, credentials }) {
        const { users, sessions } = gate.accounts;
        const principal = mustBeWhole(mustBeKnown(context.principal));
        const user = await gate.signIn({ username: principal.username, password: body.current_password }, credentials.address);
        await users.setPassword(user.id, body.new_password);
        await sessions.revokeAll(user.id);
        return reply(200, { status: 'success' });
      },
    }),
    endpoint<{ readonly token: string; readonly password: string }>({
      method: 'post', path: '/api/v1/auth/password/reset', summary: 'Set a password with a token that an administrator gave', tag: 'authentication',
      permission: 'credentials',
      body: {
        type: 'object',
        required: ['token', 'password'],
        additionalProperties: false,
        properties: { token: { type: 'string', maxLength: 200 }, password: PASSWORD },
      },
      answers: { 200: SUCCESS },
      async handle({ body }) {
        const { users, sessions, resets } = gate.accounts;
        const userId = await resets.redeem(body.token);
        await users.setPassword(userId, body.password);
        await sessions.revokeAll(userId);
        return reply(200, { status: 'success' });
      },
    }),
  ];
}

interface SessionAnswer {
  readonly token: string;
  readonly expires_at: string;
  readonly refresh_token: string;
  readonly refresh_expires_at: string;
}

function sessionAnswer(
  { tokens }: Accounts, user: User, session: { readonly token: string; readonly sessionId: string; readonly expiresMs: number },
): SessionAnswer {
  const issued = tokens.issue({ userId: user.id, username: user.username, email: user.email, sessionId: session.sessionId });
  return {
    token: issued.token,
    expires_at: new Date(issued.expiresMs).toISOString(),
    refresh_token: session.token,
    refresh_expires_at: new Date(session.expiresMs).toISOString(),
  };
}

/** A token in place of a valid one. What is narrower, or is no token, must not become one that outlives it. */
function renewed({ tokens }: Accounts, principal: Principal): { readonly token: string; readonly expires_at: string } {
  const { token, userId, username, email } = principal;
  if (token === undefined || token.scope !== undefined) {
    throw new ServerError('permission-denied', 'Only a token of a session can be refreshed; sign in for one.');
  }
  const { permissions, sessionId, claims } = token;
  const issued = tokens.issue({ userId, username, email, permissions, sessionId, claims });
  return { token: issued.token, expires_at: new Date(issued.expiresMs).toISOString() };
}

/** What browsers of the original ask for before they write. */
function csrfToken({ random }: RouteParts): Endpoint {
  return endpoint({
    method: 'get', path: '/api/v1/auth/csrf-token', tag: 'authentication', permission: 'public',
    summary: 'A random text for clients that insist on one; nothing checks it, because no cookie ever says who asks',
    answers: { 200: { type: 'object', required: ['csrf_token', 'expires_in'], properties: { csrf_token: { type: 'string' }, expires_in: { type: 'integer', description: 'In seconds.' } } } },
    handle() {
      const [token, session] = [random(32), random(16)].map((bytes) => Buffer.from(bytes).toString('base64url')) as [string, string];
      return { ...reply(200, { csrf_token: token, expires_in: 3600 }), headers: { 'X-CSRF-Token': token, 'X-Session-ID': session, 'Cache-Control': 'no-store' } };
    },
  });
}

/** Who asks. @throws {ServerError} authentication-required */
export function mustBeKnown(principal: Principal | undefined): Principal {
  if (principal !== undefined) return principal;
  throw new ServerError('authentication-required', 'Send Basic or Bearer credentials, or an API key.');
}

/** Credentials that are narrower than their user must not get others that are not. @throws {ServerError} permission-denied */
export function mustBeWhole(principal: Principal): Principal {
  if (principal.grants.length === 1) return principal;
  throw new ServerError('permission-denied', 'An API key or a token of limited reach cannot do this; sign in.');
}

function principalBody(gate: Gate, principal: Principal) {
  const [own] = principal.grants;
  const { userId, username, email, roles, method, token } = principal;
  const held = (permission: Permission): boolean => gate.permits(principal, permission);
  return {
    id: userId,
    username,
    email,
    roles,
    permissions: (own?.permissions ?? []).filter(held),
    repo_permissions: Object.fromEntries([...(own?.repositories ?? [])].map(([id, grant]) => [id, grant.allowed])),
    auth_method: method,
    ...(token?.scope === undefined ? {} : { scope: token.scope }),
  };
}
