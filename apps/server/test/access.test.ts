import { createHmac, randomBytes } from 'node:crypto';
import { request as httpRequest, type IncomingMessage } from 'node:http';

import { createTokens } from '@govc/auth';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { signingKeys } from '../src/auth/accounts.js';
import { ask, removeFolders, startTestServer, type TestServer } from './harness.js';
import { LIVE_ROUTES } from './live-access.js';
import { REPOSITORY_ROUTES } from './repository-access.js';

const SECRET = 'a secret that is long enough for signing tokens';
const PASSWORD = 'correct horse';

let server: TestServer;
/** What each caller sends. */
const callers: Record<string, Record<string, string>> = { anonymous: {} };
const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

/** Who may pass, by what a route demands. */
const PASSES: Readonly<Record<string, readonly string[]>> = {
  public: ['anonymous', 'admin', 'developer', 'reader', 'guest', 'key'],
  'signed-in': ['admin', 'developer', 'reader', 'guest', 'key'],
  'repo:read': ['admin', 'developer', 'reader', 'key'],
  'repo:write': ['admin', 'developer'],
  'repo:delete': ['admin'],
  'repo:admin': ['admin'],
  'user:read': ['admin'],
  'user:write': ['admin'],
  'user:delete': ['admin'],
  'system:admin': ['admin'],
  'webhook:read': ['admin', 'developer'],
  'webhook:write': ['admin', 'developer'],
  'webhook:delete': ['admin'],
  'system:read': ['admin', 'guest'],
};

const BROKEN = ['expired', 'early', 'revoked', 'tampered', 'none', 'confused', 'foreign', 'inactive', 'unknown key', 'revoked key'];

