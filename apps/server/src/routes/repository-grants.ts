import { type PERMISSIONS, parsePermission, type RepositoryRule } from '@govc/auth';

import { endpoint, reply, type Endpoint } from '../http/endpoint.js';
import { SUCCESS } from './auth.js';
import type { RouteParts } from './parts.js';

/** Permissions of users in single repositories, which win over those that hold everywhere. */
export function repositoryGrantRoutes({ gate }: RouteParts): Endpoint[] {
  const path = '/api/v1/users/{user_id}/repos/{repo_id}/permissions/{permission}';
  const rule = (values: Readonly<Record<string, string>>, decision: RepositoryRule['decision']): RepositoryRule => ({
    repository: (values['repo_id'] ?? '').replace(/\.git$/, ''),
    permission: ofRepository(values['permission'] ?? ''),
    decision,
  });
  return [
    endpoint<unknown, { readonly decision: 'allow' | 'deny' }>({
      method: 'post', path, summary: 'Grant or deny a user a permission in one repository', tag: 'users', permission: 'repo:admin',
      query: { type: 'object', properties: { decision: { type: 'string', enum: ['allow', 'deny'], default: 'allow' } } },
      answers: { 200: SUCCESS },
      async handle({ path: values, query }) {
        await gate.accounts.users.setRepositoryPermission(values['user_id'] ?? '', rule(values, query.decision));
        return reply(200, { status: 'success' });
      },
    }),
    endpoint({
      method: 'delete', path, summary: 'Take back a grant or denial', tag: 'users', permission: 'repo:admin', answers: { 200: SUCCESS },
      async handle({ path: values }) {
        await gate.accounts.users.setRepositoryPermission(values['user_id'] ?? '', rule(values, undefined));
        return reply(200, { status: 'success' });
      },
    }),
  ];
}

/** Only what can hold in a repository: one that holds for the system would be the whole of it there. */
function ofRepository(text: string): (typeof PERMISSIONS)[number] {
  return parsePermission(/^(repo|webhook):/.test(text) ? text : `${text} in a repository`);
}
