export { API_KEY_PREFIX, type ApiKeyRecord, type ApiKeyRequest, type ApiKeys, createApiKeys, isApiKey } from './api-keys.js';
export { type Authenticator, createAuthenticator } from './authenticator.js';
export { type Credentials, parseCredentials } from './credentials.js';
export { AUTH_ERROR_CODES, AuthError, type AuthErrorCode } from './errors.js';
export { type Grant, type Principal, type RepositoryGrant, mayDo, permits } from './grant.js';
export { DEFAULT_PASSWORD_COST, PASSWORD_SIZE_MAX, type PasswordCost, hashPassword, isOutdatedHash, verifyPassword } from './password.js';
export { DEFAULT_ROLES, PERMISSIONS, type Permission, type Role, implies, parsePermission } from './permission.js';
export { type RecordStore, createMemoryStore } from './record-store.js';
export type { Surroundings } from './surroundings.js';
export {
  type IssuedToken,
  type SigningKey,
  TOKEN_LENGTH_MAX,
  type TokenClaims,
  type TokenSubject,
  type Tokens,
  type TokensOptions,
  createTokens,
} from './tokens.js';
export { type NewUser, type RepositoryRule, type User, type Users, type UsersOptions, createUsers } from './users.js';
