import { parseRefName, type ObjectId, type RefName, type RefValue, type Repository } from '@govc/core';

import { authorize } from '../auth/gate.js';
import { ServerError } from '../errors.js';
import { endpoint, reply, StreamBody, type Call, type Endpoint } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import { parseRepositoryId } from '../repositories/repository-id.js';
import type { HostedRepository } from '../repositories/repositories.js';
import { changeRepository } from './changes.js';
import { readRepository, type RouteParts } from './parts.js';
import { REPOSITORY, repositoryBody } from './repository-body.js';
import { collect } from './slices.js';
import { streamRepository } from './streams.js';

interface ArchiveQuery {
  readonly format: 'tar' | 'tar.gz' | 'zip';
  readonly prefix?: string;
  readonly path?: string;
}

interface ForkBody {
  readonly id: string;
  readonly memory_only?: boolean;
  readonly description?: string;
}

const MEDIA = { 'tar': 'application/x-tar', 'tar.gz': 'application/gzip', 'zip': 'application/zip' } as const;
const BUNDLE = 'application/x-git-bundle';

const ARCHIVE_QUERY: Schema = {
  type: 'object',
  properties: {
    format: { type: 'string', enum: ['tar', 'tar.gz', 'zip'], default: 'tar.gz' },
    prefix: { type: 'string', maxLength: 1000, description: 'Before every path. Default: the name of the repository and the revision, as a folder.' },
    path: { type: 'string', minLength: 1, maxLength: 4096, description: 'Only this file or folder.' },
  },
};

/** Copies of repositories: archives, bundles and forks. */
export function exchangeRoutes(parts: RouteParts): Endpoint[] {
  const archiving = (path: string): Endpoint => endpoint<unknown, ArchiveQuery>({
    method: 'get', path, summary: 'Download the files of a revision', tag: 'repositories', permission: 'repo:read',
    query: ARCHIVE_QUERY, answers: { 200: {} }, media: Object.values(MEDIA),
    handle: (call) => streamRepository(parts, call, ({ id, repository }) => {
      const ref = call.path['ref'] ?? 'HEAD';
      const { format, path: only } = call.query;
      const name = `${id.split('/').at(-1)!}-${ref === 'HEAD' ? repository.commitAt().id.slice(0, 12) : ref.replaceAll(/[^\w.-]+/g, '-')}`;
      const pieces = repository.archive(ref, { format, prefix: call.query.prefix ?? `${name}/`, paths: only === undefined ? undefined : [only] });
      const headers = { 'Content-Disposition': `attachment; filename="${name}.${format}"` };
      return { status: 200, body: new StreamBody(MEDIA[format], pieces), headers };
    }),
  });
  return [
    archiving('/api/v1/repos/{id}/archive'), archiving('/api/v1/repos/{id}/archive/{ref*}'),
    exporting(parts), importing(parts), forking(parts),
  ];
}

function exporting(parts: RouteParts): Endpoint {
  return endpoint<unknown, { readonly revisions?: string }>({
    method: 'get', path: '/api/v1/repos/{id}/bundle', summary: 'Download a Git bundle', tag: 'repositories', permission: 'repo:read',
    query: {
      type: 'object',
      properties: { revisions: { type: 'string', minLength: 1, maxLength: 10_000, description: 'With spaces between: "main ^v1.0". Default: --all.' } },
    },
    answers: { 200: {} }, media: [BUNDLE],
    handle: (call) => streamRepository(parts, call, ({ id, repository }) => {
      const revisions = (call.query.revisions ?? '--all').split(/\s+/).filter((word) => word !== '');
      const headers = { 'Content-Disposition': `attachment; filename="${id.split('/').at(-1)!}.bundle"` };
      return { status: 200, body: new StreamBody(BUNDLE, bytesOf(repository, revisions)), headers };
    }),
  });
}

/** The bytes of a bundle; a piece without bytes stands for work that was done in between. */
function* bytesOf(repository: Pick<Repository, 'bundle'>, revisions: readonly string[]): Generator<Uint8Array, void, void> {
  const nothing = new Uint8Array(0);
  for (const step of repository.bundle(revisions)) yield step instanceof Uint8Array ? step : nothing;
}

