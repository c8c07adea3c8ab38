import type { Lease } from '@govc/pool';

import type { HostedRepository } from '../repositories/repositories.js';
import type { EventHub } from './event-hub.js';
import type { EventLog } from './event-log.js';
import { isWanted, type EventFilter } from './event-filter.js';
import { expandRecord } from './expand-record.js';
import { parseEventId, type ServerEvent } from './server-event.js';
import type { Timers } from './timers.js';

/** Why a stream ended. */
export type StreamEnd = 'client-left' | 'access-ended' | 'repository-deleted' | 'server-stopping' | 'slow-reader';

/** Where events go. Each call resolves when more may be sent; false: the client is gone or does not read. */
export interface EventSink {
  event(event: ServerEvent): Promise<boolean>;
  /** Something about the stream itself. */
  notice(type: 'connected' | 'reset', data: Readonly<Record<string, unknown>>): Promise<boolean>;
  /** Shows that the connection lives. */
  beat(): Promise<boolean>;
  /** Whether the client is gone, which needs no reason. */
  readonly isGone: boolean;
}

/** What a stream is made of. */
export interface EventStreamRequest {
  readonly hub: EventHub;
  readonly repositoryId: string;
  readonly acquire: () => Promise<Lease<HostedRepository>>;
  readonly filter: EventFilter;
  /** The id of the last event that the client has; `start`: everything that is kept; `undefined`: what comes from now on. */
  readonly after: string | undefined;
  /** Asks anew whether the client may read. @throws when it may not */
  readonly mustMayRead: () => Promise<void>;
  readonly clock: () => number;
  readonly timers: Timers;
  readonly heartbeatMs: number;
  /** Raised when the client leaves. */
  readonly signal: AbortSignal;
  /** Raised when the server stops. */
  readonly stopping: AbortSignal;
  /** Counts an event that was sent. */
  readonly onSent: (type: string) => void;
}

const RECORDS_AT_ONCE = 50;
/** Who may read is asked before an event when the last answer is older. */
const ANSWER_AGE_MS = 1000;

/**
 * Sends the events of a repository until something ends it. What is not sent yet stays in the log, so that nothing grows however slowly the
 * client reads.
 *
 * @throws {ServerError} repository-unknown, before anything was sent
 */
export async function runEventStream(request: EventStreamRequest, sink: EventSink): Promise<StreamEnd> {
  const stream = new EventStream(request, sink);
  try {
    return await stream.run();
  } finally {
    stream.close();
  }
}

class EventStream {
  readonly #request: EventStreamRequest;
  readonly #sink: EventSink;
  readonly #cleanups: (() => void)[] = [];
  #isDeleted = false;
  #askedMs: number;
  #wake: () => void = () => undefined;
  #letGo: () => void = () => undefined;

