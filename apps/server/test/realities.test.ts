import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { ask, git, makeFolder, mustGit, removeFolders, startTestServer, type JsonAnswer, type TestServer } from './harness.js';

const ENV = { GOVC_JWT_SECRET: 'a secret that is long enough for signing tokens', GOVC_ADMIN_PASSWORD: 'correct horse' };
const basic = (name: string): Record<string, string> => ({ authorization: `Basic ${Buffer.from(`${name}:correct horse`).toString('base64')}` });
const author = { name: 'Dev', email: 'dev@example.com' };

let server: TestServer;
let work: string;
let nowMs = 1_700_000_000_000;
let count = 0;
const call = (method: string, path: string, body?: unknown, headers = basic('dev')): Promise<JsonAnswer> => ask(server, method, `/api/v1/repos/${path}`, body, headers);
const urlOf = (path: string, name = 'dev'): string => `${server.url.replace('http://', `http://${name}:correct%20horse@`)}/${path}`;

beforeAll(async () => {
  server = await startTestServer(['--data', await makeFolder()], ENV, { clock: () => nowMs });
  for (const [id, role] of [['dev', 'developer'], ['read', 'reader']]) {
    await ask(server, 'POST', '/api/v1/users', { id, username: id, email: `${id}@example.com`, password: 'correct horse', roles: [role] }, basic('admin'));
  }
  work = await makeFolder();
});

afterAll(async () => {
  await server.stop();
  await removeFolders();
});

/** A new repository with one commit. */
async function makeRepository(options: { readonly memory?: boolean } = {}): Promise<{ id: string; head: string }> {
  const id = `r${++count}`;
  expect((await ask(server, 'POST', '/api/v1/repos', { id, memory_only: options.memory ?? false }, basic('dev'))).status).toBe(201);
  const { body } = await call('POST', `${id}/commits`, { message: 'First', author, files: [{ path: 'app.conf', content: 'size=1\n' }, { path: 'b', content: 'b\n' }] });
  return { id, head: String(body['hash']) };
}

const headOf = async (id: string): Promise<unknown> => ((await call('GET', `${id}/commits`)).body['commits'] as { hash: string }[])[0]?.hash;

