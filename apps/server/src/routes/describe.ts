import { ServerError } from '../errors.js';
import { endpoint, reply, type Endpoint } from '../http/endpoint.js';
import { REF } from './commit-body.js';
import { readRepository, type RouteParts } from './parts.js';

/** Names of commits, and where histories meet. */
export function describeRoutes(parts: RouteParts): Endpoint[] {
  return [
    endpoint<unknown, { readonly ref?: string; readonly tags?: boolean; readonly always?: boolean }>({
      method: 'get', path: '/api/v1/repos/{id}/describe', summary: 'Name a commit after the last tag before it', tag: 'commits', permission: 'repo:read',
      query: {
        type: 'object',
        properties: {
          ref: REF, tags: { type: 'boolean', description: 'Also lightweight tags.' }, always: { type: 'boolean', description: 'Else its short id.' },
        },
      },
      answers: { 200: { type: 'object', required: ['ref', 'description'], properties: { ref: { type: 'string' }, description: { type: 'string' } } } },
      handle: (call) => readRepository(parts, call, ({ repository }) => {
        const { ref = 'HEAD', tags, always } = call.query;
        const { text } = repository.describe(ref, { ...(tags === undefined ? {} : { tags }), ...(always === undefined ? {} : { always }) });
        return reply(200, { ref, description: text });
      }),
    }),
    endpoint<unknown, { readonly revisions: string }>({
      method: 'get', path: '/api/v1/repos/{id}/merge-base', summary: 'The best common ancestors of revisions', tag: 'commits', permission: 'repo:read',
      query: {
        type: 'object', required: ['revisions'],
        properties: { revisions: { type: 'string', minLength: 1, maxLength: 10_000, description: 'Two or more, with commas between.' } },
      },
      answers: {
        200: {
          type: 'object', required: ['revisions', 'merge_bases'],
          properties: { revisions: { type: 'array', items: { type: 'string' } }, merge_bases: { type: 'array', items: { type: 'string' } } },
        },
      },
      handle: (call) => readRepository(parts, call, ({ repository }) => {
        const revisions = call.query.revisions.split(',').map((word) => word.trim()).filter((word) => word !== '');
        if (revisions.length < 2) throw new ServerError('request-invalid', 'A merge base is that of two revisions or more.', { place: 'query', path: '/revisions' });
        return reply(200, { revisions, merge_bases: repository.mergeBase(revisions) });
      }),
    }),
  ];
}
