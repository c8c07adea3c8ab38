import { describe, expect, it } from '@jest/globals';
import { SHA1 } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import type { RefEdit } from '../ref/ref-edit.js';
import type { RefName } from '../ref/ref-name.js';
import { directRef } from '../ref/ref-value.js';
import type { ReflogEntry } from '../ref/reflog.js';
import { editRefs } from './apply.js';
import { EMPTY_BATCH, type Batch } from './batch.js';
import { NO_REFS, type RefMap } from './ref-map.js';
import { ReflogMap } from './reflog-map.js';
import { NO_REFLOGS } from './reflogs.js';

const MAIN = 'refs/heads/main' as RefName;
const TAG = 'refs/tags/v1' as RefName;
const id = (digit: string): ObjectId => digit.repeat(40) as ObjectId;
const identity = { name: 'A', email: 'a@x', timeSeconds: 1, timezone: '+0000' };

function move(name: RefName, to: string | undefined, message: string): Batch {
  const edit: RefEdit = { name, value: to === undefined ? undefined : directRef(id(to)), expected: { kind: 'any' } };
  return { ...EMPTY_BATCH, refs: [edit], reflog: { identity, message } };
}

function after(logs: ReflogMap, refs: RefMap, batch: Batch): { readonly logs: ReflogMap; readonly refs: RefMap } {
  const next = editRefs(refs, batch.refs);
  return { logs: logs.with({ batch, before: refs, after: next, algorithm: SHA1 }, 'normal'), refs: next };
}

const messages = (entries: readonly ReflogEntry[] | undefined): string[] | undefined => entries?.map(({ message }) => message);

describe('ReflogMap', () => {
  it('keeps every version of a log as it was', () => {
    const one = after(ReflogMap.over(NO_REFLOGS), NO_REFS, move(MAIN, '1', 'one'));
    const two = after(one.logs, one.refs, move(MAIN, '2', 'two'));
    const other = after(one.logs, one.refs, move(MAIN, '3', 'other'));
    expect(messages(one.logs.find(MAIN))).toEqual(['one']);
    expect(messages(two.logs.find(MAIN))).toEqual(['one', 'two']);
    expect(messages(other.logs.find(MAIN))).toEqual(['one', 'other']);
    expect(two.logs.find(MAIN)![1]).toMatchObject({ oldId: id('1'), newId: id('2') });
  });

  it('logs no tags, and forgets the log of a deleted ref', () => {
    const tagged = after(ReflogMap.over(NO_REFLOGS), NO_REFS, move(TAG, '1', 'tag'));
    expect(tagged.logs.find(TAG)).toBeUndefined();
    const made = after(tagged.logs, tagged.refs, move(MAIN, '1', 'made'));
    const gone = after(made.logs, made.refs, move(MAIN, undefined, 'gone'));
    expect(gone.logs.find(MAIN)).toBeUndefined();
    expect(messages(after(gone.logs, gone.refs, move(MAIN, '2', 'again')).logs.find(MAIN))).toEqual(['again']);
  });

  it('goes on from its base, and does not repeat what the base has taken over', () => {
    const stored: ReflogEntry[] = [{ ...identity, oldId: SHA1.zeroId, newId: id('1'), message: 'stored' }];
    const refs = editRefs(NO_REFS, [{ name: MAIN, value: directRef(id('1')), expected: { kind: 'any' } }]);
    const { logs } = after(ReflogMap.over({ find: (name) => (name === MAIN ? [...stored] : undefined) }), refs, move(MAIN, '2', 'added'));
    expect(messages(logs.find(MAIN))).toEqual(['stored', 'added']);
    stored.push({ ...identity, oldId: id('1'), newId: id('2'), message: 'added' });
    expect(messages(logs.find(MAIN))).toEqual(['stored', 'added']);
  });

  it('takes entries out and rewrites what is left', () => {
    let state = { logs: ReflogMap.over(NO_REFLOGS), refs: NO_REFS };
    for (const [to, message] of [['1', 'one'], ['2', 'two'], ['3', 'three']] as const) state = after(state.logs, state.refs, move(MAIN, to, message));
    const [, second] = state.logs.find(MAIN)!;
    const batch: Batch = { ...EMPTY_BATCH, reflogEdits: [{ name: MAIN, step: { kind: 'remove', entries: [second!], rewrites: true } }] };
    const left = after(state.logs, state.refs, batch).logs.find(MAIN)!;
    expect(left.map(({ oldId, newId }) => [oldId, newId])).toEqual([[SHA1.zeroId, id('1')], [id('1'), id('3')]]);
    expect(messages(state.logs.find(MAIN))).toEqual(['one', 'two', 'three']);
  });
});
