import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { ask, removeFolders, startTestServer, type TestServer } from './harness.js';
import { until } from './receiver.js';

let server: TestServer;
const author = { name: 'Dev', email: 'dev@example.com' };

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(async () => {
  await server.stop();
  await removeFolders();
});

async function makeRepository(id: string, options: Record<string, unknown> = {}): Promise<string> {
  const { status } = await ask(server, 'POST', '/api/v1/repos', { id, memory_only: true, ...options });
  expect(status).toBe(201);
  return `/api/v1/repos/${encodeURIComponent(id)}`;
}

describe('the quick start of the README', () => {
  it('makes a repository, stages a file and commits it', async () => {
    const created = await ask(server, 'POST', '/api/v1/repos', { id: 'my-repo', memory_only: true });
    expect(created.status).toBe(201);
    expect(created.headers.get('location')).toBe('/api/v1/repos/my-repo');
    expect(created.body).toMatchObject({
      id: 'my-repo', path: ':memory:', current_branch: 'main', memory_only: true, durable: false, object_format: 'sha1',
      clone_url: `${server.url}/my-repo.git`,
    });
    const staged = await ask(server, 'POST', '/api/v1/repos/my-repo/files', { path: 'main.go', content: 'package main\n\nfunc main() {}' });
    expect(staged.status).toBe(201);
    const committed = await ask(server, 'POST', '/api/v1/repos/my-repo/commits', { message: 'Add main.go', author });
    expect(committed.status).toBe(201);
    expect(committed.body).toMatchObject({ message: 'Add main.go', author: 'Dev', email: 'dev@example.com', branch: 'main' });
    expect(committed.body['parent']).toBeUndefined();
    const log = await ask(server, 'GET', '/api/v1/repos/my-repo/commits');
    expect(log.body).toMatchObject({ count: 1, commits: [{ hash: committed.body['hash'] }] });
    const file = await ask(server, 'GET', '/api/v1/repos/my-repo/files/main.go');
    expect(file.body).toMatchObject({ path: 'main.go', content: 'package main\n\nfunc main() {}', encoding: 'utf-8', size: 28 });
  });
});

describe('repositories', () => {
  it('are listed and shown, and deleted for good', async () => {
    const path = await makeRepository('listed', { description: 'Shown', default_branch: 'trunk', object_format: 'sha256' });
    expect((await ask(server, 'GET', path)).body).toMatchObject({
      id: 'listed', description: 'Shown', default_branch: 'trunk', object_format: 'sha256',
    });
    const { body } = await ask(server, 'GET', '/api/v1/repos');
    expect((body['repositories'] as { id: string }[]).map(({ id }) => id)).toContain('listed');
    expect((await ask(server, 'DELETE', path)).body).toEqual({ status: 'deleted' });
    expect((await ask(server, 'GET', path)).body).toMatchObject({ code: 'REPO_NOT_FOUND' });
    await makeRepository('listed');
  });

  it('do not take an id that exists, in whatever letter case', async () => {
    await makeRepository('taken');
    for (const id of ['taken', 'Taken', 'taken.git']) {
      const { status, body } = await ask(server, 'POST', '/api/v1/repos', { id });
      expect({ status, code: body['code'] }).toEqual({ status: 409, code: 'REPO_EXISTS' });
    }
  });

  it.each(['', '..', '../x', 'a//b', '/a', 'a/', '.hidden', 'a/.git', 'x.lock', 'a.git/b', 'con', 'api/x', 'a\u0000b', 'a b', 'ä'])(
    'refuse the id %j', async (id) => {
      const { status } = await ask(server, 'POST', '/api/v1/repos', { id });
      expect(status).toBe(400);
    });

  it('may have slashes in their ids, encoded or plain', async () => {
    await makeRepository('team/app');
    for (const path of ['/api/v1/repos/team%2Fapp', '/api/v1/repos/team/app']) {
      expect((await ask(server, 'GET', path)).body).toMatchObject({ id: 'team/app' });
      expect((await ask(server, 'GET', `${path}/branches`)).body).toMatchObject({ branches: [], current: 'main', count: 0 });
    }
  });
});

