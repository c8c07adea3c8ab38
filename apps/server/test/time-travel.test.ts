import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { ask, makeFolder, mustGit, removeFolders, startTestServer, type JsonAnswer, type TestServer } from './harness.js';

const HOUR = 3_600_000;
const START = 1_700_000_000_000;
const author = { name: 'Dev', email: 'dev@example.com' };

let server: TestServer;
let data: string;
let nowMs = START;
const hashes: string[] = [];
const call = (method: string, path: string, body?: unknown): Promise<JsonAnswer> => ask(server, method, `/api/v1/repos/${path}`, body);
const at = (path: string, moment: string | number): Promise<JsonAnswer> => call('GET', `app/time-travel/${encodeURIComponent(String(moment))}${path}`);

beforeAll(async () => {
  data = await makeFolder();
  server = await startTestServer(['--data', data], {}, { clock: () => nowMs });
  await ask(server, 'POST', '/api/v1/repos', { id: 'app' });
  for (let index = 0; index < 3; index++) {
    const { body } = await call('POST', 'app/commits', { message: `Version ${index}`, author, files: [{ path: 'v', content: `${index}\n` }, { path: `d/f${index}`, content: '' }] });
    hashes.push(String(body['hash']));
    nowMs += HOUR;
  }
});

afterAll(async () => {
  await server.stop();
  await removeFolders();
});

describe('time travel', () => {
  it('finds where a branch stood, by any way to write a moment', async () => {
    for (const [moment, index] of [
      [START / 1000, 0], [START / 1000 + 3599, 0], [START / 1000 + 3600, 1], ['2023-11-14T23:13:20Z', 1], ['2023-11-15T00:13:20+01:00', 1],
      ['now', 2], ['30 minutes ago', 2], ['90 minutes ago', 1],
    ] as const) {
      const { status, body } = await at('', moment);
      expect({ moment, status, hash: (body['commit'] as { hash?: string } | undefined)?.hash, by: body['by'] }).toEqual({ moment, status: 200, hash: hashes[index], by: 'reflog' });
      expect(body).toMatchObject({ ref: 'main', is_exact: true, snapshot: { commit: hashes[index], files_count: index + 2 } });
    }
  });

  it('reads files, trees and history as they were', async () => {
    const moment = START / 1000 + 3600;
    expect((await at('/read/v', moment)).body).toMatchObject({ content: '1\n', commit: hashes[1] });
    expect((await at('/files/v', moment)).body).toMatchObject({ content: '1\n' });
    expect((await at('/read/d/f2', moment)).body).toMatchObject({ code: 'FILE_NOT_FOUND' });
    expect((await at('/tree', moment)).body).toMatchObject({ total: 2 });
    expect((await at('/tree/d?recursive=true', moment)).body).toMatchObject({ entries: [{ path: 'd/f0' }, { path: 'd/f1' }] });
    expect((await at('/log', moment)).body).toMatchObject({ count: 2, commits: [{ hash: hashes[1] }, { hash: hashes[0] }] });
  });

  it('tells where a branch stood from when commits were made', async () => {
    const folder = `${await makeFolder()}/app`;
    await mustGit(data, ['clone', '-q', `${server.url}/app.git`, folder]);
    await mustGit(folder, ['commit', '-q', '--allow-empty', '-m', 'Old'], { GIT_COMMITTER_DATE: '1500000000 +0000', GIT_AUTHOR_DATE: '1500000000 +0000' });
    await mustGit(folder, ['push', '-q', 'origin', 'HEAD:old']);
    const old = await mustGit(folder, ['rev-parse', 'HEAD']);
    const before = START / 1000 - HOUR;
    // The branch was made now; its commit is said to be years old.
    expect((await at('?ref=old', 1_600_000_000)).body).toMatchObject({ code: 'NO_COMMITS' });
    expect((await at('?ref=old&by=commit-date', 1_600_000_000)).body).toMatchObject({ by: 'commit-date', commit: { hash: old } });
    expect((await at('?by=commit-date', START / 1000 + 10)).body).toMatchObject({ by: 'commit-date', commit: { hash: hashes[0] } });
    expect((await at('?by=commit-date', before)).body).toMatchObject({ code: 'NO_COMMITS' });
    const git = await mustGit(`${data}/app.git`, ['rev-list', '-1', `--before=${START / 1000 + 3600}`, 'main']);
    expect((await at('?by=commit-date', START / 1000 + 3600)).body).toMatchObject({ commit: { hash: git } });
  });

  it('refuses what is no moment, and finds nothing where nothing was', async () => {
    expect((await at('', 'nonsense')).body).toMatchObject({ code: 'INVALID_TIMESTAMP' });
    expect((await at('', '2023-99-99T00:00:00Z')).body).toMatchObject({ code: 'INVALID_TIMESTAMP' });
    expect((await at('', 1000)).body).toMatchObject({ code: 'NO_COMMITS' });
    await ask(server, 'POST', '/api/v1/repos', { id: 'empty' });
    expect((await call('GET', 'empty/time-travel/now')).body).toMatchObject({ code: 'NO_COMMITS' });
    expect((await at('?ref=absent', 'now')).status).toBe(404);
  });
});
