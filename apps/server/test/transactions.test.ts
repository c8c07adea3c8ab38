import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { ask, makeFolder, removeFolders, startTestServer, type JsonAnswer, type TestServer } from './harness.js';

const ENV = { GOVC_JWT_SECRET: 'a secret that is long enough for signing tokens', GOVC_ADMIN_PASSWORD: 'correct horse' };
const basic = (name: string): Record<string, string> => ({ authorization: `Basic ${Buffer.from(`${name}:correct horse`).toString('base64')}` });
const author = { name: 'Dev', email: 'dev@example.com' };

let server: TestServer;
let nowMs = 1_700_000_000_000;
let count = 0;
const call = (method: string, path: string, body?: unknown, headers = basic('dev')): Promise<JsonAnswer> => ask(server, method, `/api/v1/repos/${path}`, body, headers);

beforeAll(async () => {
  server = await startTestServer(['--data', await makeFolder()], ENV, { clock: () => nowMs });
  for (const id of ['dev', 'other']) {
    await ask(server, 'POST', '/api/v1/users', { id, username: id, email: `${id}@example.com`, password: 'correct horse', roles: ['developer'] }, basic('admin'));
  }
});

afterAll(async () => {
  await server.stop();
  await removeFolders();
});

/** A new repository with one commit. */
async function makeRepository(): Promise<{ id: string; head: string }> {
  const id = `r${++count}`;
  expect((await ask(server, 'POST', '/api/v1/repos', { id }, basic('dev'))).status).toBe(201);
  const { body } = await call('POST', `${id}/commits`, { message: 'First', author, files: [{ path: 'a.json', content: '{"n": 1}' }, { path: 'd/b', content: 'b\n' }] });
  return { id, head: String(body['hash']) };
}

async function begin(id: string, body?: unknown, folder = 'transactions'): Promise<string> {
  const answer = await call('POST', `${id}/${folder}`, body);
  expect(answer.status).toBe(201);
  return `${id}/${folder}/${String(answer.body['id'])}`;
}

