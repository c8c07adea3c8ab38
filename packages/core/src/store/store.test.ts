import { describe, expect, it } from '@jest/globals';
import { bytesFromText } from '../bytes/text.js';
import { Config } from '../config/config.js';
import { SHA1 } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { makeCommit } from '../object/commit.js';
import { branchRef, HEAD, parseRefName } from '../ref/ref-name.js';
import { directRef, symbolicRef } from '../ref/ref-value.js';
import { apply } from './apply.js';
import { EMPTY_BATCH } from './batch.js';
import { Draft } from './draft.js';
import { findNameClash, findRefId, resolveRef } from './ref-map.js';
import { emptySnapshot, type Snapshot } from './snapshot.js';
import { squashBatches } from './squash.js';
import { Timeline } from './timeline.js';
import { YoungObjects, YoungWriter } from './young-objects.js';

const IDENTITY = { name: 'A', email: 'a@example.com', timeSeconds: 1, timezone: '+0000' };
const MAIN = branchRef('main');

function start(): Snapshot {
  const result = apply(emptySnapshot(SHA1, Config.empty), {
    ...EMPTY_BATCH,
    refs: [{ name: HEAD, value: symbolicRef(MAIN), expected: { kind: 'absent' } }],
  });
  if (!result.ok) throw new Error('the first batch was refused');
  return result.snapshot;
}

function writeCommit(draft: Draft, message: string, parents: readonly ObjectId[] = []): ObjectId {
  const tree = draft.write('tree', new Uint8Array(0));
  return draft.write('commit', makeCommit({ tree, parents, author: IDENTITY, committer: IDENTITY, message }).serialize());
}

function mustApply(snapshot: Snapshot, draft: Draft): Snapshot {
  const result = apply(snapshot, draft.finish({ origin: 'test' }));
  if (!result.ok) throw new Error(result.refusals.map(({ message }) => message).join());
  return result.snapshot;
}

describe('apply', () => {
  it('gives a snapshot with the edits and leaves the one before as it was', () => {
    const before = start();
    const draft = new Draft(before);
    const id = writeCommit(draft, 'one');
    draft.setRef(MAIN, id);
    const after = mustApply(before, draft);
    expect(findRefId(after.refs, HEAD)).toBe(id);
    expect(after.objects.find(id)?.type).toBe('commit');
    expect(after.sequence).toBe(before.sequence + 1);
    expect(findRefId(before.refs, HEAD)).toBeUndefined();
    expect(before.objects.has(id)).toBe(false);
    expect(resolveRef(before.refs, HEAD)).toEqual({ name: MAIN, id: undefined });
  });

  it('refuses all of a batch with every reason', () => {
    const base = start();
    const draft = new Draft(base);
    const commit = writeCommit(draft, 'one');
    const blob = draft.write('blob', bytesFromText('x'));
    draft.setRef(MAIN, commit);
    const held = mustApply(base, draft);
    const other = '1'.repeat(40) as ObjectId;
    const result = apply(held, {
      ...EMPTY_BATCH,
      refs: [
        { name: MAIN, value: directRef(commit), expected: { kind: 'absent' } },
        { name: branchRef('gone'), value: undefined, expected: { kind: 'present' } },
        { name: branchRef('missing'), value: directRef(other), expected: { kind: 'absent' } },
        { name: branchRef('blob'), value: directRef(blob), expected: { kind: 'any' } },
        { name: branchRef('main/sub'), value: directRef(commit), expected: { kind: 'any' } },
        { name: branchRef('twice'), value: directRef(commit), expected: { kind: 'any' } },
        { name: branchRef('twice'), value: directRef(commit), expected: { kind: 'any' } },
      ],
    });
    expect(result.ok).toBe(false);
    if (result.ok) return;
    const reasons = result.refusals.map(({ name, reason }) => [name, reason]);
    expect(reasons).toEqual(expect.arrayContaining([
      [MAIN, 'conflict'],
      [branchRef('gone'), 'conflict'],
      [branchRef('missing'), 'missing-target'],
      [branchRef('blob'), 'not-a-commit'],
      [branchRef('main/sub'), 'clash'],
      [branchRef('twice'), 'duplicate'],
    ]));
    expect(result.refusals.find(({ name }) => name === MAIN)?.actual).toEqual(directRef(commit));
  });

  it('lets a tag name any object, and a batch replace a ref by one below it', () => {
    const base = start();
    const draft = new Draft(base);
    const blob = draft.write('blob', bytesFromText('x'));
    const tag = parseRefName('refs/tags/v');
    draft.setRef(tag, blob);
    const held = mustApply(base, draft);
    const second = new Draft(held);
    second.editRef(tag, undefined);
    second.setRef(parseRefName('refs/tags/v/1'), blob);
    const after = mustApply(held, second);
    expect(after.refs.has(tag)).toBe(false);
    expect(findNameClash(after.refs, tag)).toBe('refs/tags/v/1');
  });

  it('edits configuration and shallow commits', () => {
    const base = start();
    const id = '2'.repeat(40) as ObjectId;
    const draft = new Draft(base);
    draft.setConfig('receive.denyDeletes', 'true');
    draft.editShallow({ add: [id] });
    const held = mustApply(base, draft);
    expect(held.config.getBool('receive.denydeletes', false)).toBe(true);
    expect([...held.shallow]).toEqual([id]);
    const undo = new Draft(held);
    undo.setConfig('receive.denyDeletes', undefined);
    undo.editShallow({ remove: [id] });
    expect(undo.view.config.has('receive.denydeletes')).toBe(false);
    const after = mustApply(held, undo);
    expect(after.config.has('receive.denydeletes')).toBe(false);
    expect(after.shallow.size).toBe(0);
  });
});

