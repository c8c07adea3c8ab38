import type { ReplayedCommit, Reality, SequenceKind, SequenceResult } from '@govc/core';

import type { ReplayProgress } from '../realities/stopped-work.js';
import type { Schema } from '../http/validate.js';
import { COMMIT, commitBody } from './commit-body.js';
import { CONFLICT, messageTexts, replayConflictBodies } from './conflicts.js';

/** What stands beside the answer of work that stopped and is kept. */
export const SEQUENCE_LINK: Schema = {
  type: 'object', required: ['id', 'kind', 'branch', 'expires_at'],
  description: 'With "on_conflict": "stop": what continues, skips and aborts it.',
  properties: {
    id: { type: 'string' }, kind: { type: 'string', enum: ['cherry-pick', 'revert', 'rebase'] }, branch: { type: 'string' },
    created_at: { type: 'string', format: 'date-time' }, expires_at: { type: 'string', format: 'date-time', description: 'Each use moves it.' },
    owner: { type: 'string' },
  },
};

/** A cherry-pick or revert as answers show it. */
export const REPLAYED: Schema = {
  type: 'object',
  required: ['status', 'clean', 'commits', 'conflicts', 'messages', 'files_changed', 'dry_run'],
  properties: {
    status: { type: 'string', enum: ['done', 'conflicts', 'empty'] },
    clean: { type: 'boolean' },
    original_commit: { type: 'string', description: 'Of a cherry-pick: the last one that was picked.' },
    reverted_commit: { type: 'string', description: 'Of a revert: the last one that was reverted.' },
    new_commit: { type: 'string' },
    message: { type: 'string' }, author: { type: 'string' }, email: { type: 'string' }, timestamp: { type: 'string', format: 'date-time' },
    files_changed: { type: 'array', items: { type: 'string' }, description: 'By all of them together.' },
    head: { type: 'string' },
    commits: {
      type: 'array',
      items: { type: 'object', required: ['from', 'to', 'commit'], properties: { from: { type: 'string' }, to: { type: 'string' }, commit: COMMIT } },
    },
    stopped_at: { type: 'string', description: 'The commit that conflicts or is empty.' },
    conflicts: { type: 'array', items: CONFLICT },
    messages: { type: 'array', items: { type: 'string' } },
    dry_run: { type: 'boolean' },
    sequence: SEQUENCE_LINK,
  },
};

/** A cherry-pick or revert for JSON. */
export function replayBody(
  reality: Reality, result: SequenceResult, { kind, before, commits, isDryRun }: ReplayProgress & { readonly kind: SequenceKind; readonly isDryRun: boolean },
) {
  const last = commits.at(-1);
  const made = last === undefined ? {} : madeBody(reality, kind, last);
  return {
    ...stopBody(reality, result),
    ...made,
    files_changed: last === undefined ? [] : reality.diff(before, last.to).files.map(({ path }) => path),
    head: reality.head().id,
    commits: commits.map(({ from, to }) => ({ from, to, commit: commitBody(reality.commitAt(to)) })),
    dry_run: isDryRun,
  };
}

function madeBody(reality: Reality, kind: SequenceKind, { from, to }: ReplayedCommit) {
  const { message, author, email, timestamp } = commitBody(reality.commitAt(to));
  return {
    ...(kind === 'cherry-pick' ? { original_commit: from } : { reverted_commit: from }),
    new_commit: to, message, author, email, timestamp,
  };
}

function stopBody(reality: Reality, result: SequenceResult) {
  if (result.kind === 'done') return { status: 'done', clean: true, conflicts: [], messages: [] };
  const { stop } = result.state;
  return {
    status: stop.reason === 'conflict' ? 'conflicts' : 'empty',
    clean: false,
    stopped_at: stop.commit,
    conflicts: replayConflictBodies(reality, stop.conflicts, stop.tree),
    messages: messageTexts(stop.messages),
  };
}
