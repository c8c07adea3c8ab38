import type { Reality, SequenceKind, SequenceOptions, SequenceResult } from '@govc/core';

import { ServerError } from '../errors.js';
import { matchedId } from '../http/conditions.js';
import { endpoint, reply, type Call, type Endpoint } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import type { ReplayProgress, StoppedWork } from '../realities/stopped-work.js';
import type { HostedRepository } from '../repositories/repositories.js';
import { changeRepository, tryOut } from './changes.js';
import { BRANCH, EXPECTED_HEAD } from './commit-body.js';
import { conflictError, findReplayResolution, RESOLUTIONS, type ResolutionsBody } from './conflicts.js';
import type { RouteParts } from './parts.js';
import { actorsOf, AUTHOR_PROPERTIES, type AuthorBody } from './people.js';
import { REPLAYED, replayBody } from './replay-body.js';
import { beginSequence, ON_CONFLICT, type OnConflict } from './sequence-work.js';

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
  readonly on_conflict: OnConflict;
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
    on_conflict: ON_CONFLICT,
    expected_head: EXPECTED_HEAD,
  },
};

/** Making commits again, and undoing them. */
export function replayRoutes(parts: RouteParts): Endpoint[] {
  const replaying = (kind: SequenceKind, summary: string): Endpoint => endpoint<ReplayBody>({
    method: 'post', path: `/api/v1/repos/{id}/${kind}`, summary, tag: 'merging', permission: 'repo:write',
    body: REPLAY_BODY, answers: { 200: REPLAYED, 201: REPLAYED, 202: REPLAYED },
    async handle(call) {
      const { branch, dry_run: isDryRun = false, expected_head: expected } = call.body;
      const work = (reality: Reality, hosted: HostedRepository) => replayIn(reality, call, { kind, hosted });
      if (isDryRun) return reply(200, await tryOut(parts, call, { branch }, work));
      if (call.body.on_conflict === 'stop') {
        return beginSequence(parts, call, { branch, expectedHead: expected }, ({ reality, hosted }) => replayStopped(reality, startReplay(reality, call, { kind, hosted }), kind));
      }
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

type ReplayCall = { readonly kind: SequenceKind; readonly hosted: HostedRepository };

function replayIn(reality: Reality, call: Call<ReplayBody>, { kind, hosted }: ReplayCall) {
  const { result, progress } = startReplay(reality, call, { kind, hosted });
  return replayBody(reality, result, { ...progress, kind, isDryRun: call.body.dry_run ?? false });
}

function startReplay(reality: Reality, call: Call<ReplayBody>, { kind, hosted }: ReplayCall) {
  const { body } = call;
  const revisions = body.commits ?? (body.commit === undefined ? [] : [body.commit]);
  if (revisions.length === 0) throw new ServerError('request-invalid', 'Name a commit.', { place: 'body', path: '/commit' });
  const options: SequenceOptions = {
    ...actorsOf(call, hosted),
    mainline: body.mainline, recordOrigin: body.record_origin, allowEmpty: body.allow_empty, keepRedundant: body.keep_redundant,
    strategyOptions: body.strategy_options,
  };
  const before = reality.head().id;
  const result = kind === 'cherry-pick' ? reality.cherryPick(revisions, options) : reality.revert(revisions, options);
  return driveReplay(reality, result, { progress: { before, commits: [] }, resolutions: body.resolutions, keepsRedundant: body.keep_redundant ?? false });
}

/** Goes on after each stop for which the resolutions name every path. */
export function driveReplay(
  reality: Reality, first: SequenceResult,
  { progress, resolutions, keepsRedundant }: { readonly progress: ReplayProgress; readonly resolutions: ResolutionsBody | undefined; readonly keepsRedundant: boolean },
): { readonly result: SequenceResult; readonly progress: ReplayProgress } {
  const commits = [...progress.commits];
  let result = first;
  for (;;) {
    commits.push(...result.commits);
    if (result.kind === 'done') break;
    const { stop } = result.state;
    const resolution = stop.reason === 'conflict' ? findReplayResolution(resolutions, stop.conflicts) : undefined;
    if (resolution === undefined) break;
    result = reality.continueSequence(result.state, { ...resolution, allowEmpty: keepsRedundant });
  }
  return { result, progress: { before: progress.before, commits } };
}

/** What has become of it, to be kept. */
export function replayStopped(reality: Reality, { result, progress }: ReturnType<typeof driveReplay>, kind: SequenceKind): StoppedWork {
  const body = replayBody(reality, result, { ...progress, kind, isDryRun: false });
  return result.kind === 'done' ? { kind: 'finished', of: kind, body } : { kind, state: result.state, progress, body };
}