/** What every route demands, said once more so that a change of a route is a change here. */
const ROUTES: Readonly<Record<string, string>> = {
  ...REPOSITORY_ROUTES,
  ...LIVE_ROUTES,
  'get /': 'public', 'get /health': 'probe', 'get /health/live': 'probe', 'get /health/ready': 'probe', 'get /version': 'probe', 'get /metrics': 'probe',
  'get /openapi.json': 'probe', 'get /api/v1/health': 'probe',
  'get /api/v1/pool/stats': 'system:admin', 'post /api/v1/pool/cleanup': 'system:admin', 'get /api/v1/monitoring/metrics': 'system:read',
  'get /dashboard': 'public', 'get /api/v1/auth/csrf-token': 'public', 'get /api/v1/monitoring/alerts': 'system:read', 'get /api/v1/dashboard/overview': 'system:read',
  'get /api/v1/dashboard/performance': 'system:read', 'get /api/v1/dashboard/logs': 'system:admin',
  'get /api/v1/monitoring/health/history': 'system:read', 'get /api/v1/monitoring/performance': 'system:read',
  'post /api/v1/auth/login': 'credentials', 'post /api/v1/auth/refresh': 'credentials', 'post /api/v1/auth/password/reset': 'credentials',
  'post /api/v1/auth/logout': 'signed-in', 'get /api/v1/auth/whoami': 'signed-in', 'get /api/v1/auth/me': 'signed-in',
  'post /api/v1/auth/password': 'signed-in', 'post /api/v1/auth/tokens': 'signed-in',
  'post /api/v1/auth/apikeys': 'signed-in', 'get /api/v1/auth/apikeys': 'signed-in', 'delete /api/v1/auth/apikeys/{key_id}': 'signed-in',
  'post /api/v1/apikeys': 'signed-in', 'get /api/v1/apikeys': 'signed-in', 'delete /api/v1/apikeys/{key_id}': 'signed-in',
  'get /api/v1/users': 'user:read', 'post /api/v1/users': 'user:write', 'get /api/v1/users/{user_id}': 'user:read',
  'patch /api/v1/users/{user_id}': 'user:write', 'delete /api/v1/users/{user_id}': 'user:delete',
  'post /api/v1/users/{user_id}/activate': 'user:write', 'post /api/v1/users/{user_id}/deactivate': 'user:write',
  'post /api/v1/users/{user_id}/password': 'user:write', 'post /api/v1/users/{user_id}/password/reset': 'user:write',
  'post /api/v1/users/{user_id}/roles/{role_name}': 'user:write', 'delete /api/v1/users/{user_id}/roles/{role_name}': 'user:write',
  'post /api/v1/users/{user_id}/repos/{repo_id}/permissions/{permission}': 'repo:admin',
  'delete /api/v1/users/{user_id}/repos/{repo_id}/permissions/{permission}': 'repo:admin',
  'get /api/v1/roles': 'user:read', 'post /api/v1/roles': 'system:admin', 'patch /api/v1/roles/{role_name}': 'system:admin',
  'delete /api/v1/roles/{role_name}': 'system:admin',
  'get /api/v1/rules': 'system:admin', 'post /api/v1/rules': 'system:admin', 'delete /api/v1/rules/{rule_id}': 'system:admin',
  'get /api/v1/repos/{id}/rules': 'repo:admin', 'post /api/v1/repos/{id}/rules': 'repo:admin', 'delete /api/v1/repos/{id}/rules/{rule_id}': 'repo:admin',
  'get /api/v1/audit': 'system:admin',
  'get /api/v1/repos': 'public', 'post /api/v1/repos': 'repo:write', 'get /api/v1/repos/{id}': 'repo:read', 'delete /api/v1/repos/{id}': 'repo:delete',
  'post /api/v1/repos/{id}/files': 'repo:write', 'post /api/v1/repos/{id}/add': 'repo:write', 'get /api/v1/repos/{id}/files/{path}': 'repo:read',
  'get /api/v1/repos/{id}/read/{path}': 'repo:read', 'get /api/v1/repos/{id}/tree': 'repo:read', 'get /api/v1/repos/{id}/tree/{path}': 'repo:read',
  'get /api/v1/repos/{id}/status': 'repo:read', 'post /api/v1/repos/{id}/commits': 'repo:write', 'post /api/v1/repos/{id}/commit': 'repo:write',
  'get /api/v1/repos/{id}/commits': 'repo:read', 'get /api/v1/repos/{id}/log': 'repo:read', 'get /api/v1/repos/{id}/commits/{commit}': 'repo:read',
  'get /api/v1/repos/{id}/branches': 'repo:read', 'post /api/v1/repos/{id}/branches': 'repo:write',
  'delete /api/v1/repos/{id}/branches/{branch}': 'repo:write',
  'get /api/v1/repos/{id}/tags': 'repo:read', 'post /api/v1/repos/{id}/tags': 'repo:write', 'delete /api/v1/repos/{id}/tags/{tag}': 'repo:write',
};

/** Git's requests, by what they demand. */
const GIT: readonly (readonly [method: string, path: string, access: string])[] = [
  ['GET', '/app.git/info/refs?service=git-upload-pack', 'repo:read'], ['POST', '/app.git/git-upload-pack', 'repo:read'],
  ['GET', '/app.git/info/refs?service=git-receive-pack', 'repo:write'], ['POST', '/app.git/git-receive-pack', 'repo:write'],
  ['GET', '/app.git/info/refs', 'repo:read'], ['GET', '/app.git/HEAD', 'repo:read'], ['GET', '/app.git/objects/info/packs', 'repo:read'],
  ['GET', `/app.git/objects/ab/${'0'.repeat(38)}`, 'repo:read'], ['GET', `/app/objects/pack/pack-${'0'.repeat(40)}.pack`, 'repo:read'],
  ['HEAD', '/app.git/HEAD', 'repo:read'], ['HEAD', '/app.git/info/refs?service=git-receive-pack', 'repo:write'],
  ['GET', '/absent.git/info/refs?service=git-upload-pack', 'repo:read'],
];

