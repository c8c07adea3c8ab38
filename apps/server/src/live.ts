import type { AsyncLocalStorage } from 'node:async_hooks';
import { setMaxListeners } from 'node:events';

import type { Person } from '@govc/core';
import type { Logger } from '@govc/logging';
import type { ServerMetrics } from '@govc/metrics';

import { plainCodec } from './auth/record-codecs.js';
import type { SystemRepository } from './auth/system-repository.js';
import { EventHub } from './events/event-hub.js';
import { StreamCount } from './events/stream-count.js';
import { SYSTEM_TIMERS, type Timers } from './events/timers.js';
import { Realities } from './realities/realities.js';
import type { RepositoryObserver } from './repositories/leases.js';
import type { Repositories } from './repositories/repositories.js';
import { DeliveryLog } from './webhooks/delivery-log.js';
import { createOutbound } from './webhooks/outbound.js';
import { Policies, type Policy } from './webhooks/policies.js';
import type { Webhook } from './webhooks/webhook.js';
import { Webhooks } from './webhooks/webhooks.js';

/** What watches repositories from the moment at which the first is opened. */
export interface LiveCore {
  readonly realities: Realities;
  readonly events: EventHub;
  readonly streams: StreamCount;
  readonly timers: Timers;
  readonly heartbeatMs: number;
  /** Raised when the server begins to stop. */
  readonly stopping: AbortSignal;
  /** Hears of repositories that are opened, closed and deleted. */
  readonly observer: RepositoryObserver;
  /** Called with the id of each repository that was deleted. */
  readonly onDeleted: Set<(id: string) => void>;
  /** Begins to end what goes on by itself. */
  beginStop(): void;
}

/** What of a server lives between requests. */
export interface Live extends LiveCore {
  readonly webhooks: Webhooks;
  readonly policies: Policies;
  /** Hosts that webhooks and policies may reach although they are inside. */
  readonly allowedHosts: readonly string[];
  /** Goes on with deliveries. */
  start(): Promise<void>;
  /** Ends what goes on by itself: event streams, deliveries. */
  stop(): Promise<void>;
}

/** What {@link createLiveCore} needs. */
export interface LiveCoreOptions {
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly random: (sizeBytes: number) => Uint8Array;
  /** Who acts while a request is answered. */
  readonly actors: AsyncLocalStorage<Person>;
  readonly logger: Logger;
  /** Whether the server serves repositories that others made. */
  readonly isForeign: boolean;
  /** The header `traceparent` of what runs now; `undefined`: it is part of no trace. */
  readonly trace: () => string | undefined;
  /** Default: those of the machine. */
  readonly timers?: Timers | undefined;
}

/** Proxies close connections on which nothing happens for a minute, often less. */
const HEARTBEAT_MS = 15_000;

/** The part of the live half that repositories need to be opened. */
export function createLiveCore({ clock, random, actors, logger, isForeign, trace, timers = SYSTEM_TIMERS }: LiveCoreOptions): LiveCore {
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  const realities = new Realities({ clock });
  const events = new EventHub({ clock, actors, logger, trace, makeId: () => Buffer.from(random(8)).toString('hex') });
  const onDeleted = new Set<(id: string) => void>();
  const observer: RepositoryObserver = {
    opened: (hosted) => events.attach(hosted, { isForeign }),
    async closed(hosted) {
      realities.drop(hosted);
      await events.detach(hosted);
    },
    renamed: (from) => events.delete(from),
    deleted(id) {
      events.delete(id);
      for (const listener of onDeleted) listener(id);
    },
    isBusy: (hosted) => realities.isHolding(hosted) || events.isRead(hosted),
  };
  return {
    realities, events, observer, onDeleted, timers,
    streams: new StreamCount(),
    heartbeatMs: HEARTBEAT_MS,
    stopping: stopping.signal,
    beginStop: () => stopping.abort(),
  };
}

/** What {@link openLive} needs beside the core. */
export interface LiveOptions extends LiveCoreOptions {
  readonly repositories: Repositories;
  /** Keeps webhooks and policies. */
  readonly system: SystemRepository;
  /** Where the log of deliveries is kept; `undefined`: in memory. */
  readonly deliveryPath: string | undefined;
  readonly allowedHosts: readonly string[];
  readonly metrics: ServerMetrics;
  readonly version: string;
}

/** The live half of a server. */
export async function openLive(core: LiveCore, options: LiveOptions): Promise<Live> {
  const { clock, random, logger, repositories, system, deliveryPath, allowedHosts, metrics, version } = options;
  const { events, timers } = core;
  const outbound = createOutbound({ allowed: allowedHosts, timers });
  const webhooks = new Webhooks({
    store: system.table('webhooks', plainCodec<Webhook>()),
    log: new DeliveryLog(deliveryPath),
    hub: events, acquire: (id) => repositories.acquire(id), outbound, clock, random, timers, logger, version,
    onAttempt(result, seconds) {
      metrics.webhookDeliveries(result);
      metrics.webhookDurationSeconds(seconds);
    },
  });
  const policies = await Policies.open({ store: system.table('policies', plainCodec<Policy>()), outbound, clock, logger, trace: options.trace });
  core.onDeleted.add((id) => {
    Promise.all([webhooks.deleteOf(id), policies.deleteOf(id)]).catch((error: unknown) => {
      logger.error('the webhooks of a deleted repository are left', { repository: id, error });
    });
  });
  return {
    ...core, webhooks, policies, allowedHosts,
    start: () => webhooks.start(),
    async stop() {
      core.beginStop();
      await webhooks.stop();
    },
  };
}
