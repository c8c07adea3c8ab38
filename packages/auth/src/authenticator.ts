import type { ApiKeys } from './api-keys.js';
import type { Credentials } from './credentials.js';
import { AuthError } from './errors.js';
import type { Grant, Principal } from './grant.js';
import type { Tokens } from './tokens.js';
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

/** An authenticator over users, tokens and keys. */
export function createAuthenticator(parts: { readonly users: Users; readonly tokens: Tokens; readonly apiKeys: ApiKeys }): Authenticator {
  const { users, tokens, apiKeys } = parts;
  return async (credentials) => {
    switch (credentials.kind) {
      case 'none':
        return undefined;
      case 'password':
        return principalOf(await users.authenticate(credentials.username, credentials.password), 'password');
      case 'token': {
        const claims = tokens.verify(credentials.token);
        const user = await users.find(claims.userId);
        if (user?.active !== true) throw new AuthError('token-invalid', 'the user of the token is unknown or not active');
        const { permissions } = claims;
        return principalOf(user, 'token', permissions && { permissions, repositories: new Map() });
      }
      case 'api-key': {
        const record = await apiKeys.verify(credentials.key);
        const user = await users.find(record.userId);
        if (user?.active !== true) throw new AuthError('api-key-invalid', 'the user of the API key is unknown or not active', { id: record.id });
        return principalOf(user, 'api-key', record.grant);
      }
    }
  };

  function principalOf(user: User, method: Principal['method'], narrower?: Grant): Principal {
    const own = users.grantOf(user);
    return { userId: user.id, username: user.username, email: user.email, method, grants: narrower === undefined ? [own] : [own, narrower] };
  }
}
