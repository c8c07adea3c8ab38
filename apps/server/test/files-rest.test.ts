import { createHash, randomBytes } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { ask } from './checked-ask.js';
import { makeFolder, mustGit, removeFolders, startTestServer, type JsonAnswer, type TestServer } from './harness.js';

let server: TestServer;
let count = 0;
const author = { name: 'Dev', email: 'dev@example.com' };

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(async () => {
  await server.stop();
  await removeFolders();
});

type Go = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<JsonAnswer>;

async function fresh(): Promise<{ readonly id: string; readonly url: string; readonly go: Go }> {
  const id = `files-${++count}`;
  await ask(server, 'POST', '/api/v1/repos', { id, memory_only: true });
  const path = `/api/v1/repos/${id}`;
  return { id, url: server.url + path, go: (method, rest, body, headers) => ask(server, method, path + rest, body, headers) };
}

const statusAndCode = ({ status, body }: JsonAnswer): unknown[] => [status, body['code']];

describe('many changes as one commit', () => {
  it('are put, edited, moved and deleted in order, as git then sees them', async () => {
    const { id, go } = await fresh();
    const first = await go('POST', '/commits', {
      message: 'First', author: { ...author, date: '2024-05-06T07:08:09+02:00' },
      actions: [
        { path: 'src/a.txt', content: 'one\ntwo\nthree\nfour' }, { path: 'src/deep/b', content: Buffer.from([0, 1, 255]).toString('base64'), encoding: 'base64' },
        { action: 'create', path: 'run', content: '#!/bin/sh\n', mode: '100755' }, { path: 'gone/x', content: 'x' }, { path: 'gone/y', content: 'y' },
      ],
    });
    expect(first.status).toBe(201);
    const second = await go('POST', '/commits', {
      message: 'Second', author, expected_head: first.body['hash'],
      actions: [
        { action: 'edit', path: 'src/a.txt', edits: [
          { old: 'two', new: 'TWO\ntwo and a half' }, { start_line: 1, content: 'ONE' }, { start_line: 3, end_line: 2, content: 'inserted' },
          { start_line: 6, content: 'FOUR' }, { old: 'o', new: '0', all: true },
        ] },
        { action: 'update', path: 'run', content: '#!/bin/sh\nexit\n' }, { action: 'move', from: 'src/deep', to: 'lib' }, { action: 'rename', from: 'lib/b', to: 'lib/c' },
        { action: 'delete', path: 'gone' }, { action: 'create', path: 'gone', content: 'a file now' }, { action: 'chmod', path: 'gone', mode: '100755' },
      ],
    });
    expect(second.status).toBe(201);
    const folder = await makeFolder();
    await mustGit(folder, ['clone', '-q', `${server.url}/${id}.git`, 'copy']);
    const copy = `${folder}/copy`;
    expect(await mustGit(copy, ['ls-tree', '-r', '--format=%(objectmode) %(path)', 'HEAD'])).toBe('100755 gone\n100644 lib/c\n100755 run\n100644 src/a.txt');
    expect(await mustGit(copy, ['show', 'HEAD:src/a.txt'])).toBe('ONE\nTWO\ninserted\ntw0 and a half\nthree\nFOUR');
    expect(await mustGit(copy, ['log', '-1', '--format=%aI', 'HEAD~1'])).toBe('2024-05-06T07:08:09+02:00');
    expect(await mustGit(copy, ['fsck', '--strict'])).toBe('');
  });

  it('are refused as a whole', async () => {
    const { go } = await fresh();
    await go('POST', '/commits', { message: 'First', author, actions: [{ path: 'a', content: 'x y x' }, { path: 'd/b', content: '' }] });
    const refuse = async (...actions: unknown[]): Promise<unknown[]> => statusAndCode(await go('POST', '/commits', { message: 'No', author, actions: [{ path: 'new', content: '' }, ...actions] }));
    expect(await refuse({ action: 'edit', path: 'a', edits: [{ old: 'x', new: 'z' }] })).toEqual([409, 'EDIT_MISMATCH']);
    expect(await refuse({ action: 'edit', path: 'a', edits: [{ old: 'nothing', new: 'z' }] })).toEqual([409, 'EDIT_MISMATCH']);
    expect(await refuse({ action: 'edit', path: 'a', edits: [{ start_line: 3, content: 'z' }] })).toEqual([409, 'EDIT_MISMATCH']);
    expect(await refuse({ action: 'create', path: 'a', content: '' })).toEqual([409, 'FILE_EXISTS']);
    expect(await refuse({ action: 'update', path: 'b', content: '' })).toEqual([404, 'FILE_NOT_FOUND']);
    expect(await refuse({ action: 'delete', path: 'b' })).toEqual([404, 'FILE_NOT_FOUND']);
    expect(await refuse({ action: 'move', from: 'd', to: 'd/e' })).toEqual([400, 'INVALID_REQUEST']);
    expect(await refuse({ path: '../a', content: '' })).toEqual([400, 'INVALID_FILE_PATH']);
    expect(await refuse({ path: '.git/config', content: '' })).toEqual([400, 'INVALID_FILE_PATH']);
    expect(await refuse({ path: 'a', content: '*', encoding: 'base64' })).toEqual([400, 'INVALID_REQUEST']);
    expect((await go('GET', '/log')).body).toMatchObject({ count: 1 });
    expect((await go('GET', '/status')).body).toMatchObject({ clean: true });
  });

  it('let just one of two racing writers through when they name the head', async () => {
    const { go } = await fresh();
    const { body } = await go('POST', '/commits', { message: 'First', author, actions: [{ path: 'a', content: '' }] });
    const racers = await Promise.all(Array.from({ length: 6 }, (_, index) =>
      go('POST', '/commits', { message: `Racer ${index}`, author, actions: [{ path: 'a', content: String(index) }] }, { 'if-match': `"${String(body['hash'])}"` })));
    const winners = racers.filter(({ status }) => status === 201);
    expect(winners).toHaveLength(1);
    for (const loser of racers.filter((each) => !winners.includes(each))) {
      expect(statusAndCode(loser)).toEqual([409, 'REF_CONFLICT']);
      expect(loser.body['details']).toMatchObject({ expected: body['hash'], actual: winners[0]!.body['hash'] });
    }
    const others = await Promise.all(Array.from({ length: 8 }, (_, index) => go('POST', '/commits', { message: 'All', author, actions: [{ path: `f${index}`, content: '' }] })));
    expect(others.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 201));
    expect((await go('GET', '/log')).body).toMatchObject({ count: 10 });
  });
});

