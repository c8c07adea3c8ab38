import { authorize } from '../auth/gate.js';
import { ServerError } from '../errors.js';
import { EVENT_TYPES } from '../events/event-record.js';
import { endpoint, reply, type Call, type Endpoint } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import type { Delivery } from '../webhooks/delivery-log.js';
import { checkOutboundUrl } from '../webhooks/outbound.js';
import type { Webhook } from '../webhooks/webhook.js';
import { readRepository, type RouteParts } from './parts.js';

interface WebhookBody {
  readonly url?: string;
  readonly events?: readonly string[];
  readonly secret?: string;
  readonly content_type?: string;
  readonly format?: 'govc' | 'github';
  readonly active?: boolean;
  readonly insecure_ssl?: boolean;
}

const PROPERTIES: Readonly<Record<string, Schema>> = {
  url: { type: 'string', minLength: 1, maxLength: 2048 },
  events: { type: 'array', maxItems: 50, items: { type: 'string', enum: ['*', ...EVENT_TYPES] }, description: 'Types of events; * is all.' },
  secret: { type: 'string', minLength: 1, maxLength: 1000, description: 'Signs deliveries. It is never shown.' },
  content_type: { type: 'string', enum: ['application/json', 'json', 'form', 'application/x-www-form-urlencoded'], description: 'Default: application/json.' },
  format: { type: 'string', enum: ['govc', 'github'], description: 'govc: our envelope. github: the payloads of GitHub. Default: govc.' },
  active: { type: 'boolean', description: 'Default: true.' },
  insecure_ssl: { type: 'boolean', description: 'Whether the certificate is not looked at. Default: false.' },
};

const WEBHOOK: Schema = {
  title: 'Webhook',
  type: 'object',
  required: ['id', 'url', 'events', 'content_type', 'format', 'active', 'insecure_ssl', 'has_secret', 'created_at', 'updated_at'],
  properties: {
    id: { type: 'string' }, url: { type: 'string' }, events: { type: 'array', items: { type: 'string' } }, content_type: { type: 'string' },
    format: { type: 'string' }, active: { type: 'boolean' }, insecure_ssl: { type: 'boolean' }, has_secret: { type: 'boolean' },
    disabled_reason: { type: 'string' }, created_at: { type: 'string', format: 'date-time' }, updated_at: { type: 'string', format: 'date-time' },
    last_response: { type: 'object' },
  },
};

const DELIVERY: Schema = {
  title: 'Delivery',
  type: 'object',
  required: ['id', 'event', 'url', 'delivered', 'attempts', 'redelivery', 'duration_ms', 'created_at'],
  properties: {
    id: { type: 'string' }, url: { type: 'string' }, event: { type: 'string' }, event_id: { type: 'string' }, delivered: { type: 'boolean' },
    attempts: { type: 'integer' }, redelivery: { type: 'boolean' }, status_code: { type: 'integer' }, error: { type: 'string' },
    duration_ms: { type: 'number' }, created_at: { type: 'string', format: 'date-time' }, request: { type: 'object' }, response: { type: 'object' },
  },
};

/** Webhooks, in the spelling of the original (`hooks`) and by their name. */
export function webhookRoutes(parts: RouteParts): Endpoint[] {
  return ['hooks', 'webhooks'].flatMap((folder) => {
    const path = `/api/v1/repos/{id}/${folder}`;
    return [...keeping(parts, path), ...delivering(parts, `${path}/{hook_id}`)];
  });
}

