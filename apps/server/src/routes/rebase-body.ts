import type { ObjectId, Reality, RebaseResult } from '@govc/core';

import type { Schema } from '../http/validate.js';
import { COMMIT, commitBody } from './commit-body.js';
import { CONFLICT, messageTexts, replayConflictBodies } from './conflicts.js';
import { SEQUENCE_LINK } from './replay-body.js';

/** A rebase as answers show it. */
export const REBASED: Schema = {
  type: 'object',
  required: ['status', 'clean', 'old_head', 'rebased_count', 'commits', 'conflicts', 'messages', 'dry_run'],
  properties: {
    status: { type: 'string', enum: ['done', 'conflicts', 'stopped'] },
    clean: { type: 'boolean' },
    old_head: { type: 'string' },
    new_head: { type: 'string' },
    rebased_count: { type: 'integer' },
    commits: { type: 'array', items: COMMIT, description: 'As they are now, in the order in which they were made.' },
    stopped_at: { type: 'string' },
    reason: { type: 'string', enum: ['conflict', 'empty', 'edit', 'break', 'merge', 'exec'], description: 'Why it stopped.' },
    conflicts: { type: 'array', items: CONFLICT },
    messages: { type: 'array', items: { type: 'string' } },
    dry_run: { type: 'boolean' },
    sequence: SEQUENCE_LINK,
  },
};

/** A rebase for JSON. */
export function rebaseBody(reality: Reality, result: RebaseResult, { oldHead, isDryRun }: { readonly oldHead: ObjectId; readonly isDryRun: boolean }) {
  const rewritten = result.kind === 'done' ? result.rewritten : result.state.rewritten;
  const made = [...new Set(rewritten.map(({ to }) => to))];
  return {
    ...stopBody(reality, result),
    old_head: oldHead,
    new_head: result.kind === 'done' ? result.head : result.state.head,
    rebased_count: rewritten.length,
    commits: made.map((id) => commitBody(reality.commitAt(id))),
    dry_run: isDryRun,
  };
}

function stopBody(reality: Reality, result: RebaseResult) {
  if (result.kind === 'done') return { status: 'done', clean: true, conflicts: [], messages: [] };
  const { stop } = result.state;
  if (stop.kind !== 'commit') {
    const commit = stop.kind === 'edit' ? { stopped_at: stop.commit } : {};
    const messages = stop.kind === 'merge' ? [stop.reason] : [`The list stops here (${stop.kind}).`];
    return { status: 'stopped', clean: false, reason: stop.kind, ...commit, conflicts: [], messages };
  }
  const { stopped } = stop;
  return {
    status: stopped.reason === 'conflict' ? 'conflicts' : 'stopped', clean: false, reason: stopped.reason, stopped_at: stopped.commit,
    conflicts: replayConflictBodies(reality, stopped.conflicts, stopped.tree), messages: messageTexts(stopped.messages),
  };
}
