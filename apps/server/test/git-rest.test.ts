import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { ask } from './checked-ask.js';
import { makeFolder, mustGit, removeFolders, startTestServer, type JsonAnswer, type TestServer } from './harness.js';

const author = { name: 'Dev', email: 'dev@example.com' };
const dated = { ...author, date: '2020-01-02T03:04:05+02:00' };

/** In memory, and on disk. */
const servers: TestServer[] = [];
let count = 0;

beforeAll(async () => {
  servers.push(await startTestServer(), await startTestServer(['--data', await makeFolder()]));
});

afterAll(async () => {
  for (const server of servers) await server.stop();
  await removeFolders();
});

type Go = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<JsonAnswer>;

async function fresh(server: TestServer): Promise<{ readonly id: string; readonly url: string; readonly go: Go }> {
  const id = `git-${++count}`;
  await ask(server, 'POST', '/api/v1/repos', { id });
  const path = `/api/v1/repos/${id}`;
  return { id, url: server.url + path, go: (method, rest, body, headers) => ask(server, method, path + rest, body, headers) };
}

async function cloneOf(server: TestServer, id: string): Promise<string> {
  const folder = await makeFolder();
  await mustGit(folder, ['clone', '-q', '--mirror', `${server.url}/${id}.git`, 'copy.git']);
  return join(folder, 'copy.git');
}

