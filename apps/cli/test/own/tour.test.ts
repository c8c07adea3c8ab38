import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { RunningServer } from '@govc/server';

import { Lab, PASSWORD } from './lab.js';

const DAY_MS = 86_400_000;

describe('govc against a server', () => {
  const lab = new Lab();
  let server: RunningServer;

  beforeAll(async () => {
    server = await lab.serve();
  });

  afterAll(async () => {
    await lab.stop();
  });

  it('says what to do before anybody has signed in', async () => {
    expect(await lab.govc(['repo', 'list'])).toEqual({
      code: 128, stdout: '', stderr: expect.stringMatching(/^fatal: no server is known\nhint: .*govc auth login http:\/\/localhost:8080/),
    });
    const { code, stderr } = await lab.govc(['repo', 'create', 'app', '--server', server.url]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(`hint: you are not logged in: run: govc auth login ${server.url}\n`) });
  });

  it('refuses a wrong password and keeps nothing of it', async () => {
    const ran = await lab.govc(['auth', 'login', server.url, '-u', 'admin', '--password-stdin'], { stdin: 'wrong\n' });
    expect(ran).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(/^error: .*\nhint: check the user name and the password/) });
    expect(await lab.json(['context', 'list'])).toMatchObject({ contexts: [], count: 0 });
    expect(await lab.govc(['auth', 'login', server.url, '-u', 'admin', '--password-stdin'])).toMatchObject({ code: 128, stderr: 'fatal: standard input holds no password\n' });
    expect(await lab.govc(['auth', 'login', server.url, '-u', 'admin'])).toMatchObject({ code: 128, stderr: expect.stringContaining('--password-stdin') });
  });

  it('signs in, and keeps its secrets where only their owner reads them', async () => {
    const { code, stdout } = await lab.logIn(server, '--context', 'work');
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(`Signed in to ${server.url} as admin. This is the context 'work'`) });
    const folder = join(lab.folder, '.config/govc');
    for (const name of ['credentials.json', 'contexts.json']) expect((statSync(join(folder, name)).mode & 0o777).toString(8)).toBe('600');
    expect(readFileSync(join(folder, 'contexts.json'), 'utf8')).not.toMatch(/eyJ|govr_|password/);
    expect(readFileSync(join(folder, 'credentials.json'), 'utf8')).not.toContain(PASSWORD);
    // A file that others could read is one that only its owner can after the next time it is written.
    chmodSync(join(folder, 'credentials.json'), 0o644);
    await lab.logIn(server, '--context', 'work');
    expect(statSync(join(folder, 'credentials.json')).mode & 0o777).toBe(0o600);
    expect(await lab.json(['auth', 'whoami'])).toMatchObject({ username: 'admin', context: 'work', server: server.url });
  });

  it('makes repositories, shows and renames them', async () => {
    expect(await lab.json(['repo', 'create', 'team/app', '--memory', '-d', 'An app'])).toMatchObject({ id: 'team/app', description: 'An app' });
    expect((await lab.govc(['repo', 'list'])).stdout).toMatch(/^ID +BRANCH +KEPT +CREATED +DESCRIPTION\nteam\/app +main +in memory +\S+ \S+ +An app\n$/);
    expect(await lab.json(['repo', 'fork', 'team/app', 'team/copy'])).toMatchObject({ id: 'team/copy' });
    expect(await lab.json(['repo', 'rename', 'team/copy', 'team/other'])).toMatchObject({ id: 'team/other' });
    expect((await lab.govc(['repo', 'info', 'team/other'])).stdout).toContain('Id:             team/other\n');
    expect(await lab.json(['repo', 'delete', 'team/other'])).toEqual({ status: 'deleted', deleted: ['team/other'] });
    expect(await lab.govc(['repo', 'info', 'team/other'])).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('hint: see what there is with: govc repo list') });
    const { code, stderr } = await lab.govc(['repo', 'info', 'team/other', '--json']);
    expect({ code, ...(JSON.parse(stderr) as object) }).toMatchObject({ code: 'REPO_NOT_FOUND', error: expect.any(String), request_id: expect.any(String) });
    expect(await lab.govc(['repo', 'create', 'team/app'])).toMatchObject({ code: 1 });
    expect(await lab.govc(['repo', 'create'])).toMatchObject({ code: 129, stderr: expect.stringMatching(/^error: ID is missing\nusage: govc repo create ID/) });
    expect(await lab.govc(['repo', 'frobnicate'])).toMatchObject({ code: 129, stderr: expect.stringMatching(/^error: unknown subcommand: `frobnicate'\nusage: govc repo list/) });
  });

  it('makes a key with which git pushes, and by which it is asked', async () => {
    const made = await lab.govc(['apikey', 'create', 'ci', '-p', 'repo:read,repo:write', '--expires', '30d']);
    expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^govc_\S+\n$/) });
    const key = made.stdout.trim();
    const keys = await lab.json(['apikey', 'list']) as { readonly api_keys: readonly { readonly id: string; readonly name: string }[] };
    expect(keys.api_keys).toMatchObject([{ name: 'ci', permissions: ['repo:read', 'repo:write'] }]);
    const url = server.url.replace('http://', `http://ci:${key}@`);
    for (const args of [['init', '-q', '-b', 'main', 'work'], ['-C', 'work', 'commit', '-q', '--allow-empty', '-m', 'Pushed'], ['-C', 'work', 'push', '-q', `${url}/team/app.git`, 'main']]) {
      expect(await lab.program(['git', ...args])).toMatchObject({ code: 0 });
    }
    expect((await lab.govc(['events', 'team/app', '--type', 'push'])).stdout).toMatch(/ push +main {2}[0-9a-f]{7} {2}by .*"Pushed"\n$/);
    // The same key as who one is: by a context, by the environment, and for Git as a credential helper.
    expect(await lab.govc(['auth', 'login', server.url, '--api-key-stdin', '--context', 'ci'], { stdin: `${key}\n` })).toMatchObject({ code: 0 });
    expect(await lab.json(['auth', 'whoami'])).toMatchObject({ auth_method: expect.stringMatching(/key/), context: 'ci' });
    expect((await lab.govc(['auth', 'git-credential', 'get'], { stdin: `protocol=http\nhost=${new URL(server.url).host}\n\n` })).stdout).toBe(`username=admin\npassword=${key}\n`);
    expect(await lab.govc(['auth', 'git-credential', 'get'], { stdin: 'protocol=https\nhost=elsewhere.example\n\n' })).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await lab.govc(['user', 'list'])).toMatchObject({ code: 1, stderr: expect.stringContaining('hint: see what you may do with: govc auth whoami') });
    expect(await lab.json(['context', 'use', 'work'])).toMatchObject({ current: 'work' });
    expect(await lab.json(['auth', 'whoami'], { env: { GOVC_API_KEY: key } })).toMatchObject({ auth_method: expect.stringMatching(/key/) });
    await lab.json(['apikey', 'revoke', keys.api_keys[0]!.id]);
    expect(await lab.govc(['auth', 'whoami'], { env: { GOVC_API_KEY: key } })).toMatchObject({ code: 1, stderr: expect.stringContaining('the API key in GOVC_API_KEY has expired, was revoked') });
    expect(await lab.json(['context', 'remove', 'ci'])).toMatchObject({ removed: 'ci' });
    expect(readFileSync(join(lab.folder, '.config/govc/credentials.json'), 'utf8')).not.toContain(key);
  });

  it('commits a transaction, or nothing', async () => {
    const { stdout } = await lab.govc(['tx', 'begin', 'team/app']);
    const tx = stdout.trim();
    expect(tx).toMatch(/^tx_/);
    mkdirSync(join(lab.folder, 'bin'), { recursive: true });
    writeFileSync(join(lab.folder, 'bin/run'), Buffer.from([0x23, 0xff, 0x00]), { mode: 0o755 });
    expect(await lab.govc(['tx', 'add', 'team/app', tx, 'bin/run'])).toMatchObject({ code: 0 });
    expect(await lab.govc(['tx', 'add', 'team/app', tx, 'a.txt', '--from', '-'], { stdin: 'from standard input\n' })).toMatchObject({ code: 0 });
    expect(await lab.govc(['tx', 'add', 'team/app', tx, 'nowhere'])).toMatchObject({ code: 128, stderr: expect.stringContaining("there is no file 'nowhere'") });
    expect((await lab.govc(['tx', 'diff', 'team/app', tx])).stdout).toContain('+from standard input\n');
    expect(await lab.json(['tx', 'validate', 'team/app', tx])).toMatchObject({ valid: true });
    expect(await lab.govc(['tx', 'validate', 'team/app', tx, '--require', 'b.txt'])).toMatchObject({ code: 1, stdout: expect.stringContaining('FAILED required-paths') });
    expect(await lab.json(['tx', 'list', 'team/app'])).toMatchObject({ count: 1 });
    expect((await lab.govc(['tx', 'commit', 'team/app', tx, '-m', 'By a transaction\n\nMore.'])).stdout).toMatch(/^\[main [0-9a-f]{7}\] By a transaction\n$/);
    const other = (await lab.json(['tx', 'begin', 'team/app']))['id'] as string;
    expect(await lab.govc(['tx', 'rollback', 'team/app', other])).toMatchObject({ code: 0 });
    expect(await lab.json(['tx', 'list', 'team/app'])).toMatchObject({ count: 0 });
    const { stdout: token } = await lab.govc(['auth', 'token']);
    expect(await lab.program(['git', '-C', 'work', '-c', `http.extraHeader=Authorization: Bearer ${token.trim()}`, 'pull', '-q', `${server.url}/team/app.git`, 'main'])).toMatchObject({ code: 0 });
    expect([...readFileSync(join(lab.folder, 'work/bin/run'))]).toEqual([0x23, 0xff, 0x00]);
    expect(statSync(join(lab.folder, 'work/bin/run')).mode & 0o111).not.toBe(0);
  });

  it('tries realities and publishes one', async () => {
    expect(await lab.json(['reality', 'create', 'team/app', 'small', 'large'])).toMatchObject({ count: 2 });
    for (const name of ['small', 'large']) {
      expect(await lab.govc(['reality', 'apply', 'team/app', name, 'size', '--content', `${name}\n`, '-m', `Try ${name}`])).toMatchObject({ code: 0, stdout: expect.stringContaining(`Try ${name}`) });
    }
    expect((await lab.govc(['reality', 'diff', 'team/app', 'large'])).stdout).toContain('+large\n');
    await lab.json(['reality', 'score', 'team/app', 'small', 'score=0.4']);
    await lab.json(['reality', 'score', 'team/app', 'large', 'score=0.9', 'p99=12']);
    expect(await lab.json(['reality', 'list', 'team/app', '--by', 'score'])).toMatchObject({ winner: 'large', count: 2 });
    expect((await lab.govc(['reality', 'score', 'team/app', 'large'])).stdout).toMatch(/score +0\.9\np99 +12\n/);
    expect(await lab.govc(['reality', 'publish', 'team/app', 'large', '--discard-others'])).toMatchObject({ code: 0, stdout: expect.stringContaining('fast-forward') });
    expect(await lab.json(['reality', 'list', 'team/app'])).toMatchObject({ count: 0 });
    expect(await lab.govc(['reality', 'discard', 'team/app', 'small'])).toMatchObject({ code: 1 });
    expect(await lab.govc(['reality', 'score', 'team/app', 'large', 'score=good'])).toMatchObject({ code: 129 });
  });

  it('manages users and roles', async () => {
    expect(await lab.json(['user', 'create', 'dev', '--email', 'dev@example.com', '--role', 'reader', '--password-stdin'], { stdin: 'a long password\n' })).toMatchObject({ id: 'dev', roles: ['reader'] });
    await lab.json(['role', 'create', 'release', '-p', 'repo:write']);
    await lab.json(['user', 'role', 'add', 'dev', 'release']);
    expect(await lab.json(['user', 'roles', 'dev'])).toMatchObject({ roles: ['reader', 'release'] });
    await lab.json(['user', 'grant', 'dev', 'team/app', 'repo:admin']);
    expect(await lab.json(['user', 'get', 'dev'])).toMatchObject({ repo_permissions: { 'team/app': ['repo:admin'] } });
    await lab.json(['user', 'deactivate', 'dev']);
    expect(await lab.govc(['auth', 'login', server.url, '-u', 'dev', '--password-stdin', '--no-save'], { stdin: 'a long password\n' })).toMatchObject({ code: 1 });
    await lab.json(['user', 'activate', 'dev']);
    const { stdout: token } = await lab.govc(['auth', 'login', server.url, '-u', 'dev', '--password-stdin', '--no-save'], { stdin: 'a long password\n' });
    expect(await lab.json(['auth', 'whoami', '--server', server.url], { env: { GOVC_TOKEN: token.trim() } })).toMatchObject({ username: 'dev' });
    expect((await lab.govc(['user', 'list'])).stdout).toMatch(/^ID .*\nadmin .*\ndev +dev +dev@example.com +reader,release +yes /);
    await lab.json(['user', 'delete', 'dev']);
    await lab.json(['role', 'delete', 'release']);
  });

  it('manages webhooks, also under the name that they share with hooks of Git', async () => {
    const receiver = await startReceiver();
    const hosted = await lab.serve({ GOVC_WEBHOOKS_ALLOW_HOSTS: `127.0.0.1:${receiver.port}` });
    const at = ['--server', hosted.url];
    await lab.json(['repo', 'create', 'app', ...at]);
    const { id } = await lab.json(['webhook', 'create', 'app', receiver.url, '-e', 'push,tag', '--secret-stdin', ...at], { stdin: 'tell nobody\n' });
    expect(await lab.json(['hook', 'list', 'app', ...at])).toMatchObject({ count: 1, hooks: [{ id, events: ['push', 'tag'], has_secret: true }] });
    expect((await lab.govc(['webhook', 'ping', 'app', String(id), ...at])).stdout).toMatch(/^Delivered to .*which answered 200/);
    expect(await lab.json(['webhook', 'deliveries', 'app', String(id), ...at])).toMatchObject({ count: 1 });
    expect(await lab.json(['webhook', 'update', 'app', String(id), '--inactive', ...at])).toMatchObject({ active: false });
    await lab.json(['webhook', 'delete', 'app', String(id), ...at]);
    expect(await lab.govc(['hook', 'run', 'nothing'], { env: { GOVC_PROGRAM: 'git' } })).toMatchObject({ code: 128, stderr: expect.stringContaining('not a git repository') });
    receiver.server.close();
  });

  it('builds an image and shows its log', async () => {
    const hosted = await lab.serve({});
    const at = ['--server', hosted.url];
    await lab.json(['repo', 'create', 'app', ...at]);
    expect(await lab.json(['container', 'list', 'app', ...at])).toEqual({ definitions: [], count: 0 });
    const tx = (await lab.json(['tx', 'begin', 'app', ...at]))['id'] as string;
    const definition = 'BASE scratch\nCOPY app.json /app.json\n';
    for (const [path, content] of [['Govcfile', definition], ['broken/Govcfile', 'BASE nothing.example/at:all\nRUN true\n'], ['app.json', '{}\n']] as const) {
      await lab.json(['tx', 'add', 'app', tx, path, '--content', content, ...at]);
    }
    await lab.json(['tx', 'commit', 'app', tx, '-m', 'Define', ...at]);
    expect((await lab.govc(['container', 'list', 'app', ...at])).stdout).toMatch(/^PATH .*\nGovcfile +govcfile +[0-9a-f]{7} /);
    expect((await lab.govc(['container', 'show', 'app', 'Govcfile', ...at])).stdout).toBe(definition);
    expect(await lab.govc(['container', 'build', 'app', '-t', 'v1', '--label', 'by=test', '--follow', ...at])).toMatchObject({ code: 0, stderr: '' });
    const { builds } = await lab.json(['container', 'builds', 'app', ...at]) as { readonly builds: readonly { readonly id: string }[] };
    expect(builds).toMatchObject([{ status: 'completed', request: { tags: ['v1'], labels: { by: 'test' } } }]);
    expect((await lab.govc(['container', 'info', 'app', builds[0]!.id, ...at])).stdout).toMatch(/Status: +completed\n[\s\S]*Digest: +sha256:/);
    expect((await lab.govc(['container', 'logs', 'app', builds[0]!.id, ...at])).stdout).not.toBe('');
    expect(await lab.govc(['container', 'build', 'app', '--folder', 'broken', '--follow', ...at])).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error: /) });
    expect(await lab.govc(['container', 'cancel', 'app', builds[0]!.id, ...at])).toMatchObject({ stdout: expect.not.stringContaining('is running') });
    expect(await lab.govc(['container', 'build', 'app', '--label', 'nothing', ...at])).toMatchObject({ code: 129 });
  });

  it('renews a token that has run out, and says so when that is over', async () => {
    const file = join(lab.folder, '.config/govc/credentials.json');
    const before = readFileSync(file, 'utf8');
    lab.aheadMs = 2 * DAY_MS;
    expect(await lab.json(['auth', 'whoami'])).toMatchObject({ username: 'admin' });
    const renewed = readFileSync(file, 'utf8');
    expect(renewed).not.toBe(before);
    // The token of the server has expired while the clock here says that it has not.
    lab.aheadMs = 4 * DAY_MS;
    expect(await lab.json(['auth', 'whoami'], { io: { clock: () => Date.now() } })).toMatchObject({ username: 'admin' });
    expect(readFileSync(file, 'utf8')).not.toBe(renewed);
    // Several commands at the same time use the refresh token once.
    lab.aheadMs = 6 * DAY_MS;
    const all = await Promise.all(Array.from({ length: 4 }, () => lab.govc(['auth', 'whoami', '--json'])));
    expect(all.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    lab.aheadMs = 90 * DAY_MS;
    expect(await lab.govc(['auth', 'whoami'])).toMatchObject({ code: 1, stderr: expect.stringContaining('hint: you are not logged in any more: run: govc auth login --context work') });
    lab.aheadMs = 0;
    await lab.logIn(server);
  });

  it('keeps two contexts apart', async () => {
    const second = await lab.serve();
    await lab.logIn(second, '--context', 'home');
    await lab.json(['repo', 'create', 'mine']);
    expect(await lab.json(['context', 'list'])).toMatchObject({
      current: 'home', contexts: [{ name: 'work', server: server.url, credentials: 'token' }, { name: 'home', server: second.url, current: true }],
    });
    const names = async (...args: readonly string[]): Promise<unknown> => ((await lab.json(['repo', 'list', ...args]))['repositories'] as { readonly id: string }[]).map(({ id }) => id);
    expect(await names()).toEqual(['mine']);
    expect(await names('--context', 'work')).toEqual(['team/app']);
    expect(await names('--server', server.url)).toEqual(['team/app']);
    expect((await lab.json(['repo', 'list'], { env: { GOVC_CONTEXT: 'work' } }))['count']).toBe(1);
    expect((await lab.json(['repo', 'info', 'team/app'], { env: { GOVC_URL: server.url } }))['id']).toBe('team/app');
    // What proves something to one address is not sent to another.
    const seen: (string | null)[] = [];
    const fetched: typeof fetch = (input, init) => {
      seen.push(new Headers(init?.headers).get('authorization'));
      return fetch(input, init);
    };
    await lab.govc(['repo', 'list', '--server', 'http://127.0.0.1:1'], { io: { fetch: fetched } });
    expect(new Set(seen)).toEqual(new Set([null]));
    await lab.json(['context', 'set', 'home', '--server', 'http://127.0.0.1:1']);
    expect(await lab.govc(['repo', 'list', '--context', 'home'])).toMatchObject({ code: 128, stderr: expect.stringMatching(/^fatal: cannot reach http:\/\/127\.0\.0\.1:1/) });
    expect(readFileSync(join(lab.folder, '.config/govc/credentials.json'), 'utf8')).not.toContain('"home"');
    await lab.json(['context', 'remove', 'home']);
    await lab.json(['context', 'use', 'work']);
  });

  it('brings the repositories of a folder to a server', async () => {
    for (const args of [['init', '-q', '-b', 'trunk', 'many/one'], ['-C', 'many/one', 'commit', '-q', '--allow-empty', '-m', 'One'], ['-C', 'many/one', 'tag', 'v1'], ['clone', '-q', '--bare', 'many/one', 'many/deep/two.git'], ['init', '-q', 'many/empty']]) {
      expect(await lab.program(['git', ...args])).toMatchObject({ code: 0 });
    }
    expect(await lab.json(['migrate', 'directory', 'many', '--prefix', 'old/', '--dry-run'])).toMatchObject({ count: 3, repositories: [{ id: 'old/deep/two', status: 'planned' }, {}, {}] });
    expect(await lab.json(['migrate', 'directory', 'many', '--prefix', 'old/'])).toMatchObject({ count: 3, failed: 0 });
    expect(await lab.json(['repo', 'info', 'old/one'])).toMatchObject({ current_branch: 'trunk' });
    expect((await lab.govc(['migrate', 'directory', 'many', '--prefix', 'old/'])).stdout).toMatch(/old\/one +exists/);
    const { stdout: token } = await lab.govc(['auth', 'token']);
    const listed = await lab.program(['git', '-c', `http.extraHeader=Authorization: Bearer ${token.trim()}`, 'ls-remote', `${server.url}/old/deep/two.git`]);
    expect(listed.stdout).toMatch(/refs\/heads\/trunk\n.*refs\/tags\/v1\n/);
  });

  it('signs out and forgets', async () => {
    const { stdout: token } = await lab.govc(['auth', 'token']);
    expect(await lab.govc(['auth', 'logout'])).toEqual({ code: 0, stdout: `Signed out of ${server.url}.\n`, stderr: '' });
    expect(readFileSync(join(lab.folder, '.config/govc/credentials.json'), 'utf8')).not.toContain('eyJ');
    expect(await lab.govc(['auth', 'whoami'])).toMatchObject({ code: 1, stderr: expect.stringContaining('you are not logged in: run: govc auth login --context work') });
    expect(await lab.govc(['auth', 'whoami'], { env: { GOVC_TOKEN: token.trim() } })).toMatchObject({ code: 1, stderr: expect.stringContaining('the token in GOVC_TOKEN has expired, was revoked') });
    expect(await lab.govc(['auth', 'logout'])).toMatchObject({ code: 0, stdout: `You were not signed in to ${server.url}.\n` });
  });
});

