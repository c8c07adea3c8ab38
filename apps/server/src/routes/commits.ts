import type { CommitInfo, Editor, NewCommit, ObjectId, Person } from '@govc/core';

import type { RefChange } from '@govc/auth';
import { ServerError } from '../errors.js';
import { endpoint, reply, type Call, type Endpoint } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import type { HostedRepository } from '../repositories/repositories.js';
import { FILE_BODY, fileBytes, fileMode, type FileBody } from './files.js';
import { mustMayChange, readRepository, writeRepository, type RouteParts } from './parts.js';
import { collect } from './slices.js';
import { identityTime } from './times.js';

/** A change inside a one-call commit. */
type Action =
  | (FileBody & { readonly action?: 'put' })
  | { readonly action: 'delete'; readonly path: string };

interface CommitBody {
  readonly message: string;
  readonly author?: string | { readonly name: string; readonly email: string };
  readonly email?: string;
  readonly branch?: string;
  readonly expected_head?: string;
  readonly allow_empty?: boolean;
  readonly files?: readonly FileBody[];
  readonly actions?: readonly Action[];
}

const PERSON: Schema = {
  type: 'object',
  required: ['name', 'email'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 1000 },
    email: { type: 'string', minLength: 1, maxLength: 1000 },
  },
};

const COMMIT_BODY: Schema = {
  type: 'object',
  required: ['message'],
  additionalProperties: false,
  properties: {
    message: { type: 'string', minLength: 1, maxLength: 1_000_000 },
    author: { anyOf: [PERSON, { type: 'string', minLength: 1, maxLength: 1000 }], description: 'Default: whoever is signed in.' },
    email: { type: 'string', minLength: 1, maxLength: 1000, description: 'Of an author given as text.' },
    branch: { type: 'string', minLength: 1, maxLength: 250, description: 'Made where it does not exist. Default: the current one.' },
    expected_head: {
      type: 'string', pattern: '^([0-9a-f]{40}|[0-9a-f]{64})$', description: 'The commit that the branch must stand at; else 409.',
    },
    allow_empty: { type: 'boolean', default: false },
    files: { type: 'array', items: FILE_BODY, maxItems: 100_000, description: 'Commit these instead of what was staged.' },
    actions: {
      type: 'array',
      maxItems: 100_000,
      description: 'As files, and removals: {"action": "delete", "path": …}.',
      items: {
        anyOf: [
          {
            ...FILE_BODY,
            properties: { ...(FILE_BODY['properties'] as object), action: { const: 'put' } },
          },
          {
            type: 'object',
            required: ['action', 'path'],
            additionalProperties: false,
            properties: { action: { const: 'delete' }, path: { type: 'string', minLength: 1, maxLength: 4096 } },
          },
        ],
      },
    },
  },
};

/** A commit as answers show it. */
export const COMMIT: Schema = {
  type: 'object',
  required: ['hash', 'message', 'author', 'email', 'timestamp', 'tree', 'parents'],
  properties: {
    hash: { type: 'string' },
    message: { type: 'string' },
    author: { type: 'string' },
    email: { type: 'string' },
    timestamp: { type: 'string', format: 'date-time' },
    parent: { type: 'string', description: 'The first parent.' },
    parents: { type: 'array', items: { type: 'string' } },
    tree: { type: 'string' },
    committer: { type: 'object' },
    branch: { type: 'string', description: 'Of a new commit: the branch that it is on.' },
  },
};

const LOG: Schema = {
  type: 'object',
  required: ['commits', 'count'],
  properties: {
    commits: { type: 'array', items: COMMIT },
    count: { type: 'integer' },
    limit: { type: 'integer' },
    offset: { type: 'integer' },
    has_more: { type: 'boolean' },
  },
};

interface LogQuery {
  readonly ref?: string;
  readonly limit: number;
  readonly offset?: number;
  readonly page?: number;
}

