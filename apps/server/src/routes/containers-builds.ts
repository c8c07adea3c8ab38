import type { ServerResponse } from 'node:http';
import { posix } from 'node:path';

import type { BuildLog } from '../containers/build-log.js';
import { type BuildRecord, type BuildRequest, isOver } from '../containers/build-record.js';
import { parseImageTag } from '../containers/image-names.js';
import { findDefinition, prepareBuild } from '../containers/run-build.js';
import { ServerError } from '../errors.js';
import { endpoint, LiveBody, RawBody, reply, type Call, type Endpoint, type Reply } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import { REF } from './commit-body.js';
import { readRepository, type RouteParts } from './parts.js';

const NULLABLE_TEXT: Schema = { anyOf: [{ type: 'string' }, { type: 'null' }] };

const BUILD: Schema = {
  title: 'ContainerBuild',
  type: 'object',
  required: ['id', 'repository_id', 'request', 'status', 'start_time', 'end_time', 'output', 'error', 'image_id', 'digest', 'metadata'],
  properties: {
    id: { type: 'string' }, repository_id: { type: 'string' }, request: { type: 'object' },
    status: { type: 'string', enum: ['pending', 'running', 'completed', 'failed', 'cancelled'] },
    start_time: NULLABLE_TEXT, end_time: NULLABLE_TEXT, output: { type: 'string', description: 'The last lines of the log.' }, error: NULLABLE_TEXT,
    image_id: { ...NULLABLE_TEXT, description: 'Digest of the configuration of the image.' }, digest: { ...NULLABLE_TEXT, description: 'Of its manifest.' },
    metadata: { type: 'object', description: 'The commit, the engine, the step, names of the image, its size, and a code where it failed.' },
  },
};

interface BuildBody {
  readonly context?: string;
  readonly govcfile?: string;
  readonly containerfile?: string;
  readonly dockerfile?: string;
  readonly file?: string;
  readonly ref?: string;
  readonly tags?: readonly string[];
  readonly args?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly target?: string;
  readonly platform?: readonly string[];
  readonly platforms?: readonly string[];
  readonly no_cache?: boolean;
}

const FILE: Schema = { type: 'string', minLength: 1, maxLength: 4096 };
const TEXTS: Schema = { type: 'object', maxProperties: 1000, additionalProperties: { type: 'string', maxLength: 100_000 } };
const NAMES: Schema = { type: 'array', maxItems: 32, items: { type: 'string', minLength: 1, maxLength: 400 } };

const BODY: Schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    context: { type: 'string', maxLength: 4096, description: 'The folder of the commit that the build sees. Default: all of it.' },
    file: { ...FILE, description: 'The definition: a path in the repository, or in the context. Default: Govcfile, Containerfile or Dockerfile of the context.' },
    govcfile: { ...FILE, description: 'Another name of file.' }, containerfile: { ...FILE, description: 'Another name of file.' },
    dockerfile: { ...FILE, description: 'Another name of file.' },
    ref: REF,
    tags: { ...NAMES, description: 'TAG, or NAME:TAG where NAME is the repository or begins with it and a slash. Default: latest.' },
    args: { ...TEXTS, description: 'Values of ARG.' }, labels: TEXTS,
    target: { type: 'string', minLength: 1, maxLength: 250, description: 'The last stage to build.' },
    platform: { ...NAMES, description: 'Such as linux/amd64. Default: that of the server.' }, platforms: { ...NAMES, description: 'Another name of platform.' },
    no_cache: { type: 'boolean', default: false },
  },
};

const ROOT = '/api/v1/repos/{id}/containers';

/** Builds of images. */
export function containerBuildRoutes(parts: RouteParts): Endpoint[] {
  const begin = (path: string): Endpoint => endpoint<BuildBody>({
    method: 'post', path, summary: 'Start a container build', tag: 'containers', permission: 'repo:write', body: BODY, isBodyOptional: true,
    answers: { 202: { type: 'object', required: ['build'], properties: { build: BUILD } } },
    handle: (call) => beginBuild(parts, call),
  });
  return [
    begin(`${ROOT}/build`), begin(`${ROOT}/builds`),
    endpoint({
      method: 'get', path: `${ROOT}/builds`, summary: 'List builds, newest first', tag: 'containers', permission: 'repo:read',
      answers: { 200: { type: 'object', required: ['builds', 'count'], properties: { builds: { type: 'array', items: BUILD }, count: { type: 'integer' } } } },
      handle: (call) => readRepository(parts, call, async ({ id }) => {
        const builds = await parts.containers.builds.list(id);
        return reply(200, { builds, count: builds.length });
      }),
    }),
    endpoint({
      method: 'get', path: `${ROOT}/builds/{build_id}`, summary: 'Get a build', tag: 'containers', permission: 'repo:read',
      answers: { 200: { type: 'object', required: ['build'], properties: { build: BUILD } } },
      handle: async (call) => reply(200, { build: await findBuild(parts, call) }),
    }),
    endpoint({
      method: 'delete', path: `${ROOT}/builds/{build_id}`, summary: 'Cancel a build', tag: 'containers', permission: 'repo:write',
      answers: { 200: { type: 'object', required: ['build'], properties: { build: BUILD } } },
      handle: async (call) => {
        const { repository_id: repository, id } = await findBuild(parts, call);
        return reply(200, { build: await parts.containers.builds.cancel(repository, id) });
      },
    }),
    endpoint<unknown, { readonly follow: boolean; readonly raw: boolean }>({
      method: 'get', path: `${ROOT}/builds/{build_id}/logs`, summary: 'Read the log of a build, or follow it as server-sent events', tag: 'containers', permission: 'repo:read',
      query: {
        type: 'object',
        properties: {
          follow: { type: 'boolean', default: false, description: 'Send every line as an event "log" while the build goes on, and "end" with the build.' },
          raw: { type: 'boolean', default: false, description: 'The log as text.' },
        },
      },
      answers: { 200: { type: 'object', required: ['build_id', 'logs', 'status'], properties: { build_id: { type: 'string' }, logs: { type: 'string' }, status: { type: 'string' } } } },
      media: ['text/event-stream', 'text/plain'],
      handle: (call) => readLog(parts, call),
    }),
  ];
}

