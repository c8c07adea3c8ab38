import type { Config } from '../config/config.js';
import { GovcError, hasCode } from '../errors.js';
import { driveJob, nextTurn, type DriveOptions } from '../job/run.js';
import type { RefName } from '../ref/ref-name.js';
import { apply, type ApplyResult } from '../store/apply.js';
import type { Batch } from '../store/batch.js';
import { ReflogMap } from '../store/reflog-map.js';
import type { ReflogPolicy } from '../store/reflog-policy.js';
import { NO_REFLOGS } from '../store/reflogs.js';
import { seal } from '../store/seal.js';
import { makeSnapshot, type Snapshot } from '../store/snapshot.js';
import { Timeline } from '../store/timeline.js';
import { YoungObjects } from '../store/young-objects.js';
import { findObjectKeeper, findReflogKeeper, READ_ONCE, type Backend, type LogEntry, type Position } from './backend.js';
import { changeBatch, type Change } from './change-batch.js';
import { Deadline, DURABLE, type DurabilityLevel, type DurabilityPromise } from './durability.js';
import { Exclusive } from './exclusive.js';
import { logsAfter, policyOf, readFromStart, replay, replayLog, type LogEnd } from './log-replay.js';
import { PendingBatch } from './pending.js';
import { isEmptyChange, PendingQueue } from './pending-queue.js';
import { batchOfSnapshot } from './snapshot-batch.js';
import { closedError, failedError, isRefusal, throwOutside, toError } from './writer-errors.js';

/**
 * - `idle`: no append is under way; batches may be pending until someone flushes
 * - `writing`: an append is under way; reading and applying go on
 * - `failed`: an append failed; reading goes on, applying and flushing refuse
 * - `closed`: the end
 */
export type WriterState = 'idle' | 'writing' | 'failed' | 'closed';

/** How a {@link Writer} works. */
export interface WriterOptions {
  /** Told what a listener of the timeline throws. Default: it is thrown again outside of all callers. */
  readonly onListenerError?: ((error: unknown) => void) | undefined;
  /**
   * How many bytes of recent objects stay in memory although the backend serves them too. Default: 64 MiB.
   * They are read without inflating; a backend that serves no objects keeps all of them here anyway.
   */
  readonly youngBytesMax?: number | undefined;
  /** When changes become durable. Default: before a flush resolves. */
  readonly durability?: DurabilityPromise | undefined;
  /** Asked before a batch is applied, whatever proposes it. Default: everything may be. */
  readonly admit?: BatchGuard | undefined;
}

/** Throws what whoever proposed the batch is to hear, where it must not take effect. */
export type BatchGuard = (batch: Batch, current: Snapshot) => void;

const YOUNG_BYTES_MAX = 64 * 1024 * 1024;
// An object costs some 200 bytes beside its body.
const YOUNG_COUNT_MAX = 200_000;
// Other writers may be faster again and again; from the fourth time on they are let through.
const MOVED_ATTEMPTS_MAX = 50;
const MOVED_ATTEMPTS_EAGER = 3;
const LOG_LENGTH_MAX = 4096;

/**
 * Ties a timeline to a backend: batches take effect at once and become durable when someone flushes.
 *
 *     (open) ──> idle ──flush or deadline: append begins──> writing ──append ends──> idle
 *                                                  │
 *                              append fails in the storage
 *                                                  v
 *                idle <──────────reload────────  failed
 *     any state ──close──> closed
 *
 * A `durable` flush begins an append and waits for it. A `relaxed` one, and each batch that is applied by a writer
 * that promises no more, sets a deadline at which one begins. One in `memory` does neither.
 *
 * 1. `timeline.current` is the durable snapshot with the pending batches applied in order.
 * 2. What is appended is always the oldest pending batches, in order: what survives is a prefix.
 * 3. One append is under way at a time; all batches that are pending when it begins share it.
 * 4. Foreign batches go below the pending ones. A pending batch that then no longer applies, or that the
 *    backend refuses, is undone: its flush rejects, its refs go back. Its objects stay, because a draft or
 *    batch that was made on top of it may refer to them.
 */
