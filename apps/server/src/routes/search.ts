import type { CommitInfo, GrepFile, GrepOptions, View } from '@govc/core';
import { compileTextPattern } from '@govc/core/plumbing';

import { ServerError } from '../errors.js';
import { endpoint, reply, type Call, type Endpoint } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import { COMMIT, commitBody, REF } from './commit-body.js';
import { textOf } from './diff-body.js';
import { modeText } from './file-body.js';
import { skipped } from './log.js';
import { makePage, PAGE_PROPERTIES, pageQuery, pageStart, type PageQuery } from './pages.js';
import { readRepository, type RouteParts } from './parts.js';
import { collect } from './slices.js';

interface SearchQuery extends PageQuery {
  readonly query?: string;
  readonly q?: string;
  readonly ref?: string;
  readonly path?: string;
  readonly case_sensitive: boolean;
  readonly regex: boolean;
  readonly author?: string;
  readonly since?: string;
  readonly until?: string;
}

interface GrepBody extends PageQuery {
  readonly pattern: string;
  readonly path?: string;
  readonly ref?: string;
  readonly case_sensitive: boolean;
  readonly regex: boolean;
  readonly invert_match?: boolean;
  readonly word_regexp?: boolean;
  readonly line_regexp?: boolean;
  readonly context_before?: number;
  readonly context_after?: number;
  readonly context?: number;
  readonly max_count?: number;
}

const TEXT: Schema = { type: 'string', minLength: 1, maxLength: 4096 };
const SPAN: Schema = { type: 'object', required: ['start', 'end'], properties: { start: { type: 'integer' }, end: { type: 'integer' } } };
const CONTEXT: Schema = { type: 'integer', minimum: 0, maximum: 1000 };

const TERM_QUERY: Readonly<Record<string, Schema>> = {
  query: { ...TEXT, description: 'What is looked for.' }, q: { ...TEXT, description: 'Another name of query.' },
  case_sensitive: { type: 'boolean', default: false }, regex: { type: 'boolean', default: false, description: 'Whether it is an extended expression.' },
  ...pageQuery(50),
};

const LINE: Schema = {
  type: 'object', required: ['path', 'ref', 'line', 'column', 'content', 'matches'],
  properties: {
    path: { type: 'string' }, ref: { type: 'string' }, line: { type: 'integer', description: 'From 1.' }, column: { type: 'integer', description: 'From 1, in bytes.' },
    content: { type: 'string' }, preview: { type: 'string' }, before: { type: 'array', items: { type: 'string' } }, after: { type: 'array', items: { type: 'string' } },
    matches: { type: 'array', items: SPAN, description: 'Where in the line, in bytes.' },
  },
};

function found(results: Schema, name: string): Schema {
  return {
    type: 'object', required: [name, 'results', 'total', 'limit', 'offset', 'count', 'has_more'],
    properties: { [name]: { type: 'string' }, results: { type: 'array', items: results }, total: { type: 'integer', description: 'Found so far: all, where has_more is false.' }, ...PAGE_PROPERTIES },
  };
}

/** Looking for commits, lines and files. */
export function searchRoutes(parts: RouteParts): Endpoint[] {
  return [searchingCommits(parts), searchingContent(parts), searchingFiles(parts), grepping(parts)];
}

function searchingCommits(parts: RouteParts): Endpoint {
  return endpoint<unknown, SearchQuery>({
    method: 'get', path: '/api/v1/repos/{id}/search/commits', summary: 'Find commits by message, author and id', tag: 'search', permission: 'repo:read',
    query: { type: 'object', properties: { ...TERM_QUERY, ref: { ...REF, description: 'Default: all refs.' }, author: TEXT, since: TEXT, until: TEXT } },
    answers: {
      200: found({ ...COMMIT, title: 'FoundCommit', properties: { ...(COMMIT['properties'] as object), matches: { type: 'array', items: {
        type: 'object', required: ['field', 'line', 'column', 'preview'],
        properties: { field: { type: 'string' }, line: { type: 'integer' }, column: { type: 'integer' }, preview: { type: 'string' } },
      } } } }, 'query'),
    },
    handle: (call) => readRepository(parts, call, async ({ repository }) => {
      const term = termOf(call);
      const { ref, author, since, until, case_sensitive: isExact, regex } = call.query;
      const start = pageStart(call.query);
      const isUnborn = repository.branches().length === 0;
      const walk = isUnborn ? [] : repository.log({ revisions: [ref ?? '--all'], author, since, until, ignoreCase: true });
      const find = matcherOf(term, { isExact, regex });
      const limit = start.offset + start.limit + 1;
      const hits = (await collect(taken(matchingCommits(walk, find), limit), call.context.signal)).filter((hit) => hit !== undefined).slice(start.offset);
      const page = makePage(call, hits, start);
      return searchReply('query', term, { ...page, items: page.items.map(({ commit, matches }) => ({ ...commitBody(commit), matches })) });
    }),
  });
}

