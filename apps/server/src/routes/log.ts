import type { ChangeLogQuery, CommitInfo, LogOptions, View } from '@govc/core';

import { endpoint, reply, type Call, type Endpoint } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import { COMMIT, commitBody, REF } from './commit-body.js';
import { makePage, PAGE_PROPERTIES, pageQuery, pageStart, type PageQuery } from './pages.js';
import { readRepository, type RouteParts } from './parts.js';
import { collect } from './slices.js';

/** Which commits are asked for; the names are those of `git log`. */
export interface LogQuery extends PageQuery {
  readonly ref?: string;
  readonly sha?: string;
  readonly range?: string;
  readonly all?: boolean;
  readonly author?: string;
  readonly committer?: string;
  readonly grep?: string;
  readonly since?: string;
  readonly until?: string;
  readonly path?: string;
  readonly follow?: boolean;
  readonly merges?: boolean;
  readonly first_parent?: boolean;
  readonly order?: 'default' | 'topo' | 'date' | 'author-date';
  readonly reverse?: boolean;
  readonly ignore_case?: boolean;
  readonly regex?: 'basic' | 'extended' | 'fixed' | 'perl';
  readonly text?: string;
  readonly changed_line?: string;
}

const TEXT: Schema = { type: 'string', minLength: 1, maxLength: 4096 };

/** The properties of {@link LogQuery}. */
export const LOG_QUERY: Readonly<Record<string, Schema>> = {
  ref: REF,
  sha: { ...REF, description: 'Another name of ref.' },
  range: { ...TEXT, description: 'Instead of ref: revisions and ranges with spaces between, such as "v1.0..main ^topic".' },
  all: { type: 'boolean', description: 'Instead of ref: what any ref reaches.' },
  author: { ...TEXT, description: 'A pattern that the author, "name <email>", matches.' },
  committer: { ...TEXT, description: 'The same of the committer.' },
  grep: { ...TEXT, description: 'A pattern that a line of the message matches.' },
  since: { ...TEXT, description: 'RFC 3339, or as Git reads dates: "2 weeks ago".' },
  until: TEXT,
  path: { ...TEXT, description: 'Only commits that change this file or folder; pathspecs are understood.' },
  follow: { type: 'boolean', description: 'Follow the file at path through renames.' },
  merges: { type: 'boolean', description: 'true: only merges; false: none.' },
  first_parent: { type: 'boolean' },
  order: { type: 'string', enum: ['default', 'topo', 'date', 'author-date'] },
  reverse: { type: 'boolean' },
  ignore_case: { type: 'boolean' },
  regex: { type: 'string', enum: ['basic', 'extended', 'fixed', 'perl'], description: 'How patterns are written. Default: basic.' },
  text: { ...TEXT, description: 'Only commits that change how often this text stands in a file (-S).' },
  changed_line: { ...TEXT, description: 'Only commits with a changed line that matches this pattern (-G).' },
};

const LOG: Schema = {
  title: 'Log',
  type: 'object',
  required: ['commits', 'count', 'limit', 'offset', 'has_more'],
  properties: { commits: { type: 'array', items: COMMIT }, ...PAGE_PROPERTIES },
};

/** Listing commits. */
export function logRoutes(parts: RouteParts): Endpoint[] {
  return ['/api/v1/repos/{id}/commits', '/api/v1/repos/{id}/log'].map((path) => endpoint<unknown, LogQuery>({
    method: 'get', path, summary: 'List commits, newest first', tag: 'commits', permission: 'repo:read',
    query: { type: 'object', properties: { ...pageQuery(50), ...LOG_QUERY } },
    answers: { 200: LOG },
    handle: (call) => readRepository(parts, call, async ({ repository }) => {
      const page = await readLog(call, repository, call.query);
      return { ...reply(200, { commits: page.items.map(commitBody), ...page.fields }), headers: page.headers };
    }),
  }));
}

/** A page of commits. A cursor goes on from what the first page was made of, so that new commits do not shift it. */
export async function readLog(call: Call, view: View, query: LogQuery) {
  const asked = pageStart(query);
  const revisions = asked.pin?.split(' ') ?? pinned(view, query);
  const start = { ...asked, pin: revisions.join(' ').length > 600 ? undefined : revisions.join(' ') };
  const count = start.offset + start.limit + 1;
  const walk = skipped(walkCommits(view, query, { revisions, count }), start.offset);
  const found = (await collect(walk, call.context.signal)).filter((commit) => commit !== undefined);
  return makePage(call, found, start);
}

/** Where the walk begins and ends, as ids. */
function pinned(view: View, { ref, sha, range, all }: LogQuery): string[] {
  if (all === true) return ['--all'];
  if (range === undefined) {
    const name = ref ?? sha;
    if ((name === undefined || name === 'HEAD') && view.head().id === undefined) return [];
    return [view.commitAt(name ?? 'HEAD').id];
  }
  return range.split(/\s+/).filter((word) => word !== '').flatMap((word) => {
    const { include, exclude } = view.resolveRange(word);
    return [...include, ...exclude.map((id) => `^${id}`)];
  });
}

function walkCommits(view: View, query: LogQuery, { revisions, count }: { readonly revisions: readonly string[]; readonly count: number }): Iterable<CommitInfo> {
  if (revisions.length === 0) return [];
  const { author, committer, grep, path, merges } = query;
  const options: LogOptions & ChangeLogQuery = {
    revisions, maxCount: count, author, committer, grep,
    since: query.since, until: query.until,
    paths: path === undefined ? undefined : [path],
    minParents: merges === true ? 2 : undefined,
    maxParents: merges === false ? 1 : undefined,
    firstParent: query.first_parent, order: query.order, reverse: query.reverse, ignoreCase: query.ignore_case, patternSyntax: query.regex,
  };
  const { text, changed_line: changedLine } = query;
  const isFollowed = query.follow === true && path !== undefined;
  if (!isFollowed && text === undefined && changedLine === undefined) return view.log(options);
  const { merges: _merges, ...rest } = options;
  return view.changeLog({ ...rest, text, changedLine, follow: isFollowed ? path : undefined });
}

/** Gives nothing for the first commits, so that skipping many lets others run in between. */
export function* skipped<Value>(values: Iterable<Value>, count: number): Generator<Value | undefined, void, void> {
  let index = 0;
  for (const value of values) yield index++ < count ? undefined : value;
}
