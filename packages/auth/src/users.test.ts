import { randomBytes } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { type ApiKeyRecord, createApiKeys } from './api-keys.js';
import { createAuthenticator } from './authenticator.js';
import { mayDo, permits } from './grant.js';
import { hashPassword, isOutdatedHash, verifyPassword } from './password.js';
import { DEFAULT_ROLES, PERMISSIONS, implies, parsePermission } from './permission.js';
import { createMemoryStore } from './record-store.js';
import { createRevocations, type RevocationRecord } from './revocations.js';
import { createSessions, type SessionRecord } from './sessions.js';
import { createTokens } from './tokens.js';
import { type User, createUsers } from './users.js';

// Cheap on purpose: these tests are about behaviour, not about resisting guesses.
const COST = { ln: 4, r: 8, p: 1 };
const surroundings = { clock: () => 5_000, random: (size: number) => randomBytes(size) };

function setup(store = createMemoryStore<User>()) {
  const users = createUsers({ ...surroundings, store, passwordCost: COST });
  const create = (id: string, ...roles: string[]) => users.create({ id, username: `${id}-name`, email: `${id}@example.com`, roles, password: 'right' });
  return { users, store, create };
}

describe('passwords', () => {
  it('are hashed with a fresh salt and verified', async () => {
    const [first, second] = await Promise.all([0, 1].map(() => hashPassword('päss', { ...surroundings, cost: COST })));
    expect(first).toMatch(/^\$scrypt\$ln=4,r=8,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(first).not.toBe(second);
    await expect(verifyPassword('päss', first!)).resolves.toBe(true);
    await expect(verifyPassword('pa\u0308ss', first!)).resolves.toBe(true);
    await expect(verifyPassword('pass', first!)).resolves.toBe(false);
  });

  it('verify against a known answer', async () => {
    // RFC 7914, section 12, third vector, its first 32 bytes.
    const stored = `$scrypt$ln=14,r=8,p=1$${Buffer.from('SodiumChloride').toString('base64').replace(/=+$/, '')}$${Buffer.from(
      '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2',
      'hex',
    )
      .toString('base64')
      .replace(/=+$/, '')}`;
    await expect(verifyPassword('pleaseletmein', stored)).resolves.toBe(true);
  });

  it('have a bound on both sides', async () => {
    await expect(hashPassword('', { ...surroundings, cost: COST })).rejects.toMatchObject({ code: 'password-invalid' });
    await expect(hashPassword('x'.repeat(1025), { ...surroundings, cost: COST })).rejects.toMatchObject({ code: 'password-invalid', data: { sizeBytes: 1025 } });
    const hash = await hashPassword('x'.repeat(1024), { ...surroundings, cost: COST });
    await expect(verifyPassword('x'.repeat(1024), hash)).resolves.toBe(true);
    await expect(verifyPassword('x'.repeat(1025), hash)).resolves.toBe(false);
  });

  it.each(['', 'plain', '$scrypt$ln=30,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', '$scrypt$ln=4,r=8,p=99$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'])(
    'refuse a stored hash that is malformed or too costly',
    async (stored) => {
      await expect(verifyPassword('x', stored)).rejects.toMatchObject({ code: 'password-hash-invalid' });
    },
  );

  it('know a hash that was made with other parameters', async () => {
    expect(isOutdatedHash(await hashPassword('x', { ...surroundings, cost: COST }))).toBe(true);
  });
});

describe('permissions', () => {
  it('imply what they include', () => {
    expect(PERMISSIONS.every((permission) => implies('system:admin', permission))).toBe(true);
    expect(implies('repo:admin', 'repo:delete')).toBe(true);
    expect(implies('repo:write', 'repo:read')).toBe(true);
    expect(implies('repo:read', 'repo:write')).toBe(false);
    expect(implies('repo:delete', 'repo:read')).toBe(false);
    expect(implies('user:write', 'repo:read')).toBe(false);
  });

  it('are read from text', () => {
    expect(parsePermission('repo:read')).toBe('repo:read');
    expect(() => parsePermission('repo:fly')).toThrow(expect.objectContaining({ code: 'permission-unknown' }));
  });

  it('of a repository win over those that hold everywhere', () => {
    const grant = {
      permissions: ['repo:write' as const],
      repositories: new Map([
        ['secret', { allowed: [], denied: ['repo:read' as const] }],
        ['frozen', { allowed: [], denied: ['repo:write' as const] }],
        ['own', { allowed: ['repo:admin' as const], denied: [] }],
      ]),
    };
    expect(permits(grant, 'repo:write')).toBe(true);
    expect(permits(grant, 'repo:write', 'other')).toBe(true);
    expect(permits(grant, 'repo:read', 'secret')).toBe(false);
    expect(permits(grant, 'repo:write', 'secret')).toBe(false);
    expect(permits(grant, 'repo:write', 'frozen')).toBe(false);
    expect(permits(grant, 'repo:read', 'frozen')).toBe(true);
    expect(permits(grant, 'repo:delete', 'own')).toBe(true);
    expect(permits(grant, 'repo:delete')).toBe(false);
    expect(permits({ permissions: ['system:admin'], repositories: grant.repositories }, 'repo:read', 'secret')).toBe(true);
  });
});

describe('users', () => {
  it('sign in with their password', async () => {
    const { users, create } = setup();
    await create('dev1', 'developer');
    await expect(users.authenticate('dev1-name', 'right')).resolves.toMatchObject({ id: 'dev1' });
    await expect(users.authenticate('dev1-name', 'wrong')).rejects.toMatchObject({ code: 'credentials-invalid' });
    await expect(users.authenticate('nobody', 'right')).rejects.toMatchObject({ code: 'credentials-invalid' });
    await users.setPassword('dev1', 'new');
    await expect(users.authenticate('dev1-name', 'right')).rejects.toMatchObject({ code: 'credentials-invalid' });
    await users.setActive('dev1', false);
    await expect(users.authenticate('dev1-name', 'new')).rejects.toMatchObject({ code: 'credentials-invalid' });
  });

  it('without a password cannot sign in, not even with that of the decoy', async () => {
    const { users } = setup();
    await users.create({ id: 'a', username: 'a', email: '', roles: [] });
    await expect(users.authenticate('a', 'nobody has this password')).rejects.toMatchObject({ code: 'credentials-invalid' });
  });

  it('get a new hash at sign-in when the cost was raised', async () => {
    const { store, create } = setup();
    await create('dev1');
    const dearer = createUsers({ ...surroundings, store, passwordCost: { ln: 5, r: 8, p: 1 } });
    expect((await dearer.authenticate('dev1-name', 'right')).passwordHash).toContain('ln=5');
  });

  it('are unique by id and by name', async () => {
    const { users, create } = setup();
    await create('dev1');
    await expect(create('dev1')).rejects.toMatchObject({ code: 'user-exists' });
    await expect(users.create({ id: 'x', username: 'dev1-name', email: '', roles: [] })).rejects.toMatchObject({ code: 'user-exists' });
  });

  it('are unique by how their names look', async () => {
    const { users, create } = setup();
    await create('dev1');
    const other = await create('dev2');
    await expect(users.create({ id: 'x', username: 'DEV1-name', email: '', roles: [] })).rejects.toMatchObject({ code: 'user-exists' });
    await expect(users.update(other.id, { username: 'Dev1-Name' })).rejects.toMatchObject({ code: 'user-exists' });
    await expect(users.update(other.id, { username: 'renamed', email: 'r@example.com' })).resolves.toMatchObject({ username: 'renamed', email: 'r@example.com' });
    await expect(users.update('nobody', { email: 'x' })).rejects.toMatchObject({ code: 'user-unknown' });
  });

  it('are unique by name also when two are made at the same time', async () => {
    const { users } = setup();
    const results = await Promise.allSettled(['a', 'b'].map((id) => users.create({ id, username: 'same', email: '', roles: [] })));
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected']);
    await expect(users.list()).resolves.toHaveLength(1);
  });

  it('hold the permissions of their roles and repositories', async () => {
    const { users, create } = setup();
    await create('dev1', 'reader');
    let user = await users.addRole('dev1', 'developer');
    expect(users.grantOf(user).permissions).toEqual(['repo:read', 'repo:write', 'webhook:read', 'webhook:write']);
    await users.removeRole('dev1', 'developer');
    user = await users.setRepositoryPermission('dev1', { repository: 'critical', permission: 'repo:write', decision: 'allow' });
    expect(permits(users.grantOf(user), 'repo:write', 'critical')).toBe(true);
    user = await users.setRepositoryPermission('dev1', { repository: 'critical', permission: 'repo:write', decision: 'deny' });
    expect(permits(users.grantOf(user), 'repo:write', 'critical')).toBe(false);
    user = await users.setRepositoryPermission('dev1', { repository: 'critical', permission: 'repo:write', decision: undefined });
    expect(user.repositories.size).toBe(0);
  });

  it('refuse roles and ids that do not exist', async () => {
    const { users, create } = setup();
    await expect(create('a', 'king')).rejects.toMatchObject({ code: 'role-unknown', data: { role: 'king' } });
    await expect(users.addRole('a', 'reader')).rejects.toMatchObject({ code: 'user-unknown', data: { id: 'a' } });
    await expect(users.delete('a')).resolves.toBe(false);
    expect(users.roles()).toEqual(DEFAULT_ROLES);
  });

  it('keep both of two changes made at the same time', async () => {
    const { users, create } = setup();
    await create('a');
    await Promise.all([users.addRole('a', 'reader'), users.addRole('a', 'guest')]);
    expect((await users.find('a'))?.roles).toEqual(['reader', 'guest']);
  });
});

describe('createAuthenticator', () => {
  async function setupAll() {
    const { users, create, store } = setup();
    const tokens = createTokens({ ...surroundings, issuer: 'govc', keys: [{ id: 'k', algorithm: 'HS256', secret: randomBytes(32) }] });
    const apiKeys = createApiKeys({ ...surroundings, store: createMemoryStore<ApiKeyRecord>() });
    const user = await create('dev1', 'developer');
    return { users, store, tokens, apiKeys, user, authenticate: createAuthenticator({ users, tokens, apiKeys }) };
  }

  it('knows nobody when nothing was brought', async () => {
    const { authenticate } = await setupAll();
    await expect(authenticate({ kind: 'none' })).resolves.toBeUndefined();
  });

  it('gives the user of a password all of the user’s rights', async () => {
    const { authenticate } = await setupAll();
    const principal = await authenticate({ kind: 'password', username: 'dev1-name', password: 'right' });
    expect(principal).toMatchObject({ userId: 'dev1', method: 'password' });
    expect(mayDo(principal!, 'repo:write', 'x')).toBe(true);
  });

  it('narrows rights to those of the token or key, and never widens them', async () => {
    const { authenticate, tokens, apiKeys, user } = await setupAll();
    const { token } = tokens.issue({ userId: user.id, username: user.username, email: user.email, permissions: ['repo:read'] });
    const byToken = await authenticate({ kind: 'token', token });
    expect([mayDo(byToken!, 'repo:read'), mayDo(byToken!, 'repo:write')]).toEqual([true, false]);
    const { key } = await apiKeys.create({ name: 'k', userId: 'dev1', grant: { permissions: ['system:admin'], repositories: new Map() } });
    const byKey = await authenticate({ kind: 'api-key', key });
    expect([mayDo(byKey!, 'repo:write'), mayDo(byKey!, 'system:admin')]).toEqual([true, false]);
  });

  it('takes rights away at once when the user is deactivated', async () => {
    const { authenticate, tokens, apiKeys, user, users } = await setupAll();
    const { token } = tokens.issue({ userId: user.id, username: user.username, email: user.email });
    const { key } = await apiKeys.create({ name: 'k', userId: 'dev1', grant: { permissions: ['repo:read'], repositories: new Map() } });
    await expect(authenticate({ kind: 'token', token })).resolves.toMatchObject({ method: 'token' });
    await users.setActive('dev1', false);
    await expect(authenticate({ kind: 'token', token })).rejects.toMatchObject({ code: 'token-invalid' });
    await expect(authenticate({ kind: 'api-key', key })).rejects.toMatchObject({ code: 'api-key-invalid' });
  });

  it('ends tokens with their session, by revocation, by a change of password, and when their key retires', async () => {
    const { users, user, store } = await setupAll();
    let nowMs = 5000;
    const clock = (): number => nowMs;
    const { random } = surroundings;
    const key = { id: 'k', algorithm: 'HS256', secret: randomBytes(32) } as const;
    const tokens = createTokens({ clock, random, issuer: 'govc', keys: [key] });
    const sessions = createSessions({ clock, random, store: createMemoryStore<SessionRecord>() });
    const revocations = createRevocations({ clock, store: createMemoryStore<RevocationRecord>() });
    const apiKeys = createApiKeys({ ...surroundings, store: createMemoryStore<ApiKeyRecord>() });
    const authenticate = createAuthenticator({ users, tokens, apiKeys, sessions, revocations });
    const subject = { userId: user.id, username: user.username, email: user.email };
    const isGood = (token: string, by = authenticate): Promise<boolean> =>
      by({ kind: 'token', token }).then(() => true, (error: unknown) => {
        expect(error).toMatchObject({ code: 'token-invalid' });
        return false;
      });

    const { sessionId } = await sessions.begin(user.id);
    const ofSession = tokens.issue({ ...subject, sessionId });
    const plain = tokens.issue({ ...subject, claims: { team: 'core' } });
    const other = tokens.issue(subject);
    expect(tokens.verify(plain.token)).toMatchObject({ tokenId: plain.tokenId, issuedMs: 5000, claims: { team: 'core' } });
    expect([await isGood(ofSession.token), await isGood(plain.token), await isGood(other.token)]).toEqual([true, true, true]);
    await sessions.revoke(sessionId);
    await revocations.revoke(plain.tokenId, plain.expiresMs);
    expect([await isGood(ofSession.token), await isGood(plain.token), await isGood(other.token)]).toEqual([false, false, true]);

    const rotated = createTokens({ clock, random, issuer: 'govc', keys: [{ ...key, id: 'new', secret: randomBytes(32) }, { ...key, untilMs: 6000 }] });
    const byRotated = createAuthenticator({ users, tokens: rotated, apiKeys });
    expect(await isGood(other.token, byRotated)).toBe(true);
    nowMs = 6000;
    expect(await isGood(other.token, byRotated)).toBe(false);

    expect(await isGood(other.token)).toBe(true);
    const later = createUsers({ clock, random, store, passwordCost: COST });
    await later.revokeTokens(user.id);
    expect(await isGood(other.token)).toBe(false);
    expect(await isGood(tokens.issue(subject).token)).toBe(true);
  });

  it('binds a scoped token to its repository and refuses a scope that cannot be read', async () => {
    const { authenticate, tokens, user } = await setupAll();
    const subject = { userId: user.id, username: user.username, email: user.email };
    const { token } = tokens.issue({ ...subject, scope: { repository: 'app', access: 'read' } });
    const principal = (await authenticate({ kind: 'token', token }))!;
    expect([mayDo(principal, 'repo:read', 'app'), mayDo(principal, 'repo:write', 'app'), mayDo(principal, 'repo:read', 'b')]).toEqual([true, false, false]);
    const broken = tokens.issue({ ...subject, scope: { repository: 'app', access: 'all' } as never });
    await expect(authenticate({ kind: 'token', token: broken.token })).rejects.toMatchObject({ code: 'token-invalid' });
  });
});