/** Undefined stands for a commit that does not match, so that others may run in between. */
function* matchingCommits(commits: Iterable<CommitInfo>, find: (text: string) => number) {
  for (const commit of commits) {
    const fields = { message: commit.message.replace(/\n$/, ''), author: commit.author.name, email: commit.author.email, hash: commit.id };
    const matches = Object.entries(fields).flatMap(([field, text]) => text.split('\n').flatMap((line, index) => {
      const column = find(line);
      return column < 0 ? [] : [{ field, line: index + 1, column: column + 1, preview: line.slice(0, 200) }];
    }));
    yield matches.length === 0 ? undefined : { commit, matches };
  }
}

/** Ends after so many that are something. */
function* taken<Value>(values: Iterable<Value | undefined>, count: number): Generator<Value | undefined, void, void> {
  let left = count;
  for (const value of values) {
    yield value;
    if (value !== undefined && --left <= 0) return;
  }
}

function searchingFiles(parts: RouteParts): Endpoint {
  return endpoint<unknown, SearchQuery>({
    method: 'get', path: '/api/v1/repos/{id}/search/files', summary: 'Find files by path', tag: 'search', permission: 'repo:read',
    query: { type: 'object', properties: { ...TERM_QUERY, ref: REF } },
    answers: {
      200: found({
        type: 'object', required: ['path', 'ref', 'mode', 'matches'],
        properties: { path: { type: 'string' }, ref: { type: 'string' }, size: { type: 'integer' }, mode: { type: 'string' }, matches: { type: 'array', items: SPAN } },
      }, 'query'),
    },
    handle: (call) => readRepository(parts, call, async ({ repository }) => {
      const term = termOf(call);
      const { ref = 'HEAD', case_sensitive: isExact, regex } = call.query;
      const find = matcherOf(term, { isExact, regex });
      const start = pageStart(call.query);
      const all = repository.list('', { revision: ref, recursive: true });
      const hits = (await collect(matchingFiles(all, find), call.context.signal)).filter((hit) => hit !== undefined);
      const page = makePage(call, hits.slice(start.offset, start.offset + start.limit + 1), start);
      const { objects } = repository.snapshot;
      const items = page.items.map(({ path, id, mode, at }) => ({
        path, ref, size: objects.findHeader(id)?.size ?? 0, mode: modeText(mode), matches: [{ start: at, end: at + term.length }],
      }));
      return searchReply('query', term, { ...page, items }, hits.length);
    }),
  });
}

function* matchingFiles(entries: readonly ReturnType<View['list']>[number][], find: (text: string) => number) {
  for (const entry of entries) {
    const at = find(entry.path);
    yield at < 0 ? undefined : { ...entry, at };
  }
}

function searchingContent(parts: RouteParts): Endpoint {
  return endpoint<unknown, SearchQuery>({
    method: 'get', path: '/api/v1/repos/{id}/search/content', summary: 'Find lines of files', tag: 'search', permission: 'repo:read',
    query: { type: 'object', properties: { ...TERM_QUERY, ref: REF, path: { ...TEXT, description: 'Only this file or folder.' } } },
    answers: { 200: found(LINE, 'query') },
    handle: (call) => readRepository(parts, call, async ({ repository }) => {
      const term = termOf(call);
      const { ref = 'HEAD', path, case_sensitive: isExact, regex } = call.query;
      const options: GrepOptions = { syntax: regex ? 'extended' : 'fixed', ignoreCase: !isExact, revision: ref, paths: path === undefined ? undefined : [path] };
      return searchReply('query', term, await readLines(call, repository, { term, ref, options, start: call.query }));
    }),
  });
}

