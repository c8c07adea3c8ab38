import { describe, expect, it } from '@jest/globals';

import { GovcClient } from '../src/client.js';
import { FakeServer, json, lost } from './fake-server.js';

const failure = (code: string): unknown => ({ error: 'No.', code, details: { id: 'x' }, request_id: 'req-1' });

describe('an error', () => {
  it('carries what the server said', async () => {
    const { client } = new FakeServer([json(404, failure('REPO_NOT_FOUND'))]);
    await expect(client.repos.get('x')).rejects.toMatchObject({
      name: 'GovcApiError', status: 404, code: 'REPO_NOT_FOUND', message: 'No.', details: { id: 'x' }, requestId: 'req-1', retryAfterMs: undefined,
    });
  });

  it('of somebody between has the status for a code', async () => {
    const { client } = new FakeServer([new Response('<html>', { status: 413, statusText: 'Too Large' })]);
    await expect(client.repos.get('x')).rejects.toMatchObject({ status: 413, code: 'HTTP_413', message: 'The server answered 413 Too Large' });
  });

  it('is told where the answer is not JSON', async () => {
    const { client } = new FakeServer([new Response('<html>', { headers: { 'content-type': 'text/html' } })]);
    await expect(client.repos.get('x')).rejects.toMatchObject({ code: 'client-answer-invalid', status: undefined });
  });
});

describe('another try', () => {
  it('comes after lost connections and answers that pass, with growing waits, where the method allows it', async () => {
    const server = new FakeServer([lost(), json(503, failure('X')), json(502, failure('X')), json(200, { id: 'x' })]);
    expect(await server.client.repos.get('x')).toEqual({ id: 'x' });
    expect(server.waits).toEqual([188, 375, 750]);
  });

  it('ends after as many as are wanted', async () => {
    const server = new FakeServer([lost(), lost()], { retries: 1 });
    await expect(server.client.repos.get('x')).rejects.toMatchObject({ code: 'client-not-connected' });
    expect(server.sent).toHaveLength(2);
    const once = new FakeServer([lost()]);
    await expect(once.client.repos.get('x', { retries: 0 })).rejects.toMatchObject({ code: 'client-not-connected' });
  });

  it('of a POST comes only where the server says that it did nothing, after the time that it asks for', async () => {
    for (const step of [lost(), json(502, failure('X')), json(503, failure('X'))]) {
      const server = new FakeServer([step]);
      await expect(server.client.repos.create({ id: 'x' })).rejects.toMatchObject({ name: 'GovcApiError' });
      expect(server.sent).toHaveLength(1);
    }
    const server = new FakeServer([json(429, failure('X'), { 'retry-after': '7' }), json(201, { id: 'x' })]);
    expect(await server.client.repos.create({ id: 'x' })).toEqual({ id: 'x' });
    expect(server.waits).toEqual([7188]);
  });

  it('does not come where the server asks for much patience, nor for what was streamed, nor for other errors', async () => {
    const patient = new FakeServer([json(503, failure('X'), { 'retry-after': '3600' })]);
    await expect(patient.client.repos.get('x')).rejects.toMatchObject({ retryAfterMs: 3_600_000 });
    const streamed = new FakeServer([lost()]);
    await expect(streamed.client.files.upload('x', 'a', new Blob(['x']).stream())).rejects.toMatchObject({ code: 'client-not-connected' });
    const wrong = new FakeServer([json(500, failure('X'))]);
    await expect(wrong.client.repos.get('x')).rejects.toMatchObject({ status: 500 });
    expect([patient, streamed, wrong].flatMap(({ waits }) => waits)).toEqual([]);
  });
});