describe('Draft', () => {
  it('reads its own writes and shows them nowhere else', () => {
    const base = start();
    const draft = new Draft(base);
    const id = writeCommit(draft, 'one');
    draft.setRef(MAIN, id);
    expect(findRefId(draft.view.refs, HEAD)).toBe(id);
    expect(draft.view.objects.has(id)).toBe(true);
    expect(base.objects.has(id)).toBe(false);
    draft.discard();
    expect(draft.isOpen).toBe(false);
    expect(() => draft.write('blob', new Uint8Array(1))).toThrow(expect.objectContaining({ code: 'draft-closed' }));
    expect(() => draft.finish({ origin: 'test' })).toThrow(expect.objectContaining({ code: 'draft-closed' }));
  });

  it('expects of a ref what it was in the base, however often it is edited', () => {
    const base = start();
    const draft = new Draft(base);
    const one = writeCommit(draft, 'one');
    const two = writeCommit(draft, 'two', [one]);
    draft.setRef(MAIN, one);
    draft.setRef(MAIN, two, { kind: 'any' });
    const batch = draft.finish({ origin: 'test' });
    expect(batch.refs).toEqual([{ name: MAIN, value: directRef(two), expected: { kind: 'absent' } }]);
  });

  it('copies what it is given', () => {
    const draft = new Draft(start());
    for (const body of [bytesFromText('before'), Buffer.alloc(10_000, 1), Buffer.alloc(100, 1)]) {
      const before = [...body];
      const id = draft.write('blob', body);
      body.fill(0);
      expect([...draft.view.objects.find(id)!.body]).toEqual(before);
    }
  });
});

describe('YoungObjects', () => {
  it('lets versions of one line share a log and forks where two go on from the same version', () => {
    const writer = new YoungWriter(SHA1);
    const ids = ['a', 'b', 'c', 'd'].map((text) => writer.write('blob', bytesFromText(text)));
    const [a, b, c, d] = [...writer.objects()].map((object) => [object]);
    const one = YoungObjects.empty.with(a!);
    const two = one.with(b!);
    const left = two.with(c!);
    const right = two.with(d!);
    expect(ids.map((id) => one.has(id))).toEqual([true, false, false, false]);
    expect(ids.map((id) => left.has(id))).toEqual([true, true, true, false]);
    expect(ids.map((id) => right.has(id))).toEqual([true, true, false, true]);
    expect([...right.ids()]).toEqual([ids[0], ids[1], ids[3]]);
    expect(YoungObjects.empty.count).toBe(0);
    expect(left.with(a!).count).toBe(3);
    expect([...left.idsWithPrefix(ids[2]!.slice(0, 6))]).toEqual([ids[2]]);
  });
});

describe('Timeline', () => {
  it('tells listeners of each batch with before and after, and only of those that took effect', () => {
    const errors: unknown[] = [];
    const timeline = new Timeline(start(), (error) => errors.push(error));
    const seen: [number, number][] = [];
    timeline.subscribe(() => {
      throw new Error('listener');
    });
    const end = timeline.subscribe(({ before, after }) => seen.push([before.sequence, after.sequence]));
    const draft = new Draft(timeline.current);
    draft.setRef(MAIN, writeCommit(draft, 'one'));
    const batch = draft.finish({ origin: 'test' });
    expect(timeline.apply(batch).ok).toBe(true);
    expect(timeline.apply(batch).ok).toBe(false);
    end();
    const second = new Draft(timeline.current);
    second.setRef(branchRef('x'), findRefId(timeline.current.refs, HEAD)!);
    timeline.apply(second.finish({ origin: 'test' }));
    expect(seen).toEqual([[1, 2]]);
    expect(errors.length).toBe(2);
  });
});

describe('squashBatches', () => {
  it('has the effect of the batches one after the other', () => {
    const base = start();
    const timeline = new Timeline(base, () => undefined);
    const batches = ['one', 'two', 'three'].map((message) => {
      const draft = new Draft(timeline.current);
      const parent = findRefId(timeline.current.refs, HEAD);
      const id = writeCommit(draft, message, parent === undefined ? [] : [parent]);
      draft.setRef(MAIN, id);
      if (message === 'one') draft.setRef(branchRef('brief'), id);
      if (message === 'two') draft.editRef(branchRef('brief'), undefined);
      const batch = draft.finish({ origin: 'test' });
      expect(timeline.apply(batch).ok).toBe(true);
      return batch;
    });
    const squashed = squashBatches(base, batches, { origin: 'publish' });
    expect(squashed.refs.length).toBe(1);
    const result = apply(base, squashed);
    expect(result.ok && [...result.snapshot.refs.entries()]).toEqual([...timeline.current.refs.entries()]);
    expect(result.ok && new Set(result.snapshot.objects.ids())).toEqual(new Set(timeline.current.objects.ids()));
  });
});
