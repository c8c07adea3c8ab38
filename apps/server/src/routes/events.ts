import { authorize } from '../auth/gate.js';
import { ServerError } from '../errors.js';
import { runEventStream, type EventSink, type StreamEnd } from '../events/event-stream.js';
import type { EventFilter } from '../events/event-filter.js';
import { EVENT_TYPES, type EventType } from '../events/event-record.js';
import { eventBody } from '../events/server-event.js';
import { expandRecord } from '../events/expand-record.js';
import { isWanted } from '../events/event-filter.js';
import { SseSink } from '../events/sse.js';
import { acceptWebSocket } from '../events/web-socket.js';
import { endpoint, LiveBody, reply, type Call, type Endpoint, type Reply } from '../http/endpoint.js';
import { isUpgrade, UpgradeBody } from '../http/upgrade.js';
import type { Schema } from '../http/validate.js';
import { acquireNamed, readRepository, type RouteParts } from './parts.js';

interface EventsQuery {
  readonly types?: string;
  readonly ref?: string;
  readonly branch?: string;
  readonly path?: string;
  readonly author?: string;
  readonly last_event_id?: string;
}

const LIST: Schema = { type: 'string', minLength: 1, maxLength: 4096 };

const QUERY: Readonly<Record<string, Schema>> = {
  types: { ...LIST, description: `Separated by commas: ${EVENT_TYPES.join(', ')}. Default: all.` },
  ref: { ...LIST, description: 'Globs of refs, separated by commas: main, release/*, refs/tags/**.' },
  branch: { ...LIST, description: 'Another name of ref.' },
  path: { ...LIST, description: 'Globs of paths, separated by commas: *.tf, k8s/**.' },
  author: { ...LIST, description: 'Names or addresses, separated by commas: of who acts, or of an author of a commit.' },
  last_event_id: { type: 'string', minLength: 1, maxLength: 100, description: 'Go on after this event; "start": from the oldest that is kept. As the header Last-Event-ID.' },
};

const EVENT: Schema = {
  title: 'Event',
  type: 'object',
  required: ['id', 'type', 'repository', 'timestamp', 'actor', 'origin', 'data'],
  properties: {
    id: { type: 'string' }, type: { type: 'string', enum: EVENT_TYPES }, action: { type: 'string' }, repository: { type: 'string' },
    timestamp: { type: 'string', format: 'date-time' }, actor: { anyOf: [{ type: 'object' }, { type: 'null' }] }, origin: { type: 'string' },
    ref: { type: 'string' }, data: { type: 'object' },
  },
};

/** What the routes of events need beside what all do. */
export interface EventParts extends RouteParts {
  /** Origins whose pages may ask; `undefined`: none. */
  readonly corsOrigins: readonly string[] | undefined;
}

/** Events: as they happen, by server-sent events or a WebSocket, and as a list. */
export function eventRoutes(parts: EventParts): Endpoint[] {
  const stream = (path: string): Endpoint => endpoint<unknown, EventsQuery>({
    method: 'get', path, summary: 'Follow what happens in a repository (server-sent events, or a WebSocket)', tag: 'events', permission: 'repo:read',
    query: { type: 'object', properties: QUERY }, answers: { 200: {} }, media: ['text/event-stream'],
    handle: (call) => isUpgrade(call.headers) ? followSocket(parts, call) : followSse(parts, call),
  });
  return [
    stream('/api/v1/repos/{id}/events'), stream('/api/v1/repos/{id}/events/stream'), stream('/api/v1/repos/{id}/watch'),
    endpoint<unknown, EventsQuery & { readonly limit: number }>({
      method: 'get', path: '/api/v1/repos/{id}/events/history', summary: 'List events that are kept, oldest first', tag: 'events', permission: 'repo:read',
      query: { type: 'object', properties: { ...QUERY, limit: { type: 'integer', minimum: 1, maximum: 1000, default: 100 } } },
      answers: { 200: { type: 'object', required: ['events', 'count'], properties: { events: { type: 'array', items: EVENT }, count: { type: 'integer' }, log: { type: 'string', description: 'Which log the ids are of.' } } } },
      handle: (call) => listEvents(parts, call),
    }),
  ];
}

