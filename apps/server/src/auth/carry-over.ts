import type { Permission, RepositoryRule } from '@govc/auth';

import type { Accounts } from './accounts.js';

/**
 * Makes what holds for a repository hold for its new name while `rename` runs and from then on: rules about refs and paths, and what single
 * users may and may not do there. At no moment is either name without them; where the rename fails, the new name has none.
 */
export async function carryOver(
  { rules, users }: Pick<Accounts, 'rules' | 'users'>, { from, to, makeId }: { readonly from: string; readonly to: string; readonly makeId: () => string }, rename: () => Promise<void>,
): Promise<void> {
  const old = rules.rules.filter(({ repository }) => repository === from);
  const added: string[] = [];
  const grants: { readonly userId: string; readonly rule: RepositoryRule }[] = [];
  const forget = async (ids: readonly string[], repository: string): Promise<void> => {
    for (const id of ids) await rules.delete(id);
    for (const { userId, rule } of grants) await users.setRepositoryPermission(userId, { ...rule, repository, decision: undefined });
  };
  try {
    for (const rule of old) added.push((await rules.add({ ...rule, id: makeId(), repository: to })).id);
    for (const { id: userId, repositories } of await users.list()) {
      const { allowed = [], denied = [] } = repositories.get(from) ?? {};
      const there = repositories.get(to);
      const isSaid = (permission: Permission): boolean => there !== undefined && (there.allowed.includes(permission) || there.denied.includes(permission));
      const found = [...allowed.map((permission) => ({ permission, decision: 'allow' as const })), ...denied.map((permission) => ({ permission, decision: 'deny' as const }))];
      // What somebody said of the new name before stays.
      for (const each of found.filter(({ permission }) => !isSaid(permission))) {
        const rule: RepositoryRule = { ...each, repository: to };
        await users.setRepositoryPermission(userId, rule);
        grants.push({ userId, rule });
      }
    }
    await rename();
  } catch (error) {
    await forget(added, to);
    throw error;
  }
  await forget(old.map(({ id }) => id), from);
}
