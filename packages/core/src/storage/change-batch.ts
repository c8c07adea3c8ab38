import type { RefName } from '../ref/ref-name.js';
import type { Batch } from '../store/batch.js';
import type { Snapshot } from '../store/snapshot.js';
import type { LogEntry } from './backend.js';
import { diffNamedRefs, diffRefs, diffShallow } from './snapshot-batch.js';

/** Why the current snapshot became another one without a batch of this process. */
export interface Change {
  readonly origin: string;
  readonly entries: readonly LogEntry[];
  /** Anything may differ, not only what the entries and pending batches name. */
  readonly isWhole: boolean;
}

/** What listeners are told: the one foreign batch itself, or all differences as one. */
export function changeBatch(change: Change, names: Iterable<RefName>, before: Snapshot, after: Snapshot): Batch {
  const { entries, isWhole } = change;
  const refs = isWhole ? diffRefs(before.refs, after.refs) : diffNamedRefs(before.refs, after.refs, names);
  return {
    objects: entries.flatMap(({ batch }) => batch.objects),
    packs: entries.flatMap(({ batch }) => batch.packs),
    refs,
    baseConfig: before.config === after.config ? undefined : after.config,
    config: [],
    shallow: diffShallow(before.shallow, after.shallow),
    reflog: entries.length === 1 ? entries[0]!.batch.reflog : undefined,
    reflogEdits: entries.flatMap(({ batch }) => batch.reflogEdits),
    origin: entries.length === 1 ? entries[0]!.batch.origin : change.origin,
  };
}
