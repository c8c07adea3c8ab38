import type { RecordStore } from '@govc/auth';
import type { Logger } from '@govc/logging';
import type { Lease } from '@govc/pool';

import { ServerError } from '../errors.js';
import type { EventHub } from '../events/event-hub.js';
import type { EventActor } from '../events/event-record.js';
import { expandRecord } from '../events/expand-record.js';
import { parseEventId, type ServerEvent } from '../events/server-event.js';
import type { Timers } from '../events/timers.js';
import type { HostedRepository } from '../repositories/repositories.js';
import type { Delivery, DeliveryLog } from './delivery-log.js';
import type { Outbound, OutboundAnswer } from './outbound.js';
import { contentOf, signatures, wants, type DeliveryContent, type Webhook } from './webhook.js';

/** How deliveries are tried. */
export interface DeliveryRules {
  readonly timeoutMs: number;
  /** Attempts before a delivery is given up. */
  readonly attemptsMax: number;
  /** Before the second attempt; doubled before each further one, and up to half of it taken off at random. */
  readonly backoffMs: number;
  readonly backoffMsMax: number;
  /** Deliveries in a row that were given up before the webhook is switched off. */
  readonly failuresMax: number;
}

/** The rules of a server. */
export const DELIVERY_RULES: DeliveryRules = { timeoutMs: 10_000, attemptsMax: 8, backoffMs: 1000, backoffMsMax: 300_000, failuresMax: 10 };

/** What {@link Webhooks} needs. */
export interface WebhooksOptions {
  readonly store: RecordStore<Webhook>;
  readonly log: DeliveryLog;
  readonly hub: EventHub;
  readonly acquire: (repositoryId: string) => Promise<Lease<HostedRepository>>;
  readonly outbound: Outbound;
  readonly clock: () => number;
  readonly random: (sizeBytes: number) => Uint8Array;
  readonly timers: Timers;
  readonly logger: Logger;
  readonly version: string;
  readonly rules?: DeliveryRules | undefined;
  /** Counts an attempt. */
  readonly onAttempt: (result: 'delivered' | 'failed' | 'refused', seconds: number) => void;
}

const COUNT_MAX = 50;
const RECORDS_AT_ONCE = 20;

/**
 * Delivers the events of repositories to webhooks. The queue of a webhook is the event log of its repository, from the place to which the
 * webhook has come: whatever was recorded is delivered at least once, in order, also after a crash.
 */
export class Webhooks {
  readonly #options: WebhooksOptions;
  readonly #rules: DeliveryRules;
  readonly #workers = new Map<string, Worker>();
  readonly #failures = new Map<string, number>();
  readonly #ended = new AbortController();
  #isStopping = false;

  constructor(options: WebhooksOptions) {
    this.#options = options;
    this.#rules = options.rules ?? DELIVERY_RULES;
  }

