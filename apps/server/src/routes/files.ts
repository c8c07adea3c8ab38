import type { Reality } from '@govc/core';

import { isKnown, mustMeetConditions, taggedHeaders } from '../http/conditions.js';
import { endpoint, reply, type Call, type Endpoint, type Reply } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import { sendBlob, wantsBytes } from './blob-reply.js';
import { changeRepository, tryOut } from './changes.js';
import { BRANCH, COMMIT, commitBody, EXPECTED_HEAD, REF, shortBranch } from './commit-body.js';
import { FILE, FILE_BODY, fileBody, fileBytes, fileMode, FILE_PROPERTIES, type FileBody } from './file-body.js';
import { readRepository, writeRepository, type RouteParts } from './parts.js';
import { actorsOf, AUTHOR_PROPERTIES, type AuthorBody } from './people.js';
import { streamRepository } from './streams.js';
import { findFile, unknownFile, WorkingFiles } from './working-files.js';

/** What a change of one file is to become: a commit where it has a message, else part of the stage. */
interface FileTarget extends AuthorBody {
  readonly message?: string;
  readonly branch?: string;
  readonly expected_head?: string;
}

type PutBody = FileTarget & Omit<FileBody, 'path'> & { readonly path?: string };

const TARGET_PROPERTIES: Readonly<Record<string, Schema>> = {
  message: { type: 'string', minLength: 1, maxLength: 1_000_000, description: 'Commits the change. Without it, the change is staged.' },
  branch: { ...BRANCH, description: 'Of the commit. Default: the current one.' },
  expected_head: EXPECTED_HEAD,
  ...AUTHOR_PROPERTIES,
};

/** The parts of {@link FileTarget} that also stand in a query, for bodies that are the content itself. */
const TARGET_QUERY: Readonly<Record<string, Schema>> = {
  message: TARGET_PROPERTIES['message']!,
  branch: TARGET_PROPERTIES['branch']!,
  expected_head: EXPECTED_HEAD,
  mode: FILE_PROPERTIES['mode']!,
};

const CHANGED: Schema = {
  title: 'FileChange',
  type: 'object',
  required: ['status', 'path'],
  properties: {
    status: { type: 'string', enum: ['added', 'written', 'removed', 'committed'] },
    path: { type: 'string' },
    id: { type: 'string', description: 'The blob that is there now.' },
    size: { type: 'integer' },
    data: { type: 'object', properties: { path: { type: 'string' } } },
    commit: { ...COMMIT, description: 'Where the change is a commit.' },
  },
};

interface ReadQuery {
  readonly ref?: string;
  readonly raw: boolean;
  readonly staged: boolean;
  readonly path?: string;
}

const READ_QUERY: Readonly<Record<string, Schema>> = {
  ref: REF,
  raw: { type: 'boolean', default: false, description: 'Answer the bytes themselves, of any size; ranges are understood.' },
  staged: { type: 'boolean', default: false, description: 'As the next commit would have it; ref then means nothing.' },
};

const PATH_QUERY: Schema = { type: 'string', minLength: 1, maxLength: 4096 };

/** Staging, committing and reading single files, in the spelling of the README and of the original's code. */
export function fileRoutes(parts: RouteParts): Endpoint[] {
  return [
    staging(parts, { path: '/api/v1/repos/{id}/files', status: 201, word: 'added' }),
    staging(parts, { path: '/api/v1/repos/{id}/add', status: 200, word: 'added' }),
    staging(parts, { path: '/api/v1/repos/{id}/write', status: 200, word: 'written' }),
    reading(parts, '/api/v1/repos/{id}/files'),
    reading(parts, '/api/v1/repos/{id}/files/{path*}'),
    reading(parts, '/api/v1/repos/{id}/read/{path*}'),
    putting(parts, '/api/v1/repos/{id}/files'),
    putting(parts, '/api/v1/repos/{id}/files/{path*}'),
    removing(parts, '/api/v1/repos/{id}/files'),
    removing(parts, '/api/v1/repos/{id}/files/{path*}'),
    removing(parts, '/api/v1/repos/{id}/remove/{path*}'),
    moving(parts, '/api/v1/repos/{id}/move'),
    moving(parts, '/api/v1/repos/{id}/files/move'),
  ];
}

