import { endpoint, reply, type Endpoint } from '../http/endpoint.js';
import { readRepository, type RouteParts } from './parts.js';
import { findFile } from './working-files.js';

/** What is staged over the API and not committed yet. */
export function statusRoutes(parts: RouteParts): Endpoint[] {
  return [
    endpoint({
      method: 'get', path: '/api/v1/repos/{id}/status', summary: 'Show what is staged', tag: 'files', permission: 'repo:read',
      answers: {
        200: {
          type: 'object',
          required: ['branch', 'staged', 'modified', 'untracked', 'clean'],
          properties: {
            branch: { type: 'string', description: 'The branch that HEAD names; "" when it names none.' },
            staged: { type: 'array', items: { type: 'string' } },
            deleted: { type: 'array', items: { type: 'string' }, description: 'Those of the staged paths that are removals.' },
            modified: { type: 'array', items: { type: 'string' }, description: 'Always empty: there is no worktree.' },
            untracked: { type: 'array', items: { type: 'string' }, description: 'Always empty: there is no worktree.' },
            changes: {
              type: 'array', description: 'The staged paths with what happens to them.',
              items: { type: 'object', required: ['path', 'status'], properties: { path: { type: 'string' }, status: { type: 'string', enum: ['added', 'modified', 'deleted'] } } },
            },
            head: { type: 'string', description: 'The commit of HEAD; absent where there is none.' },
            clean: { type: 'boolean' },
          },
        },
      },
      handle: (call) => readRepository(parts, call, ({ repository }) => {
        const staged = [...repository.staged()];
        const head = repository.head().id;
        return reply(200, {
          branch: repository.head().ref?.replace(/^refs\/heads\//, '') ?? '',
          staged: staged.map(([path]) => path),
          deleted: staged.filter(([, entry]) => entry === undefined).map(([path]) => path),
          modified: [],
          untracked: [],
          changes: staged.map(([path, entry]) => ({
            path, status: entry === undefined ? 'deleted' : findFile(repository, path) === undefined ? 'added' : 'modified',
          })),
          ...(head === undefined ? {} : { head }),
          clean: staged.length === 0,
        });
      }),
    }),
  ];
}