describe('govc events --follow', () => {
  const lab = new Lab();

  afterAll(async () => {
    await lab.stop();
  });

  it('goes on behind the last event where the connection was cut', async () => {
    const server = await lab.serve({});
    const at = ['--server', server.url];
    await lab.json(['repo', 'create', 'app', ...at]);
    const commit = async (path: string): Promise<void> => {
      const tx = (await lab.json(['tx', 'begin', 'app', ...at]))['id'] as string;
      await lab.json(['tx', 'add', 'app', tx, path, '--content', 'x', ...at]);
      await lab.json(['tx', 'commit', 'app', tx, '-m', path, ...at]);
    };
    await commit('one');
    // Every connection of the stream is cut behind its first event.
    let connections = 0;
    const cutting: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true) return response;
      connections++;
      return new Response(untilFirst(response.body!), { status: 200, headers: response.headers });
    };
    const ends = new AbortController();
    const following = lab.govc(['events', 'app', '--follow', '--after', 'start', '--type', 'push', '--limit', '3', '--json', ...at], { io: { fetch: cutting, signal: ends.signal } });
    await commit('two');
    await commit('three');
    const { code, stdout, stderr } = await following;
    const messages = stdout.trim().split('\n').map((line) => (JSON.parse(line) as { readonly data: { readonly head_commit: { readonly message: string } } }).data.head_commit.message);
    expect({ code, messages }).toEqual({ code: 0, messages: ['one', 'two', 'three'] });
    expect(connections).toBe(3);
    expect(stderr).toContain('going on behind the last event');
  });

  it('ends with 130 when it is asked to, and says when a repository is deleted', async () => {
    const server = await lab.serve({});
    const at = ['--server', server.url];
    await lab.json(['repo', 'create', 'app', ...at]);
    const ends = new AbortController();
    const following = lab.govc(['events', 'app', '--follow', '--after', 'start', ...at], { io: { signal: ends.signal }, onOutput: (text) => { if (text.includes('repository')) ends.abort(); } });
    expect(await following).toMatchObject({ code: 130, stderr: '' });
    const other = lab.govc(['events', 'app', '--follow', '--after', 'start', ...at], { onOutput: (text) => { if (text.includes('repository')) void lab.govc(['repo', 'delete', 'app', ...at]); } });
    expect(await other).toMatchObject({ code: 1, stderr: expect.stringContaining('the server says no more about app') });
  });
});

/** The pieces of a stream of events up to its first event. */
function untilFirst(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let text = '';
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) {
        controller.close();
        return;
      }
      text += Buffer.from(value).toString('latin1');
      const end = /event: push\n[^\n]*\n\n/.exec(text);
      if (end === null) {
        controller.enqueue(value);
        return;
      }
      const rest = text.length - (end.index + end[0].length);
      controller.enqueue(value.subarray(0, value.length - rest));
      await reader.cancel();
      controller.close();
    },
  });
}

interface Receiver {
  readonly server: Server;
  readonly url: string;
  readonly port: number;
}

function startReceiver(): Promise<Receiver> {
  return new Promise((resolve) => {
    const server = createServer((request, response) => {
      request.resume();
      request.on('end', () => response.end('ok'));
    });
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      resolve({ server, port, url: `http://127.0.0.1:${port}/` });
    });
  });
}
