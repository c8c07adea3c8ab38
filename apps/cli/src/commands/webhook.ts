/** `govc webhook`: addresses that a server tells what happens. */
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { readSecretFromInput } from '../own/ask.js';
import { runOwn } from '../own/run-own.js';
import { factsText, tableText, timeText } from '../own/table.js';
import type { Call, Operand, Outcome, OwnCommand, VerbOption } from '../own/verb.js';

interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly content_type: string;
  readonly format: string;
  readonly active: boolean;
  readonly insecure_ssl: boolean;
  readonly has_secret: boolean;
  readonly disabled_reason?: string;
  readonly created_at: string;
  readonly updated_at: string;
}

interface Delivery {
  readonly id: string;
  readonly url: string;
  readonly event: string;
  readonly delivered: boolean;
  readonly attempts: number;
  readonly status_code?: number;
  readonly error?: string;
  readonly duration_ms: number;
  readonly created_at: string;
}

const HOOKS = '/api/v1/repos/{id}/hooks';
const ONE = `${HOOKS}/{hook_id}`;
const REPOSITORY: Operand = { name: 'REPOSITORY', subject: 'repository' };
const WEBHOOK_OPERAND: Operand = { name: 'WEBHOOK', subject: 'webhook' };
const EVENTS = ['push', 'commit', 'branch', 'tag', 'ref', 'merge', 'stash', 'reset', 'rebase', 'cherry-pick', 'revert', 'repository', 'reality', 'transaction', '*'];
const OPTIONS: readonly VerbOption[] = [
  { names: 'e|event', value: 'EVENT', subject: EVENTS, repeats: true, help: 'what it is told; default: push' },
  { names: 'secret-stdin', help: 'read the secret that signs deliveries from standard input' },
  { names: 'content-type', value: 'TYPE', subject: ['application/json', 'form'], help: 'how bodies are written' },
  { names: 'format', value: 'FORMAT', subject: ['govc', 'github'], help: 'whose words bodies are in' },
  { names: 'active', help: 'send deliveries' }, { names: 'inactive', help: 'send nothing for now' },
  { names: 'insecure-ssl', help: 'take any certificate' },
];

const hookIn = (call: Call): { readonly id: string; readonly hook_id: string } => ({ id: call.operands[0]!, hook_id: call.operands[1]! });

async function bodyOf(call: Call): Promise<Record<string, unknown>> {
  const events = call.texts('event').flatMap((text) => text.split(','));
  const body: Record<string, unknown> = {};
  if (events.length > 0) body['events'] = events;
  if (call.has('secret-stdin')) body['secret'] = await readSecretFromInput(call.io, 'secret');
  if (call.has('content-type')) body['content_type'] = call.text('content-type');
  if (call.has('format')) body['format'] = call.text('format');
  if (call.has('active') && call.has('inactive')) throw new Failure("error: option `active' is incompatible with --inactive\n", EXIT.usage);
  if (call.has('active') || call.has('inactive')) body['active'] = call.has('active');
  if (call.has('insecure-ssl')) body['insecure_ssl'] = true;
  return body;
}

async function listHooks(call: Call): Promise<Outcome> {
  const found = await (await call.server()).request<{ readonly hooks: readonly Webhook[] }>('GET', HOOKS, { params: { id: call.operands[0]! } });
  const rows = found.hooks.map(({ id, url, events, active, disabled_reason: reason }) => [id, url, events.join(','), active, reason]);
  return { data: found, text: () => tableText(call.io, ['ID', 'URL', 'EVENTS', 'ACTIVE', ''], { rows, empty: 'There are no webhooks.' }) };
}

async function createHook(call: Call): Promise<Outcome> {
  const [id, url] = call.operands;
  const made = await (await call.server()).request<Webhook>('POST', HOOKS, { params: { id: id! }, body: { url, events: ['push'], ...(await bodyOf(call)) } });
  return { data: made, text: () => `Created the webhook ${made.id} for ${made.events.join(', ')}.\n` };
}

async function showHook(call: Call): Promise<Outcome> {
  const found = await (await call.server()).request<Webhook>('GET', ONE, { params: hookIn(call) });
  return { data: found, text: () => hookText(found) };
}

