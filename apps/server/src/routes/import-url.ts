import { GovcError, type Batch, type Person } from '@govc/core';
import { connectRemote, createNodeHttpClient, listRemote, type Connect, type HttpClient } from '@govc/core/protocol';

import { ServerError } from '../errors.js';
import { endpoint, reply, type Call, type Endpoint } from '../http/endpoint.js';
import { parseRepositoryId } from '../repositories/repository-id.js';
import type { HostedRepository, Repositories } from '../repositories/repositories.js';
import { checkOutboundUrl, lookupFor } from '../webhooks/outbound.js';
import { mustPassAll } from './changes.js';
import { acquireNamed, type RouteParts } from './parts.js';

interface ImportBody {
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  readonly refspecs?: readonly string[];
  readonly prune?: boolean;
  readonly memory_only?: boolean;
}

const SPECS = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];

/** Repositories from elsewhere. */
export function importUrlRoutes(parts: RouteParts): Endpoint[] {
  return [
    endpoint<ImportBody>({
      method: 'post', path: '/api/v1/repos/{id}/import', summary: 'Fetch branches and tags from a URL, into a repository that is made where there is none', tag: 'repositories',
      permission: 'repo:write',
      body: {
        type: 'object', required: ['url'], additionalProperties: false,
        properties: {
          url: { type: 'string', minLength: 8, maxLength: 2048, description: 'http:// or https://, without credentials.' },
          username: { type: 'string', minLength: 1, maxLength: 250 },
          password: { type: 'string', minLength: 1, maxLength: 4096, description: 'Or a token. Used for this request and not kept.' },
          refspecs: { type: 'array', minItems: 1, maxItems: 100, items: { type: 'string', minLength: 1, maxLength: 1000 }, description: `Default: ${SPECS.join(' and ')}.` },
          prune: { type: 'boolean', default: false, description: 'Also delete what the refspecs store and the other side lacks.' },
          memory_only: { type: 'boolean', default: false, description: 'For a repository that is made: it ends with the server.' },
        },
      },
      answers: {
        200: {
          type: 'object', required: ['status', 'id', 'objects', 'refs'],
          properties: {
            status: { const: 'imported' }, id: { type: 'string' }, objects: { type: 'integer' },
            refs: {
              type: 'array',
              items: {
                type: 'object', required: ['name', 'status'],
                properties: { name: { type: 'string' }, status: { type: 'string' }, id: { type: 'string' }, reason: { type: 'string' } },
              },
            },
          },
        },
      },
      handle: (call) => importFrom(parts, call),
    }),
  ];
}

async function importFrom(parts: RouteParts, call: Call<ImportBody>): Promise<ReturnType<typeof reply>> {
  const { url, refspecs, prune } = call.body;
  const connect = connectTo(parts, call);
  const lease = await acquireOrCreate(parts, call, connect);
  try {
    const hosted = lease.resource;
    let finish = (): Promise<void> => Promise.resolve();
    const outcome = await hosted.repository.fetch({
      connect, refspecs: refspecs ?? SPECS, tags: 'none', isPruning: prune ?? false, isForced: false, committer: actorOf(call), reflogPrefix: `import ${url}`,
      agent: `govc/${parts.version}`, signal: call.context.signal,
      async beforeApply(batch) {
        finish = await mustPass(parts, call, { hosted, batch });
      },
    });
    await finish();
    const refs = outcome.updates.map(({ target, status, newId, reason }) => ({ name: target, status, ...(newId === undefined ? {} : { id: newId }), ...(reason === undefined ? {} : { reason }) }));
    return reply(200, { status: 'imported', id: hosted.id, objects: outcome.objectCount, refs });
  } finally {
    lease.release();
  }
}

/** A line to a host of the open internet: each address that a request goes to is looked at, those of redirects too. */
function connectTo({ live, version }: RouteParts, { body: { url, username, password } }: Call<ImportBody>): Connect {
  const allowed = live.allowedHosts;
  mustBeOutside(url, allowed);
  const clients = new Map<boolean, HttpClient>();
  const http: HttpClient = (request) => {
    const lookup = lookupFor(mustBeOutside(request.url, allowed), allowed);
    const isGuarded = lookup !== undefined;
    const client = clients.get(isGuarded) ?? createNodeHttpClient(lookup === undefined ? {} : { lookup });
    clients.set(isGuarded, client);
    return client(request);
  };
  const credentials = username === undefined || password === undefined ? undefined : {
    fill: () => Promise.resolve({ username, password }), approve: () => Promise.resolve(), reject: () => Promise.resolve(),
  };
  return connectRemote(url, { http, credentials: credentials === undefined ? undefined : once(credentials), allowsDaemon: false, agent: `git/govc-${version}` });
}

/** Credentials that were refused once are not tried again. */
function once<Source extends { readonly fill: () => Promise<{ readonly username: string; readonly password: string }> }>(source: Source): Omit<Source, 'fill'> & { readonly fill: () => Promise<{ readonly username: string; readonly password: string } | undefined> } {
  let isUsed = false;
  return {
    ...source,
    fill: () => {
      if (isUsed) return Promise.resolve(undefined);
      isUsed = true;
      return source.fill();
    },
  };
}

function mustBeOutside(url: string, allowed: readonly string[]): URL {
  try {
    return checkOutboundUrl(url.replace(/\/(?:info\/refs|git-upload-pack)(?:\?.*)?$/, ''), allowed);
  } catch (error) {
    if (!(error instanceof ServerError) || error.code !== 'webhook-invalid') throw error;
    throw new GovcError('remote-url-invalid', error.message, {}, { cause: error });
  }
}

async function acquireOrCreate(parts: RouteParts, call: Call<ImportBody>, connect: Connect): ReturnType<Repositories['acquire']> {
  const id = parseRepositoryId(call.path['id'] ?? '');
  try {
    return await acquireNamed(parts, call);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'repository-unknown') throw error;
  }
  const { algorithm, refs } = await listRemote({ connect, prefixes: ['HEAD', 'refs/heads/'], signal: call.context.signal });
  const head = refs.find(({ name }) => name === 'HEAD')?.symrefTarget?.replace(/^refs\/heads\//, '');
  return parts.repositories.create({
    id, isMemoryOnly: call.body.memory_only ?? false, defaultBranch: head ?? 'main', objectFormat: algorithm.name, description: '',
  });
}

/** What was received is asked about as any other change is. */
async function mustPass(parts: RouteParts, call: Call, { hosted, batch }: { readonly hosted: HostedRepository; readonly batch: Batch }): Promise<() => Promise<void>> {
  const reality = hosted.repository.reality();
  try {
    const moved = new Set(batch.refs.map(({ name }) => name as string));
    const applied = reality.apply(batch);
    // Where it cannot be, the repository says so in its own words.
    return applied.ok ? await mustPassAll(parts, call, { hosted, reality, moved, batches: [batch] }) : () => Promise.resolve();
  } finally {
    reality.discard();
  }
}

function actorOf({ context }: Call): Person {
  const { principal } = context;
  return principal === undefined ? { name: 'anonymous', email: 'anonymous@localhost' } : { name: principal.username, email: principal.email };
}
