import { endpoint, reply, type Endpoint } from '../http/endpoint.js';
import { readRepository, type RouteParts } from './parts.js';

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
            clean: { type: 'boolean' },
          },
        },
      },
      handle: (call) => readRepository(parts, call, ({ repository }) => {
        const staged = [...repository.staged()];
        return reply(200, {
          branch: repository.head().ref?.replace(/^refs\/heads\//, '') ?? '',
          staged: staged.map(([path]) => path),
          deleted: staged.filter(([, entry]) => entry === undefined).map(([path]) => path),
          modified: [],
          untracked: [],
          clean: staged.length === 0,
        });
      }),
    }),
  ];
}
