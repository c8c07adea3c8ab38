import { type Permission, implies } from './permission.js';
import type { TokenClaims } from './tokens.js';

/** What somebody may do: everywhere, and in single repositories. */
export interface Grant {
  readonly permissions: readonly Permission[];
  /** By repository id. What is said for one repository wins over `permissions`. */
  readonly repositories: ReadonlyMap<string, RepositoryGrant>;
}

/** What holds in one repository in addition to, or against, what holds everywhere. */
export interface RepositoryGrant {
  readonly allowed: readonly Permission[];
  /** Wins over every permission except `system:admin`, which nobody can be locked out of. */
  readonly denied: readonly Permission[];
}

/** Who is asking, with the grants that must all permit what is asked: the user's own, and those of a key or token that is narrower. */
export interface Principal {
  readonly userId: string;
  readonly username: string;
  readonly email: string;
  /** Names of the user's roles, for rules about refs. */
  readonly roles: readonly string[];
  readonly method: 'password' | 'token' | 'api-key';
  readonly grants: readonly Grant[];
  /** Patterns of the only refs that may be changed; `undefined`: all. */
  readonly refs?: readonly string[] | undefined;
  /** The token that was sent, when it was one. */
  readonly token?: TokenClaims | undefined;
  /** The API key that was sent, when it was one. */
  readonly apiKeyId?: string | undefined;
}

/** Whether every grant of the principal permits this, in the repository when one is named. */
export function mayDo(principal: Principal, permission: Permission, repository?: string): boolean {
  return principal.grants.length > 0 && principal.grants.every((grant) => permits(grant, permission, repository));
}

/**
 * Whether one grant permits this.
 *
 * A denial reaches upward: who is denied `repo:read` may not write either, because writing includes reading; who is denied
 * `repo:write` still reads.
 */
export function permits(grant: Grant, permission: Permission, repository?: string): boolean {
  if (grant.permissions.includes('system:admin')) return true;
  const special = repository === undefined ? undefined : grant.repositories.get(repository);
  if (special?.denied.some((denied) => implies(permission, denied))) return false;
  return [...grant.permissions, ...(special?.allowed ?? [])].some((held) => implies(held, permission));
}
