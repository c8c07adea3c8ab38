import { GovcError, type Batch, type ObjectId, type Reality } from '@govc/core';
import type { Decision, Push, PushCommand } from '@govc/core/protocol';
import { EMPTY_BATCH } from '@govc/core/storage';

import type { HookSurroundings } from '../hooks/hook-environment.js';
import type { Call } from '../http/endpoint.js';
import { formatTraceparent } from '../http/trace-context.js';
import type { HostedRepository } from '../repositories/repositories.js';
import type { RouteParts } from './parts.js';

/** A change over REST that is about to take effect. */
export interface PlannedChange {
  readonly hosted: HostedRepository;
  /** The repository with the change. */
  readonly reality: Reality;
  /** The names of the refs that it moves. */
  readonly moved: ReadonlySet<string>;
  /** What makes the change. */
  readonly batches: readonly Batch[];
}

const OUTPUT_MAX = 8 * 1024;

/**
 * Asks the executable hooks of a repository in a directory about a change over REST, as a push is asked: `pre-receive` with all refs, and
 * `update` for each, any of which refuses all. They find the new objects in the repository, where they stay without a name if it is refused.
 *
 * @returns runs `post-receive` and `post-update`, when the change has taken effect
 * @throws {GovcError} ref-refused: a hook declined; what it said is in the data
 */
export async function askHooks(parts: RouteParts, call: Call, change: PlannedChange): Promise<() => Promise<void>> {
  const { hooks, logger } = parts;
  const { hosted } = change;
  const surroundings = surroundingsOf(call, hosted);
  const commands = surroundings === undefined ? [] : commandsOf(change);
  if (surroundings === undefined || commands.length === 0) return () => Promise.resolve();
  const push: Push = {
    algorithm: change.reality.snapshot.algorithm, commands, options: undefined, atomic: true, quarantinePath: undefined,
    view: { ...change.reality.snapshot, refs: change.reality.base.refs },
  };
  const ask = async (decision: Decision): Promise<void> => {
    const output = new BoundedText();
    const answer = await hooks.decide(decision, surroundings, (bytes) => output.add(bytes));
    if (answer.kind === 'verdict' && answer.accepted) return;
    const about = decision.kind === 'update' ? { ref: decision.command.name } : {};
    throw new GovcError('ref-refused', `The hook "${decision.kind}" declined; nothing was changed.`, { hook: decision.kind, ...about, output: output.text });
  };
  const before = ['pre-receive', 'update'] as const;
  const found = await Promise.all(before.map((kind) => hooks.has(surroundings, kind)));
  if (found.includes(true)) await store(change);
  if (found[0] === true) await ask({ kind: 'pre-receive', push, commands });
  if (found[1] === true) for (const command of commands) await ask({ kind: 'update', push, command });
  return async () => {
    const log = async (bytes: Uint8Array | string): Promise<void> => logger.info('hook output', { repository: hosted.id, output: textOf(bytes).slice(0, OUTPUT_MAX) });
    await hooks.decide({ kind: 'post-receive', push, commands }, surroundings, log);
    await hooks.decide({ kind: 'post-update', push, names: commands.map(({ name }) => name) as never }, surroundings, log);
  };
}

function surroundingsOf({ context }: Call, { directory, repository }: HostedRepository): HookSurroundings | undefined {
  if (directory === undefined) return undefined;
  const { principal, client, trace, signal } = context;
  return {
    directory, signal, config: () => repository.snapshot.config, namespace: undefined,
    committer: { name: principal?.username ?? 'anonymous', email: principal?.email ?? `anonymous@http.${client.address ?? '(none)'}` },
    remoteUser: principal?.username, remoteAddress: client.address,
    traceparent: trace === undefined ? undefined : formatTraceparent(trace),
  };
}

/** What is to move where, for refs that name objects; symbolic ones are not told, as in a push. */
function commandsOf({ reality, moved }: PlannedChange): PushCommand[] {
  const { base, snapshot } = reality;
  const { zeroId } = snapshot.algorithm;
  const idOf = (refs: typeof base.refs, name: string): ObjectId | undefined => {
    const value = refs.get(name);
    return value === undefined ? zeroId : value.kind === 'direct' ? value.id : undefined;
  };
  return [...moved].filter((name) => name.startsWith('refs/')).flatMap((name) => {
    const oldId = idOf(base.refs, name);
    const newId = idOf(snapshot.refs, name);
    return oldId === undefined || newId === undefined || oldId === newId ? [] : [{ name, oldId, newId }];
  });
}

async function store({ hosted: { repository }, batches }: PlannedChange): Promise<void> {
  const objects = batches.flatMap((batch) => batch.objects);
  const packs = batches.flatMap((batch) => batch.packs);
  if (objects.length + packs.length === 0) return;
  const batch: Batch = { ...EMPTY_BATCH, objects, packs, origin: 'hooks' };
  repository.apply(batch);
  await repository.flush(batch);
}

/** The beginning of what a hook says. */
class BoundedText {
  text = '';

  async add(bytes: Uint8Array | string): Promise<void> {
    this.text = (this.text + textOf(bytes)).slice(0, OUTPUT_MAX);
  }
}

function textOf(bytes: Uint8Array | string): string {
  return typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8');
}