function keeping(parts: RouteParts, path: string): Endpoint[] {
  const { live, clock, random } = parts;
  const one = `${path}/{hook_id}`;
  const change = (method: 'patch' | 'put'): Endpoint => endpoint<WebhookBody>({
    method, path: one, summary: 'Change a webhook', tag: 'webhooks', permission: 'webhook:write',
    body: { type: 'object', additionalProperties: false, minProperties: 1, properties: PROPERTIES }, answers: { 200: WEBHOOK },
    async handle(call) {
      const webhook = await find(parts, call, 'repo:write');
      if (call.body.url !== undefined) checkOutboundUrl(call.body.url, live.allowedHosts);
      const changed = await live.webhooks.update(webhook.id, (old) => ({ ...old, ...settingsOf(call.body, old), updatedMs: clock() }));
      return reply(200, await webhookBody(parts, changed));
    },
  });
  return [
    endpoint<WebhookBody>({
      method: 'post', path, summary: 'Register a webhook', tag: 'webhooks', permission: 'webhook:write',
      body: { type: 'object', required: ['url'], additionalProperties: false, properties: PROPERTIES }, answers: { 201: WEBHOOK },
      handle: (call) => readRepository(parts, call, async (hosted) => {
        mustReach(parts, call, hosted.id, 'repo:write');
        const { url = '', events = [] } = call.body;
        if (events.length === 0) throw new ServerError('webhook-events-missing', 'Say which events it is for, in "events".', { path: '/events' });
        checkOutboundUrl(url, live.allowedHosts);
        const log = await live.events.logOf(hosted);
        const now = clock();
        const id = Buffer.from(random(12)).toString('hex');
        const webhook = await live.webhooks.add({
          ...settingsOf(call.body, DEFAULTS), id, repository: hosted.id, url, events, createdMs: now, updatedMs: now,
          // Everything in the record that is the newest now is past.
          since: `${log.id}-${log.end.sequence}-9999999`,
        });
        await live.events.note(hosted, { type: 'webhook', action: 'created', data: { webhook: id, events } });
        return reply(201, await webhookBody(parts, webhook));
      }),
    }),
    endpoint({
      method: 'get', path, summary: 'List webhooks', tag: 'webhooks', permission: 'webhook:read',
      answers: { 200: { type: 'object', required: ['hooks', 'count'], properties: { hooks: { type: 'array', items: WEBHOOK }, count: { type: 'integer' } } } },
      handle: (call) => readRepository(parts, call, async ({ id }) => {
        mustReach(parts, call, id, 'repo:read');
        const hooks = await Promise.all((await live.webhooks.list(id)).map((webhook) => webhookBody(parts, webhook)));
        return reply(200, { hooks, count: hooks.length });
      }),
    }),
    endpoint({
      method: 'get', path: one, summary: 'Get a webhook', tag: 'webhooks', permission: 'webhook:read', answers: { 200: WEBHOOK },
      handle: async (call) => reply(200, await webhookBody(parts, await find(parts, call, 'repo:read'))),
    }),
    change('patch'), change('put'),
    endpoint({
      method: 'delete', path: one, summary: 'Delete a webhook', tag: 'webhooks', permission: 'webhook:delete',
      answers: { 200: { type: 'object', required: ['status'], properties: { status: { const: 'success' } } } },
      async handle(call) {
        const { id } = await find(parts, call, 'repo:write');
        await live.webhooks.delete(id);
        return reply(200, { status: 'success' });
      },
    }),
  ];
}

function delivering(parts: RouteParts, one: string): Endpoint[] {
  const { webhooks } = parts.live;
  const ping = (at: string): Endpoint => endpoint({
    method: 'post', path: `${one}${at}`, summary: 'Send a ping to a webhook and wait for the answer', tag: 'webhooks', permission: 'webhook:write',
    answers: { 200: DELIVERY },
    handle: async (call) => reply(200, deliveryBody(await webhooks.ping(await find(parts, call, 'repo:write')))),
  });
  return [
    ping('/ping'), ping('/pings'), ping('/test'),
    endpoint({
      method: 'get', path: `${one}/deliveries`, summary: 'List the newest deliveries of a webhook', tag: 'webhooks', permission: 'webhook:read',
      answers: { 200: { type: 'object', required: ['deliveries', 'count'], properties: { deliveries: { type: 'array', items: DELIVERY }, count: { type: 'integer' } } } },
      async handle(call) {
        const { id } = await find(parts, call, 'repo:read');
        const deliveries = (await webhooks.deliveries(id)).map((delivery) => deliveryBody(delivery, { isBrief: true }));
        return reply(200, { deliveries, count: deliveries.length });
      },
    }),
    endpoint({
      method: 'get', path: `${one}/deliveries/{delivery_id}`, summary: 'Get a delivery with what was sent and answered', tag: 'webhooks', permission: 'webhook:read',
      answers: { 200: DELIVERY },
      async handle(call) {
        const { id } = await find(parts, call, 'repo:read');
        return reply(200, deliveryBody(await webhooks.delivery(id, call.path['delivery_id'] ?? '')));
      },
    }),
    ...['/redeliver', '/attempts'].map((at) => endpoint({
      method: 'post', path: `${one}/deliveries/{delivery_id}${at}`, summary: 'Send a delivery once more and wait for the answer', tag: 'webhooks',
      permission: 'webhook:write', answers: { 200: DELIVERY },
      async handle(call) {
        const webhook = await find(parts, call, 'repo:write');
        const old = await webhooks.delivery(webhook.id, call.path['delivery_id'] ?? '');
        return reply(200, deliveryBody(await webhooks.redeliver(webhook, old)));
      },
    })),
  ];
}

