export { API_KEY_PREFIX, type ApiKeyRecord, type ApiKeyRequest, type ApiKeys, type ApiKeysOptions, createApiKeys, isApiKey } from './api-keys.js';
export { type Authenticator, type AuthenticatorParts, createAuthenticator, principalOf } from './authenticator.js';
export { type AccessDecision, type Resource, authorize } from './authorize.js';
export { type Credentials, parseCredentials } from './credentials.js';
export { AUTH_ERROR_CODES, AuthError, type AuthErrorCode } from './errors.js';
export { type Grant, type Principal, type RepositoryGrant, mayDo, permits } from './grant.js';
export { type Lockout, type LockoutOptions, type LockoutRecord, createLockout, openLockout } from './lockout.js';
export { type PasswordResetRecord, type PasswordResets, type PasswordResetsOptions, createPasswordResets } from './password-resets.js';
export { DEFAULT_PASSWORD_COST, PASSWORD_SIZE_MAX, type PasswordCost, hashPassword, isOutdatedHash, verifyPassword } from './password.js';
export { DEFAULT_ROLES, PERMISSIONS, type Permission, type Role, implies, parsePermission } from './permission.js';
export { type RecordStore, createMemoryStore } from './record-store.js';
export { PATTERN_LENGTH_MAX, matchesPattern } from './ref-pattern.js';
export { REF_ACTIONS, type RefAction, type RefChange, type RefRule, type RuleSubject, checkRefRule, findRefusal } from './ref-rules.js';
export { type RevocationRecord, type Revocations, createRevocations } from './revocations.js';
export { type RoleBook, type Roles, createRoles, fixedRoles } from './roles.js';
export { SCOPE_REFS_MAX, type TokenScope, parseTokenScope, scopeGrant } from './scope.js';
export {
  REFRESH_TOKEN_PREFIX,
  type RefreshToken,
  type SessionRecord,
  type Sessions,
  type SessionsOptions,
  createSessions,
} from './sessions.js';
export type { Surroundings } from './surroundings.js';
export {
  type IssuedToken,
  type KeyMaterial,
  type SigningKey,
  TOKEN_LENGTH_MAX,
  type TokenClaims,
  type TokenSubject,
  type Tokens,
  type TokensOptions,
  createTokens,
} from './tokens.js';
export { type NewUser, type RepositoryRule, type User, type Users, type UsersOptions, createUsers } from './users.js';