function staging(parts: RouteParts, { path, status, word }: { readonly path: string; readonly status: number; readonly word: string }): Endpoint {
  return endpoint<FileBody>({
    method: 'post', path, summary: 'Stage a file for the next commit', tag: 'files', permission: 'repo:write',
    body: FILE_BODY, answers: { [status]: CHANGED },
    handle: (call) => writeRepository(parts, call, ({ repository }) => {
      const content = fileBytes(call.body);
      const mode = fileMode(call.body) ?? findFile(repository, call.body.path)?.mode;
      const id = repository.add(call.body.path, content, mode === undefined ? {} : { mode });
      return reply(status, { status: word, path: call.body.path, id, size: content.length });
    }),
  });
}

function reading(parts: RouteParts, path: string): Endpoint {
  const isNamed = path.endsWith('{path*}');
  return endpoint<unknown, ReadQuery>({
    method: 'get', path, summary: 'Get the content of a file', tag: 'files', permission: 'repo:read',
    query: { type: 'object', required: isNamed ? [] : ['path'], properties: isNamed ? READ_QUERY : { ...READ_QUERY, path: PATH_QUERY } },
    answers: { 200: FILE, 206: {}, 304: {} }, media: ['application/octet-stream'],
    handle(call) {
      const file = call.path['path'] ?? call.query.path ?? '';
      if (call.query.staged) return readStaged(parts, call, file);
      if (call.query.raw || wantsBytes(call)) {
        return streamRepository(parts, call, (hosted) => sendBlob(call, hosted.repository, { path: file, ref: call.query.ref }));
      }
      return readRepository(parts, call, ({ repository }) => {
        const found = repository.readFile(file, call.query.ref);
        const headers = taggedHeaders(found.id);
        return isKnown(call, found.id) ? { status: 304, body: undefined, headers } : { ...reply(200, fileBody(found)), headers };
      });
    },
  });
}

function readStaged(parts: RouteParts, call: Call<unknown, ReadQuery>, path: string): Promise<Reply> {
  return tryOut(parts, call, { takesStage: true }, (reality) => {
    const found = findFile(reality, path, reality.writeTree());
    if (found === undefined) throw unknownFile(path);
    return { ...reply(200, fileBody(found)), headers: taggedHeaders(found.id) };
  });
}

function putting(parts: RouteParts, path: string): Endpoint {
  const isNamed = path.endsWith('{path*}');
  return endpoint<PutBody | undefined, FileTarget & Pick<FileBody, 'mode'>>({
    method: 'put', path, summary: 'Write a file: as a commit where there is a message, else to the stage', tag: 'files', permission: 'repo:write',
    query: { type: 'object', properties: TARGET_QUERY },
    body: {
      type: 'object',
      required: isNamed ? ['content'] : ['path', 'content'],
      additionalProperties: false,
      properties: { ...FILE_PROPERTIES, ...TARGET_PROPERTIES },
    },
    ...(isNamed ? { uploads: ['application/octet-stream'] } : {}),
    answers: { 200: CHANGED, 201: CHANGED },
    async handle(call) {
      const name = call.path['path'] ?? call.body?.path ?? '';
      const content = call.body === undefined ? await call.upload!.read() : fileBytes(call.body);
      const mode = fileMode({ ...call.query, ...call.body });
      return changeFile(parts, call, { path: name, change: (files) => files.put(name, content, mode), size: content.length });
    },
  });
}

function removing(parts: RouteParts, path: string): Endpoint {
  const isNamed = path.endsWith('{path*}');
  return endpoint<FileTarget, FileTarget & { readonly path?: string }>({
    method: 'delete', path, summary: 'Remove a file or folder: as a commit where there is a message, else in the stage', tag: 'files', permission: 'repo:write',
    query: {
      type: 'object', required: isNamed ? [] : ['path'],
      properties: { message: TARGET_QUERY['message'], branch: TARGET_QUERY['branch'], expected_head: EXPECTED_HEAD, ...(isNamed ? {} : { path: PATH_QUERY }) },
    },
    body: { type: 'object', additionalProperties: false, properties: TARGET_PROPERTIES }, isBodyOptional: true,
    answers: { 200: CHANGED },
    handle(call) {
      const name = call.path['path'] ?? call.query.path ?? '';
      return changeFile(parts, call, {
        path: name,
        change(files) {
          files.remove(name);
          return undefined;
        },
      });
    },
  });
}

