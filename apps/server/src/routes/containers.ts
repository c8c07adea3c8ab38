import { type DefinitionType, dependenciesOf, describeDefinition, metadataOf, typeOfDefinition, typeOfPath, DEFINITION_TYPES } from '@govc/containers';
import { hasCode, type View } from '@govc/core';

import { ServerError } from '../errors.js';
import { mustMeetConditions, taggedHeaders } from '../http/conditions.js';
import { endpoint, reply, type Call, type Endpoint, type Reply } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import { stageChanges } from '../realities/apply-changes.js';
import { changeRepository } from './changes.js';
import { BRANCH, EXPECTED_HEAD, REF } from './commit-body.js';
import type { FileAction } from './file-actions.js';
import { fileBytes, FILE_PROPERTIES } from './file-body.js';
import { readRepository, type RouteParts } from './parts.js';
import { actorsOf, AUTHOR_PROPERTIES, type AuthorBody } from './people.js';
import { identityTime } from './times.js';
import { findFile, unknownFile, WorkingFiles } from './working-files.js';

const DEFINITION: Schema = {
  title: 'ContainerDefinition',
  type: 'object',
  required: ['type', 'path', 'content', 'metadata', 'dependencies', 'commit_hash', 'last_modified'],
  properties: {
    type: { type: 'string', enum: DEFINITION_TYPES },
    path: { type: 'string' },
    content: { type: 'string', description: 'In base64.' },
    metadata: { type: 'object', additionalProperties: { type: 'string' }, description: 'What it says of itself; "error" and "error_line" where it cannot be read.' },
    dependencies: { type: 'array', items: { type: 'string' }, description: 'Images, and paths of files and folders (with a slash at the end) of the repository.' },
    commit_hash: { type: 'string', description: 'The commit that last changed it.' },
    last_modified: { type: 'string', format: 'date-time' },
  },
};

const CHANGED: Schema = {
  type: 'object',
  required: ['path'],
  properties: {
    path: { type: 'string' }, commit: { type: 'string' }, type: { type: 'string', enum: DEFINITION_TYPES },
    staged: { type: 'boolean', description: 'In the transaction that was named.' }, deleted: { type: 'boolean' },
  },
};

interface TargetBody extends AuthorBody {
  readonly message?: string;
  readonly branch?: string;
  readonly expected_head?: string;
  readonly transaction?: string;
}

interface WriteBody extends TargetBody {
  readonly path?: string;
  readonly content: string;
  readonly encoding?: 'utf-8' | 'base64';
}

const TARGET: Readonly<Record<string, Schema>> = {
  message: { type: 'string', minLength: 1, maxLength: 1_000_000, description: 'Of the commit.' },
  branch: BRANCH,
  expected_head: EXPECTED_HEAD,
  transaction: { type: 'string', minLength: 1, maxLength: 400, description: 'Id of an open transaction, to which the change is added instead of becoming a commit.' },
  ...AUTHOR_PROPERTIES,
};

const ROOT = '/api/v1/repos/{id}/containers/definitions';

