import { AuthError } from './errors.js';
import { matchesPattern, PATTERN_LENGTH_MAX } from './ref-pattern.js';

/**
 * Who may do what to which refs and paths, beyond the permission to write.
 *
 * 1. Without a rule, whoever may write a repository may change all of its refs.
 * 2. A rule that allows keeps everybody else from what it names: where one matches, whoever changes must be named by one that matches.
 * 3. A rule that denies wins over all that allow.
 * 4. Moving a ref to where it does not follow (`force`) is an update, too: rules for both must permit it.
 * 5. `system:admin` is above rules, as it is above denials.
 */

/** What happens to a ref. `force`: an update that is no fast-forward. */
export type RefAction = 'create' | 'update' | 'force' | 'delete';

/** All of them. */
export const REF_ACTIONS: readonly RefAction[] = ['create', 'update', 'force', 'delete'];

/** One rule. */
export interface RefRule {
  readonly id: string;
  /** An id; `*` is every repository. */
  readonly repository: string;
  /** Patterns of full ref names, such as `refs/heads/release/**`; one must match. */
  readonly refs: readonly string[];
  /** Patterns of paths. Empty: the rule is about the refs; else about changes of such paths on these refs. */
  readonly paths: readonly string[];
  readonly actions: readonly RefAction[];
  readonly effect: 'allow' | 'deny';
  /** Ids of users whom it names. With `roles` empty too: everybody. */
  readonly users: readonly string[];
  /** Names of roles whose holders it names. */
  readonly roles: readonly string[];
  readonly description: string;
}

/** One change of one ref. */
export interface RefChange {
  /** The full name. */
  readonly ref: string;
  readonly action: RefAction;
  /** The paths that it changes; `undefined` when they are not known, which counts as all. */
  readonly paths: readonly string[] | undefined;
}

/** Whom a rule may name. */
export interface RuleSubject {
  readonly userId: string;
  readonly roles: readonly string[];
}

const LIST_MAX = 64;

/** @throws {AuthError} ref-rule-invalid */
export function checkRefRule(rule: RefRule): RefRule {
  const { refs, paths, actions, users, roles } = rule;
  const problem =
    refs.length === 0 ? 'it names no refs'
    : actions.length === 0 ? 'it names no actions'
    : [refs, paths, users, roles].some((list) => list.length > LIST_MAX) ? `a list in it has more than ${LIST_MAX} members`
    : [...refs, ...paths].some((pattern) => pattern === '' || pattern.length > PATTERN_LENGTH_MAX) ? 'a pattern is empty or too long'
    : refs.some((pattern) => !/^(refs\/|\*|HEAD$)/.test(pattern)) ? 'a pattern of refs must begin with "refs/" or "*"'
    : undefined;
  if (problem === undefined) return rule;
  throw new AuthError('ref-rule-invalid', `the rule cannot be used: ${problem}`, { id: rule.id });
}

/** Why the rules of a repository refuse the change; `undefined`: they permit it. */
export function findRefusal(
  rules: readonly RefRule[], subject: RuleSubject, { repository, change }: { readonly repository: string; readonly change: RefChange },
): string | undefined {
  const near = rules.filter((rule) =>
    (rule.repository === '*' || rule.repository === repository) && rule.refs.some((pattern) => matchesPattern(pattern, change.ref)));
  if (near.length === 0) return undefined;
  for (const action of change.action === 'force' ? (['update', 'force'] as const) : [change.action]) {
    const relevant = near.filter((rule) => rule.actions.includes(action));
    const refusal = refusalOf(relevant.filter((rule) => rule.paths.length === 0), subject);
    if (refusal !== undefined) return `${refusal} on who may ${action} ${change.ref}`;
    const path = refusedPath(relevant.filter((rule) => rule.paths.length > 0), subject, change.paths);
    if (path !== undefined) return `${path.refusal} on who may change ${path.name} on ${change.ref}`;
  }
  return undefined;
}

function refusedPath(
  rules: readonly RefRule[], subject: RuleSubject, paths: RefChange['paths'],
): { readonly name: string; readonly refusal: string } | undefined {
  if (rules.length === 0) return undefined;
  if (paths === undefined) {
    for (const rule of rules) {
      const refusal = refusalOf([rule], subject);
      if (refusal !== undefined) return { name: rule.paths.join(', '), refusal };
    }
    return undefined;
  }
  for (const name of paths) {
    const refusal = refusalOf(rules.filter((rule) => rule.paths.some((pattern) => matchesPattern(pattern, name))), subject);
    if (refusal !== undefined) return { name, refusal };
  }
  return undefined;
}

function refusalOf(rules: readonly RefRule[], subject: RuleSubject): string | undefined {
  const denial = rules.find((rule) => rule.effect === 'deny' && names(rule, subject));
  if (denial !== undefined) return describe(denial);
  const allowing = rules.filter((rule) => rule.effect === 'allow');
  return allowing.length === 0 || allowing.some((rule) => names(rule, subject)) ? undefined : describe(allowing[0]!);
}

function names({ users, roles }: RefRule, subject: RuleSubject): boolean {
  if (users.length + roles.length === 0) return true;
  return users.includes(subject.userId) || roles.some((role) => subject.roles.includes(role));
}

function describe({ id, description }: RefRule): string {
  return `the rule ${description === '' ? id : JSON.stringify(description)} decides`;
}
