import type { ApiKeys } from './api-keys.js';
import type { Credentials } from './credentials.js';
import { AuthError } from './errors.js';
import type { Grant, Principal } from './grant.js';
import type { Revocations } from './revocations.js';
import { scopeGrant } from './scope.js';
import type { Sessions } from './sessions.js';
import type { TokenClaims, Tokens } from './tokens.js';
import type { User, Users } from './users.js';

/**
 * Who is asking, from what the request brought; `undefined` when it brought nothing.
 *
 * Rights are those of the user record at this moment, so that deactivating a user or taking a role away works at once; a token or key can
 * only narrow them.
 *
 * @throws {AuthError} credentials-invalid, token-invalid, token-expired, token-not-active, api-key-invalid
 */
export type Authenticator = (credentials: Credentials) => Promise<Principal | undefined>;

/** What {@link createAuthenticator} asks. */
export interface AuthenticatorParts {
  readonly users: Users;
  readonly tokens: Tokens;
  readonly apiKeys: ApiKeys;
  /** Tokens that were ended; `undefined`: none ever are. */
  readonly revocations?: Revocations | undefined;
  /** Sessions with which their tokens end; `undefined`: tokens have none. */
  readonly sessions?: Sessions | undefined;
}

/** An authenticator over users, tokens and keys. */
export function createAuthenticator(parts: AuthenticatorParts): Authenticator {
  const { users, tokens, apiKeys, revocations, sessions } = parts;
  const principals = new WeakMap<TokenClaims, KnownPrincipal>();
  // Each request comes through here; a promise within a promise would cost it as much as the rest.
  return (credentials) => {
    switch (credentials.kind) {
      case 'none':
        return Promise.resolve(undefined);
      case 'password':
        return byPassword(credentials.username, credentials.password);
      case 'token':
        return byToken(credentials.token);
      case 'api-key':
        return byApiKey(credentials.key);
    }
  };

  async function byPassword(username: string, password: string): Promise<Principal> {
    return principalOf(users, await users.authenticate(username, password), { method: 'password' });
  }

  async function byApiKey(key: string): Promise<Principal> {
    const record = await apiKeys.verify(key);
    const user = await users.find(record.userId);
    if (user?.active !== true) throw new AuthError('api-key-invalid', 'the user of the API key is unknown or not active', { id: record.id });
    return { ...principalOf(users, user, { method: 'api-key', narrower: [record.grant] }), apiKeyId: record.id };
  }

  async function byToken(text: string): Promise<Principal> {
    const token = tokens.verify(text);
    const { permissions, scope, sessionId } = token;
    const user = await users.find(token.userId);
    if (user?.active !== true) throw new AuthError('token-invalid', 'the user of the token is unknown or not active');
    const isEnded = token.issuedMs < user.tokensFromMs
      || (await revocations?.has(token.tokenId)) === true
      || (sessionId !== undefined && (await sessions?.isOpen(sessionId)) === false);
    if (isEnded) throw new AuthError('token-invalid', 'the token was revoked; sign in again');
    const known = principals.get(token);
    if (known?.user === user && known.grant === users.grantOf(user)) return known.principal;
    const narrower: Grant[] = [];
    if (permissions !== undefined) narrower.push({ permissions, repositories: new Map() });
    if (scope !== undefined) narrower.push(scopeGrant(scope));
    const principal: Principal = { ...principalOf(users, user, { method: 'token', narrower }), token, refs: scope?.refs };
    principals.set(token, { user, grant: users.grantOf(user), principal });
    return principal;
  }
}

/** Whom a token speaks for, as long as user and rights are the same values. */
interface KnownPrincipal {
  readonly user: User;
  readonly grant: Grant;
  readonly principal: Principal;
}

/** The principal that a user is, with what narrows it. */
export function principalOf(
  users: Pick<Users, 'grantOf'>, user: User, { method, narrower = [] }: { readonly method: Principal['method']; readonly narrower?: readonly Grant[] },
): Principal {
  const { id: userId, username, email, roles } = user;
  return { userId, username, email, roles, method, grants: [users.grantOf(user), ...narrower] };
}
