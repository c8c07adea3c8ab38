import { expectValue, type RefEdit } from '../ref/ref-edit.js';
import type { RefName } from '../ref/ref-name.js';
import { editRefs } from './apply.js';
import type { Batch, ReflogNote } from './batch.js';
import type { ReflogEdit } from './reflog-edit.js';
import { listReflogEdits } from './reflog-lines.js';
import type { Snapshot } from './snapshot.js';
import type { YoungObject } from './young-objects.js';

/**
 * One batch with the effect of several that were applied to `base` one after the other. Each ref is edited
 * at most once and expected to be what it is in `base`; one that was made and deleted again is left out.
 *
 * Reflogs keep every line of the batches, unless `options.reflog` is to stand for all of them. The log of `refs/stash`
 * keeps its lines even then, because they are what the stash holds.
 */
export function squashBatches(
  base: Snapshot, batches: readonly Batch[], options: { readonly origin: string; readonly reflog?: ReflogNote | undefined },
): Batch {
  const objects = new Map<string, YoungObject>();
  const refs = new Map<RefName, RefEdit>();
  const shallowAdd = new Set<YoungObject['id']>();
  const shallowRemove = new Set<YoungObject['id']>();
  for (const batch of batches) {
    for (const object of batch.objects) objects.set(object.id, object);
    for (const { name, value } of batch.refs) {
      const before = base.refs.get(name);
      if (value === undefined && before === undefined) refs.delete(name);
      else refs.set(name, { name, value, expected: expectValue(before) });
    }
    for (const id of batch.shallow?.remove ?? []) {
      shallowRemove.add(id);
      shallowAdd.delete(id);
    }
    for (const id of batch.shallow?.add ?? []) {
      shallowAdd.add(id);
      shallowRemove.delete(id);
    }
  }
  return {
    objects: [...objects.values()],
    packs: batches.flatMap((batch) => batch.packs),
    refs: [...refs.values()],
    baseConfig: batches.findLast((batch) => batch.baseConfig !== undefined)?.baseConfig,
    config: batches.flatMap((batch) => batch.config),
    shallow: shallowAdd.size + shallowRemove.size === 0
      ? undefined
      : { add: [...shallowAdd], remove: [...shallowRemove] },
    reflog: options.reflog,
    reflogEdits: squashReflogs(base, batches, options.reflog !== undefined),
    origin: options.origin,
  };
}

const STASH = 'refs/stash' as RefName;

function squashReflogs(base: Snapshot, batches: readonly Batch[], hasNote: boolean): ReflogEdit[] {
  let edits: ReflogEdit[] = [];
  let before = base.refs;
  for (const batch of batches) {
    const after = editRefs(before, batch.refs);
    const deleted = new Set(batch.refs.filter(({ value }) => value === undefined).map(({ name }) => name));
    for (const edit of listReflogEdits({ batch, before, after, algorithm: base.algorithm })) {
      const isLine = edit.step.kind === 'append' && !batch.reflogEdits.includes(edit);
      if (!isLine || !hasNote || edit.name === STASH) edits.push(edit);
    }
    if (deleted.size > 0) edits = edits.filter(({ name }) => !deleted.has(name));
    before = after;
  }
  return edits;
}