interface FileChange {
  readonly path: string;
  /** @returns the blob that is there now */
  readonly change: (files: WorkingFiles) => string | undefined;
  readonly size?: number;
}

/** Commits a change of one file, or stages it. */
async function changeFile(parts: RouteParts, call: Call<FileTarget | undefined, FileTarget>, { path, change, size }: FileChange): Promise<Reply> {
  const target = { ...call.query, ...call.body };
  const { message, branch, expected_head: expectedHead } = target;
  const asked = { ...call, body: target };
  if (message === undefined) return stageFile(parts, call, { path, change, ...(size === undefined ? {} : { size }) });
  const made = await changeRepository(parts, call, { branch, expectedHead }, {
    work(reality, hosted) {
      const before = findFile(reality, path)?.id;
      mustMeetConditions(call, before);
      const id = change(new WorkingFiles(reality));
      return { id, before, commit: reality.commit(message, actorsOf(asked, hosted)) };
    },
  });
  const { id, before, commit } = made;
  const body = { status: 'committed', path, ...named(id, size), commit: { ...commitBody(commit), branch: shortBranch(commit.ref) } };
  return { ...reply(id !== undefined && before === undefined ? 201 : 200, body), headers: id === undefined ? {} : taggedHeaders(id) };
}

/** What the change makes of the files as they are staged is staged, too. */
function stageFile(parts: RouteParts, call: Call, { path, change, size }: FileChange): Promise<Reply> {
  return tryOut(parts, call, { takesStage: true }, async (reality, { repository }) => {
    const before = findStaged(reality, path);
    mustMeetConditions(call, before);
    // On the files as they are staged, and with a stage of its own that holds nothing else.
    const id = change(new WorkingFiles(onTree(reality)));
    repository.stageFrom(reality);
    await repository.flush();
    const body = id === undefined
      ? { status: 'removed', path, data: { path } }
      : { status: before === undefined ? 'added' : 'written', path, ...named(id, size) };
    return { ...reply(id !== undefined && before === undefined ? 201 : 200, body), headers: id === undefined ? {} : taggedHeaders(id) };
  });
}

function findStaged(reality: Reality, path: string): string | undefined {
  return findFile(reality, path, reality.writeTree())?.id;
}

/** Makes what is staged in a reality the files of its `HEAD`. */
function onTree(reality: Reality): Reality {
  if (reality.staged().size > 0) reality.commit('stage', { author: { name: 'govc', email: 'govc@localhost' }, allowEmpty: true });
  return reality;
}

function named(id: string | undefined, size: number | undefined) {
  return { ...(id === undefined ? {} : { id }), ...(size === undefined ? {} : { size }) };
}

function moving(parts: RouteParts, path: string): Endpoint {
  return endpoint<{ readonly from: string; readonly to: string }>({
    method: 'post', path, summary: 'Move a file or folder in the stage', tag: 'files', permission: 'repo:write',
    body: {
      type: 'object', required: ['from', 'to'], additionalProperties: false,
      properties: { from: FILE_PROPERTIES['path'], to: FILE_PROPERTIES['path'] },
    },
    answers: {
      200: {
        type: 'object', required: ['status', 'data'],
        properties: {
          status: { const: 'moved' },
          data: { type: 'object', required: ['from', 'to'], properties: { from: { type: 'string' }, to: { type: 'string' } } },
        },
      },
    },
    handle: (call) => tryOut(parts, call, { takesStage: true }, async (reality, { repository }) => {
      const { from, to } = call.body;
      new WorkingFiles(onTree(reality)).move(from, to);
      repository.stageFrom(reality);
      await repository.flush();
      return reply(200, { status: 'moved', data: { from, to } });
    }),
  });
}
