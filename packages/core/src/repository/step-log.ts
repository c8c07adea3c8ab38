/**
 * Lines of reflogs for verbs that Git does in several steps. Here they are one change, of which only the last step is seen as
 * a change of refs; the lines of all steps are written by hand, and keep the change from writing its own for the same refs.
 */
import type { ObjectId } from '../hash/object-id.js';
import type { Identity } from '../object/identity.js';
import { HEAD, type RefName } from '../ref/ref-name.js';
import type { Draft } from '../store/draft.js';
import { makeReflogEntry } from '../store/reflog-lines.js';
import type { Tip } from './write-context.js';

/** Where a step goes, and its line. */
export interface LoggedStep {
  readonly to: ObjectId;
  readonly message: string;
}

/** A line in the log of one ref; `from` is `undefined` where the ref was made. */
export function logLine(draft: Draft, name: RefName, line: LoggedStep & { readonly from: ObjectId | undefined; readonly identity: Identity }): void {
  const { from, to, message, identity } = line;
  const entry = makeReflogEntry({ identity, message }, { oldId: from ?? draft.base.algorithm.zeroId, newId: to });
  draft.editReflog(name, { kind: 'append', entry });
}

/** Steps of a tip, in the logs of its branch and of `HEAD`. A step to the same place is seen only by a `HEAD` on a branch. */
export function logTipSteps(draft: Draft, tip: Tip, { identity, steps }: { readonly identity: Identity; readonly steps: readonly LoggedStep[] }): void {
  let from = tip.id;
  for (const { to, message } of steps) {
    if (from !== to) logLine(draft, tip.ref, { from, to, message, identity });
    if (!tip.isDetached) logLine(draft, HEAD, { from, to, message, identity });
    from = to;
  }
}