describe('a time limit', () => {
  it('ends a request that has no answer', async () => {
    const server = new FakeServer(['never'], { timeoutMs: 1, retries: 0 });
    await expect(server.client.repos.get('x')).rejects.toMatchObject({ code: 'client-timed-out' });
  });

  it('ends an answer that does not end, unless it is streamed', async () => {
    const endless = (signal?: AbortSignal): Response => new Response(new ReadableStream({
      start: (controller) => {
        controller.enqueue(new TextEncoder().encode('{'));
        signal?.addEventListener('abort', () => controller.error(signal.reason));
      },
    }));
    const fetching: typeof fetch = async (_input, init) => endless(init?.signal ?? undefined);
    const client = new GovcClient({ url: 'http://server.test', fetch: fetching, timeoutMs: 1, retries: 0 });
    await expect(client.repos.get('x')).rejects.toMatchObject({ code: 'client-timed-out' });
    const { stream } = await client.files.raw('x', 'a');
    const reader = stream.getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('{');
    await reader.cancel();
    const idle = await client.files.raw('x', 'a', { idleMs: 1 });
    await expect(idle.bytes()).rejects.toMatchObject({ code: 'client-timed-out' });
  });

  it('gives way to the signal of the caller and of the client', async () => {
    const reason = new Error('enough');
    const server = new FakeServer([]);
    await expect(server.client.repos.get('x', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const other = new FakeServer([], { signal: AbortSignal.abort(reason) });
    await expect(other.client.repos.get('x')).rejects.toBe(reason);
    expect(server.sent).toEqual([]);
    const late = new AbortController();
    const waiting = new FakeServer(['never'], { timeoutMs: 0 });
    const asked = waiting.client.repos.get('x', { signal: late.signal });
    late.abort(reason);
    await expect(asked).rejects.toBe(reason);
  });
});

describe('credentials', () => {
  it('are sent as the server reads them', async () => {
    const header = async (options: object, name: string): Promise<string | null> => {
      const server = new FakeServer([json(200, {})], options);
      await server.client.repos.get('x');
      return server.sent[0]!.headers.get(name);
    };
    expect(await header({ token: 'abc' }, 'authorization')).toBe('Bearer abc');
    expect(await header({ apiKey: 'govc_x' }, 'x-api-key')).toBe('govc_x');
    expect(await header({ basic: { username: 'ann', password: 'pässword' } }, 'authorization')).toBe('Basic YW5uOnDDpHNzd29yZA==');
    expect(await header({}, 'authorization')).toBeNull();
  });

  it('that no header can hold, or that are several, are refused', () => {
    for (const options of [{ token: 'a\nb' }, { token: '' }, { token: 'a', apiKey: 'b' }, { basic: { username: 'a:b', password: 'c' } }]) {
      expect(() => new GovcClient({ url: 'http://server.test', ...options })).toThrow(expect.objectContaining({ code: 'client-option-invalid' }));
    }
    for (const url of ['server.test', 'ftp://server.test', 'http://a:b@server.test', 'http://server.test/?x']) {
      expect(() => new GovcClient({ url })).toThrow(expect.objectContaining({ code: 'client-option-invalid' }));
    }
    expect(() => new GovcClient({ url: 'http://server.test', retries: -1 })).toThrow(expect.objectContaining({ code: 'client-option-invalid' }));
  });

  it('are renewed once for all requests that need it, and kept', async () => {
    const saved: unknown[] = [];
    const steps = [json(401, failure('X')), json(401, failure('X')), json(200, { token: 'new', refresh_token: 'r2' }), json(200, { id: 'a' }), json(200, { id: 'b' })];
    const server = new FakeServer(steps, { token: 'old', refresh: { token: 'r1', save: (session) => void saved.push(session) } });
    expect(await Promise.all([server.client.repos.get('a'), server.client.repos.get('b')])).toEqual([{ id: 'a' }, { id: 'b' }]);
    const refreshes = server.sent.filter(({ path }) => path === '/api/v1/auth/refresh');
    expect(refreshes.map(({ body, headers }) => [body, headers.get('authorization')])).toEqual([['{"refresh_token":"r1"}', null]]);
    expect(server.sent.slice(-2).map(({ headers }) => headers.get('authorization'))).toEqual(['Bearer new', 'Bearer new']);
    expect(saved).toEqual([{ token: 'new', refresh_token: 'r2' }]);
  });

  it('that cannot be renewed end in the error of the request', async () => {
    const server = new FakeServer([json(401, failure('EXPIRED'))], { token: 'old' });
    await expect(server.client.repos.get('x')).rejects.toMatchObject({ code: 'EXPIRED' });
    const refused = new FakeServer([json(401, failure('EXPIRED')), json(401, failure('REUSED'))], { token: 'old', refresh: { token: 'r' } });
    await expect(refused.client.repos.get('x')).rejects.toMatchObject({ code: 'REUSED' });
  });
});
