import type { Reality, StartRebaseOptions } from '@govc/core';

import { matchedId } from '../http/conditions.js';
import { ServerError } from '../errors.js';
import { endpoint, reply, type Call, type Endpoint } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import type { HostedRepository } from '../repositories/repositories.js';
import { changeRepository, tryOut } from './changes.js';
import { BRANCH, COMMIT, commitBody, EXPECTED_HEAD } from './commit-body.js';
import { CONFLICT, conflictError, findReplayResolution, messageTexts, replayConflictBodies, RESOLUTIONS, type ResolutionsBody } from './conflicts.js';
import type { RouteParts } from './parts.js';
import { actorOf, AUTHOR_PROPERTIES, type AuthorBody } from './people.js';

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
    todo: { type: 'string', maxLength: 10_000_000, description: 'The list to follow, in the words of git rebase -i: pick, reword is not possible, squash, fixup, drop, merge.' },
    autosquash: { type: 'boolean' }, rebase_merges: { type: 'boolean' }, keep_empty: { type: 'boolean' }, force: { type: 'boolean' },
    update_refs: { type: 'boolean', description: 'Move other branches that point at rebased commits too.' },
    strategy_options: { type: 'array', items: { type: 'string', minLength: 1, maxLength: 200 }, maxItems: 20 },
    resolutions: RESOLUTIONS,
    dry_run: { type: 'boolean', description: 'Change nothing and tell what would be; conflicts are then no error.' },
    interactive: { const: false, description: 'Send a todo list instead.' },
    ...AUTHOR_PROPERTIES,
    expected_head: EXPECTED_HEAD,
  },
};

const REBASED: Schema = {
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
    conflicts: { type: 'array', items: CONFLICT },
    messages: { type: 'array', items: { type: 'string' } },
    dry_run: { type: 'boolean' },
  },
};

/** Rebasing. */
export function rebaseRoutes(parts: RouteParts): Endpoint[] {
  return [
    endpoint<RebaseBody>({
      method: 'post', path: '/api/v1/repos/{id}/rebase', summary: 'Make the commits of a branch again elsewhere; conflicts are data',
      tag: 'merging', permission: 'repo:write', body: REBASE_BODY, answers: { 200: REBASED },
      async handle(call) {
        const { branch, dry_run: isDryRun = false, expected_head: expected } = call.body;
        const work = (reality: Reality, hosted: HostedRepository) => rebaseIn(reality, call, hosted);
        if (isDryRun) return reply(200, await tryOut(parts, call, { branch }, work));
        return reply(200, await changeRepository(parts, call, { branch, expectedHead: expected ?? matchedId(call) }, {
          work(reality, hosted) {
            const result = work(reality, hosted);
            const { clean, stopped_at: commit, conflicts, messages } = result;
            if (!clean) throw conflictError(`The rebase of ${commit ?? 'a commit'}`, { commit, conflicts, messages });
            return result;
          },
        }));
      },
    }),
  ];
}

function rebaseIn(reality: Reality, call: Call<RebaseBody>, hosted: HostedRepository) {
  const { body } = call;
  const { id: oldHead } = reality.head();
  if (oldHead === undefined) throw new ServerError('branch-unknown', 'The branch has no commit to rebase.', { name: body.branch });
  const options: StartRebaseOptions = {
    onto: body.onto, committer: actorOf(call, hosted), todo: body.todo, autosquash: body.autosquash, rebaseMerges: body.rebase_merges,
    keepEmpty: body.keep_empty, force: body.force, updateRefs: body.update_refs, strategyOptions: body.strategy_options,
  };
  let result = reality.rebase(body.upstream ?? body.onto, options);
  while (result.kind === 'stopped') {
    const { stop } = result.state;
    const resolution = stop.kind === 'commit' ? findReplayResolution(body.resolutions, stop.stopped.conflicts) : undefined;
    if (resolution === undefined) break;
    result = reality.continueRebase(result.state, resolution);
  }
  const rewritten = result.kind === 'done' ? result.rewritten : result.state.rewritten;
  const made = [...new Set(rewritten.map(({ to }) => to))];
  return {
    ...stopBody(reality, result),
    old_head: oldHead,
    new_head: result.kind === 'done' ? result.head : result.state.head,
    rebased_count: rewritten.length,
    commits: made.map((id) => commitBody(reality.commitAt(id))),
    dry_run: body.dry_run ?? false,
  };
}

function stopBody(reality: Reality, result: ReturnType<Reality['rebase']>) {
  if (result.kind === 'done') return { status: 'done', clean: true, conflicts: [], messages: [] };
  const { stop } = result.state;
  if (stop.kind !== 'commit') {
    const commit = stop.kind === 'edit' ? { stopped_at: stop.commit } : {};
    return { status: 'stopped', clean: false, ...commit, conflicts: [], messages: [`A list that stops (${stop.kind}) cannot be followed to its end here.`] };
  }
  const { stopped } = stop;
  return {
    status: 'conflicts', clean: false, stopped_at: stopped.commit,
    conflicts: replayConflictBodies(reality, stopped.conflicts, stopped.tree), messages: messageTexts(stopped.messages),
  };
}
