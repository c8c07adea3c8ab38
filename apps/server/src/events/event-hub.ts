import type { AsyncLocalStorage } from 'node:async_hooks';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { AppliedBatch, Person, Snapshot } from '@govc/core';
import type { Logger } from '@govc/logging';

import type { HostedRepository } from '../repositories/repositories.js';
import { EventLog } from './event-log.js';
import type { EventActor, EventNote, EventRecord, RefMove } from './event-record.js';
import { FileEventStore, MemoryEventStore, type EventStore } from './event-store.js';

/** What {@link EventHub} needs. */
export interface EventHubOptions {
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** An id for a new log. */
  readonly makeId: () => string;
  /** Who acts while a request is answered. */
  readonly actors: AsyncLocalStorage<Person>;
  readonly logger: Logger;
  /** The header `traceparent` of what runs now. */
  readonly trace: () => string | undefined;
}

/** Told of each record when it is in the log. */
export type RecordListener = (repositoryId: string, record: EventRecord) => void;

/**
 * Turns what repositories apply into event logs.
 *
 * 1. A record is written when the batch is durable, never for one that is undone.
 * 2. The records of a repository are in the order in which its batches were applied.
 * 3. A log lives as long as its repository; readers find it by the repository's id, open or not.
 */
export class EventHub {
  readonly #options: EventHubOptions;
  readonly #feeds = new Map<string, RepositoryFeed>();
  readonly #listeners = new Set<RecordListener>();
  readonly #endListeners = new Map<string, Set<() => void>>();

  constructor(options: EventHubOptions) {
    this.#options = options;
  }

  /** Watches a repository that was opened. */
  attach(hosted: HostedRepository, { isForeign }: { readonly isForeign: boolean }): void {
    const feed = new RepositoryFeed(hosted, { ...this.#options, isForeign }, (record) => {
      for (const listener of this.#listeners) listener(hosted.id, record);
    });
    this.#feeds.set(hosted.id, feed);
  }

  /** A repository was closed: waits until everything is in its log. */
  async detach(hosted: HostedRepository): Promise<void> {
    const feed = this.#feeds.get(hosted.id);
    if (feed?.hosted !== hosted) return;
    await feed.settle();
    feed.close();
    if (this.#feeds.get(hosted.id) === feed) this.#feeds.delete(hosted.id);
  }

  /** A repository was deleted: those who read its log are told. */
  delete(repositoryId: string): void {
    const listeners = this.#endListeners.get(repositoryId);
    this.#endListeners.delete(repositoryId);
    for (const listener of listeners ?? []) listener();
  }

  /** The log of an open repository with everything in it that was applied before the call. */
  async logOf(hosted: HostedRepository): Promise<EventLog> {
    const feed = this.#feeds.get(hosted.id);
    if (feed === undefined) throw new Error('Invariant broken in @govc/server: the repository is not watched.');
    await feed.settle();
    return feed.open();
  }

  /** Keeps an open repository open for a reader; gives the function that lets it go. */
  read(hosted: HostedRepository): () => void {
    const feed = this.#feeds.get(hosted.id);
    if (feed === undefined) return () => undefined;
    feed.readerCount++;
    let isOver = false;
    return () => {
      if (!isOver) feed.readerCount--;
      isOver = true;
    };
  }

  /** Whether somebody reads the log of an open repository. */
  isRead(hosted: HostedRepository): boolean {
    return (this.#feeds.get(hosted.id)?.readerCount ?? 0) > 0;
  }

  /** Records something that moves no refs. Resolves when it is in the log. */
  async note(hosted: HostedRepository, note: EventNote): Promise<void> {
    await this.#feeds.get(hosted.id)?.note(note);
  }

  /** Calls `listener` for each record; gives the function that ends it. */
  onRecord(listener: RecordListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Calls `listener` when the repository is deleted; gives the function that ends it. */
  onDelete(repositoryId: string, listener: () => void): () => void {
    const listeners = this.#endListeners.get(repositoryId) ?? new Set();
    this.#endListeners.set(repositoryId, listeners);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#endListeners.get(repositoryId) === listeners) this.#endListeners.delete(repositoryId);
    };
  }
}

/** Batches that come from outside of this process, or take one back: they are durable, and nobody of a request made them. */
const OUTSIDE = new Set(['load', 'refresh', 'reload', 'undo']);

const FILE_NAME = 'govc-events';

/** Watches one open repository. */
class RepositoryFeed {
  readonly hosted: HostedRepository;
  readerCount = 0;
  readonly #options: EventHubOptions & { readonly isForeign: boolean };
  readonly #tell: (record: EventRecord) => void;
  readonly #startRefs: Snapshot['refs'];
  readonly #unsubscribe: () => void;
  /** Who was there when the repository was opened: of a new one, who made it. */
  readonly #maker: Person | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #log: Promise<EventLog> | undefined;

  constructor(hosted: HostedRepository, options: EventHubOptions & { readonly isForeign: boolean }, tell: (record: EventRecord) => void) {
    this.hosted = hosted;
    this.#options = options;
    this.#tell = tell;
    this.#startRefs = hosted.repository.snapshot.refs;
    this.#maker = options.actors.getStore();
    this.#unsubscribe = hosted.repository.subscribe((event) => this.#onApplied(event));
    if (!options.isForeign && tipOf(this.#startRefs) === undefined) {
      void this.#inTurn(async () => {
        await this.open();
      });
    }
  }

  /** Resolves when everything that was applied so far is in the log. */
  async settle(): Promise<void> {
    await this.#last;
  }

  close(): void {
    this.#unsubscribe();
  }

  open(): Promise<EventLog> {
    this.#log ??= this.#open().catch((error: unknown) => {
      this.#log = undefined;
      throw error;
    });
    return this.#log;
  }

