import type { HashAlgorithm } from '../../hash/algorithm.js';
import type { RefName } from '../../ref/ref-name.js';
import { sameRefValue, type RefValue } from '../../ref/ref-value.js';
import { editRefs } from '../../store/apply.js';
import type { Batch } from '../../store/batch.js';
import type { RefMap } from '../../store/ref-map.js';
import type { ReflogStep } from '../../store/reflog-edit.js';
import { listReflogEdits } from '../../store/reflog-lines.js';

/** What a group of batches makes of one ref. */
export interface RefChange {
  readonly name: RefName;
  /** Its value before the first batch. */
  readonly before: RefValue | undefined;
  /** Its value after the last. */
  readonly after: RefValue | undefined;
}

/** What is done to the log of one ref. */
export interface ReflogChange {
  readonly name: RefName;
  /** In order; not empty. */
  readonly steps: readonly ReflogStep[];
}

/** What a group of batches does to refs, all together. */
export interface RefChanges {
  readonly changes: readonly RefChange[];
  readonly reflogs: readonly ReflogChange[];
  /** The refs after it. */
  readonly refs: RefMap;
}

/** Adds up the ref edits of batches that are applied to `refs` in order. */
export function addUpChanges(refs: RefMap, batches: readonly Batch[], algorithm: HashAlgorithm): RefChanges {
  const befores = new Map<RefName, RefValue | undefined>();
  const logs = new Map<RefName, ReflogStep[]>();
  let current = refs;
  for (const batch of batches) {
    const next = editRefs(current, batch.refs);
    for (const { name } of batch.refs) if (!befores.has(name)) befores.set(name, current.get(name));
    for (const { name, step } of listReflogEdits({ batch, before: current, after: next, algorithm })) {
      const steps = logs.get(name);
      if (steps === undefined) logs.set(name, [step]);
      else steps.push(step);
    }
    current = next;
  }
  const changes: RefChange[] = [];
  for (const [name, before] of befores) {
    const after = current.get(name);
    if (!sameRefValue(before, after)) changes.push({ name, before, after });
  }
  changes.sort((left, right) => (left.name < right.name ? -1 : 1));
  const reflogs: ReflogChange[] = [];
  for (const [name, steps] of logs) {
    // The log of a ref goes with it: lines of one that is gone at the end may stand in the way of another's log.
    if (current.has(name) || steps.every((step) => step.kind !== 'append')) reflogs.push({ name, steps });
  }
  return { changes, reflogs, refs: current };
}