describe('files and commits', () => {
  it('carry binary content as base64 and raw', async () => {
    const path = await makeRepository('binary');
    const bytes = Buffer.from([0, 255, 1, 254]);
    await ask(server, 'POST', `${path}/files`, { path: 'a/b.bin', content: bytes.toString('base64'), encoding: 'base64' });
    await ask(server, 'POST', `${path}/commits`, { message: 'Add', author });
    expect((await ask(server, 'GET', `${path}/files/a/b.bin`)).body).toMatchObject({
      encoding: 'base64', content: bytes.toString('base64'), size: 4,
    });
    for (const request of [
      fetch(`${server.url}${path}/files/a/b.bin?raw=true`),
      fetch(`${server.url}${path}/read/a/b.bin`, { headers: { accept: 'application/octet-stream' } }),
    ]) {
      const response = await request;
      expect(response.headers.get('content-type')).toBe('application/octet-stream');
      expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
    }
  });

  it('take an empty file, and authors in the spelling of the original', async () => {
    const path = await makeRepository('original');
    expect((await ask(server, 'POST', `${path}/add`, { path: 'empty', content: '' })).status).toBe(200);
    expect((await ask(server, 'GET', `${path}/status`)).body).toMatchObject({ branch: 'main', staged: ['empty'], modified: [], untracked: [], clean: false });
    const { status, body } = await ask(server, 'POST', `${path}/commit`, { message: 'Add', author: 'Ann', email: 'ann@example.com' });
    expect(status).toBe(201);
    expect(body).toMatchObject({ author: 'Ann', email: 'ann@example.com' });
    expect((await ask(server, 'GET', `${path}/log`)).body).toMatchObject({ count: 1 });
    expect((await ask(server, 'GET', `${path}/status`)).body).toMatchObject({ staged: [], clean: true });
  });

  it('commit several changes in one call and leave the stage alone', async () => {
    const path = await makeRepository('one-call');
    await ask(server, 'POST', `${path}/files`, { path: 'staged', content: 'later' });
    const first = await ask(server, 'POST', `${path}/commits`, {
      message: 'Two files', author, files: [{ path: 'a', content: '1' }, { path: 'd/b', content: '2', mode: '100755' }],
    });
    expect(first.status).toBe(201);
    const second = await ask(server, 'POST', `${path}/commits`, {
      message: 'One less', author, expected_head: first.body['hash'],
      actions: [{ action: 'delete', path: 'a' }, { action: 'put', path: 'c', content: '3' }],
    });
    expect(second.body).toMatchObject({ parent: first.body['hash'] });
    expect((await ask(server, 'GET', `${path}/tree?recursive=true`)).body).toMatchObject({
      total: 2,
      entries: [{ path: 'c', type: 'file', size: 1, mode: '100644' }, { path: 'd/b', mode: '100755' }],
    });
    expect((await ask(server, 'GET', `${path}/tree/d`)).body).toMatchObject({ total: 1, entries: [{ name: 'b', path: 'd/b' }] });
    expect((await ask(server, 'GET', `${path}/status`)).body).toMatchObject({ staged: ['staged'] });
    const late = await ask(server, 'POST', `${path}/commits`, {
      message: 'Late', author, expected_head: first.body['hash'], files: [{ path: 'z', content: '' }],
    });
    expect({ status: late.status, code: late.body['code'] }).toEqual({ status: 409, code: 'REF_CONFLICT' });
  });

  it('page through the log', async () => {
    const path = await makeRepository('paged');
    for (let index = 0; index < 5; index++) {
      await ask(server, 'POST', `${path}/commits`, { message: `c${index}`, author, allow_empty: true });
    }
    const messages = async (query: string): Promise<unknown> => {
      const { body } = await ask(server, 'GET', `${path}/commits?${query}`);
      return [(body['commits'] as { message: string }[]).map(({ message }) => message), body['has_more']];
    };
    expect(await messages('limit=2')).toEqual([['c4', 'c3'], true]);
    expect(await messages('limit=2&offset=2')).toEqual([['c2', 'c1'], true]);
    expect(await messages('limit=2&page=3')).toEqual([['c0'], false]);
    expect((await ask(server, 'GET', `${path}/commits?limit=0`)).body).toMatchObject({ code: 'INVALID_REQUEST' });
    expect((await ask(server, 'GET', `${path}/commits?ref=nothing`)).body).toMatchObject({ code: 'REF_NOT_FOUND' });
  });

  it('say what is wrong', async () => {
    const path = await makeRepository('errors');
    const code = async (method: string, suffix: string, body?: unknown): Promise<unknown> => {
      const answer = await ask(server, method, path + suffix, body);
      expect(answer.body['request_id']).toBe(answer.headers.get('x-request-id'));
      return [answer.status, answer.body['code']];
    };
    expect(await code('GET', '/files/none')).toEqual([404, 'FILE_NOT_FOUND']);
    expect(await code('POST', '/files', { path: '../x', content: '' })).toEqual([400, 'INVALID_FILE_PATH']);
    expect(await code('POST', '/files', { path: 'a/.git/config', content: '' })).toEqual([400, 'INVALID_FILE_PATH']);
    expect(await code('POST', '/files', { path: 'x' })).toEqual([400, 'INVALID_REQUEST']);
    expect(await code('POST', '/files', { path: 'x', content: '', more: 1 })).toEqual([400, 'INVALID_REQUEST']);
    expect(await code('POST', '/commits', { message: 'Nothing', author })).toEqual([409, 'NOTHING_TO_COMMIT']);
    expect(await code('POST', '/branches', { name: 'b' })).toEqual([404, 'REF_NOT_FOUND']);
    expect(await code('GET', '/nothing-here')).toEqual([404, 'REPO_NOT_FOUND']);
    expect(await code('PATCH', '/files')).toEqual([405, 'METHOD_NOT_ALLOWED']);
  });
});