describe('a transaction', () => {
  it.each(['transaction', 'transactions'])('is begun, filled, read, and committed as one commit (/%s)', async (folder) => {
    const { id, head } = await makeRepository();
    const tx = await begin(id, undefined, folder);
    expect((await call('POST', `${tx}/add`, { path: 'c', content: 'c\n' })).body).toMatchObject({ status: 'added', changes: 1 });
    expect((await call('POST', `${tx}/add`, { files: [{ path: 'e/f', content: 'f' }], changes: { 'e/g': 'g' } })).body).toMatchObject({ changes: 3, count: 2 });
    expect((await call('POST', `${tx}/remove`, { path: 'd/b' })).body).toMatchObject({ status: 'removed', changes: 4 });
    const edit = { actions: [{ action: 'edit', path: 'c', edits: [{ old: 'c', new: 'see' }] }] };
    const edited = await call('POST', `${tx}/changes`, edit);
    expect([edited.status, edited.body['code']]).toEqual([200, undefined]);
    // It reads what it wrote, and nobody else does.
    expect((await call('GET', `${tx}/files/c`)).body).toMatchObject({ content: 'see\n', encoding: 'utf-8' });
    expect((await call('GET', `${tx}/read/d/b`)).status).toBe(404);
    expect((await call('GET', `${id}/files/c`)).status).toBe(404);
    expect((await call('GET', `${tx}/tree?recursive=true`)).body).toMatchObject({ total: 4 });
    expect((await call('GET', `${tx}/status`)).body).toMatchObject({ status: 'open', base: head, head, is_current: true, changes: 4 });
    const diff = (await call('GET', `${tx}/diff`)).body as { diff: string; files: { path: string; status: string }[] };
    expect(diff.diff).toContain('+see');
    expect(diff.files.map(({ path }) => path)).toEqual(['c', 'd/b', 'e/f', 'e/g'].sort());
    expect((await call('POST', `${tx}/validate`)).body).toMatchObject({ status: 'valid' });
    const commit = await call('POST', `${tx}/commit`, { message: 'All at once', author });
    expect(commit.status).toBe(201);
    expect(commit.body).toMatchObject({ parent: head, message: 'All at once', author: 'Dev', branch: 'main' });
    expect((await call('GET', `${id}/commits`)).body).toMatchObject({ commits: [{ hash: commit.body['hash'] }, { hash: head }] });
    expect((await call('GET', `${id}/files/c`)).body).toMatchObject({ content: 'see\n' });
    expect((await call('GET', tx)).status).toBe(404);
  });

  it('is refused with both heads when the branch has moved, and stays open', async () => {
    const { id, head } = await makeRepository();
    const tx = await begin(id);
    await call('POST', `${tx}/add`, { path: 'x', content: 'x' });
    const moved = await call('POST', `${id}/commits`, { message: 'Meanwhile', author, files: [{ path: 'y', content: 'y' }] });
    const refused = await call('POST', `${tx}/commit`, { message: 'Late', author });
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({ code: 'REF_CONFLICT', details: { branch: 'main', expected_head: head, actual_head: moved.body['hash'] } });
    expect((await call('POST', `${tx}/validate`)).body).toMatchObject({ code: 'VALIDATION_FAILED' });
    expect((await call('GET', tx)).body).toMatchObject({ changes: 1, is_current: false });
    expect((await call('POST', `${id}/transactions`, { expected_head: head })).status).toBe(409);
  });

  it('lets one of two that race win', async () => {
    const { id } = await makeRepository();
    const both = await Promise.all([begin(id), begin(id)]);
    for (const [index, tx] of both.entries()) await call('POST', `${tx}/add`, { path: `f${index}`, content: 'x' });
    const answers = await Promise.all(both.map((tx) => call('POST', `${tx}/commit`, { message: 'Race', author })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect((await call('GET', `${id}/commits`)).body).toMatchObject({ count: 2 });
  });

  it('makes a branch, and the first commit of a repository', async () => {
    const { id } = await makeRepository();
    const tx = await begin(id, { branch: 'fresh' });
    await call('POST', `${tx}/add`, { path: 'x', content: 'x' });
    expect((await call('POST', `${tx}/commit`, { message: 'Root', author })).body).toMatchObject({ parents: [], branch: 'fresh' });
    await ask(server, 'POST', '/api/v1/repos', { id: `${id}e` }, basic('dev'));
    const first = await begin(`${id}e`);
    await call('POST', `${first}/add`, { path: 'x', content: 'x' });
    expect((await call('GET', `${first}/files/x`)).body).toMatchObject({ content: 'x' });
    expect((await call('POST', `${first}/commit`, { message: 'Root', author })).status).toBe(201);
    expect((await call('GET', `${id}e/commits`)).body).toMatchObject({ count: 1 });
  });

  it('is rolled back', async () => {
    const { id } = await makeRepository();
    const tx = await begin(id);
    await call('POST', `${tx}/add`, { path: 'x', content: 'x' });
    expect((await call('POST', `${tx}/rollback`)).body).toMatchObject({ status: 'rolled back' });
    expect((await call('POST', `${tx}/add`, { path: 'x', content: 'x' })).body).toMatchObject({ code: 'TX_NOT_FOUND' });
    expect((await call('GET', `${id}/commits`)).body).toMatchObject({ count: 1 });
    expect((await call('DELETE', await begin(id))).status).toBe(200);
  });

  it('stages several changes or none of them', async () => {
    const { id } = await makeRepository();
    const tx = await begin(id);
    await call('POST', `${tx}/add`, { path: 'kept', content: 'kept' });
    const failed = await call('POST', `${tx}/changes`, { actions: [{ path: 'half', content: 'x' }, { action: 'delete', path: 'absent' }] });
    expect(failed.body).toMatchObject({ code: 'FILE_NOT_FOUND' });
    expect((await call('GET', tx)).body).toMatchObject({ changes: 1, staged: [{ path: 'kept' }] });
    expect((await call('GET', `${tx}/files/kept`)).body).toMatchObject({ content: 'kept' });
    expect((await call('GET', `${tx}/files/half`)).status).toBe(404);
    expect((await call('POST', `${tx}/add`, { path: '../x', content: '' })).status).toBe(400);
    expect((await call('POST', `${tx}/add`, { path: '.git/config', content: '' })).status).toBe(400);
  });

  it('is checked by JSON Schemas, and hostile ones are cut off', async () => {
    const { id } = await makeRepository();
    const tx = await begin(id);
    await call('POST', `${tx}/add`, { changes: { 'conf/x.json': '{"n": "no number"}', 'conf/y.json': 'no json', 'other.json': '{}' } });
    const schema = { type: 'object', required: ['n'], properties: { n: { type: 'number' } } };
    const checked = await call('POST', `${tx}/validate`, { schemas: [{ paths: 'conf/*.json', schema }], required_paths: ['README.md'] });
    expect(checked.status).toBe(400);
    expect(checked.body['details']).toMatchObject({
      checks: expect.arrayContaining([
        { name: 'required-paths', passed: false, problems: ['README.md'] },
        expect.objectContaining({ name: 'schemas', passed: false, problems: [
          { path: 'conf/x.json', at: '/n', message: expect.stringContaining('number') },
          { path: 'conf/y.json', at: '', message: expect.stringContaining('no JSON') },
        ] }),
      ]),
    });
    expect((await call('POST', `${tx}/validate`, { schemas: [{ paths: 'a.json', schema }] })).status).toBe(200);
    await call('POST', `${tx}/add`, { path: 'evil.json', content: JSON.stringify(`${'a'.repeat(40)}!`) });
    const evil = await call('POST', `${tx}/validate`, { schemas: [{ paths: 'evil.json', schema: { type: 'string', pattern: '^(a+)+$' } }] });
    expect(evil).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST', error: expect.stringContaining('timed out') } });
    expect((await call('POST', `${tx}/validate`, { schemas: [{ paths: '*', schema: { type: 'nonsense' } }] })).status).toBe(400);
  });

  it('belongs to who began it', async () => {
    const { id } = await makeRepository();
    const tx = await begin(id);
    for (const [method, path] of [['GET', tx], ['POST', `${tx}/rollback`], ['GET', `${tx}/files/a.json`]] as const) {
      expect((await call(method, path, undefined, basic('other'))).body).toMatchObject({ code: 'TX_NOT_FOUND' });
    }
    expect((await call('GET', `${id}/transactions`, undefined, basic('other'))).body).toMatchObject({ count: 0 });
    expect((await call('GET', `${id}/transactions`)).body).toMatchObject({ count: 1, transactions: [{ owner: 'dev' }] });
    expect((await call('GET', tx, undefined, basic('admin'))).status).toBe(200);
  });

  it('asks the rules about refs and paths', async () => {
    const { id } = await makeRepository();
    const rule = { refs: ['refs/heads/main'], paths: ['secret/**'], effect: 'deny', users: ['dev'], description: 'No secrets' };
    expect((await call('POST', `${id}/rules`, rule, basic('admin'))).status).toBe(201);
    const tx = await begin(id);
    await call('POST', `${tx}/add`, { path: 'secret/key', content: 'x' });
    expect((await call('POST', `${tx}/validate`)).body['details']).toMatchObject({ checks: expect.arrayContaining([
      { name: 'rules', passed: false, message: expect.stringContaining('No secrets') },
    ]) });
    const refused = await call('POST', `${tx}/commit`, { message: 'x', author });
    expect(refused).toMatchObject({ status: 403, body: { error: expect.stringContaining('No secrets') } });
    await call('POST', `${tx}/remove`, { path: 'secret/key' });
    await call('POST', `${tx}/add`, { path: 'open', content: 'x' });
    expect((await call('POST', `${tx}/commit`, { message: 'x', author })).status).toBe(201);
  });

  it('expires when nobody uses it', async () => {
    const { id } = await makeRepository();
    const short = await begin(id, { ttl_seconds: 60 });
    const long = await begin(id);
    nowMs += 50_000;
    expect((await call('GET', short)).status).toBe(200);
    nowMs += 59_000;
    expect((await call('GET', short)).status).toBe(200);
    nowMs += 60_000;
    expect((await call('GET', short)).status).toBe(404);
    expect((await call('GET', long)).status).toBe(200);
    nowMs += 3_600_000;
    expect((await call('GET', `${id}/transactions`)).body).toMatchObject({ count: 0 });
  });

  it('is bounded in number for each identity', async () => {
    const { id } = await makeRepository();
    for (let index = 0; index < 100; index++) await begin(id);
    expect(await call('POST', `${id}/transactions`)).toMatchObject({ status: 429, body: { code: 'TOO_MANY_OPEN', details: { open: 100, yours: 100 } } });
    expect((await call('POST', `${id}/transactions`, undefined, basic('other'))).status).toBe(201);
  });
});
