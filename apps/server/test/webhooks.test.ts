import { createHmac } from 'node:crypto';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { isInsideAddress } from '../src/webhooks/outbound.js';
import { ManualTimers } from './event-client.js';
import { ask, git, makeFolder, mustGit, removeFolders, startTestServer, type JsonAnswer, type TestServer } from './harness.js';
import { Receiver, until } from './receiver.js';

const author = { name: 'Dev', email: 'dev@example.com' };
const dev = { authorization: `Basic ${Buffer.from('dev:x').toString('base64')}` };

let data: string;
let work: string;
let receiver: Receiver;
let server: TestServer;
let count = 0;
const timers = new ManualTimers();
const call = (method: string, path: string, body?: unknown): Promise<JsonAnswer> => ask(server, method, `/api/v1/repos/${path}`, body, dev);
const start = (): Promise<TestServer> => startTestServer(['--data', data], { GOVC_WEBHOOKS_ALLOW_HOSTS: receiver.host }, { timers });

beforeAll(async () => {
  data = await makeFolder();
  work = await makeFolder();
  receiver = await Receiver.open();
  server = await start();
});

afterEach(() => {
  receiver.received.length = 0;
  receiver.answer = () => ({ status: 200 });
});

afterAll(async () => {
  await server.stop();
  await receiver.close();
  await removeFolders();
});

async function makeRepository(): Promise<string> {
  const id = `r${++count}`;
  expect((await ask(server, 'POST', '/api/v1/repos', { id }, dev)).status).toBe(201);
  return id;
}

const commit = (id: string, path: string, extra: object = {}): Promise<JsonAnswer> =>
  call('POST', `${id}/commits`, { message: `Change ${path}`, author, files: [{ path, content: String(Math.random()) }], ...extra });

async function addHook(id: string, extra: object = {}): Promise<string> {
  const made = await call('POST', `${id}/hooks`, { url: receiver.url, events: ['push'], secret: 'tell nobody', ...extra });
  expect(made.status).toBe(201);
  return String(made.body['id']);
}

const deliveriesOf = async (id: string, hook: string): Promise<Record<string, unknown>[]> =>
  (await call('GET', `${id}/webhooks/${hook}/deliveries`)).body['deliveries'] as Record<string, unknown>[];

