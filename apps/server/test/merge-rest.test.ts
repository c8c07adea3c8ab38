import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { ask } from './checked-ask.js';
import { git, makeFolder, mustGit, removeFolders, startTestServer, type JsonAnswer, type TestServer } from './harness.js';

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

interface Sample {
  readonly id: string;
  readonly base: string;
  readonly topic: string;
  readonly main: string;
  readonly go: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<JsonAnswer>;
  /** A clone of the repository as it is now. */
  readonly clone: () => Promise<string>;
}

/** A repository with two branches that change the same line, and other files. */
async function sample(): Promise<Sample> {
  const id = `merge-${++count}`;
  const go: Sample['go'] = (method, path, body, headers) => ask(server, method, `/api/v1/repos/${id}${path}`, body, headers);
  await ask(server, 'POST', '/api/v1/repos', { id, memory_only: true });
  const commit = async (message: string, actions: unknown[], branch?: string): Promise<string> => {
    const { status, body } = await go('POST', '/commits', { message, author, actions, ...(branch === undefined ? {} : { branch }) });
    expect(status).toBe(201);
    return String(body['hash']);
  };
  const base = await commit('Base', [{ path: 'a.txt', content: '1\n2\n3\n' }, { path: 'keep', content: 'kept\n' }]);
  await go('POST', '/branches', { name: 'topic' });
  const topic = await commit('Topic', [{ action: 'edit', path: 'a.txt', edits: [{ old: '2', new: 'two' }] }, { path: 'topic.txt', content: 't\n' }], 'topic');
  const main = await commit('Main', [{ action: 'edit', path: 'a.txt', edits: [{ start_line: 2, content: 'zwei' }] }]);
  return {
    id, base, topic, main, go,
    async clone() {
      const folder = await makeFolder();
      await mustGit(folder, ['clone', '-q', '--mirror', `${server.url}/${id}.git`, 'copy.git']);
      return `${folder}/copy.git`;
    },
  };
}

describe('merging over REST', () => {
  it('gives conflicts as data, changes nothing, and takes resolutions', async () => {
    const { go, main, topic, clone } = await sample();
    const dry = await go('POST', '/merge', { from: 'topic', to: 'main', dry_run: true });
    expect(dry.status).toBe(200);
    expect(dry.body).toMatchObject({ status: 'conflicts', clean: false, dry_run: true, data: { from: 'topic', to: 'main' } });
    const refused = await go('POST', '/merge', { from: 'topic', to: 'main', author });
    expect([refused.status, refused.body['code']]).toEqual([409, 'MERGE_CONFLICT']);
    const [conflict] = (refused.body['details'] as { conflicts: Record<string, unknown>[] }).conflicts;
    expect(conflict).toMatchObject({ path: 'a.txt', kind: 'CONFLICT (contents)', base: { mode: '100644' }, ours: { mode: '100644' }, theirs: { mode: '100644' } });
    const copy = await clone();
    expect(await mustGit(copy, ['rev-parse', 'main'])).toBe(main);
    // What git makes of the same merge stands in the conflict.
    const { stdout } = await git(copy, ['merge-tree', '--write-tree', 'main', 'topic']);
    const theirs = await git(copy, ['show', `${stdout.slice(0, 40)}:a.txt`]);
    expect(conflict!['content']).toBe(theirs.stdout.replace('<<<<<<< main', '<<<<<<< HEAD'));
    const merged = await go('POST', '/merge', { from: 'topic', to: 'main', author, resolutions: { 'a.txt': { content: '1\nzwei two\n3\n' } } });
    expect(merged.body).toMatchObject({ status: 'merged', clean: true, commit: { parents: [main, topic], message: "Merge branch 'topic'" } });
    const after = await clone();
    expect(await mustGit(after, ['show', 'main:a.txt'])).toBe('1\nzwei two\n3');
    expect(await mustGit(after, ['show', 'main:topic.txt'])).toBe('t');
    expect(await mustGit(after, ['fsck', '--strict'])).toBe('');
  });

  it('takes a side, fast-forwards, squashes, and refuses what is no fast-forward', async () => {
    const { go, base, topic, main } = await sample();
    await go('POST', '/branches', { name: 'behind', from: base });
    expect((await go('POST', '/merge', { source: 'topic', target: 'behind' })).body).toMatchObject({ status: 'fast-forward', head: topic });
    expect((await go('POST', '/merge', { from: 'topic', to: 'behind' })).body).toMatchObject({ status: 'up-to-date', head: topic });
    expect((await go('POST', '/merge', { from: 'topic', to: 'main', fast_forward: 'only' })).body).toMatchObject({ code: 'MERGE_FAILED' });
    expect((await go('POST', '/merge', { from: 'topic', to: 'nowhere' })).body).toMatchObject({ code: 'BRANCH_NOT_FOUND' });
    const squashed = await go('POST', '/merge', { from: 'topic', to: 'main', squash: true, favor: 'theirs', message: 'Squashed', author });
    expect(squashed.body).toMatchObject({ status: 'squashed', commit: { parents: [main], message: 'Squashed' } });
    expect((await go('GET', '/files/a.txt?ref=main')).body['content']).toBe('1\ntwo\n3\n');
    expect((await go('GET', '/status')).body).toMatchObject({ staged: [], clean: true, branch: 'main' });
  });

  it('into a branch that is not the current one leaves HEAD and its log alone', async () => {
    const { go, topic, main, clone } = await sample();
    await go('POST', '/checkout', { branch: 'topic' });
    const { body } = await go('POST', '/merge', { from: 'topic', to: 'main', favor: 'ours', author });
    expect(body).toMatchObject({ status: 'merged', commit: { parents: [main, topic] } });
    expect((await go('GET', '/branches')).body).toMatchObject({ current: 'topic' });
    expect(await mustGit(await clone(), ['rev-parse', 'HEAD'])).toBe(topic);
  });
});

