import type { NewCommit, ObjectId, Reality } from '@govc/core';

import { isKnown, matchedId, taggedHeaders } from '../http/conditions.js';
import { endpoint, reply, type Call, type Endpoint } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import { changeRepository } from './changes.js';
import { BRANCH, COMMIT, commitBody, EXPECTED_HEAD, shortBranch } from './commit-body.js';
import { applyActions, FILE_ACTION, type FileAction } from './file-actions.js';
import { FILE_BODY, type FileBody } from './file-body.js';
import { readRepository, type RouteParts } from './parts.js';
import { AUTHOR_PROPERTIES, authorOf, personOf, type AuthorBody } from './people.js';
import { WorkingFiles } from './working-files.js';

interface CommitBody extends AuthorBody {
  readonly message: string;
  readonly branch?: string;
  readonly from?: string;
  readonly expected_head?: string;
  readonly allow_empty?: boolean;
  readonly files?: readonly FileBody[];
  readonly actions?: readonly FileAction[];
}

const COMMIT_BODY: Schema = {
  type: 'object',
  required: ['message'],
  additionalProperties: false,
  properties: {
    message: { type: 'string', minLength: 1, maxLength: 1_000_000 },
    ...AUTHOR_PROPERTIES,
    branch: { ...BRANCH, description: 'Made where it does not exist. Default: the current one.' },
    from: { type: 'string', minLength: 1, maxLength: 4096, description: 'Where a branch that is made begins. Default: without a parent.' },
    expected_head: EXPECTED_HEAD,
    allow_empty: { type: 'boolean', default: false },
    files: { type: 'array', items: FILE_BODY, maxItems: 100_000, description: 'Commit these instead of what was staged.' },
    actions: {
      type: 'array', items: FILE_ACTION, maxItems: 100_000,
      description: 'Commit these changes, in order, instead of what was staged: files to put, delete, move, edit; each sees those before it.',
    },
  },
};

/** Making and showing commits, in the spelling of the README and of the original's code. */
export function commitRoutes(parts: RouteParts): Endpoint[] {
  const committing = (path: string): Endpoint => endpoint<CommitBody>({
    method: 'post', path, summary: 'Commit what is staged, or the files and changes given', tag: 'commits', permission: 'repo:write',
    body: COMMIT_BODY, answers: { 201: COMMIT },
    async handle(call) {
      const { branch, files, actions } = call.body;
      const takesStage = files === undefined && actions === undefined;
      const expectedHead = call.body.expected_head ?? matchedId(call);
      const commit = await changeRepository(parts, call, { branch, takesStage, expectedHead }, {
        work(reality) {
          startBranch(reality, call.body);
          applyActions(new WorkingFiles(reality), [...(files ?? []), ...(actions ?? [])]);
          return commitIn(reality, call);
        },
        done: ({ repository }) => takesStage && repository.unstage(),
      });
      return { ...reply(201, { ...commitBody(commit), branch: shortBranch(commit.ref) }), headers: { ETag: `"${commit.id}"` } };
    },
  });
  return [
    committing('/api/v1/repos/{id}/commits'),
    committing('/api/v1/repos/{id}/commit'),
    endpoint({
      method: 'get', path: '/api/v1/repos/{id}/commits/{commit}', summary: 'Get a commit', tag: 'commits', permission: 'repo:read',
      answers: { 200: COMMIT, 304: {} },
      handle: (call) => readRepository(parts, call, ({ repository }) => {
        const commit = repository.commitAt(call.path['commit'] ?? '');
        const headers = taggedHeaders(commit.id);
        return isKnown(call, commit.id) ? { status: 304, body: undefined, headers } : { ...reply(200, commitBody(commit)), headers };
      }),
    }),
  ];
}

/** A branch that does not exist yet begins at a place where that is said. */
function startBranch(reality: Reality, { from }: CommitBody): void {
  const { ref, id } = reality.head();
  if (from !== undefined && id === undefined && ref !== undefined) reality.branch(shortBranch(ref), from);
}

function commitIn(reality: Reality, call: Call<CommitBody>): NewCommit {
  const { message, committer, expected_head: expected, allow_empty: allowEmpty } = call.body;
  return reality.commit(message, {
    author: authorOf(call),
    committer: committer === undefined ? undefined : personOf(committer),
    expectedHead: expected as ObjectId | undefined,
    allowEmpty,
  });
}
