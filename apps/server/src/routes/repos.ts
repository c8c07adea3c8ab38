import { parseRepositoryId } from '../repositories/repository-id.js';
import type { HostedRepository } from '../repositories/repositories.js';
import { endpoint, reply, type Endpoint } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import { readRepository, type RouteParts } from './parts.js';

interface NewRepositoryBody {
  readonly id: string;
  readonly memory_only?: boolean;
  readonly default_branch?: string;
  readonly object_format?: 'sha1' | 'sha256';
  readonly description?: string;
}

const NEW_REPOSITORY: Schema = {
  type: 'object',
  required: ['id'],
  additionalProperties: false,
  properties: {
    id: { type: 'string', minLength: 1, maxLength: 300, description: 'May hold slashes: team/app.' },
    memory_only: { type: 'boolean', default: false, description: 'The repository ends with the server.' },
    default_branch: { type: 'string', minLength: 1, maxLength: 250, default: 'main' },
    object_format: { type: 'string', enum: ['sha1', 'sha256'], default: 'sha1' },
    description: { type: 'string', maxLength: 10_000 },
  },
};

/** A repository as answers show it. */
export const REPOSITORY: Schema = {
  type: 'object',
  required: ['id', 'path', 'created_at', 'memory_only', 'durable', 'object_format', 'clone_url'],
  properties: {
    id: { type: 'string' },
    path: { type: 'string', description: 'Its folder below the one that is served, or ":memory:".' },
    current_branch: { type: 'string', description: 'The branch that HEAD names.' },
    default_branch: { type: 'string' },
    created_at: { type: 'string', format: 'date-time' },
    memory_only: { type: 'boolean' },
    durable: { type: 'boolean', description: 'Whether it outlives the server.' },
    object_format: { type: 'string', enum: ['sha1', 'sha256'] },
    description: { type: 'string' },
    clone_url: { type: 'string' },
  },
};

const LIST: Schema = {
  type: 'object',
  required: ['repositories', 'count'],
  properties: { repositories: { type: 'array', items: REPOSITORY }, count: { type: 'integer' } },
};

/** `/api/v1/repos`: the repositories themselves. */
export function repoRoutes(parts: RouteParts): Endpoint[] {
  const { repositories, gate } = parts;
  return [
    endpoint<unknown, { readonly limit: number; readonly offset: number }>({
      method: 'get', path: '/api/v1/repos', summary: 'List repositories', tag: 'repositories', permission: 'public',
      query: {
        type: 'object',
        properties: {
          limit: { type: 'integer', minimum: 1, maximum: 10_000, default: 1000 },
          offset: { type: 'integer', minimum: 0, default: 0 },
        },
      },
      answers: { 200: LIST },
      async handle({ context, origin, query }) {
        const ids = await repositories.list();
        const visible = ids.filter((id) => gate.permits(context.principal, 'repo:read', id));
        const found = [];
        for (const id of visible.slice(query.offset, query.offset + query.limit)) {
          const lease = await repositories.acquire(id);
          try {
            found.push(repositoryBody(lease.resource, origin));
          } finally {
            lease.release();
          }
        }
        return reply(200, { repositories: found, count: found.length, total: visible.length });
      },
    }),
    endpoint<NewRepositoryBody>({
      method: 'post', path: '/api/v1/repos', summary: 'Create a repository', tag: 'repositories', permission: 'repo:write',
      body: NEW_REPOSITORY, answers: { 201: REPOSITORY },
      async handle({ body, origin }) {
        const lease = await repositories.create({
          id: parseRepositoryId(body.id),
          isMemoryOnly: body.memory_only ?? false,
          defaultBranch: body.default_branch ?? 'main',
          objectFormat: body.object_format ?? 'sha1',
          description: body.description ?? '',
        });
        try {
          const created = repositoryBody(lease.resource, origin);
          return { status: 201, body: created, headers: { Location: `/api/v1/repos/${encodeURIComponent(created.id)}` } };
        } finally {
          lease.release();
        }
      },
    }),
    endpoint({
      method: 'get', path: '/api/v1/repos/{id}', summary: 'Get repository info', tag: 'repositories', permission: 'repo:read',
      answers: { 200: REPOSITORY },
      handle: (call) => readRepository(parts, call, (hosted) => reply(200, repositoryBody(hosted, call.origin))),
    }),
    endpoint({
      method: 'delete', path: '/api/v1/repos/{id}', summary: 'Delete a repository', tag: 'repositories', permission: 'repo:delete',
      answers: { 200: { type: 'object', required: ['status'], properties: { status: { const: 'deleted' } } } },
      async handle({ path }) {
        await repositories.delete(path['id'] ?? '');
        return reply(200, { status: 'deleted' });
      },
    }),
  ];
}

function repositoryBody(hosted: HostedRepository, origin: string) {
  const { id, repository } = hosted;
  const branch = repository.head().ref?.replace(/^refs\/heads\//, '');
  return {
    id,
    path: hosted.path,
    ...(branch === undefined ? {} : { current_branch: branch, default_branch: branch }),
    created_at: new Date(hosted.createdMs).toISOString(),
    memory_only: hosted.isMemoryOnly,
    durable: !hosted.isMemoryOnly,
    object_format: repository.snapshot.algorithm.name,
    description: hosted.description,
    clone_url: `${origin}/${id.split('/').map(encodeURIComponent).join('/')}.git`,
  };
}
