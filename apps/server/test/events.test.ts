import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';

import { EventClient, ManualTimers, type StreamMessage } from './event-client.js';
import { ask, makeFolder, mustGit, removeFolders, startTestServer, type JsonAnswer, type TestServer } from './harness.js';

const ENV = { GOVC_JWT_SECRET: 'a secret that is long enough for signing tokens', GOVC_ADMIN_PASSWORD: 'correct horse' };
const basic = (name: string): Record<string, string> => ({ authorization: `Basic ${Buffer.from(`${name}:correct horse`).toString('base64')}` });
const author = { name: 'Dev', email: 'dev@example.com' };

let data: string;
let work: string;
let server: TestServer;
let nowMs = 1_700_000_000_000;
const timers = new ManualTimers();
const clients: EventClient[] = [];
let count = 0;
const call = (method: string, path: string, body?: unknown, headers = basic('dev')): Promise<JsonAnswer> => ask(server, method, `/api/v1/repos/${path}`, body, headers);

const start = (): Promise<TestServer> => startTestServer(['--data', data], ENV, { clock: () => nowMs, timers });

beforeAll(async () => {
  data = await makeFolder();
  work = await makeFolder();
  server = await start();
  for (const [id, role] of [['dev', 'developer'], ['read', 'reader']]) {
    await ask(server, 'POST', '/api/v1/users', { id, username: id, email: `${id}@example.com`, password: 'correct horse', roles: [role] }, basic('admin'));
  }
});

afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

afterAll(async () => {
  await server.stop();
  await removeFolders();
});

async function makeRepository(options: { readonly memory_only?: boolean } = {}): Promise<string> {
  const id = `r${++count}`;
  expect((await ask(server, 'POST', '/api/v1/repos', { id, ...options }, basic('dev'))).status).toBe(201);
  return id;
}

async function follow(path: string, headers: Record<string, string> = {}, user = 'read'): Promise<EventClient> {
  const client = await EventClient.open(`${server.url}/api/v1/repos/${path}`, { ...basic(user), ...headers });
  clients.push(client);
  await client.wait(1, 'connected');
  return client;
}

const commit = (id: string, path: string, extra: object = {}): Promise<JsonAnswer> =>
  call('POST', `${id}/commits`, { message: `Change ${path}`, author, files: [{ path, content: String(Math.random()) }], ...extra });
const typesOf = (messages: readonly StreamMessage[]): string[] => messages.map(({ event }) => event);
const urlOf = (id: string): string => `${server.url.replace('http://', 'http://dev:correct%20horse@')}/${id}.git`;