describe('realities', () => {
  it('are made many at once, tried, scored, and the winner is published', async () => {
    const { id, head } = await makeRepository();
    const made = await call('POST', `${id}/realities`, { realities: ['small', 'large', { name: 'team/huge' }] });
    expect(made).toMatchObject({ status: 201, body: { count: 3, realities: [{ name: 'small', branch: 'main', base: head, head, isolated: true }, { name: 'large' }, { name: 'team/huge' }] } });
    for (const [index, name] of ['small', 'large', 'team%2Fhuge'].entries()) {
      const applied = await call('POST', `${id}/realities/${name}/apply`, { changes: { 'app.conf': `size=${index + 2}\n` }, message: `Try ${name}`, author });
      expect(applied).toMatchObject({ status: 200, body: { status: 'applied', commit: { parent: head, message: `Try ${name}` } } });
      expect((await call('POST', `${id}/realities/${name}/scores`, { score: index === 1 ? 0.9 : 0.5, p99_ms: 10 + index })).status).toBe(200);
    }
    // Each sees its own; the repository sees none of it.
    expect((await call('GET', `${id}/realities/large/files/app.conf`)).body).toMatchObject({ content: 'size=3\n' });
    expect((await call('GET', `${id}/realities/small/read/app.conf`)).body).toMatchObject({ content: 'size=2\n' });
    expect((await call('GET', `${id}/files/app.conf`)).body).toMatchObject({ content: 'size=1\n' });
    expect((await call('POST', `${id}/realities/large/grep`, { pattern: 'size' })).body).toMatchObject({ total: 1, results: [{ path: 'app.conf', line: 1, content: 'size=3' }] });
    const diff = (await call('GET', `${id}/realities/large/diff`)).body;
    expect(diff['diff']).toContain('-size=1\n+size=3');
    expect((await call('GET', `${id}/realities/large/log`)).body).toMatchObject({ count: 1 });
    expect((await call('GET', `${id}/realities/large/log?all=true`)).body).toMatchObject({ count: 2 });
    expect((await call('POST', `${id}/realities/large/validate`, { required_paths: ['b'] })).body).toMatchObject({ status: 'valid' });
    expect((await call('GET', `${id}/realities?by=score`)).body).toMatchObject({ winner: 'large', count: 3 });
    expect((await call('GET', `${id}/realities?by=p99_ms&order=lowest`)).body).toMatchObject({ winner: 'small' });
    const published = await call('POST', `${id}/realities/large/publish`, { discard_others: true });
    expect(published).toMatchObject({ status: 200, body: { how: 'fast-forward', branch: 'main', before: head, discarded: 2 } });
    expect(await headOf(id)).toBe(published.body['after']);
    expect((await call('GET', `${id}/realities`)).body).toMatchObject({ count: 0 });
    expect((await call('GET', `${id}/files/app.conf`)).body).toMatchObject({ content: 'size=3\n' });
  });

  it('merge where the branch went on, and tell conflicts as data', async () => {
    const { id } = await makeRepository();
    await call('POST', `${id}/realities`, { count: 3, prefix: 'try-' });
    await call('POST', `${id}/realities/try-1/apply`, { changes: { b: 'better\n' } });
    await call('POST', `${id}/realities/try-2/apply`, { changes: { 'app.conf': 'size=9\n' } });
    await call('POST', `${id}/realities/try-3/apply`, { changes: { c: 'c\n' } });
    const moved = await call('POST', `${id}/commits`, { message: 'Meanwhile', author, files: [{ path: 'app.conf', content: 'size=5\n' }] });
    const late = await call('POST', `${id}/realities/try-1/publish`, { strategy: 'fast-forward' });
    expect(late).toMatchObject({ status: 409, body: { code: 'REF_CONFLICT', details: { actual_head: moved.body['hash'] } } });
    const merged = await call('POST', `${id}/realities/try-1/publish`, { author });
    expect(merged).toMatchObject({ status: 200, body: { how: 'merge', before: moved.body['hash'], commit: { author: 'Dev', message: "Merge reality 'try-1' into main" } } });
    expect((merged.body['commit'] as { parents: string[] }).parents).toHaveLength(2);
    const conflict = await call('POST', `${id}/realities/try-2/publish`);
    expect(conflict).toMatchObject({ status: 409, body: { code: 'MERGE_CONFLICT', details: { branch: 'main', actual_head: merged.body['after'], conflicts: [{ path: 'app.conf' }] } } });
    // It stays open, and nothing has changed.
    expect((await call('GET', `${id}/realities/try-2`)).status).toBe(200);
    expect(await headOf(id)).toBe(merged.body['after']);
    expect((await call('POST', `${id}/realities/try-3/publish`, { into: 'side', message: 'Aside' })).body).toMatchObject({ how: 'fast-forward', branch: 'side', before: null });
    await mustGit(work, ['clone', '-q', urlOf(`${id}.git`), id]);
    await mustGit(`${work}/${id}`, ['fsck', '--strict']);
  });

  it('speak the spelling of the original', async () => {
    const { id } = await makeRepository({ memory: true });
    expect((await call('POST', `${id}/parallel-realities`, { branches: ['a', 'b'] })).body).toMatchObject({ count: 2, realities: [{ name: 'parallel/a', ephemeral: true }, { name: 'parallel/b' }] });
    expect((await call('GET', `${id}/parallel-realities`)).body).toMatchObject({ count: 2 });
    expect((await call('POST', `${id}/parallel-realities/parallel%2Fa/apply`, { changes: { x: 'x' } })).body).toMatchObject({ status: 'applied' });
    expect((await call('GET', `${id}/parallel-realities/a/benchmark`)).body).toMatchObject({
      reality: 'parallel/a', benchmark: { Reality: 'parallel/a', Metrics: { files_changed: 1, additions: 1 } }, better: false,
    });
    expect((await call('POST', `${id}/parallel-realities/a/benchmark`, { score: 3 })).body).toMatchObject({ better: true });
    expect((await call('DELETE', `${id}/parallel-realities/b`)).body).toMatchObject({ status: 'discarded', name: 'parallel/b' });
    expect((await call('POST', `${id}/parallel-realities`, { branches: ['c', 'a'] }))).toMatchObject({ status: 409, body: { code: 'REALITY_EXISTS' } });
    expect((await call('GET', `${id}/parallel-realities`)).body).toMatchObject({ count: 1 });
  });

  it('are a thousand side by side, from any revision, and expire', async () => {
    const { id, head } = await makeRepository();
    await call('POST', `${id}/commits`, { message: 'Second', author, files: [{ path: 'b', content: '2\n' }] });
    const made = await call('POST', `${id}/realities`, { count: 1000, from: 'HEAD~1', ttl_seconds: 60 });
    expect(made).toMatchObject({ status: 201, body: { count: 1000 } });
    expect((await call('GET', `${id}/realities/reality-1000`)).body).toMatchObject({ base: head, head });
    nowMs += 61_000;
    expect((await call('GET', `${id}/realities`)).body).toMatchObject({ count: 0 });
  });

  it('need rights', async () => {
    const { id } = await makeRepository();
    await call('POST', `${id}/realities`, { branches: ['a'] });
    expect((await call('GET', `${id}/realities`, undefined, basic('read'))).status).toBe(200);
    expect((await call('POST', `${id}/realities/a/apply`, { changes: { x: 'x' } }, basic('read'))).status).toBe(403);
    await call('POST', `${id}/rules`, { refs: ['refs/heads/main'], effect: 'deny', users: ['dev'], description: 'Closed' }, basic('admin'));
    expect((await call('POST', `${id}/realities/a/apply`, { changes: { x: 'x' } })).status).toBe(200);
    expect((await call('POST', `${id}/realities/a/publish`))).toMatchObject({ status: 403, body: { error: expect.stringContaining('Closed') } });
    expect((await call('POST', `${id}/realities/a/publish`, { into: 'other' })).status).toBe(200);
  });
});

