import { createHmac } from 'node:crypto';

import {
  createApiKeys, createAuthenticator, createMemoryStore, createTokens, createUsers, mayDo, parseCredentials,
  type Authenticator, type Credentials, type Permission, type Principal, type Tokens, type Users,
} from '@govc/auth';

import type { AuthConfig } from '../config.js';
import { ServerError } from '../errors.js';

/** Headers that may say who asks. */
export interface CredentialHeaders {
  readonly authorization?: string | undefined;
  readonly apiKey?: string | undefined;
}

/** Decides who asks and what they may do. Every route goes through it. */
export interface Gate {
  /** Whether everyone may do everything (development mode). */
  readonly isOpen: boolean;
  /** Who signs in with name and password, and their tokens; `undefined` in development mode. */
  readonly accounts: Accounts | undefined;
  /** Who asks; `undefined` when nobody says. @throws {AuthError} when what they say is wrong */
  identify(headers: CredentialHeaders): Promise<Principal | undefined>;
  /** Whether the permission is given; for a repository when its id is given, else everywhere. */
  permits(principal: Principal | undefined, permission: Permission, repository?: string): boolean;
}

/** What signing in needs. */
export interface Accounts {
  readonly users: Users;
  readonly tokens: Tokens;
}

/**
 * Lets pass or throws.
 *
 * @throws {ServerError} authentication-required: nobody is signed in; permission-denied: somebody is
 */
export function authorize(gate: Gate, principal: Principal | undefined, need: { readonly permission: Permission; readonly repository?: string | undefined }): void {
  const { permission, repository } = need;
  if (gate.permits(principal, permission, repository)) return;
  if (principal === undefined) {
    throw new ServerError('authentication-required', 'Sign in to do this: send Basic or Bearer credentials, or an API key.', { permission });
  }
  const place = repository === undefined ? '' : ` in "${repository}"`;
  throw new ServerError('permission-denied', `${principal.username} has no permission ${permission}${place}.`, { permission, repository });
}

/**
 * The gate of development mode: everyone may do everything. A name that a client sends along is believed, so that it can
 * stand in reflogs.
 */
export function createOpenGate(): Gate {
  return {
    isOpen: true,
    accounts: undefined,
    async identify(headers) {
      const credentials = parseCredentials(headers);
      if (credentials.kind !== 'password' || !/^[^\p{Cc}<>]{1,100}$/u.test(credentials.username)) return undefined;
      const { username } = credentials;
      return {
        userId: username,
        username,
        email: `${username}@localhost`,
        method: 'password',
        grants: [{ permissions: ['system:admin'], repositories: new Map() }],
      };
    },
    permits: () => true,
  };
}

/** What {@link createUserGate} needs. */
export interface UserGateOptions {
  readonly config: Extract<AuthConfig, { kind: 'users' }>;
  readonly adminPassword: string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly random: (sizeBytes: number) => Uint8Array;
}

/** A gate with users, of whom the administrator is the first. */
export async function createUserGate(options: UserGateOptions): Promise<Gate> {
  const { config, adminPassword, clock, random } = options;
  const users = createUsers({ clock, random, store: createMemoryStore() });
  const apiKeys = createApiKeys({ clock, random, store: createMemoryStore() });
  const tokens = createTokens({
    clock,
    random,
    issuer: config.jwtIssuer,
    ttlSeconds: Math.max(1, Math.round(config.jwtTtlMs / 1000)),
    keys: [{ id: 'main', algorithm: 'HS256', secret: Buffer.from(config.jwtSecret, 'utf8') }],
  });
  const { adminName } = config;
  await users.create({ id: adminName, username: adminName, email: `${adminName}@localhost`, roles: ['admin'], password: adminPassword });
  const authenticate = rememberPasswords(createAuthenticator({ users, tokens, apiKeys }), { users, clock, random });
  return {
    isOpen: false,
    accounts: { users, tokens },
    identify: (headers) => authenticate(parseCredentials(headers)),
    permits: (principal, permission, repository) => principal !== undefined && mayDo(principal, permission, repository),
  };
}

const REMEMBERED_MS = 60_000;
const REMEMBERED_MAX = 1000;

/**
 * A password costs a tenth of a second to verify, and a Git client sends it with each of its requests; so that it was right is
 * remembered for a minute, under a keyed hash. Rights are read anew each time, and a changed password counts at once.
 */
function rememberPasswords(
  authenticate: Authenticator,
  parts: { readonly users: Users; readonly clock: () => number; readonly random: (sizeBytes: number) => Uint8Array },
): Authenticator {
  const { users, clock, random } = parts;
  const secret = random(32);
  const remembered = new Map<string, { readonly userId: string; readonly passwordHash: string; readonly untilMs: number }>();
  const keyOf = (credentials: Extract<Credentials, { kind: 'password' }>): string =>
    createHmac('sha256', secret).update(JSON.stringify([credentials.username, credentials.password])).digest('base64');

  return async (credentials) => {
    if (credentials.kind !== 'password') return authenticate(credentials);
    const key = keyOf(credentials);
    const known = remembered.get(key);
    if (known !== undefined && known.untilMs > clock()) {
      const user = await users.find(known.userId);
      if (user?.active === true && user.passwordHash === known.passwordHash) {
        const { id: userId, username, email } = user;
        return { userId, username, email, method: 'password', grants: [users.grantOf(user)] };
      }
    }
    const principal = await authenticate(credentials);
    const user = principal === undefined ? undefined : await users.find(principal.userId);
    if (user?.passwordHash !== undefined) {
      remembered.delete(key);
      if (remembered.size >= REMEMBERED_MAX) remembered.delete(remembered.keys().next().value!);
      remembered.set(key, { userId: user.id, passwordHash: user.passwordHash, untilMs: clock() + REMEMBERED_MS });
    }
    return principal;
  };
}