describe('the events of a repository', () => {
  it('tell of commits over REST and of pushes, in order, with who did it', async () => {
    const id = await makeRepository();
    const client = await follow(`${id}/events?last_event_id=start`);
    expect(client.contentType).toContain('text/event-stream');
    const first = await commit(id, 'a');
    const messages = await client.wait(4);
    expect(typesOf(messages)).toEqual(['repository', 'push', 'commit', 'branch']);
    expect(messages[0]!.data).toMatchObject({ type: 'repository', action: 'created', repository: id, actor: { name: 'dev' } });
    expect(messages[1]!.data).toMatchObject({
      type: 'push', ref: 'refs/heads/main', origin: 'commit', actor: { name: 'dev', email: 'dev@example.com' },
      data: { before: null, after: first.body['hash'], created: true, forced: false, size: 1, head_commit: { id: first.body['hash'], added: ['a'] } },
    });
    expect(messages[2]!.data).toMatchObject({ data: { id: first.body['hash'], message: 'Change a', author, branch: 'main' } });
    expect(messages[3]!.data).toMatchObject({ action: 'created', data: { branch: 'main', action: 'created' } });

    const folder = `${work}/${id}`;
    await mustGit(work, ['clone', '-q', urlOf(id), folder]);
    await mustGit(folder, ['commit', '-q', '--allow-empty', '-m', 'One']);
    await mustGit(folder, ['commit', '-q', '--allow-empty', '-m', 'Two']);
    await mustGit(folder, ['tag', 'v1']);
    await mustGit(folder, ['push', '-q', 'origin', 'HEAD:main', 'HEAD:topic', 'v1']);
    const pushed = (await client.wait(14)).slice(4);
    expect(pushed.filter(({ event }) => event === 'push').map(({ data: { ref } }) => ref).sort()).toEqual(['refs/heads/main', 'refs/heads/topic', 'refs/tags/v1']);
    expect(pushed.find(({ event, data: { ref } }) => event === 'push' && ref === 'refs/heads/main')!.data).toMatchObject({
      origin: 'push', actor: { name: 'dev' }, data: { size: 2, forced: false, commits: [{ message: 'One' }, { message: 'Two' }] },
    });
    expect(pushed.find(({ event }) => event === 'tag')!.data).toMatchObject({ data: { tag: 'v1', action: 'created' } });
    await mustGit(folder, ['reset', '-q', '--hard', 'HEAD~2']);
    await mustGit(folder, ['push', '-qf', 'origin', 'HEAD:topic', ':v1']);
    const forced = (await client.wait(18)).slice(14);
    expect(forced.find(({ event, data: { ref } }) => event === 'push' && ref === 'refs/heads/topic')!.data).toMatchObject({ data: { forced: true, size: 0 } });
    expect(forced.find(({ event }) => event === 'tag')!.data).toMatchObject({ data: { action: 'deleted' } });
    // Ids name places, in order and each once.
    const ids = client.messages.map((message) => message.id).filter((each) => each !== undefined);
    expect(new Set(ids).size).toBe(ids.length);
    await mustGit(`${data}/${id}.git`, ['fsck']);
  });

  it('are filtered by type, ref, path and author', async () => {
    const id = await makeRepository({ memory_only: true });
    const byType = await follow(`${id}/events?types=commit`);
    const byRef = await follow(`${id}/watch?types=push&branch=release/*`);
    const byPath = await follow(`${id}/events?types=commit&path=*.tf,k8s/**`);
    const byAuthor = await follow(`${id}/events?types=commit&author=SECURITY-bot`);
    await commit(id, 'README.md');
    await commit(id, 'infra/main.tf', { branch: 'release/1' });
    await commit(id, 'k8s/deep/app.yaml', { author: { name: 'security-bot', email: 'bot@example.com' } });
    const end = await commit(id, 'k8s/last', { branch: 'release/2', author: { name: 'security-bot', email: 'bot@example.com' } });
    const paths = (messages: readonly StreamMessage[]): unknown[] => messages.map(({ data: { data } }) => (data as { added: string[] }).added[0]);
    expect(paths(await byType.wait(4))).toEqual(['README.md', 'infra/main.tf', 'k8s/deep/app.yaml', 'k8s/last']);
    expect((await byRef.wait(2)).map(({ data: { ref } }) => ref)).toEqual(['refs/heads/release/1', 'refs/heads/release/2']);
    expect(paths(await byPath.wait(3))).toEqual(['infra/main.tf', 'k8s/deep/app.yaml', 'k8s/last']);
    expect((await byAuthor.wait(2)).at(-1)!.data).toMatchObject({ data: { id: end.body['hash'] } });
    expect((await call('GET', `${id}/events?types=nonsense`)).status).toBe(400);
    const history = await call('GET', `${id}/events/history?types=commit&limit=2`);
    expect(history.body).toMatchObject({ count: 2, events: [{ type: 'commit' }, { type: 'commit' }] });
    const next = (history.body['events'] as { id: string }[])[1]!.id;
    expect((await call('GET', `${id}/events/history?types=commit&last_event_id=${next}`)).body).toMatchObject({ count: 2, events: [expect.anything(), { data: { id: end.body['hash'] } }] });
  });

  it('go on where they stopped, also on a server that was killed and started again', async () => {
    const id = await makeRepository();
    const client = await follow(`${id}/events`);
    await commit(id, 'a');
    const [push, , branch] = await client.wait(3);
    client.close();
    // In the middle of the events of one record.
    const again = await follow(`${id}/events`, { 'last-event-id': push!.id! });
    expect((await again.wait(2)).map((message) => message.id)).toEqual([expect.stringContaining('-'), branch!.id]);
    again.close();
    await commit(id, 'b');
    // The server is not stopped: whatever it did not write is gone with it.
    const killed = server;
    const at = await call('GET', `${id}/branches`);
    server = await start();
    // Others go on meanwhile, and nobody watches.
    const folder = `${work}/${id}`;
    await mustGit(work, ['clone', '-q', `${data}/${id}.git`, folder]);
    await mustGit(folder, ['commit', '-q', '--allow-empty', '-m', 'Directly']);
    await mustGit(folder, ['push', '-q', 'origin', 'HEAD:main', 'HEAD:other']);
    expect(at.status).toBe(200);
    const resumed = await follow(`${id}/events`, { 'last-event-id': branch!.id! });
    const messages = await resumed.wait(8);
    expect(messages.map(({ event, data: { origin } }) => `${event} ${String(origin)}`)).toEqual([
      'push commit', 'commit commit', 'branch commit', 'push outside', 'commit outside', 'branch outside', 'push outside', 'branch outside',
    ].map((text) => expect.stringMatching(new RegExp(`^${text.split(' ')[0]!}`))));
    expect(messages.filter(({ event }) => event === 'commit').map(({ data: { data: each } }) => (each as { message: string }).message)).toEqual(expect.arrayContaining(['Change b', 'Directly']));
    expect(resumed.messages.some(({ event }) => event === 'reset')).toBe(false);
    await killed.stop();
  });

  it('begin anew, and say so, where the place is not known', async () => {
    const id = await makeRepository();
    await commit(id, 'a');
    for (const place of ['0000000000000000-3-0', 'nonsense']) {
      const client = await follow(`${id}/events`, { 'last-event-id': place });
      await client.wait(4);
      expect(client.messages[1]).toMatchObject({ event: 'reset', data: { reason: 'unknown-log' } });
    }
  });

  it('show that the connection lives', async () => {
    const id = await makeRepository();
    const client = await follow(`${id}/events`);
    timers.run(15_000);
    await commit(id, 'a');
    await client.wait(3);
    expect(client.comments).toBeGreaterThan(0);
  });

  it('end when the reader may not read any more', async () => {
    const id = await makeRepository();
    const key = (await ask(server, 'POST', '/api/v1/auth/apikeys', { name: 'x', permissions: ['repo:read'] }, basic('dev'))).body;
    const client = await EventClient.open(`${server.url}/api/v1/repos/${id}/events`, { 'x-api-key': String(key['key']) });
    clients.push(client);
    await client.wait(1, 'connected');
    await commit(id, 'a');
    await client.wait(3);
    await ask(server, 'DELETE', `/api/v1/apikeys/${(key['key_info'] as { id: string }).id}`, undefined, basic('dev'));
    nowMs += 2000;
    await commit(id, 'b');
    expect(await client.end()).toBe('access-ended');
    expect(client.messages.filter(({ event }) => event === 'commit')).toHaveLength(1);
    // Without an event, the heartbeat finds it.
    const idle = await follow(`${id}/events`);
    await ask(server, 'POST', `/api/v1/users/read/repos/${id}/permissions/repo:read?decision=deny`, undefined, basic('admin'));
    timers.run(15_000);
    expect(await idle.end()).toBe('access-ended');
    expect((await call('GET', `${id}/events`, undefined, basic('read'))).status).toBe(403);
  });

  it('end with the repository, and with the server', async () => {
    const id = await makeRepository();
    const client = await follow(`${id}/events`);
    expect((await call('DELETE', id, undefined, basic('admin'))).status).toBe(200);
    expect(await client.end()).toBe('repository-deleted');
    const other = await makeRepository();
    const last = await follow(`${other}/events`);
    await server.stop();
    expect(await last.end()).toBe('server-stopping');
    server = await start();
    expect((await call('GET', `${other}/events/history`)).body).toMatchObject({ events: [{ type: 'repository', action: 'created' }] });
  });

  it('come over a WebSocket, too', async () => {
    const id = await makeRepository();
    const url = `${server.url.replace('http', 'ws')}/api/v1/repos/${id}/events`;
    const token = String((await ask(server, 'POST', '/api/v1/auth/login', { username: 'read', password: 'correct horse' })).body['token']);
    const open = (options: { headers?: Record<string, string>; protocols?: string[]; path?: string } = {}): Promise<{ status: number; messages: Record<string, unknown>[]; socket: WebSocket; closed: Promise<[number, string]> }> =>
      new Promise((resolve) => {
        const socket = new WebSocket(`${url}${options.path ?? ''}`, options.protocols ?? [], { headers: options.headers ?? {} });
        const messages: Record<string, unknown>[] = [];
        const closed = new Promise<[number, string]>((done) => socket.on('close', (code, reason) => done([code, reason.toString()])));
        socket.on('message', (text) => {
          messages.push(JSON.parse((text as Buffer).toString('utf8')) as Record<string, unknown>);
          resolve({ status: 101, messages, socket, closed });
        });
        socket.on('unexpected-response', (_request, response) => resolve({ status: response.statusCode ?? 0, messages, socket, closed }));
        socket.on('error', () => undefined);
      });
    const until = async (messages: readonly unknown[], size: number): Promise<void> => {
      while (messages.length < size) await new Promise((resolve) => setImmediate(resolve));
    };
    expect((await open()).status).toBe(401);
    expect((await open({ headers: { authorization: 'Bearer x' } })).status).toBe(401);
    expect((await open({ headers: { ...basic('read'), origin: 'http://evil.example' } })).status).toBe(403);
    const client = await open({ protocols: ['govc.events', `bearer.${token}`], path: '?types=commit' });
    expect(client.messages[0]).toMatchObject({ event: 'connected', data: { repository: id } });
    expect(client.socket.protocol).toBe('govc.events');
    await commit(id, 'a');
    await until(client.messages, 2);
    expect(client.messages[1]).toMatchObject({ event: 'commit', type: 'commit', data: { message: 'Change a' } });
    client.socket.close();
    await client.closed;
    await commit(id, 'b');
    const again = await open({ headers: basic('read'), path: `?types=commit&last_event_id=${String(client.messages[1]!['id'])}` });
    await until(again.messages, 2);
    expect(again.messages[1]).toMatchObject({ data: { message: 'Change b' } });
    await call('DELETE', id, undefined, basic('admin'));
    expect(await again.closed).toEqual([1001, 'repository-deleted']);
  });
});