export class Writer {
  readonly backend: Backend;
  /** The current snapshot and its events. Batches go through {@link Writer.apply}, never directly to it. */
  readonly timeline: Timeline;
  readonly #youngBytesMax: number;
  readonly #admit: BatchGuard | undefined;
  readonly #level: DurabilityLevel;
  readonly #deadline: Deadline;
  readonly #exclusive = new Exclusive();
  readonly #known = new WeakMap<Batch, PendingBatch>();
  #state: WriterState = 'idle';
  #failure: unknown;
  #durable: Snapshot;
  /** The reflogs beneath the pending batches. */
  #durableLogs: ReflogMap;
  #position: Position;
  readonly #pending = new PendingQueue();
  /** Why batches were undone that nobody was flushing then: the next flush of everything must not succeed. */
  #unreported: Error[] = [];
  #isPumping = false;
  #nextRefresh: Promise<void> | undefined;
  #appendedCount = 0;
  /** Re-applying stacks layers of young objects; the next release makes one of them. */
  #isLayered = false;

  private constructor(backend: Backend, start: LogEnd, options: WriterOptions) {
    this.backend = backend;
    this.timeline = new Timeline(start.snapshot, options.onListenerError ?? throwOutside);
    this.#durable = start.snapshot;
    this.#durableLogs = start.logs;
    this.#position = start.position;
    this.#admit = options.admit;
    this.#youngBytesMax = options.youngBytesMax ?? YOUNG_BYTES_MAX;
    const durability = options.durability ?? DURABLE;
    this.#level = durability.level;
    this.#deadline = new Deadline(durability, () => {
      this.#pump();
    });
  }

  /**
   * Reads the log of a backend, which from then on belongs to the writer: it closes it.
   *
   * @throws {GovcError} backend-closed, repository-invalid, io-failed
   */
  static async open(backend: Backend, options: WriterOptions = {}): Promise<Writer> {
    return new Writer(backend, await readFromStart(backend), options);
  }

  /**
   * As {@link Writer.open} where the whole log is at hand, without waiting.
   *
   * @param entries the log from its start; not empty
   * @throws {GovcError} repository-invalid: the log does not replay.
   */
  static start(backend: Backend, entries: readonly LogEntry[], options: WriterOptions = {}): Writer {
    return new Writer(backend, replayLog(backend, entries), options);
  }

  /** As {@link Writer.start} where it is known what the log leads to. O(1). */
  static at(backend: Backend, end: { readonly snapshot: Snapshot; readonly position: Position }, options: WriterOptions = {}): Writer {
    return new Writer(backend, { ...end, logs: ReflogMap.over(NO_REFLOGS) }, options);
  }

  get state(): WriterState {
    return this.#state;
  }

  /** The current snapshot: `timeline.current`. */
  get current(): Snapshot {
    return this.timeline.current;
  }

  /** The reflogs that belong to the current snapshot. */
  get reflogs(): ReflogMap {
    return this.#pending.newest?.logs ?? this.#durableLogs;
  }

  /** Which refs get a log by this configuration. One that cannot be read counts as the usual. */
  reflogPolicy(config: Config): ReflogPolicy {
    return policyOf(this.backend, config);
  }

  /** The snapshot that would be read after a crash now. */
  get durable(): Snapshot {
    return this.#durable;
  }

  /** How many batches took effect and are not durable yet. */
  get pendingCount(): number {
    return this.#pending.length;
  }

  /**
   * Applies a batch: where that succeeds, everyone in the process sees it at once. See {@link apply}.
   *
   * @throws {GovcError} writer-failed, backend-closed; what the guard of the writer throws
   */
  apply(batch: Batch): ApplyResult {
    this.#mustAccept();
    this.#admit?.(batch, this.timeline.current);
    const result = apply(this.timeline.current, batch);
    if (result.ok) {
      const logs = logsAfter(this.backend, this.reflogs, { batch, before: this.current, after: result.snapshot });
      const pending = new PendingBatch(batch, result.snapshot, logs);
      this.#pending.push(pending);
      this.#known.set(batch, pending);
      if (this.#level === 'relaxed') this.#deadline.set();
      this.timeline.move(batch, result.snapshot);
    }
    return result;
  }

  /**
   * Resolves when everything that was applied before the call is durable; callers share appends.
   *
   * @param batch waits for this batch only, and rejects only when this one was undone; without it, any batch
   *   that was undone since the last flush of everything rejects.
   * @param level what is waited for; below `durable` nothing is, and it resolves when the batches are seen to.
   *   Default: what the writer promises.
   * @throws {GovcError} ref-conflict, transaction-refused, lock-held and others: another writer came first, or
   *   the backend refuses a batch, which is undone; the rest goes on.
   * @throws {GovcError} writer-failed: the append failed; call {@link Writer.reload}.
   * @throws {GovcError} backend-closed
   */
  async flush(batch?: Batch, level: DurabilityLevel = this.#level): Promise<void> {
    if (level !== 'durable') {
      this.#mustAccept();
      if (level === 'relaxed' && this.#pending.length > 0) {
        for (const pending of this.#pending.list()) pending.isDue = true;
        this.#deadline.set();
      }
      this.#throwUnreported();
      return;
    }
    if (batch !== undefined) {
      const known = this.#known.get(batch);
      if (known === undefined) throw new GovcError('transaction-refused', 'The batch was never applied here.');
      known.isAwaited = known.isDue = true;
      this.#pump();
      return known.settled;
    }
    this.#mustAccept();
    const waiting = this.#pending.list().filter((pending) => !pending.isUndone);
    for (const pending of waiting) pending.isAwaited = pending.isDue = true;
    this.#pump();
    this.#throwUnreported();
    await Promise.all(waiting.map((pending) => pending.settled));
  }

  /**
   * Takes over what others appended before the call. Cheap when there is nothing; concurrent calls share one
   * look. Does nothing in the state `failed`.
   *
   * @throws {GovcError} backend-closed, repository-invalid, io-failed: the current snapshot stays.
   */
  refresh(): Promise<void> {
    this.#nextRefresh ??= this.#exclusive.run(async () => {
      this.#nextRefresh = undefined;
      this.#mustBeOpen();
      if (this.#state !== 'failed') await this.#takeOver();
    });
    return this.#nextRefresh;
  }

  /**
   * The way back from `failed`: goes back to what is durable. Batches that were pending are lost, as their flushes
   * were told. In other states the same as {@link Writer.refresh}.
   *
   * @throws {GovcError} backend-closed, repository-invalid, io-failed: the state stays `failed`.
   */
  reload(): Promise<void> {
    if (this.#state !== 'failed') return this.refresh();
    return this.#exclusive.run(async () => {
      this.#mustBeOpen();
      const failure = this.#failure;
      const start = await readFromStart(this.backend);
      const lost = new Map(this.#pending.list().map((pending) => [pending, failure]));
      this.#durable = start.snapshot;
      this.#durableLogs = start.logs;
      this.#position = start.position;
      this.#state = 'idle';
      this.#failure = undefined;
      // Who flushed was told when the append failed; what nobody flushed is told at the next flush.
      this.#settle(lost, { origin: 'reload', entries: [], isWhole: true });
    });
  }

  /**
   * Puts recent objects into fewer bytes: where the backend serves what it stores, memory lets go of them; elsewhere they become a pack,
   * in slices while writing goes on, and the log begins with it.
   *
   * @returns how many objects there were
   * @throws {GovcError} writer-failed, backend-closed, aborted
   */
  async seal(options: DriveOptions = {}): Promise<number> {
    this.#mustAccept();
    if (this.#level !== 'memory') await this.flush(undefined, 'durable');
    if (findObjectKeeper(this.backend) !== undefined) {
      const { count } = this.#durable.young;
      this.#isLayered = true;
      await this.#exclusive.run(async () => {
        this.#release();
      });
      return count - this.#durable.young.count;
    }
    const from = this.#durable;
    const sealed = await driveJob(seal(from), options);
    if (sealed === from) return 0;
    await this.#exclusive.run(async () => {
      this.#mustAccept();
      this.#settleSealed(from, sealed);
      await this.backend.compact(this.#position, batchOfSnapshot(this.#durable, 'seal', this.#durableLogs));
    });
    return from.young.count;
  }

  /** Puts the pack of `sealed` in place of the young objects of `from`; those that came since stay young. */
  #settleSealed(from: Snapshot, sealed: Snapshot): void {
    const [pack] = sealed.packs;
    const known = new Set<unknown>(from.packs);
    const added = this.#durable.packs.filter((source) => !known.has(source));
    this.#durable = makeSnapshot({
      ...this.#durable,
      young: this.#durable.young.since(from.young),
      packs: [...added, pack!, ...from.packs],
    });
    this.#reapply();
  }

  /**
   * Makes what is pending durable, unless the writer has failed or promised no more than memory, and closes the backend.
   * Safe to call twice.
   *
   * @throws {GovcError} what the last flush throws; the writer and its backend are closed all the same.
   */
  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    this.#deadline.clear();
    try {
      if (this.#state !== 'failed') await this.flush(undefined, this.#isDue() ? 'durable' : 'memory');
    } finally {
      await this.#exclusive.run(async () => {
        this.#state = 'closed';
        const error = closedError();
        for (const pending of this.#pending.take(this.#pending.length)) pending.undo(error);
        await this.backend.close();
      });
    }
  }

  /** Whether anything pending is to become durable: where no more than memory is promised, what was asked for. */
  #isDue(): boolean {
    return this.#level === 'memory' ? this.#pending.list().some(({ isDue }) => isDue) : this.#pending.length > 0;
  }

  /** Starts appending unless it is under way; goes on until nothing is due. */
  #pump(): void {
    if (this.#isPumping || !this.#isDue() || this.#state !== 'idle') return;
    this.#isPumping = true;
    const run = async (): Promise<void> => {
      while (this.#isDue() && this.#state === 'idle') {
        await this.#exclusive.run(() => this.#appendPending());
      }
      // In the same turn in which nothing was found pending: who applies after it starts anew.
      this.#isPumping = false;
    };
    void run();
  }

  async #appendPending(): Promise<void> {
    if (this.#state !== 'idle') return;
    this.#state = 'writing';
    try {
      await this.#appendGroup(this.#pending.list());
      this.#state = 'idle';
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Appends these oldest pending batches. Throws only what no batch is to blame for. */
  async #appendGroup(group: readonly PendingBatch[]): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      // Taking over may have undone some; what is left of them are objects, at the same place in line.
      const pending = this.#pending.list();
      const left = new Set(pending);
      const count = group.filter((each) => left.has(each)).length;
      const batches = pending.slice(0, count).map(({ content }) => content);
      if (count === 0) return;
      try {
        const position = await this.backend.append(this.#position, batches);
        this.#confirm(count, position);
        return;
      } catch (error) {
        if (hasCode(error, 'backend-moved') && attempt < MOVED_ATTEMPTS_MAX) {
          if (attempt > MOVED_ATTEMPTS_EAGER) await nextTurn();
          await this.#takeOver();
        } else if (!hasCode(error, 'backend-moved') && !isRefusal(error)) {
          throw error;
        } else if (count === 1) {
          // Objects alone cannot be refused; they wait for the next time round.
          const oldest = this.#pending.oldest!;
          if (!isEmptyChange(oldest.content)) this.#undo(oldest, error);
          else if (isRefusal(error)) throw error;
          return;
        } else {
          // One of them is to blame: appended one by one, only that one is undone.
          for (const each of this.#pending.list().slice(0, count)) await this.#appendGroup([each]);
          return;
        }
      }
    }
  }

  #confirm(count: number, position: Position): void {
    const confirmed = this.#pending.take(count);
    this.#durable = confirmed.at(-1)!.after;
    if (findReflogKeeper(this.backend) === undefined) this.#durableLogs = confirmed.at(-1)!.logs;
    else this.#rebuildLogs();
    this.#position = position;
    this.#appendedCount += count;
    for (const pending of confirmed) pending.confirm();
    this.#release();
    this.#compactWhenLong();
  }

  /** Lays the lines of the pending batches over the durable logs again. */
  #rebuildLogs(): void {
    this.#pending.rebuildLogs(this.backend, this.#durable, this.#durableLogs);
  }

  #undo(pending: PendingBatch, error: unknown): void {
    this.#settle(new Map([[pending, error]]), { origin: 'undo', entries: [], isWhole: false });
  }

  #fail(error: unknown): void {
    if (this.#state === 'closed') return;
    this.#state = 'failed';
    this.#failure = failedError(error);
    for (const pending of this.#pending.list()) pending.undo(this.#failure);
  }

  /** Puts what others appended below the pending batches. */
  async #takeOver(): Promise<void> {
    const entries: LogEntry[] = [];
    let end: LogEnd | undefined;
    try {
      for await (const entry of this.backend.read(this.#position, READ_ONCE)) entries.push(entry);
      if (entries.length === 0) return;
    } catch (error) {
      if (!hasCode(error, 'backend-moved')) throw error;
      end = await readFromStart(this.backend);
      entries.length = 0;
    }
    const start: LogEnd = { snapshot: this.#durable, logs: this.#durableLogs, position: this.#position };
    end ??= replay(this.backend, start, entries);
    this.#durable = end.snapshot;
    this.#durableLogs = end.logs;
    this.#position = end.position;
    this.#settle(new Map(), { origin: 'refresh', entries, isWhole: entries.length === 0 });
  }

  /**
   * Applies the pending batches to the durable snapshot again, undoes those that are in `undone` or no longer
   * apply, makes the result current and tells listeners of the difference. Never gives up the thread.
   */
  #settle(undone: ReadonlyMap<PendingBatch, unknown>, change: Change): void {
    const before = this.timeline.current;
    const names = new Set<RefName>();
    for (const { batch } of change.entries) for (const edit of batch.refs) names.add(edit.name);
    for (const { content } of this.#pending.list()) for (const edit of content.refs) names.add(edit.name);
    const { after, refused } = this.#pending.rebase(this.#durable, undone);
    this.#rebuildLogs();
    if (this.#pending.length > 0) this.#isLayered = true;
    for (const [each, error] of refused) {
      if (!each.isAwaited) this.#unreported.push(toError(error));
      each.undo(error);
    }
    this.timeline.move(changeBatch(change, names, before, after), after);
  }

  /** Lets go of objects that the backend serves itself. */
  #release(): void {
    const keeper = findObjectKeeper(this.backend);
    if (keeper === undefined) return;
    const { young, packs } = this.#durable;
    const isFull = young.sizeBytes > this.#youngBytesMax || young.count > YOUNG_COUNT_MAX;
    const dropsYoung = isFull || (this.#isLayered && this.#pending.length === 0);
    if (!dropsYoung && packs.length <= 1) return;
    if (!dropsYoung && this.#pending.length > 0) return;
    this.#durable = makeSnapshot({
      ...this.#durable,
      young: dropsYoung ? YoungObjects.empty : young,
      packs: [keeper.objects],
    });
    this.#reapply();
  }

  /** Lays the pending batches over the durable snapshot, which is another form of what it was. */
  #reapply(): void {
    const after = this.#pending.relay(this.#durable);
    this.#isLayered = this.#pending.length > 0;
    this.timeline.replace(after);
  }

  /** Keeps a log that is a list from growing for ever. */
  #compactWhenLong(): void {
    if (findObjectKeeper(this.backend) !== undefined) return;
    if (this.#appendedCount < LOG_LENGTH_MAX || this.#appendedCount < this.#durable.young.count / 4) return;
    this.#appendedCount = 0;
    const replacement = batchOfSnapshot(this.#durable, 'compact', this.#durableLogs);
    this.backend.compact(this.#position, replacement).catch((error: unknown) => {
      // Another writer has compacted further: nothing is left to do.
      if (!hasCode(error, 'backend-moved') && !hasCode(error, 'backend-closed')) this.#fail(error);
    });
  }

  /** Tells of what was undone when nobody waited for it. */
  #throwUnreported(): void {
    const [unreported] = this.#unreported.splice(0);
    if (unreported !== undefined) throw unreported;
  }

  #mustAccept(): void {
    this.#mustBeOpen();
    if (this.#state === 'failed') throw this.#failure;
  }

  #mustBeOpen(): void {
    if (this.#state === 'closed') throw closedError();
  }
}
