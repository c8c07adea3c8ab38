import { EMPTY_BATCH, type Batch } from '../store/batch.js';
import { apply, type ApplyResult } from '../store/apply.js';
import type { ReflogMap } from '../store/reflog-map.js';
import type { Snapshot } from '../store/snapshot.js';
import type { Backend } from './backend.js';
import { logsAfter } from './log-replay.js';
import type { PendingBatch } from './pending.js';
import { refusalError } from './writer-errors.js';

/**
 * The batches that took effect and are not durable yet, oldest first. Whatever they lie on may be replaced; they are laid on what
 * comes instead.
 *
 * 1. The `after` of each is what its `content` makes of the `after` of the one before it.
 * 2. A batch that is undone leaves its objects behind, at the same place in line.
 */
export class PendingQueue {
  #pending: PendingBatch[] = [];

  get length(): number {
    return this.#pending.length;
  }

  get oldest(): PendingBatch | undefined {
    return this.#pending[0];
  }

  get newest(): PendingBatch | undefined {
    return this.#pending.at(-1);
  }

  /** All of them as they are now. */
  list(): readonly PendingBatch[] {
    return this.#pending.slice();
  }

  push(pending: PendingBatch): void {
    this.#pending.push(pending);
  }

  /** Takes the oldest ones out. */
  take(count: number): readonly PendingBatch[] {
    return this.#pending.splice(0, count);
  }

  /**
   * Lays them on another snapshot, without those in `undone`, and without those that do not apply to it.
   *
   * @returns the snapshot after all of them, and those that were refused, each with the error
   */
  rebase(onto: Snapshot, undone: ReadonlyMap<PendingBatch, unknown>): { readonly after: Snapshot; readonly refused: readonly (readonly [PendingBatch, unknown])[] } {
    const pending = this.#pending;
    this.#pending = [];
    let after = onto;
    const refused: [PendingBatch, unknown][] = [];
    for (const each of pending) {
      let error = undone.get(each);
      let result: ApplyResult | undefined;
      if (error === undefined) {
        result = apply(after, each.content);
        if (!result.ok) error = refusalError(result.refusals);
      }
      if (error !== undefined) {
        refused.push([each, error]);
        each.content = objectsOf(each.content);
        if (each.content.objects.length + each.content.packs.length === 0) continue;
        result = apply(after, each.content);
      }
      if (result?.ok !== true) throw new Error('Invariant broken in @govc/core: objects alone always apply.');
      each.after = after = result.snapshot;
      this.#pending.push(each);
    }
    return { after, refused };
  }

  /** Lays them on another form of the same snapshot, to which each of them applies. */
  relay(onto: Snapshot): Snapshot {
    let after = onto;
    for (const pending of this.#pending) {
      const result = apply(after, pending.content);
      if (!result.ok) throw new Error('Invariant broken in @govc/core: what was released is still held.');
      pending.after = after = result.snapshot;
    }
    return after;
  }

  /** Lays their lines over the reflogs that belong to the snapshot beneath them. */
  rebuildLogs(backend: Backend, beneath: Snapshot, logsBeneath: ReflogMap): void {
    let logs = logsBeneath;
    let before = beneath;
    for (const pending of this.#pending) {
      logs = pending.logs = logsAfter(backend, logs, { batch: pending.content, before, after: pending.after });
      before = pending.after;
    }
  }
}

function objectsOf(batch: Batch): Batch {
  return { ...EMPTY_BATCH, objects: batch.objects, packs: batch.packs, origin: batch.origin };
}

/** Whether a batch brings objects at most. */
export function isEmptyChange({ refs, config, baseConfig, shallow, reflogEdits }: Batch): boolean {
  return refs.length + config.length + reflogEdits.length === 0 && baseConfig === undefined && shallow === undefined;
}
