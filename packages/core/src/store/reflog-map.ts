import type { ReflogEntry } from '../ref/reflog.js';
import type { RefName } from '../ref/ref-name.js';
import { applyReflogSteps, keyOf, type ReflogStep } from './reflog-edit.js';
import { listReflogEdits, type AppliedRefs } from './reflog-lines.js';
import { createsReflog, type ReflogPolicy } from './reflog-policy.js';
import type { ReflogSource } from './reflogs.js';
import { SortedMap } from './sorted-map.js';

/** What is known of one log beyond its base. */
interface Log {
  /** Oldest first. Shared by all later versions of the log; this one has the first `count`. */
  readonly entries: ReflogEntry[];
  readonly count: number;
  /** The entries are the whole log, not what comes after that of the base. */
  readonly isWhole: boolean;
  /** There is no log. */
  readonly isGone: boolean;
}

const GONE: Log = { entries: [], count: 0, isWhole: true, isGone: true };

/**
 * The logs of a repository at some moment, as an immutable value over a base that may be files: what batches added to
 * it. A log that the base has meanwhile taken over is not shown twice.
 */
export class ReflogMap implements ReflogSource {
  readonly #base: ReflogSource;
  readonly #logs: SortedMap<Log>;

  private constructor(base: ReflogSource, logs: SortedMap<Log>) {
    this.#base = base;
    this.#logs = logs;
  }

  /** The logs of the base and nothing more. */
  static over(base: ReflogSource): ReflogMap {
    return new ReflogMap(base, SortedMap.empty<Log>());
  }

  find(name: RefName): readonly ReflogEntry[] | undefined {
    const log = this.#logs.get(name);
    if (log === undefined) return this.#base.find(name);
    if (log.isGone) return undefined;
    const added = log.entries.slice(0, log.count);
    return log.isWhole ? added : joined(this.#base.find(name) ?? [], added);
  }

  /** The logs beyond the base, as what makes them. */
  *known(): Generator<{ readonly name: RefName; readonly entries: readonly ReflogEntry[] }, void, void> {
    for (const [name, log] of this.#logs.entries()) {
      if (!log.isGone) yield { name: name as RefName, entries: log.entries.slice(0, log.count) };
    }
  }

  /** The logs after a batch. O(edits log refs). */
  with(applied: AppliedRefs, policy: ReflogPolicy): ReflogMap {
    const edits = listReflogEdits(applied);
    const deleted = applied.batch.refs.filter(({ value }) => value === undefined);
    if (edits.length + deleted.length === 0) return this;
    const logs = this.#logs.edit();
    const current = new Map<RefName, Log | undefined>();
    for (const { name, step } of edits) {
      const log = current.has(name) ? current.get(name) : this.#logs.get(name);
      const exists = log === undefined ? undefined : !log.isGone;
      if (!(exists ?? this.#base.find(name) !== undefined) && !(step.kind === 'append' && createsReflog(name, policy))) continue;
      current.set(name, this.#afterStep(name, log, { step, zeroId: applied.algorithm.zeroId }));
    }
    for (const { name } of deleted) current.set(name, GONE);
    for (const [name, log] of current) if (log !== undefined) logs.set(name, log);
    return new ReflogMap(this.#base, logs.finish());
  }

  #afterStep(
    name: RefName, log: Log | undefined, { step, zeroId }: { readonly step: ReflogStep; readonly zeroId: ReflogEntry['oldId'] },
  ): Log {
    if (step.kind === 'append') {
      const { entries, count, isWhole } = log ?? { entries: [], count: 0, isWhole: false };
      // Whoever adds to a version that is not the last goes on in a copy.
      const own = entries.length === count && log !== GONE ? entries : entries.slice(0, count);
      own.push(step.entry);
      return { entries: own, count: count + 1, isWhole, isGone: false };
    }
    const added = log === undefined ? [] : log.entries.slice(0, log.count);
    const all = log?.isWhole === true ? added : joined(this.#base.find(name) ?? [], added);
    const entries = applyReflogSteps(all, [step], zeroId);
    return { entries, count: entries.length, isWhole: true, isGone: false };
  }
}

/** What the base has, and what came after it, without what it took over since. */
function joined(stored: readonly ReflogEntry[], added: readonly ReflogEntry[]): ReflogEntry[] {
  const [first] = added;
  if (first === undefined) return [...stored];
  const key = keyOf(first);
  for (let i = stored.length - 1; i >= 0; i--) {
    const { newId, timeSeconds } = stored[i]!;
    if (newId === first.newId && timeSeconds === first.timeSeconds && keyOf(stored[i]!) === key) return [...stored.slice(0, i), ...added];
  }
  return [...stored, ...added];
}
