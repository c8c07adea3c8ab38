import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';

import { ask } from './checked-ask.js';
import { makeFolder, mustGit, removeFolders, startTestServer, type JsonAnswer, type TestServer } from './harness.js';
import { Receiver } from './receiver.js';

const AUTHOR = { name: 'Dev', email: 'dev@example.com', date: '2026-01-02T03:04:05Z' };

let server: TestServer;
let count = 0;

beforeAll(async () => {
  server = await startTestServer([], { GOVC_WEBHOOKS_ALLOW_HOSTS: 'localhost,127.0.0.1' });
});

afterAll(async () => {
  await server.stop();
  await removeFolders();
});

/** `main` changes the file that each of the three commits of `topic` changes, too. */
async function sample() {
  const id = `sample-${++count}`;
  const R = `/api/v1/repos/${id}`;
  await ask(server, 'POST', '/api/v1/repos', { id, memory_only: true });
  const go = (method: string, path: string, body?: unknown): Promise<JsonAnswer> => ask(server, method, `${R}${path}`, body);
  const commit = async (message: string, branch: string, files: Readonly<Record<string, string>>): Promise<string> => {
    const { body } = await go('POST', '/commits', { message, branch, author: AUTHOR, files: Object.entries(files).map(([path, content]) => ({ path, content })) });
    return String(body['hash']);
  };
  const base = await commit('Base', 'main', { 'a.txt': '1\n2\n3\n' });
  await go('POST', '/branches', { name: 'topic', from: 'main' });
  const one = await commit('One', 'topic', { 'a.txt': '1\none\n3\n' });
  const two = await commit('Two', 'topic', { 'b.txt': 'b\n' });
  const three = await commit('Three', 'topic', { 'a.txt': '1\nthree\n3\n', 'c.txt': 'c\n' });
  const main = await commit('Main', 'main', { 'a.txt': '1\nmain\n3\n' });
  const clone = async (): Promise<string> => {
    const folder = await makeFolder();
    await mustGit(folder, ['clone', '-q', `${server.url}/${id}.git`, 'copy']);
    return join(folder, 'copy');
  };
  return { id, go, base, one, two, three, main, clone, commit };
}

const sequenceOf = ({ body }: JsonAnswer): string => (body['sequence'] as { id: string }).id;

describe('a rebase that stops', () => {
  it('is gone on with, commit by commit, and takes effect at its end', async () => {
    const { go, one, three, main, clone } = await sample();
    const stopped = await go('POST', '/rebase', { onto: 'main', branch: 'topic', author: AUTHOR, on_conflict: 'stop' });
    expect([stopped.status, stopped.body]).toMatchObject([202, { status: 'conflicts', stopped_at: one, conflicts: [{ path: 'a.txt' }], sequence: { kind: 'rebase', branch: 'topic' } }]);
    const at = `/sequences/${sequenceOf(stopped)}`;
    expect((await go('GET', '/branches/topic')).body).toMatchObject({ commit: three });
    expect((await go('GET', at)).body).toMatchObject({ stopped_at: one });
    expect((await go('GET', '/sequences')).body).toMatchObject({ count: 1 });
    // Nothing was decided.
    const undecided = await go('POST', `${at}/continue`);
    expect([undecided.status, undecided.body['code']]).toEqual([409, 'MERGE_CONFLICT']);
    const next = await go('POST', `${at}/continue`, { resolutions: { 'a.txt': { content: '1\nmain one\n3\n' } }, message: 'One, again' });
    expect([next.status, next.body]).toMatchObject([202, { stopped_at: three, rebased_count: 2 }]);
    const done = await go('POST', `${at}/continue`, { resolutions: { 'a.txt': { use: 'theirs' } } });
    expect([done.status, done.body]).toMatchObject([200, { status: 'done', old_head: three, rebased_count: 3 }]);
    const copy = await clone();
    expect(await mustGit(copy, ['log', '--format=%s', 'origin/topic'])).toBe('Three\nTwo\nOne, again\nMain\nBase');
    expect(await mustGit(copy, ['show', 'origin/topic:a.txt'])).toBe('1\nthree\n3');
    expect(await mustGit(copy, ['merge-base', 'origin/main', 'origin/topic'])).toBe(main);
    expect(await mustGit(copy, ['fsck', '--strict'])).toBe('');
    expect((await go('GET', at)).body).toMatchObject({ code: 'SEQUENCE_NOT_FOUND' });
  });

  it('goes on without a commit, and is given up', async () => {
    const { go, three, clone } = await sample();
    const first = sequenceOf(await go('POST', '/rebase', { onto: 'main', branch: 'topic', on_conflict: 'stop' }));
    expect((await go('POST', `/sequences/${first}/skip`)).body).toMatchObject({ status: 'conflicts', stopped_at: three });
    expect((await go('POST', `/sequences/${first}/abort`)).body).toEqual({ status: 'aborted', id: first });
    expect((await go('GET', '/branches/topic')).body).toMatchObject({ commit: three });
    const second = sequenceOf(await go('POST', '/rebase', { onto: 'main', branch: 'topic', on_conflict: 'stop' }));
    await go('POST', `/sequences/${second}/skip`);
    expect((await go('POST', `/sequences/${second}/skip`)).body).toMatchObject({ status: 'done', rebased_count: 1 });
    expect(await mustGit(await clone(), ['log', '--format=%s', 'origin/topic'])).toBe('Two\nMain\nBase');
  });

  it('stops where its list says so, and takes changes there', async () => {
    const { go, base, one, two, clone } = await sample();
    const todo = `edit ${one}\nbreak\npick ${two}\n`;
    const refused = await go('POST', '/rebase', { onto: base, branch: 'topic', todo });
    expect([refused.status, refused.body['code']]).toEqual([409, 'MERGE_FAILED']);
    const edit = await go('POST', '/rebase', { onto: base, branch: 'topic', todo, author: AUTHOR, on_conflict: 'stop' });
    expect([edit.status, edit.body]).toMatchObject([202, { reason: 'edit', status: 'stopped' }]);
    const at = `/sequences/${sequenceOf(edit)}`;
    const pause = await go('POST', `${at}/continue`, { message: 'One, edited', changes: { 'a.txt': '1\nedited\n3\n', 'more.txt': 'more\n' } });
    expect(pause.body).toMatchObject({ reason: 'break' });
    const done = await go('POST', `${at}/continue`, { message: 'Between', actions: [{ action: 'delete', path: 'more.txt' }] });
    expect(done.body).toMatchObject({ status: 'done' });
    const copy = await clone();
    expect(await mustGit(copy, ['log', '--format=%s', 'origin/topic'])).toBe('Two\nBetween\nOne, edited\nBase');
    expect(await mustGit(copy, ['ls-tree', '--name-only', 'origin/topic'])).toBe('a.txt\nb.txt');
    expect(await mustGit(copy, ['show', 'origin/topic:a.txt'])).toBe('1\nedited\n3');
  });
});

