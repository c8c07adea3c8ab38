import type { ObjectId } from '../hash/object-id.js';
import type { RefEdit } from '../ref/ref-edit.js';
import { expectValue } from '../ref/ref-edit.js';
import type { RefName } from '../ref/ref-name.js';
import { sameRefValue } from '../ref/ref-value.js';
import { EMPTY_BATCH, type Batch, type ShallowEdit } from '../store/batch.js';
import type { RefMap } from '../store/ref-map.js';
import type { ReflogMap } from '../store/reflog-map.js';
import type { Snapshot } from '../store/snapshot.js';

/** The batch that leads from nothing to `snapshot`, with the given reflogs. O(young objects + refs + lines). */
export function batchOfSnapshot(snapshot: Snapshot, origin: string, reflogs?: ReflogMap): Batch {
  const refs: RefEdit[] = [];
  for (const [name, value] of snapshot.refs.entries()) {
    refs.push({ name: name as RefName, value, expected: { kind: 'any' } });
  }
  return {
    ...EMPTY_BATCH,
    objects: [...snapshot.young.objects()],
    packs: snapshot.packs,
    refs,
    baseConfig: snapshot.config,
    reflogEdits: [...(reflogs?.known() ?? [])].flatMap(({ name, entries }) => (
      entries.map((entry) => ({ name, step: { kind: 'append', entry } as const }))
    )),
    shallow: snapshot.shallow.size === 0 ? undefined : { add: [...snapshot.shallow], remove: [] },
    origin,
  };
}

/** The edits that lead from one map of refs to another, each expecting what was there. O(refs of both). */
export function diffRefs(before: RefMap, after: RefMap): RefEdit[] {
  if (before === after) return [];
  const edits: RefEdit[] = [];
  for (const [name, value] of after.entries()) {
    const old = before.get(name);
    if (!sameRefValue(old, value)) edits.push({ name: name as RefName, value, expected: expectValue(old) });
  }
  for (const [name, value] of before.entries()) {
    if (!after.has(name)) edits.push({ name: name as RefName, value: undefined, expected: expectValue(value) });
  }
  return edits;
}

/** As {@link diffRefs}, looking only at the given names. O(names log refs). */
export function diffNamedRefs(before: RefMap, after: RefMap, names: Iterable<RefName>): RefEdit[] {
  const edits: RefEdit[] = [];
  for (const name of names) {
    const old = before.get(name);
    const value = after.get(name);
    if (!sameRefValue(old, value)) edits.push({ name, value, expected: expectValue(old) });
  }
  return edits;
}

/** What leads from one set of shallow commits to another, or `undefined` where they are the same. */
export function diffShallow(
  before: ReadonlySet<ObjectId>,
  after: ReadonlySet<ObjectId>,
): ShallowEdit | undefined {
  if (before === after) return undefined;
  const add = [...after].filter((id) => !before.has(id));
  const remove = [...before].filter((id) => !after.has(id));
  return add.length + remove.length === 0 ? undefined : { add, remove };
}
