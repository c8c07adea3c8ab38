import type { MergeOutcome, MergeStrategy, MergeVerbOptions, Reality } from '@govc/core';

import { ServerError } from '../errors.js';
import { matchedId } from '../http/conditions.js';
import { endpoint, reply, type Call, type Endpoint } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import type { HostedRepository } from '../repositories/repositories.js';
import { changeRepository, tryOut } from './changes.js';
import { COMMIT, commitBody, EXPECTED_HEAD, shortBranch } from './commit-body.js';
import { CONFLICT, mergeConflictBodies, conflictError, messageTexts, RESOLUTIONS, resolutionsOf, type ResolutionsBody } from './conflicts.js';
import type { RouteParts } from './parts.js';
import { actorsOf, AUTHOR_PROPERTIES, type AuthorBody } from './people.js';
import { finish } from './slices.js';

interface MergeBody extends AuthorBody {
  readonly from?: string | readonly string[];
  readonly to?: string;
  readonly source?: string;
  readonly target?: string;
  readonly message?: string;
  readonly strategy?: MergeStrategy;
  readonly strategy_options?: readonly string[];
  readonly favor?: 'ours' | 'theirs';
  readonly fast_forward?: 'allow' | 'only' | 'never';
  readonly squash?: boolean;
  readonly allow_unrelated?: boolean;
  readonly renames?: boolean;
  readonly dry_run?: boolean;
  readonly resolutions?: ResolutionsBody;
  readonly expected_head?: string;
}

const REVISION: Schema = { type: 'string', minLength: 1, maxLength: 4096 };

const MERGE_BODY: Schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    from: { anyOf: [REVISION, { type: 'array', items: REVISION, minItems: 1, maxItems: 64 }], description: 'What is merged: a branch, tag or commit, or several.' },
    to: { type: 'string', minLength: 1, maxLength: 250, description: 'The branch that it is merged into. Default: the current one.' },
    source: { ...REVISION, description: 'Another name of from.' },
    target: { type: 'string', minLength: 1, maxLength: 250, description: 'Another name of to.' },
    message: { type: 'string', minLength: 1, maxLength: 1_000_000 },
    ...AUTHOR_PROPERTIES,
    strategy: { type: 'string', enum: ['ort', 'recursive', 'resolve', 'octopus', 'ours', 'subtree'] },
    strategy_options: { type: 'array', items: { type: 'string', minLength: 1, maxLength: 200 }, maxItems: 20, description: 'As -X of git merge.' },
    favor: { type: 'string', enum: ['ours', 'theirs'], description: 'Whose lines win where lines conflict.' },
    fast_forward: { type: 'string', enum: ['allow', 'only', 'never'] },
    squash: { type: 'boolean', description: 'An ordinary commit of the result instead of a merge.' },
    allow_unrelated: { type: 'boolean' },
    renames: { type: 'boolean' },
    dry_run: { type: 'boolean', description: 'Change nothing and tell what would be; conflicts are then no error.' },
    resolutions: RESOLUTIONS,
    expected_head: EXPECTED_HEAD,
  },
};

const MERGED: Schema = {
  title: 'Merged',
  type: 'object',
  required: ['status', 'data', 'clean', 'conflicts', 'messages', 'dry_run'],
  properties: {
    status: { type: 'string', enum: ['merged', 'up-to-date', 'fast-forward', 'squashed', 'conflicts'] },
    data: { type: 'object', required: ['from', 'to'], properties: { from: { type: 'string' }, to: { type: 'string' } } },
    clean: { type: 'boolean' },
    head: { type: 'string', description: 'Where the branch stands, or would.' },
    commit: COMMIT,
    strategy: { type: 'string' },
    tree: { type: 'string' },
    conflicts: { type: 'array', items: CONFLICT },
    messages: { type: 'array', items: { type: 'string' } },
    dry_run: { type: 'boolean' },
  },
};

