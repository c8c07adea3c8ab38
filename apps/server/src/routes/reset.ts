import type { ResetMode } from '@govc/core';

import { ServerError } from '../errors.js';
import { matchedId } from '../http/conditions.js';
import { endpoint, reply, type Endpoint } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import { changeRepository } from './changes.js';
import { BRANCH, EXPECTED_HEAD } from './commit-body.js';
import type { RouteParts } from './parts.js';
import { actorOf, AUTHOR_PROPERTIES, type AuthorBody } from './people.js';

interface ResetBody extends AuthorBody {
  readonly target?: string;
  readonly commit?: string;
  readonly mode: ResetMode;
  readonly branch?: string;
  readonly expected_head?: string;
}

interface CheckoutBody {
  readonly branch: string;
  readonly create?: boolean;
  readonly from?: string;
}

const REVISION: Schema = { type: 'string', minLength: 1, maxLength: 4096 };

/** Moving a branch to another commit, and `HEAD` to another branch. */
export function resetRoutes(parts: RouteParts): Endpoint[] {
  return [resetting(parts), checkingOut(parts)];
}

function resetting(parts: RouteParts): Endpoint {
  return endpoint<ResetBody>({
    method: 'post', path: '/api/v1/repos/{id}/reset', summary: 'Move a branch to a commit', tag: 'merging', permission: 'repo:write',
    body: {
      type: 'object',
      additionalProperties: false,
      properties: {
        target: { ...REVISION, description: 'Default: HEAD.' },
        commit: { ...REVISION, description: 'Another name of target.' },
        mode: { type: 'string', enum: ['soft', 'mixed', 'hard'], default: 'mixed', description: 'soft keeps what is staged, the others forget it.' },
        branch: BRANCH,
        ...AUTHOR_PROPERTIES,
        expected_head: EXPECTED_HEAD,
      },
    },
    answers: {
      200: {
        type: 'object',
        required: ['old_head', 'new_head', 'mode', 'tree'],
        properties: {
          old_head: { type: 'string', description: 'Empty for a branch without commits.' },
          new_head: { type: 'string' }, mode: { type: 'string', enum: ['soft', 'mixed', 'hard'] }, tree: { type: 'string' },
        },
      },
    },
    async handle(call) {
      const { target, commit, mode, branch, expected_head: expected } = call.body;
      const made = await changeRepository(parts, call, { branch, expectedHead: expected ?? matchedId(call) }, {
        work(reality, hosted) {
          const before = reality.head().id;
          const { id, tree } = reality.reset(target ?? commit ?? 'HEAD', mode, { committer: actorOf(call, hosted) });
          return { old_head: before ?? '', new_head: id, mode, tree };
        },
        done: ({ repository }) => mode !== 'soft' && branch === undefined && repository.unstage(),
      });
      return reply(200, made);
    },
  });
}

function checkingOut(parts: RouteParts): Endpoint {
  return endpoint<CheckoutBody>({
    method: 'post', path: '/api/v1/repos/{id}/checkout', summary: 'Put HEAD on a branch', tag: 'branches', permission: 'repo:write',
    body: {
      type: 'object',
      required: ['branch'],
      additionalProperties: false,
      properties: {
        branch: { type: 'string', minLength: 1, maxLength: 250 },
        create: { type: 'boolean', description: 'Make the branch, at "from" or where HEAD stands.' },
        from: { ...REVISION, description: 'Default: HEAD.' },
      },
    },
    answers: {
      200: {
        type: 'object',
        required: ['status', 'data'],
        properties: {
          status: { const: 'checked out' },
          data: { type: 'object', required: ['branch'], properties: { branch: { type: 'string' } } },
        },
      },
    },
    async handle(call) {
      const { branch, create, from } = call.body;
      await changeRepository(parts, call, {}, {
        work(reality) {
          const isThere = reality.snapshot.refs.has(`refs/heads/${branch}`);
          // The branch of a repository without commits is there as far as anybody can see.
          const isUnborn = reality.head().ref === `refs/heads/${branch}` && !isThere;
          if (create === true && reality.head().id !== undefined) reality.branch(branch, from);
          else if (!isThere && !isUnborn && create !== true) throw new ServerError('branch-unknown', `There is no branch "${branch}".`, { name: branch });
          reality.setHead(branch);
        },
      });
      return reply(200, { status: 'checked out', data: { branch } });
    },
  });
}