describe('branches and tags', () => {
  it('are made, listed and deleted', async () => {
    const path = await makeRepository('refs');
    const { body: commit } = await ask(server, 'POST', `${path}/commits`, { message: 'c', author, files: [{ path: 'a', content: '' }] });
    const created = await ask(server, 'POST', `${path}/branches`, { name: 'feature/x', from: 'main' });
    expect(created).toMatchObject({ status: 201, body: { status: 'created', data: { branch: 'feature/x', from: 'main' } } });
    expect((await ask(server, 'GET', `${path}/branches`)).body).toMatchObject({
      branches: [
        { name: 'feature/x', commit: commit['hash'], is_current: false }, { name: 'main', commit: commit['hash'], is_current: true },
      ],
      current: 'main',
      count: 2,
    });
    expect((await ask(server, 'POST', `${path}/branches`, { name: 'feature/x' })).body).toMatchObject({ code: 'BRANCH_EXISTS' });
    expect((await ask(server, 'POST', `${path}/branches`, { name: 'a..b' })).body).toMatchObject({ code: 'INVALID_REF_NAME' });
    expect((await ask(server, 'POST', `${path}/branches`, { name: 'feature' })).body).toMatchObject({ code: 'REF_NAME_CLASH' });
    expect((await ask(server, 'DELETE', `${path}/branches/main`)).body).toMatchObject({ code: 'DELETE_CURRENT_BRANCH' });
    expect((await ask(server, 'DELETE', `${path}/branches/feature/x`)).status).toBe(200);
    expect((await ask(server, 'DELETE', `${path}/branches/feature/x`)).body).toMatchObject({ code: 'BRANCH_NOT_FOUND' });

    expect((await ask(server, 'POST', `${path}/tags`, { name: 'v1', message: 'One' })).body).toMatchObject({
      status: 'created', name: 'v1', commit: commit['hash'], annotated: true,
    });
    expect((await ask(server, 'POST', `${path}/tags`, { name: 'v1' })).body).toMatchObject({ code: 'TAG_EXISTS' });
    await ask(server, 'POST', `${path}/tags`, { name: 'light' });
    expect((await ask(server, 'GET', `${path}/tags`)).body).toMatchObject({ count: 2, tags: [{ name: 'light', annotated: false }, { name: 'v1' }] });
    expect((await ask(server, 'DELETE', `${path}/tags/v1`)).status).toBe(200);
  });
});

