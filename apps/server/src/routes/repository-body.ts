import type { Schema } from '../http/validate.js';
import type { HostedRepository } from '../repositories/repositories.js';

/** A repository as answers show it. */
export const REPOSITORY: Schema = {
  title: 'Repository',
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

/** A repository for JSON. */
export function repositoryBody(hosted: HostedRepository, origin: string) {
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