describe('replaying over REST', () => {
  it('picks, reverts and resets, as git does', async () => {
    const { go, base, main, topic, clone } = await sample();
    const conflict = await go('POST', '/cherry-pick', { commit: topic });
    expect([conflict.status, (conflict.body['details'] as { commit: string }).commit]).toEqual([409, topic]);
    const picked = await go('POST', '/cherry-pick', { commit: topic, resolutions: { 'a.txt': { use: 'theirs' } }, record_origin: true, author });
    expect(picked.status).toBe(201);
    expect(picked.body).toMatchObject({ original_commit: topic, author: 'Dev', files_changed: ['a.txt', 'topic.txt'] });
    expect(picked.body['message']).toBe(`Topic\n\n(cherry picked from commit ${topic})`);
    const reverted = await go('POST', '/revert', { commit: 'HEAD', author });
    expect(reverted.body).toMatchObject({ reverted_commit: picked.body['new_commit'], files_changed: ['a.txt', 'topic.txt'] });
    const copy = await clone();
    expect(await mustGit(copy, ['rev-parse', 'main^{tree}'])).toBe(await mustGit(copy, ['rev-parse', `${main}^{tree}`]));
    const reset = await go('POST', '/reset', { target: base, mode: 'hard' });
    expect(reset.body).toMatchObject({ old_head: reverted.body['new_commit'], new_head: base, mode: 'hard' });
    const empty = await go('POST', '/cherry-pick', { commits: [topic, topic], branch: 'main' });
    expect(empty.body).toMatchObject({ status: 'done', commits: [{ from: topic }] });
  });

  it('rebases a branch that is not the current one, and finds a lost race', async () => {
    const { go, main, topic, clone } = await sample();
    const conflict = await go('POST', '/rebase', { onto: 'main', branch: 'topic' });
    expect([conflict.status, conflict.body['code']]).toEqual([409, 'MERGE_CONFLICT']);
    const stale = await go('POST', '/rebase', { onto: 'main', branch: 'topic', expected_head: main });
    expect([stale.status, stale.body['code'], stale.body['details']]).toEqual([409, 'REF_CONFLICT', { name: 'refs/heads/topic', expected: main, actual: topic }]);
    const rebased = await go('POST', '/rebase', { onto: 'main', branch: 'topic', resolutions: { 'a.txt': { content: '1\nboth\n3\n' } }, author }, { 'if-match': `"${topic}"` });
    expect(rebased.body).toMatchObject({ status: 'done', old_head: topic, rebased_count: 1, commits: [{ parent: main, message: 'Topic' }] });
    const copy = await clone();
    expect(await mustGit(copy, ['log', '--format=%s', 'topic'])).toBe('Topic\nMain\nBase');
    expect(await mustGit(copy, ['symbolic-ref', 'HEAD'])).toBe('refs/heads/main');
  });
});

describe('stashes over REST', () => {
  it('put away what is staged and give it back', async () => {
    const { go } = await sample();
    expect((await go('POST', '/stash')).body).toMatchObject({ code: 'NOTHING_TO_COMMIT' });
    await go('POST', '/add', { path: 'a.txt', content: 'staged\n' });
    await go('DELETE', '/remove/keep');
    const made = await go('POST', '/stash', { message: 'later' });
    expect(made.body).toMatchObject({ id: 'stash@{0}', message: 'On main: later', files: ['a.txt', 'keep'] });
    expect((await go('GET', '/status')).body).toMatchObject({ clean: true });
    expect((await go('GET', '/stashes')).body).toMatchObject({ count: 1, stashes: [{ id: 'stash@{0}' }] });
    expect((await go('GET', '/stash/stash@%7B0%7D')).body).toMatchObject({ changes: [{ path: 'a.txt', status: 'modified' }, { path: 'keep', status: 'deleted' }] });
    expect((await go('POST', '/stash/0/apply')).body).toEqual({ status: 'applied', id: 'stash@{0}', files: ['a.txt', 'keep'] });
    expect((await go('GET', '/status')).body).toMatchObject({ staged: ['a.txt', 'keep'], deleted: ['keep'] });
    await go('POST', '/add', { path: 'a.txt', content: 'something else\n' });
    const refused = await go('POST', '/stash/0/pop');
    expect(refused.body).toMatchObject({ code: 'STASH_APPLY_FAILED', details: { conflicts: [{ path: 'a.txt' }] } });
    expect((await go('GET', '/stash')).body).toMatchObject({ count: 1 });
    await go('POST', '/reset', { mode: 'hard' });
    expect((await go('POST', '/stashes/0/pop')).body).toMatchObject({ status: 'popped' });
    expect((await go('GET', '/stash')).body).toMatchObject({ count: 0 });
    expect((await go('DELETE', '/stash/0')).body).toMatchObject({ code: 'STASH_NOT_FOUND' });
    await go('POST', '/stash');
    expect((await go('POST', '/stash/0/branch', { name: 'from-stash' })).status).toBe(201);
    expect((await go('GET', '/status')).body).toMatchObject({ branch: 'from-stash', staged: ['a.txt', 'keep'] });
    await go('POST', '/stash');
    expect((await go('DELETE', '/stash/stash@%7B0%7D')).body).toEqual({ status: 'dropped', id: 'stash@{0}' });
  });
});
