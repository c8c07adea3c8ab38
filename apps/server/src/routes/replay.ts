import type { ReplayedCommit, Reality, SequenceKind, SequenceOptions, SequenceResult } from '@govc/core';

import { ServerError } from '../errors.js';
import { matchedId } from '../http/conditions.js';
import { endpoint, reply, type Call, type Endpoint } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import type { HostedRepository } from '../repositories/repositories.js';
import { changeRepository, tryOut } from './changes.js';
import { BRANCH, COMMIT, commitBody, EXPECTED_HEAD } from './commit-body.js';
import { CONFLICT, replayConflictBodies, conflictError, findReplayResolution, messageTexts, RESOLUTIONS, type ResolutionsBody } from './conflicts.js';
import type { RouteParts } from './parts.js';
import { actorsOf, AUTHOR_PROPERTIES, type AuthorBody } from './people.js';

interface ReplayBody extends AuthorBody {
  readonly commit?: string;
  readonly commits?: readonly string[];
  readonly branch?: string;
  readonly mainline?: number;
  readonly record_origin?: boolean;
  readonly allow_empty?: boolean;
  readonly keep_redundant?: boolean;
  readonly strategy_options?: readonly string[];
  readonly resolutions?: ResolutionsBody;
  readonly dry_run?: boolean;
  readonly expected_head?: string;
}

const REVISION: Schema = { type: 'string', minLength: 1, maxLength: 4096 };

const REPLAY_BODY: Schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    commit: { ...REVISION, description: 'A commit, or a range such as main..topic.' },
    commits: { type: 'array', items: REVISION, minItems: 1, maxItems: 10_000, description: 'Several, in this order.' },
    branch: BRANCH,
    ...AUTHOR_PROPERTIES,
    mainline: { type: 'integer', minimum: 1, maximum: 100, description: 'The parent of merges, from 1, against which they are a change.' },
    record_origin: { type: 'boolean', description: 'Say in the message where a commit was picked from.' },
    allow_empty: { type: 'boolean' },
    keep_redundant: { type: 'boolean', description: 'Make commits that became empty.' },
    strategy_options: { type: 'array', items: { type: 'string', minLength: 1, maxLength: 200 }, maxItems: 20 },
    resolutions: RESOLUTIONS,
    dry_run: { type: 'boolean', description: 'Change nothing and tell what would be; conflicts are then no error.' },
    expected_head: EXPECTED_HEAD,
  },
};

const REPLAYED: Schema = {
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
  },
};

/** Making commits again, and undoing them. */
export function replayRoutes(parts: RouteParts): Endpoint[] {
  const replaying = (kind: SequenceKind, summary: string): Endpoint => endpoint<ReplayBody>({
    method: 'post', path: `/api/v1/repos/{id}/${kind}`, summary, tag: 'merging', permission: 'repo:write',
    body: REPLAY_BODY, answers: { 200: REPLAYED, 201: REPLAYED },
    async handle(call) {
      const { branch, dry_run: isDryRun = false, expected_head: expected } = call.body;
      const work = (reality: Reality, hosted: HostedRepository) => replayIn(reality, call, { kind, hosted });
      if (isDryRun) return reply(200, await tryOut(parts, call, { branch }, work));
      const made = await changeRepository(parts, call, { branch, expectedHead: expected ?? matchedId(call) }, {
        work(reality, hosted) {
          const result = work(reality, hosted);
          if (!result.clean) throw stopError(kind, result);
          return result;
        },
      });
      return reply(201, made);
    },
  });
  return [
    replaying('cherry-pick', 'Make commits again on a branch; conflicts are data'),
    replaying('revert', 'Make commits that undo others; conflicts are data'),
  ];
}

function stopError(kind: SequenceKind, result: ReturnType<typeof replayIn>): ServerError {
  const { stopped_at: stoppedAt, conflicts, messages, status } = result;
  if (status === 'conflicts') return conflictError(`The ${kind} of ${stoppedAt ?? ''}`, { commit: stoppedAt, conflicts, messages });
  return new ServerError('merge-failed', `The change of ${stoppedAt ?? ''} is there already; nothing was changed. Send "keep_redundant" to make it.`, { commit: stoppedAt });
}

function replayIn(reality: Reality, call: Call<ReplayBody>, { kind, hosted }: { readonly kind: SequenceKind; readonly hosted: HostedRepository }) {
  const { body } = call;
  const revisions = body.commits ?? (body.commit === undefined ? [] : [body.commit]);
  if (revisions.length === 0) throw new ServerError('request-invalid', 'Name a commit.', { place: 'body', path: '/commit' });
  const options: SequenceOptions = {
    ...actorsOf(call, hosted),
    mainline: body.mainline, recordOrigin: body.record_origin, allowEmpty: body.allow_empty, keepRedundant: body.keep_redundant,
    strategyOptions: body.strategy_options,
  };
  const before = reality.head().id;
  const commits: ReplayedCommit[] = [];
  let result = kind === 'cherry-pick' ? reality.cherryPick(revisions, options) : reality.revert(revisions, options);
  for (;;) {
    commits.push(...result.commits);
    if (result.kind === 'done') break;
    const { stop } = result.state;
    const resolution = stop.reason === 'conflict' ? findReplayResolution(body.resolutions, stop.conflicts) : undefined;
    if (resolution === undefined) break;
    result = reality.continueSequence(result.state, { ...resolution, allowEmpty: body.keep_redundant ?? false });
  }
  const last = commits.at(-1);
  const made = last === undefined ? {} : madeBody(reality, kind, last);
  return {
    ...stopBody(reality, result),
    ...made,
    files_changed: last === undefined ? [] : reality.diff(before, last.to).files.map(({ path }) => path),
    head: reality.head().id,
    commits: commits.map(({ from, to }) => ({ from, to, commit: commitBody(reality.commitAt(to)) })),
    dry_run: body.dry_run ?? false,
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
