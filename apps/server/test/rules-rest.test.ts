import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { ask, removeFolders, startTestServer, type JsonAnswer, type TestServer } from './harness.js';

let server: TestServer;
let tip: string;
let topic: string;
const PASSWORD = 'correct horse';
const basic = (name: string): Record<string, string> => ({ authorization: `Basic ${Buffer.from(`${name}:${PASSWORD}`).toString('base64')}` });
const admin = basic('admin');
const dev = basic('dev');
const go = (method: string, path: string, body?: unknown, headers = dev): Promise<JsonAnswer> => ask(server, method, `/api/v1/repos/app${path}`, body, headers);

beforeAll(async () => {
  server = await startTestServer([], { GOVC_JWT_SECRET: 'a secret that is long enough for signing tokens', GOVC_ADMIN_PASSWORD: PASSWORD });
  await ask(server, 'POST', '/api/v1/users', { id: 'dev', username: 'dev', password: PASSWORD, roles: ['developer'] }, admin);
  await ask(server, 'POST', '/api/v1/repos', { id: 'app', memory_only: true }, admin);
  await go('POST', '/commits', { message: 'One', actions: [{ path: 'a', content: '1' }, { path: 'infra/x', content: '1' }] }, admin);
  await go('POST', '/branches', { name: 'topic' }, admin);
  topic = String((await go('POST', '/commits', { message: 'Topic', branch: 'topic', actions: [{ path: 'b', content: '1' }] }, admin)).body['hash']);
  tip = String((await go('POST', '/commits', { message: 'Two', actions: [{ path: 'a', content: '2' }] }, admin)).body['hash']);
  await go('POST', '/tags', { name: 'v1', message: 'First' }, admin);
  const rule = async (body: object): Promise<void> => {
    expect((await go('POST', '/rules', body, admin)).status).toBe(201);
  };
  await rule({ refs: ['refs/heads/main', 'refs/tags/**', 'refs/notes/**', 'refs/stash', 'HEAD'], effect: 'allow', roles: ['release'] });
  await rule({ refs: ['refs/heads/**'], paths: ['infra/**'], effect: 'allow', roles: ['release'] });
  await rule({ refs: ['refs/heads/topic'], actions: ['force'], effect: 'deny', users: ['dev'] });
});

afterAll(async () => {
  await server.stop();
  await removeFolders();
});

/** Each changes a protected ref or path. */
const REFUSED: readonly (readonly [method: string, path: string, body?: unknown])[] = [
  ['POST', '/commits', { message: 'x', actions: [{ path: 'c', content: '' }] }],
  ['POST', '/commits', { message: 'x', branch: 'main', files: [{ path: 'c', content: '' }] }],
  ['POST', '/commits', { message: 'x', branch: 'topic', actions: [{ action: 'delete', path: 'infra' }] }],
  ['POST', '/commits', { message: 'x', branch: 'topic', actions: [{ action: 'move', from: 'infra/x', to: 'y' }] }],
  ['POST', '/commits', { message: 'x', branch: 'other', from: 'topic', actions: [{ path: 'infra/new', content: '' }] }],
  ['PUT', '/files/a', { content: 'x', message: 'x' }], ['PUT', '/files/infra/x', { content: 'x', message: 'x', branch: 'topic' }],
  ['DELETE', '/files/a?message=x'], ['DELETE', '/files/a', { message: 'x' }],
  ['POST', '/merge', { from: 'topic', to: 'main' }], ['POST', '/merge', { from: 'topic' }], ['POST', '/merge', { from: 'topic', squash: true }],
  ['POST', '/cherry-pick', { commit: 'topic' }], ['POST', '/revert', { commit: 'HEAD' }], ['POST', '/reset', { target: 'HEAD~1' }], ['POST', '/rebase', { onto: 'topic' }],
  ['POST', '/reset', { target: 'main~1', branch: 'topic' }], ['POST', '/rebase', { onto: 'main', branch: 'topic' }],
  ['POST', '/checkout', { branch: 'topic' }], ['DELETE', '/branches/main'], ['PATCH', '/branches/main', { name: 'mine' }],
  ['POST', '/tags', { name: 'v2' }], ['POST', '/tags', { name: 'v2', message: 'x' }], ['DELETE', '/tags/v1'],
  ['POST', '/notes/main', { content: 'x' }], ['PUT', '/notes/main', { content: 'x' }],
  ['POST', '/git/refs', { ref: 'refs/tags/v3', sha: 'TIP' }], ['PATCH', '/git/refs/heads/main', { sha: 'TOPIC', force: true }],
  ['PATCH', '/git/refs/heads/topic', { sha: 'TIP', force: true }], ['DELETE', '/git/refs/tags/v1'], ['DELETE', '/git/refs/heads/main'],
];

it.each(REFUSED.map(([method, path, body]) => [method, path, JSON.stringify(body ?? null)] as const))('%s %s %s is refused and changes nothing', async (method, path, body) => {
  const before = (await go('GET', '/git/refs')).body['refs'];
  const text = body.replaceAll('TIP', tip).replaceAll('TOPIC', topic);
  const { status, body: answer } = await go(method, path, JSON.parse(text) ?? undefined);
  const isCurrent = path.endsWith('/main') && method === 'DELETE';
  expect([status, answer['code']]).toEqual(isCurrent ? [400, 'DELETE_CURRENT_BRANCH'] : [403, 'FORBIDDEN']);
  expect((await go('GET', '/git/refs')).body['refs']).toEqual(before);
  expect((await go('GET', '/branches')).body['current']).toBe('main');
});

it('what no rule names is done', async () => {
  expect((await go('POST', '/commits', { message: 'x', branch: 'topic', actions: [{ path: 'fine', content: '' }] })).status).toBe(201);
  expect((await go('POST', '/commits', { message: 'x', branch: 'mine', from: 'topic', actions: [{ path: 'fine2', content: '' }] })).status).toBe(201);
  expect((await go('POST', '/merge', { from: 'main', to: 'mine' })).body).toMatchObject({ status: 'merged' });
  expect((await go('POST', '/rebase', { onto: 'main', branch: 'mine' })).body).toMatchObject({ status: 'done' });
  expect((await go('POST', '/merge', { from: 'topic', to: 'main', dry_run: true })).body).toMatchObject({ clean: true, dry_run: true });
  expect((await go('DELETE', '/branches/mine')).status).toBe(200);
});

it('a bundle is judged as a push is', async () => {
  const bundle = Buffer.from(await (await fetch(`${server.url}/api/v1/repos/app/bundle?revisions=topic`, { headers: dev })).arrayBuffer());
  const upload = (query: string): Promise<Response> => fetch(`${server.url}/api/v1/repos/app/bundle${query}`, {
    method: 'POST', headers: { ...dev, 'content-type': 'application/x-git-bundle' }, body: bundle,
  });
  expect((await upload('?prefix=refs/tags/')).status).toBe(403);
  expect((await upload('?prefix=refs/remotes/origin/')).status).toBe(200);
});

it('a fork or a new name needs rights there', async () => {
  const reader = basic('reader');
  await ask(server, 'POST', '/api/v1/users', { id: 'reader', username: 'reader', password: PASSWORD, roles: ['reader'] }, admin);
  expect((await go('POST', '/fork', { id: 'mine' }, reader)).status).toBe(403);
  expect((await go('PATCH', '', { id: 'mine' })).status).toBe(403);
  expect((await go('POST', '/fork', { id: 'mine' })).status).toBe(201);
});