describe('single files', () => {
  it('are written, read and removed under their tags', async () => {
    const { go } = await fresh();
    const made = await go('PUT', '/files/docs/a.md', { content: 'one', message: 'Make', author }, { 'if-none-match': '*' });
    expect(made.status).toBe(201);
    const etag = made.headers.get('etag')!;
    expect(etag).toBe(`"${createHash('sha1').update('blob 3\0one').digest('hex')}"`);
    expect(statusAndCode(await go('PUT', '/files/docs/a.md', { content: 'x', message: 'Make', author }, { 'if-none-match': '*' }))).toEqual([412, 'PRECONDITION_FAILED']);
    expect((await go('GET', '/files/docs/a.md', undefined, { 'if-none-match': etag })).status).toBe(304);
    expect((await go('GET', '/files/docs/a.md', undefined, { 'if-none-match': `"x", W/${etag}` })).status).toBe(304);
    expect((await go('GET', '/files/docs/a.md', undefined, { 'if-match': '"x"' })).status).toBe(412);
    const changed = await go('PUT', '/files/docs/a.md', { content: 'two', message: 'Change', author, branch: 'main' }, { 'if-match': etag });
    expect([changed.status, changed.body['status']]).toEqual([200, 'committed']);
    expect((await go('PUT', '/files/docs/a.md', { content: 'three', message: 'Late', author }, { 'if-match': etag })).status).toBe(412);
    expect((await go('PUT', '/files/docs/a.md', { content: 'three', message: 'Late', author, expected_head: '0'.repeat(40) })).status).toBe(409);
    expect((await go('DELETE', '/files/docs/a.md', { message: 'Remove', author }, { 'if-match': etag })).status).toBe(412);
    expect((await go('DELETE', '/files/docs/a.md?message=Remove')).body).toMatchObject({ status: 'committed', commit: { message: 'Remove' } });
    expect(statusAndCode(await go('GET', '/files/docs/a.md'))).toEqual([404, 'FILE_NOT_FOUND']);
    expect(statusAndCode(await go('DELETE', '/files/docs/a.md', { message: 'Again', author }))).toEqual([404, 'FILE_NOT_FOUND']);
  });

  it('are staged without a message, and read as staged', async () => {
    const { go } = await fresh();
    await go('POST', '/commits', { message: 'First', author, actions: [{ path: 'a', content: '1', mode: '100755' }, { path: 'd/x', content: 'x' }] });
    expect((await go('POST', '/write', { path: 'a', content: '2' })).body).toMatchObject({ status: 'written' });
    expect((await go('PUT', '/files/b', { content: 'b' })).body).toMatchObject({ status: 'added', path: 'b' });
    expect((await go('POST', '/move', { from: 'd', to: 'e' })).body).toEqual({ status: 'moved', data: { from: 'd', to: 'e' } });
    expect((await go('POST', '/files/move', { from: 'b', to: 'c' })).status).toBe(200);
    expect((await go('DELETE', '/files?path=c')).body).toEqual({ status: 'removed', path: 'c', data: { path: 'c' } });
    expect(statusAndCode(await go('DELETE', '/remove/c'))).toEqual([404, 'FILE_NOT_FOUND']);
    expect((await go('GET', '/files/a?staged=true')).body).toMatchObject({ content: '2', mode: '100755' });
    expect((await go('GET', '/files?path=a')).body).toMatchObject({ content: '1' });
    expect(statusAndCode(await go('GET', '/files'))).toEqual([400, 'INVALID_REQUEST']);
    const working = await go('GET', '/diff/working');
    expect((working.body['staged'] as { path: string; status: string }[]).map(({ path, status }) => [path, status])).toEqual([['a', 'modified'], ['e/x', 'renamed']]);
    await go('POST', '/commit', { message: 'Second', author });
    expect((await go('GET', '/tree?recursive=true')).body).toMatchObject({ entries: [{ path: 'a', mode: '100755' }, { path: 'e/x' }], total: 2 });
  });

  it('of any size come as bytes, whole or in parts', async () => {
    const { go, url } = await fresh();
    const bytes = randomBytes(3 * 1024 * 1024);
    const put = await fetch(`${url}/files/big.bin?message=Big`, { method: 'PUT', headers: { 'content-type': 'application/octet-stream' }, body: bytes });
    expect(put.status).toBe(201);
    const whole = await fetch(`${url}/files/big.bin?raw=true`);
    expect(whole.headers.get('content-length')).toBe(String(bytes.length));
    expect(whole.headers.get('content-disposition')).toBe('attachment');
    expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true);
    const part = await fetch(`${url}/files/big.bin`, { headers: { accept: 'application/octet-stream', range: 'bytes=1000000-1000009' } });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 1000000-1000009/${bytes.length}`]);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(1_000_000, 1_000_010));
    const outside = await fetch(`${url}/files/big.bin?raw=true`, { headers: { range: `bytes=${bytes.length}-` } });
    expect([outside.status, outside.headers.get('content-range')]).toEqual([416, `bytes */${bytes.length}`]);
    const stale = await fetch(`${url}/files/big.bin?raw=true`, { headers: { range: 'bytes=0-1', 'if-range': '"other"' } });
    expect(stale.status).toBe(200);
    await stale.arrayBuffer();
    const head = await fetch(`${url}/files/big.bin?raw=true`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(bytes.length)]);
    expect((await go('GET', '/files/big.bin')).body).toMatchObject({ encoding: 'base64', size: bytes.length });
  });
});

describe('logs', () => {
  it('are filtered as git log filters, and paged by links that new commits do not shift', async () => {
    const { id, go } = await fresh();
    const commit = (message: string, name: string, path: string, content: string, branch?: string): Promise<JsonAnswer> =>
      go('POST', '/commits', {
        message, author: { name, email: `${name}@example.com`, date: `2024-01-0${content.length}T00:00:00Z` }, actions: [{ path, content }], ...(branch === undefined ? {} : { branch }),
      });
    await commit('one', 'ann', 'a', '1');
    await commit('two', 'bob', 'b', '12');
    await commit('three\n\nfixes #3', 'ann', 'a', '123');
    await go('POST', '/branches', { name: 'side' });
    await commit('side', 'bob', 's', '1234', 'side');
    await commit('four', 'bob', 'c', '12345');
    await go('POST', '/merge', { from: 'side', author });
    const folder = await makeFolder();
    await mustGit(folder, ['clone', '-q', `${server.url}/${id}.git`, 'copy']);
    for (const [query, args] of [
      ['', []], ['author=ann', ['--author=ann']], ['grep=fixes', ['--grep=fixes']], ['path=a', ['--', 'a']], ['merges=true', ['--merges']],
      ['merges=false&order=topo', ['--no-merges', '--topo-order']], ['first_parent=true', ['--first-parent']], ['range=side..main', ['origin/side..main']],
      ['since=2024-01-03T00:00:00Z&order=date', ['--since=2024-01-03T00:00:00Z', '--date-order']], ['until=2024-01-02T00:00:00Z', ['--until=2024-01-02T00:00:00Z']],
      ['reverse=true&path=a', ['--reverse', '--', 'a']], ['text=123&merges=false', ['-S123', '--no-merges']], ['path=a&follow=true', ['--follow', '--', 'a']],
    ] as const) {
      const { body } = await go('GET', `/commits?${query}`);
      const expected = (await mustGit(`${folder}/copy`, ['log', '--format=%H', ...args])).split('\n').filter((line) => line !== '');
      expect([query, (body['commits'] as { hash: string }[]).map(({ hash }) => hash)]).toEqual([query, expected]);
    }
    const first = await go('GET', '/commits?limit=2');
    expect(first.body).toMatchObject({ count: 2, has_more: true });
    const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')![1]!;
    await commit('five', 'ann', 'z', '123456');
    const second = (await (await fetch(next)).json()) as { commits: { message: string }[]; offset: number };
    expect(second.offset).toBe(2);
    const all = (await go('GET', '/commits')).body['commits'] as { message: string }[];
    expect(second.commits.map(({ message }) => message)).toEqual(all.slice(3, 5).map(({ message }) => message));
    expect(statusAndCode(await go('GET', '/commits?cursor=nonsense'))).toEqual([400, 'INVALID_REQUEST']);
  });
});

describe('diffs', () => {
  it('are those of git in every format', async () => {
    const { id, go, url } = await fresh();
    const long = Array.from({ length: 30 }, (_, index) => `line ${index}`).join('\n');
    await go('POST', '/commits', { message: 'One', author, actions: [{ path: 'a.c', content: `${long}\n` }, { path: 'old', content: `${long}x\n` }, { path: 'bin', content: 'AAEC', encoding: 'base64' }] });
    await go('POST', '/commits', { message: 'Two', author, actions: [
      { action: 'edit', path: 'a.c', edits: [{ old: 'line 7', new: 'line  seven' }, { start_line: 20, end_line: 21, content: '' }] }, { action: 'move', from: 'old', to: 'new' },
      { path: 'bin', content: 'AAECAw==', encoding: 'base64' }, { path: 'added', content: 'new\n' },
    ] });
    const folder = await makeFolder();
    await mustGit(folder, ['clone', '-q', '--bare', `${server.url}/${id}.git`, 'copy.git']);
    const copy = `${folder}/copy.git`;
    for (const [query, args] of [
      ['format=patch', ['--abbrev=7']], ['format=raw', ['--raw', '--no-abbrev']], ['format=name-only', ['--name-only']], ['format=name-status', ['--name-status']],
      ['format=stat', ['--stat']], ['format=numstat', ['--numstat']], ['format=shortstat', ['--shortstat']], ['format=summary', ['--summary']],
      ['context=0', ['-U0']], ['renames=off', ['--no-renames']], ['whitespace=all', ['-w']], ['path=a.c', ['--', 'a.c']], ['algorithm=histogram', ['--histogram']], ['filter=A', ['--diff-filter=A']],
    ] as const) {
      const expected = await mustGit(copy, ['diff', 'HEAD~1', 'HEAD', ...args]);
      const { body } = await go('GET', `/diff?from=HEAD~1&to=HEAD&${query}`);
      expect([query, String(body['diff']).trim()]).toEqual([query, expected]);
      const raw = await fetch(`${url}/diff?from=HEAD~1&to=HEAD&raw=true&${query}`);
      expect((await raw.text()).trim()).toBe(expected);
    }
    const json = await go('GET', '/diff/HEAD~1/HEAD?format=json');
    expect(json.body).toMatchObject({ count: 4, diff: '', files: [{ path: 'a.c', additions: 1, deletions: 3 }, { path: 'added', status: 'added' }, { path: 'bin', binary: true }, { path: 'new', old_path: 'old', similarity: 100 }] });
    expect(String((await go('GET', '/diff/file/a.c')).body['diff']).trim()).toBe(await mustGit(copy, ['diff', 'HEAD~1', 'HEAD', '--', 'a.c']));
    expect((await go('GET', '/diff/file/absent')).body).toMatchObject({ code: 'FILE_NOT_FOUND' });
    expect((await go('GET', '/diff/HEAD~5/HEAD')).body).toMatchObject({ code: 'REF_NOT_FOUND' });
    const patch = await fetch(`${url}/commits/HEAD/patch`);
    expect((await patch.text()).trim()).toBe(await mustGit(copy, ['diff', 'HEAD~1', 'HEAD']));
    expect((await go('GET', '/show/HEAD')).body).toMatchObject({ commit: { message: 'Two' }, files: [{ path: 'a.c' }, { path: 'added', content: 'new\n' }, { path: 'bin' }, { path: 'new' }], truncated: false });
    await go('POST', '/branches', { name: 'side', from: 'HEAD~1' });
    await go('POST', '/commits', { message: 'Side', author, branch: 'side', actions: [{ path: 's', content: 's' }] });
    const compared = await go('GET', '/compare/main...side');
    expect(compared.body).toMatchObject({ status: 'diverged', ahead_by: 1, behind_by: 1, total_commits: 1, commits: [{ message: 'Side' }], files: [{ path: 's' }] });
    expect((await go('GET', '/compare/main')).body).toMatchObject({ code: 'INVALID_REQUEST' });
  });
});
