import { PERMISSIONS, permits, type Principal, type RefRule, type User } from '@govc/auth';

import { ServerError } from '../errors.js';
import type { Accounts } from './accounts.js';
import type { Gate } from './gate.js';

/** A user, or what one is about to become. */
export type Ranked = Pick<User, 'id' | 'roles' | 'repositories'>;

/**
 * Who manages users must be able to do all that they can: everywhere, in single repositories, and by rules about refs. Otherwise setting
 * a password or giving a role would be a way to more.
 *
 * @throws {ServerError} permission-denied
 */
export function mustBeAbove({ gate, accounts }: { readonly gate: Gate; readonly accounts: Accounts }, principal: Principal, user: Ranked): void {
  if (gate.permits(principal, 'system:admin')) return;
  const grant = accounts.users.grantOf(user);
  const refuse = (what: string): never => {
    throw new ServerError('permission-denied', `${principal.username} cannot manage a user with more rights: ${what}.`, { id: user.id });
  };
  for (const permission of grant.permissions) if (!gate.permits(principal, permission)) refuse(permission);
  const special = new Set([...grant.repositories.keys(), ...principal.grants.flatMap(({ repositories }) => [...repositories.keys()])]);
  for (const repository of special) {
    const more = PERMISSIONS.find((permission) => permits(grant, permission, repository) && !gate.permits(principal, permission, repository));
    if (more !== undefined) refuse(`${more} in ${JSON.stringify(repository)}`);
  }
  for (const rule of accounts.rules.rules) {
    const [theirs, ours] = [isNamed(rule, { userId: user.id, roles: user.roles }), isNamed(rule, principal)];
    if (rule.effect === 'allow' ? theirs && !ours : ours && !theirs) refuse(`the rule ${rule.id}`);
  }
}

function isNamed({ users, roles }: RefRule, who: Pick<Principal, 'userId' | 'roles'>): boolean {
  return users.length + roles.length === 0 || users.includes(who.userId) || roles.some((role) => who.roles.includes(role));
}
