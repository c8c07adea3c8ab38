import { PassThrough } from 'node:stream';

import { describe, expect, it } from '@jest/globals';

import type { ServerEvent } from './server-event.js';
import { SLOW_READER_MS, SseSink } from './sse.js';
import type { Timers } from './timers.js';

/** Time that passes when it is told to. */
class ManualTimers implements Timers {
  readonly #waiting = new Map<() => void, number>();
  #nowMs = 0;

  after(ms: number, run: () => void): () => void {
    const once = (): void => run();
    this.#waiting.set(once, this.#nowMs + ms);
    return () => void this.#waiting.delete(once);
  }

  get count(): number {
    return this.#waiting.size;
  }

  pass(ms: number): void {
    this.#nowMs += ms;
    for (const [run, dueMs] of [...this.#waiting]) {
      if (dueMs > this.#nowMs) continue;
      this.#waiting.delete(run);
      run();
    }
  }
}

const EVENT: ServerEvent = {
  id: 'a-1-0', type: 'push', repository: 'app', timestamp: '', actor: null, origin: 'commit', data: { text: 'x'.repeat(1000) }, paths: [], people: [],
};

/** A client that reads nothing until it is told to: what is written stays where it is. */
function open() {
  const response = new PassThrough({ highWaterMark: 64 });
  const timers = new ManualTimers();
  return { response, timers, sink: new SseSink(response as never, timers) };
}

describe('a reader', () => {
  it('that is slow is waited for, and cut off when it reads nothing for too long', async () => {
    const { response, timers, sink } = open();
    const first = sink.event(EVENT);
    timers.pass(SLOW_READER_MS - 1);
    // It reads, so that there is room again.
    response.resume();
    expect(await first).toBe(true);
    response.pause();
    const second = sink.event(EVENT);
    timers.pass(SLOW_READER_MS);
    expect(await second).toBe(false);
    sink.end('slow-reader');
    expect(response.destroyed).toBe(false);
    timers.pass(60_000);
    expect(response.destroyed).toBe(true);
    expect(await sink.event(EVENT)).toBe(false);
  });

  it('that leaves is waited for no longer', async () => {
    const { response, timers, sink } = open();
    const sent = sink.event(EVENT);
    response.destroy();
    expect(await sent).toBe(false);
    expect(timers.count).toBe(0);
  });
});