  constructor(request: EventStreamRequest, sink: EventSink) {
    this.#request = request;
    this.#sink = sink;
    this.#askedMs = request.clock();
    const wake = (): void => this.#wake();
    for (const signal of [request.signal, request.stopping]) {
      signal.addEventListener('abort', wake);
      this.#cleanups.push(() => signal.removeEventListener('abort', wake));
    }
    this.#cleanups.push(request.hub.onDelete(request.repositoryId, () => {
      this.#isDeleted = true;
      this.#wake();
    }));
  }

  close(): void {
    this.#letGo();
    for (const cleanup of this.#cleanups) cleanup();
  }

  async run(): Promise<StreamEnd> {
    let log = await this.#openLog();
    const start = startOf(log, this.#request.after);
    let { sequence, index } = start;
    if (!(await this.#sink.notice('connected', { repository: this.#request.repositoryId, message: 'Connected to the event stream.', ...idOf(log) }))) return this.#lost();
    if (start.reset !== undefined && !(await this.#sink.notice('reset', { reason: start.reset, ...idOf(log) }))) return this.#lost();
    for (;;) {
      const end = this.#findEnd();
      if (end !== undefined) return end;
      const records = log.after(sequence, RECORDS_AT_ONCE);
      if (records.length === 0) {
        if ((await this.#wait(log)) === 'woken') continue;
        if (!(await this.#mayRead(0))) return 'access-ended';
        if (!(await this.#sink.beat())) return this.#lost();
        // Looks for what others did to the repository, and for the log of one that took its place.
        const now = await this.#findLog();
        if (now === undefined) return 'repository-deleted';
        if (now.id !== log.id) {
          ({ sequence, index } = { sequence: now.start, index: -1 });
          if (!(await this.#sink.notice('reset', { reason: 'unknown-log', ...idOf(now) }))) return this.#lost();
        }
        log = now;
        continue;
      }
      for (const record of records) {
        const events = await this.#expand(log, record);
        if (events === undefined) return 'repository-deleted';
        for (const [at, event] of events.entries()) {
          if (at <= index || !isWanted(event, this.#request.filter)) continue;
          if (!(await this.#mayRead(ANSWER_AGE_MS))) return 'access-ended';
          const ended = this.#findEnd();
          if (ended !== undefined) return ended;
          if (!(await this.#sink.event(event))) return this.#lost();
          this.#request.onSent(event.type);
        }
        ({ sequence } = record);
        index = -1;
      }
    }
  }

  async #openLog(): Promise<EventLog> {
    const { hub, acquire } = this.#request;
    const lease = await acquire();
    try {
      this.#letGo();
      this.#letGo = hub.read(lease.resource);
      return await hub.logOf(lease.resource);
    } finally {
      lease.release();
    }
  }

  async #findLog(): Promise<EventLog | undefined> {
    try {
      return await this.#openLog();
    } catch (error) {
      if (isUnknown(error)) return undefined;
      throw error;
    }
  }

  async #expand(log: EventLog, record: Parameters<typeof expandRecord>[0]): Promise<ServerEvent[] | undefined> {
    const { acquire, repositoryId, signal } = this.#request;
    try {
      const lease = await acquire();
      try {
        return await expandRecord(record, { repository: lease.resource.repository, repositoryId, log: log.id, signal });
      } finally {
        lease.release();
      }
    } catch (error) {
      if (isUnknown(error)) return undefined;
      if (signal.aborted) return [];
      throw error;
    }
  }

  /** Waits for a record, an end, or a heartbeat. */
  #wait(log: EventLog): Promise<'woken' | 'heartbeat'> {
    return new Promise((resolve) => {
      const finish = (why: 'woken' | 'heartbeat'): void => {
        this.#wake = () => undefined;
        forget();
        cancel();
        resolve(why);
      };
      const forget = log.onAppend(() => finish('woken'));
      const cancel = this.#request.timers.after(this.#request.heartbeatMs, () => finish('heartbeat'));
      this.#wake = () => finish('woken');
    });
  }

  async #mayRead(ageMs: number): Promise<boolean> {
    const { clock, mustMayRead } = this.#request;
    const now = clock();
    if (now - this.#askedMs < ageMs) return true;
    try {
      await mustMayRead();
      this.#askedMs = now;
      return true;
    } catch (error) {
      if (typeof (error as { code?: unknown }).code !== 'string') throw error;
      return false;
    }
  }

  #findEnd(): StreamEnd | undefined {
    const { signal, stopping } = this.#request;
    if (signal.aborted || this.#sink.isGone) return 'client-left';
    if (this.#isDeleted) return 'repository-deleted';
    return stopping.aborted ? 'server-stopping' : undefined;
  }

  #lost(): StreamEnd {
    return this.#request.signal.aborted || this.#sink.isGone ? 'client-left' : 'slow-reader';
  }
}

function idOf(log: EventLog): { readonly log: string; readonly position: string } {
  return { log: log.id, position: `${log.id}-${log.end.sequence}-0` };
}

/** Where a reader begins, and why it is not where it asked for. */
function startOf(log: EventLog, after: string | undefined): { readonly sequence: number; readonly index: number; readonly reset?: string } {
  if (after === undefined) return { sequence: log.end.sequence, index: -1 };
  if (after === 'start') return { sequence: log.start, index: -1 };
  const place = parseEventId(after);
  if (place === undefined || place.log !== log.id || place.sequence > log.end.sequence) return { sequence: log.start, index: -1, reset: 'unknown-log' };
  // The events of one record have indexes; those after the last one seen are still to come.
  if (place.sequence - 1 < log.start) return { sequence: log.start, index: -1, reset: 'forgotten' };
  return { sequence: place.sequence - 1, index: place.index };
}

function isUnknown(error: unknown): boolean {
  return (error as { code?: unknown }).code === 'repository-unknown';
}
