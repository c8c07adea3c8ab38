import type { ApiKeyRecord, Grant, RepositoryGrant, User } from '@govc/auth';

import type { Codec } from './system-repository.js';

type Json<Value> = { readonly [Name in keyof Value]: Value[Name] };
type RepositoriesJson = Readonly<Record<string, RepositoryGrant>>;

const toJson = (repositories: Grant['repositories']): RepositoriesJson => Object.fromEntries(repositories);
const fromJson = (repositories: RepositoriesJson): Grant['repositories'] => new Map(Object.entries(repositories));

/** Records that are JSON as they are. */
export function plainCodec<Value>(): Codec<Value> {
  return { encode: (value) => value, decode: (json: Value) => json };
}

type UserJson = Omit<Json<User>, 'repositories'> & { readonly repositories: RepositoriesJson };

/** Users. */
export const USER_CODEC: Codec<User> = {
  encode: (user) => ({ ...user, repositories: toJson(user.repositories) }),
  decode: (json: UserJson) => ({ ...json, passwordHash: json.passwordHash, repositories: fromJson(json.repositories) }),
};

type KeyJson = Omit<Json<ApiKeyRecord>, 'grant'> & {
  readonly grant: { readonly permissions: Grant['permissions']; readonly repositories: RepositoriesJson };
};

/** API keys. */
export const API_KEY_CODEC: Codec<ApiKeyRecord> = {
  encode: (key) => ({ ...key, grant: { ...key.grant, repositories: toJson(key.grant.repositories) } }),
  decode: (json: KeyJson) => ({ ...json, grant: { ...json.grant, repositories: fromJson(json.grant.repositories) } }),
};