async function beginBuild(parts: RouteParts, call: Call<BuildBody>): Promise<Reply> {
  const { containers, gate } = parts;
  const { body, context: { principal } } = call;
  return readRepository(parts, call, async ({ id, repository }) => {
    const { ref = 'HEAD', tags = ['latest'] } = body;
    const commit = repository.commitAt(ref);
    const context = folderOf(body.context ?? '');
    const file = findDefinition(repository, { commit: commit.id, context, file: body.file ?? body.govcfile ?? body.containerfile ?? body.dockerfile });
    const request: BuildRequest = {
      context: context === '' ? '.' : context, file, ref, tags, args: body.args ?? {}, labels: body.labels ?? {}, target: body.target ?? null,
      platform: body.platform ?? body.platforms ?? [], no_cache: body.no_cache ?? false,
    };
    const prepared = await prepareBuild(repository, { request, commit: commit.id, parts: containers.parts });
    const build = await containers.builds.add({
      repositoryId: id, request, commit: commit.id, timeSeconds: commit.committer.timeSeconds, prepared, trigger: 'request', actor: principal?.username ?? null,
      tags: (tags.length === 0 ? ['latest'] : tags).map((tag) => parseImageTag(tag, id)),
      mayRead: (other) => gate.permits(principal, 'repo:read', other),
    });
    return { ...reply(202, { build }), headers: { Location: `/api/v1/repos/${encodeURIComponent(id)}/containers/builds/${build.id}` } };
  });
}

/** A folder of a repository; "" is all of it. @throws {ServerError} request-invalid */
function folderOf(text: string): string {
  const folder = posix.normalize(text === '' ? '.' : text).replace(/\/+$/, '');
  if (folder.startsWith('/') || folder === '..' || folder.startsWith('../')) {
    throw new ServerError('request-invalid', `The context "${text.slice(0, 200)}" must be a folder of the repository.`, { place: 'body', path: '/context' });
  }
  return folder === '.' ? '' : folder;
}

function findBuild(parts: RouteParts, call: Call): Promise<BuildRecord> {
  return readRepository(parts, call, ({ id }) => parts.containers.builds.get(id, call.path['build_id'] ?? ''));
}

async function readLog(parts: RouteParts, call: Call<unknown, { readonly follow: boolean; readonly raw: boolean }>): Promise<Reply> {
  const { builds, logs } = parts.containers;
  const { id, repository_id: repositoryId, status } = await findBuild(parts, call);
  const accept = call.headers['accept'];
  if (!call.query.follow && !(typeof accept === 'string' && accept.includes('text/event-stream'))) {
    const text = await logs.read(id);
    return call.query.raw ? { status: 200, body: new RawBody('text/plain; charset=utf-8', text) } : reply(200, { build_id: id, logs: text, status });
  }
  const signal = AbortSignal.any([call.context.signal, parts.live.stopping]);
  const release = parts.live.streams.open(call.context.principal?.userId ?? call.context.client.address ?? '');
  const body = new LiveBody('text/event-stream; charset=utf-8', async (response) => {
    try {
      for await (const line of linesOf(parts, { id, repositoryId, signal })) {
        if (!(await send(response, `event: log\ndata: ${JSON.stringify({ line })}\n\n`))) return;
      }
      if (signal.aborted) return;
      const build = await builds.get(repositoryId, id);
      await send(response, `event: end\ndata: ${JSON.stringify({ build })}\n\n`);
    } finally {
      release();
      response.end();
    }
  });
  return { status: 200, body, headers: { 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' } };
}

const POLL_MS = 200;

interface LogPlace {
  readonly id: string;
  readonly repositoryId: string;
  readonly signal: AbortSignal;
}

/** The lines of a build from the first on, also of one that has not begun; ends when its record is final. */
async function* linesOf({ containers: { builds, logs }, live }: RouteParts, { id, repositoryId, signal }: LogPlace): AsyncGenerator<string, void, void> {
  let log: BuildLog | undefined;
  while (!signal.aborted) {
    log = logs.find(id);
    const record = await builds.get(repositoryId, id);
    if (log !== undefined || isOver(record)) break;
    await pause(live.timers, signal);
  }
  if (log === undefined) {
    const text = await logs.read(id);
    yield* text.split('\n').slice(0, -1);
    return;
  }
  yield* log.follow(signal);
  while (!signal.aborted && !isOver(await builds.get(repositoryId, id))) await pause(live.timers, signal);
}

function pause(timers: RouteParts['live']['timers'], signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      cancel();
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = timers.after(POLL_MS, finish);
    signal.addEventListener('abort', finish, { once: true });
  });
}

/** Whether the client is still there. */
function send(response: ServerResponse, text: string): Promise<boolean> {
  if (response.destroyed || response.writableEnded) return Promise.resolve(false);
  if (response.write(text)) return Promise.resolve(true);
  return new Promise((resolve) => {
    const finish = (): void => {
      response.off('drain', finish);
      response.off('close', finish);
      resolve(!response.destroyed);
    };
    response.once('drain', finish);
    response.once('close', finish);
  });
}
