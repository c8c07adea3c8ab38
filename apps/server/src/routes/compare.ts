import { ServerError } from '../errors.js';
import { endpoint, reply, StreamBody, type Call, type Endpoint } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import { COMMIT, commitBody } from './commit-body.js';
import { CHANGED_FILE, changedFiles, DIFF_QUERY, diffOptions, type DiffQuery } from './diff-body.js';
import { fileBody, FILE } from './file-body.js';
import { readLog } from './log.js';
import { PAGE_PROPERTIES, pageQuery, type PageQuery } from './pages.js';
import { readRepository, type RouteParts } from './parts.js';
import { streamRepository } from './streams.js';

interface CompareQuery extends DiffQuery, PageQuery {
  readonly patch: boolean;
}

const COMPARISON: Schema = {
  title: 'Comparison',
  type: 'object',
  required: ['base', 'head', 'base_commit', 'head_commit', 'status', 'ahead_by', 'behind_by', 'total_commits', 'commits', 'files'],
  properties: {
    base: { type: 'string' }, head: { type: 'string' },
    base_commit: { type: 'string' }, head_commit: { type: 'string' },
    merge_base: { type: 'string', description: 'With which the files are compared; absent where the histories have nothing in common.' },
    status: { type: 'string', enum: ['identical', 'ahead', 'behind', 'diverged'] },
    ahead_by: { type: 'integer' }, behind_by: { type: 'integer' }, total_commits: { type: 'integer' },
    commits: { type: 'array', items: COMMIT, description: 'Those that head has and base has not, newest first.' },
    files: { type: 'array', items: CHANGED_FILE },
    ...PAGE_PROPERTIES,
  },
};

const SHOWN: Schema = {
  title: 'ShownCommit',
  type: 'object',
  required: ['commit', 'tree', 'files', 'changes'],
  properties: {
    commit: COMMIT,
    tree: { type: 'string' },
    files: { type: 'array', items: FILE, description: 'All files of the commit, at most 1,000 of them and 8 MiB.' },
    truncated: { type: 'boolean', description: 'Whether files were left out.' },
    changes: { type: 'array', items: CHANGED_FILE, description: 'What the commit changed against its first parent.' },
  },
};

const SHOWN_COUNT = 1000;
const SHOWN_SIZE = 8 * 1024 * 1024;

/** Comparing branches, and showing commits with what they hold. */
export function compareRoutes(parts: RouteParts): Endpoint[] {
  const common = { method: 'get', tag: 'commits', permission: 'repo:read' } as const;
  return [
    endpoint<unknown, CompareQuery>({
      ...common, path: '/api/v1/repos/{id}/compare/{basehead*}', summary: 'Compare two branches: base...head',
      query: {
        type: 'object',
        properties: { ...pageQuery(250), ...DIFF_QUERY, patch: { type: 'boolean', default: false, description: 'With the patch of each file.' } },
      },
      answers: { 200: COMPARISON },
      handle: (call) => readRepository(parts, call, async ({ repository }) => {
        const { base, head } = endsOf(call.path['basehead'] ?? '');
        const baseId = repository.commitAt(base).id;
        const headId = repository.commitAt(head).id;
        const { ahead, behind } = repository.aheadBehind(headId, baseId);
        const [mergeBase] = repository.mergeBase([baseId, headId]);
        const page = await readLog(call, repository, { ...withoutFilters(call.query), range: `${baseId}..${headId}` });
        const files = await changedFiles(call, repository, {
          from: mergeBase, to: headId, options: diffOptions(call.query), withPatch: call.query.patch,
        });
        return {
          ...reply(200, {
            base, head, base_commit: baseId, head_commit: headId, ...(mergeBase === undefined ? {} : { merge_base: mergeBase }),
            status: ahead === 0 ? (behind === 0 ? 'identical' : 'behind') : behind === 0 ? 'ahead' : 'diverged',
            ahead_by: ahead, behind_by: behind, total_commits: ahead, commits: page.items.map(commitBody), files, ...page.fields,
          }),
          headers: page.headers,
        };
      }),
    }),
    showing(parts),
    endpoint<unknown, DiffQuery>({
      ...common, path: '/api/v1/repos/{id}/commits/{commit}/patch', summary: 'What a commit changed, as git show prints it',
      query: { type: 'object', properties: DIFF_QUERY }, answers: { 200: {} }, media: ['text/x-diff'],
      handle: (call) => streamRepository(parts, call, ({ repository }) => {
        const patch = repository.commitPatch(call.path['commit'] ?? '', diffOptions(call.query));
        return { status: 200, body: new StreamBody('text/x-diff; charset=utf-8', [patch], { size: patch.length }) };
      }),
    }),
  ];
}

function showing(parts: RouteParts): Endpoint {
  return endpoint<unknown, DiffQuery & { readonly files: boolean }>({
    method: 'get', tag: 'commits', permission: 'repo:read',
    path: '/api/v1/repos/{id}/show/{commit}', summary: 'Get a commit with its files and what it changed',
    query: { type: 'object', properties: { files: { type: 'boolean', default: true, description: 'With all files of the commit.' }, ...DIFF_QUERY } },
    answers: { 200: SHOWN },
    handle: (call) => readRepository(parts, call, async ({ repository }) => {
      const commit = repository.commitAt(call.path['commit'] ?? '');
      const changes = await changedFiles(call, repository, {
        from: commit.parents[0], to: commit.id, options: diffOptions(call.query), withPatch: true,
      });
      const files = [];
      let left = SHOWN_SIZE;
      let isTruncated = false;
      for (const { path, id, type } of call.query.files ? repository.list('', { revision: commit.id, recursive: true }) : []) {
        if (type !== 'blob') continue;
        const size = repository.snapshot.objects.findHeader(id)?.size ?? 0;
        if (files.length >= SHOWN_COUNT || size > left) {
          isTruncated = true;
          break;
        }
        left -= size;
        files.push(fileBody(repository.readFile(path, commit.id)));
      }
      return reply(200, { commit: commitBody(commit), tree: commit.tree, files, truncated: isTruncated, changes });
    }),
  });
}

/** `base...head`; with two dots it means the same. */
function endsOf(text: string): { readonly base: string; readonly head: string } {
  const match = /^(.+?)\.{2,3}(.+)$/.exec(text);
  if (match !== null) return { base: match[1]!, head: match[2]! };
  throw new ServerError('request-invalid', 'Compare two revisions, as in main...topic.', { place: 'path' });
}

function withoutFilters({ limit, offset, page, cursor }: Call<unknown, PageQuery>['query']): PageQuery {
  return { limit, ...(offset === undefined ? {} : { offset }), ...(page === undefined ? {} : { page }), ...(cursor === undefined ? {} : { cursor }) };
}