describe('a webhook', () => {
  it('is sent signed events, in order', async () => {
    const id = await makeRepository();
    await commit(id, 'before');
    const hook = await addHook(id);
    const first = await commit(id, 'a');
    const second = await commit(id, 'b');
    const [one, two] = await receiver.wait(2);
    expect(one!.headers).toMatchObject({ 'x-govc-event': 'push', 'user-agent': expect.stringMatching(/^govc-webhook\//), 'content-type': 'application/json' });
    const signature = `sha256=${createHmac('sha256', 'tell nobody').update(one!.body).digest('hex')}`;
    expect([one!.headers['x-govc-signature-256'], one!.headers['x-hub-signature-256']]).toEqual([signature, signature]);
    expect(one!.json).toMatchObject({
      event: 'push', repository: id, actor: { name: 'dev' },
      data: { ref: 'refs/heads/main', after: first.body['hash'], commits: [{ id: first.body['hash'], message: 'Change a', added: ['a'] }], size: 1, distinct_size: 1 },
    });
    expect(two!.json).toMatchObject({ data: { before: first.body['hash'], after: second.body['hash'] } });
    await until(async () => (await deliveriesOf(id, hook)).length === 2);
    expect((await deliveriesOf(id, hook))[0]).toMatchObject({ event: 'push', delivered: true, attempts: 1, status_code: 200 });
    // The secret is nowhere.
    for (const path of [`${id}/hooks`, `${id}/hooks/${hook}`]) {
      const answer = await call('GET', path);
      expect(JSON.stringify(answer.body)).not.toContain('tell nobody');
      expect(JSON.stringify(answer.body)).toContain('"has_secret":true');
    }
    expect((await call('DELETE', `${id}/hooks/${hook}`)).body).toEqual({ status: 'success' });
    expect((await call('GET', `${id}/hooks/${hook}`)).body).toMatchObject({ code: 'WEBHOOK_NOT_FOUND' });
    await commit(id, 'c');
    expect((await call('GET', `${id}/events/history?types=push`)).body).toMatchObject({ count: 4 });
    expect(receiver.received).toHaveLength(2);
  });

  it('gets what GitHub would send, as a form, when that is asked for', async () => {
    const id = await makeRepository();
    await addHook(id, { format: 'github', content_type: 'form', events: ['push', 'branch', 'tag'] });
    const first = await commit(id, 'a');
    await call('POST', `${id}/tags`, { name: 'v1' });
    const all = await receiver.wait(4);
    expect(all.map(({ headers }) => headers['x-github-event'])).toEqual(['push', 'create', 'push', 'create']);
    expect(all[0]!.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(all[0]!.json).toMatchObject({
      ref: 'refs/heads/main', before: '0'.repeat(40), after: first.body['hash'], created: true, deleted: false, forced: false,
      repository: { name: id, full_name: id }, pusher: { name: 'dev' }, sender: { login: 'dev' },
      head_commit: { id: first.body['hash'], message: 'Change a', author: { name: 'Dev', email: 'dev@example.com' }, added: ['a'], removed: [], modified: [] },
    });
    expect(all[3]!.json).toMatchObject({ ref: 'v1', ref_type: 'tag' });
  });

  it('is tried again with longer and longer pauses, and what was acknowledged outlives a kill', async () => {
    const id = await makeRepository();
    const hook = await addHook(id);
    receiver.answer = () => ({ status: 500, body: 'broken' });
    await commit(id, 'a');
    const delays: number[] = [];
    for (let attempt = 1; attempt <= 3; attempt++) {
      await receiver.wait(attempt);
      // Each pause is twice the one before, less up to half of it.
      const isPause = (ms: number): boolean => !Number.isInteger(ms) && ms > 500 * 2 ** (attempt - 1) && ms < 1000 * 2 ** (attempt - 1);
      await until(() => timers.delays.some(isPause));
      delays.push(timers.delays.find(isPause)!);
      if (attempt < 3) timers.run(delays.at(-1)!);
    }
    expect(delays).toHaveLength(3);
    // The process dies here: nothing is told to anybody.
    const killed = server;
    receiver.answer = () => ({ status: 204 });
    receiver.received.length = 0;
    server = await start();
    const [again] = await receiver.wait(1);
    expect(again!.json).toMatchObject({ data: { commits: [{ message: 'Change a' }] } });
    await until(async () => (await deliveriesOf(id, hook)).length === 1);
    await killed.stop();
    // What was delivered is not delivered at the next start.
    await server.stop();
    receiver.received.length = 0;
    server = await start();
    await commit(id, 'b');
    expect((await receiver.wait(1))[0]!.json).toMatchObject({ data: { commits: [{ message: 'Change b' }] } });
  });

  it('is switched off after failures, and goes on when it is switched on', async () => {
    const id = await makeRepository();
    const hook = await addHook(id);
    receiver.answer = () => ({ status: 302, headers: { location: 'http://127.0.0.1:1/' } });
    for (let index = 0; index < 10; index++) await commit(id, `f${index}`);
    await until(async () => {
      // The pauses are no whole numbers of milliseconds; what bounds a request is.
      timers.run((ms) => !Number.isInteger(ms));
      return (await call('GET', `${id}/hooks/${hook}`)).body['active'] === false;
    });
    // Redirects are an answer, not a way.
    expect((await call('GET', `${id}/hooks/${hook}`)).body).toMatchObject({ disabled_reason: '10 deliveries in a row failed', last_response: { status_code: 302, attempts: 8 } });
    receiver.received.length = 0;
    receiver.answer = () => ({ status: 200 });
    await commit(id, 'meanwhile');
    expect((await call('PATCH', `${id}/hooks/${hook}`, { active: true })).body).toMatchObject({ active: true });
    expect((await receiver.wait(1))[0]!.json).toMatchObject({ data: { commits: [{ message: 'Change meanwhile' }] } });
  });

  it('is pinged, and delivers again what is asked for', async () => {
    const id = await makeRepository();
    const hook = await addHook(id);
    expect((await call('POST', `${id}/hooks/${hook}/ping`)).body).toMatchObject({ event: 'ping', delivered: true, status_code: 200 });
    await commit(id, 'a');
    await receiver.wait(2);
    await until(async () => (await deliveriesOf(id, hook)).length === 2);
    const [last] = await deliveriesOf(id, hook);
    receiver.answer = () => ({ status: 418, body: 'teapot' });
    const again = await call('POST', `${id}/hooks/${hook}/deliveries/${String(last!['id'])}/redeliver`);
    expect(again.body).toMatchObject({ event: 'push', delivered: false, redelivery: true, status_code: 418, response: { body: 'teapot' } });
    expect(receiver.received[2]!.body).toBe(receiver.received[1]!.body);
    const one = await call('GET', `${id}/hooks/${hook}/deliveries/${String(again.body['id'])}`);
    expect(one.body).toMatchObject({ request: { headers: { 'X-Govc-Event': 'push' }, body: receiver.received[1]!.body } });
    expect((await call('POST', `${id}/hooks/${hook}/deliveries/none/redeliver`)).status).toBe(404);
  });

  it.each([
    'http://127.0.0.1/', 'http://localhost:22/', 'http://[::1]/', 'http://169.254.169.254/latest/meta-data', 'http://10.1.2.3/', 'http://192.168.0.1/',
    'http://[::ffff:127.0.0.1]/', 'http://[::ffff:7f00:1]/', 'http://2130706433/', 'http://0x7f.1/', 'http://0/', 'http://[fd00::1]/', 'http://[fe80::1]/',
    'http://100.64.1.1/', 'http://metadata.google.internal/', 'http://224.0.0.1/',
  ])('is not let inside: %s', async (url) => {
    const id = count === 0 ? await makeRepository() : 'r1';
    expect(await call('POST', `${id}/hooks`, { url, events: ['*'] })).toMatchObject({ status: 400, body: { code: 'ADDRESS_REFUSED' } });
  });

  it('needs an address of HTTP and events', async () => {
    const id = await makeRepository();
    expect((await call('POST', `${id}/hooks`, { url: 'file:///etc/passwd', events: ['*'] })).body).toMatchObject({ code: 'WEBHOOK_REGISTRATION_FAILED' });
    expect((await call('POST', `${id}/hooks`, { url: 'http://user:secret@example.com/', events: ['*'] })).status).toBe(400);
    expect((await call('POST', `${id}/hooks`, { url: receiver.url, events: [] })).body).toMatchObject({ code: 'MISSING_EVENTS' });
    expect((await call('POST', `${id}/hooks`, { url: receiver.url, events: ['nonsense'] })).status).toBe(400);
  });

  it('knows inside from outside', () => {
    for (const address of ['8.8.8.8', '1.1.1.1', '2606:4700::1111', '::ffff:8.8.8.8']) expect({ address, inside: isInsideAddress(address) }).toEqual({ address, inside: false });
    for (const address of ['127.0.0.1', '::ffff:10.0.0.1', 'fe80::1%eth0', '64:ff9b::7f00:1', '2002:7f00:1::', 'nonsense', '']) {
      expect({ address, inside: isInsideAddress(address) }).toEqual({ address, inside: true });
    }
  });
});

describe('a policy', () => {
  const addPolicy = async (id: string, extra: object = {}): Promise<string> => {
    const made = await call('POST', `${id}/policies`, { url: receiver.url, description: 'Gate', ...extra });
    expect(made.status).toBe(201);
    return String(made.body['id']);
  };

  it('decides about pushes and REST alike', async () => {
    const id = await makeRepository();
    const first = await commit(id, 'a');
    await addPolicy(id, { refs: ['main'], secret: 's' });
    receiver.answer = () => ({ status: 200, body: JSON.stringify({ allow: false, message: 'The branch is frozen' }) });
    const refused = await commit(id, 'b');
    expect(refused).toMatchObject({ status: 403, body: { code: 'POLICY_REFUSED', error: 'The branch is frozen' } });
    expect(receiver.received[0]!.json).toMatchObject({
      event: 'policy', repository: id, source: 'rest', dry_run: false, actor: { name: 'dev' }, changes: [{ ref: 'refs/heads/main', old: first.body['hash'], new: expect.any(String) }],
    });
    expect(receiver.received[0]!.headers['x-govc-signature-256']).toMatch(/^sha256=/);
    const folder = `${work}/${id}`;
    await mustGit(work, ['clone', '-q', `${server.url}/${id}.git`, folder]);
    await mustGit(folder, ['commit', '-q', '--allow-empty', '-m', 'Pushed']);
    const push = await git(folder, ['push', '-o', 'ci.skip', 'origin', 'HEAD:main']);
    expect(push.stderr).toContain('The branch is frozen');
    expect(receiver.received[1]!.json).toMatchObject({ source: 'push', push_options: ['ci.skip'], changes: [{ ref: 'refs/heads/main' }] });
    await mustGit(folder, ['push', '-q', 'origin', 'HEAD:topic']);
    // Transactions and realities are published by the same rules.
    const tx = `${id}/transactions/${String((await call('POST', `${id}/transactions`)).body['id'])}`;
    await call('POST', `${tx}/add`, { path: 'x', content: 'x' });
    expect((await call('POST', `${tx}/validate`)).body['details']).toMatchObject({ checks: expect.arrayContaining([{ name: 'policies', passed: false, message: 'The branch is frozen' }]) });
    expect((await call('POST', `${tx}/commit`, { message: 'x', author })).status).toBe(403);
    receiver.answer = () => ({ status: 200, body: '{"allow": true}' });
    expect((await call('POST', `${tx}/commit`, { message: 'x', author })).status).toBe(201);
  });

  it('holds by its setting when it cannot be asked', async () => {
    const closed = await makeRepository();
    const open = await makeRepository();
    await addPolicy(closed);
    await addPolicy(open, { on_failure: 'allow' });
    for (const answer of [{ status: 500 }, { status: 200, body: 'no json' }, { status: 200, body: '{}' }, { status: 302, headers: { location: receiver.url } }]) {
      receiver.answer = () => answer;
      expect((await commit(closed, 'a')).body).toMatchObject({ code: 'POLICY_REFUSED' });
      expect((await commit(open, 'a')).status).toBe(201);
    }
    receiver.answer = () => 'never';
    receiver.received.length = 0;
    const slow = commit(closed, 'b');
    await receiver.wait(1);
    timers.run(5000);
    expect((await slow).body).toMatchObject({ code: 'POLICY_REFUSED' });
    receiver.answer = () => ({ status: 204 });
    expect((await commit(closed, 'b')).status).toBe(201);
  });

  it('is asked without a change through the original\'s hooks, which run no scripts', async () => {
    const id = await makeRepository();
    const policy = await addPolicy(id);
    receiver.answer = () => ({ status: 403, body: '{"message": "No"}' });
    expect((await call('POST', `${id}/hooks/execute/pre-push`, { environment: { A: 'b' } })).body).toMatchObject({ success: false, exit_code: 1, output: 'No', environment: { A: 'b' } });
    expect(receiver.received[0]!.json).toMatchObject({ dry_run: true });
    expect((await call('POST', `${id}/hooks/execute/pre-push`, { script: 'exit 0' })).body).toMatchObject({ code: 'HOOK_EXECUTION_FAILED' });
    expect((await call('POST', `${id}/hooks/execute/nonsense`)).status).toBe(404);
    expect((await call('GET', `${id}/hooks/server`)).body).toMatchObject({ executables: [], policies: [{ id: policy }] });
    expect((await call('DELETE', `${id}/policies/${policy}`)).status).toBe(200);
    expect((await call('POST', `${id}/hooks/execute/pre-push`)).body).toMatchObject({ success: true });
  });
});
