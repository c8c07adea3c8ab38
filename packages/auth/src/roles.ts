import { AuthError } from './errors.js';
import { DEFAULT_ROLES, type Role } from './permission.js';
import type { RecordStore } from './record-store.js';

/** Roles by name. */
export interface RoleBook {
  find(name: string): Role | undefined;
  list(): readonly Role[];
}

/** Roles that can be changed: those of the package, which cannot, and further ones. */
export interface Roles extends RoleBook {
  /** @throws {AuthError} role-exists */
  create(role: Role): Promise<Role>;
  /** @throws {AuthError} role-unknown, role-fixed */
  update(name: string, change: Partial<Omit<Role, 'name'>>): Promise<Role>;
  /** Who holds it keeps the name and nothing with it. @throws {AuthError} role-unknown, role-fixed */
  delete(name: string): Promise<void>;
}

/** Roles kept in `store`, read once at the beginning so that asking for one never waits. */
export async function createRoles({ store }: { readonly store: RecordStore<Role> }): Promise<Roles> {
  const fixed = new Map(DEFAULT_ROLES.map((role) => [role.name, role]));
  const custom = new Map((await store.list()).filter((role) => !fixed.has(role.name)).map((role) => [role.name, role]));

  function mustBeCustom(name: string): void {
    if (fixed.has(name)) throw new AuthError('role-fixed', `the role ${name} is built in; make one of your own`, { role: name });
    if (!custom.has(name)) throw new AuthError('role-unknown', `there is no role ${JSON.stringify(name)}`, { role: name });
  }

  return {
    find: (name) => fixed.get(name) ?? custom.get(name),
    list: () => [...fixed.values(), ...custom.values()],
    async create(role) {
      if (fixed.has(role.name) || !(await store.insert(role.name, role))) {
        throw new AuthError('role-exists', `a role ${JSON.stringify(role.name)} exists already`, { role: role.name });
      }
      custom.set(role.name, role);
      return role;
    },
    async update(name, change) {
      mustBeCustom(name);
      const role = await store.update(name, (current) => ({ ...current, ...change, name }));
      if (role === undefined) throw new AuthError('role-unknown', `there is no role ${JSON.stringify(name)}`, { role: name });
      custom.set(name, role);
      return role;
    },
    async delete(name) {
      mustBeCustom(name);
      await store.delete(name);
      custom.delete(name);
    },
  };
}

/** Roles that never change. */
export function fixedRoles(roles: readonly Role[] = DEFAULT_ROLES): RoleBook {
  const byName = new Map(roles.map((role) => [role.name, role]));
  return { find: (name) => byName.get(name), list: () => roles };
}