/** Merging. */
export function mergeRoutes(parts: RouteParts): Endpoint[] {
  return [
    endpoint<MergeBody>({
      method: 'post', path: '/api/v1/repos/{id}/merge', summary: 'Merge into a branch; conflicts are data', tag: 'merging', permission: 'repo:write',
      body: MERGE_BODY, answers: { 200: MERGED },
      async handle(call) {
        const { dry_run: isDryRun = false, expected_head: expected } = call.body;
        const branch = call.body.to ?? call.body.target;
        const work = (reality: Reality, hosted: HostedRepository) => mergeIn(reality, call, hosted);
        if (isDryRun) return reply(200, await tryOut(parts, call, { branch }, work));
        const made = await changeRepository(parts, call, { branch, expectedHead: expected ?? matchedId(call) }, {
          async work(reality, hosted) {
            const result = await work(reality, hosted);
            if (!result.clean) throw conflictError('The merge', { conflicts: result.conflicts, messages: result.messages, tree: result.tree });
            return result;
          },
        });
        return reply(200, made);
      },
    }),
  ];
}

async function mergeIn(reality: Reality, call: Call<MergeBody>, hosted: HostedRepository) {
  const { body } = call;
  const revisions = [body.from ?? body.source ?? []].flat();
  if (revisions.length === 0) throw new ServerError('request-invalid', 'Say what is to be merged, in "from".', { place: 'body', path: '/from' });
  const { ref } = reality.head();
  if (ref !== undefined && (body.to ?? body.target) !== undefined && !reality.snapshot.refs.has(ref)) {
    throw new ServerError('branch-unknown', `There is no branch "${shortBranch(ref)}".`, { name: shortBranch(ref) });
  }
  const options: MergeVerbOptions = {
    ...actorsOf(call, hosted),
    message: body.message,
    strategy: body.strategy,
    strategyOptions: body.strategy_options,
    ...(body.favor === undefined ? {} : { favor: body.favor }),
    ...(body.renames === undefined ? {} : { renames: body.renames }),
    fastForward: body.fast_forward,
    squash: body.squash,
    allowUnrelated: body.allow_unrelated,
  };
  // Nobody else has this reality, so that others may run in between.
  const { signal } = call.context;
  let outcome = await finish(reality.mergeJob(revisions, options), signal);
  if (outcome.kind === 'conflicts' && body.resolutions !== undefined) {
    outcome = await finish(reality.mergeJob(revisions, { ...options, resolutions: resolutionsOf(body.resolutions, outcome.conflicts) }), signal);
  }
  const data = { from: revisions.join(' '), to: ref === undefined ? 'HEAD' : shortBranch(ref) };
  return { ...outcomeBody(reality, outcome, { call, hosted }), data, dry_run: body.dry_run ?? false };
}

function outcomeBody(reality: Reality, outcome: MergeOutcome, { call, hosted }: { readonly call: Call<MergeBody>; readonly hosted: HostedRepository }) {
  const clean = { clean: true, conflicts: [] as unknown[], messages: [] as string[] };
  switch (outcome.kind) {
    case 'up-to-date':
      return { status: 'up-to-date', ...clean, head: reality.head().id };
    case 'fast-forward':
      return { status: 'fast-forward', ...clean, head: outcome.to, commit: commitBody(reality.commitAt(outcome.to)) };
    case 'merged': {
      const { commit, strategy, tree, messages } = outcome;
      return { status: 'merged', ...clean, head: commit.id, commit: commitBody(commit), strategy, tree, messages: messageTexts(messages) };
    }
    case 'staged': {
      const commit = reality.commit(call.body.message ?? outcome.message, { ...actorsOf(call, hosted), allowEmpty: true });
      return { status: 'squashed', ...clean, head: commit.id, commit: commitBody(commit), tree: outcome.tree, messages: messageTexts(outcome.messages) };
    }
    case 'conflicts': {
      const { conflicts, messages, tree, objects } = outcome;
      return { status: 'conflicts', clean: false, conflicts: mergeConflictBodies(objects, conflicts), messages: messageTexts(messages), tree };
    }
    case 'diverged':
      throw new ServerError('merge-failed', 'The histories went apart, so that no fast-forward is possible; nothing was changed.', { reason: 'diverged' });
    case 'failed':
      throw new ServerError('merge-failed', `The strategy ${outcome.strategy} cannot merge this: ${outcome.reason}.`, { strategy: outcome.strategy });
    default:
      return outcome satisfies never;
  }
}
