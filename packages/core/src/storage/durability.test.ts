import { describe, expect, it } from '@jest/globals';
import { SHA1 } from '../hash/algorithm.js';
import { parseRefName } from '../ref/ref-name.js';
import { Draft } from '../store/draft.js';
import { FaultyBackend } from '../testing/faulty-backend.js';
import type { DurabilityLevel, Timer } from './durability.js';
import { MemoryBackend } from './memory.js';
import { Writer } from './writer.js';

const MAIN = parseRefName('refs/tags/blob');

/** A timer that fires when the test says so. */
class HandTimer {
  readonly waiting: { readonly action: () => void; readonly ms: number }[] = [];

  readonly timer: Timer = (action, ms) => {
    const entry = { action, ms };
    this.waiting.push(entry);
    return () => this.waiting.splice(this.waiting.indexOf(entry), 1);
  };

  fire(): void {
    for (const { action } of this.waiting.splice(0)) action();
  }
}

async function open(level: DurabilityLevel): Promise<{ readonly writer: Writer; readonly backend: FaultyBackend; readonly hand: HandTimer }> {
  const backend = new FaultyBackend(new MemoryBackend({ algorithm: SHA1 }));
  const hand = new HandTimer();
  const writer = await Writer.open(backend, { durability: { level, withinMs: 20, timer: hand.timer } });
  return { writer, backend, hand };
}

function change(writer: Writer, text: string): void {
  const draft = new Draft(writer.current);
  draft.setRef(MAIN, draft.write('blob', Buffer.from(text)));
  expect(writer.apply(draft.finish({ origin: 'test' })).ok).toBe(true);
}

async function settle(writer: Writer): Promise<void> {
  await writer.refresh();
  await writer.refresh();
}

describe('a writer', () => {
  it('that is durable waits for an append', async () => {
    const { writer, backend, hand } = await open('durable');
    change(writer, '1');
    expect(hand.waiting).toEqual([]);
    await writer.flush();
    expect([backend.appendCount, writer.pendingCount]).toEqual([1, 0]);
  });

  it('that is relaxed appends once within the time, whoever flushes', async () => {
    const { writer, backend, hand } = await open('relaxed');
    change(writer, '1');
    change(writer, '2');
    await writer.flush();
    expect([backend.appendCount, hand.waiting.map(({ ms }) => ms)]).toEqual([0, [20]]);
    hand.fire();
    await settle(writer);
    expect([backend.appendCount, writer.pendingCount, hand.waiting.length]).toEqual([1, 0, 0]);
  });

  it('that is relaxed tells the next flush that an append failed', async () => {
    const { writer, backend, hand } = await open('relaxed');
    backend.failAppend(1);
    change(writer, '1');
    await writer.flush();
    hand.fire();
    await settle(writer);
    await expect(writer.flush()).rejects.toMatchObject({ code: 'writer-failed' });
  });

  it('that is relaxed makes everything durable when it is closed', async () => {
    const { writer, backend, hand } = await open('relaxed');
    change(writer, '1');
    await writer.close();
    expect([backend.appendCount, hand.waiting.length]).toEqual([1, 0]);
  });

  it('in memory appends only what it is asked for by name', async () => {
    const { writer, backend, hand } = await open('memory');
    change(writer, '1');
    await writer.flush();
    expect([backend.appendCount, hand.waiting.length]).toEqual([0, 0]);
    await writer.flush(undefined, 'durable');
    expect([backend.appendCount, writer.pendingCount]).toEqual([1, 0]);
    change(writer, '2');
    await writer.close();
    expect(backend.appendCount).toBe(1);
  });

  it('in memory keeps what it said of a relaxed flush when it is closed', async () => {
    const { writer, backend, hand } = await open('memory');
    change(writer, '1');
    await writer.flush(undefined, 'relaxed');
    expect(hand.waiting.length).toBe(1);
    await writer.close();
    expect([backend.appendCount, hand.waiting.length]).toEqual([1, 0]);
  });

  it('that is durable may be asked for less', async () => {
    const { writer, backend, hand } = await open('durable');
    change(writer, '1');
    await writer.flush(undefined, 'memory');
    expect([backend.appendCount, hand.waiting.length]).toEqual([0, 0]);
    await writer.flush(undefined, 'relaxed');
    hand.fire();
    await settle(writer);
    expect([backend.appendCount, writer.pendingCount]).toEqual([1, 0]);
  });
});