function hookText(hook: Webhook): string {
  return factsText({
    Id: hook.id, Address: hook.url, Events: hook.events.join(', '), Content: `${hook.content_type} (${hook.format})`, Active: hook.active, Signed: hook.has_secret,
    'Any certificate': hook.insecure_ssl, 'Switched off': hook.disabled_reason, Created: timeText(hook.created_at), Changed: timeText(hook.updated_at),
  });
}

async function updateHook(call: Call): Promise<Outcome> {
  const url = call.text('url');
  const found = await (await call.server()).request<Webhook>('PATCH', ONE, { params: hookIn(call), body: { ...(url === undefined ? {} : { url }), ...(await bodyOf(call)) } });
  return { data: found, text: () => hookText(found) };
}

async function deleteHook(call: Call): Promise<Outcome> {
  const answer = await (await call.server()).request('DELETE', ONE, { params: hookIn(call) });
  return { data: answer, text: () => `Deleted the webhook ${call.operands[1]!}.\n` };
}

async function pingHook(call: Call): Promise<Outcome> {
  const found = await (await call.server()).request<Delivery>('POST', `${ONE}/ping`, { params: hookIn(call) });
  return { data: found, text: () => deliveryText(found), exitCode: found.delivered ? EXIT.ok : EXIT.failed };
}

function deliveryText({ delivered, status_code: status, error, duration_ms: duration, url }: Delivery): string {
  const answer = status === undefined ? '' : `, which answered ${status}`;
  return `${delivered ? 'Delivered' : 'Not delivered'} to ${url}${answer} (${Math.round(duration)} ms)${error === undefined ? '' : `: ${error}`}\n`;
}

async function listDeliveries(call: Call): Promise<Outcome> {
  const found = await (await call.server()).request<{ readonly deliveries: readonly Delivery[] }>('GET', `${ONE}/deliveries`, { params: hookIn(call) });
  const rows = found.deliveries.map((each) => [each.id, each.event, each.delivered, each.status_code, each.attempts, timeText(each.created_at), each.error]);
  return { data: found, text: () => tableText(call.io, ['ID', 'EVENT', 'DELIVERED', 'STATUS', 'TRIES', 'WHEN', ''], { rows, empty: 'Nothing was delivered yet.' }) };
}

async function redeliver(call: Call): Promise<Outcome> {
  const found = await (await call.server()).request<Delivery>('POST', `${ONE}/deliveries/{delivery_id}/redeliver`, {
    params: { ...hookIn(call), delivery_id: call.operands[2]! },
  });
  return { data: found, text: () => deliveryText(found), exitCode: found.delivered ? EXIT.ok : EXIT.failed };
}

/** What it does. */
export const WEBHOOK: OwnCommand = {
  name: 'webhook',
  summary: 'Have a server tell other programs what happens',
  verbs: [
    { name: 'list', aliases: ['ls'], summary: 'List the webhooks of a repository', run: listHooks, operands: [REPOSITORY] },
    { name: 'create', aliases: ['add'], summary: 'Make a webhook', run: createHook, operands: [REPOSITORY, { name: 'URL', subject: 'words' }], options: OPTIONS },
    { name: 'get', aliases: ['show', 'info'], summary: 'Show a webhook', run: showHook, operands: [REPOSITORY, WEBHOOK_OPERAND] },
    {
      name: 'update', summary: 'Change a webhook', run: updateHook, operands: [REPOSITORY, WEBHOOK_OPERAND],
      options: [{ names: 'url', value: 'URL', subject: 'words', help: 'its address' }, ...OPTIONS],
    },
    { name: 'delete', aliases: ['rm'], summary: 'Delete a webhook', run: deleteHook, operands: [REPOSITORY, WEBHOOK_OPERAND] },
    { name: 'ping', aliases: ['test'], summary: 'Send a ping and say what came back', run: pingHook, operands: [REPOSITORY, WEBHOOK_OPERAND] },
    { name: 'deliveries', summary: 'List what was sent lately', run: listDeliveries, operands: [REPOSITORY, WEBHOOK_OPERAND] },
    { name: 'redeliver', summary: 'Send something once more', run: redeliver, operands: [REPOSITORY, WEBHOOK_OPERAND, { name: 'DELIVERY', subject: 'words' }] },
  ],
};

/** `govc webhook`. */
export const webhookCommand = runOwn(WEBHOOK);
