import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { follow, readMessages, type StreamMessage } from './event-source.js';

async function* pieces(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array, void, void> {
  let at = 0;
  for (const size of sizes) {
    yield bytes.subarray(at, at + size);
    at += size;
  }
  yield bytes.subarray(at);
}

async function all(stream: AsyncIterable<StreamMessage>): Promise<StreamMessage[]> {
  const found: StreamMessage[] = [];
  for await (const message of stream) found.push(message);
  return found;
}

const text = fc.string({ unit: 'grapheme' }).map((each) => each.replace(/[\r\n\p{Cc}]/gu, ''));

describe('messages of a stream', () => {
  it('are the same however it is cut, with any line ends', async () => {
    const message = fc.record({ id: text.filter((each) => each !== ''), type: text.filter((each) => each !== '').map((each) => each.trim() || 'x'), data: fc.array(text, { minLength: 1, maxLength: 3 }) });
    await fc.assert(fc.asyncProperty(fc.array(message, { maxLength: 5 }), fc.constantFrom('\n', '\r\n'), fc.array(fc.nat(20)), async (messages, end, sizes) => {
      const whole = messages.map(({ id, type, data }) => [`: a comment`, `id: ${id}`, `event: ${type}`, ...data.map((line) => `data: ${line}`), '', ''].join(end)).join('');
      const expected = messages.map(({ id, type, data }) => ({ id, type, data: data.join('\n') }));
      expect(await all(readMessages(pieces(new TextEncoder().encode(whole), sizes)))).toEqual(expected);
    }));
  });

  it('have a bound', async () => {
    const long = (async function* endless(): AsyncGenerator<Uint8Array, void, void> {
      for (;;) yield new Uint8Array(1 << 20).fill(0x61);
    })();
    await expect(all(readMessages(long))).rejects.toThrow('larger than 16 MiB');
  });
});

describe('following', () => {
  const stream = (body: string): AsyncIterable<Uint8Array> => pieces(new TextEncoder().encode(body), []);
  const event = (id: string): string => `id: ${id}\nevent: push\ndata: {}\n\n`;

  it('asks again behind the last event, waits longer each time, and begins anew after one', async () => {
    const asked: (string | undefined)[] = [];
    const waits: number[] = [];
    const answers = ['', '', event('1'), '', `${event('2')}event: end\ndata: {"reason": "repository-deleted"}\n\n`];
    const found = await all(follow({
      after: undefined, isOver: () => false, onInterrupted: () => undefined,
      open: async (last) => {
        asked.push(last);
        return stream(answers.shift()!);
      },
      wait: async (milliseconds) => {
        waits.push(milliseconds);
      },
    }));
    expect(found.map(({ id }) => id)).toEqual(['1', '2']);
    expect(asked).toEqual([undefined, undefined, undefined, '1', '1']);
    expect(waits).toEqual([250, 500, 250, 500]);
  });

  it('asks again where the server is gone or busy, and not where it refuses', async () => {
    const errors = [Object.assign(new Error('gone'), { status: undefined }), Object.assign(new Error('busy'), { status: 503 }), Object.assign(new Error('no'), { status: 404 })];
    const reasons: string[] = [];
    const following = follow({
      after: 'x', isOver: () => false, onInterrupted: (reason) => reasons.push(reason), wait: async () => undefined,
      open: async () => {
        throw errors.shift()!;
      },
    });
    await expect(all(following)).rejects.toThrow('no');
    expect(reasons).toEqual(['gone', 'busy']);
  });
});
