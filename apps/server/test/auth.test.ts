import { request as httpRequest } from 'node:http';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { ask, git, makeFolder, mustGit, removeFolders, startTestServer, type TestServer } from './harness.js';
import { until } from './receiver.js';

const SECRET = 'a secret that is long enough for signing tokens';
const PASSWORD = 'correct horse';

let server: TestServer;
let folder: string;
const basic = (name: string, password: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`,
});
const admin = basic('admin', PASSWORD);

beforeAll(async () => {
  folder = await makeFolder();
  server = await startTestServer([], { GOVC_JWT_SECRET: SECRET, GOVC_ADMIN_PASSWORD: PASSWORD });
  await ask(server, 'POST', '/api/v1/repos', { id: 'closed', memory_only: true }, admin);
});

afterAll(async () => {
  await server.stop();
  await removeFolders();
});

describe('with a secret configured', () => {
  it('anonymous requests are asked to sign in', async () => {
    for (const [method, path, body] of [
      ['GET', '/api/v1/repos/closed', undefined], ['POST', '/api/v1/repos', { id: 'x' }], ['DELETE', '/api/v1/repos/closed', undefined],
      ['GET', '/api/v1/repos/not-there', undefined], ['GET', '/api/v1/auth/whoami', undefined],
    ] as const) {
      const answer = await ask(server, method, path, body);
      expect({ status: answer.status, code: answer.body['code'] }).toEqual({ status: 401, code: 'UNAUTHORIZED' });
      expect(answer.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
    }
    expect((await ask(server, 'GET', '/api/v1/repos')).body).toMatchObject({ count: 0 });
    expect(await (await fetch(`${server.url}/`)).text()).not.toContain('closed');
    expect((await ask(server, 'GET', '/health/live')).status).toBe(200);
  });

  it('the administrator signs in with the password, and with a token', async () => {
    expect((await ask(server, 'GET', '/api/v1/repos', undefined, admin)).body).toMatchObject({ count: 1 });
    const login = await ask(server, 'POST', '/api/v1/auth/login', { username: 'admin', password: PASSWORD });
    expect(login).toMatchObject({ status: 200, body: { user: { username: 'admin', auth_method: 'password' } } });
    const bearer = { authorization: `Bearer ${String(login.body['token'])}` };
    expect((await ask(server, 'GET', '/api/v1/auth/whoami', undefined, bearer)).body).toMatchObject({ username: 'admin', auth_method: 'token' });
    expect((await ask(server, 'POST', '/api/v1/auth/refresh', undefined, bearer)).status).toBe(200);
    expect((await ask(server, 'GET', '/api/v1/repos/closed', undefined, bearer)).status).toBe(200);
    await until(() => server.records.some((record) => record['user_id'] === 'admin'));
    expect(JSON.stringify(server.records)).not.toContain(PASSWORD);
  });

  it('wrong credentials are refused', async () => {
    const code = async (headers: Record<string, string>): Promise<unknown> => {
      const answer = await ask(server, 'GET', '/api/v1/repos/closed', undefined, headers);
      return [answer.status, answer.body['code']];
    };
    expect(await code(basic('admin', 'wrong'))).toEqual([401, 'INVALID_CREDENTIALS']);
    expect(await code(basic('nobody', PASSWORD))).toEqual([401, 'INVALID_CREDENTIALS']);
    expect(await code({ authorization: 'Bearer a.b.c' })).toEqual([401, 'INVALID_TOKEN']);
    expect(await code({ authorization: 'Digest x' })).toEqual([401, 'INVALID_AUTH_FORMAT']);
    expect(await code({ 'x-api-key': 'govc_none' })).toEqual([401, 'INVALID_API_KEY']);
    expect((await ask(server, 'POST', '/api/v1/auth/login', { username: 'admin', password: 'wrong' })).status).toBe(401);
  });

  it('git asks for a name and password, and sends them', async () => {
    const url = `${server.url}/closed.git`;
    expect((await git(folder, ['ls-remote', url])).stderr).toMatch(/could not read Username|terminal prompts disabled/);
    const known = url.replace('http://', `http://admin:${encodeURIComponent(PASSWORD)}@`);
    await mustGit(folder, ['clone', '-q', known, 'closed']);
    const work = `${folder}/closed`;
    await mustGit(work, ['commit', '-q', '--allow-empty', '-m', 'First']);
    await mustGit(work, ['push', '-q', 'origin', 'HEAD:main']);
    expect((await git(work, ['push', url, 'HEAD:other'])).code).not.toBe(0);
    expect(await mustGit(folder, ['ls-remote', known])).toContain('refs/heads/main');
  }, 30_000);
});

