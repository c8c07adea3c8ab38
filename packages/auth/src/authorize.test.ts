import { describe, expect, it } from '@jest/globals';

import { authorize } from './authorize.js';
import type { Principal } from './grant.js';
import type { Permission } from './permission.js';
import { checkRefRule, type RefAction, type RefRule } from './ref-rules.js';
import { scopeGrant } from './scope.js';

const principal = (userId: string, permissions: readonly Permission[], more: Partial<Principal> = {}): Principal => ({
  userId, username: userId, email: '', roles: ['developer'], method: 'password', grants: [{ permissions, repositories: new Map() }], ...more,
});
const dev = principal('dev', ['repo:write']);
const lead = principal('lead', ['repo:write'], { roles: ['lead'] });
const root = principal('root', ['system:admin']);

const rule = (change: Partial<RefRule>): RefRule => ({
  id: 'r', repository: '*', refs: ['refs/heads/main'], paths: [], actions: ['create', 'update', 'force', 'delete'], effect: 'allow', users: [], roles: [],
  description: '', ...change,
});
const push = (who: Principal, rules: readonly RefRule[], change: { ref?: string; action?: RefAction; paths?: readonly string[] } = {}) =>
  authorize(who, 'repo:write', { repository: 'app', rules, change: { ref: 'refs/heads/main', action: 'update', paths: [], ...change } });

describe('authorize', () => {
  it('says why', () => {
    expect(authorize(undefined, 'repo:read')).toEqual({ isAllowed: false, cause: 'anonymous', reason: 'nobody is signed in' });
    expect(authorize(dev, 'repo:delete', { repository: 'app' })).toEqual({
      isAllowed: false, cause: 'permission', reason: 'dev has no permission repo:delete in "app"',
    });
    expect(authorize(dev, 'repo:read')).toEqual({ isAllowed: true, reason: 'dev has the permission repo:read' });
  });

  it('lets writers change refs without rules', () => {
    expect(push(dev, []).isAllowed).toBe(true);
    expect(push(principal('r', ['repo:read']), []).isAllowed).toBe(false);
  });

  it('keeps refs that a rule allows to some from everybody else', () => {
    const rules = [rule({ roles: ['lead'], description: 'Leads only' })];
    expect(push(lead, rules).isAllowed).toBe(true);
    expect(push(dev, rules)).toMatchObject({ isAllowed: false, cause: 'rule', reason: expect.stringContaining('Leads only') });
    expect(push(dev, rules, { ref: 'refs/heads/other' }).isAllowed).toBe(true);
    expect(push(root, rules).isAllowed).toBe(true);
    expect(push(dev, [...rules, rule({ users: ['dev'] })]).isAllowed).toBe(true);
    expect(push(dev, [rule({ roles: ['lead'], repository: 'other' })]).isAllowed).toBe(true);
  });

  it('lets a denial win', () => {
    expect(push(lead, [rule({ roles: ['lead'] }), rule({ effect: 'deny', actions: ['force'] })]).isAllowed).toBe(true);
    expect(push(lead, [rule({ roles: ['lead'] }), rule({ effect: 'deny', actions: ['force'] })], { action: 'force' }).isAllowed).toBe(false);
  });

  it('takes a forced update for an update, too', () => {
    expect(push(dev, [rule({ roles: ['lead'], actions: ['update'] })], { action: 'force' }).isAllowed).toBe(false);
    expect(push(dev, [rule({ users: ['dev'], actions: ['update'] }), rule({ roles: ['lead'], actions: ['force'] })], { action: 'force' }).isAllowed)
      .toBe(false);
  });

  it('looks at each path', () => {
    const rules = [rule({ refs: ['**'], paths: ['infra/**'], roles: ['lead'] }), rule({ refs: ['**'], paths: ['infra/docs/*'], users: ['dev'] })];
    expect(push(dev, rules, { paths: ['src/a'] }).isAllowed).toBe(true);
    expect(push(dev, rules, { paths: ['src/a', 'infra/b'] })).toMatchObject({ isAllowed: false, reason: expect.stringContaining('infra/b') });
    expect(push(dev, rules, { paths: ['infra/docs/b'] }).isAllowed).toBe(true);
    expect(push(lead, rules, { paths: ['infra/b'] }).isAllowed).toBe(true);
    const unknown = { ref: 'refs/heads/main', action: 'update', paths: undefined } as const;
    expect(authorize(dev, 'repo:write', { repository: 'app', rules, change: unknown }).isAllowed).toBe(false);
  });

  it('keeps a token to its repository, its access and its refs, whoever has it', () => {
    const scope = { repository: 'app', access: 'write', refs: ['refs/heads/ci/*'] } as const;
    const token: Principal = { ...root, grants: [...root.grants, scopeGrant(scope)], refs: scope.refs };
    expect(push(token, [], { ref: 'refs/heads/ci/1' }).isAllowed).toBe(true);
    expect(push(token, [])).toMatchObject({ isAllowed: false, cause: 'scope' });
    expect(authorize(token, 'repo:read', { repository: 'other' }).isAllowed).toBe(false);
    expect(authorize(token, 'user:read').isAllowed).toBe(false);
    expect(authorize(token, 'repo:delete', { repository: 'app' }).isAllowed).toBe(false);
    expect(push(token, [rule({ refs: ['**'], roles: ['lead'] })], { ref: 'refs/heads/ci/1' }).isAllowed).toBe(false);
  });

  it.each([{ refs: [] }, { refs: ['main'] }, { actions: [] }, { refs: ['refs/heads/' + 'x'.repeat(600)] }, { users: Array.from({ length: 65 }, String) }])(
    'refuses the rule %j', (change) => {
      expect(() => checkRefRule(rule(change))).toThrow(expect.objectContaining({ code: 'ref-rule-invalid' }));
    });
});