describe('a reality as a Git remote', () => {
  it.each([false, true])('is cloned, fetched and pushed to by git, and published (memory: %s)', async (memory) => {
    const { id, head } = await makeRepository({ memory });
    await call('POST', `${id}/realities`, { realities: ['fast', 'team/slow'] });
    const remote = urlOf(`${id}.git/realities/fast`);
    const folder = `${work}/clone-${id}`;
    await mustGit(work, ['clone', '-q', remote, folder]);
    expect(await mustGit(folder, ['rev-parse', 'HEAD'])).toBe(head);
    await mustGit(folder, ['commit', '-q', '--allow-empty', '-m', 'Empty']);
    const { writeFile } = await import('node:fs/promises');
    await writeFile(`${folder}/new.txt`, 'new\n');
    await mustGit(folder, ['add', 'new.txt']);
    await mustGit(folder, ['commit', '-q', '-m', 'From git']);
    await mustGit(folder, ['push', '-q', 'origin', 'HEAD:main']);
    const tip = await mustGit(folder, ['rev-parse', 'HEAD']);
    expect((await call('GET', `${id}/realities/fast`)).body).toMatchObject({ head: tip });
    expect((await call('GET', `${id}/realities/fast/files/new.txt`)).body).toMatchObject({ content: 'new\n' });
    // Neither the repository nor another reality has any of it.
    expect(await headOf(id)).toBe(head);
    expect(await mustGit(folder, ['ls-remote', urlOf(`${id}.git/realities/team/slow`), 'refs/heads/main'])).toContain(head);
    expect(await mustGit(folder, ['ls-remote', urlOf(`${id}.git`)])).not.toContain(tip);
    // What REST does there, git fetches.
    const applied = await call('POST', `${id}/realities/fast/apply`, { changes: { rest: 'rest\n' } });
    await mustGit(folder, ['pull', '-q', '--ff-only', 'origin', 'main']);
    expect(await mustGit(folder, ['rev-parse', 'HEAD'])).toBe((applied.body['commit'] as { hash: string }).hash);
    // A push that is not forced is refused there as everywhere.
    await mustGit(folder, ['reset', '-q', '--hard', head]);
    await mustGit(folder, ['commit', '-q', '--allow-empty', '-m', 'Elsewhere']);
    expect((await git(folder, ['push', 'origin', 'HEAD:main'])).stderr).toContain('rejected');
    expect((await call('POST', `${id}/realities/fast/publish`)).body).toMatchObject({ how: 'fast-forward' });
    expect(await mustGit(folder, ['ls-remote', urlOf(`${id}.git`), 'refs/heads/main'])).toContain((applied.body['commit'] as { hash: string }).hash);
    expect((await git(folder, ['fetch', 'origin'])).stderr).toContain('not found');
    await mustGit(work, ['clone', '-q', urlOf(`${id}.git`), `${folder}-after`]);
    await mustGit(`${folder}-after`, ['fsck', '--strict']);
    expect((await git(folder, ['push', urlOf(`${id}.git/realities/team/slow`, 'read'), 'HEAD:main'])).code).not.toBe(0);
  });
});
