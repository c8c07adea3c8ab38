import type { CommitInfo } from '@govc/core';

import type { Schema } from '../http/validate.js';
import { identityTime } from './times.js';

/** Whoever stands in a commit. */
export const SIGNATURE: Schema = {
  title: 'Signature',
  type: 'object',
  required: ['name', 'email', 'timestamp'],
  properties: { name: { type: 'string' }, email: { type: 'string' }, timestamp: { type: 'string', format: 'date-time' } },
};

/** A commit as answers show it. */
export const COMMIT: Schema = {
  title: 'Commit',
  type: 'object',
  required: ['hash', 'message', 'author', 'email', 'timestamp', 'tree', 'parents', 'committer'],
  properties: {
    hash: { type: 'string' },
    message: { type: 'string' },
    author: { type: 'string' },
    email: { type: 'string' },
    timestamp: { type: 'string', format: 'date-time' },
    parent: { type: 'string', description: 'The first parent.' },
    parents: { type: 'array', items: { type: 'string' } },
    tree: { type: 'string' },
    committer: SIGNATURE,
    branch: { type: 'string', description: 'Of a new commit: the branch that it is on.' },
  },
};

/** A commit for JSON, in the original's fields and ours. */
export function commitBody(commit: CommitInfo) {
  const { id, tree, parents, author, committer, message } = commit;
  return {
    hash: id,
    message: message.replace(/\n$/, ''),
    author: author.name,
    email: author.email,
    timestamp: identityTime(author),
    ...(parents[0] === undefined ? {} : { parent: parents[0] }),
    parents,
    tree,
    committer: { name: committer.name, email: committer.email, timestamp: identityTime(committer) },
  };
}

/** A ref without the folder that it stands in. */
export function shortBranch(ref: string): string {
  return ref.replace(/^refs\/heads\//, '');
}

/** How requests name a commit that a branch must stand at. */
export const EXPECTED_HEAD: Schema = {
  type: 'string', pattern: '^([0-9a-f]{40}|[0-9a-f]{64})$', description: 'The commit that the branch must stand at; else 409 with both. If-Match says the same.',
};

/** A branch, tag or commit in a query. */
export const REF: Schema = { type: 'string', minLength: 1, maxLength: 4096, description: 'Branch, tag or commit. Default: HEAD.' };

/** A branch in a body. */
export const BRANCH: Schema = { type: 'string', minLength: 1, maxLength: 250, description: 'Default: the current one.' };