  /** Goes on with what was not delivered when the server stopped. */
  async start(): Promise<void> {
    for (const webhook of await this.#options.store.list()) this.#work(webhook);
  }

  /** Gives up attempts under way; they are made again at the next start. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#ended.abort();
    await Promise.all([...this.#workers.values()].map((worker) => worker.stop()));
  }

  async list(repositoryId: string): Promise<Webhook[]> {
    return (await this.#options.store.list()).filter(({ repository }) => repository === repositoryId);
  }

  /** @throws {ServerError} webhook-unknown */
  async get(repositoryId: string, id: string): Promise<Webhook> {
    const found = await this.#options.store.find(id);
    if (found?.repository === repositoryId) return found;
    throw new ServerError('webhook-unknown', `There is no webhook "${id.slice(0, 100)}".`, { id: id.slice(0, 100) });
  }

  /** @throws {ServerError} webhooks-exhausted */
  async add(webhook: Webhook): Promise<Webhook> {
    if ((await this.list(webhook.repository)).length >= COUNT_MAX) {
      throw new ServerError('webhooks-exhausted', `A repository has at most ${COUNT_MAX} webhooks.`, { max: COUNT_MAX });
    }
    await this.#options.log.settle(webhook.id, { place: webhook.since });
    await this.#options.store.insert(webhook.id, webhook);
    this.#work(webhook);
    return webhook;
  }

  /** Changes a webhook; one that is switched on again goes on where it stopped. */
  async update(id: string, change: (webhook: Webhook) => Webhook): Promise<Webhook> {
    await this.#workers.get(id)?.stop();
    this.#workers.delete(id);
    this.#failures.delete(id);
    const webhook = await this.#options.store.update(id, change);
    if (webhook === undefined) throw new ServerError('webhook-unknown', 'There is no such webhook.', { id });
    this.#work(webhook);
    return webhook;
  }

  async delete(id: string): Promise<void> {
    await this.#workers.get(id)?.stop();
    this.#workers.delete(id);
    await this.#options.store.delete(id);
    await this.#options.log.forget(id);
  }

  /** All of a repository that has another name go on under it. */
  async renameOf(from: string, to: string): Promise<void> {
    for (const { id } of await this.list(from)) await this.update(id, (webhook) => ({ ...webhook, repository: to }));
  }

  /**
   * Tells those who want to know that a repository is gone; its event log is gone with it, so that this is tried once and not kept.
   *
   * @param webhooks those that it had
   */
  async announceDeletion(webhooks: readonly Webhook[], actor: EventActor | null): Promise<void> {
    await Promise.all(webhooks.filter((webhook) => webhook.isActive && wants(webhook, 'repository')).map(async (webhook) => {
      const event: ServerEvent = {
        id: `deleted-${this.#makeId()}`, type: 'repository', action: 'deleted', repository: webhook.repository, timestamp: new Date(this.#options.clock()).toISOString(),
        actor, origin: 'repository', data: { action: 'deleted' }, paths: [], people: [],
      };
      const content = contentOf(webhook, event, { deliveryId: this.#makeId(), version: this.#options.version, origin: undefined });
      await this.#attempt(webhook, content, this.#ended.signal);
    }));
  }

  /** All of a repository that was deleted. */
  async deleteOf(repositoryId: string): Promise<void> {
    for (const { id } of await this.list(repositoryId)) await this.delete(id);
  }

  /** The newest deliveries, newest first. */
  deliveries(id: string): Promise<readonly Delivery[]> {
    return this.#options.log.list(id);
  }

  /** @throws {ServerError} delivery-unknown */
  async delivery(id: string, deliveryId: string): Promise<Delivery> {
    const found = (await this.deliveries(id)).find((each) => each.id === deliveryId);
    if (found !== undefined) return found;
    throw new ServerError('delivery-unknown', `There is no delivery "${deliveryId.slice(0, 100)}" in the log.`, { id: deliveryId.slice(0, 100) });
  }

  /** Sends what a delivery sent once more, to where the webhook points now, signed anew; waits for the answer. */
  async redeliver(webhook: Webhook, old: Delivery): Promise<Delivery> {
    const headers = { ...old.request.headers, ...signatures(webhook.secret, old.request.body) };
    return this.#tryOnce(webhook, { event: old.event, eventId: old.eventId, content: { headers, body: old.request.body }, isRedelivery: true });
  }

  /** Sends a `ping` and waits for the answer. */
  async ping(webhook: Webhook): Promise<Delivery> {
    const event = {
      id: `ping-${this.#makeId()}`, type: 'ping', action: 'ping', repository: webhook.repository, timestamp: new Date(this.#options.clock()).toISOString(),
      actor: null, origin: 'ping', data: { hook_id: webhook.id, hook: { id: webhook.id, url: webhook.url, events: webhook.events } }, paths: [], people: [],
    } as unknown as ServerEvent;
    const content = contentOf(webhook, event, { deliveryId: this.#makeId(), version: this.#options.version, origin: undefined });
    return this.#tryOnce(webhook, { event: 'ping', eventId: undefined, content, isRedelivery: false });
  }

  #work(webhook: Webhook): void {
    if (!webhook.isActive || this.#isStopping) return;
    const worker = new Worker(webhook, this.#options, (event, signal) => this.#deliver(webhook, event, signal));
    this.#workers.set(webhook.id, worker);
    worker.start();
  }

  /** Tries until it is delivered or given up. Says whether the webhook goes on. */
  async #deliver(webhook: Webhook, event: ServerEvent, signal: AbortSignal): Promise<boolean> {
    const { attemptsMax, failuresMax } = this.#rules;
    const { log, logger, store } = this.#options;
    const deliveryId = this.#makeId();
    const content = contentOf(webhook, event, { deliveryId, version: this.#options.version, origin: undefined });
    const createdMs = this.#options.clock();
    for (let attempt = 1; ; attempt++) {
      const tried = await this.#attempt(webhook, content, signal);
      if (isEnded(signal) && !tried.isDelivered) return false;
      const isLast = tried.isDelivered || tried.isRefused || attempt >= attemptsMax;
      if (!isLast) {
        await this.#pause(attempt, signal);
        if (isEnded(signal)) return false;
        continue;
      }
      const delivery: Delivery = {
        id: deliveryId, webhookId: webhook.id, eventId: event.id, event: event.type, url: webhook.url, attempts: attempt, createdMs, isRedelivery: false,
        request: content, isDelivered: tried.isDelivered, durationMs: tried.durationMs, response: tried.response, error: tried.error,
      };
      await log.settle(webhook.id, { place: event.id, delivery });
      if (tried.isDelivered) {
        this.#failures.delete(webhook.id);
        return true;
      }
      const failures = (this.#failures.get(webhook.id) ?? 0) + 1;
      this.#failures.set(webhook.id, failures);
      logger.warn('a webhook could not be delivered', { repository: webhook.repository, webhook: webhook.id, event: event.type, attempts: attempt, reason: tried.error });
      if (failures < failuresMax) return true;
      await store.update(webhook.id, (old) => ({ ...old, isActive: false, disabledReason: `${failures} deliveries in a row failed` }));
      return false;
    }
  }

  async #tryOnce(
    webhook: Webhook, { event, eventId, content, isRedelivery }: { readonly event: string; readonly eventId: string | undefined; readonly content: DeliveryContent; readonly isRedelivery: boolean },
  ): Promise<Delivery> {
    const createdMs = this.#options.clock();
    const tried = await this.#attempt(webhook, content, new AbortController().signal);
    const delivery: Delivery = {
      id: this.#makeId(), webhookId: webhook.id, eventId, event, url: webhook.url, attempts: 1, createdMs, isRedelivery, request: content,
      isDelivered: tried.isDelivered, durationMs: tried.durationMs, response: tried.response, error: tried.error,
    };
    await this.#options.log.settle(webhook.id, { delivery });
    return delivery;
  }

  async #attempt(webhook: Webhook, content: DeliveryContent, signal: AbortSignal): Promise<Attempt> {
    const { outbound, clock, onAttempt } = this.#options;
    const beginMs = clock();
    const finish = (attempt: Omit<Attempt, 'durationMs'>): Attempt => {
      const durationMs = Math.max(0, clock() - beginMs);
      onAttempt(attempt.isDelivered ? 'delivered' : attempt.isRefused ? 'refused' : 'failed', durationMs / 1000);
      return { ...attempt, durationMs };
    };
    try {
      const response = await outbound({ url: webhook.url, ...content, timeoutMs: this.#rules.timeoutMs, isInsecure: webhook.isInsecure, signal });
      const isDelivered = response.status >= 200 && response.status < 300;
      return finish({ isDelivered, isRefused: false, response, error: isDelivered ? undefined : `it answered ${response.status}` });
    } catch (error) {
      const isRefused = (error as { code?: unknown }).code === 'address-refused';
      return finish({ isDelivered: false, isRefused, response: undefined, error: (error as Error).message.slice(0, 500) });
    }
  }

  #pause(attempt: number, signal: AbortSignal): Promise<void> {
    const { backoffMs, backoffMsMax } = this.#rules;
    const whole = Math.min(backoffMsMax, backoffMs * 2 ** (attempt - 1));
    const jitter = ((this.#options.random(1)[0]! + 1) / 257) * (whole / 2);
    return new Promise((resolve) => {
      const finish = (): void => {
        signal.removeEventListener('abort', finish);
        cancel();
        resolve();
      };
      const cancel = this.#options.timers.after(whole - jitter, finish);
      signal.addEventListener('abort', finish);
    });
  }

  #makeId(): string {
    return Buffer.from(this.#options.random(12)).toString('hex');
  }
}

/** Asked anew each time: a signal changes while something is awaited. */
function isEnded(signal: AbortSignal): boolean {
  return signal.aborted;
}

interface Attempt {
  readonly isDelivered: boolean;
  /** It will never be let out, so that further attempts are in vain. */
  readonly isRefused: boolean;
  readonly durationMs: number;
  readonly response: OutboundAnswer | undefined;
  readonly error: string | undefined;
}

/** Follows the event log of a repository for one webhook. */
class Worker {
  readonly #webhook: Webhook;
  readonly #options: WebhooksOptions;
  readonly #deliver: (event: ServerEvent, signal: AbortSignal) => Promise<boolean>;
  readonly #ended = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #wake: () => void = () => undefined;
  /** Whether something was recorded since the log was read last. */
  #isDue = true;

  constructor(webhook: Webhook, options: WebhooksOptions, deliver: (event: ServerEvent, signal: AbortSignal) => Promise<boolean>) {
    this.#webhook = webhook;
    this.#options = options;
    this.#deliver = deliver;
  }

  start(): void {
    this.#running = this.#run().catch((error: unknown) => {
      this.#options.logger.error('the deliveries of a webhook stopped', { webhook: this.#webhook.id, error });
    });
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    this.#wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { hub, log } = this.#options;
    const { repository, id, since } = this.#webhook;
    const { signal } = this.#ended;
    const forget = hub.onRecord((recorded) => {
      if (recorded !== repository) return;
      this.#isDue = true;
      this.#wake();
    });
    try {
      let place = (await log.place(id)) ?? since;
      while (!isEnded(signal)) {
        if (!this.#isDue) {
          await new Promise<void>((resolve) => (this.#wake = resolve));
          continue;
        }
        this.#isDue = false;
        const events = await this.#eventsAfter(place);
        if (events === undefined) return;
        for (const event of events) {
          if (isEnded(signal)) return;
          if (wants(this.#webhook, event.type) && !(await this.#deliver(event, signal))) return;
          place = event.id;
        }
        if (events.length > 0) this.#isDue = true;
      }
    } finally {
      forget();
    }
  }

  /** The next events after a place; `undefined`: the repository is gone. */
  async #eventsAfter(place: string): Promise<ServerEvent[] | undefined> {
    const { hub, acquire } = this.#options;
    const { repository: repositoryId } = this.#webhook;
    let lease: Lease<HostedRepository>;
    try {
      lease = await acquire(repositoryId);
    } catch (error) {
      if ((error as { code?: unknown }).code === 'repository-unknown') return undefined;
      throw error;
    }
    try {
      const log = await hub.logOf(lease.resource);
      const at = parseEventId(place);
      const isOfLog = at?.log === log.id;
      const from = isOfLog ? Math.min(Math.max(at.sequence - 1, log.start), log.end.sequence) : log.start;
      const events: ServerEvent[] = [];
      for (const record of log.after(from, RECORDS_AT_ONCE)) {
        const request = { repository: lease.resource.repository, repositoryId, log: log.id, signal: this.#ended.signal };
        for (const [index, event] of (await expandRecord(record, request)).entries()) {
          if (!isOfLog || record.sequence > at.sequence || index > at.index) events.push(event);
        }
      }
      return events;
    } finally {
      lease.release();
    }
  }
}