async function followSse(parts: EventParts, call: Call<unknown, EventsQuery>): Promise<Reply> {
  const follow = await prepare(parts, call);
  const body = new LiveBody('text/event-stream; charset=utf-8', async (response) => {
    const sink = new SseSink(response, parts.live.timers);
    await follow(sink, call.context.signal, (reason) => sink.end(reason));
  });
  return { status: 200, body, headers: { 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' } };
}

async function followSocket(parts: EventParts, call: Call<unknown, EventsQuery>): Promise<Reply> {
  mustBeSameOrigin(parts, call);
  const follow = await prepare(parts, call);
  const body = new UpgradeBody(async (upgrade) => {
    const sink = await acceptWebSocket(upgrade, parts.live.timers);
    await follow(sink, sink.signal, (reason) => sink.end(reason));
  });
  return { status: 101, body };
}

type Follow = (sink: EventSink, signal: AbortSignal, end: (reason: StreamEnd) => void) => Promise<void>;

/** Everything that can be refused is, before an answer begins. */
async function prepare(parts: EventParts, call: Call<unknown, EventsQuery>): Promise<Follow> {
  const { gate, live, clock, metrics } = parts;
  const { credentials, context } = call;
  const filter = filterOf(call.query);
  const lease = await acquireNamed(parts, call);
  const { id } = lease.resource;
  lease.release();
  const release = live.streams.open(context.principal?.userId ?? context.client.address ?? '');
  const header = call.headers['last-event-id'];
  return async (sink, signal, end) => {
    try {
      const reason = await runEventStream({
        hub: live.events, repositoryId: id, filter, clock, signal,
        acquire: () => parts.repositories.acquire(id),
        after: typeof header === 'string' && header !== '' ? header : call.query.last_event_id,
        async mustMayRead() {
          const principal = await gate.identify(credentials);
          authorize(gate, principal, { permission: 'repo:read', repository: id });
        },
        timers: live.timers, heartbeatMs: live.heartbeatMs, stopping: live.stopping,
        onSent: (type) => metrics.eventsTotal(type),
      }, sink);
      context.log.info('an event stream ended', { repository: id, reason });
      end(reason);
    } finally {
      release();
    }
  };
}

async function listEvents(parts: EventParts, call: Call<unknown, EventsQuery & { readonly limit: number }>): Promise<Reply> {
  const { limit, last_event_id: after } = call.query;
  const filter = filterOf(call.query);
  return readRepository(parts, call, async (hosted) => {
    const log = await parts.live.events.logOf(hosted);
    const events = [];
    const request = { repository: hosted.repository, repositoryId: hosted.id, log: log.id, signal: call.context.signal };
    const place = /^[0-9a-f]{16}-(\d{1,15})-\d+$/.exec(after ?? '');
    let isPast = place === null || !after!.startsWith(log.id);
    for (const record of log.after(isPast ? log.start : Number(place![1]) - 1, Number.MAX_SAFE_INTEGER)) {
      for (const event of await expandRecord(record, request)) {
        if (isPast && isWanted(event, filter) && events.length < limit) events.push(eventBody(event));
        if (event.id === after) isPast = true;
      }
      // The place may be one whose event is told in another way now.
      isPast = true;
      if (events.length >= limit) break;
    }
    return reply(200, { events, count: events.length, log: log.id });
  });
}

function filterOf({ types, ref, branch, path, author }: EventsQuery): EventFilter {
  const split = (text: string | undefined): string[] => (text ?? '').split(',').map((each) => each.trim()).filter((each) => each !== '');
  const wanted = split(types).filter((type) => type !== '*');
  const unknown = wanted.find((type) => !EVENT_TYPES.includes(type as EventType));
  if (unknown !== undefined) {
    throw new ServerError('request-invalid', `There is no event "${unknown.slice(0, 60)}"; there are ${EVENT_TYPES.join(', ')}.`, { place: 'query', path: '/types' });
  }
  return { types: wanted as EventType[], refs: [...split(ref), ...split(branch)], paths: split(path), authors: split(author) };
}

/** A page of another site must not read with what the browser remembers. */
function mustBeSameOrigin({ corsOrigins = [] }: EventParts, { headers, origin }: Call): void {
  const from = headers['origin'];
  if (typeof from !== 'string' || corsOrigins.includes(from) || corsOrigins.includes('*')) return;
  if (URL.canParse(from) && new URL(from).host === new URL(origin).host) return;
  throw new ServerError('host-refused', `The page "${from.slice(0, 100)}" is of another site.`, { origin: from.slice(0, 200) });
}
