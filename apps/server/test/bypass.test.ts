import { createHmac } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { ask, makeFolder, removeFolders, startTestServer, type JsonAnswer, type TestServer } from './harness.js';

const SECRET = 'a secret that is long enough for signing tokens';
const PASSWORD = 'correct horse';
const MARK = 'nobody may read this';

let server: TestServer;
let admin: Record<string, string>;
const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
const basic = (name: string, password: string): Record<string, string> => ({ authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` });
const asAdmin = (method: string, path: string, body?: unknown): Promise<JsonAnswer> => ask(server, method, `/api/v1/${path}`, body, admin);

const commit = (content: string) => ({
  message: 'Change', author: { name: 'Dev', email: 'dev@example.com' }, branch: 'main', files: [{ path: 'file', content }],
});

beforeAll(async () => {
  server = await startTestServer(['--data', await makeFolder()], { GOVC_JWT_SECRET: SECRET, GOVC_ADMIN_PASSWORD: PASSWORD });
  admin = bearer(String((await ask(server, 'POST', '/api/v1/auth/login', { username: 'admin', password: PASSWORD })).body['token']));
  for (const id of ['app', 'other']) {
    expect((await asAdmin('POST', 'repos', { id })).status).toBe(201);
    expect((await asAdmin('POST', `repos/${id}/commits`, commit(MARK))).status).toBe(201);
  }
});

afterAll(async () => {
  await server.stop();
  await removeFolders();
});

interface RawAnswer {
  readonly status: number;
  readonly text: string;
}

/** One request as written, without the cleaning that `fetch` does. */
function raw(method: string, path: string, headers: Record<string, string | string[]> = {}, body?: string): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const { hostname: host, port } = new URL(server.url);
    const request = httpRequest({ host, port, method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk)).on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** Bytes as they are on a connection of their own; gives everything that came back until the server closed it. */
function wire(lines: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk)).on('error', reject).on('close', () => resolve(text));
    socket.write(lines.join('\r\n'));
  });
}

const token = (): string => admin['authorization']!.slice('Bearer '.length);
const statusesIn = (text: string): string[] => [...text.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map((match) => match[1]!);

describe('on the wire', () => {
  const inner = 'GET /api/v1/repos/app/files/file HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
  const head = (...headers: string[]): string[] => ['POST /api/v1/repos/app/files HTTP/1.1', 'Host: localhost', `Authorization: Bearer ${token()}`, ...headers];

  it.each([
    ['two lengths', ['Content-Length: 0', `Content-Length: ${inner.length}`]],
    ['a length and chunks', [`Content-Length: ${inner.length}`, 'Transfer-Encoding: chunked']],
    ['chunks and a length', ['Transfer-Encoding: chunked', 'Content-Length: 4']],
    ['a coding nobody knows', ['Transfer-Encoding: xchunked']],
    ['chunked, but not last', ['Transfer-Encoding: chunked, identity']],
    ['a blank before the colon', ['Content-Length : 0']],
    ['a length with a sign', ['Content-Length: +0']],
    ['a header in two lines', ['X-One: a', ' Content-Length: 0']],
    ['a bare line feed in a header', ['X-One: a\nContent-Length: 0']],
    ['a null in a header', ['X-One: a\0b', 'Content-Length: 0']],
  ])('a request with %s is refused, and nothing behind it is answered', async (_what, headers) => {
    const text = await wire([...head(...headers), '', inner]);
    expect(statusesIn(text)).toEqual(['400']);
    expect(text).not.toContain(MARK);
  });

  it('credentials of one request on a connection are not those of the next', async () => {
    const text = await wire(['GET /api/v1/repos/app HTTP/1.1', 'Host: localhost', `Authorization: Bearer ${token()}`, '', inner]);
    expect(statusesIn(text)).toEqual(['200', '401']);
  });

  it('an absolute address in the request line is one of this server, and needs credentials as all do', async () => {
    for (const target of ['http://evil.example/api/v1/repos/app', 'http://admin:x@localhost/api/v1/repos/app', 'https://localhost/api/v1/repos/app/']) {
      const text = await wire([`GET ${target} HTTP/1.1`, 'Host: localhost', 'Connection: close', '', '']);
      expect(statusesIn(text).every((status) => Number(status) >= 400)).toBe(true);
      expect(text).not.toContain('current_branch');
    }
  });
});

describe('by other spellings', () => {
  it('nothing is decoded twice, and nothing that looks alike is the same', async () => {
    for (const path of [
      '/api/v1/repos/%2561pp', '/api/v1/repos/x%252F..%252Fapp', '/api/v1/repos/%252e%252e%252fapp', '/api/v1/repos/app%252Ffiles%252Ffile', '/%2561pp.git/HEAD',
      '/api/v1/repos/app%c0%af', '/api/v1/repos/%e0%80%afapp', '/api/v1/repos/ap%EF%BD%90', '/api/v1/repos/%EF%BD%81pp', '/api/v1/repos/app%E2%80%8B',
      '/api/v1/repos/app%20', '/api/v1/repos/app.', '/api/v1/repos/app::$DATA', '/api/v1/repos/app%0d%0aX:1', '/api/v1/repos/%', '/api/v1/repos/app%2', '/app%2Egit%2FHEAD',
    ]) {
      expect([path, (await raw('GET', path)).status >= 400]).toEqual([path, true]);
      // For who may read everything it is no other name of the same, either.
      const { status, text } = await raw('GET', path, admin);
      expect([path, status < 500, text.includes('"id":"app"')]).toEqual([path, true, false]);
    }
  });

  it('names of users that look alike are one name: for making them, and for counting failures', async () => {
    expect((await asAdmin('POST', 'users', { username: 'ann', email: 'ann@example.com', password: PASSWORD, roles: [] })).status).toBe(201);
    for (const username of ['ANN', 'ａｎｎ', 'Ａnn']) {
      expect((await asAdmin('POST', 'users', { username, email: 'x@example.com', password: PASSWORD, roles: [] })).status).toBe(409);
    }
    const answers: string[] = [];
    for (const username of ['ann', 'ANN', 'Ann', 'ａｎｎ', 'aNN', 'anN', 'ann', 'AnN']) {
      answers.push(String((await ask(server, 'POST', '/api/v1/auth/login', { username, password: 'wrong' })).body['code']));
    }
    expect(answers).toContain('LOGIN_LOCKOUT');
  });

  it('a validator without credentials learns nothing', async () => {
    const known = await fetch(`${server.url}/api/v1/repos/app/files/file`, { headers: admin });
    const etag = known.headers.get('etag')!;
    for (const headers of [{ 'if-none-match': etag }, { 'if-none-match': '*' }, { 'if-match': 'x' }, { range: 'bytes=0-1' }, { expect: '100-continue' }]) {
      expect((await raw('GET', '/api/v1/repos/app/files/file', headers as never)).status).toBe(401);
    }
  });
});

describe('by a token', () => {
  const code = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const parts = (): { header: Record<string, unknown>; payload: string; signature: string } => {
    const [header = '', payload = '', signature = ''] = token().split('.');
    return { header: JSON.parse(Buffer.from(header, 'base64url').toString()) as Record<string, unknown>, payload, signature };
  };
  /** A token that somebody signed with a secret of their own. */
  const signed = (header: object, secret: string): string => {
    const text = `${code(header)}.${parts().payload}`;
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  };
  const refused = async (what: string, text: string): Promise<void> => {
    const { status, text: body } = await raw('GET', '/api/v1/repos/app', bearer(text));
    expect([what, status]).toEqual([what, 401]);
    expect(body).not.toContain('stack');
  };

  it('whose kid leads elsewhere, nothing is read that another one could know', async () => {
    for (const kid of ['../../../../dev/null', '/dev/null', 'file:///dev/null', '__proto__', 'constructor', 'toString', '', ' ', "' OR '1'='1", 0, null, [], {}, ['__proto__'], true]) {
      for (const secret of ['', 'undefined', 'null', '[object Object]', SECRET.slice(1)]) await refused(JSON.stringify({ kid, secret }), signed({ alg: 'HS256', typ: 'JWT', kid }, secret));
    }
  });

  it('that brings its own key, or says that it needs none, is refused', async () => {
    const { header, payload, signature } = parts();
    const jwk = { kty: 'oct', k: Buffer.from('mine').toString('base64url') };
    for (const extra of [{ jwk }, { jku: 'http://localhost/keys' }, { x5u: 'http://localhost/cert' }, { x5c: ['AAAA'] }]) await refused(JSON.stringify(extra), signed({ ...header, ...extra }, 'mine'));
    for (const alg of ['none', 'None', 'nOnE', 'NONE', 'hs256', '', null, 'HS256 ', ['HS256'], 'RS256', 'HS384']) {
      for (const end of ['', signature]) await refused(JSON.stringify({ alg, end }), `${code({ ...header, alg })}.${payload}.${end}`);
    }
  });

  it('whose parts are written otherwise is refused', async () => {
    const [header = '', payload = '', signature = ''] = token().split('.');
    for (const text of [
      `${header}.${payload}`, `${header}.${payload}.`, `${header}..${signature}`, `.${payload}.${signature}`, `${token()}.`, `${token()}.x`, `${header}.${payload}.${signature}=`,
      `${header}=.${payload}.${signature}`, `${header}.${payload}.${signature.slice(0, -2)}`, `${header}.${payload}.${signature}A`, `${payload}.${header}.${signature}`,
    ]) await refused(text, text);
  });
});

describe('by an API key', () => {
  it('counts as a key, and where keys are looked for', async () => {
    const key = String((await asAdmin('POST', 'auth/apikeys', { name: 'ci', permissions: ['repo:read'] })).body['key']);
    for (const headers of [
      basic(key, ''), basic(key, 'x-oauth-basic'), basic(key, PASSWORD), basic(key, `${key}x`), basic('admin', `${key}\0`), basic('admin', ` ${key}`),
      { 'x-api-key': `${key}x` }, { 'x-api-key': key.toUpperCase() }, { 'x-api-key': `Bearer ${key}` }, { authorization: `Token ${key}` }, { authorization: key },
      { cookie: `x-api-key=${key}` }, { 'x-api-key': `${key},${key}` }, { 'x_api_key': key },
    ]) expect([headers, (await raw('GET', '/api/v1/repos/app', headers)).status]).toEqual([headers, 401]);
    expect((await raw('GET', '/api/v1/repos/app', basic('whoever', key))).status).toBe(200);
    expect((await raw('POST', '/api/v1/auth/login', { 'content-type': 'application/json' }, JSON.stringify({ username: 'admin', password: key }))).status).toBe(401);
  });
});

describe('by a token for one repository', () => {
  const scoped: Record<string, Record<string, string>> = {};

  beforeAll(async () => {
    for (const access of ['read', 'write']) {
      const { status, body } = await asAdmin('POST', 'auth/tokens', { repository: 'app', access });
      expect(status).toBe(201);
      scoped[access] = bearer(String(body['token']));
    }
  });

  it('no route of another repository opens', async () => {
    const { paths } = (await ask(server, 'GET', '/openapi.json')).body as { paths: Record<string, Record<string, unknown>> };
    const routes = Object.entries(paths).filter(([path]) => path.includes('/repos/{id}')).flatMap(([path, methods]) => Object.keys(methods).map((method) => [method, path] as const));
    expect(routes.length).toBeGreaterThan(150);
    for (const [method, template] of routes) {
      const path = template.replace('{id}', 'other').replace(/\{\w+\}/g, 'main');
      const headers = { ...scoped['write']!, ...(method === 'get' || method === 'delete' ? {} : { 'content-type': 'application/json' }) };
      const { status, text } = await raw(method.toUpperCase(), path, headers, 'content-type' in headers ? '{}' : undefined);
      expect([method, path, status]).toEqual([method, path, 403]);
      expect(text).not.toContain(MARK);
    }
  });

  it('Git opens no other repository either, by no detour', async () => {
    for (const path of [
      '/other.git/info/refs?service=git-upload-pack', '/other.git/info/refs?service=git-receive-pack', '/other.git/HEAD', '/other/info/refs', '/other.git/realities/x/info/refs?service=git-upload-pack',
      '/app.git/realities/../../other.git/info/refs?service=git-upload-pack', '/app.git/realities/..%2F..%2Fother.git/info/refs?service=git-upload-pack',
      '/app.git/../other.git/HEAD', '/app.git/objects/info/alternates', '/app.git/objects/info/http-alternates', '/app.git/objects/../../other.git/HEAD', '/app.git/config', '/app.git/worktrees/x/HEAD',
    ]) {
      const { status, text } = await raw('GET', path, scoped['write']);
      expect([path, status >= 400, text.includes('refs/heads/main')]).toEqual([path, true, false]);
    }
    expect((await raw('GET', '/app.git/info/refs?service=git-upload-pack', scoped['read'])).status).toBe(200);
    expect((await raw('GET', '/app.git/info/refs?service=git-receive-pack', scoped['read'])).status).toBe(403);
  });

  it('transactions, realities, webhooks and staged files of another are not found through its own', async () => {
    const transaction = String((await asAdmin('POST', 'repos/other/transactions')).body['id']);
    await asAdmin('POST', 'repos/other/realities', { realities: ['secret'] });
    const hook = String((await asAdmin('POST', 'repos/other/hooks', { url: 'https://example.com/', events: ['push'] })).body['id']);
    await asAdmin('POST', 'repos/other/files', { path: 'staged', content: MARK });
    for (const path of [
      `transactions/${transaction}`, `transactions/${transaction}/files/file`, `transactions/..%2F..%2Fother%2Ftransactions%2F${transaction}`, 'realities/secret', 'realities/secret/files/file',
      'realities/other%2Fsecret', 'realities/..%2F..%2Fother/files/file', 'files/..%2F..%2Fother.git%2FHEAD', 'files/staged', `tree/..%2F..%2Fother.git`, 'time-travel/now/read/..%2F..%2Fother.git%2FHEAD',
      'events/history?repository=other&repo=other&id=other', 'search/content?query=nobody&repository=other&repo=other&path=../other', 'archive/..%2Fother', `hooks/${hook}`, 'compare/other:main...main',
    ]) {
      const { status, text } = await raw('GET', `/api/v1/repos/app/${path}`, scoped['write']);
      expect([path, status < 500, text.includes(MARK) || /"repository":"other"|"isolated"/.test(text)]).toEqual([path, true, false]);
      if (!/^(events|search)/.test(path)) expect([path, status >= 400]).toEqual([path, true]);
    }
    for (const path of [`transactions/${transaction}/commit`, `transactions/${transaction}/rollback`, 'realities/secret/publish', 'realities/secret/apply']) {
      const { status } = await ask(server, 'POST', `/api/v1/repos/app/${path}`, { message: 'x', changes: { a: 'b' } }, scoped['write']);
      expect([path, status >= 400]).toEqual([path, true]);
    }
    expect((await asAdmin('GET', `repos/other/transactions/${transaction}`)).status).toBe(200);
    expect((await asAdmin('GET', 'repos/other/realities/secret')).status).toBe(200);
  });

  it('no other repository is made, renamed, forked or filled, and no wider credentials are got', async () => {
    const headers = scoped['write']!;
    const status = async (method: string, path: string, body?: unknown): Promise<number> => (await ask(server, method, `/api/v1/${path}`, body, headers)).status;
    expect(await status('POST', 'repos', { id: 'mine' })).toBe(403);
    expect(await status('POST', 'repos/app/fork', { id: 'mine' })).toBe(403);
    expect(await status('PATCH', 'repos/app', { id: 'mine' })).toBe(403);
    expect(await status('DELETE', 'repos/app')).toBe(403);
    expect(await status('POST', 'auth/tokens', { repository: 'other', access: 'read' })).toBe(403);
    expect(await status('POST', 'auth/tokens', { repository: 'app', access: 'write', ttl_seconds: 3600 })).toBe(403);
    expect(await status('POST', 'auth/apikeys', { name: 'x', permissions: [] })).toBe(403);
    expect(await status('POST', 'auth/refresh')).toBe(403);
    expect(await status('POST', 'auth/password', { current_password: PASSWORD, new_password: 'mine' })).toBe(403);
    expect(await status('GET', 'users')).toBe(403);
    expect(await status('GET', 'audit')).toBe(403);
    expect(await status('POST', 'pool/cleanup')).toBe(403);
    expect((await ask(server, 'GET', '/api/v1/repos', undefined, headers)).body['repositories']).toEqual([expect.objectContaining({ id: 'app' })]);
  });

  it('a scope with a crooked name is one for nothing', async () => {
    for (const repository of ['OTHER', 'other/', '/other', './other', 'app/../other', 'other.git.git', 'ｏther', '*', 'other\0', '%6fther', '']) {
      const { status, body } = await asAdmin('POST', 'auth/tokens', { repository, access: 'read' });
      if (status !== 201) continue;
      expect([repository, (await raw('GET', '/api/v1/repos/other', bearer(String(body['token'])))).status]).toEqual([repository, 403]);
    }
  });
});

describe('by a fork', () => {
  it.each([true, false])('who may read it alone reads nothing of what came later (in memory: %s)', async (memoryOnly) => {
    const [source, fork] = [`source-${memoryOnly}`, `fork-${memoryOnly}`];
    await asAdmin('POST', 'repos', { id: source, memory_only: memoryOnly });
    await asAdmin('POST', `repos/${source}/commits`, commit('open'));
    expect((await asAdmin('POST', `repos/${source}/fork`, { id: fork })).status).toBe(201);
    const later = await asAdmin('POST', `repos/${source}/commits`, commit(MARK));
    const hash = String(later.body['hash']);
    const only = bearer(String((await asAdmin('POST', 'auth/tokens', { repository: fork, access: 'write' })).body['token']));
    const file = await asAdmin('GET', `repos/${source}/git/trees/${String(later.body['tree'])}`);
    const blob = (file.body['tree'] as { sha: string }[])[0]!.sha;
    for (const path of [`commits/${hash}`, `git/commits/${hash}`, `git/blobs/${blob}`, `files/file?ref=${hash}`, `show/${hash}`, `diff?from=main&to=${hash}`, `compare/main...${hash}`, `archive/${hash}`, `grep`]) {
      const { status, text } = path === 'grep'
        ? await raw('POST', `/api/v1/repos/${fork}/grep`, { ...only, 'content-type': 'application/json' }, JSON.stringify({ pattern: MARK }))
        : await raw('GET', `/api/v1/repos/${fork}/${path}`, only);
      expect([path, path === 'grep' || status >= 400, text.includes(`${MARK}\\n`) || text.includes(Buffer.from(MARK).toString('base64'))]).toEqual([path, true, false]);
    }
    expect((await ask(server, 'POST', `/api/v1/repos/${fork}/git/refs`, { ref: 'refs/heads/stolen', sha: hash }, only)).status).toBeGreaterThanOrEqual(400);
    expect((await ask(server, 'POST', `/api/v1/repos/${fork}/branches`, { name: 'stolen', from: hash }, only)).status).toBeGreaterThanOrEqual(400);
  });
});
