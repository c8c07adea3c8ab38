import type { AppliedStash, Reality, Repository, StashEntry, View } from '@govc/core';

import { ServerError } from '../errors.js';
import { endpoint, reply, type Call, type Endpoint } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import { changeRepository } from './changes.js';
import { commitBody } from './commit-body.js';
import { replayConflictBodies } from './conflicts.js';
import { CHANGED_FILE, changedFiles } from './diff-body.js';
import { PAGE_PROPERTIES, pageOf, pageQuery, type PageQuery } from './pages.js';
import { readRepository, type RouteParts } from './parts.js';
import { actorsOf, AUTHOR_PROPERTIES, type AuthorBody } from './people.js';

const STASH: Schema = {
  title: 'Stash',
  type: 'object',
  required: ['id', 'hash', 'message', 'author', 'email', 'timestamp', 'files'],
  properties: {
    id: { type: 'string', examples: ['stash@{0}'] },
    position: { type: 'integer', description: '0 is the newest.' },
    hash: { type: 'string' },
    base: { type: 'string', description: 'The commit that it was made on.' },
    message: { type: 'string' },
    author: { type: 'string' },
    email: { type: 'string' },
    timestamp: { type: 'string', format: 'date-time' },
    files: { type: 'array', items: { type: 'string' } },
    changes: { type: 'array', items: CHANGED_FILE, description: 'Of one stash that is asked for.' },
  },
};

const STATUS: Schema = {
  type: 'object', required: ['status', 'id'],
  properties: { status: { type: 'string', enum: ['applied', 'popped', 'dropped', 'branched'] }, id: { type: 'string' }, files: { type: 'array', items: { type: 'string' } } },
};

/** Putting what is staged away, and getting it back. */
export function stashRoutes(parts: RouteParts): Endpoint[] {
  return ['stash', 'stashes'].flatMap((noun) => {
    const path = `/api/v1/repos/{id}/${noun}`;
    return [
      pushing(parts, path), listing(parts, path), showing(parts, path), applying(parts, path), popping(parts, path), branching(parts, path),
      dropping(parts, path),
    ];
  });
}

function pushing(parts: RouteParts, path: string): Endpoint {
  return endpoint<AuthorBody & { readonly message?: string }>({
    method: 'post', path, summary: 'Put away what is staged', tag: 'stash', permission: 'repo:write',
    body: {
      type: 'object', additionalProperties: false,
      properties: {
        message: { type: 'string', minLength: 1, maxLength: 100_000 },
        include_untracked: { type: 'boolean', description: 'Without effect: there is no worktree.' },
        ...AUTHOR_PROPERTIES,
      },
    },
    isBodyOptional: true, answers: { 201: STASH },
    async handle(call) {
      const made = await changeRepository(parts, call, { takesStage: true }, {
        work(reality, hosted) {
          const tree = reality.writeTree();
          return stashBody(reality, reality.stash({ workTree: tree, index: tree }, { message: call.body.message, ...actorsOf(call, hosted) }));
        },
        done: ({ repository }) => repository.unstage(),
      });
      return reply(201, made);
    },
  });
}

function listing(parts: RouteParts, path: string): Endpoint {
  return endpoint<unknown, PageQuery>({
    method: 'get', path, summary: 'List stashes, newest first', tag: 'stash', permission: 'repo:read',
    query: { type: 'object', properties: pageQuery(100) },
    answers: { 200: { type: 'object', required: ['stashes', 'count'], properties: { stashes: { type: 'array', items: STASH }, ...PAGE_PROPERTIES } } },
    handle: (call) => readRepository(parts, call, ({ repository }) => {
      const page = pageOf(call, repository.stashes());
      return { ...reply(200, { stashes: page.items.map((each) => stashBody(repository, each)), ...page.fields }), headers: page.headers };
    }),
  });
}

function showing(parts: RouteParts, path: string): Endpoint {
  return endpoint({
    method: 'get', path: `${path}/{stash_id}`, summary: 'Get a stash with what it changes', tag: 'stash', permission: 'repo:read',
    answers: { 200: STASH },
    handle: (call) => readRepository(parts, call, async ({ repository }) => {
      const entry = entryOf(repository, call);
      const { base, workTree } = repository.stashAt(entry.position);
      const changes = await changedFiles(call, repository, { from: base, to: workTree, options: {}, withPatch: true });
      return reply(200, { ...stashBody(repository, entry), changes });
    }),
  });
}

function applying(parts: RouteParts, path: string): Endpoint {
  return endpoint<{ readonly drop?: boolean } & AuthorBody>({
    method: 'post', path: `${path}/{stash_id}/apply`, summary: 'Stage what a stash holds', tag: 'stash', permission: 'repo:write',
    body: { type: 'object', additionalProperties: false, properties: { drop: { type: 'boolean', description: 'And drop it.' }, ...AUTHOR_PROPERTIES } },
    isBodyOptional: true, answers: { 200: STATUS },
    handle: (call) => applyIn(parts, call, { drops: call.body.drop === true, status: 'applied' }),
  });
}

