import { GovcApiError, clientError } from './errors.js';
import type { AnswerOf, QueryOf } from './request.js';
import type { Requests } from './requests.js';
import { SseReader, type StreamedEvent } from './sse.js';
import { backoff, type CallOptions, type Transport } from './transport.js';

/** Something that happened in a repository. */
export type RepositoryEvent = AnswerOf<'GET', '/api/v1/repos/{id}/events/history'>['events'][number];

/** Which events, from where on, and how to follow them. */
export interface FollowOptions extends QueryOf<'GET', '/api/v1/repos/{id}/events'> {
  /** Ends the stream; the iterator ends then, it does not throw. */
  readonly signal?: AbortSignal | undefined;
  /** How often in a row it may fail to connect before that is an error. Default: without end. */
  readonly retries?: number | undefined;
  /** How long nothing may come, in milliseconds, before the connection counts as dead; the server sends something every 15 s. Default: 60000. */
  readonly idleMs?: number | undefined;
  /** Told that events are missing, because the server does not keep what came after the last one that was seen. */
  readonly onReset?: ((facts: unknown) => void) | undefined;
}

/** What happens in a repository. */
export class Events {
  readonly #requests: Requests;
  readonly #transport: Transport;

  constructor(requests: Requests, transport: Transport) {
    this.#requests = requests;
    this.#transport = transport;
  }

  /** Events that are kept, oldest first. */
  history(repo: string, query: QueryOf<'GET', '/api/v1/repos/{id}/events/history'> = {}, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/events/history', { ...options, params: { id: repo }, query });
  }

  /**
   * Events as they happen, each once and in order: after a lost connection it connects again and goes on after the last one.
   * Leaving the loop ends the connection.
   *
   * @example
   * for await (const event of client.events.follow('team/app', { ref: 'main' })) console.log(event.type, event.ref);
   */
  async *follow(repo: string, options: FollowOptions = {}): AsyncGenerator<RepositoryEvent, void, undefined> {
    const { signal, retries = Number.POSITIVE_INFINITY, onReset } = options;
    const place: Place = { lastId: options.last_event_id, seen: undefined, retryMs: 0, failures: 0 };
    while (!isOver(signal)) {
      try {
        for await (const event of this.#connection(repo, options, place)) {
          place.failures = 0;
          if (event.type === 'connected') rememberStart(place, parsed(event));
          if (event.type === 'reset') onReset?.(parsed(event));
          if (NOTICES.has(event.type) || (place.seen !== undefined && event.id.startsWith(place.seen))) continue;
          if (event.id !== '') place.lastId = event.id;
          yield parsed(event) as RepositoryEvent;
        }
      } catch (error) {
        if (isOver(signal)) return;
        if (!isPassing(error) || place.failures >= retries) throw error;
        place.retryMs = Math.max(place.retryMs, (error as GovcApiError).retryAfterMs ?? 0);
      }
      await this.#waitToReturn(place, signal);
    }
  }

  async #waitToReturn(place: Place, signal: AbortSignal | undefined): Promise<void> {
    const { wait, random, signal: own } = this.#transport.settings;
    const delayMs = Math.max(backoff(place.failures, random), place.retryMs);
    place.failures += 1;
    try {
      await wait(delayMs, [signal, own]);
    } catch (error) {
      if (!isOver(signal)) throw error;
    }
  }

  /** The events of one connection. */
  async *#connection(repo: string, options: FollowOptions, place: Place): AsyncGenerator<StreamedEvent, void, undefined> {
    const { types, ref, branch, path, author, idleMs = 60_000, signal } = options;
    const { lastId } = place;
    const headers = { accept: 'text/event-stream', ...(lastId === undefined ? {} : { 'last-event-id': lastId }) };
    const call = { params: { id: repo }, query: { types, ref, branch, path, author }, headers, signal, retries: 0, idleMs };
    const { stream, type } = await this.#requests.download('GET', '/api/v1/repos/{id}/events', call);
    const lines = stream.getReader();
    try {
      if (!type.startsWith('text/event-stream')) throw clientError('client-answer-invalid', `The server answered ${type} in place of events.`);
      const reader = new SseReader();
      const decoder = new TextDecoder();
      for (let piece = await lines.read(); !piece.done; piece = await lines.read()) {
        yield* reader.feed(decoder.decode(piece.value, { stream: true }));
        place.retryMs = reader.retryMs ?? 0;
      }
    } finally {
      await lines.cancel().catch(ignoreEnded);
    }
  }
}

function isOver(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

/** Where a follower stands. */
interface Place {
  lastId: string | undefined;
  /** How the ids of what had happened before the first connection begin, where the place is known from nothing else. */
  seen: string | undefined;
  retryMs: number;
  /** Connections in a row that gave nothing. */
  failures: number;
}

/** What the server says of the stream itself. */
const NOTICES = new Set(['connected', 'reset', 'end']);

/** Where the log ended when the stream began: a connection that is lost before the first event must not lose that event. */
function rememberStart(place: Place, notice: unknown): void {
  const { position } = notice as { readonly position?: unknown };
  if (place.lastId !== undefined || typeof position !== 'string') return;
  place.lastId = position;
  // The position is that of the last record; a record may be several events, and all of it is past.
  place.seen = position.slice(0, position.lastIndexOf('-') + 1);
}

/** Whether it makes sense to come again: the way or the server failed, the request did not. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof GovcApiError)) return true;
  const { status, code } = error;
  if (status !== undefined) return status >= 500 || status === 429;
  return code === 'client-not-connected' || code === 'client-timed-out';
}

function parsed({ data }: StreamedEvent): unknown {
  try {
    return JSON.parse(data) as unknown;
  } catch (error) {
    throw clientError('client-answer-invalid', 'An event of the server is not JSON.', { cause: error });
  }
}

/** A connection that broke has nothing to cancel any more. */
function ignoreEnded(): void {
  return undefined;
}
