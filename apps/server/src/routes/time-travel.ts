import { ServerError } from '../errors.js';
import { endpoint, RawBody, reply, type Call, type Endpoint, type Reply } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import { parseMoment } from '../time-travel/moment.js';
import { findPast, type Past, type PastSource } from '../time-travel/past.js';
import type { HostedRepository } from '../repositories/repositories.js';
import { COMMIT, commitBody, shortBranch } from './commit-body.js';
import { FILE, fileBody, modeText } from './file-body.js';
import { readRepository, type RouteParts } from './parts.js';
import { ENTRY_LIST, MOMENT_PROPERTIES } from './view-answers.js';
import { collect } from './slices.js';
import { isoSeconds } from './times.js';

interface WhenQuery {
  readonly ref?: string;
  readonly by: PastSource;
}

const WHEN: Readonly<Record<string, Schema>> = {
  ref: { type: 'string', minLength: 1, maxLength: 4096, description: 'Branch or other ref. Default: the current branch.' },
  by: {
    type: 'string', enum: ['reflog', 'commit-date'], default: 'reflog',
    description: 'reflog: where the ref stood then; without a reflog, and with commit-date: the newest commit made by then.',
  },
};

interface Visit extends Past {
  readonly hosted: HostedRepository;
  readonly ref: string;
  readonly timeSeconds: number;
}

/** What was where at some moment. */
export function timeTravelRoutes(parts: RouteParts): Endpoint[] {
  const base = '/api/v1/repos/{id}/time-travel/{timestamp}';
  const route = <Query extends WhenQuery>(
    definition: { readonly at: string; readonly summary: string; readonly query?: Readonly<Record<string, Schema>>; readonly answer: Schema },
    look: (visit: Visit, call: Call<unknown, Query>) => Reply | Promise<Reply>,
  ): Endpoint => endpoint<unknown, Query>({
    method: 'get', path: `${base}${definition.at}`, summary: definition.summary, tag: 'time travel', permission: 'repo:read',
    query: { type: 'object', properties: { ...WHEN, ...definition.query } },
    answers: { 200: definition.answer }, media: ['application/octet-stream'],
    handle: (call) => readRepository(parts, call, (hosted) => look(visitOf(parts, hosted, call), call)),
  });
  const raw: Readonly<Record<string, Schema>> = { raw: { type: 'boolean', default: false, description: 'Answer the bytes themselves.' } };
  const recursive: Readonly<Record<string, Schema>> = { recursive: { type: 'boolean', default: false } };
  const moment = { ...MOMENT_PROPERTIES, commit: { type: 'string' } };
  const also = (title: string, answer: Schema): Schema => ({ ...answer, title, properties: { ...(answer['properties'] as object), ...moment } });
  const list = also('PastEntryList', ENTRY_LIST);
  return [
    route({
      at: '', summary: 'Where a branch stood at a moment',
      answer: {
        type: 'object', required: ['timestamp', 'ref', 'by', 'is_exact', 'commit', 'snapshot'],
        properties: {
          ...MOMENT_PROPERTIES,
          commit: COMMIT,
          snapshot: { type: 'object', required: ['commit', 'files_count'], properties: { commit: { type: 'string' }, files_count: { type: 'integer' } } },
        },
      },
    }, (visit) => reply(200, { ...visitBody(visit), commit: commitBody(visit.hosted.repository.commitAt(visit.commit)), snapshot: snapshotBody(visit) })),
    ...['/read/{path*}', '/files/{path*}'].map((at) => route<WhenQuery & { raw: boolean }>(
      { at, summary: 'Read a file as it was at a moment', query: raw, answer: also('PastFile', FILE) }, readFile)),
    ...['/tree', '/tree/{path*}'].map((at) => route<WhenQuery & { recursive: boolean }>(
      { at, summary: 'List files as they were at a moment', query: recursive, answer: list }, listFiles)),
    route<WhenQuery & { limit: number }>({
      at: '/log', summary: 'List the commits that a branch had at a moment',
      query: { limit: { type: 'integer', minimum: 1, maximum: 10_000, default: 50 } },
      answer: { type: 'object', required: ['commits', 'count'], properties: { ...moment, commits: { type: 'array', items: COMMIT }, count: { type: 'integer' } } },
    }, async (visit, call) => {
      const log = visit.hosted.repository.log({ from: visit.commit, limit: call.query.limit });
      const commits = (await collect(log, call.context.signal)).map(commitBody);
      return reply(200, { ...visitBody(visit), commits, count: commits.length });
    }),
  ];
}

function visitOf({ clock }: RouteParts, hosted: HostedRepository, call: Call<unknown, WhenQuery>): Visit {
  const { repository } = hosted;
  const ref = call.query.ref ?? repository.head().ref ?? 'HEAD';
  const timeSeconds = parseMoment(call.path['timestamp'] ?? '', Math.floor(clock() / 1000));
  const isUnborn = call.query.ref === undefined && repository.head().id === undefined;
  const past = isUnborn ? undefined : findPast(repository, { ref, timeSeconds, by: call.query.by });
  if (past === undefined) {
    throw new ServerError('moment-empty', `"${shortBranch(ref).slice(0, 200)}" had no commits at ${isoSeconds(timeSeconds)}.`, { ref: ref.slice(0, 4096), timestamp: isoSeconds(timeSeconds) });
  }
  return { ...past, hosted, ref, timeSeconds };
}

function visitBody({ ref, by, isExact, timeSeconds, commit }: Visit) {
  return { timestamp: isoSeconds(timeSeconds), unix: timeSeconds, ref: shortBranch(ref), by, is_exact: isExact, commit };
}

function snapshotBody({ hosted, commit }: Visit) {
  const files = hosted.repository.list('', { revision: commit, recursive: true });
  return { commit, files_count: files.filter(({ type }) => type === 'blob').length };
}

function readFile(visit: Visit, call: Call<unknown, WhenQuery & { readonly raw: boolean }>): Reply {
  const file = visit.hosted.repository.readFile(call.path['path'] ?? '', visit.commit);
  if (!call.query.raw) return reply(200, { ...visitBody(visit), ...fileBody(file) });
  const headers = { ETag: `"${file.id}"`, 'Content-Disposition': 'attachment', 'Content-Security-Policy': "default-src 'none'; sandbox" };
  return { status: 200, body: new RawBody('application/octet-stream', file.content), headers };
}

function listFiles(visit: Visit, call: Call<unknown, WhenQuery & { readonly recursive: boolean }>): Reply {
  const path = call.path['path'] ?? '';
  const entries = visit.hosted.repository.list(path, { revision: visit.commit, recursive: call.query.recursive }).map((entry) => ({
    name: entry.name, path: entry.path, type: entry.type === 'tree' ? 'dir' : entry.type === 'commit' ? 'submodule' : 'file', id: entry.id, mode: modeText(entry.mode),
  }));
  return reply(200, { ...visitBody(visit), path, entries, total: entries.length });
}
