import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { createApp } from '../src/app.js';
import type { Endpoint } from '../src/http/endpoint.js';
import { ask, git, makeFolder, mustGit, removeFolders, startTestServer, type JsonAnswer, type TestServer } from './harness.js';

const ENV = { GOVC_JWT_SECRET: 'a secret that is long enough for signing tokens', GOVC_ADMIN_PASSWORD: 'correct horse' };
const basic = (name: string, password = 'correct horse'): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`,
});
const bearer = (token: unknown): Record<string, string> => ({ authorization: `Bearer ${String(token)}` });
const admin = basic('admin');

let server: TestServer;
let data: string;
let work: string;
const call = (method: string, path: string, body?: unknown, headers = admin): Promise<JsonAnswer> => ask(server, method, `/api/v1/${path}`, body, headers);

beforeAll(async () => {
  data = await makeFolder();
  server = await startTestServer(['--data', data], ENV);
  for (const id of ['dev', 'lead', 'other']) {
    await call('POST', 'users', { id, username: id, email: `${id}@example.com`, password: 'correct horse', roles: ['developer'] });
  }
  await call('POST', 'roles', { name: 'lead', permissions: ['repo:write'] });
  await call('POST', 'users/lead/roles/lead');
  await call('POST', 'repos', { id: 'app' });
  work = `${await makeFolder()}/app`;
  await mustGit(data, ['clone', '-q', urlFor('admin'), work]);
  await mustGit(work, ['commit', '-q', '--allow-empty', '-m', 'First']);
  await mustGit(work, ['push', '-q', urlFor('admin'), 'HEAD:main']);
});

afterAll(async () => {
  await server.stop();
  await removeFolders();
});

const urlFor = (name: string, password = 'correct horse'): string =>
  `${server.url.replace('http://', `http://${name}:${encodeURIComponent(password)}@`)}/app.git`;
const push = async (name: string, spec: string, password?: string): Promise<string> => {
  const { code, stderr } = await git(work, ['push', urlFor(name, password), ...spec.split(' ')]);
  return code === 0 ? 'ok' : stderr;
};

describe('rules about refs', () => {
  it('decide about pushes and about REST alike', async () => {
    const made = await call('POST', 'repos/app/rules', { refs: ['refs/heads/main', 'refs/tags/v*'], effect: 'allow', roles: ['lead'], description: 'Leads release' });
    expect(made.status).toBe(201);
    await mustGit(work, ['commit', '-q', '--allow-empty', '-m', 'Second']);
    expect(await push('dev', 'HEAD:main')).toContain('Leads release');
    expect(await push('dev', 'HEAD:refs/tags/v1')).toContain('Leads release');
    expect(await push('dev', ':main')).not.toBe('ok');
    expect(await push('dev', 'HEAD:topic')).toBe('ok');
    // Of several refs those that are allowed go through.
    expect(await push('dev', 'HEAD:main HEAD:topic2')).toContain('Leads release');
    expect((await call('GET', 'repos/app/branches')).body).toMatchObject({ count: 3 });
    expect(await push('lead', 'HEAD:main')).toBe('ok');
    const commit = { message: 'x', author: { name: 'D', email: 'd@example.com' }, branch: 'main', files: [{ path: 'a', content: 'b' }] };
    expect((await call('POST', 'repos/app/commits', commit, basic('dev'))).status).toBe(403);
    expect((await call('POST', 'repos/app/commits', { ...commit, branch: undefined }, basic('dev'))).status).toBe(403);
    expect((await call('POST', 'repos/app/commits', { ...commit, branch: 'topic' }, basic('dev'))).status).toBe(201);
    expect((await call('POST', 'repos/app/tags', { name: 'v2' }, basic('dev'))).status).toBe(403);
    expect((await call('DELETE', 'repos/app/branches/topic2', undefined, basic('dev'))).status).toBe(200);
    expect((await call('DELETE', `repos/other/rules/${String(made.body['id'])}`)).status).toBe(404);
    expect((await call('DELETE', `repos/app/rules/${String(made.body['id'])}`)).status).toBe(200);
  }, 60_000);

  it('tell forced updates from others, and find what a symbolic ref leads to', async () => {
    const rule = await call('POST', 'rules', { refs: ['refs/heads/main'], effect: 'deny', actions: ['force', 'delete'] });
    await mustGit(`${data}/app.git`, ['symbolic-ref', 'refs/heads/alias', 'refs/heads/main']);
    await mustGit(work, ['commit', '-q', '--allow-empty', '-m', 'Third']);
    expect(await push('dev', 'HEAD:main')).toBe('ok');
    await mustGit(work, ['commit', '-q', '--amend', '--allow-empty', '-m', 'Rewritten']);
    expect(await push('dev', '+HEAD:main')).toContain('decides on who may force');
    expect(await push('dev', '+HEAD:alias')).toContain('decides on who may force');
    expect(await push('admin', '+HEAD:main')).toBe('ok');
    await mustGit(`${data}/app.git`, ['symbolic-ref', '--delete', 'refs/heads/alias']);
    await call('DELETE', `rules/${String(rule.body['id'])}`);
  }, 60_000);

  it('look at the paths of every new commit', async () => {
    const rule = await call('POST', 'repos/app/rules', { refs: ['**'], paths: ['infra/**'], effect: 'allow', users: ['lead'] });
    await mustGit(work, ['checkout', '-q', '-b', 'paths']);
    const write = async (path: string, message: string): Promise<void> => {
      const blob = await mustGit(work, ['hash-object', '-w', '-t', 'blob', '/dev/null']);
      await mustGit(work, ['update-index', '--add', '--cacheinfo', `100644,${blob},${path}`]);
      await mustGit(work, ['commit', '-q', '-m', message]);
    };
    await write('src/a', 'Allowed');
    expect(await push('dev', 'HEAD:refs/heads/paths')).toBe('ok');
    await write('infra/secret', 'Not allowed');
    await mustGit(work, ['rm', '-q', '--cached', 'infra/secret']);
    await mustGit(work, ['commit', '-q', '-m', 'Hidden again']);
    expect(await push('dev', 'HEAD:refs/heads/paths')).toContain('infra/secret');
    expect(await push('dev', 'HEAD:refs/heads/another')).toContain('infra/secret');
    expect(await push('lead', 'HEAD:refs/heads/paths')).toBe('ok');
    // What is there already is changed by nobody who only names it.
    expect(await push('dev', 'HEAD:refs/heads/another')).toBe('ok');
    const commit = { message: 'x', branch: 'paths', files: [{ path: 'infra/x', content: '' }] };
    expect((await call('POST', 'repos/app/commits', commit, basic('dev'))).status).toBe(403);
    await call('DELETE', `repos/app/rules/${String(rule.body['id'])}`);
  }, 60_000);

  it('hold for tokens of one repository and some refs', async () => {
    const issued = await call('POST', 'auth/tokens', { repository: 'app', access: 'write', refs: ['refs/heads/ci/*'], ttl_seconds: 60 }, basic('dev'));
    const token = bearer(issued.body['token']);
    const pushWith = (spec: string): Promise<{ code: number; stderr: string }> =>
      git(work, ['-c', `http.extraHeader=Authorization: ${token['authorization']!}`, 'push', `${server.url}/app.git`, spec]);
    expect((await pushWith('HEAD:refs/heads/ci/1')).code).toBe(0);
    expect((await pushWith('HEAD:refs/heads/not-ci')).stderr).toContain('is not for refs/heads/not-ci');
    expect((await call('GET', 'users', undefined, token)).status).toBe(403);
    expect((await call('POST', 'auth/refresh', undefined, token)).status).toBe(403);
    expect((await call('POST', 'auth/tokens', { repository: 'app', access: 'write' }, token)).status).toBe(403);
    expect((await call('POST', 'auth/apikeys', { name: 'x' }, token)).status).toBe(403);
    expect((await call('POST', 'auth/password', { current_password: 'correct horse', new_password: 'x' }, token)).status).toBe(403);
  }, 60_000);
});

describe('sessions', () => {
  const login = async (username: string): Promise<Record<string, unknown>> => (await call('POST', 'auth/login', { username, password: 'correct horse' }, {})).body;
  const status = async (token: unknown): Promise<number> => (await call('GET', 'auth/whoami', undefined, bearer(token))).status;

  it('rotate their refresh token and end when one comes twice, with their tokens', async () => {
    const first = await login('other');
    const second = await call('POST', 'auth/refresh', { refresh_token: first['refresh_token'] }, bearer('expired.or.broken'));
    expect(second.status).toBe(200);
    expect(await status(second.body['token'])).toBe(200);
    expect((await call('POST', 'auth/refresh', { refresh_token: first['refresh_token'] }, {})).body).toMatchObject({ code: 'TOKEN_REFRESH_FAILED' });
    expect((await call('POST', 'auth/refresh', { refresh_token: second.body['refresh_token'] }, {})).status).toBe(401);
    expect([await status(first['token']), await status(second.body['token'])]).toEqual([401, 401]);
  });

  it('end with a changed or reset password, and everywhere at once', async () => {
    const before = await login('other');
    expect((await call('POST', 'auth/password', { current_password: 'wrong', new_password: 'new horse' }, bearer(before['token']))).status).toBe(401);
    expect((await call('POST', 'auth/password', { current_password: 'correct horse', new_password: 'new horse' }, bearer(before['token']))).status).toBe(200);
    expect(await status(before['token'])).toBe(401);
    expect((await call('GET', 'auth/me', undefined, basic('other'))).status).toBe(401);
    const reset = await call('POST', 'users/other/password/reset');
    const body = { token: reset.body['reset_token'], password: 'correct horse' };
    expect((await call('POST', 'auth/password/reset', body, {})).status).toBe(200);
    expect((await call('POST', 'auth/password/reset', body, {})).status).toBe(400);
    const [one, two] = [await login('other'), await login('other')];
    await call('POST', 'auth/logout', { everywhere: true }, bearer(one['token']));
    expect([await status(one['token']), await status(two['token'])]).toEqual([401, 401]);
    expect((await call('POST', 'auth/refresh', { refresh_token: two['refresh_token'] }, {})).status).toBe(401);
  });

  it('are hard to get by guessing', async () => {
    // The machine may be slow; who has to wait for a second must still have to when that is looked at.
    const nowMs = Date.now();
    const still = await startTestServer([], ENV, { clock: () => nowMs });
    try {
      const guess = (username: string): Promise<JsonAnswer> => ask(still, 'POST', '/api/v1/auth/login', { username, password: 'guess' });
      const names = ['victim', 'Victim', 'VICTIM', 'victim', 'ｖictim'];
      for (const name of names) expect((await guess(name)).status).toBe(401);
      const locked = await guess('victim');
      expect(locked).toMatchObject({ status: 429, body: { code: 'LOGIN_LOCKOUT' } });
      expect(Number(locked.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect((await ask(still, 'GET', '/api/v1/auth/me', undefined, basic('victim', 'guess'))).status).toBe(429);
    } finally {
      await still.stop();
    }
  });
});

describe('what the server knows', () => {
  it('survives a restart: users, keys, ended tokens, and who did what', async () => {
    const made = await call('POST', 'auth/apikeys', { name: 'ci', repo_permissions: { app: ['repo:write'] } }, basic('lead'));
    const ended = (await call('POST', 'auth/login', { username: 'dev', password: 'correct horse' }, {})).body['token'];
    const kept = (await call('POST', 'auth/login', { username: 'dev', password: 'correct horse' }, {})).body['token'];
    await call('POST', 'auth/logout', undefined, bearer(ended));
    await call('POST', 'users/dev/repos/app/permissions/repo:delete');
    await server.stop();
    server = await startTestServer(['--data', data], { GOVC_JWT_SECRET: ENV.GOVC_JWT_SECRET });
    expect(server.announced.join()).not.toContain('Administrator:');
    expect((await call('GET', 'auth/me', undefined, bearer(ended))).status).toBe(401);
    expect((await call('GET', 'auth/me', undefined, bearer(kept))).body).toMatchObject({ username: 'dev', repo_permissions: { app: ['repo:delete'] } });
    expect(await push('x', 'HEAD:refs/heads/by-key', String(made.body['key']))).toBe('ok');
    expect((await call('GET', 'auth/apikeys', undefined, basic('lead'))).body).toMatchObject({ count: 1, api_keys: [{ name: 'ci', active: true }] });

    const { entries } = (await call('GET', 'audit?limit=500')).body as { entries: { actor: string; action: string }[] };
    expect(entries).toEqual(expect.arrayContaining([
      expect.objectContaining({ actor: 'admin', action: 'Add users/dev' }), expect.objectContaining({ actor: 'admin', action: 'Update users/dev' }),
      expect.objectContaining({ actor: 'lead', action: expect.stringMatching(/^Add keys\//) }),
      expect.objectContaining({ actor: 'govc-server', action: 'Add users/admin' }),
    ]));
    const system = `${data}/.govc-system.git`;
    await mustGit(system, ['fsck', '--strict']);
    expect(await mustGit(system, ['log', '-1', '--format=%an', '--', `users/dev.json`])).toBe('admin');
    const all = await mustGit(system, ['grep', '-h', '-e', '', 'HEAD']);
    expect(all).not.toContain(String(made.body['key']));
    expect(all).not.toContain('correct horse');
    expect((await call('GET', 'repos')).body).toMatchObject({ count: 1 });
  }, 60_000);
});

describe('a route that does not say who may use it', () => {
  it('keeps the server from starting', () => {
    const undeclared = { method: 'get', path: '/x', summary: '', tag: '', answers: {}, handle: () => ({ status: 200, body: {} }) } as unknown as Endpoint;
    expect(() => createApp({ gate: { isOpen: true } } as never, [undeclared])).toThrow(expect.objectContaining({ code: 'access-undeclared' }));
  });
});
