import {
  ACCEPTED, refused, type Decision, type ProcReceiveAnswer, type Push, type PushCommand, type PushHandlers, type TellClient, type Verdict,
} from '@govc/core/protocol';
import { GovcError, type Batch, type Identity } from '@govc/core';
import { EMPTY_BATCH } from '@govc/core/storage';

import { findCommandRefusal, type RefPush } from '../auth/ref-policy.js';
import { contextOf } from '../http/context.js';
import { formatTraceparent } from '../http/trace-context.js';
import type { HostedRepository } from '../repositories/repositories.js';
import { sentenceOf, usageOfBatch } from '../repositories/quota.js';
import type { HookSurroundings } from '../hooks/hook-environment.js';
import type { GitCall } from './git-routes.js';
import type { GitParts } from './git-parts.js';

/** What a push needs of the server: a place for its pack, hooks to ask, and a way to take effect. */
export function pushHandlers(parts: GitParts, call: GitCall): PushHandlers {
  const { hosted, request } = call;
  const { repository, spool, directory } = hosted;
  const { signal, principal, trace } = contextOf(request);
  const surroundings: HookSurroundings | undefined = directory && {
    directory,
    config: () => repository.snapshot.config,
    namespace: parts.namespaceName,
    committer: pusherOf(parts, call),
    remoteUser: principal?.username,
    remoteAddress: contextOf(request).client.address,
    traceparent: trace === undefined ? undefined : formatTraceparent(trace),
    signal,
  };
  const known = new Set(repository.snapshot.packs);
  let isMigrated = false;

  /** From `update` on, Git's hooks find what was pushed in the repository itself, accepted or not. */
  async function migrate(decision: Decision): Promise<void> {
    if (isMigrated) return;
    isMigrated = true;
    const packs = decision.push.view.packs.filter((pack) => !known.has(pack));
    if (packs.length === 0) return;
    const batch: Batch = { ...EMPTY_BATCH, packs, origin: 'push' };
    repository.apply(batch);
    await repository.flush(batch);
  }

  const refPush = ({ view }: Push): RefPush => ({
    gate: parts.gate, principal, repository: hosted.id, view, graph: repository.commitGraph, prefix: parts.namespace.prefix, signal,
  });

  async function ask(decision: Decision, tell: TellClient): Promise<Verdict | ProcReceiveAnswer> {
    if (surroundings === undefined) return decideWithoutHooks(decision);
    const { hooks } = parts;
    if (MIGRATING.has(decision.kind) && (await hooks.has(surroundings, decision.kind))) await migrate(decision);
    return hooks.decide(decision, surroundings, tell);
  }

  /** What the hook carries out itself is never asked about as an update, so rules decide here what it hears of. */
  async function procReceive(decision: Extract<Decision, { kind: 'proc-receive' }>, tell: TellClient): Promise<Verdict | ProcReceiveAnswer> {
    const refusals = new Map<PushCommand, string>();
    for (const command of decision.commands) {
      const reason = await findCommandRefusal(refPush(decision.push), command);
      if (reason !== undefined) refusals.set(command, reason);
    }
    if (refusals.size === 0) return ask(decision, tell);
    const reports = [...refusals].map(([{ name }, reason]) => ({ name, status: 'ng' as const, reason, rewritten: undefined }));
    const commands = decision.commands.filter((command) => !refusals.has(command));
    // An atomic push fails as a whole, so the hook must not begin.
    if (commands.length === 0 || decision.push.atomic) return { kind: 'proc-receive', reports, error: undefined, problems: [] };
    const answer = await ask({ ...decision, commands }, tell);
    return answer.kind === 'proc-receive' ? { ...answer, reports: [...reports, ...answer.reports] } : answer;
  }

  return {
    spool,
    async decide(decision: Decision, tell: TellClient): Promise<Verdict | ProcReceiveAnswer> {
      if (decision.kind === 'pre-receive') {
        const refusal = findQuotaRefusal(decision.push, hosted, known);
        if (refusal !== undefined) return refused(refusal);
      }
      if (decision.kind === 'update') {
        const reason = await findCommandRefusal(refPush(decision.push), decision.command);
        if (reason !== undefined) return refused(reason);
      }
      if (decision.kind === 'proc-receive') return procReceive(decision, tell);
      return ask(decision, tell);
    },
    async apply(batch) {
      try {
        const result = repository.apply(batch);
        if (result.ok) await repository.flush(batch);
        return { kind: 'applied', result };
      } catch (error) {
        if (!(error instanceof GovcError) && (error as { code?: unknown }).code !== 'quota-exceeded') throw error;
        contextOf(request).log.warn('a push could not be applied', { repository: hosted.id, error });
        return { kind: 'apply-failed', message: (error as Error).message };
      }
    },
  };
}

/** Why the repository must not grow by what was pushed; `undefined`: it may. */
function findQuotaRefusal({ view, commands }: Push, { quota, repository }: HostedRepository, known: ReadonlySet<unknown>): string | undefined {
  if (quota === undefined) return undefined;
  const added = usageOfBatch({ objects: [], packs: view.packs.filter((pack) => !known.has(pack)) });
  const { refs } = repository.snapshot;
  const created = commands.filter(({ name, newId }) => !/^0+$/.test(newId) && refs.get(name) === undefined).length;
  const deleted = commands.filter(({ name, newId }) => /^0+$/.test(newId) && refs.get(name) !== undefined).length;
  const refusal = quota.findRefusal(added, { before: refs.size, after: refs.size + created - deleted });
  return refusal === undefined ? undefined : `quota exceeded: ${sentenceOf(refusal)}`;
}

/** Decisions whose hooks come after `pre-receive` and before anything takes effect. */
const MIGRATING: ReadonlySet<Decision['kind']> = new Set(['proc-receive', 'update', 'update-worktree']);

function decideWithoutHooks(decision: Decision): Verdict | ProcReceiveAnswer {
  if (decision.kind !== 'proc-receive') return ACCEPTED;
  return { kind: 'proc-receive', reports: [], error: "cannot find hook 'proc-receive'", problems: [] };
}

/**
 * Who pushes, in the words of `git http-backend`: what `GIT_COMMITTER_NAME` and `GIT_COMMITTER_EMAIL` say, else the user's
 * name and `name@http.address`.
 */
function pusherOf({ committer }: GitParts, { request }: GitCall): { readonly name: string; readonly email: string } {
  const name = contextOf(request).principal?.username ?? 'anonymous';
  const address = contextOf(request).client.address ?? '(none)';
  return { name: committer.name ?? name, email: committer.email ?? `${name}@http.${address}` };
}

/** Who stands in the reflog. */
export function reflogIdentity(parts: GitParts, call: GitCall): Identity {
  return { ...pusherOf(parts, call), timeSeconds: Math.floor(parts.clock() / 1000), timezone: '+0000' };
}