beforeAll(async () => {
  server = await startTestServer([], { GOVC_JWT_SECRET: SECRET, GOVC_ADMIN_PASSWORD: PASSWORD });
  const login = async (username: string): Promise<string> =>
    String((await ask(server, 'POST', '/api/v1/auth/login', { username, password: PASSWORD })).body['token']);
  const admin = bearer(await login('admin'));
  callers['admin'] = admin;
  for (const role of ['developer', 'reader', 'guest', 'inactive']) {
    const roles = [role === 'inactive' ? 'admin' : role];
    expect((await ask(server, 'POST', '/api/v1/users', { id: role, username: role, password: PASSWORD, roles }, admin)).status).toBe(201);
    callers[role] = bearer(await login(role));
  }
  await ask(server, 'POST', '/api/v1/users/inactive/deactivate', undefined, admin);
  const makeKey = async (): Promise<{ key: string; id: string }> => {
    const { body } = await ask(server, 'POST', '/api/v1/auth/apikeys', { name: 'ci', permissions: ['repo:read'] }, admin);
    return { key: String(body['key']), id: (body['key_info'] as { id: string }).id };
  };
  callers['key'] = { 'x-api-key': (await makeKey()).key };
  const ended = await makeKey();
  await ask(server, 'DELETE', `/api/v1/apikeys/${ended.id}`, undefined, admin);
  callers['revoked key'] = { 'x-api-key': ended.key };
  callers['unknown key'] = { 'x-api-key': `govc_${'A'.repeat(43)}` };
  const revoked = bearer(await login('admin'));
  await ask(server, 'POST', '/api/v1/auth/logout', undefined, revoked);
  callers['revoked'] = revoked;

  const keys = signingKeys({ jwtSecret: SECRET } as never, () => undefined);
  const subject = { userId: 'admin', username: 'admin', email: 'admin@localhost' };
  const at = (ms: number, issuer = 'govc-server'): string =>
    createTokens({ clock: () => Date.now() + ms, random: (size) => randomBytes(size), issuer, keys }).issue(subject).token;
  callers['expired'] = bearer(at(-25 * 3_600_000));
  callers['early'] = bearer(at(3_600_000));
  callers['foreign'] = bearer(at(0, 'somebody-else'));
  const [header = '', payload = '', signature = ''] = String(admin['authorization']).slice('Bearer '.length).split('.');
  const code = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
  callers['tampered'] = bearer(`${header}.${code({ ...claims, user_id: 'x', username: 'x' })}.${signature}`);
  callers['none'] = bearer(`${code({ alg: 'none', typ: 'JWT', kid: keys[0]!.id })}.${payload}.`);
  // Another algorithm of the same family with the right secret is not the key's.
  const confused = `${code({ alg: 'HS512', typ: 'JWT', kid: keys[0]!.id })}.${payload}`;
  callers['confused'] = bearer(`${confused}.${createHmac('sha512', SECRET).update(confused).digest('base64url')}`);
  expect((await ask(server, 'POST', '/api/v1/repos', { id: 'app', memory_only: true }, admin)).status).toBe(201);
});

afterAll(async () => {
  await server.stop();
  await removeFolders();
});

/** One request as written, without the cleaning that `fetch` does. */
function raw(method: string, path: string, headers: Record<string, string | string[]> = {}, body?: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const url = new URL(server.url);
    const request = httpRequest({ host: url.hostname, port: url.port, method, path, headers }, (response: IncomingMessage) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk)).on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

const json = { 'content-type': 'application/json' };
const kindOf = (status: number): 'unknown' | 'refused' | 'passed' => (status === 401 ? 'unknown' : status === 403 ? 'refused' : 'passed');
const verdict = (access: string, caller: string): 'unknown' | 'refused' | 'passed' =>
  PASSES[access]!.includes(caller) ? 'passed' : caller === 'anonymous' || BROKEN.includes(caller) ? 'unknown' : 'refused';