describe('without a password for the administrator', () => {
  it('one is made and shown once', async () => {
    const other = await startTestServer([], { GOVC_JWT_SECRET: SECRET });
    try {
      const line = other.announced.find((each) => each.startsWith('Administrator:'))!;
      const password = /password (\S+)/.exec(line)![1]!;
      expect(password.length).toBeGreaterThanOrEqual(24);
      expect((await ask(other, 'GET', '/api/v1/auth/whoami', undefined, basic('admin', password))).status).toBe(200);
      expect(JSON.stringify(other.records)).not.toContain(password);
    } finally {
      await other.stop();
    }
  });
});

describe('in development mode', () => {
  let open: TestServer;

  beforeAll(async () => {
    open = await startTestServer();
  });

  afterAll(() => open.stop());

  it('says so loudly', () => {
    expect(open.announced.join('\n')).toContain('DEVELOPMENT MODE');
    expect(open.records.some((record) => record['level'] === 'WARN')).toBe(true);
  });

  it('nobody needs to sign in, and who does is held to it', async () => {
    expect((await ask(open, 'POST', '/api/v1/repos', { id: 'anyones', memory_only: true })).status).toBe(201);
    expect((await ask(open, 'POST', '/api/v1/auth/login', { username: 'admin', password: 'guessed' })).body).toMatchObject({ code: 'INVALID_CREDENTIALS' });
    const { body } = await ask(open, 'POST', '/api/v1/auth/login', { username: 'admin', password: 'admin123' });
    const admin = { authorization: `Bearer ${String(body['token'])}` };
    expect((await ask(open, 'GET', '/api/v1/auth/whoami', undefined, admin)).body).toMatchObject({ username: 'admin', auth_method: 'token' });
    const made = await ask(open, 'POST', '/api/v1/auth/apikeys', { name: 'ci', permissions: ['repo:read'] }, admin);
    const key = { 'x-api-key': String(made.body['key']) };
    expect((await ask(open, 'GET', '/api/v1/repos/anyones', undefined, key)).status).toBe(200);
    expect((await ask(open, 'DELETE', '/api/v1/repos/anyones', undefined, key)).status).toBe(403);
    expect((await ask(open, 'GET', '/api/v1/repos/anyones', undefined, { authorization: 'Bearer of.bad.news' })).status).toBe(401);
  });

  it('keeps those who sign in apart from the users of the folder', async () => {
    const data = await makeFolder();
    const one = await startTestServer(['--data', data]);
    const { body } = await ask(one, 'POST', '/api/v1/auth/login', { username: 'admin', password: 'admin123' });
    await one.stop();
    const other = await startTestServer(['--data', data], { GOVC_JWT_SECRET: SECRET, GOVC_ADMIN_PASSWORD: 'of the folder' });
    try {
      expect((await ask(other, 'POST', '/api/v1/auth/login', { username: 'admin', password: 'admin123' })).status).toBe(401);
      expect((await ask(other, 'GET', '/api/v1/auth/whoami', undefined, { authorization: `Bearer ${String(body['token'])}` })).status).toBe(401);
    } finally {
      await other.stop();
    }
  });

  const statusWith = (headers: Record<string, string>, method = 'POST'): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const request = httpRequest(`${open.url}/api/v1/repos`, { method, headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      request.on('error', reject);
      request.end();
    });

  it('refuses names that may be tricks, and pages of other sites', async () => {
    expect(await statusWith({ host: 'evil.example:8080' }, 'GET')).toBe(403);
    expect(await statusWith({ host: 'localhost.evil.example' }, 'GET')).toBe(403);
    expect(await statusWith({ origin: 'https://evil.example' })).toBe(403);
    expect(await statusWith({ 'sec-fetch-site': 'cross-site' }, 'GET')).toBe(403);
    for (const host of ['localhost', 'localhost:8080', '127.0.0.1:1', '[::1]:8080', 'app.localhost']) {
      expect(await statusWith({ host }, 'GET')).toBe(200);
    }
    expect(await statusWith({ 'sec-fetch-site': 'same-origin', origin: open.url }, 'GET')).toBe(200);
  });
});
