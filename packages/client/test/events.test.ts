import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { SseReader } from '../src/sse.js';
import { FakeServer, json, lost } from './fake-server.js';

const CONNECTED = 'retry: 3000\nevent: connected\ndata: {"position":"log-7-0"}\n\n';
const event = (id: string): string => `id: ${id}\nevent: push\ndata: {"id":"${id}"}\n\n`;
const stream = (...texts: string[]): Response => new Response(texts.join(''), { headers: { 'content-type': 'text/event-stream; charset=utf-8' } });
const notFound = (): Response => json(404, { error: 'No.', code: 'REPO_NOT_FOUND' });

describe('events', () => {
  it('go on after the last one when the connection is lost', async () => {
    const server = new FakeServer([stream(CONNECTED, event('log-8-0'), ': heartbeat\n\n', event('log-8-1')), lost(), stream(CONNECTED, event('log-9-0')), notFound()]);
    const seen: string[] = [];
    const follow = async (): Promise<void> => {
      for await (const { id } of server.client.events.follow('team/app', { ref: 'main' })) seen.push(id);
    };
    await expect(follow()).rejects.toMatchObject({ code: 'REPO_NOT_FOUND' });
    expect(seen).toEqual(['log-8-0', 'log-8-1', 'log-9-0']);
    expect(server.sent.map(({ path, headers }) => [path, headers.get('last-event-id')])).toEqual([
      ['/api/v1/repos/team%2Fapp/events?ref=main', null], ['/api/v1/repos/team%2Fapp/events?ref=main', 'log-8-1'],
      ['/api/v1/repos/team%2Fapp/events?ref=main', 'log-8-1'], ['/api/v1/repos/team%2Fapp/events?ref=main', 'log-9-0'],
    ]);
    // The server asked for three seconds at least.
    expect(server.waits).toEqual([3000, 3000, 3000]);
  });

  it('are not lost where the first connection ends before the first of them, nor told twice', async () => {
    const server = new FakeServer([stream(CONNECTED), stream(CONNECTED, event('log-7-1'), event('log-8-0')), notFound()]);
    const seen: string[] = [];
    const follow = async (): Promise<void> => {
      for await (const { id } of server.client.events.follow('x')) seen.push(id);
    };
    await expect(follow()).rejects.toMatchObject({ status: 404 });
    expect(seen).toEqual(['log-8-0']);
    expect(server.sent[1]!.headers.get('last-event-id')).toBe('log-7-0');
  });

  it('end quietly when the reader leaves or the signal is raised', async () => {
    const server = new FakeServer([stream(CONNECTED, event('log-8-0'), event('log-8-1'))]);
    for await (const { id } of server.client.events.follow('x')) {
      expect(id).toBe('log-8-0');
      break;
    }
    const stop = new AbortController();
    const other = new FakeServer([stream(event('a-1-0')), 'never']);
    const seen: string[] = [];
    for await (const { id } of other.client.events.follow('x', { signal: stop.signal })) {
      seen.push(id);
      stop.abort();
    }
    expect(seen).toEqual(['a-1-0']);
  });

  it('tell what is missing, and how often a connection may fail', async () => {
    const resets: unknown[] = [];
    const server = new FakeServer([stream('event: reset\ndata: {"reason":"forgotten"}\n\n'), lost(), lost(), lost()]);
    const follow = async (): Promise<void> => {
      for await (const { id } of server.client.events.follow('x', { last_event_id: 'old', retries: 2, onReset: (facts) => void resets.push(facts) })) throw new Error(id);
    };
    await expect(follow()).rejects.toMatchObject({ code: 'client-not-connected' });
    expect(resets).toEqual([{ reason: 'forgotten' }]);
  });

  it('are refused where the answer is something else', async () => {
    const server = new FakeServer([json(200, {}), stream('data: no json\n\n')]);
    for (let tried = 0; tried < 2; tried += 1) {
      await expect(server.client.events.follow('x').next()).rejects.toMatchObject({ code: 'client-answer-invalid' });
    }
  });
});

describe('an event stream', () => {
  const read = (pieces: readonly string[]): unknown[] => {
    const reader = new SseReader();
    return pieces.flatMap((piece) => reader.feed(piece));
  };

  it('has events of fields', () => {
    expect(read(['\uFEFFid: 1\nevent: push\ndata: a\ndata:b\n\n: comment\ndata\n\nid: 2\n\ndata: c\r\rdata: never ends\n'])).toEqual([
      { type: 'push', data: 'a\nb', id: '1' }, { type: 'message', data: '', id: '1' }, { type: 'message', data: 'c', id: '2' },
    ]);
  });

  it('is the same however it is cut', () => {
    const line = fc.constantFrom('data: x', 'data:', 'id: 7', 'event: y', ': z', '', '', 'retry: 10', 'unknown: 1', 'data: ü: ');
    const text = fc.array(fc.tuple(line, fc.constantFrom('\n', '\r', '\r\n')), { maxLength: 30 }).map((lines) => lines.map((each) => each.join('')).join(''));
    fc.assert(fc.property(text, fc.array(fc.nat(200), { maxLength: 10 }), (whole, cuts) => {
      const places = [0, ...cuts.map((cut) => Math.min(cut, whole.length)).sort((one, other) => one - other), whole.length];
      const pieces = places.slice(1).map((end, index) => whole.slice(places[index], end));
      expect(read(pieces)).toEqual(read([whole]));
    }));
  });

  it('is refused where an event does not end', () => {
    const reader = new SseReader();
    const piece = 'x'.repeat(1024 * 1024);
    expect(() => {
      for (let count = 0; count < 20; count += 1) reader.feed(piece);
    }).toThrow(expect.objectContaining({ code: 'client-answer-invalid' }));
  });
});
