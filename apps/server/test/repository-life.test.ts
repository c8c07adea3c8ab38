import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { ask } from './checked-ask.js';
import { makeFolder, removeFolders, startTestServer, type TestServer } from './harness.js';
import { Receiver, until } from './receiver.js';

const ENV = { GOVC_JWT_SECRET: 'x'.repeat(40), GOVC_ADMIN_PASSWORD: 'an administrator', GOVC_WEBHOOKS_ALLOW_HOSTS: '127.0.0.1' };
const ADMIN = { authorization: `Basic ${Buffer.from('admin:an administrator').toString('base64')}` };
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const AUTHOR = { name: 'Dev', email: 'dev@example.com' };

let server: TestServer;
let receiver: Receiver;
let count = 0;

beforeAll(async () => {
  server = await startTestServer(['--data', await makeFolder()], ENV);
});

afterAll(async () => {
  await server.stop();
  await removeFolders();
});

beforeEach(async () => {
  receiver = await Receiver.open();
});

afterEach(async () => {
  await receiver.close();
});

const go = (method: string, path: string, body?: unknown, headers = {}) => ask(server, method, `/api/v1/repos${path}`, body, { ...ADMIN, ...headers });

async function make(isMemoryOnly: boolean): Promise<string> {
  const id = `life-${++count}`;
  expect((await go('POST', '', { id, memory_only: isMemoryOnly, description: 'First' })).status).toBe(201);
  expect((await go('POST', `/${id}/commits`, { message: 'One', author: AUTHOR, files: [{ path: 'a', content: 'a' }] })).status).toBe(201);
  return id;
}

const typesOf = (): unknown[] => receiver.received.map(({ json }) => [json['event'], (json['data'] as { action?: unknown }).action]);

describe.each([['in memory', true], ['in a directory', false]] as const)('a repository %s', (_name, isMemoryOnly) => {
  it('is described', async () => {
    const id = await make(isMemoryOnly);
    expect((await go('PATCH', `/${id}`, { description: ' Another\n' })).body).toMatchObject({ description: 'Another' });
    expect((await go('GET', `/${id}`)).body).toMatchObject({ description: 'Another' });
    expect((await go('PATCH', `/${id}`, { description: '' })).body).toMatchObject({ description: '' });
    const { body } = await go('GET', `/${id}/events/history?types=repository&last_event_id=start`);
    expect(JSON.stringify(body)).toContain('"described"');
  });

  it('takes everything that is said of it along when it is renamed', async () => {
    const id = await make(isMemoryOnly);
    const to = `${id}-new`;
    const user = `user-${count}`;
    await ask(server, 'POST', '/api/v1/users', { id: user, username: user, password: 'a password of hers', roles: ['developer'] }, ADMIN);
    const HERS = { authorization: `Basic ${Buffer.from(`${user}:a password of hers`).toString('base64')}` };
    await ask(server, 'POST', `/api/v1/users/${user}/repos/${id}/permissions/repo:delete`, undefined, ADMIN);
    await ask(server, 'POST', `/api/v1/users/${user}/repos/${id}/permissions/webhook:read?decision=deny`, undefined, ADMIN);
    await go('POST', `/${id}/rules`, { refs: ['refs/heads/main'], effect: 'deny', actions: ['update', 'force', 'delete'] });
    await go('POST', `/${id}/policies`, { url: receiver.url, refs: ['refs/heads/asked'] });
    const hook = await go('POST', `/${id}/hooks`, { url: receiver.url, events: ['repository', 'push'] });
    expect(hook.status).toBe(201);

    expect((await go('PATCH', `/${id}`, { id: to })).body).toMatchObject({ id: to });
    expect((await go('GET', `/${id}`)).body).toMatchObject({ code: 'REPO_NOT_FOUND' });
    await until(() => typesOf().some((found) => JSON.stringify(found) === '["repository","renamed"]'));
    expect(receiver.received.find(({ json }) => json['event'] === 'repository')!.json).toMatchObject({ repository: to, data: { from: id, to } });
    expect((await go('GET', `/${to}/hooks`)).body).toMatchObject({ count: 1 });
    expect((await go('GET', `/${to}/policies`)).body).toMatchObject({ count: 1, policies: [{ repository: to }] });
    expect((await go('GET', `/${to}/rules`)).body).toMatchObject({ count: 1 });
    const commit = { message: 'Two', author: AUTHOR, files: [{ path: 'a', content: 'b' }] };
    expect((await go('POST', `/${to}/commits`, commit, HERS)).body).toMatchObject({ code: 'FORBIDDEN' });
    expect((await go('GET', `/${to}/hooks`, undefined, HERS)).status).toBe(403);
    // One that is made under the old name begins with nothing.
    await go('POST', '', { id, memory_only: true });
    expect((await go('GET', `/${id}/hooks`)).body).toMatchObject({ count: 0 });
    expect((await go('GET', `/${id}/policies`)).body).toMatchObject({ count: 0 });
    expect((await go('GET', `/${id}/rules`)).body).toMatchObject({ count: 0 });
    expect((await go('DELETE', `/${id}`, undefined, HERS)).status).toBe(403);
    expect((await go('DELETE', `/${to}`, undefined, HERS)).status).toBe(200);
    await until(() => typesOf().some((found) => JSON.stringify(found) === '["repository","deleted"]'));
  });

  it('is not renamed to what another one is called, and nothing that is said of either changes', async () => {
    const [id, other] = [await make(isMemoryOnly), await make(true)];
    await go('POST', `/${id}/policies`, { url: receiver.url });
    await go('POST', `/${other}/policies`, { url: receiver.url, refs: ['refs/heads/x'] });
    await go('POST', `/${other}/rules`, { refs: ['refs/heads/main'], effect: 'deny' });
    expect((await go('PATCH', `/${id}`, { id: other })).body).toMatchObject({ code: 'REPO_EXISTS' });
    expect((await go('GET', `/${id}/policies`)).body).toMatchObject({ count: 1 });
    expect((await go('GET', `/${other}/policies`)).body).toMatchObject({ count: 1, policies: [{ refs: ['refs/heads/x'] }] });
    expect((await go('GET', `/${other}/rules`)).body).toMatchObject({ count: 1 });
  });
});

