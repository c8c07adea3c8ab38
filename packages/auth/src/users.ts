import { AuthError } from './errors.js';
import type { Grant, RepositoryGrant } from './grant.js';
import { type PasswordCost, hashPassword, isOutdatedHash, verifyPassword } from './password.js';
import type { Permission, Role } from './permission.js';
import type { RecordStore } from './record-store.js';
import { fixedRoles, type RoleBook } from './roles.js';
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
  /** Tokens that were issued before this moment are good no longer. */
  readonly tokensFromMs: number;
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
  /** Changes name or address. @throws {AuthError} user-unknown, user-exists */
  update(id: string, change: { readonly username?: string | undefined; readonly email?: string | undefined }): Promise<User>;
  /**
   * The user whom name and password belong to; an unknown name takes as long as a wrong password.
   *
   * @throws {AuthError} credentials-invalid
   */
  authenticate(username: string, password: string): Promise<User>;
  /** Ends the tokens that were issued before, too. @throws {AuthError} user-unknown, password-invalid */
  setPassword(id: string, password: string): Promise<User>;
  /** An inactive user can neither sign in nor use tokens and keys made before. @throws {AuthError} user-unknown */
  setActive(id: string, active: boolean): Promise<User>;
  /** Ends all tokens that were issued before. @throws {AuthError} user-unknown */
  revokeTokens(id: string): Promise<User>;
  /** @throws {AuthError} user-unknown, role-unknown */
  addRole(id: string, role: string): Promise<User>;
  /** @throws {AuthError} user-unknown */
  removeRole(id: string, role: string): Promise<User>;
  /** Says for one repository that the user may, may not, or (`undefined`) does as elsewhere. @throws {AuthError} user-unknown */
  setRepositoryPermission(id: string, rule: RepositoryRule): Promise<User>;
  /** What the user may do, roles resolved. */
  grantOf(user: Pick<User, 'roles' | 'repositories'>): Grant;
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
  readonly roles?: RoleBook | undefined;
  /** Default: 32 MiB and about a tenth of a second. */
  readonly passwordCost?: PasswordCost | undefined;
}

/** Users kept in `store`. */
export function createUsers(options: UsersOptions): Users {
  const { store, clock, random, passwordCost: cost, roles = fixedRoles() } = options;
  let decoy: Promise<string> | undefined;
  const grants = new WeakMap<object, { readonly roles: readonly (Role | undefined)[]; readonly grant: Grant }>();
  /** The last insertion under way: one at a time, so that a name found free is still free when the user is stored. */
  let inserting: Promise<unknown> = Promise.resolve();

  function assertRole(name: string): void {
    if (roles.find(name) === undefined) throw new AuthError('role-unknown', `there is no role ${JSON.stringify(name)}`, { role: name });
  }

  async function change(id: string, edit: (user: User) => Partial<User>): Promise<User> {
    const user = await store.update(id, (current) => ({ ...current, ...edit(current), updatedMs: clock() }));
    if (user === undefined) throw new AuthError('user-unknown', `there is no user ${JSON.stringify(id)}`, { id });
    return user;
  }

  async function findByName(username: string): Promise<User | undefined> {
    return (await store.list()).find((user) => isSameName(user.username, username));
  }

  /** Users and roles are values that never change, so what they come to is worked out once for each pair of them. */
  function grantOf(user: Pick<User, 'roles' | 'repositories'>): Grant {
    const known = grants.get(user);
    if (known !== undefined && user.roles.every((name, index) => roles.find(name) === known.roles[index])) return known.grant;
    const held = user.roles.map((name) => roles.find(name));
    const grant: Grant = { permissions: [...new Set(held.flatMap((role) => role?.permissions ?? []))], repositories: user.repositories };
    grants.set(user, { roles: held, grant });
    return grant;
  }

  /** One after the other. */
  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = inserting.then(work);
    inserting = result.catch(() => undefined);
    return result;
  }

  async function insert(user: User): Promise<User> {
    const { id, username } = user;
    if ((await findByName(username)) === undefined && (await store.insert(id, user))) return user;
    throw exists(id, username);
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
        // A deleted user of the same id may have had some.
        tokensFromMs: nowMs,
        createdMs: nowMs,
        updatedMs: nowMs,
      };
      return inTurn(() => insert(user));
    },
    update: (id, { username, email }) => inTurn(async () => {
      const other = username === undefined ? undefined : await findByName(username);
      if (other !== undefined && other.id !== id) throw exists(id, other.username);
      return change(id, (user) => ({ username: username ?? user.username, email: email ?? user.email }));
    }),
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
      return change(id, () => ({ passwordHash, tokensFromMs: clock() }));
    },
    setActive: (id, active) => change(id, () => ({ active })),
    revokeTokens: (id) => change(id, () => ({ tokensFromMs: clock() })),
    async addRole(id, role) {
      assertRole(role);
      return change(id, (user) => ({ roles: [...new Set([...user.roles, role])] }));
    },
    removeRole: (id, role) => change(id, (user) => ({ roles: user.roles.filter((name) => name !== role) })),
    setRepositoryPermission: (id, rule) => change(id, (user) => ({ repositories: withRule(user.repositories, rule) })),
    grantOf,
    roles: () => roles.list(),
  };
}

/** Names that look alike are one name, so that nobody poses as somebody else. */
function isSameName(one: string, other: string): boolean {
  return one.normalize('NFKC').toLowerCase() === other.normalize('NFKC').toLowerCase();
}

function exists(id: string, username: string): AuthError {
  return new AuthError('user-exists', `a user with the id ${id} or the name ${username} exists already`, { id, username });
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