/** Definitions of containers as files of the repository. */
export function containerRoutes(parts: RouteParts): Endpoint[] {
  const content = { content: FILE_PROPERTIES['content'], encoding: FILE_PROPERTIES['encoding'] };
  return [
    endpoint<unknown, { readonly ref?: string; readonly type?: DefinitionType }>({
      method: 'get', path: ROOT, summary: 'List the container definitions of a revision', tag: 'containers', permission: 'repo:read',
      query: { type: 'object', properties: { ref: REF, type: { type: 'string', enum: DEFINITION_TYPES } } },
      answers: { 200: { type: 'object', required: ['definitions', 'count'], properties: { definitions: { type: 'array', items: DEFINITION }, count: { type: 'integer' } } } },
      handle: (call) => readRepository(parts, call, ({ repository }) => {
        const definitions = repository.head().id === undefined && call.query.ref === undefined ? [] : listDefinitions(repository, call.query);
        return reply(200, { definitions, count: definitions.length });
      }),
    }),
    endpoint<unknown, { readonly ref?: string }>({
      method: 'get', path: `${ROOT}/{path*}`, summary: 'Get a container definition', tag: 'containers', permission: 'repo:read',
      query: { type: 'object', properties: { ref: REF } }, answers: { 200: DEFINITION },
      handle: (call) => readRepository(parts, call, ({ repository }) => getDefinition(repository, call.path['path'] ?? '', call.query.ref)),
    }),
    endpoint<WriteBody>({
      method: 'post', path: ROOT, summary: 'Create a container definition', tag: 'containers', permission: 'repo:write',
      body: { type: 'object', required: ['path', 'content'], additionalProperties: false, properties: { path: FILE_PROPERTIES['path'], ...content, ...TARGET } },
      answers: { 201: CHANGED },
      handle: (call) => write(parts, call, { path: call.body.path!, isNew: true }),
    }),
    endpoint<WriteBody>({
      method: 'put', path: `${ROOT}/{path*}`, summary: 'Change a container definition', tag: 'containers', permission: 'repo:write',
      body: { type: 'object', required: ['content'], additionalProperties: false, properties: { path: FILE_PROPERTIES['path'], ...content, ...TARGET } },
      answers: { 200: CHANGED },
      handle: (call) => write(parts, call, { path: call.path['path'] ?? '', isNew: false }),
    }),
    endpoint<TargetBody>({
      method: 'delete', path: `${ROOT}/{path*}`, summary: 'Delete a container definition', tag: 'containers', permission: 'repo:write',
      body: { type: 'object', additionalProperties: false, properties: TARGET }, isBodyOptional: true, answers: { 200: CHANGED },
      handle: (call) => remove(parts, call),
    }),
  ];
}

function listDefinitions(view: View, { ref = 'HEAD', type: wanted }: { readonly ref?: string | undefined; readonly type?: DefinitionType | undefined }) {
  const found = view.list('', { revision: ref, recursive: true }).filter(({ type, path }) => type === 'blob' && typeOfPath(path) !== undefined);
  if (found.length === 0) return [];
  const changes = view.lastModified({ revision: ref, recursive: true });
  return found.flatMap(({ path }) => {
    const { content } = view.readFile(path, ref);
    const type = typeOfDefinition(path, () => Buffer.from(content).toString('utf8'));
    if (type === undefined || (wanted !== undefined && wanted !== type)) return [];
    return [describe({ view, path, type, content }, changes.get(path) ?? view.resolve(ref))];
  });
}

function getDefinition(view: View, path: string, ref = 'HEAD'): Reply {
  const { content, id } = view.readFile(path, ref);
  const type = typeOfDefinition(path, () => Buffer.from(content).toString('utf8'));
  if (type === undefined) throw unknownFile(path);
  const [last] = view.log({ from: ref, paths: [`:(literal)${path}`], limit: 1 });
  return { ...reply(200, describe({ view, path, type, content }, last?.id ?? view.resolve(ref))), headers: taggedHeaders(id) };
}

interface Found {
  readonly view: View;
  readonly path: string;
  readonly type: DefinitionType;
  readonly content: Uint8Array;
}

function describe({ view, path, type, content }: Found, commit: string) {
  return {
    type, path, content: Buffer.from(content).toString('base64'), ...tell(Buffer.from(content).toString('utf8'), { type, path }),
    commit_hash: commit, last_modified: identityTime(view.commitAt(commit).committer),
  };
}

/** A definition that cannot be read says so, and does not hide the others. */
function tell(text: string, { type, path }: Pick<Found, 'type' | 'path'>): { readonly metadata: Record<string, string>; readonly dependencies: readonly string[] } {
  try {
    const described = describeDefinition(text, type);
    return { metadata: metadataOf(described, text), dependencies: dependenciesOf(described, path) };
  } catch (error) {
    const { name, message, data } = error as Error & { readonly data?: { readonly line?: number } };
    if (name !== 'ContainersError') throw error;
    return { metadata: { error: message, ...(data?.line === undefined ? {} : { error_line: String(data.line) }) }, dependencies: [] };
  }
}