function grepping(parts: RouteParts): Endpoint {
  return endpoint<GrepBody>({
    method: 'post', path: '/api/v1/repos/{id}/grep', summary: 'Find lines of files, as git grep', tag: 'search', permission: 'repo:read',
    body: {
      type: 'object', required: ['pattern'], additionalProperties: false,
      properties: {
        pattern: TEXT, path: TEXT, ref: REF, case_sensitive: { type: 'boolean', default: true },
        regex: { type: 'boolean', default: true, description: 'Whether the pattern is an extended expression.' },
        invert_match: { type: 'boolean' }, word_regexp: { type: 'boolean' }, line_regexp: { type: 'boolean', description: 'The pattern must match a whole line.' },
        context_before: CONTEXT, context_after: CONTEXT, context: CONTEXT, max_count: { type: 'integer', minimum: 1, maximum: 1_000_000, description: 'In each file.' },
        ...pageQuery(100),
      },
    },
    answers: { 200: found(LINE, 'pattern') },
    handle: (call) => readRepository(parts, call, async ({ repository }) => {
      const { pattern, path, ref = 'HEAD', regex, line_regexp: isWhole = false } = call.body;
      const term = isWhole ? `^(${regex ? pattern : escaped(pattern)})$` : pattern;
      const options: GrepOptions = {
        syntax: regex || isWhole ? 'extended' : 'fixed', ignoreCase: !call.body.case_sensitive, revision: ref, paths: path === undefined ? undefined : [path],
        invert: call.body.invert_match, word: call.body.word_regexp, countMax: call.body.max_count,
        before: call.body.context_before ?? call.body.context, after: call.body.context_after ?? call.body.context,
      };
      return searchReply('pattern', pattern, await readLines(call, repository, { term, ref, options, start: call.body }));
    }),
  });
}

interface LineSearch {
  readonly term: string;
  readonly ref: string;
  readonly options: GrepOptions;
  readonly start: PageQuery;
}

async function readLines(call: Call, view: View, { term, ref, options, start: asked }: LineSearch) {
  const start = pageStart(asked);
  const isUnborn = view.head().id === undefined && ref === 'HEAD';
  const lines = isUnborn ? [] : matchingLines(view.grep(term, options), ref);
  const walk = taken(skipped(lines, start.offset), start.limit + 1);
  return makePage(call, (await collect(walk, call.context.signal)).filter((line) => line !== undefined), start);
}

function* matchingLines(files: Iterable<GrepFile>, ref: string) {
  for (const { path, lines } of files) {
    for (const [index, { isMatch, line, text, spans }] of lines.entries()) {
      if (!isMatch) continue;
      const content = textOf(text);
      const before = around(lines, index, -1);
      const after = around(lines, index, 1);
      yield {
        path, ref, line: line + 1, column: (spans[0]?.start ?? 0) + 1, content, preview: content.trim().slice(0, 200),
        ...(before.length === 0 ? {} : { before }), ...(after.length === 0 ? {} : { after }),
        matches: spans.map(({ start, end }) => ({ start, end })),
      };
    }
  }
}

/** The lines right before or behind a match that are only shown with it, in order. */
function around(lines: GrepFile['lines'], index: number, step: -1 | 1): string[] {
  const found: string[] = [];
  for (let at = index + step; ; at += step) {
    const line = lines[at];
    if (line === undefined || line.isMatch || line.line !== lines[index]!.line + (at - index)) break;
    found.push(textOf(line.text));
  }
  return step < 0 ? found.reverse() : found;
}

function termOf({ query: { query, q } }: Call<unknown, SearchQuery>): string {
  const term = query ?? q;
  if (term === undefined) throw new ServerError('query-missing', 'Say what is looked for, in "query".', { place: 'query', path: '/query' });
  return term;
}

/** Where a text has what is looked for, or -1. An expression of JavaScript would let a caller stop the server, so none is made. */
function matcherOf(term: string, { isExact, regex }: { readonly isExact: boolean; readonly regex: boolean }): (text: string) => number {
  if (regex) {
    const pattern = compileTextPattern(term, { syntax: 'extended', ignoreCase: !isExact });
    return (text) => {
      const bytes = Buffer.from(text);
      return pattern.find(bytes, 0, bytes.length)?.start ?? -1;
    };
  }
  const wanted = isExact ? term : term.toLowerCase();
  return (text) => (isExact ? text : text.toLowerCase()).indexOf(wanted);
}

function escaped(text: string): string {
  return text.replace(/[.[\]*+?(){}^$|\\]/g, String.raw`\$&`);
}

function searchReply(
  name: 'query' | 'pattern', term: string, page: ReturnType<typeof makePage<object>>, total = page.fields.offset + page.fields.count,
) {
  return { ...reply(200, { [name]: term, results: page.items, total, ...page.fields }), headers: page.headers };
}
