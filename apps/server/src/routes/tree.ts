import type { ListedEntry, View } from '@govc/core';

import { endpoint, reply, type Endpoint } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import { makePage, PAGE_PROPERTIES, pageQuery, pageStart, type PageQuery } from './pages.js';
import { readRepository, type RouteParts } from './parts.js';
import { collect } from './slices.js';

const TREE: Schema = {
  title: 'Tree',
  type: 'object',
  required: ['path', 'entries', 'total'],
  properties: {
    path: { type: 'string' },
    entries: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'path', 'type', 'mode'],
        properties: {
          name: { type: 'string' },
          path: { type: 'string' },
          type: { type: 'string', enum: ['file', 'dir', 'symlink', 'submodule'] },
          size: { type: 'integer', description: 'Of files, in bytes.' },
          mode: { type: 'string' },
          id: { type: 'string' },
        },
      },
    },
    total: { type: 'integer', description: 'In all pages.' },
    ...PAGE_PROPERTIES,
  },
};

interface TreeQuery extends PageQuery {
  readonly ref?: string;
  readonly recursive: boolean;
}

/** Folders of a revision. */
export function treeRoutes(parts: RouteParts): Endpoint[] {
  const listing = (path: string): Endpoint => endpoint<unknown, TreeQuery>({
    method: 'get', path, summary: 'List a folder', tag: 'files', permission: 'repo:read',
    query: {
      type: 'object',
      properties: {
        ref: { type: 'string', minLength: 1, maxLength: 4096, description: 'Branch, tag or commit. Default: HEAD.' },
        recursive: { type: 'boolean', default: false },
        ...pageQuery(10_000),
      },
    },
    answers: { 200: TREE },
    handle: (call) => readRepository(parts, call, async ({ repository }) => {
      const { ref = 'HEAD', recursive } = call.query;
      const folder = call.path['path'] ?? '';
      // A branch that moves meanwhile must not mix two trees.
      const revision = repository.head().id === undefined && ref === 'HEAD' ? 'HEAD' : repository.resolve(ref);
      const listed = await collect(walk(repository, { folder, revision, recursive }), call.context.signal);
      const { objects } = repository.snapshot;
      const start = pageStart(call.query);
      const page = makePage(call, listed.slice(start.offset, start.offset + start.limit + 1), { ...start, pin: undefined });
      const entries = await collect(entryBodies(page.items, (entry) => objects.findHeader(entry.id)?.size), call.context.signal);
      return { ...reply(200, { path: folder, entries, total: listed.length, ...page.fields }), headers: page.headers };
    }),
  });
  return [listing('/api/v1/repos/{id}/tree'), listing('/api/v1/repos/{id}/tree/{path*}')];
}

/** Folder by folder, so that whoever iterates can let others run in between. */
function* walk(
  view: View, options: { readonly folder: string; readonly revision: string; readonly recursive: boolean },
): Generator<ListedEntry, void, void> {
  const { folder, revision, recursive } = options;
  const levels = [view.list(folder, { revision })[Symbol.iterator]()];
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const next = level.next();
    if (next.done === true) levels.pop();
    else if (recursive && next.value.type === 'tree') levels.push(view.list(next.value.path, { revision })[Symbol.iterator]());
    else yield next.value;
  }
}

const KINDS = { tree: 'dir', blob: 'file', commit: 'submodule' } as const;

function* entryBodies(entries: readonly ListedEntry[], sizeOf: (entry: ListedEntry) => number | undefined) {
  for (const entry of entries) {
    const { name, path, id } = entry;
    const size = entry.type === 'blob' ? sizeOf(entry) : undefined;
    yield {
      name,
      path,
      type: entry.mode === 0o120000 ? 'symlink' : KINDS[entry.type],
      ...(size === undefined ? {} : { size }),
      mode: entry.mode.toString(8).padStart(6, '0'),
      id,
    };
  }
}
