import type { ObjectId, View } from '@govc/core';

import { ServerError } from '../errors.js';
import { endpoint, reply, type Endpoint } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import { REF } from './commit-body.js';
import { textOf } from './diff-body.js';
import { PAGE_PROPERTIES, makePage, pageQuery, pageStart, type PageQuery } from './pages.js';
import { readRepository, type RouteParts } from './parts.js';
import { collect } from './slices.js';
import { scoreFiles, wordsOf, type IndexedFile } from './text-index.js';
import { TextIndexes } from './text-indexes.js';

interface FulltextBody extends PageQuery {
  readonly query: string;
  readonly ref?: string;
  readonly file_types?: readonly string[];
  readonly max_size?: number;
  readonly min_score?: number;
  readonly include_content?: boolean;
  readonly highlight_length: number;
  readonly sort_by: 'score' | 'path' | 'size';
}

interface AggregateBody {
  readonly group_by: readonly ('author' | 'email' | 'day' | 'month' | 'year' | 'weekday' | 'hour')[];
  readonly ref?: string;
  readonly query?: string;
  readonly time_range?: { readonly since?: string; readonly until?: string };
}

const INTEGER: Schema = { type: 'integer' };
const TEXT: Schema = { type: 'string', minLength: 1, maxLength: 4096 };

/** Full-text search, and numbers about what a repository holds. */
export function textSearchRoutes(parts: RouteParts): Endpoint[] {
  const indexes = new TextIndexes();
  return [fulltext(parts, indexes), suggestions(parts, indexes), statistics(parts, indexes), aggregate(parts), rebuild(parts, indexes)];
}

function fulltext(parts: RouteParts, indexes: TextIndexes): Endpoint {
  return endpoint<FulltextBody>({
    method: 'post', path: '/api/v1/repos/{id}/search/fulltext', summary: 'Find files by words, the most telling first', tag: 'search', permission: 'repo:read',
    body: {
      type: 'object', required: ['query'], additionalProperties: false,
      properties: {
        query: TEXT, ref: REF, file_types: { type: 'array', items: { type: 'string', minLength: 1, maxLength: 20 }, maxItems: 100, description: 'Ends of names, such as "ts".' },
        max_size: { type: 'integer', minimum: 0 }, min_score: { type: 'number', minimum: 0 }, include_content: { type: 'boolean' },
        highlight_length: { type: 'integer', minimum: 0, maximum: 1000, default: 120 }, sort_by: { type: 'string', enum: ['score', 'path', 'size'], default: 'score' },
        ...pageQuery(50),
      },
    },
    answers: {
      200: {
        type: 'object', required: ['query', 'results', 'total'],
        properties: {
          query: { type: 'string' },
          results: {
            type: 'array',
            items: {
              type: 'object', required: ['path', 'score', 'size', 'highlights'],
              properties: {
                path: { type: 'string' }, score: { type: 'number' }, size: INTEGER, id: { type: 'string' }, content: { type: 'string' },
                highlights: { type: 'array', items: { type: 'object', required: ['line', 'text'], properties: { line: INTEGER, text: { type: 'string' } } } },
              },
            },
          },
          total: INTEGER, ...PAGE_PROPERTIES,
        },
      },
    },
    handle: (call) => readRepository(parts, call, async ({ repository }) => {
      const { query, ref = 'HEAD', file_types: types, max_size: sizeMax, min_score: scoreMin = 0, sort_by: order } = call.body;
      const index = await indexes.of(repository, ref, call.context.signal);
      const terms = [...wordsOf(query)];
      const fits = ({ path, size }: IndexedFile): boolean =>
        (types === undefined || types.some((type) => path.endsWith(`.${type.replace(/^\./, '')}`))) && (sizeMax === undefined || size <= sizeMax);
      const hits = scoreFiles(index, terms).filter(({ file, score }) => score >= scoreMin && fits(file));
      if (order === 'path') hits.sort((one, other) => (one.file.path < other.file.path ? -1 : 1));
      if (order === 'size') hits.sort((one, other) => other.file.size - one.file.size);
      const start = pageStart(call.body);
      const page = makePage(call, hits.slice(start.offset, start.offset + start.limit + 1), start);
      const results = page.items.map(({ file: { path, id, size }, score }) => {
        const text = textOfBlob(repository, id);
        return {
          path, id, size, score: Math.round(score * 1000) / 1000, highlights: highlightsOf(text, terms, call.body.highlight_length),
          ...(call.body.include_content === true ? { content: text } : {}),
        };
      });
      return { ...reply(200, { query, results, total: hits.length, ...page.fields }), headers: page.headers };
    }),
  });
}