  note(note: EventNote): Promise<void> {
    const actor = this.#options.actors.getStore();
    const timeMs = this.#options.clock();
    const trace = this.#options.trace();
    return this.#inTurn(async () => {
      const log = await this.open();
      this.#tell(await log.append({ timeMs, actor: actorOf(actor), origin: note.type, trace, note }, log.refs));
    });
  }

  #onApplied({ batch, after }: AppliedBatch): void {
    if (batch.refs.length === 0) return;
    const isOutside = OUTSIDE.has(batch.origin);
    const actor = isOutside ? batch.reflog?.identity : (this.#options.actors.getStore() ?? batch.reflog?.identity ?? lineOf(batch)?.identity);
    const origin = isOutside ? 'outside' : batch.origin === 'publish' ? (lineOf(batch)?.verb ?? 'publish') : batch.origin;
    const timeMs = this.#options.clock();
    const trace = isOutside ? undefined : this.#options.trace();
    void this.#inTurn(async () => {
      if (!isOutside) {
        // Who applied it is about to flush it with all the rest.
        await nextTurn();
        await this.hosted.repository.flush(batch);
      }
      const log = await this.open();
      const refs = log.refs.edit();
      const moves: RefMove[] = [];
      for (const { name } of batch.refs) {
        const now = after.refs.get(name);
        const known = log.refs.get(name);
        const afterId = now?.kind === 'direct' ? now.id : null;
        const beforeId = known?.kind === 'direct' ? known.id : null;
        if (now === undefined) refs.delete(name);
        else refs.set(name, now);
        if (afterId === beforeId || !name.startsWith('refs/')) continue;
        moves.push({ ref: name, before: beforeId, after: afterId, ...(beforeId === null ? { base: tipOf(log.refs) } : {}) });
      }
      if (moves.length > 0) this.#tell(await log.append({ timeMs, actor: actorOf(actor), origin, trace, moves }, refs.finish()));
    });
  }

  async #open(): Promise<EventLog> {
    const { directory } = this.hosted;
    const { makeId, clock, logger, isForeign } = this.#options;
    const begin = (store: EventStore): ReturnType<typeof EventLog.open> => EventLog.open({ store, makeId }, this.#startRefs);
    const store = directory === undefined ? new MemoryEventStore() : new FileEventStore(join(directory.commonPath, FILE_NAME));
    const { log, isNew, missed } = await begin(store).catch((error: unknown) => {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EACCES' && code !== 'EROFS' && code !== 'EPERM') throw error;
      logger.warn('the event log of a repository is in memory, because its folder cannot be written', { repository: this.hosted.id, error });
      return begin(new MemoryEventStore());
    });
    const timeMs = clock();
    if (missed.length > 0) {
      const base = tipOf(this.#startRefs);
      const moves = missed.map((move) => move.before === null && move.ref !== headOf(this.#startRefs) ? { ...move, base } : move);
      this.#tell(await log.append({ timeMs, origin: 'outside', moves }, log.refs));
    }
    if (isNew && !isForeign && tipOf(this.#startRefs) === undefined) {
      const note: EventNote = { type: 'repository', action: 'created', data: { memory_only: this.hosted.isMemoryOnly } };
      this.#tell(await log.append({ timeMs, actor: actorOf(this.#maker), origin: 'repository', note }, log.refs));
    }
    return log;
  }

  /** Errors end one record, not the feed: what is missing in the log is found when it is opened again. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const result = this.#last.then(work);
    this.#last = result.catch((error: unknown) => {
      const code = String((error as { code?: unknown }).code);
      if (UNDONE.has(code)) return;
      this.#options.logger.error('an event could not be recorded', { repository: this.hosted.id, error });
    });
    return result.catch(() => undefined);
  }
}

/** How a flush says that its batch did not last. */
const UNDONE = new Set(['ref-conflict', 'transaction-refused', 'lock-held', 'writer-failed', 'backend-closed', 'ref-refused', 'ref-name-clash']);

/** The branch that `HEAD` names. */
function headOf(refs: Snapshot['refs']): string | undefined {
  const head = refs.get('HEAD');
  return head?.kind === 'symbolic' ? head.target : undefined;
}

/** The tip of the branch that `HEAD` names. */
function tipOf(refs: Snapshot['refs']) {
  const head = refs.get('HEAD');
  const value = head?.kind === 'symbolic' ? refs.get(head.target) : head;
  return value?.kind === 'direct' ? value.id : undefined;
}

/** What the newest line for a reflog says of who did what. */
function lineOf({ reflogEdits, reflog }: AppliedBatch['batch']): { readonly identity: EventActor; readonly verb: string } | undefined {
  const step = reflogEdits.findLast((edit) => edit.step.kind === 'append')?.step;
  const entry = step?.kind === 'append' ? step.entry : reflog === undefined ? undefined : { ...reflog.identity, message: reflog.message };
  if (entry === undefined) return undefined;
  return { identity: { name: entry.name, email: entry.email }, verb: /^[a-z-]+/.exec(entry.message)?.[0] ?? 'publish' };
}

function actorOf(person: { readonly name?: string | undefined; readonly email?: string | undefined } | undefined): EventActor | undefined {
  return person?.name === undefined || person.email === undefined ? undefined : { name: person.name, email: person.email };
}
