import { describe, expect, it } from '@jest/globals';
import { SHA1 } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { parseRefName, type RefName } from '../ref/ref-name.js';
import { directRef } from '../ref/ref-value.js';
import type { Batch } from '../store/batch.js';
import { Draft } from '../store/draft.js';
import type { AppliedBatch } from '../store/events.js';
import type { Snapshot } from '../store/snapshot.js';
import { FaultyBackend } from '../testing/faulty-backend.js';
import { READ_ONCE } from './backend.js';
import { MemoryBackend } from './memory.js';
import { Writer } from './writer.js';

const MAIN = parseRefName('refs/heads/main');
const SIDE = parseRefName('refs/heads/side');

function commitBatch(base: Snapshot, branch: RefName, message: string): { readonly batch: Batch; readonly id: ObjectId } {
  const draft = new Draft(base);
  const tree = draft.write('tree', new Uint8Array(0));
  const value = base.refs.get(branch);
  const parent = value?.kind === 'direct' ? `parent ${value.id}\n` : '';
  const who = 'W <w@example.com> 1700000000 +0000';
  const id = draft.write('commit', Buffer.from(`tree ${tree}\n${parent}author ${who}\ncommitter ${who}\n\n${message}\n`));
  draft.setRef(branch, id);
  return { batch: draft.finish({ origin: 'test' }), id };
}

function commit(writer: Writer, branch: RefName, message: string): { readonly batch: Batch; readonly id: ObjectId } {
  const made = commitBatch(writer.current, branch, message);
  expect(writer.apply(made.batch).ok).toBe(true);
  return made;
}