describe.each([['in memory', 0], ['on disk', 1]] as const)('%s', (_name, index) => {
  it('blobs, trees, commits, tags and refs have the ids that git gives', async () => {
    const server = servers[index]!;
    const { id, go, url } = await fresh(server);
    const folder = await makeFolder();
    await mustGit(folder, ['init', '-q', '-b', 'main']);
    await writeFile(join(folder, 'f'), 'content\n');
    const blob = await go('POST', '/git/blobs', { content: 'content\n' });
    expect(blob.body['sha']).toBe(await mustGit(folder, ['hash-object', '-w', 'f']));
    const raw = await fetch(`${url}/git/blobs`, { method: 'POST', headers: { 'content-type': 'application/octet-stream' }, body: 'content\n' });
    expect(await raw.json()).toMatchObject({ sha: blob.body['sha'], size: 8 });
    expect((await go('GET', `/git/blobs/${String(blob.body['sha'])}`)).body).toMatchObject({ encoding: 'base64', content: Buffer.from('content\n').toString('base64'), size: 8 });
    const tree = await go('POST', '/git/trees', { tree: [{ path: 'd/f', mode: '100644', type: 'blob', sha: blob.body['sha'] }, { path: 'run', mode: '100755', content: 'x' }] });
    await mustGit(folder, ['update-index', '--add', '--cacheinfo', `100644,${String(blob.body['sha'])},d/f`]);
    await writeFile(join(folder, 'run'), 'x');
    await mustGit(folder, ['update-index', '--add', '--cacheinfo', `100755,${await mustGit(folder, ['hash-object', '-w', 'run'])},run`]);
    expect(tree.body['sha']).toBe(await mustGit(folder, ['write-tree']));
    const commit = await go('POST', '/git/commits', { message: 'Made', tree: tree.body['sha'], author: dated });
    const dates = { GIT_AUTHOR_NAME: 'Dev', GIT_AUTHOR_EMAIL: 'dev@example.com', GIT_AUTHOR_DATE: dated.date, GIT_COMMITTER_NAME: 'Dev', GIT_COMMITTER_EMAIL: 'dev@example.com', GIT_COMMITTER_DATE: dated.date };
    expect(commit.body['sha']).toBe(await mustGit(folder, ['commit-tree', '-m', 'Made', String(tree.body['sha'])], dates));
    const tag = await go('POST', '/git/tags', { tag: 'v1', message: 'First', object: commit.body['sha'], type: 'commit', tagger: dated });
    await mustGit(folder, ['tag', '-a', '-m', 'First', 'v1', String(commit.body['sha'])], dates);
    expect(tag.body['sha']).toBe(await mustGit(folder, ['rev-parse', 'refs/tags/v1']));
    expect((await go('POST', '/git/refs', { ref: 'refs/heads/main', sha: commit.body['sha'] })).status).toBe(201);
    expect((await go('POST', '/git/refs', { ref: 'refs/tags/v1', sha: tag.body['sha'] })).status).toBe(201);
    expect((await go('POST', '/git/refs', { ref: 'refs/tags/v1', sha: tag.body['sha'] })).body).toMatchObject({ code: 'REF_CONFLICT' });
    const changed = await go('POST', '/git/trees', { base_tree: commit.body['sha'], tree: [{ path: 'd', sha: null }, { path: 'copy', mode: '040000', type: 'tree', sha: tree.body['sha'] }] });
    expect((await go('GET', `/git/trees/${String(changed.body['sha'])}?recursive=1`)).body).toMatchObject({ tree: [{ path: 'copy' }, { path: 'copy/d' }, { path: 'copy/d/f' }, { path: 'copy/run' }, { path: 'run' }], truncated: false });
    const next = await go('POST', '/git/commits', { message: 'Next', tree: changed.body['sha'], parents: [commit.body['sha']], author });
    expect((await go('PATCH', '/git/refs/heads/main', { sha: next.body['sha'] })).body).toMatchObject({ ref: 'refs/heads/main', object: { sha: next.body['sha'], type: 'commit' } });
    expect((await go('PATCH', '/git/refs/heads/main', { sha: commit.body['sha'] })).body).toMatchObject({ code: 'MERGE_FAILED' });
    expect((await go('PATCH', '/git/refs/heads/main', { sha: commit.body['sha'], force: true }, { 'if-match': `"${String(commit.body['sha'])}"` })).body).toMatchObject({ code: 'REF_CONFLICT' });
    expect((await go('GET', '/git/refs')).body).toMatchObject({ count: 2, refs: [{ ref: 'refs/heads/main' }, { ref: 'refs/tags/v1', object: { type: 'tag' } }] });
    expect((await go('GET', '/git/matching-refs/tags')).body).toMatchObject({ count: 1 });
    expect((await go('GET', `/git/tags/${String(tag.body['sha'])}`)).body).toMatchObject({ tag: 'v1', message: 'First', tagger: dated, object: { sha: commit.body['sha'] } });
    expect((await go('GET', `/git/commits/${String(next.body['sha'])}`)).body).toMatchObject({ parents: [{ sha: commit.body['sha'] }], author: { name: 'Dev' } });
    expect((await go('GET', `/git/blobs/${String(tree.body['sha'])}`)).body).toMatchObject({ code: 'OBJECT_NOT_FOUND' });
    expect((await go('POST', '/git/commits', { message: 'x', tree: blob.body['sha'] })).body).toMatchObject({ code: 'OBJECT_NOT_FOUND' });
    const copy = await cloneOf(server, id);
    expect(await mustGit(copy, ['fsck', '--strict', '--full'])).toBe('');
    expect(await mustGit(copy, ['rev-parse', 'main'])).toBe(next.body['sha']);
    expect((await go('DELETE', '/git/refs/tags/v1')).status).toBe(204);
    expect((await go('DELETE', '/git/refs/heads/main')).body).toMatchObject({ code: 'DELETE_CURRENT_BRANCH' });
    expect((await go('GET', '/git/ref/tags/v1')).body).toMatchObject({ code: 'REF_NOT_FOUND' });
  });

  it('notes are those of git', async () => {
    const server = servers[index]!;
    const { id, go } = await fresh(server);
    const { body } = await go('POST', '/commits', { message: 'One', author, actions: [{ path: 'a', content: '1' }] });
    expect((await go('POST', '/notes/main', { content: 'Reviewed', author })).status).toBe(201);
    expect((await go('POST', '/notes/main', { content: 'Again', author })).body).toMatchObject({ code: 'NOTE_EXISTS' });
    expect((await go('POST', '/notes/main', { content: 'Tested', mode: 'append', author })).body).toMatchObject({ content: 'Reviewed\n\nTested\n' });
    expect((await go('GET', '/notes')).body).toMatchObject({ count: 1, notes: [{ object: body['hash'] }] });
    const copy = await cloneOf(server, id);
    expect(await mustGit(copy, ['notes', 'show', 'main'])).toBe('Reviewed\n\nTested');
    expect((await go('PUT', '/notes/main?ref=ci', { content: 'Built', author })).status).toBe(200);
    expect((await go('DELETE', '/notes/main')).status).toBe(204);
    expect((await go('GET', '/notes/main')).body).toMatchObject({ code: 'NOTE_NOT_FOUND' });
    expect((await go('GET', '/notes/main?ref=ci')).body).toMatchObject({ content: 'Built\n' });
  });

  it('repositories are forked, renamed, archived and bundled', async () => {
    const server = servers[index]!;
    const { id, go, url } = await fresh(server);
    const { body } = await go('POST', '/commits', { message: 'One', author: dated, actions: [{ path: 'a', content: '1\n' }, { path: 'd/b', content: 'b\n' }] });
    await go('POST', '/branches', { name: 'topic' });
    await go('POST', '/tags', { name: 'v1', message: 'First' });
    const fork = await go('POST', '/fork', { id: `forks/${id}` });
    expect(fork.body).toMatchObject({ id: `forks/${id}`, memory_only: index === 0, default_branch: 'main' });
    for (const [name, memory] of [[`${id}-memory`, true], [`${id}-same`, index === 0]] as const) {
      expect((await go('POST', '/fork', { id: name, memory_only: memory })).status).toBe(201);
    }
    expect((await go('POST', '/fork', { id: `${id}-same` })).body).toMatchObject({ code: 'REPO_EXISTS' });
    await go('POST', '/commits', { message: 'Only here', author, actions: [{ path: 'c', content: '' }] });
    const original = await cloneOf(server, id);
    for (const name of [`forks/${id}`, `${id}-memory`, `${id}-same`]) {
      const copy = await cloneOf(server, name);
      expect(await mustGit(copy, ['rev-parse', 'main', 'topic', 'v1^{}'])).toBe(Array.from({ length: 3 }, () => body['hash']).join('\n'));
      expect(await mustGit(copy, ['fsck', '--full'])).toBe('');
      const into = await ask(server, 'POST', `/api/v1/repos/${encodeURIComponent(name)}/commits`, { message: 'Only there', author, actions: [{ path: 'e', content: '' }] });
      expect(into.status).toBe(201);
    }
    expect((await go('GET', '/log')).body).toMatchObject({ count: 2 });

    expect((await go('PATCH', '', { default_branch: 'topic' })).body).toMatchObject({ default_branch: 'topic' });
    expect((await go('PATCH', '', { default_branch: 'absent' })).body).toMatchObject({ code: 'BRANCH_NOT_FOUND' });
    expect((await go('PATCH', '', { id: `${id}-same` })).body).toMatchObject({ code: 'REPO_EXISTS' });
    expect((await go('PATCH', '', { default_branch: 'main', id: `new/${id}` })).body).toMatchObject({ id: `new/${id}`, default_branch: 'main' });
    expect((await go('GET', '')).body).toMatchObject({ code: 'REPO_NOT_FOUND' });
    const renamed = url.replace(id, encodeURIComponent(`new/${id}`));

    const folder = await makeFolder();
    const tar = await fetch(`${renamed}/archive/v1?format=tar&prefix=p/`);
    expect(tar.headers.get('content-disposition')).toBe(`attachment; filename="${id}-v1.tar"`);
    const expected = execFileSync('git', ['archive', '--format=tar', '--prefix=p/', 'v1'], { cwd: original });
    expect(Buffer.from(await tar.arrayBuffer()).equals(expected)).toBe(true);
    for (const format of ['tar.gz', 'zip']) expect((await fetch(`${renamed}/archive?format=${format}&path=d`)).status).toBe(200);
    await writeFile(join(folder, 'all.bundle'), Buffer.from(await (await fetch(`${renamed}/bundle`)).arrayBuffer()));
    await mustGit(folder, ['clone', '-q', '-b', 'main', 'all.bundle', 'from-bundle']);
    expect(await mustGit(join(folder, 'from-bundle'), ['log', '--format=%s'])).toBe('Only here\nOne');

    await ask(server, 'POST', '/api/v1/repos', { id: `${id}-imported` });
    execFileSync('git', ['bundle', 'create', join(folder, 'made.bundle'), '--all'], { cwd: original, stdio: 'ignore' });
    const upload = (query = ''): Promise<Response> => fetch(`${server.url}/api/v1/repos/${id}-imported/bundle${query}`, {
      method: 'POST', headers: { 'content-type': 'application/x-git-bundle' }, body: execFileSync('cat', [join(folder, 'made.bundle')]),
    });
    expect([(await upload()).status, (await upload()).status]).toEqual([200, 200]);
    const copy = await cloneOf(server, `${id}-imported`);
    expect(await mustGit(copy, ['for-each-ref', '--format=%(refname) %(objectname)'])).toBe(await mustGit(original, ['for-each-ref', '--format=%(refname) %(objectname)']));
    await ask(server, 'POST', `/api/v1/repos/${id}-imported/commits`, { message: 'Apart', author, branch: 'topic', actions: [{ path: 'x', content: '' }] });
    expect(((await (await upload()).json()) as { code: string }).code).toBe('MERGE_FAILED');
    expect((await upload('?force=true')).status).toBe(200);
    const broken = await fetch(`${server.url}/api/v1/repos/${id}-imported/bundle`, { method: 'POST', headers: { 'content-type': 'application/x-git-bundle' }, body: 'no bundle' });
    expect(((await broken.json()) as { code: string }).code).toBe('INVALID_BUNDLE');
  });
});