/** By its id, because the branch may have moved since it was indexed. */
function textOfBlob({ snapshot }: View, id: string): string {
  return textOf(snapshot.objects.find(id as ObjectId)?.body ?? new Uint8Array(0));
}

/** The first lines that hold one of the words. */
function highlightsOf(text: string, terms: readonly string[], length: number) {
  const found: { line: number; text: string }[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const small = line.toLowerCase();
    if (!terms.some((term) => small.includes(term))) continue;
    found.push({ line: index + 1, text: line.trim().slice(0, length) });
    if (found.length >= 3) break;
  }
  return found;
}

function suggestions(parts: RouteParts, indexes: TextIndexes): Endpoint {
  return endpoint<unknown, { readonly q?: string; readonly query?: string; readonly limit: number; readonly ref?: string }>({
    method: 'get', path: '/api/v1/repos/{id}/search/suggestions', summary: 'Words and paths that begin so', tag: 'search', permission: 'repo:read',
    query: { type: 'object', properties: { q: TEXT, query: TEXT, limit: { type: 'integer', minimum: 1, maximum: 100, default: 10 }, ref: REF } },
    answers: {
      200: {
        type: 'object', required: ['query', 'suggestions', 'limit'],
        properties: { query: { type: 'string' }, suggestions: { type: 'array', items: { type: 'string' } }, limit: INTEGER },
      },
    },
    handle: (call) => readRepository(parts, call, async ({ repository }) => {
      const { limit, ref = 'HEAD' } = call.query;
      const query = call.query.q ?? call.query.query;
      if (query === undefined) throw new ServerError('query-missing', 'Say how it begins, in "q".', { place: 'query', path: '/q' });
      const { words, files } = await indexes.of(repository, ref, call.context.signal);
      const small = query.toLowerCase();
      const byCount = [...words].filter(([word]) => word.startsWith(small)).sort(([one, inOne], [other, inOther]) => inOther.size - inOne.size || (one < other ? -1 : 1));
      const paths = files.map(({ path }) => path).filter((path) => path.slice(path.lastIndexOf('/') + 1).toLowerCase().startsWith(small));
      return reply(200, { query, suggestions: [...byCount.map(([word]) => word), ...paths].slice(0, limit), limit });
    }),
  });
}

function statistics(parts: RouteParts, indexes: TextIndexes): Endpoint {
  return endpoint<unknown, { readonly ref?: string }>({
    method: 'get', path: '/api/v1/repos/{id}/search/statistics', summary: 'Numbers about a revision: files, lines, words, by kind', tag: 'search', permission: 'repo:read',
    query: { type: 'object', properties: { ref: REF } },
    answers: {
      200: {
        type: 'object', required: ['files', 'bytes', 'lines', 'words', 'distinct_words', 'skipped_files', 'commits', 'branches', 'tags', 'by_extension'],
        properties: {
          files: { ...INTEGER, description: 'That are searched.' }, bytes: INTEGER, lines: INTEGER, words: INTEGER, distinct_words: INTEGER,
          skipped_files: { ...INTEGER, description: 'Binary, or too large to be searched.' }, commits: INTEGER, branches: INTEGER, tags: INTEGER,
          by_extension: {
            type: 'array', items: { type: 'object', required: ['extension', 'files', 'bytes', 'lines'], properties: { extension: { type: 'string' }, files: INTEGER, bytes: INTEGER, lines: INTEGER } },
          },
        },
      },
    },
    handle: (call) => readRepository(parts, call, async ({ repository }) => {
      const { ref = 'HEAD' } = call.query;
      const { files, words, skippedCount } = await indexes.of(repository, ref, call.context.signal);
      const kinds = new Map<string, { extension: string; files: number; bytes: number; lines: number }>();
      for (const { path, size, lineCount } of files) {
        const extension = /[^/]\.([^./]{1,20})$/.exec(path)?.[1] ?? '';
        const kind = kinds.get(extension) ?? { extension, files: 0, bytes: 0, lines: 0 };
        kinds.set(extension, { extension, files: kind.files + 1, bytes: kind.bytes + size, lines: kind.lines + lineCount });
      }
      const isUnborn = repository.head().id === undefined && ref === 'HEAD';
      const sum = (of: (file: IndexedFile) => number): number => files.reduce((total, file) => total + of(file), 0);
      return reply(200, {
        files: files.length, bytes: sum(({ size }) => size), lines: sum(({ lineCount }) => lineCount), words: sum(({ wordCount }) => wordCount),
        distinct_words: words.size, skipped_files: skippedCount, commits: isUnborn ? 0 : repository.countRevisions({ revisions: [ref] }).right,
        branches: repository.branches().length, tags: repository.tags().length,
        by_extension: [...kinds.values()].sort((one, other) => other.files - one.files || (one.extension < other.extension ? -1 : 1)),
      });
    }),
  });
}

