import { AuthError } from './errors.js';
import type { Grant, RepositoryGrant } from './grant.js';
import { type PasswordCost, hashPassword, isOutdatedHash, verifyPassword } from './password.js';
import { DEFAULT_ROLES, type Permission, type Role } from './permission.js';
import type { RecordStore } from './record-store.js';
import type { Surroundings } from './surroundings.js';

/** A user as stored. Times are milliseconds since 1970. */
export interface User {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  /** Names of roles. */
  readonly roles: readonly string[];
  readonly repositories: ReadonlyMap<string, RepositoryGrant>;
  readonly active: boolean;
  /** `undefined`: cannot sign in with a password. */
  readonly passwordHash: string | undefined;
  readonly createdMs: number;
  readonly updatedMs: number;
}

/** Users, their roles, and what they may do (role-based access control). */
export interface Users {
  /**
   * Adds an active user.
   *
   * @throws {AuthError} user-exists, role-unknown, password-invalid
   */
  create(user: NewUser): Promise<User>;
  find(id: string): Promise<User | undefined>;
  /** O(users). */
  findByName(username: string): Promise<User | undefined>;
  list(): Promise<readonly User[]>;
  delete(id: string): Promise<boolean>;
  /**
   * The user whom name and password belong to; an unknown name takes as long as a wrong password.
   *
   * @throws {AuthError} credentials-invalid
   */
  authenticate(username: string, password: string): Promise<User>;
  /** @throws {AuthError} user-unknown, password-invalid */
  setPassword(id: string, password: string): Promise<User>;
  /** An inactive user can neither sign in nor use tokens and keys made before. @throws {AuthError} user-unknown */
  setActive(id: string, active: boolean): Promise<User>;
  /** @throws {AuthError} user-unknown, role-unknown */
  addRole(id: string, role: string): Promise<User>;
  /** @throws {AuthError} user-unknown */
  removeRole(id: string, role: string): Promise<User>;
  /** Says for one repository that the user may, may not, or (`undefined`) does as elsewhere. @throws {AuthError} user-unknown */
  setRepositoryPermission(id: string, rule: RepositoryRule): Promise<User>;
  /** What the user may do, roles resolved. */
  grantOf(user: User): Grant;
  roles(): readonly Role[];
}

/** What a new user begins with. */
export interface NewUser {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly roles: readonly string[];
  readonly password?: string | undefined;
}

/** One permission of one user in one repository. */
export interface RepositoryRule {
  readonly repository: string;
  readonly permission: Permission;
  readonly decision: 'allow' | 'deny' | undefined;
}

/** What {@link createUsers} needs. */
export interface UsersOptions extends Surroundings {
  readonly store: RecordStore<User>;
  /** Default: admin, developer, reader and guest. */
  readonly roles?: readonly Role[] | undefined;
  /** Default: 32 MiB and about a tenth of a second. */
  readonly passwordCost?: PasswordCost | undefined;
}

/** Users kept in `store`. */
export function createUsers(options: UsersOptions): Users {
  const { store, clock, random, passwordCost: cost } = options;
  const roles = new Map((options.roles ?? DEFAULT_ROLES).map((role) => [role.name, role]));
  let decoy: Promise<string> | undefined;
  /** The last insertion under way: one at a time, so that a name found free is still free when the user is stored. */
  let inserting: Promise<unknown> = Promise.resolve();

  function assertRole(name: string): void {
    if (!roles.has(name)) throw new AuthError('role-unknown', `there is no role ${JSON.stringify(name)}`, { role: name });
  }

  async function change(id: string, edit: (user: User) => Partial<User>): Promise<User> {
    const user = await store.update(id, (current) => ({ ...current, ...edit(current), updatedMs: clock() }));
    if (user === undefined) throw new AuthError('user-unknown', `there is no user ${JSON.stringify(id)}`, { id });
    return user;
  }

  async function findByName(username: string): Promise<User | undefined> {
    return (await store.list()).find((user) => user.username === username);
  }

  async function insert(user: User): Promise<User> {
    const { id, username } = user;
    if ((await findByName(username)) === undefined && (await store.insert(id, user))) return user;
    throw new AuthError('user-exists', `a user with the id ${id} or the name ${username} exists already`, { id, username });
  }

  return {
    async create({ id, username, email, roles: names, password }) {
      for (const name of names) assertRole(name);
      const passwordHash = password === undefined ? undefined : await hashPassword(password, { random, cost });
      const nowMs = clock();
      const user: User = {
        id,
        username,
        email,
        roles: [...new Set(names)],
        repositories: new Map(),
        active: true,
        passwordHash,
        createdMs: nowMs,
        updatedMs: nowMs,
      };
      const insertion = inserting.then(() => insert(user));
      inserting = insertion.catch(() => undefined);
      return insertion;
    },
    find: (id) => store.find(id),
    findByName,
    list: () => store.list(),
    delete: (id) => store.delete(id),
    async authenticate(username, password) {
      const user = await findByName(username);
      decoy ??= hashPassword('nobody has this password', { random, cost });
      const hash = user?.passwordHash ?? (await decoy);
      const matches = await verifyPassword(password, hash);
      if (user?.passwordHash === undefined || !matches || !user.active) {
        throw new AuthError('credentials-invalid', 'user name and password do not belong together');
      }
      if (!isOutdatedHash(hash, cost)) return user;
      const renewed = await hashPassword(password, { random, cost });
      return change(user.id, () => ({ passwordHash: renewed }));
    },
    async setPassword(id, password) {
      const passwordHash = await hashPassword(password, { random, cost });
      return change(id, () => ({ passwordHash }));
    },
    setActive: (id, active) => change(id, () => ({ active })),
    async addRole(id, role) {
      assertRole(role);
      return change(id, (user) => ({ roles: [...new Set([...user.roles, role])] }));
    },
    removeRole: (id, role) => change(id, (user) => ({ roles: user.roles.filter((name) => name !== role) })),
    setRepositoryPermission: (id, rule) => change(id, (user) => ({ repositories: withRule(user.repositories, rule) })),
    grantOf: (user) => ({
      permissions: [...new Set(user.roles.flatMap((name) => roles.get(name)?.permissions ?? []))],
      repositories: user.repositories,
    }),
    roles: () => [...roles.values()],
  };
}

function withRule(repositories: User['repositories'], rule: RepositoryRule): User['repositories'] {
  const { repository, permission, decision } = rule;
  const { allowed, denied } = repositories.get(repository) ?? { allowed: [], denied: [] };
  const others = (list: readonly Permission[]): Permission[] => list.filter((item) => item !== permission);
  const next: RepositoryGrant = {
    allowed: decision === 'allow' ? [...others(allowed), permission] : others(allowed),
    denied: decision === 'deny' ? [...others(denied), permission] : others(denied),
  };
  const result = new Map(repositories);
  if (next.allowed.length + next.denied.length > 0) result.set(repository, next);
  else result.delete(repository);
  return result;
}