const DEFAULTS = {
  url: '', events: [] as readonly string[], secret: undefined, contentType: 'application/json' as const, format: 'govc' as const, isActive: true, isInsecure: false,
  disabledReason: undefined,
};

type Settings = Pick<Webhook, 'url' | 'events' | 'secret' | 'contentType' | 'format' | 'isActive' | 'isInsecure' | 'disabledReason'>;

function settingsOf(body: WebhookBody, old: Settings): Settings {
  const isForm = body.content_type === undefined ? old.contentType !== 'application/json' : body.content_type.includes('form');
  return {
    url: body.url ?? old.url,
    events: body.events ?? old.events,
    secret: body.secret ?? old.secret,
    contentType: isForm ? 'application/x-www-form-urlencoded' : 'application/json',
    format: body.format ?? old.format,
    isActive: body.active ?? old.isActive,
    isInsecure: body.insecure_ssl ?? old.isInsecure,
    disabledReason: body.active === true ? undefined : old.disabledReason,
  };
}

/** The webhook that the path names. Whoever manages webhooks must reach the repository besides: events tell what is in it. */
function find(parts: RouteParts, call: Call, permission: 'repo:read' | 'repo:write'): Promise<Webhook> {
  return readRepository(parts, call, ({ id }) => {
    mustReach(parts, call, id, permission);
    return parts.live.webhooks.get(id, call.path['hook_id'] ?? '');
  });
}

function mustReach({ gate }: RouteParts, { context }: Call, repository: string, permission: 'repo:read' | 'repo:write'): void {
  authorize(gate, context.principal, { permission, repository });
}

async function webhookBody({ live }: RouteParts, webhook: Webhook) {
  const [last] = await live.webhooks.deliveries(webhook.id);
  return {
    id: webhook.id, url: webhook.url, events: webhook.events, content_type: webhook.contentType, format: webhook.format, active: webhook.isActive,
    insecure_ssl: webhook.isInsecure, has_secret: webhook.secret !== undefined,
    ...(webhook.disabledReason === undefined ? {} : { disabled_reason: webhook.disabledReason }),
    created_at: new Date(webhook.createdMs).toISOString(), updated_at: new Date(webhook.updatedMs).toISOString(),
    ...(last === undefined ? {} : { last_response: deliveryBody(last, { isBrief: true }) }),
  };
}

function deliveryBody(delivery: Delivery, { isBrief = false }: { readonly isBrief?: boolean } = {}) {
  const { id, url, event, eventId, isDelivered, attempts, isRedelivery, durationMs, createdMs, request, response, error } = delivery;
  return {
    id, url, event, ...(eventId === undefined ? {} : { event_id: eventId }), delivered: isDelivered, attempts, redelivery: isRedelivery,
    ...(response === undefined ? {} : { status_code: response.status }), ...(error === undefined ? {} : { error }),
    duration_ms: durationMs, created_at: new Date(createdMs).toISOString(),
    ...(isBrief ? {} : { request, ...(response === undefined ? {} : { response }) }),
  };
}