function aggregate(parts: RouteParts): Endpoint {
  return endpoint<AggregateBody>({
    method: 'post', path: '/api/v1/repos/{id}/search/aggregate', summary: 'Count commits by author and time', tag: 'search', permission: 'repo:read',
    body: {
      type: 'object', required: ['group_by'], additionalProperties: false,
      properties: {
        group_by: { type: 'array', minItems: 1, maxItems: 4, items: { type: 'string', enum: ['author', 'email', 'day', 'month', 'year', 'weekday', 'hour'] } },
        ref: { ...REF, description: 'Default: all refs.' }, query: { ...TEXT, description: 'Only commits whose message has a line that matches.' },
        time_range: { type: 'object', additionalProperties: false, properties: { since: TEXT, until: TEXT } },
      },
    },
    answers: {
      200: {
        type: 'object', required: ['groups', 'total'],
        properties: {
          groups: {
            type: 'array',
            items: {
              type: 'object', required: ['key', 'count', 'first', 'last'],
              properties: { key: { type: 'object', additionalProperties: { type: 'string' } }, count: INTEGER, first: { type: 'string', format: 'date-time' }, last: { type: 'string', format: 'date-time' } },
            },
          },
          total: INTEGER,
        },
      },
    },
    handle: (call) => readRepository(parts, call, async ({ repository }) => {
      const { group_by: names, ref, query, time_range: range } = call.body;
      const log = repository.branches().length === 0 && ref === undefined ? [] : repository.log({
        revisions: [ref ?? '--all'], grep: query, since: range?.since, until: range?.until,
      });
      const groups = new Map<string, { key: Record<string, string>; count: number; first: string; last: string }>();
      let total = 0;
      for (const { author } of await collect(log, call.context.signal)) {
        const time = new Date(Math.min(Math.max(author.timeSeconds, 0), 8.64e12) * 1000).toISOString();
        const parts: Readonly<Record<string, string>> = {
          author: author.name, email: author.email, day: time.slice(0, 10), month: time.slice(0, 7), year: time.slice(0, 4), hour: time.slice(11, 13),
          weekday: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'][new Date(time).getUTCDay()]!,
        };
        const key = Object.fromEntries(names.map((name) => [name, parts[name] ?? '']));
        const group = groups.get(JSON.stringify(key)) ?? { key, count: 0, first: time, last: time };
        groups.set(JSON.stringify(key), { key, count: group.count + 1, first: time < group.first ? time : group.first, last: time > group.last ? time : group.last });
        total++;
      }
      const sorted = [...groups.values()].sort((one, other) => other.count - one.count || (JSON.stringify(one.key) < JSON.stringify(other.key) ? -1 : 1));
      return reply(200, { groups: sorted, total });
    }),
  });
}

function rebuild(parts: RouteParts, indexes: TextIndexes): Endpoint {
  return endpoint<unknown, { readonly ref?: string }>({
    method: 'post', path: '/api/v1/repos/{id}/search/rebuild', summary: 'Build the index of a revision anew', tag: 'search', permission: 'repo:write',
    query: { type: 'object', properties: { ref: REF } },
    answers: { 200: { type: 'object', required: ['status', 'message'], properties: { status: { const: 'rebuilt' }, message: { type: 'string' } } } },
    handle: (call) => readRepository(parts, call, async ({ repository }) => {
      indexes.clear();
      const { files } = await indexes.of(repository, call.query.ref ?? 'HEAD', call.context.signal);
      return reply(200, { status: 'rebuilt', message: `${files.length} files can be searched.` });
    }),
  });
}
