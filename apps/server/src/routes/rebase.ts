import type { ObjectId, Reality, RebaseResult, StartRebaseOptions } from '@govc/core';

import { matchedId } from '../http/conditions.js';
import { ServerError } from '../errors.js';
import { endpoint, reply, type Call, type Endpoint } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import type { StoppedWork } from '../realities/stopped-work.js';
import type { HostedRepository } from '../repositories/repositories.js';
import { changeRepository, tryOut } from './changes.js';
import { BRANCH, EXPECTED_HEAD } from './commit-body.js';
import { conflictError, findReplayResolution, RESOLUTIONS, type ResolutionsBody } from './conflicts.js';
import type { RouteParts } from './parts.js';
import { actorOf, AUTHOR_PROPERTIES, type AuthorBody } from './people.js';
import { REBASED, rebaseBody } from './rebase-body.js';
import { beginSequence, ON_CONFLICT, type OnConflict } from './sequence-work.js';

interface RebaseBody extends AuthorBody {
  readonly onto: string;
  readonly upstream?: string;
  readonly branch?: string;
  readonly todo?: string;
  readonly autosquash?: boolean;
  readonly rebase_merges?: boolean;
  readonly keep_empty?: boolean;
  readonly force?: boolean;
  readonly update_refs?: boolean;
  readonly strategy_options?: readonly string[];
  readonly resolutions?: ResolutionsBody;
  readonly dry_run?: boolean;
  readonly on_conflict: OnConflict;
  readonly interactive?: boolean;
  readonly expected_head?: string;
}

const REVISION: Schema = { type: 'string', minLength: 1, maxLength: 4096 };

const REBASE_BODY: Schema = {
  type: 'object',
  required: ['onto'],
  additionalProperties: false,
  properties: {
    onto: { ...REVISION, description: 'Where the commits go.' },
    upstream: { ...REVISION, description: 'What the branch is compared with. Default: onto.' },
    branch: BRANCH,
    todo: { type: 'string', maxLength: 10_000_000, description: 'The list to follow, in the words of git rebase -i: pick, squash, fixup, drop, merge, label, reset, update-ref; with on_conflict "stop" also edit and break.' },
    autosquash: { type: 'boolean' }, rebase_merges: { type: 'boolean' }, keep_empty: { type: 'boolean' }, force: { type: 'boolean' },
    update_refs: { type: 'boolean', description: 'Move other branches that point at rebased commits too.' },
    strategy_options: { type: 'array', items: { type: 'string', minLength: 1, maxLength: 200 }, maxItems: 20 },
    resolutions: RESOLUTIONS,
    dry_run: { type: 'boolean', description: 'Change nothing and tell what would be; conflicts are then no error.' },
    on_conflict: ON_CONFLICT,
    interactive: { const: false, description: 'Send a todo list instead.' },
    ...AUTHOR_PROPERTIES,
    expected_head: EXPECTED_HEAD,
  },
};

/** Rebasing. */
export function rebaseRoutes(parts: RouteParts): Endpoint[] {
  return [
    endpoint<RebaseBody>({
      method: 'post', path: '/api/v1/repos/{id}/rebase', summary: 'Make the commits of a branch again elsewhere; conflicts are data',
      tag: 'merging', permission: 'repo:write', body: REBASE_BODY, answers: { 200: REBASED, 202: REBASED },
      async handle(call) {
        const { branch, dry_run: isDryRun = false, expected_head: expected } = call.body;
        const work = (reality: Reality, hosted: HostedRepository) => rebaseIn(reality, call, hosted);
        if (isDryRun) return reply(200, await tryOut(parts, call, { branch }, work));
        if (call.body.on_conflict === 'stop') {
          return beginSequence(parts, call, { branch, expectedHead: expected }, ({ reality, hosted }) => rebaseStopped(reality, startRebase(reality, call, hosted)));
        }
        return reply(200, await changeRepository(parts, call, { branch, expectedHead: expected ?? matchedId(call) }, {
          work(reality, hosted) {
            const result = work(reality, hosted);
            const { clean, stopped_at: commit, conflicts, messages, status } = result;
            if (status === 'stopped') {
              throw new ServerError('merge-failed', 'The rebase stops before its end; nothing was changed. Send "on_conflict": "stop" to go on from there.', { commit, messages });
            }
            if (!clean) throw conflictError(`The rebase of ${commit ?? 'a commit'}`, { commit, conflicts, messages });
            return result;
          },
        }));
      },
    }),
  ];
}

function rebaseIn(reality: Reality, call: Call<RebaseBody>, hosted: HostedRepository) {
  const { result, oldHead } = startRebase(reality, call, hosted);
  return rebaseBody(reality, result, { oldHead, isDryRun: call.body.dry_run ?? false });
}

function startRebase(reality: Reality, call: Call<RebaseBody>, hosted: HostedRepository): { readonly result: RebaseResult; readonly oldHead: ObjectId } {
  const { body } = call;
  const { id: oldHead } = reality.head();
  if (oldHead === undefined) throw new ServerError('branch-unknown', 'The branch has no commit to rebase.', { name: body.branch });
  const options: StartRebaseOptions = {
    onto: body.onto, committer: actorOf(call, hosted), todo: body.todo, autosquash: body.autosquash, rebaseMerges: body.rebase_merges,
    keepEmpty: body.keep_empty, force: body.force, updateRefs: body.update_refs, strategyOptions: body.strategy_options,
  };
  return { result: driveRebase(reality, reality.rebase(body.upstream ?? body.onto, options), body.resolutions), oldHead };
}

/** Goes on after each stop for which the resolutions name every path. */
export function driveRebase(reality: Reality, first: RebaseResult, resolutions: ResolutionsBody | undefined): RebaseResult {
  let result = first;
  while (result.kind === 'stopped') {
    const { stop } = result.state;
    const resolution = stop.kind === 'commit' ? findReplayResolution(resolutions, stop.stopped.conflicts) : undefined;
    if (resolution === undefined) break;
    result = reality.continueRebase(result.state, resolution);
  }
  return result;
}

/** What has become of it, to be kept. */
export function rebaseStopped(reality: Reality, { result, oldHead }: { readonly result: RebaseResult; readonly oldHead: ObjectId }): StoppedWork {
  const body = rebaseBody(reality, result, { oldHead, isDryRun: false });
  return result.kind === 'done' ? { kind: 'finished', of: 'rebase', body } : { kind: 'rebase', state: result.state, oldHead, body };
}
