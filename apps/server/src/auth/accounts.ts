import type { AsyncLocalStorage } from 'node:async_hooks';
import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';

import {
  createApiKeys, createAuthenticator, createPasswordResets, createRevocations, createRoles, createSessions, createTokens, createUsers, openLockout,
  type ApiKeyRecord, type ApiKeys, type Authenticator, type PasswordResetRecord, type PasswordResets, type RefRule, type RevocationRecord,
  type Lockout, type LockoutRecord, type Revocations, type Role, type Roles, type SessionRecord, type Sessions, type SigningKey, type Tokens, type User, type Users,
} from '@govc/auth';
import type { Person } from '@govc/core';

import type { AuthConfig } from '../config.js';
import { ServerError } from '../errors.js';
import { API_KEY_CODEC, plainCodec, USER_CODEC } from './record-codecs.js';
import { RefRuleBook } from './ref-rule-book.js';
import type { SystemRepository } from './system-repository.js';

/** Users and everything by which they are known. */
export interface Accounts {
  readonly users: Users;
  readonly roles: Roles;
  readonly tokens: Tokens;
  readonly sessions: Sessions;
  readonly revocations: Revocations;
  readonly apiKeys: ApiKeys;
  readonly resets: PasswordResets;
  readonly rules: RefRuleBook;
  readonly authenticate: Authenticator;
  readonly lockout: Lockout;
  /** Who acts while something is changed; stands as the author of the change. */
  readonly actors: AsyncLocalStorage<Person>;
  readonly system: SystemRepository;
}

/** What {@link openAccounts} needs. */
export interface AccountsOptions {
  readonly config: Extract<AuthConfig, { kind: 'users' }>;
  readonly system: SystemRepository;
  readonly actors: AsyncLocalStorage<Person>;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly random: (sizeBytes: number) => Uint8Array;
  readonly readFile: (path: string) => Uint8Array | undefined;
  /** Told when what is known of failed sign-ins could not be kept. */
  readonly onLockoutFailed: (error: unknown) => void;
}

const USED_STEP_MS = 60 * 60_000;

/** The accounts in a system repository, with the administrator among them. */
export async function openAccounts(options: AccountsOptions): Promise<{ readonly accounts: Accounts; readonly generatedPassword: string | undefined }> {
  const { config, system, actors, clock, random } = options;
  const surroundings = { clock, random };
  const roles = await createRoles({ store: system.table('roles', plainCodec<Role>()) });
  const users = createUsers({ ...surroundings, roles, store: system.table<User>('users', USER_CODEC) });
  const tokens = createTokens({
    ...surroundings,
    issuer: config.jwtIssuer,
    ttlSeconds: Math.max(1, Math.round(config.jwtTtlMs / 1000)),
    keys: signingKeys(config, options.readFile),
  });
  const sessions = createSessions({
    ...surroundings, idleSeconds: Math.max(1, Math.round(config.refreshTtlMs / 1000)), store: system.table('sessions', plainCodec<SessionRecord>()),
  });
  const revocations = createRevocations({ clock, store: system.table('revocations', plainCodec<RevocationRecord>()) });
  // Each note of a use is a commit.
  const apiKeys = createApiKeys({ ...surroundings, usedStepMs: USED_STEP_MS, store: system.table<ApiKeyRecord>('keys', API_KEY_CODEC) });
  const resets = createPasswordResets({ ...surroundings, store: system.table('resets', plainCodec<PasswordResetRecord>()) });
  const rules = await RefRuleBook.open(system.table('rules', plainCodec<RefRule>()));
  const lockout = await openLockout({ clock, store: system.table('lockouts', plainCodec<LockoutRecord>()), onStoreFailed: options.onLockoutFailed });
  await sessions.prune();
  await revocations.prune();
  await lockout.prune();
  const generatedPassword = await provideAdministrator(users, { config, random });
  const authenticate = createAuthenticator({ users, tokens, apiKeys, revocations, sessions });
  return {
    accounts: { users, roles, tokens, sessions, revocations, apiKeys, resets, rules, authenticate, lockout, actors, system },
    generatedPassword,
  };
}

/** The administrator exists and has the configured password; one that is not configured is made once, with the user. */
async function provideAdministrator(
  users: Users, { config, random }: Pick<AccountsOptions, 'config' | 'random'>,
): Promise<string | undefined> {
  const { adminName: name, adminPassword } = config;
  const existing = await users.findByName(name);
  if (existing === undefined) {
    const generated = adminPassword === undefined ? Buffer.from(random(18)).toString('base64url') : undefined;
    await users.create({ id: name, username: name, email: `${name}@localhost`, roles: ['admin'], password: adminPassword ?? generated! });
    return generated;
  }
  if (adminPassword !== undefined) {
    const isRight = await users.authenticate(name, adminPassword).then(() => true, (error: unknown) => {
      if ((error as { code?: unknown }).code === 'credentials-invalid') return false;
      throw error;
    });
    if (!isRight) await users.setPassword(existing.id, adminPassword);
  }
  return undefined;
}

/** The keys that the configuration names: the first signs. Their ids come from what they are, so that they are the same after a restart. */
export function signingKeys(config: AccountsOptions['config'], readFile: AccountsOptions['readFile']): SigningKey[] {
  const keys: SigningKey[] = [];
  if (config.jwtKeyFile !== undefined) keys.push(keyOfFile(config.jwtKeyFile, readFile));
  for (const secret of [config.jwtSecret, config.jwtPreviousSecret]) {
    if (secret !== undefined) keys.push({ id: idOf(secret), algorithm: 'HS256', secret: Buffer.from(secret, 'utf8') });
  }
  if (config.jwtPreviousKeyFile !== undefined) keys.push(keyOfFile(config.jwtPreviousKeyFile, readFile));
  return keys;
}

/** By the kind of the key. A curve that is not the right one is refused where the key is used. */
const ALGORITHMS: Readonly<Record<string, 'RS256' | 'ES256' | 'EdDSA'>> = { rsa: 'RS256', ec: 'ES256', ed25519: 'EdDSA' };

function keyOfFile(path: string, readFile: AccountsOptions['readFile']): SigningKey {
  const pem = readFile(path);
  if (pem === undefined) throw new ServerError('config-value-invalid', `The key file ${path} cannot be read.`, { path });
  try {
    const privateKey = createPrivateKey({ key: Buffer.from(pem), format: 'pem' });
    const publicKey = createPublicKey(privateKey);
    const algorithm = ALGORITHMS[privateKey.asymmetricKeyType ?? ''] ?? 'ES256';
    return { id: idOf(publicKey.export({ format: 'der', type: 'spki' })), algorithm, publicKey, privateKey };
  } catch (error) {
    throw new ServerError('config-value-invalid', `The key file ${path} holds no private key in PEM.`, { path }, { cause: error });
  }
}

function idOf(key: string | Uint8Array): string {
  return createHash('sha256').update('govc key id\0').update(key).digest('hex').slice(0, 16);
}