async function write(parts: RouteParts, call: Call<WriteBody>, { path, isNew }: { readonly path: string; readonly isNew: boolean }): Promise<Reply> {
  const { body } = call;
  const content = fileBytes(body);
  const text = Buffer.from(content).toString('utf8');
  const type = typeOfDefinition(path, () => text);
  if (type === undefined) {
    throw new ServerError('definition-type-unknown', `"${path.slice(0, 200)}" does not say what it defines: name it Govcfile, Dockerfile, Containerfile, ` +
      'compose.yaml, govc-compose.yaml or Chart.yaml, or write a manifest of Kubernetes in YAML.', { path: path.slice(0, 4096) });
  }
  // What cannot be read is refused before it is a commit.
  describeDefinition(text, type);
  const action: FileAction = { action: isNew ? 'create' : 'update', path, content: Buffer.from(content).toString('base64'), encoding: 'base64' };
  if (body.transaction !== undefined) return stage(parts, call, { action, answer: { path, staged: true, type }, status: isNew ? 201 : 200 });
  const commit = await commitChange(parts, call, { path, isNew, verb: isNew ? 'Add' : 'Update', change: (files) => void files.put(path, content) });
  return { ...reply(isNew ? 201 : 200, { path, commit: commit.id, type }), headers: taggedHeaders(commit.blob ?? commit.id) };
}

async function remove(parts: RouteParts, call: Call<TargetBody>): Promise<Reply> {
  const path = call.path['path'] ?? '';
  if (call.body.transaction !== undefined) return stage(parts, call, { action: { action: 'delete', path }, answer: { path, staged: true, deleted: true }, status: 200 });
  const commit = await commitChange(parts, call, { path, isNew: false, verb: 'Delete', change: (files) => files.remove(path) });
  return reply(200, { path, commit: commit.id, deleted: true });
}

interface DefinitionChange {
  readonly path: string;
  readonly isNew: boolean;
  readonly verb: string;
  readonly change: (files: WorkingFiles) => void;
}

function commitChange(parts: RouteParts, call: Call<TargetBody>, { path, isNew, verb, change }: DefinitionChange) {
  const { branch, expected_head: expectedHead, message = `${verb} ${path}` } = call.body;
  return changeRepository(parts, call, { branch, expectedHead }, {
    work(reality, hosted) {
      const before = reality.head().id === undefined ? undefined : findFile(reality, path);
      mustMeetConditions(call, before?.id);
      if (isNew && before !== undefined) throw new ServerError('file-exists', `There is a file at "${path.slice(0, 200)}" already.`, { path });
      if (!isNew && (before === undefined || typeOfDefinition(path, () => Buffer.from(before.content).toString('utf8')) === undefined)) throw unknownFile(path);
      change(new WorkingFiles(reality));
      const { id } = reality.commit(message, { ...actorsOf(call, hosted), allowEmpty: true });
      return { id, blob: findFile(reality, path)?.id };
    },
  });
}

/** Adds a change to a transaction of whoever asks. */
function stage(
  parts: RouteParts, call: Call<TargetBody>, { action, answer, status }: { readonly action: FileAction; readonly answer: object; readonly status: number },
): Promise<Reply> {
  return readRepository(parts, call, (hosted) => {
    const id = call.body.transaction!;
    const { realities } = parts.live;
    const kept = realities.list(hosted, 'transaction').find((each) => each.id === id);
    const isTheirs = kept?.ownerId === call.context.principal?.userId || parts.gate.permits(call.context.principal, 'repo:admin', hosted.id);
    if (kept === undefined || !isTheirs) throw new ServerError('transaction-unknown', `There is no open transaction "${id.slice(0, 200)}"; it may have expired.`, { id: id.slice(0, 200) });
    realities.use(hosted, 'transaction', id);
    try {
      stageChanges(kept, [action]);
    } catch (error) {
      if (hasCode(error, 'path-missing')) throw unknownFile(action.action === 'delete' ? action.path : '');
      throw error;
    }
    return reply(status, answer);
  });
}