describe('a trace', () => {
  it('is handed on to webhooks and policies', async () => {
    const id = await make(true);
    receiver.answer = ({ json }) => (json['event'] === 'policy' ? { status: 204 } : { status: 200 });
    await go('POST', `/${id}/policies`, { url: receiver.url });
    await go('POST', `/${id}/hooks`, { url: receiver.url, events: ['push'] });
    await go('POST', `/${id}/commits`, { message: 'Two', author: AUTHOR, files: [{ path: 'a', content: 'b' }] }, { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` });
    await receiver.wait(2);
    const traces = receiver.received.map(({ headers, json }) => [json['event'], headers['traceparent']]);
    expect(traces).toEqual([['policy', expect.stringMatching(`^00-${TRACE}-[0-9a-f]{16}-01$`)], ['push', expect.stringMatching(`^00-${TRACE}-[0-9a-f]{16}-01$`)]]);
    expect(receiver.received[1]!.body).not.toContain(TRACE);
    await go('POST', `/${id}/commits`, { message: 'Three', author: AUTHOR, files: [{ path: 'a', content: 'c' }] });
    const [, , asked, told] = await receiver.wait(4);
    expect([asked!.headers['traceparent'], told!.headers['traceparent']]).toEqual([undefined, undefined]);
  });
});

describe('transactions and realities', () => {
  it('are told as events, without the ids of transactions', async () => {
    const id = await make(true);
    const begin = await go('POST', `/${id}/transactions`);
    const tx = String(begin.body['id']);
    await go('POST', `/${id}/transactions/${tx}/add`, { path: 'b', content: 'b' });
    await go('POST', `/${id}/transactions/${tx}/commit`, { message: 'By transaction', author: AUTHOR });
    await go('DELETE', `/${id}/transactions/${String((await go('POST', `/${id}/transactions`)).body['id'])}`);
    await go('POST', `/${id}/realities`, { realities: ['one', 'two', 'three'] });
    await go('POST', `/${id}/realities/one/apply`, { changes: { c: 'c' } });
    await go('POST', `/${id}/realities/one/publish`, { discard_others: true });
    const { body } = await go('GET', `/${id}/events/history?last_event_id=start&limit=100`);
    const events = (body['events'] as { type: string; data: Record<string, unknown> }[]).filter(({ type }) => type === 'transaction' || type === 'reality');
    expect(events.map(({ type, data }) => [type, data['action'], data['realities']])).toEqual([
      ['transaction', 'begun', undefined], ['transaction', 'committed', undefined], ['transaction', 'begun', undefined], ['transaction', 'rolled-back', undefined],
      ['reality', 'created', ['one', 'two', 'three']], ['reality', 'published', ['one']], ['reality', 'discarded', ['two', 'three']],
    ]);
    expect(JSON.stringify(events)).not.toContain(tx);
  });
});