/** Making and listing commits, in the spelling of the README and of the original's code. */
export function commitRoutes(parts: RouteParts): Endpoint[] {
  const committing = (path: string): Endpoint => endpoint<CommitBody>({
    method: 'post', path, summary: 'Commit what is staged, or the files given', tag: 'commits', permission: 'repo:write',
    body: COMMIT_BODY, answers: { 201: COMMIT },
    handle: (call) => writeRepository(parts, call, (hosted) => {
      mustMayChange(parts, call, { hosted, ...commitChange(hosted, call.body) });
      const commit = makeCommit(hosted, call);
      return reply(201, { ...commitBody(commit), branch: commit.ref.replace(/^refs\/heads\//, '') });
    }),
  });
  const listing = (path: string): Endpoint => endpoint<unknown, LogQuery>({
    method: 'get', path, summary: 'List commits, newest first', tag: 'commits', permission: 'repo:read',
    query: {
      type: 'object',
      properties: {
        ref: { type: 'string', minLength: 1, maxLength: 4096, description: 'Branch, tag or commit. Default: HEAD.' },
        limit: { type: 'integer', minimum: 1, maximum: 10_000, default: 50 },
        offset: { type: 'integer', minimum: 0, maximum: 1_000_000_000 },
        page: { type: 'integer', minimum: 1, maximum: 1_000_000, description: 'Instead of offset: pages of limit commits, from 1.' },
      },
    },
    answers: { 200: LOG },
    handle: (call) => readRepository(parts, call, async ({ repository }) => {
      const { ref, limit, page } = call.query;
      const offset = call.query.offset ?? (page === undefined ? 0 : (page - 1) * limit);
      const log = skipped(repository.log({ from: ref, limit: offset + limit + 1 }), offset);
      const found = (await collect(log, call.context.signal)).filter((commit) => commit !== undefined);
      const commits = found.slice(0, limit).map(commitBody);
      return reply(200, { commits, count: commits.length, limit, offset, has_more: found.length > limit });
    }),
  });
  return [
    committing('/api/v1/repos/{id}/commits'),
    committing('/api/v1/repos/{id}/commit'),
    listing('/api/v1/repos/{id}/commits'),
    listing('/api/v1/repos/{id}/log'),
    endpoint({
      method: 'get', path: '/api/v1/repos/{id}/commits/{commit}', summary: 'Get a commit', tag: 'commits', permission: 'repo:read',
      answers: { 200: COMMIT },
      handle: (call) => readRepository(parts, call, ({ repository }) =>
        reply(200, commitBody(repository.commitAt(call.path['commit'] ?? '')))),
    }),
  ];
}

/** Gives nothing for the first commits, so that skipping many lets others run in between. */
function* skipped<Value>(values: Iterable<Value>, count: number): Generator<Value | undefined, void, void> {
  let index = 0;
  for (const value of values) yield index++ < count ? undefined : value;
}

/** Which ref a commit moves, and what it changes. */
function commitChange({ repository }: HostedRepository, body: CommitBody): RefChange {
  const head = repository.head();
  const ref = body.branch === undefined ? (head.ref ?? 'HEAD') : `refs/heads/${body.branch}`;
  const isThere = ref === 'HEAD' || repository.snapshot.refs.has(ref);
  const paths = body.files === undefined && body.actions === undefined
    ? [...repository.staged().keys()]
    : [...(body.files ?? []), ...(body.actions ?? [])].map(({ path }) => path);
  return { ref, action: isThere ? 'update' : 'create', paths };
}

function makeCommit({ repository }: HostedRepository, call: Call<CommitBody>): NewCommit {
  const { body } = call;
  const options = {
    author: authorOf(call),
    branch: body.branch,
    expectedHead: body.expected_head as ObjectId | undefined,
    allowEmpty: body.allow_empty,
  };
  const actions: readonly Action[] = [...(body.files ?? []), ...(body.actions ?? [])];
  if (body.files === undefined && body.actions === undefined) return repository.commit(body.message, options);
  // A reality has a stage of its own: what others staged stays as it is, and a refusal leaves nothing behind.
  const reality = repository.reality();
  try {
    stageActions(reality, actions);
    const commit = reality.commit(body.message, options);
    const subject = commit.message.split('\n', 1)[0] ?? '';
    reality.publish({ reflog: { identity: commit.committer, message: `commit: ${subject}` } });
    return commit;
  } finally {
    reality.discard();
  }
}

function stageActions(editor: Editor, actions: readonly Action[]): void {
  for (const action of actions) {
    if (action.action === 'delete') editor.remove(action.path);
    else editor.add(action.path, fileBytes(action), { mode: fileMode(action) });
  }
}

/** The author that the body names, or whoever is signed in; `undefined` leaves it to the repository's configuration. */
function authorOf({ body, context }: Call<CommitBody>): Person | undefined {
  const { author, email } = body;
  if (typeof author === 'object') return author;
  const { principal } = context;
  if (author === undefined) return principal === undefined ? undefined : { name: principal.username, email: email ?? principal.email };
  if (email !== undefined) return { name: author, email };
  const match = /^(.*?)\s*<([^<>]*)>$/.exec(author);
  if (match !== null) return { name: match[1]!, email: match[2]! };
  throw new ServerError('request-invalid', 'The author needs an address: write {"name": …, "email": …}, or "email" beside it.', {
    place: 'body', path: '/email',
  });
}

/** A commit for JSON, in the original's fields and ours. */
export function commitBody(commit: CommitInfo) {
  const { id, tree, parents, author, committer, message } = commit;
  return {
    hash: id,
    message: message.replace(/\n$/, ''),
    author: author.name,
    email: author.email,
    timestamp: identityTime(author),
    ...(parents[0] === undefined ? {} : { parent: parents[0] }),
    parents,
    tree,
    committer: { name: committer.name, email: committer.email, timestamp: identityTime(committer) },
  };
}