function popping(parts: RouteParts, path: string): Endpoint {
  return endpoint<AuthorBody>({
    method: 'post', path: `${path}/{stash_id}/pop`, summary: 'Stage what a stash holds, and drop it', tag: 'stash', permission: 'repo:write',
    body: { type: 'object', additionalProperties: false, properties: AUTHOR_PROPERTIES }, isBodyOptional: true, answers: { 200: STATUS },
    handle: (call) => applyIn(parts, call, { drops: true, status: 'popped' }),
  });
}

function applyIn(parts: RouteParts, call: Call<AuthorBody>, { drops, status }: { readonly drops: boolean; readonly status: string }) {
  const staged: { from?: Reality } = {};
  return changeRepository(parts, call, { takesStage: true }, {
    work(reality) {
      const { position } = entryOf(reality, call);
      const applied = reality.applyStash(position, { tree: reality.writeTree() });
      mustBeClean(reality, applied);
      if (drops) reality.dropStash(position);
      staged.from = reality;
      return reply(200, { status, id: `stash@{${position}}`, files: stageTree(reality, applied) });
    },
    done: ({ repository }) => restage(repository, staged.from),
  });
}

function branching(parts: RouteParts, path: string): Endpoint {
  return endpoint<AuthorBody & { readonly name: string }>({
    method: 'post', path: `${path}/{stash_id}/branch`, summary: 'Make a branch where a stash was made, put HEAD there, and stage what it holds',
    tag: 'stash', permission: 'repo:write',
    body: {
      type: 'object', required: ['name'], additionalProperties: false, properties: { name: { type: 'string', minLength: 1, maxLength: 250 }, ...AUTHOR_PROPERTIES },
    },
    answers: { 201: STATUS },
    handle(call) {
      const staged: { from?: Reality } = {};
      return changeRepository(parts, call, {}, {
        work(reality, hosted) {
          const { position } = entryOf(reality, call);
          const applied = reality.branchStash(call.body.name, position, { committer: actorsOf(call, hosted).committer });
          mustBeClean(reality, applied);
          staged.from = reality;
          return reply(201, { status: 'branched', id: `stash@{${position}}`, files: stageTree(reality, applied) });
        },
        done: ({ repository }) => restage(repository, staged.from),
      });
    },
  });
}

function dropping(parts: RouteParts, path: string): Endpoint {
  return endpoint({
    method: 'delete', path: `${path}/{stash_id}`, summary: 'Drop a stash', tag: 'stash', permission: 'repo:write',
    answers: { 200: STATUS },
    handle: (call) => changeRepository(parts, call, {}, {
      work(reality) {
        const { position } = entryOf(reality, call);
        reality.dropStash(position);
        return reply(200, { status: 'dropped', id: `stash@{${position}}` });
      },
    }),
  });
}

/** A stash by `stash@{n}` or `n`. @throws {ServerError} stash-unknown */
function entryOf(view: View, call: Call): StashEntry {
  const text = call.path['stash_id'] ?? '';
  const match = /^(?:stash@\{)?(\d{1,9})\}?$/.exec(text);
  const found = match === null ? view.stashes().find(({ id }) => id === text) : view.stashes()[Number(match[1])];
  if (found === undefined) throw new ServerError('stash-unknown', `There is no stash "${text.slice(0, 100)}".`, { stash: text.slice(0, 100) });
  return found;
}

function mustBeClean(reality: Reality, { isClean, conflicts, tree }: AppliedStash): void {
  if (isClean) return;
  throw new ServerError('stash-conflict', 'The stash conflicts with the files of now; nothing was changed.', {
    conflicts: replayConflictBodies(reality, conflicts, tree),
  });
}

/** Stages what the files are to be, and nothing else. @returns the paths */
function stageTree(reality: Reality, { tree }: AppliedStash): string[] {
  reality.unstage();
  const paths: string[] = [];
  for (const { old, new: now } of reality.diff(reality.head().id, tree, { renames: 'off' }).files) {
    const { path } = (now ?? old)!;
    if (now === undefined) reality.remove(path);
    else reality.add(path, reality.readFile(path, tree).content, { mode: now.mode });
    paths.push(path);
  }
  return paths;
}

function restage(repository: Repository, from: Reality | undefined): void {
  if (from === undefined) return;
  repository.unstage();
  repository.stageFrom(from);
}

function stashBody(view: View, { position, id, message }: StashEntry) {
  const { base, workTree } = view.stashAt(position);
  const { author, email, timestamp } = commitBody(view.commitAt(id));
  const files = view.diff(base, workTree, { renames: 'off' }).files.map(({ path }) => path);
  return { id: `stash@{${position}}`, position, hash: id, base, message, author, email, timestamp, files };
}
