import { GovcError, hasCode } from '../../errors.js';
import type { HashAlgorithm } from '../../hash/algorithm.js';
import type { ObjectSource } from '../../pack/object-source.js';
import { cleanReflogMessage, serializeReflogEntry, type ReflogEntry } from '../../ref/reflog.js';
import type { RefName } from '../../ref/ref-name.js';
import { sameRefValue, type RefValue } from '../../ref/ref-value.js';
import { findNameClash, type RefMap } from '../../store/ref-map.js';
import { keyOf, type ReflogStep } from '../../store/reflog-edit.js';
import { createsReflog, type ReflogPolicy } from '../../store/reflog-policy.js';
import { byKey, byLogKey } from '../reftable/merge-tables.js';
import { keyOfText, type LogLine, type LogRecord, type RefCell, type RefRecord } from '../reftable/record.js';
import { removeFile } from './disk.js';
import type { LockFile } from './lock-file.js';
import { findPeeled } from './peel.js';
import type { RefChange, RefChanges } from './ref-change.js';
import type { PreparedChange } from './ref-storage.js';
import { entryOf, type ReftableLogs } from './reftable-logs.js';
import type { ReftableStack } from './reftable-stack.js';
import type { Disk } from './system-disk.js';

/** What a change of tables works with. */
export interface ReftableTransactionParts {
  readonly stackOf: (name: RefName) => ReftableStack;
  /** What the tables say of a ref since the last update. */
  readonly valueOf: (name: RefName) => RefValue | undefined;
  /** Reads what others have added, and gives all refs. */
  readonly update: () => RefMap;
  readonly logs: ReftableLogs;
  readonly objects: ObjectSource;
  readonly algorithm: HashAlgorithm;
  readonly disk: Disk;
  readonly onProblem: (problem: GovcError) => void;
  readonly policy: ReflogPolicy;
  /** `reftable.lockTimeout`. */
  readonly lockTimeoutMs: number;
  /** How many bytes of a message are kept. */
  readonly messageSizeMax: number;
}

/** What goes into one table. */
interface Share {
  readonly stack: ReftableStack;
  lock: LockFile | undefined;
  tablePath: string | undefined;
  readonly changes: RefChange[];
  readonly reflogs: { readonly name: RefName; readonly steps: readonly ReflogStep[] }[];
}

/**
 * One change of refs and logs as one new table under the lock of the list: all of it is there when the list is renamed, nothing before.
 * Only the HEAD of a linked worktree is in a table of its own, which comes last.
 *
 *     (prepare) ──> prepared ──commit──> committed
 *                       └────rollback──> rolled back
 */
export class ReftableTransaction implements PreparedChange {
  readonly #parts: ReftableTransactionParts;
  readonly #shares: Share[];

  private constructor(parts: ReftableTransactionParts, plan: RefChanges) {
    this.#parts = parts;
    const shares = new Map<ReftableStack, Share>();
    const shareOf = (name: RefName): Share => {
      const stack = parts.stackOf(name);
      const known = shares.get(stack);
      const share = known ?? { stack, lock: undefined, tablePath: undefined, changes: [], reflogs: [] };
      if (known === undefined) shares.set(stack, share);
      return share;
    };
    for (const change of plan.changes) shareOf(change.name).changes.push(change);
    for (const log of plan.reflogs) shareOf(log.name).reflogs.push(log);
    this.#shares = [...shares.values()].sort((left, right) => (left.stack.path < right.stack.path ? -1 : 1));
  }

