/** `govc events`: what happens in a repository of a server. */
import { setTimeout as pause } from 'node:timers/promises';

import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { objectOf } from '../own/contexts.js';
import { follow } from '../own/event-source.js';
import { jsonLine } from '../own/json.js';
import { runOwn } from '../own/run-own.js';
import { cellText, timeText } from '../own/table.js';
import type { Call, Outcome, OwnCommand } from '../own/verb.js';

type Fields = Readonly<Record<string, unknown>>;

async function events(call: Call): Promise<Outcome | undefined> {
  const [id] = call.operands;
  const server = await call.server();
  const query = {
    types: list(call, 'type'), ref: list(call, 'branch'), path: list(call, 'path'), author: list(call, 'author'),
  };
  const after = call.text('after');
  if (!call.has('follow')) {
    const found = await server.request<{ readonly events: readonly Fields[]; readonly count: number }>('GET', '/api/v1/repos/{id}/events/history', {
      params: { id: id! }, query: { ...query, limit: call.number('limit'), ...(after === undefined ? {} : { last_event_id: after }) },
    });
    return { data: found, text: () => (found.events.length === 0 ? 'Nothing has happened.\n' : found.events.map(eventLine).join('')) };
  }
  const { io } = call;
  const { signal } = io;
  let left = call.number('limit') ?? Number.POSITIVE_INFINITY;
  const stop = new AbortController();
  const ends = AbortSignal.any([signal, stop.signal]);
  const messages = follow({
    after, isOver: () => ends.aborted,
    open: (lastId) => server.open('/api/v1/repos/{id}/events', { params: { id: id! }, query: { ...query, last_event_id: lastId }, signal: ends }),
    wait: (milliseconds) => waitUnless(milliseconds, ends),
    onInterrupted: (reason) => { io.stderr.write(`warning: interrupted (${cellText(reason)}); going on behind the last event\n`); },
  });
  for await (const { type, data } of messages) {
    const event = objectOf(JSON.parse(data)) ?? {};
    if (type === 'reset') {
      io.stderr.write('warning: the server no longer knows the last event; everything that is kept follows\n');
      continue;
    }
    io.stdout.write(call.isJson ? jsonLine(event) : eventLine(event));
    io.flush?.();
    left--;
    if (left > 0) continue;
    stop.abort();
    break;
  }
  if (signal.aborted) throw new Failure('', 130);
  if (!stop.signal.aborted) throw new Failure(`error: the server says no more about ${id!}: it was deleted, or may no longer be read\n`, EXIT.failed);
  return undefined;
}

function list(call: Call, name: string): string | undefined {
  const all = call.texts(name);
  return all.length === 0 ? undefined : all.join(',');
}

async function waitUnless(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await pause(milliseconds, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** An event on a line: when, what, where, who, and the commits that came. */
export function eventLine(event: Fields): string {
  const data = objectOf(event['data']) ?? {};
  const actor = objectOf(event['actor']);
  const words = [timeText(textOf(event['timestamp'])), textOf(event['type']).padEnd(11), textOf(event['action']), textOf(event['ref']).replace(/^refs\/(heads|tags)\//, '')];
  const tips = [textOf(data['before']).slice(0, 7), textOf(data['after']).slice(0, 7)].filter((tip) => tip !== '');
  if (tips.length > 0) words.push(tips.join('..'));
  if (actor !== undefined) words.push(`by ${textOf(actor['name'])}`);
  const commits = Array.isArray(data['commits']) ? data['commits'] : data['message'] === undefined ? [] : [data];
  const titles = commits.slice(-5).map((commit) => textOf(objectOf(commit)?.['message']).split('\n', 1)[0]!);
  if (titles.length > 0) words.push(`"${titles.join('", "')}"`);
  return `${cellText(words.filter((word) => word.trim() !== '').join('  '))}\n`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** What it does. */
export const EVENTS: OwnCommand = {
  name: 'events',
  summary: 'Show or follow what happens in a repository of a server',
  verbs: [{
    name: '', summary: 'Show what has happened, or what happens', run: events, operands: [{ name: 'REPOSITORY', subject: 'repository' }],
    options: [
      { names: 'f|follow', help: 'stay, and show events as they happen; with --json one on a line' },
      { names: 'type', value: 'TYPE', subject: ['push', 'commit', 'branch', 'tag', 'ref', 'merge', 'stash', 'reset', 'rebase', 'cherry-pick', 'revert', 'repository', 'reality', 'transaction', 'webhook'], repeats: true, help: 'these only' },
      { names: 'branch', value: 'PATTERN', subject: 'words', repeats: true, help: 'on these branches or refs only' },
      { names: 'path', value: 'PATTERN', subject: 'words', repeats: true, help: 'that change these paths only' },
      { names: 'author', value: 'NAME', subject: 'words', repeats: true, help: 'by these people only' },
      { names: 'after', value: 'ID', subject: ['start'], help: 'behind this event; start: all that are kept' },
      { names: 'n|limit', value: 'COUNT', subject: 'words', help: 'no more than these' },
    ],
    details: 'A connection that breaks is opened again behind the last event, so that none is missed and none comes twice.',
  }],
};

/** `govc events`. */
export const eventsCommand = runOwn(EVENTS);