describe('a cherry-pick and a revert that stop', () => {
  it('are gone on with, and skip what is there already', async () => {
    const { go, one, two, three, clone } = await sample();
    const stopped = await go('POST', '/cherry-pick', { commits: [two, one, three], on_conflict: 'stop', author: AUTHOR });
    expect([stopped.status, stopped.body]).toMatchObject([202, { status: 'conflicts', stopped_at: one, commits: [{ from: two }], sequence: { kind: 'cherry-pick', branch: 'main' } }]);
    const at = `/sequences/${sequenceOf(stopped)}`;
    const empty = await go('POST', `${at}/continue`, { resolutions: { 'a.txt': { use: 'ours' } } });
    expect([empty.status, empty.body['code']]).toEqual([409, 'NOTHING_TO_COMMIT']);
    const last = await go('POST', `${at}/skip`);
    expect(last.body).toMatchObject({ stopped_at: three });
    const done = await go('POST', `${at}/continue`, { resolutions: { 'a.txt': { content: 'all\n' } }, message: 'Both' });
    expect([done.status, done.body]).toMatchObject([200, { status: 'done', commits: [{ from: two }, { from: three }], message: 'Both' }]);
    expect(await mustGit(await clone(), ['log', '--format=%an %s'])).toBe('Dev Both\nDev Two\nDev Main\nDev Base');
    const revert = await go('POST', '/revert', { commit: 'HEAD~2', on_conflict: 'stop', author: AUTHOR });
    expect(revert.body).toMatchObject({ sequence: { kind: 'revert' } });
    const undone = await go('POST', `/sequences/${sequenceOf(revert)}/continue`, { resolutions: { 'a.txt': { content: 'none\n' } } });
    expect(undone.body).toMatchObject({ status: 'done', message: expect.stringContaining('Revert "Main"') });
  });

  it('that need no decision take effect at once', async () => {
    const { go, two } = await sample();
    const done = await go('POST', '/cherry-pick', { commit: two, on_conflict: 'stop' });
    expect([done.status, done.body]).toMatchObject([200, { status: 'done', original_commit: two }]);
    expect((await go('GET', '/sequences')).body).toEqual({ sequences: [], count: 0 });
  });
});

describe('a stopped sequence', () => {
  it('finds that its branch has moved, stays, and can be given up', async () => {
    const { go, three, commit } = await sample();
    const at = `/sequences/${sequenceOf(await go('POST', '/rebase', { onto: 'main', branch: 'topic', on_conflict: 'stop' }))}`;
    const moved = await commit('Meanwhile', 'topic', { 'd.txt': 'd\n' });
    await go('POST', `${at}/skip`);
    const late = await go('POST', `${at}/skip`);
    expect([late.status, late.body['code'], late.body['details']]).toMatchObject([409, 'REF_CONFLICT', { expected_head: three, actual_head: moved }]);
    expect((await go('GET', '/branches/topic')).body).toMatchObject({ commit: moved });
    expect((await go('DELETE', at)).status).toBe(200);
  });

  it('is finished when a policy that refused allows it', async () => {
    const { go, two, three } = await sample();
    const receiver = await Receiver.open();
    try {
      receiver.answer = () => ({ status: 403, body: '{"message": "not now"}' });
      await go('POST', '/policies', { url: receiver.url });
      const stopped = await go('POST', '/cherry-pick', { commits: [two, three], on_conflict: 'stop', author: AUTHOR });
      const at = `/sequences/${sequenceOf(stopped)}`;
      const refused = await go('POST', `${at}/continue`, { resolutions: { 'a.txt': { use: 'theirs' } } });
      expect([refused.status, refused.body['code']]).toEqual([403, 'POLICY_REFUSED']);
      receiver.answer = () => ({ status: 204, body: '' });
      expect((await go('POST', `${at}/continue`)).body).toMatchObject({ status: 'done' });
    } finally {
      await receiver.close();
    }
  });
});
