import type { ListedEntry, ObjectId, View } from '@govc/core';
import { TreeEditor } from '@govc/core/plumbing';

import { ServerError } from '../errors.js';
import { endpoint, reply, type Call, type Endpoint } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import { modeText } from './file-body.js';
import { mustHaveObject, objectUrl, SHA } from './git-shapes.js';
import { readRepository, writeRepository, type RouteParts } from './parts.js';
import { collect } from './slices.js';

interface TreeEntryBody {
  readonly path: string;
  readonly mode?: string;
  readonly type?: string;
  readonly sha?: string | null;
  readonly content?: string;
}

interface TreeBody {
  readonly base_tree?: string;
  readonly tree: readonly TreeEntryBody[];
}

const TREE: Schema = {
  title: 'GitTree',
  type: 'object',
  required: ['sha', 'url', 'tree', 'truncated'],
  properties: {
    sha: { type: 'string' }, url: { type: 'string' },
    tree: {
      type: 'array',
      items: {
        type: 'object', required: ['path', 'mode', 'type', 'sha'],
        properties: {
          path: { type: 'string' }, mode: { type: 'string' }, type: { type: 'string', enum: ['blob', 'tree', 'commit'] }, sha: { type: 'string' },
          size: { type: 'integer' }, url: { type: 'string' },
        },
      },
    },
    truncated: { type: 'boolean', description: 'Whether there are more than 100,000 entries.' },
  },
};

const ENTRIES_MAX = 100_000;
const MODES = ['100644', '100755', '040000', '160000', '120000'];

/** Trees, in GitHub's shapes. */
export function gitTreeRoutes(parts: RouteParts): Endpoint[] {
  return [
    endpoint<TreeBody>({
      method: 'post', path: '/api/v1/repos/{id}/git/trees', summary: 'Write a tree', tag: 'git database', permission: 'repo:write',
      body: {
        type: 'object', required: ['tree'], additionalProperties: false,
        properties: {
          base_tree: { type: 'string', minLength: 1, maxLength: 4096, description: 'A tree or commit whose entries stay. Default: none.' },
          tree: {
            type: 'array', maxItems: ENTRIES_MAX,
            items: {
              type: 'object', required: ['path'], additionalProperties: false,
              properties: {
                path: { type: 'string', minLength: 1, maxLength: 4096 }, mode: { type: 'string', enum: MODES, description: 'Default: 100644.' },
                type: { type: 'string', enum: ['blob', 'tree', 'commit'] },
                sha: { anyOf: [SHA, { type: 'null' }], description: 'null removes the entry.' },
                content: { type: 'string', description: 'Text of a blob that is written, instead of sha.' },
              },
            },
          },
        },
      },
      answers: { 201: TREE },
      handle: (call) => writeRepository(parts, call, ({ repository }) => {
        const { base_tree: base, tree } = call.body;
        const { algorithm } = repository.snapshot;
        const root = base === undefined ? algorithm.emptyTreeId : repository.resolve(`${base}^{tree}`);
        // What subtrees hold is read before anything is written.
        const wanted = tree.flatMap((entry) => expand(repository, entry));
        const sha = repository.propose({ origin: 'write-tree' }, (draft) => {
          const editor = new TreeEditor(draft.view.objects, root, algorithm);
          for (const { path, mode, id, content } of wanted) {
            if (content !== undefined) editor.set(path, { mode, id: draft.write('blob', Buffer.from(content)) });
            else if (id === undefined) editor.remove(path);
            else editor.set(path, { mode, id });
          }
          const id = editor.write((type, body) => draft.write(type, body));
          if (id === algorithm.emptyTreeId) draft.write('tree', new Uint8Array(0));
          return id;
        });
        const entries = repository.list('', { revision: sha }).map((entry) => entryBody(call, repository, entry));
        return reply(201, { sha, url: objectUrl(call, 'tree', sha), tree: entries, truncated: false });
      }),
    }),
    endpoint<unknown, { readonly recursive?: string }>({
      method: 'get', path: '/api/v1/repos/{id}/git/trees/{sha}', summary: 'Get a tree', tag: 'git database', permission: 'repo:read',
      query: { type: 'object', properties: { recursive: { type: 'string', maxLength: 10, description: 'Any value but "0" and "false": with what is in folders.' } } },
      answers: { 200: TREE },
      handle: (call) => readRepository(parts, call, async ({ repository }) => {
        const sha = repository.resolve(`${call.path['sha'] ?? ''}^{tree}`);
        const { recursive } = call.query;
        const isRecursive = recursive !== undefined && recursive !== '0' && recursive !== 'false';
        const found = await collect(walkTree(repository, sha, isRecursive), call.context.signal);
        const tree = await collect(entryBodies(call, repository, found.slice(0, ENTRIES_MAX)), call.context.signal);
        return reply(200, { sha, url: objectUrl(call, 'tree', sha), tree, truncated: found.length > ENTRIES_MAX });
      }),
    }),
  ];
}

interface Wanted {
  readonly path: string;
  readonly mode: number;
  readonly id: ObjectId | undefined;
  readonly content: string | undefined;
}

/** What an entry asks for; a folder is all that is in it. */
function expand(view: View, { path, mode = '100644', type, sha, content }: TreeEntryBody): Wanted[] {
  const bits = Number.parseInt(mode, 8);
  if (sha === null) return [{ path, mode: bits, id: undefined, content: undefined }];
  if (content !== undefined && sha === undefined) return [{ path, mode: bits, id: undefined, content }];
  if (sha === undefined) throw new ServerError('request-invalid', `The entry "${path.slice(0, 200)}" has neither sha nor content.`, { place: 'body', path: '/tree' });
  if (bits === 0o160000) return [{ path, mode: bits, id: sha as ObjectId, content: undefined }];
  if (bits === 0o40000 || type === 'tree') {
    mustHaveObject(view, sha, 'tree');
    const below = view.list('', { revision: sha, recursive: true });
    return [
      { path, mode: bits, id: undefined, content: undefined },
      ...below.map((entry) => ({ path: `${path}/${entry.path}`, mode: entry.mode, id: entry.id, content: undefined })),
    ];
  }
  mustHaveObject(view, sha, 'blob');
  return [{ path, mode: bits, id: sha as ObjectId, content: undefined }];
}

/** All entries, folders before what is in them; stops after one more than is shown. */
function* walkTree(view: View, sha: string, isRecursive: boolean): Generator<ListedEntry, void, void> {
  const levels = [view.list('', { revision: sha })[Symbol.iterator]()];
  let count = 0;
  for (let level = levels.at(-1); level !== undefined && count <= ENTRIES_MAX; level = levels.at(-1)) {
    const next = level.next();
    if (next.done === true) {
      levels.pop();
      continue;
    }
    count++;
    yield next.value;
    if (isRecursive && next.value.type === 'tree') levels.push(view.list(next.value.path, { revision: sha })[Symbol.iterator]());
  }
}

function* entryBodies(call: Call, view: View, entries: readonly ListedEntry[]) {
  for (const entry of entries) yield entryBody(call, view, entry);
}

function entryBody(call: Call, { snapshot }: View, { path, mode, type, id }: ListedEntry) {
  const size = type === 'blob' ? snapshot.objects.findHeader(id)?.size : undefined;
  return { path, mode: modeText(mode), type, sha: id, ...(size === undefined ? {} : { size }), ...(type === 'commit' ? {} : { url: objectUrl(call, type, id) }) };
}
