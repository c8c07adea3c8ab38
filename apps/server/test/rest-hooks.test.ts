import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { ask } from './checked-ask.js';
import { makeFolder, mustGit, removeFolders, startTestServer, type TestServer } from './harness.js';
import { Receiver } from './receiver.js';

const ENV = { GOVC_JWT_SECRET: 'x'.repeat(40), GOVC_ADMIN_PASSWORD: 'an administrator', GOVC_WEBHOOKS_ALLOW_HOSTS: '127.0.0.1' };
const basic = (name: string, password: string) => ({ authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` });
const ADMIN = basic('admin', 'an administrator');
const DEV = basic('dev', 'a password of hers');
const AUTHOR = { name: 'Dev', email: 'dev@example.com' };

let server: TestServer;
let folder: string;
let data: string;
let id: string;
let tip: string;
let tree: string;
let count = 0;

beforeAll(async () => {
  folder = await makeFolder();
  data = join(folder, 'data');
  server = await startTestServer(['--data', data], ENV);
  await ask(server, 'POST', '/api/v1/users', { id: 'dev', username: 'dev', password: 'a password of hers', roles: ['developer'] }, ADMIN);
});

afterAll(async () => {
  await server.stop();
  await removeFolders();
});

beforeEach(async () => {
  id = `hooked-${++count}`;
  await ask(server, 'POST', '/api/v1/repos', { id }, ADMIN);
  const { body } = await go('POST', '/commits', { message: 'One', author: AUTHOR, files: [{ path: 'a', content: 'a' }] });
  [tip, tree] = [String(body['hash']), String(body['tree'])];
});

const go = (method: string, path: string, body?: unknown, headers = ADMIN) => ask(server, method, `/api/v1/repos/${id}${path}`, body, headers);

async function hook(name: string, script: string): Promise<void> {
  const path = join(data, `${id}.git`, 'hooks', name);
  await rm(path, { force: true });
  await writeFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  await chmod(path, 0o755);
}

describe('executable hooks', () => {
  it('hear of a change over REST as of a push', async () => {
    const said = join(folder, `said-${id}`);
    const note = `echo "$(basename "$0") $* user=$REMOTE_USER secret=$GOVC_JWT_SECRET" >> ${said}`;
    await hook('pre-receive', `${note}\nread old new ref\necho "$ref $(git cat-file -t $new) $(git show $new:b)" >> ${said}`);
    await hook('update', note);
    await hook('post-receive', `${note}\nread old new ref\necho "$ref is at $(git rev-parse $ref)" >> ${said}`);
    await hook('post-update', note);
    const { status, body } = await go('POST', '/commits', { message: 'Two', author: AUTHOR, files: [{ path: 'b', content: 'new' }] });
    expect(status).toBe(201);
    const made = String(body['hash']);
    const tail = 'user=admin secret=';
    expect((await readFile(said, 'utf8')).trim().split('\n')).toEqual([
      `pre-receive  ${tail}`, 'refs/heads/main commit new',
      `update refs/heads/main ${tip} ${made} ${tail}`,
      `post-receive  ${tail}`, `refs/heads/main is at ${made}`,
      `post-update refs/heads/main ${tail}`,
    ]);
  });

  it('that decline keep everything as it was, on every route that moves refs', async () => {
    const before = (): Promise<string> => mustGit(join(data, `${id}.git`), ['for-each-ref']);
    await go('POST', '/branches', { name: 'topic' });
    await go('POST', '/commits', { message: 'Two', branch: 'topic', author: AUTHOR, files: [{ path: 'b', content: 'b' }] });
    await go('POST', '/tags', { name: 'v1' });
    await go('POST', '/add', { path: 'staged', content: 's' });
    const transaction = String((await go('POST', '/transactions')).body['id']);
    await go('POST', `/transactions/${transaction}/add`, { path: 'c', content: 'c' });
    await go('POST', '/realities', { realities: ['one'] });
    await go('POST', '/realities/one/apply', { changes: { d: 'd' } });
    const refs = await before();
    await hook('pre-receive', 'echo "not today" >&2; exit 1');
    const sha = tip;
    const attempts: readonly (readonly [string, string, unknown?])[] = [
      ['POST', '/commits', { message: 'x', author: AUTHOR }], ['PUT', '/files/e', { content: 'e', message: 'e' }], ['DELETE', '/files/a?message=gone'],
      ['POST', '/branches', { name: 'more' }], ['DELETE', '/branches/topic'], ['PATCH', '/branches/topic', { name: 'moved' }],
      ['POST', '/tags', { name: 'v2', message: 'two' }], ['DELETE', '/tags/v1'],
      ['POST', '/merge', { from: 'topic', to: 'main' }], ['POST', '/cherry-pick', { commit: 'topic' }], ['POST', '/cherry-pick', { commit: 'topic', on_conflict: 'stop' }],
      ['POST', '/revert', { commit: 'HEAD' }], ['POST', '/reset', { target: 'topic', mode: 'hard' }], ['POST', '/rebase', { branch: 'topic', onto: 'main', force: true }],
      ['POST', '/stash', {}], ['POST', '/git/refs', { ref: 'refs/heads/by-ref', sha }], ['DELETE', '/git/refs/heads/topic'], ['PUT', '/notes/main', { content: 'noted' }],
      ['POST', `/transactions/${transaction}/commit`, { message: 'x' }], ['POST', '/realities/one/publish'],
    ];
    for (const [method, path, body] of attempts) {
      const answer = await go(method, path, body);
      expect([method, path, answer.status, answer.body['code'], (answer.body['details'] as { output?: string } | undefined)?.output]).toEqual([method, path, 403, 'REF_REFUSED', 'not today\n']);
    }
    expect(await before()).toBe(refs);
    await hook('pre-receive', 'exit 0');
    await hook('update', 'case $1 in */bad) exit 1;; esac');
    expect((await go('POST', '/branches', { name: 'bad' })).body).toMatchObject({ code: 'REF_REFUSED', details: { hook: 'update', ref: 'refs/heads/bad' } });
    expect((await go('POST', '/branches', { name: 'good' })).status).toBe(201);
    expect(await mustGit(join(data, `${id}.git`), ['fsck', '--strict', '--no-dangling'])).toBe('');
  });
});

describe('an import', () => {
  const source = (): string => server.url.replace('127.0.0.1', 'localhost');

  it('asks policies, hooks, and the rules about paths', async () => {
    const origin = id;
    await go('POST', '/commits', { message: 'Secret', branch: 'secret', author: AUTHOR, files: [{ path: 'secret/key', content: 'k' }] });
    id = `${origin}-copy`;
    const receiver = await Receiver.open();
    const other = await startTestServer(['--data', await makeFolder()], { ...ENV, GOVC_WEBHOOKS_ALLOW_HOSTS: '127.0.0.1,localhost' });
    const there = (method: string, path: string, body?: unknown, headers = ADMIN) => ask(other, method, `/api/v1/repos/copy${path}`, body, headers);
    const url = `${source()}/${origin}.git`;
    const from = { url, username: 'admin', password: 'an administrator' };
    try {
      await ask(other, 'POST', '/api/v1/users', { id: 'dev', username: 'dev', password: 'a password of hers', roles: ['developer'] }, ADMIN);
      await ask(other, 'POST', '/api/v1/repos', { id: 'copy' }, ADMIN);
      expect((await there('POST', '/rules', { refs: ['**'], paths: ['secret/**'], effect: 'deny' })).status).toBe(201);
      const denied = await there('POST', '/import', from, DEV);
      expect([denied.status, denied.body['code']]).toEqual([403, 'FORBIDDEN']);
      expect((await there('GET', '/branches')).body).toMatchObject({ count: 0 });
      await there('POST', '/policies', { url: receiver.url });
      receiver.answer = () => ({ status: 403, body: '{"message": "no imports"}' });
      expect((await there('POST', '/import', from)).body).toMatchObject({ code: 'POLICY_REFUSED', error: 'no imports' });
      expect(receiver.received[0]!.json).toMatchObject({ event: 'policy', source: 'rest', changes: expect.arrayContaining([{ ref: 'refs/heads/main', old: null, new: tip }]) });
      expect((await there('GET', '/branches')).body).toMatchObject({ count: 0 });
      receiver.answer = () => ({ status: 204 });
      expect((await there('POST', '/import', from)).body).toMatchObject({ status: 'imported' });
      expect((await there('GET', '/branches')).body).toMatchObject({ count: 2 });
    } finally {
      await other.stop();
      await receiver.close();
    }
  });
});

describe('a rule about paths', () => {
  it('holds for commits that were written as objects first', async () => {
    expect((await go('POST', '/rules', { refs: ['**'], paths: ['secret/**'], effect: 'deny' })).status).toBe(201);
    const blob = await go('POST', '/git/blobs', { content: 'k' }, DEV);
    const written = await go('POST', '/git/trees', { base_tree: tree, tree: [{ path: 'secret/key', mode: '100644', type: 'blob', sha: blob.body['sha'] }] }, DEV);
    const commit = await go('POST', '/git/commits', { message: 'x', tree: written.body['sha'], parents: [tip], author: AUTHOR }, DEV);
    const sha = String(commit.body['sha']);
    expect((await go('POST', '/branches', { name: 'leak', from: sha }, DEV)).status).toBe(403);
    expect((await go('POST', '/tags', { name: 'leak', target: sha }, DEV)).status).toBe(403);
    expect((await go('POST', '/branches', { name: 'fine', from: tip }, DEV)).status).toBe(201);
  });
});
