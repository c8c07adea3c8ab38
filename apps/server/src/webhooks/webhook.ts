import { createHmac } from 'node:crypto';

import type { CommitSummary, ServerEvent } from '../events/server-event.js';

/** A webhook as it is kept. */
export interface Webhook {
  readonly id: string;
  readonly repository: string;
  readonly url: string;
  /** Types of events; `*`: all. */
  readonly events: readonly string[];
  /** Signs deliveries; `undefined`: they are not signed. */
  readonly secret: string | undefined;
  readonly contentType: 'application/json' | 'application/x-www-form-urlencoded';
  /** `govc`: our envelope; `github`: what GitHub would send. */
  readonly format: 'govc' | 'github';
  readonly isActive: boolean;
  readonly isInsecure: boolean;
  readonly createdMs: number;
  readonly updatedMs: number;
  /** Why it was made inactive by the server; `undefined`: it was not. */
  readonly disabledReason: string | undefined;
  /** Where the event log of the repository stood when it was made: what is later is delivered. */
  readonly since: string;
}

/** What one delivery sends. */
export interface DeliveryContent {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Whether a webhook wants an event. */
export function wants({ events }: Webhook, type: string): boolean {
  return events.includes('*') || events.includes(type);
}

/** A delivery of an event. */
export function contentOf(webhook: Webhook, event: ServerEvent, { deliveryId, version, origin }: { readonly deliveryId: string; readonly version: string; readonly origin: string | undefined }): DeliveryContent {
  const payload = webhook.format === 'github' ? githubPayload(event, origin) : envelope(event);
  const json = JSON.stringify(payload);
  const isForm = webhook.contentType !== 'application/json';
  const body = isForm ? new URLSearchParams({ payload: json }).toString() : json;
  return {
    body,
    headers: {
      'Content-Type': isForm ? 'application/x-www-form-urlencoded' : 'application/json',
      'User-Agent': `govc-webhook/${version}`,
      'X-Govc-Event': event.type,
      'X-Govc-Delivery': deliveryId,
      'X-GitHub-Event': githubName(event),
      'X-GitHub-Delivery': deliveryId,
      ...signatures(webhook.secret, body),
      ...(event.trace === undefined ? {} : { traceparent: event.trace }),
    },
  };
}

/** The signature over the bytes of the body, under both names. */
export function signatures(secret: string | undefined, body: string): Record<string, string> {
  if (secret === undefined) return {};
  const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  return { 'X-Govc-Signature-256': signature, 'X-Hub-Signature-256': signature };
}

/** The original's envelope. */
function envelope({ id, type, repository, timestamp, actor, data }: ServerEvent) {
  return { id, event: type, repository, timestamp, actor: actor ?? { name: '', email: '' }, data };
}

function githubName({ type, action }: ServerEvent): string {
  if (type !== 'branch' && type !== 'tag') return type;
  return action === 'created' ? 'create' : action === 'deleted' ? 'delete' : type;
}

/** What GitHub sends for `push`, `create` and `delete`; for what it does not know, the same with our data. */
function githubPayload(event: ServerEvent, origin: string | undefined) {
  const { repository: fullName, actor, type, ref = '', data, timestamp } = event;
  const slash = fullName.lastIndexOf('/');
  const owner = fullName.slice(0, Math.max(0, slash));
  const name = fullName.slice(slash + 1);
  const person = { name: actor?.name ?? '', email: actor?.email ?? '' };
  const address = origin === undefined ? '' : `${origin}/${fullName}.git`;
  const about = {
    repository: { name, full_name: fullName, owner: { name: owner, login: owner }, clone_url: address, html_url: address, url: address, private: true },
    sender: { login: person.name, email: person.email, type: 'User' },
  };
  if (type === 'push') {
    const zero = '0'.repeat(String(data['after'] ?? data['before']).length);
    const commits = (data['commits'] as readonly CommitSummary[]).map(githubCommit);
    return {
      ref, before: data['before'] ?? zero, after: data['after'] ?? zero, created: data['created'], deleted: data['deleted'], forced: data['forced'],
      base_ref: null, compare: '', commits, head_commit: commits.at(-1) ?? null, pusher: person, ...about,
    };
  }
  if ((type === 'branch' || type === 'tag') && event.action !== 'updated') {
    return { ref: data['branch'] ?? data['tag'], ref_type: type, pusher_type: 'user', ...about };
  }
  return { action: event.action, ref, timestamp, data, ...about };
}

function githubCommit({ id, tree_id: tree, distinct, message, timestamp, author, committer, added, removed, modified }: CommitSummary) {
  const login = (person: CommitSummary['author']) => ({ ...person, username: person.name });
  return { id, tree_id: tree, distinct, message, timestamp, url: '', author: login(author), committer: login(committer), added, removed, modified };
}