function importing(parts: RouteParts): Endpoint {
  return endpoint<undefined, { readonly force: boolean; readonly prefix?: string }>({
    method: 'post', path: '/api/v1/repos/{id}/bundle', summary: 'Take in a Git bundle, with its branches and tags', tag: 'repositories', permission: 'repo:write',
    query: {
      type: 'object',
      properties: {
        force: { type: 'boolean', default: false, description: 'Also move refs that stand elsewhere.' },
        prefix: { type: 'string', minLength: 6, maxLength: 250, pattern: '^refs/.*/$', description: 'Put refs/heads/x at <prefix>x, such as refs/remotes/origin/.' },
      },
    },
    uploads: [BUNDLE, 'application/octet-stream'],
    answers: {
      200: {
        type: 'object', required: ['status', 'refs'],
        properties: {
          status: { const: 'imported' },
          refs: { type: 'array', items: { type: 'object', required: ['name', 'id'], properties: { name: { type: 'string' }, id: { type: 'string' } } } },
        },
      },
    },
    async handle(call) {
      const bytes = await call.upload!.read();
      const { force, prefix } = call.query;
      return changeRepository(parts, call, {}, {
        work(reality) {
          const before = new Map([...reality.refs('refs/')].map(({ name, value }) => [name as string, value.kind === 'direct' ? value.id : undefined]));
          const named = (name: string) => {
            if (!name.startsWith('refs/')) return undefined;
            return parseRefName(prefix !== undefined && name.startsWith('refs/heads/') ? prefix + name.slice('refs/heads/'.length) : name);
          };
          const header = reality.unbundle(bytes, named);
          const refs = header.refs.flatMap(({ name, id }) => {
            const ref = named(name);
            return ref === undefined ? [] : [{ name: ref, id }];
          });
          for (const { name, id } of refs) mustGoForward(reality, { name, from: before.get(name), to: id, force });
          return reply(200, { status: 'imported', refs });
        },
      });
    },
  });
}

function mustGoForward(
  view: Pick<Repository, 'isAncestor' | 'snapshot'>, { name, from, to, force }: { readonly name: string; readonly from: ObjectId | undefined; readonly to: ObjectId; readonly force: boolean },
): void {
  if (force || from === undefined || from === to) return;
  const areCommits = [from, to].every((id) => view.snapshot.objects.findHeader(id)?.type === 'commit');
  if (areCommits && view.isAncestor(from, to)) return;
  throw new ServerError('merge-failed', `"${name}" stands at ${from}, which ${to} of the bundle does not follow; send "force".`, { name, actual: from, wanted: to });
}

function forking(parts: RouteParts): Endpoint {
  return endpoint<ForkBody>({
    method: 'post', path: '/api/v1/repos/{id}/fork', summary: 'Make a repository that begins with everything that this one has', tag: 'repositories',
    permission: 'repo:read',
    body: {
      type: 'object', required: ['id'], additionalProperties: false,
      properties: {
        id: { type: 'string', minLength: 1, maxLength: 300 },
        memory_only: { type: 'boolean', description: 'Default: as this one.' },
        description: { type: 'string', maxLength: 10_000 },
      },
    },
    answers: { 201: REPOSITORY },
    handle: (call) => readRepository(parts, call, async (origin) => {
      const { gate, repositories } = parts;
      const id = parseRepositoryId(call.body.id);
      // Reading this one is not enough to make another.
      authorize(gate, call.context.principal, { permission: 'repo:write', repository: id });
      await origin.repository.flush();
      // What is committed from here on is not in the fork.
      const moment = momentOf(origin);
      const lease = await repositories.create({
        id,
        isMemoryOnly: call.body.memory_only ?? origin.isMemoryOnly,
        defaultBranch: origin.repository.head().ref?.replace(/^refs\/heads\//, '') ?? 'main',
        objectFormat: origin.repository.snapshot.algorithm.name,
        description: call.body.description ?? origin.description,
        origin,
      });
      let isWhole = false;
      try {
        await takeOver(lease.resource, moment, call);
        isWhole = true;
        return { status: 201, body: repositoryBody(lease.resource, call.origin), headers: { Location: `/api/v1/repos/${encodeURIComponent(id)}` } };
      } finally {
        lease.release();
        if (!isWhole) await repositories.delete(id);
      }
    }),
  });
}

/** A repository as it was when a fork of it began. */
interface Moment {
  readonly origin: HostedRepository;
  readonly refs: readonly { readonly name: RefName; readonly value: RefValue }[];
  readonly bundle: Iterable<Uint8Array>;
}

function momentOf(origin: HostedRepository): Moment {
  const { repository } = origin;
  const refs = [...repository.refs('refs/')].filter(({ name }) => name !== 'refs/stash');
  return { origin, refs, bundle: refs.length === 0 ? [] : bytesOf(repository, refs.map(({ name }) => name)) };
}

/** Gives a new repository what its objects alone do not: in memory nothing is left to do, from file to file the refs, else everything. */
async function takeOver({ repository, isMemoryOnly, directory }: HostedRepository, { origin, refs, bundle }: Moment, call: Call): Promise<void> {
  if ((isMemoryOnly && origin.isMemoryOnly) || refs.length === 0) return;
  const sharesFiles = directory !== undefined && origin.directory !== undefined;
  if (!sharesFiles) repository.unbundle(await collect(bundle, call.context.signal));
  repository.propose({ origin: 'fork' }, (draft) => {
    for (const { name, value } of refs) draft.editRef(name, value);
  });
  await repository.flush();
}