describe('branches, tags and lists', () => {
  it('come in pages with links', async () => {
    const server = servers[0]!;
    const { go } = await fresh(server);
    await go('POST', '/commits', { message: 'One', author, actions: Array.from({ length: 7 }, (_, each) => ({ path: `f${each}`, content: '' })) });
    for (const name of ['a', 'b', 'c']) await go('POST', '/branches', { name });
    const names: string[] = [];
    let path: string | undefined = '/branches?limit=3';
    while (path !== undefined) {
      const page: JsonAnswer = await go('GET', path);
      names.push(...(page.body['branches'] as { name: string }[]).map(({ name }) => name));
      path = page.body['next_cursor'] === undefined ? undefined : `/branches?limit=3&cursor=${page.body['next_cursor'] as string}`;
    }
    expect(names).toEqual(['a', 'b', 'c', 'main']);
    expect((await go('GET', '/tree?limit=2&page=2')).body).toMatchObject({ entries: [{ path: 'f2' }, { path: 'f3' }], total: 7, count: 2, has_more: true });
    expect((await go('PATCH', '/branches/main', { name: 'trunk' })).body).toMatchObject({ name: 'trunk', is_current: true });
    expect((await go('GET', '/branches/trunk')).body).toMatchObject({ is_current: true, last_commit: { message: 'One' } });
    expect((await go('GET', '/branches/main')).body).toMatchObject({ code: 'BRANCH_NOT_FOUND' });
    expect((await go('PATCH', '/branches/a', { name: 'b' })).body).toMatchObject({ code: 'BRANCH_EXISTS' });
  });

  it('are searched', async () => {
    const server = servers[0]!;
    const { id, go } = await fresh(server);
    await go('POST', '/commits', { message: 'Add search', author, actions: [{ path: 'src/One.ts', content: 'let a = 1;\nfind(me);\nFIND(me);\n' }, { path: 'b.md', content: 'find nothing\n' }] });
    expect((await go('GET', '/search/content?query=find(')).body).toMatchObject({ total: 2, results: [{ path: 'src/One.ts', line: 2, column: 1, matches: [{ start: 0, end: 5 }] }, { line: 3 }] });
    expect((await go('GET', '/search/content?query=find&case_sensitive=true&path=src')).body).toMatchObject({ total: 1 });
    expect((await go('GET', '/search/files?q=one')).body).toMatchObject({ results: [{ path: 'src/One.ts', mode: '100644', matches: [{ start: 4, end: 7 }] }], total: 1 });
    expect((await go('GET', '/search/commits?query=search')).body).toMatchObject({ total: 1, results: [{ message: 'Add search', matches: [{ field: 'message', line: 1, column: 5 }] }] });
    expect((await go('GET', '/search/files')).body).toMatchObject({ code: 'MISSING_QUERY' });
    expect((await go('GET', '/search/content?query=(&regex=true')).body).toMatchObject({ code: 'INVALID_PATTERN' });
    const copy = await cloneOf(server, id);
    const grep = await go('POST', '/grep', { pattern: 'f.*d', context: 1, case_sensitive: false });
    const lines = (grep.body['results'] as { path: string; line: number; content: string }[]).map(({ path, line, content }) => `${path}:${line}:${content}`);
    expect(lines.join('\n')).toBe((await mustGit(copy, ['grep', '-n', '-i', '-E', 'f.*d', 'HEAD'])).replaceAll('HEAD:', ''));
    expect((await go('POST', '/grep', { pattern: 'find(me);', regex: false, line_regexp: true })).body).toMatchObject({ total: 1, results: [{ line: 2 }] });
    expect((await go('POST', '/grep', { pattern: 'x', invert_match: true, limit: 1 })).body).toMatchObject({ count: 1, has_more: true });
    const blame = await go('GET', '/blame/src/One.ts?start=2&end=2');
    expect(blame.body).toMatchObject({ total: 1, lines: [{ line_number: 2, content: 'find(me);', author: 'Dev', message: 'Add search' }] });
    await go('POST', '/tags', { name: 'v1', message: 'x' });
    expect((await go('GET', '/describe')).body).toMatchObject({ description: 'v1' });
  });

  it('are searched by words, counted and grouped', async () => {
    const server = servers[0]!;
    const { go } = await fresh(server);
    const commit = (message: string, name: string, date: string, actions: unknown[]): Promise<JsonAnswer> =>
      go('POST', '/commits', { message, author: { name, email: `${name}@example.com`, date }, actions });
    expect((await go('GET', '/search/statistics')).body).toMatchObject({ files: 0, commits: 0 });
    await commit('One', 'ann', '2024-01-01T10:00:00Z', [{ path: 'src/parseHeader.ts', content: 'export function parseHeader() {\n  return header;\n}\n' }, { path: 'bin', content: 'AAEC', encoding: 'base64' }]);
    await commit('Two', 'bob', '2024-01-02T10:00:00Z', [{ path: 'docs/a.md', content: 'The header and the footer, the body.\n' }]);
    await commit('Three', 'ann', '2024-02-01T10:00:00Z', [{ path: 'docs/b.md', content: 'Nothing here.\n' }]);
    const found = await go('POST', '/search/fulltext', { query: 'parse header', highlight_length: 20 });
    expect(found.body).toMatchObject({ total: 2, results: [{ path: 'src/parseHeader.ts', highlights: [{ line: 1, text: 'export function pars' }, { line: 2 }] }, { path: 'docs/a.md' }] });
    expect((await go('POST', '/search/fulltext', { query: 'header', file_types: ['md'], include_content: true })).body).toMatchObject({ total: 1, results: [{ content: 'The header and the footer, the body.\n' }] });
    expect((await go('POST', '/search/fulltext', { query: 'absent' })).body).toMatchObject({ total: 0, results: [] });
    expect((await go('GET', '/search/suggestions?q=hea')).body).toEqual({ query: 'hea', suggestions: ['header'], limit: 10 });
    expect((await go('GET', '/search/suggestions?q=parse')).body['suggestions']).toEqual(['parse', 'parseheader', 'src/parseHeader.ts']);
    expect((await go('GET', '/search/statistics')).body).toMatchObject({
      files: 3, lines: 5, skipped_files: 1, commits: 3, branches: 1, tags: 0, by_extension: [{ extension: 'md', files: 2, lines: 2 }, { extension: 'ts', files: 1, lines: 3 }],
    });
    expect((await go('POST', '/search/aggregate', { group_by: ['author'] })).body).toEqual({
      total: 3, groups: [
        { key: { author: 'ann' }, count: 2, first: '2024-01-01T10:00:00.000Z', last: '2024-02-01T10:00:00.000Z' },
        { key: { author: 'bob' }, count: 1, first: '2024-01-02T10:00:00.000Z', last: '2024-01-02T10:00:00.000Z' },
      ],
    });
    expect((await go('POST', '/search/aggregate', { group_by: ['month'], time_range: { since: '2024-01-15T00:00:00Z' } })).body).toMatchObject({ total: 1, groups: [{ key: { month: '2024-02' } }] });
    expect((await go('POST', '/search/rebuild')).body).toMatchObject({ status: 'rebuilt' });
  });

  it('are there under the second version', async () => {
    const server = servers[0]!;
    const { id, go } = await fresh(server);
    const two = (method: string, path: string, body?: unknown): Promise<JsonAnswer> => ask(server, method, `/api/v2/repos/${id}${path}`, body);
    expect((await two('POST', '/files', { path: 'a', content: '1' })).status).toBe(201);
    expect((await two('PUT', '/files', { path: 'a', content: '2' })).status).toBe(200);
    expect((await two('POST', '/files/move', { from: 'a', to: 'b' })).status).toBe(200);
    expect((await two('POST', '/commits', { message: 'One', author: 'Ann', email: 'ann@example.com' })).status).toBe(201);
    expect((await two('GET', '/commits')).body).toMatchObject({ total: 1, commits: [{ author: 'Ann' }] });
    expect((await two('GET', '/files?path=b')).body).toMatchObject({ content: '2' });
    expect((await two('DELETE', '/files?path=b')).status).toBe(200);
    expect((await two('POST', '/stashes', {})).status).toBe(201);
    expect((await two('GET', '/stashes')).body).toMatchObject({ count: 1 });
    expect((await ask(server, 'GET', `/api/v2/repos/${id}`)).body).toMatchObject({ id });
    expect((await go('GET', '/status')).body).toMatchObject({ clean: true });
  });
});