describe('every route', () => {
  it('is in the table', async () => {
    const { paths } = (await ask(server, 'GET', '/openapi.json')).body as { paths: Record<string, Record<string, unknown>> };
    const found = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`));
    expect(found.sort()).toEqual(Object.keys(ROUTES).sort());
  });

  it.each(Object.entries(ROUTES).filter(([, access]) => access in PASSES && access !== 'signed-in'))('%s demands %s', async (route, access) => {
    const [method, template] = route.split(' ') as [string, string];
    // Nothing of these names is there: who passes finds that out, and nothing is changed.
    const path = template.replace(/\{\w+\}/g, 'absent');
    const outcomes: Record<string, string> = {};
    const expected: Record<string, string> = {};
    for (const [caller, headers] of Object.entries(callers)) {
      const body = method === 'get' || method === 'delete' ? undefined : '{}';
      const { status } = await raw(method.toUpperCase(), path, body === undefined ? headers : { ...headers, ...json }, body);
      outcomes[caller] = kindOf(status);
      expected[caller] = verdict(access, caller);
    }
    expect(outcomes).toEqual(expected);
  });

  it.each(Object.entries(ROUTES).filter(([route, access]) => access === 'signed-in' && !route.endsWith('logout')))('%s demands %s', async (route, access) => {
    const [method, template] = route.split(' ') as [string, string];
    const path = template.replace(/\{\w+\}/g, 'absent');
    for (const [caller, headers] of Object.entries(callers)) {
      const { status } = await raw(method.toUpperCase(), path, { ...headers, ...json }, method === 'post' ? '{}' : undefined);
      // A key manages no keys.
      const expected = caller === 'key' && method === 'delete' ? 'refused' : verdict(access, caller);
      expect([caller, kindOf(status)]).toEqual([caller, expected]);
    }
  });

  it('that is a probe answers whatever is sent', async () => {
    for (const [route] of Object.entries(ROUTES).filter(([, access]) => access === 'probe')) {
      for (const headers of Object.values(callers)) expect((await raw('GET', route.split(' ')[1]!, headers)).status).toBe(200);
    }
  });

  it('that reads credentials itself gives nobody more than they have', async () => {
    for (const [caller, headers] of Object.entries(callers)) {
      expect((await raw('POST', '/api/v1/auth/login', { ...headers, ...json }, '{}')).status).toBe(400);
      expect((await raw('POST', '/api/v1/auth/password/reset', { ...headers, ...json }, '{"token":"govp_x","password":"x"}')).status).toBe(400);
      const { status } = await raw('POST', '/api/v1/auth/refresh', headers);
      const expected = caller === 'anonymous' || BROKEN.includes(caller) ? 401 : caller === 'key' ? 403 : 200;
      expect([caller, status]).toEqual([caller, expected]);
    }
  });
});

describe('Git', () => {
  it.each(GIT)('%s %s demands %s', async (method, path, access) => {
    for (const [caller, headers] of Object.entries(callers)) {
      const { status } = await raw(method, path, headers);
      expect([caller, kindOf(status)]).toEqual([caller, verdict(access, caller)]);
    }
  });

  it('takes an API key as the password of anybody', async () => {
    const key = callers['key']!['x-api-key']!;
    const headers = { authorization: `Basic ${Buffer.from(`whoever:${key}`).toString('base64')}` };
    expect((await raw('GET', '/app.git/info/refs?service=git-upload-pack', headers)).status).toBe(200);
    expect((await raw('GET', '/app.git/info/refs?service=git-receive-pack', headers)).status).toBe(403);
    expect((await raw('GET', '/app.git/info/refs?service=git-upload-pack', bearer(key))).status).toBe(200);
  });
});

describe('no way around', () => {
  const closed = async (method: string, path: string, headers: Record<string, string | string[]> = {}, body?: string): Promise<void> => {
    const { status, text } = await raw(method, path, headers, body);
    expect([method, path, status >= 400]).toEqual([method, path, true]);
    expect(text).not.toContain('"memory_only"');
  };
  const token = (): string => callers['admin']!['authorization']!.slice('Bearer '.length);

  it('leads through other spellings of a path', async () => {
    for (const path of [
      '/API/V1/REPOS/app', '/api/v1/repos/app/', '/api/v1//repos/app', '//api/v1/repos/app', '/api/v1/repos/./app', '/api/v1/repos/x/../app',
      '/api/v1/repos/%61pp', '/api/v1/repos/app%2F', '/api/v1/repos/%2Fapp', '/api/v1/repos/app.git', '/api/v1/repos/APP', '/api/v1/repos/app%00',
      '/api/v1/repos/..%2Fapp', '/api/v1/repos/%2e%2e/app', '/api/v1/%72epos/app', '/health/../api/v1/repos/app', '/api/v1/repos/app;x=1', '/api/v1/repos/app?x',
      '/api/v1/repos/app#x', '/health%2F..%2Fapi/v1/repos/app', '/api\\v1\\repos\\app', '/api/v1/repos/app/status', '/api/v1/repos/x%2F..%2Fapp',
      '/app.git/info/refs', '//app.git/info/refs', '/APP.git/info/refs', '/x/../app.git/info/refs', '/%61pp/info/refs?service=git-upload-pack',
      '/app.git/./info/refs', '/app.git%2Finfo%2Frefs', '/app.git//info/refs', '/app.git/HEAD/', '/health/app.git/HEAD', '/api/v1/app.git/HEAD',
      '/.govc-system.git/HEAD', '/.govc-system/info/refs?service=git-upload-pack', '/api/v1/repos/.govc-system', '/api/v1/repos/%2egovc-system.git/tree',
    ]) await closed('GET', path);
  });

  it('leads through paths that only seem to be of another repository', async () => {
    const user = callers['reader']!;
    await ask(server, 'POST', '/api/v1/users/reader/repos/app/permissions/repo:read?decision=deny', undefined, callers['admin']);
    try {
      for (const path of [
        '/api/v1/repos/app', '/api/v1/repos/app.git', '/api/v1/repos/%61pp', '/api/v1/repos/app/', '/api/v1/repos/app.git.git', '/api/v1/repos/APP',
        '/app/info/refs', '/app.git/info/refs', '/app.git.git/info/refs', '//app/info/refs', '/app//info/refs', '/%61pp.git/HEAD', '/APP/HEAD',
      ]) await closed('GET', path, user);
      expect((await ask(server, 'GET', '/api/v1/repos', undefined, user)).body).toMatchObject({ count: 0 });
      expect((await raw('GET', '/', user)).text).not.toContain('/app.git');
    } finally {
      await ask(server, 'DELETE', '/api/v1/users/reader/repos/app/permissions/repo:read', undefined, callers['admin']);
    }
  });

  it('leads through other methods', async () => {
    for (const method of ['HEAD', 'OPTIONS', 'PUT', 'PATCH', 'TRACE', 'PROPFIND']) {
      await closed(method, '/api/v1/repos/app');
      await closed(method, '/app.git/HEAD');
      await closed(method, '/api/v1/users');
    }
    const override = { 'x-http-method-override': 'DELETE', 'x-method-override': 'DELETE', 'x-http-method': 'DELETE' };
    await closed('POST', '/api/v1/repos/app?_method=DELETE', { ...callers['admin']!, ...override });
    expect((await raw('GET', '/api/v1/repos/app?_method=DELETE', { ...callers['admin']!, ...override })).status).toBe(200);
    expect((await raw('GET', '/api/v1/repos/app', callers['admin'])).status).toBe(200);
  });

  it('leads through headers that only proxies should send', async () => {
    for (const [name, value] of Object.entries({
      'x-user': 'admin', 'x-remote-user': 'admin', remote_user: 'admin', 'x-forwarded-user': 'admin', 'x-forwarded-for': '127.0.0.1',
      'x-original-url': '/health', 'x-rewrite-url': '/health', 'x-api_key': 'x', cookie: `token=${token()}`, 'proxy-authorization': `Bearer ${token()}`,
      'x-authorization': `Bearer ${token()}`, host: 'localhost', connection: 'authorization',
    })) await closed('GET', '/api/v1/repos/app', { [name]: value });
  });

  it('leads through the query or the body', async () => {
    const key = callers['key']!['x-api-key']!;
    for (const query of [`token=${token()}`, `access_token=${token()}`, `api_key=${key}`, `authorization=Bearer%20${token()}`]) {
      await closed('GET', `/api/v1/repos/app?${query}`);
      await closed('GET', `/app.git/info/refs?service=git-upload-pack&${query}`);
    }
    await closed('POST', '/api/v1/repos', json, JSON.stringify({ id: 'x', token: token(), permission: 'public' }));
    await closed('POST', '/api/v1/repos', json, '{"id":"x","__proto__":{"permission":"public"}}');
  });

  it('leads through headers sent twice or broken in two', async () => {
    await closed('GET', '/api/v1/repos/app', { authorization: ['Basic eDp5', `Bearer ${token()}`] });
    await closed('GET', '/api/v1/repos/app', { 'x-api-key': [callers['key']!['x-api-key']!, callers['key']!['x-api-key']!] });
    // What is wrong is not made good by what is right beside it.
    await closed('GET', '/api/v1/repos/app', { 'x-api-key': 'govc_wrong', authorization: `Bearer ${token()}` });
    await closed('GET', '/api/v1/repos/app', { authorization: `Bearer ${token()} ${token()}` });
    await closed('GET', '/api/v1/repos/app', { authorization: `Bearer ${token()},` });
  });

  it('leads from a read service to a write service', async () => {
    const user = callers['reader']!;
    const type = { 'content-type': 'application/x-git-receive-pack-request' };
    await closed('POST', '/app.git/git-receive-pack', { ...user, ...type }, '0000');
    await closed('POST', '/app.git/git-receive-pack?service=git-upload-pack', { ...user, ...type }, '0000');
    await closed('GET', '/app.git/info/refs?service=git-receive-pack&service=git-upload-pack', user);
    // The first counts, for the permission and for the service alike.
    expect((await raw('GET', '/app.git/info/refs?service=git-upload-pack&service=git-receive-pack', user)).text).not.toContain('receive-pack');
    await closed('GET', '/app.git/info/refs?service=git-RECEIVE-pack', user);
  });
});

describe('who manages users', () => {
  it('gains nothing by it', async () => {
    const admin = callers['admin']!;
    await ask(server, 'POST', '/api/v1/roles', { name: 'manager', permissions: ['user:read', 'user:write', 'user:delete', 'repo:read'] }, admin);
    await ask(server, 'POST', '/api/v1/users', { id: 'manager', username: 'manager', password: PASSWORD, roles: ['manager'] }, admin);
    const manager = { authorization: `Basic ${Buffer.from(`manager:${PASSWORD}`).toString('base64')}` };
    const status = async (method: string, path: string, body?: unknown): Promise<number> => (await ask(server, method, `/api/v1/${path}`, body, manager)).status;
    expect(await status('POST', 'users', { username: 'mine', roles: ['reader'] })).toBe(201);
    expect(await status('POST', 'users', { username: 'mine2', roles: ['admin'] })).toBe(403);
    expect(await status('POST', 'users/manager/roles/admin')).toBe(403);
    expect(await status('POST', 'users/manager/roles/developer')).toBe(403);
    expect(await status('POST', 'users/admin/password', { password: 'mine' })).toBe(403);
    expect(await status('POST', 'users/developer/password/reset')).toBe(403);
    expect(await status('PATCH', 'users/admin', { username: 'was-admin' })).toBe(403);
    expect(await status('DELETE', 'users/admin')).toBe(403);
    expect(await status('POST', 'users/admin/deactivate')).toBe(403);
    expect(await status('POST', 'users/manager/password', { password: 'x' })).toBe(403);
    expect(await status('POST', 'users/manager/repos/app/permissions/repo:admin')).toBe(403);
    expect(await status('POST', 'auth/apikeys', { name: 'x', permissions: ['system:admin'] })).toBe(403);
    expect(await status('POST', 'auth/apikeys', { name: 'x', repo_permissions: { app: ['repo:write'] } })).toBe(403);
    expect(await status('POST', 'auth/tokens', { repository: 'app', access: 'write' })).toBe(403);
    expect((await ask(server, 'DELETE', '/api/v1/users/admin', undefined, admin)).status).toBe(403);
    expect((await ask(server, 'POST', '/api/v1/users/admin/repos/app/permissions/system:admin', undefined, admin)).status).toBe(400);
    // A rule that names a role is more, too.
    const rule = await ask(server, 'POST', '/api/v1/rules', { refs: ['refs/heads/main'], effect: 'allow', roles: ['reader'] }, admin);
    expect(await status('POST', 'users', { username: 'mine3', roles: ['reader'] })).toBe(403);
    await ask(server, 'DELETE', `/api/v1/rules/${String(rule.body['id'])}`, undefined, admin);
  });
});
