import type { View } from '@govc/core';

import { endpoint, reply, StreamBody, type Call, type Endpoint, type Reply } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import { tryOut } from './changes.js';
import { REF } from './commit-body.js';
import {
  CHANGED_FILE, changedFiles, DIFF_FORMATS, DIFF_QUERY, diffOptions, diffText, textOf, type Compared, type DiffFormat, type DiffQuery,
} from './diff-body.js';
import type { RouteParts } from './parts.js';
import { collect } from './slices.js';
import { streamRepository } from './streams.js';

interface CompareQuery extends DiffQuery {
  readonly from?: string;
  readonly to?: string;
  readonly format: DiffFormat;
  readonly raw: boolean;
}

const FORMAT_QUERY: Readonly<Record<string, Schema>> = {
  format: { type: 'string', enum: DIFF_FORMATS, default: 'unified', description: 'json: only the files, each with its patch.' },
  raw: { type: 'boolean', default: false, description: 'Answer the text itself, of any size.' },
  ...DIFF_QUERY,
};

const DIFF: Schema = {
  title: 'Diff',
  type: 'object',
  required: ['from', 'to', 'format', 'diff', 'files', 'count'],
  properties: {
    from: { type: 'string', description: 'Empty: compared with nothing.' },
    to: { type: 'string' },
    format: { type: 'string', enum: DIFF_FORMATS },
    diff: { type: 'string' },
    files: { type: 'array', items: CHANGED_FILE },
    count: { type: 'integer' },
  },
};

const WORKING: Schema = {
  title: 'WorkingDiff',
  type: 'object',
  required: ['staged', 'unstaged', 'files', 'total'],
  properties: {
    staged: { type: 'array', items: CHANGED_FILE },
    unstaged: { type: 'array', items: CHANGED_FILE, description: 'Always empty: there is no worktree.' },
    files: { type: 'array', items: CHANGED_FILE },
    total: { type: 'integer' },
  },
};

const FILE_DIFF: Schema = {
  title: 'FileDiff',
  type: 'object',
  required: ['path', 'from', 'to', 'diff'],
  properties: { path: { type: 'string' }, from: { type: 'string' }, to: { type: 'string' }, diff: { type: 'string' } },
};

/** Comparing revisions, and what is staged with what is committed. */
export function diffRoutes(parts: RouteParts): Endpoint[] {
  const common = { method: 'get', tag: 'diff', permission: 'repo:read' } as const;
  const comparing = (path: string, ends: Readonly<Record<string, Schema>>): Endpoint => endpoint<unknown, CompareQuery>({
    ...common, path, summary: 'Compare two revisions',
    query: { type: 'object', properties: { ...ends, ...FORMAT_QUERY } },
    answers: { 200: DIFF }, media: ['text/x-diff', 'text/plain'],
    handle: (call) => streamRepository(parts, call, ({ repository }) => compare(call, repository)),
  });
  return [
    endpoint<unknown, DiffQuery>({
      ...common, path: '/api/v1/repos/{id}/diff/working', summary: 'Compare what is staged with HEAD',
      query: { type: 'object', properties: DIFF_QUERY }, answers: { 200: WORKING },
      handle: (call) => tryOut(parts, call, { takesStage: true }, async (reality) => {
        const from = reality.head().id;
        const files = await changedFiles(call, reality, { from, to: reality.writeTree(), options: diffOptions(call.query), withPatch: true });
        return reply(200, { staged: files, unstaged: [], files, total: files.length });
      }),
    }),
    endpoint<unknown, CompareQuery>({
      ...common, path: '/api/v1/repos/{id}/diff/file/{path*}', summary: 'Compare one file in two revisions',
      query: { type: 'object', properties: { from: { ...REF, description: 'Default: the first parent of "to".' }, to: REF, ...DIFF_QUERY } },
      answers: { 200: FILE_DIFF },
      handle: (call) => streamRepository(parts, call, async ({ repository }) => {
        const path = call.path['path'] ?? '';
        const { from, to } = endsOf(call, repository);
        mustKnowFile(repository, path, { from, to });
        const options = diffOptions({ ...call.query, path: `:(literal,top)${path}` });
        const diff = await wholeText(call, diffText(repository, { from, to, options, format: 'patch' }));
        return reply(200, { path, from: from ?? '', to, diff });
      }),
    }),
    comparing('/api/v1/repos/{id}/diff/{from}/{to}', {}),
    comparing('/api/v1/repos/{id}/diff', { from: { ...REF, description: 'Default: the first parent of "to".' }, to: REF }),
  ];
}

/** What is compared: what the request names, else `HEAD` with its first parent. */
function endsOf({ path, query }: Call<unknown, Pick<CompareQuery, 'from' | 'to'>>, view: View): Compared {
  const to = path['to'] ?? query.to ?? 'HEAD';
  const from = path['from'] ?? query.from;
  return { from: from ?? view.commitAt(to).parents[0], to };
}

async function compare(call: Call<unknown, CompareQuery>, view: View): Promise<Reply> {
  const { format, raw } = call.query;
  const { from, to } = endsOf(call, view);
  const options = diffOptions(call.query);
  if (raw && format !== 'json') {
    const type = format === 'unified' || format === 'patch' ? 'text/x-diff; charset=utf-8' : 'text/plain; charset=utf-8';
    return { status: 200, body: new StreamBody(type, diffText(view, { from, to, options, format })) };
  }
  const files = await changedFiles(call, view, { from, to, options, withPatch: format === 'json' });
  const diff = await wholeText(call, diffText(view, { from, to, options, format }));
  return reply(200, { from: from ?? '', to, format, diff, files, count: files.length });
}

async function wholeText(call: Call, pieces: Iterable<Uint8Array>): Promise<string> {
  return textOf(Buffer.concat(await collect(pieces, call.context.signal)));
}

/** Refuses a path that neither side has. @throws {GovcError} path-missing */
function mustKnowFile(view: View, path: string, { from, to }: Compared): void {
  const sides = [to, ...(from === undefined ? [] : [from])];
  const isThere = sides.some((revision) => {
    const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    return folder === '' ? view.list('', { revision }).some((entry) => entry.path === path) : hasPath(view, path, revision);
  });
  if (!isThere) view.readFile(path, to);
}

function hasPath(view: View, path: string, revision: string): boolean {
  let folder = '';
  for (const name of path.split('/')) {
    const entry = view.list(folder, { revision }).find((each) => each.name === name);
    if (entry === undefined) return false;
    folder = entry.path;
    if (entry.type !== 'tree') return entry.path === path;
  }
  return true;
}
