import { expectValue, type RefEdit } from '../ref/ref-edit.js';
import type { RefName } from '../ref/ref-name.js';
import type { Batch, ReflogNote } from './batch.js';
import type { Snapshot } from './snapshot.js';
import type { YoungObject } from './young-objects.js';

/**
 * One batch with the effect of several that were applied to `base` one after the other. Each ref is edited
 * at most once and expected to be what it is in `base`; one that was made and deleted again is left out.
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
    reflog: options.reflog ?? batches.at(-1)?.reflog,
    origin: options.origin,
  };
}