describe('every answer', () => {
  it('carries the request id of the client, or a new one', async () => {
    const given = await fetch(`${server.url}/health/live`, { headers: { 'x-request-id': 'mine-1' } });
    expect(given.headers.get('x-request-id')).toBe('mine-1');
    const odd = await fetch(`${server.url}/health/live`, { headers: { 'x-request-id': 'no good' } });
    expect(odd.headers.get('x-request-id')).toMatch(/^req-/);
  });

  it('has headers that keep browsers in check', async () => {
    const { headers } = await fetch(`${server.url}/health/live`);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('is logged as one record', async () => {
    await fetch(`${server.url}/version?token=hidden`, { headers: { 'x-request-id': 'logged-1' } });
    await until(() => server.records.some((each) => each['request_id'] === 'logged-1'));
    const record = server.records.find((each) => each['request_id'] === 'logged-1');
    expect(record).toMatchObject({
      level: 'INFO', message: 'HTTP request processed', http_method: 'GET', http_path: '/version', http_status: 200,
    });
    expect(typeof record?.['http_latency_ms']).toBe('number');
  });

  it('is counted by the template of its route', async () => {
    await ask(server, 'GET', '/api/v1/repos/not-there');
    const text = await (await fetch(`${server.url}/metrics`)).text();
    expect(text).toContain('govc_http_requests_total{method="GET",status="404"}');
    expect(text).toContain('path="/api/v1/repos/{id}"');
    expect(text).not.toContain('not-there');
  });

  it('to a body that is no JSON is a clear error', async () => {
    const post = (body: string, headers: Record<string, string>): Promise<Response> =>
      fetch(`${server.url}/api/v1/repos`, { method: 'POST', body, headers });
    expect((await post('{"id":"x"}', { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await post('{"id":', { 'content-type': 'application/json' })).status).toBe(400);
    expect((await post('{"id":"x"}', { 'content-type': 'application/json', 'content-encoding': 'br2' })).status).toBe(415);
    expect((await post('', { 'content-type': 'application/json' })).status).toBe(400);
  });

  it('is 404 where there is nothing', async () => {
    expect(await ask(server, 'GET', '/api/v3/repos')).toMatchObject({ status: 404, body: { code: 'ENDPOINT_NOT_FOUND' } });
  });
});

describe('pages about the server', () => {
  it('are healthy, ready and alive', async () => {
    expect((await ask(server, 'GET', '/health')).body).toMatchObject({ status: 'healthy', checks: { storage: { status: 'healthy' } } });
    expect((await ask(server, 'GET', '/health/ready')).body).toMatchObject({ status: 'ready' });
    expect((await ask(server, 'GET', '/health/live')).body).toMatchObject({ status: 'alive' });
    expect((await ask(server, 'GET', '/version')).body).toMatchObject({ name: 'govc' });
  });

  it('say how to clone', async () => {
    const response = await fetch(`${server.url}/`);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const html = await response.text();
    expect(html).toContain(`git clone ${server.url}/`);
    expect(html).toContain('Development mode');
    expect(html).not.toContain('<script');
  });

  it('describe every route in OpenAPI', async () => {
    const { body } = await ask(server, 'GET', '/openapi.json');
    expect(body).toMatchObject({ openapi: '3.1.0' });
    const paths = Object.keys(body['paths'] as object);
    expect(paths).toEqual(expect.arrayContaining(['/api/v1/repos', '/api/v1/repos/{id}/files/{path}', '/health', '/api/v1/auth/login']));
  });
});
