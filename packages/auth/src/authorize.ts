import { mayDo, type Principal } from './grant.js';
import type { Permission } from './permission.js';
import { matchesPattern } from './ref-pattern.js';
import { findRefusal, type RefChange, type RefRule } from './ref-rules.js';

/** What is asked for. */
export interface Resource {
  /** The id of a repository; `undefined`: the system as a whole. */
  readonly repository?: string | undefined;
  /** What is to happen to a ref of it. */
  readonly change?: RefChange | undefined;
  /** The rules that hold. Default: none. */
  readonly rules?: readonly RefRule[] | undefined;
}

/** The answer, and the sentence that a log or a client can be told. */
export type AccessDecision =
  | { readonly isAllowed: true; readonly reason: string }
  | { readonly isAllowed: false; readonly cause: 'anonymous' | 'permission' | 'scope' | 'rule'; readonly reason: string };

/**
 * Whether somebody may do something, and why. Pure: the same arguments give the same answer.
 *
 * A change of a ref needs the permission, then the scope of the token, then the rules of the repository.
 *
 * @param principal `undefined`: nobody is signed in, which permits nothing
 * @example
 * const decision = authorize(principal, 'repo:write', { repository: 'app', change: { ref: 'refs/heads/main', action: 'force', paths: [] }, rules });
 * if (!decision.isAllowed) throw new Error(decision.reason);
 */
export function authorize(principal: Principal | undefined, action: Permission, resource: Resource = {}): AccessDecision {
  const { repository, change, rules = [] } = resource;
  if (principal === undefined) return { isAllowed: false, cause: 'anonymous', reason: 'nobody is signed in' };
  const place = repository === undefined ? '' : ` in ${JSON.stringify(repository)}`;
  if (!mayDo(principal, action, repository)) {
    return { isAllowed: false, cause: 'permission', reason: `${principal.username} has no permission ${action}${place}` };
  }
  const held = { isAllowed: true, reason: `${principal.username} has the permission ${action}${place}` } as const;
  if (change === undefined || repository === undefined) return held;
  if (principal.refs !== undefined && !principal.refs.some((pattern) => matchesPattern(pattern, change.ref))) {
    return { isAllowed: false, cause: 'scope', reason: `the token of ${principal.username} is not for ${change.ref}` };
  }
  if (mayDo(principal, 'system:admin')) return held;
  const refusal = findRefusal(rules, principal, { repository, change });
  return refusal === undefined ? held : { isAllowed: false, cause: 'rule', reason: refusal };
}
