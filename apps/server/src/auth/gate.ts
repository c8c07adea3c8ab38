import { createHmac } from 'node:crypto';

import {
  authorize as decide, parseCredentials, principalOf,
  type AccessDecision, type Credentials, type Permission, type Principal, type RefChange, type User,
} from '@govc/auth';

import { ServerError } from '../errors.js';
import type { Accounts } from './accounts.js';

/** What may say who asks. */
export interface CredentialHeaders {
  readonly authorization?: string | undefined;
  readonly apiKey?: string | undefined;
  /** Where the request comes from, for the lockout. */
  readonly address?: string | undefined;
}

/** What something is asked for. */
export interface Need {
  readonly permission: Permission;
  readonly repository?: string | undefined;
  /** What is to happen to a ref of the repository. */
  readonly change?: RefChange | undefined;
}

/** Decides who asks and what they may do. Every route goes through it. */
export interface Gate {
  /** Whether who does not sign in may do everything (development mode). */
  readonly isOpen: boolean;
  /** Users and their credentials. */
  readonly accounts: Accounts;
  /** Who asks; `undefined` when nobody says. @throws {AuthError} when what they say is wrong */
  identify(headers: CredentialHeaders): Promise<Principal | undefined>;
  /** The user with this name and password. @throws {AuthError} credentials-invalid, login-locked */
  signIn(credentials: PasswordCredentials, address: string | undefined): Promise<User>;
  /** Whether that may be done, and why. */
  decide(principal: Principal | undefined, need: Need): AccessDecision;
  /** Whether the permission is given; for a repository when its id is given, else everywhere. */
  permits(principal: Principal | undefined, permission: Permission, repository?: string): boolean;
  /** Whether decisions about changes of this repository depend on paths. */
  asksForPaths(repository: string): boolean;
}

type PasswordCredentials = Pick<Extract<Credentials, { kind: 'password' }>, 'username' | 'password'>;

/**
 * Lets pass or throws.
 *
 * @throws {ServerError} authentication-required: nobody is signed in; permission-denied: somebody is
 */
export function authorize(gate: Gate, principal: Principal | undefined, need: Need): void {
  const decision = gate.decide(principal, need);
  if (decision.isAllowed) return;
  const { permission, repository } = need;
  if (decision.cause === 'anonymous') {
    throw new ServerError('authentication-required', 'Sign in to do this: send Basic or Bearer credentials, or an API key.', { permission });
  }
  throw new ServerError('permission-denied', `${decision.reason}.`, { permission, repository });
}

const OPEN = { isAllowed: true, reason: 'development mode' } as const;

/**
 * The gate of development mode: nobody needs to sign in, and who does not may do everything. A name that a client sends along is
 * believed, so that it can stand in reflogs. Who signs in nevertheless, or makes a key, is held to it, so that programs can be tried
 * with what they may do later.
 *
 * @param users those who can sign in
 */
export function createOpenGate(users: Gate): Gate {
  const isHeld = (principal: Principal | undefined): boolean => principal !== undefined && principal.method !== 'password';
  const decideFor: Gate['decide'] = (principal, need) => (isHeld(principal) ? users.decide(principal, need) : OPEN);
  return {
    ...users,
    isOpen: true,
    async identify(headers) {
      const credentials = parseCredentials(headers);
      if (credentials.kind !== 'password') return users.identify(headers);
      if (!/^[^\p{Cc}<>]{1,100}$/u.test(credentials.username)) return undefined;
      const { username } = credentials;
      return {
        userId: username,
        username,
        email: `${username}@localhost`,
        roles: ['admin'],
        method: 'password',
        grants: [{ permissions: ['system:admin'], repositories: new Map() }],
      };
    },
    decide: decideFor,
    permits: (principal, permission, repository) => decideFor(principal, { permission, repository }).isAllowed,
  };
}

/** What {@link createUserGate} needs. */
export interface UserGateOptions {
  readonly accounts: Accounts;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly random: (sizeBytes: number) => Uint8Array;
}

/** A gate with users. */
export function createUserGate(options: UserGateOptions): Gate {
  const { accounts } = options;
  const signIn = rememberPasswords(options);
  const decideFor: Gate['decide'] = (principal, { permission, repository, change }) =>
    decide(principal, permission, { repository, change, rules: accounts.rules.rules });
  return {
    isOpen: false,
    accounts,
    async identify(headers) {
      const credentials = parseCredentials(headers);
      if (credentials.kind !== 'password') return accounts.authenticate(credentials);
      return principalOf(accounts.users, await signIn(credentials, headers.address), { method: 'password' });
    },
    signIn,
    decide: decideFor,
    permits: (principal, permission, repository) => decideFor(principal, { permission, repository }).isAllowed,
    asksForPaths: (repository) => accounts.rules.asksForPaths(repository),
  };
}

const REMEMBERED_MS = 60_000;
const REMEMBERED_MAX = 1000;

/**
 * A password costs a tenth of a second to verify, and a Git client sends it with each of its requests; so that it was right is
 * remembered for a minute, under a keyed hash, and requests that bring the same at the same time wait for one answer. Rights are read
 * anew each time, and a changed password counts at once. What is not remembered is an attempt that the lockout counts.
 */
function rememberPasswords({ accounts, clock, random }: UserGateOptions): Gate['signIn'] {
  const { users, lockout } = accounts;
  const secret = random(32);
  const remembered = new Map<string, { readonly userId: string; readonly passwordHash: string; readonly untilMs: number }>();
  const underWay = new Map<string, Promise<User>>();

  async function recall(key: string): Promise<User | undefined> {
    const known = remembered.get(key);
    if (known === undefined || known.untilMs <= clock()) return undefined;
    const user = await users.find(known.userId);
    return user?.active === true && user.passwordHash === known.passwordHash ? user : undefined;
  }

  async function attempt(key: string, { username, password }: PasswordCredentials, address: string | undefined): Promise<User> {
    lockout.begin(username, address);
    const user = await users.authenticate(username, password);
    lockout.succeed(username, address);
    remembered.delete(key);
    if (remembered.size >= REMEMBERED_MAX) remembered.delete(remembered.keys().next().value!);
    if (user.passwordHash !== undefined) {
      remembered.set(key, { userId: user.id, passwordHash: user.passwordHash, untilMs: clock() + REMEMBERED_MS });
    }
    return user;
  }

  return async (credentials, address) => {
    const name = JSON.stringify([credentials.username, credentials.password]);
    const key = createHmac('sha256', secret).update(name).digest('base64');
    const known = await recall(key);
    if (known !== undefined) {
      // By its own name, so that one renamed since is not found under the old one.
      if ((await users.findByName(credentials.username))?.id === known.id) return known;
    }
    const running = underWay.get(key);
    if (running !== undefined) return running;
    const work = attempt(key, credentials, address).finally(() => underWay.delete(key));
    underWay.set(key, work);
    return work;
  };
}