describe('a writer', () => {
  it('shows a batch at once and appends it when someone flushes', async () => {
    const backend = new MemoryBackend({ algorithm: SHA1 });
    const writer = await Writer.open(backend);
    const { id } = commit(writer, MAIN, 'one');
    expect(writer.current.refs.get(MAIN)).toEqual(directRef(id));
    expect([writer.pendingCount, backend.length, writer.durable.refs.has(MAIN)]).toEqual([1, 1, false]);
    const flushed = writer.flush();
    expect(writer.state).toBe('idle');
    await flushed;
    expect([writer.pendingCount, backend.length, writer.durable.refs.has(MAIN)]).toEqual([0, 2, true]);
    expect(writer.durable).toBe(writer.current);
  });

  it('asks its guard before each batch, and applies nothing that it refuses', async () => {
    const asked: string[] = [];
    const writer = await Writer.open(new MemoryBackend({ algorithm: SHA1 }), {
      admit(batch, current) {
        asked.push(`${batch.refs.length} over ${current.refs.size}`);
        if (asked.length === 2) throw new Error('full');
      },
    });
    commit(writer, MAIN, 'one');
    const before = writer.current;
    expect(() => commit(writer, MAIN, 'two')).toThrow('full');
    expect([writer.current, writer.pendingCount]).toEqual([before, 1]);
    commit(writer, MAIN, 'three');
    await writer.flush();
    expect(asked).toHaveLength(3);
    expect(writer.durable.refs.get(MAIN)).not.toEqual(before.refs.get(MAIN));
  });

  it('lets flushes share an append, and takes what is applied meanwhile with the next', async () => {
    const backend = new FaultyBackend(new MemoryBackend({ algorithm: SHA1 }));
    const writer = await Writer.open(backend);
    commit(writer, MAIN, 'one');
    commit(writer, MAIN, 'two');
    const first = [writer.flush(), writer.flush(), writer.flush()];
    await Promise.resolve();
    commit(writer, MAIN, 'three');
    const second = writer.flush();
    await Promise.all([...first, second]);
    expect(backend.appendCount).toBeLessThanOrEqual(2);
    expect(writer.pendingCount).toBe(0);
  });

  it('resolves at once when there is nothing to flush', async () => {
    const backend = new FaultyBackend(new MemoryBackend({ algorithm: SHA1 }));
    const writer = await Writer.open(backend);
    await writer.flush();
    expect(backend.appendCount).toBe(0);
  });

  it('takes over what another writer appended, and tells listeners', async () => {
    const backend = new MemoryBackend({ algorithm: SHA1 });
    const [ours, theirs] = [await Writer.open(backend), await Writer.open(backend)];
    const events: AppliedBatch[] = [];
    ours.timeline.subscribe((event) => events.push(event));
    const { id, batch } = commit(theirs, MAIN, 'theirs');
    await theirs.flush();
    expect(ours.current.refs.has(MAIN)).toBe(false);
    await ours.refresh();
    expect(ours.current.refs.get(MAIN)).toEqual(directRef(id));
    expect(ours.current.objects.has(id)).toBe(true);
    expect(events.map((event) => event.batch.origin)).toEqual(['test']);
    expect(events[0]!.batch.objects).toEqual(batch.objects);
    expect(events[0]!.after).toBe(ours.current);
  });

  it('puts foreign batches below its own, and undoes only what no longer applies', async () => {
    const backend = new MemoryBackend({ algorithm: SHA1 });
    const [ours, theirs] = [await Writer.open(backend), await Writer.open(backend)];
    const lost = commit(ours, MAIN, 'lost');
    const kept = commit(ours, SIDE, 'kept');
    const child = commit(ours, MAIN, 'child of what is lost');
    const winner = commit(theirs, MAIN, 'winner');
    await theirs.flush();
    const events: AppliedBatch[] = [];
    ours.timeline.subscribe((event) => events.push(event));
    const results = await Promise.allSettled([ours.flush(lost.batch), ours.flush(kept.batch), ours.flush(child.batch)]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected']);
    expect((results[0] as PromiseRejectedResult).reason).toMatchObject({
      code: 'ref-conflict',
      data: { refusals: [{ name: MAIN, reason: 'conflict', actual: directRef(winner.id) }] },
    });
    expect(ours.current.refs.get(MAIN)).toEqual(directRef(winner.id));
    expect(ours.current.refs.get(SIDE)).toEqual(directRef(kept.id));
    // A listener that only looks at edits ends up with the same refs.
    expect(events.flatMap((event) => event.batch.refs).map(({ name, value }) => [name, value])).toEqual([[MAIN, directRef(winner.id)]]);
    await theirs.refresh();
    expect([...theirs.current.refs.entries()]).toEqual([...ours.current.refs.entries()]);
    // What was undone may be referred to by drafts that are still open, so its objects stay.
    expect(ours.current.objects.has(lost.id)).toBe(true);
  });

  it('rejects a flush of everything when something was undone before it', async () => {
    const backend = new MemoryBackend({ algorithm: SHA1 });
    const [ours, theirs] = [await Writer.open(backend), await Writer.open(backend)];
    commit(ours, MAIN, 'lost');
    commit(theirs, MAIN, 'winner');
    await theirs.flush();
    await ours.refresh();
    await expect(ours.flush()).rejects.toMatchObject({ code: 'ref-conflict' });
    await ours.flush();
    expect(ours.state).toBe('idle');
  });

  it.each(['lost', 'unconfirmed'] as const)('refuses to write after an append failed (%s), until it is reloaded', async (fault) => {
    const backend = new FaultyBackend(new MemoryBackend({ algorithm: SHA1 }));
    const writer = await Writer.open(backend);
    const first = commit(writer, MAIN, 'first');
    await writer.flush();
    backend.failAppend(2, fault);
    const second = commit(writer, MAIN, 'second');
    await expect(writer.flush(second.batch)).rejects.toMatchObject({ code: 'writer-failed', data: { code: 'ENOSPC' }, cause: { code: 'io-failed' } });
    expect(writer.state).toBe('failed');
    expect(writer.current.refs.get(MAIN)).toEqual(directRef(second.id));
    expect(() => writer.apply(second.batch)).toThrow(expect.objectContaining({ code: 'writer-failed' }));
    await expect(writer.flush()).rejects.toMatchObject({ code: 'writer-failed' });
    await writer.refresh();
    expect(writer.state).toBe('failed');
    const events: AppliedBatch[] = [];
    writer.timeline.subscribe((event) => events.push(event));
    await writer.reload();
    expect(writer.state).toBe('idle');
    const survivor = fault === 'lost' ? first.id : second.id;
    expect(writer.current.refs.get(MAIN)).toEqual(directRef(survivor));
    expect(events.flatMap((event) => event.batch.refs)).toHaveLength(fault === 'lost' ? 1 : 0);
    const third = commit(writer, MAIN, 'third');
    await writer.flush(third.batch);
    expect(writer.durable.refs.get(MAIN)).toEqual(directRef(third.id));
  });

  it('tells the next flush of batches that were lost when nobody waited for them', async () => {
    const backend = new FaultyBackend(new MemoryBackend({ algorithm: SHA1 }));
    const writer = await Writer.open(backend);
    backend.failAppend(1);
    const waited = commit(writer, MAIN, 'waited for');
    const flushed = writer.flush(waited.batch);
    commit(writer, SIDE, 'not waited for');
    await expect(flushed).rejects.toMatchObject({ code: 'writer-failed' });
    await writer.reload();
    expect(writer.current.refs.has(SIDE)).toBe(false);
    await expect(writer.flush()).rejects.toMatchObject({ code: 'writer-failed' });
    await writer.flush();
  });

  it('makes durable what is pending when it is closed, and refuses afterwards', async () => {
    const backend = new MemoryBackend({ algorithm: SHA1 });
    const writer = await Writer.open(backend);
    const { batch } = commit(writer, MAIN, 'one');
    await writer.close();
    await writer.close();
    expect(backend.length).toBe(2);
    await expect(writer.flush(batch)).resolves.toBeUndefined();
    await expect(writer.flush()).rejects.toMatchObject({ code: 'backend-closed' });
    await expect(writer.refresh()).rejects.toMatchObject({ code: 'backend-closed' });
    expect(() => writer.apply(batch)).toThrow(expect.objectContaining({ code: 'backend-closed' }));
  });

  it('lets a listener apply another batch', async () => {
    const backend = new MemoryBackend({ algorithm: SHA1 });
    const writer = await Writer.open(backend);
    let inner: Batch | undefined;
    writer.timeline.subscribe(({ after }) => {
      if (inner !== undefined) return;
      ({ batch: inner } = commitBatch(after, SIDE, 'inner'));
      expect(writer.apply(inner).ok).toBe(true);
    });
    commit(writer, MAIN, 'outer');
    await writer.flush();
    const origins: number[] = [];
    for await (const entry of backend.read(undefined, READ_ONCE)) origins.push(entry.batch.refs.length);
    expect(origins).toEqual([1, 1, 1]);
    expect(writer.durable.refs.has(SIDE)).toBe(true);
  });

  it('keeps the log short', async () => {
    const backend = new MemoryBackend({ algorithm: SHA1 });
    const writer = await Writer.open(backend);
    for (let i = 0; i < 5000; i++) {
      commit(writer, MAIN, String(i));
      if (i % 100 === 0) await writer.flush();
    }
    await writer.flush();
    expect(backend.length).toBeLessThan(4097);
    const again = await Writer.open(backend);
    expect([...again.current.refs.entries()]).toEqual([...writer.current.refs.entries()]);
  });
});