  /** @throws {GovcError} backend-moved, lock-held, ref-name-clash, reflog-invalid, reftable-invalid, limit-exceeded, io-failed */
  static async prepare(parts: ReftableTransactionParts, plan: RefChanges): Promise<ReftableTransaction> {
    const transaction = new ReftableTransaction(parts, plan);
    try {
      for (const share of transaction.#shares) share.lock = await share.stack.lock(parts.lockTimeoutMs);
      transaction.#check(plan, parts.update());
      for (const share of transaction.#shares) await transaction.#stage(share);
    } catch (error) {
      transaction.rollback();
      throw error;
    }
    return transaction;
  }

  rollback(): void {
    for (const share of this.#shares) {
      try {
        if (share.tablePath !== undefined) removeFile(this.#parts.disk, share.tablePath);
      } finally {
        share.tablePath = undefined;
        share.lock?.release();
      }
    }
  }

  async commit(): Promise<void> {
    try {
      for (const share of this.#shares) {
        if (share.tablePath === undefined) continue;
        share.tablePath = undefined;
        await share.stack.commit(share.lock!);
      }
    } finally {
      this.rollback();
    }
    for (const { stack } of this.#shares) {
      try {
        await stack.compact();
      } catch (error) {
        // The change is made; tables that stay as they are do no harm.
        if (!(error instanceof GovcError) || hasCode(error, 'lock-held')) throw error;
        this.#parts.onProblem(error);
      }
    }
  }

  #check({ changes }: RefChanges, refs: RefMap): void {
    for (const { name, before } of changes) {
      const actual = this.#parts.valueOf(name);
      if (!sameRefValue(actual, before)) {
        throw new GovcError('backend-moved', `Another process has changed "${name}"; read on and try again.`, { name, expected: before, actual });
      }
    }
    const gone = new Set(changes.filter(({ after }) => after === undefined).map(({ name }) => name));
    for (const { name, before, after } of changes) {
      if (before !== undefined || after === undefined) continue;
      const other = findNameClash(refs, name);
      if (other !== undefined && !gone.has(other)) {
        throw new GovcError('ref-name-clash', `"${name}" cannot be stored: "${other}" is in the way.`, { name, path: other });
      }
    }
  }

  async #stage(share: Share): Promise<void> {
    const { stack, changes, reflogs } = share;
    const minUpdateIndex = (stack.read().at(-1)?.facts.maxUpdateIndex ?? 0) + 1;
    const logs: LogRecord[] = [];
    let maxUpdateIndex = minUpdateIndex;
    const deleted = new Set(changes.filter(({ after }) => after === undefined).map(({ name }) => name));
    for (const name of deleted) {
      for (const { updateIndex } of this.#parts.logs.lines(name)) logs.push({ key: keyOfText(name), updateIndex, line: undefined });
    }
    for (const { name, steps } of reflogs) {
      if (deleted.has(name)) continue;
      for (const record of this.#logChanges(name, steps, minUpdateIndex)) {
        logs.push(record);
        maxUpdateIndex = Math.max(maxUpdateIndex, record.updateIndex);
      }
    }
    const refs = changes.map(({ name, after }): RefRecord => ({ key: keyOfText(name), updateIndex: minUpdateIndex, cell: this.#cellOf(after) }));
    if (refs.length + logs.length === 0) return;
    share.tablePath = await stack.stage(share.lock!, {
      minUpdateIndex, maxUpdateIndex, refs: refs.sort(byKey), logs: logs.sort(byLogKey),
    });
  }

  #cellOf(value: RefValue | undefined): RefCell {
    if (value === undefined) return { kind: 'deleted' };
    if (value.kind === 'symbolic') return { kind: 'symbolic', target: keyOfText(value.target) };
    return { kind: 'direct', id: value.id, peeled: findPeeled(this.#parts.objects, value.id, this.#parts.algorithm) };
  }

  /** What leads from the log that is there to the one after the steps; each new line has a number of its own. */
  #logChanges(name: RefName, steps: readonly ReflogStep[], from: number): LogRecord[] {
    const { logs, policy, algorithm } = this.#parts;
    const key = keyOfText(name);
    const before = logs.lines(name);
    if (before.length === 0 && !createsReflog(name, policy)) return [];
    let kept: { readonly updateIndex: number | undefined; readonly entry: ReflogEntry }[] = before
      .filter(({ line }) => !logs.isMarker(line)).map(({ updateIndex, line }) => ({ updateIndex, entry: entryOf(line) }));
    for (const step of steps) {
      if (step.kind === 'append') kept.push({ updateIndex: undefined, entry: step.entry });
      else kept = withoutEntries(kept, step, algorithm.zeroId);
    }
    if (before.length === 0 && kept.length === 0) return [];
    const records: LogRecord[] = [];
    const old = new Map(before.map(({ updateIndex, line }) => [updateIndex, line]));
    let next = from;
    for (const { updateIndex, entry } of kept) {
      const known = updateIndex === undefined ? undefined : old.get(updateIndex);
      if (updateIndex !== undefined) old.delete(updateIndex);
      if (known?.oldId !== entry.oldId) records.push({ key, updateIndex: updateIndex ?? next++, line: this.#lineOf(entry) });
    }
    for (const [updateIndex, line] of old) {
      if (!logs.isMarker(line)) records.push({ key, updateIndex, line: undefined });
    }
    const hasMarker = before.some(({ line }) => logs.isMarker(line));
    if (kept.length === 0 && !hasMarker) records.push({ key, updateIndex: next, line: this.#marker() });
    return records;
  }

  /** @throws {GovcError} reflog-invalid: the entry could not stand in a log of files either. */
  #lineOf(entry: ReflogEntry): LogLine {
    serializeReflogEntry(entry);
    const { oldId, newId, name, email, timeSeconds, timezone } = entry;
    let message = cleanReflogMessage(entry.message);
    // One character is up to three bytes; Git cuts messages as well.
    while (Buffer.byteLength(message) >= this.#parts.messageSizeMax) message = message.slice(0, -Math.max(1, message.length >> 3));
    return { oldId, newId, name, email, timeSeconds, zone: Number(timezone), message: `${message}\n` };
  }

  #marker(): LogLine {
    const { zeroId } = this.#parts.algorithm;
    return { oldId: zeroId, newId: zeroId, name: '', email: '', timeSeconds: 0, zone: 0, message: '' };
  }
}

function withoutEntries<Kept extends { readonly entry: ReflogEntry }>(
  kept: readonly Kept[], step: ReflogStep & { readonly kind: 'remove' }, zeroId: ReflogEntry['oldId'],
): Kept[] {
  const counts = new Map<string, number>();
  for (const entry of step.entries) counts.set(keyOf(entry), (counts.get(keyOf(entry)) ?? 0) + 1);
  const left = kept.filter(({ entry }) => {
    const count = counts.get(keyOf(entry)) ?? 0;
    if (count > 0) counts.set(keyOf(entry), count - 1);
    return count === 0;
  });
  if (!step.rewrites) return left;
  let last = zeroId;
  return left.map((each) => {
    const rewritten = { ...each, entry: { ...each.entry, oldId: last } };
    last = each.entry.newId;
    return rewritten;
  });
}
