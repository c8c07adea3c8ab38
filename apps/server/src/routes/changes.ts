import { GovcError, type Batch, type ObjectId, type Reality } from '@govc/core';

import { describeChange } from '../auth/ref-policy.js';
import type { Call } from '../http/endpoint.js';
import type { HostedRepository } from '../repositories/repositories.js';
import { mustMayChange, readRepository, type RouteParts } from './parts.js';
import { askHooks, type PlannedChange } from './ref-hooks.js';

/** How a change is made. */
export interface ChangeOptions {
  /** The branch that `HEAD` stands on for the change, by its short name. Default: that of the repository. */
  readonly branch?: string | undefined;
  /** Whether what is staged in the repository is staged for the change, too. Default: false. */
  readonly takesStage?: boolean | undefined;
  /** The commit that the branch must stand at. Default: any. */
  readonly expectedHead?: string | undefined;
}

const ATTEMPTS_MAX = 5;

/**
 * Changes the repository that the path names by working on a reality of it. When `work` is done, the rules are asked about every ref
 * that it moved, as for a push; then all of it takes effect at once, is made durable, and `done` is called. When anything throws, nothing
 * has happened. Where others moved the same refs meanwhile, `work` is done again on what they made.
 *
 * @throws {ServerError} authentication-required, permission-denied
 * @throws {GovcError} ref-conflict: the branch does not stand at the expected commit, or moved too often
 */
export function changeRepository<Result>(
  parts: RouteParts, call: Call, options: ChangeOptions,
  steps: { work(reality: Reality, hosted: HostedRepository): Result | Promise<Result>; done?(hosted: HostedRepository): void },
): Promise<Result> {
  return readRepository(parts, call, async (hosted) => {
    const { repository } = hosted;
    for (let attempt = 1; ; attempt++) {
      // Who lost a race does not race again: those who did go one after the other.
      const endTurn = attempt === 1 ? undefined : await takeTurn(hosted);
      const reality = repository.reality({ branch: options.branch });
      try {
        mustStandAt(reality, options.expectedHead);
        const staged = new Map(repository.staged());
        if (options.takesStage === true) reality.stageFrom(repository);
        const { moved, batches } = watchChanges(reality);
        const made = steps.work(reality, hosted);
        // Waiting lets others in, so nobody waits for nobody.
        const result = made instanceof Promise ? await made : made;
        const finish = await mustPassAll(parts, call, { hosted, reality, moved, batches });
        if (attempt < ATTEMPTS_MAX && isOutdated(reality, hosted, moved)) continue;
        // What was staged while the rules were asked must not be lost with what was taken.
        if (options.takesStage === true && !isSameStage(staged, repository.staged())) continue;
        reality.publish();
        steps.done?.(hosted);
        // The next need not wait for the disk.
        endTurn?.();
        await repository.flush();
        await finish();
        return result;
      } finally {
        reality.discard();
        endTurn?.();
      }
    }
  });
}

/**
 * Publishes a reality that lived between requests, after the rules and policies were asked about every ref that it moved.
 *
 * @throws {ServerError} authentication-required, permission-denied, policy-refused
 * @throws {GovcError} ref-conflict: a ref was moved since the reality began
 */
export async function publishReality(parts: RouteParts, call: Call, change: PlannedChange): Promise<void> {
  const finish = await mustPassAll(parts, call, change);
  change.reality.publish();
  await change.hosted.repository.flush();
  await finish();
}

/**
 * Asks everybody who may refuse a change: the rules, those who are asked over HTTP, and the hooks of the repository.
 *
 * @returns tells the hooks that it has taken effect
 * @throws {ServerError} authentication-required, permission-denied, policy-refused
 * @throws {GovcError} ref-refused
 */
export async function mustPassAll(parts: RouteParts, call: Call, change: PlannedChange): Promise<() => Promise<void>> {
  const { id, directory } = change.hosted;
  await mustMayPublish(parts, call, change);
  if (parts.live.policies.concern(id)) await mustPassPolicies(parts, call, change);
  return directory === undefined ? () => Promise.resolve() : askHooks(parts, call, change);
}

const turns = new WeakMap<HostedRepository, Promise<void>>();

/** Waits until those who came before have ended their turn; gives the function that ends this one. */
async function takeTurn(hosted: HostedRepository): Promise<() => void> {
  const before = turns.get(hosted) ?? Promise.resolve();
  let end: () => void = () => undefined;
  const mine = new Promise<void>((resolve) => (end = resolve));
  turns.set(hosted, before.then(() => mine));
  await before;
  return end;
}

/** Works on a reality of the repository that comes to nothing. */
export function tryOut<Result>(
  parts: RouteParts, call: Call, options: ChangeOptions, work: (reality: Reality, hosted: HostedRepository) => Result | Promise<Result>,
): Promise<Result> {
  return readRepository(parts, call, async (hosted) => {
    const reality = hosted.repository.reality({ branch: options.branch });
    try {
      if (options.takesStage === true) reality.stageFrom(hosted.repository);
      return await work(reality, hosted);
    } finally {
      reality.discard();
    }
  });
}

/** Refuses where the branch stands elsewhere; both places are in the error. */
function mustStandAt(reality: Reality, expected: string | undefined): void {
  if (expected === undefined) return;
  const { ref, id } = reality.head();
  if (id === expected) return;
  throw new GovcError('ref-conflict', `"${ref ?? 'HEAD'}" was expected at ${expected}, but it is ${id ?? 'unborn'}.`, {
    name: ref ?? 'HEAD', expected, actual: id,
  });
}

/** What is done in a reality from now on, and the names of the refs that are moved. */
function watchChanges(reality: Reality): Pick<PlannedChange, 'moved' | 'batches'> {
  const moved = new Set<string>();
  const batches: Batch[] = [];
  reality.subscribe(({ batch }) => {
    batches.push(batch);
    for (const { name } of batch.refs) moved.add(name);
  });
  return { moved, batches };
}

function isOutdated(reality: Reality, { repository }: HostedRepository, moved: ReadonlySet<string>): boolean {
  const { refs } = repository.snapshot;
  const base = reality.base.refs;
  return [...moved].some((name) => name.startsWith('refs/') && !isSame(refs.get(name), base.get(name)));
}

function isSameStage(one: ReturnType<Reality['staged']>, other: ReturnType<Reality['staged']>): boolean {
  return one.size === other.size && [...one].every(([path, entry]) => other.has(path) && other.get(path)?.id === entry?.id && other.get(path)?.mode === entry?.mode);
}

async function mustMayPublish(
  parts: RouteParts, call: Call, change: { readonly hosted: HostedRepository; readonly reality: Reality; readonly moved: ReadonlySet<string> },
): Promise<void> {
  const { gate } = parts;
  const { hosted, reality, moved } = change;
  const { base, snapshot } = reality;
  const { zeroId } = snapshot.algorithm;
  const push = {
    gate, principal: call.context.principal, repository: hosted.id, graph: hosted.repository.commitGraph, prefix: '', signal: call.context.signal,
    // What was made, with the refs as they were, so that new commits are told apart.
    view: { ...snapshot, refs: base.refs },
  };
  for (const ref of moved) {
    const before = base.refs.get(ref);
    const after = snapshot.refs.get(ref);
    if (isSame(before, after) || (!ref.startsWith('refs/') && ref !== 'HEAD')) continue;
    const isSymbolic = before?.kind === 'symbolic' || after?.kind === 'symbolic';
    const oldId: ObjectId = before?.kind === 'direct' ? before.id : zeroId;
    const newId: ObjectId = after?.kind === 'direct' ? after.id : zeroId;
    const asked = isSymbolic ? { action: 'update', paths: [] } as const : await describeChange(push, { oldId, newId });
    mustMayChange(parts, call, { hosted, ref, ...asked });
  }
}

/** Asks those who are asked over HTTP. @throws {ServerError} policy-refused */
async function mustPassPolicies(
  parts: RouteParts, call: Call, { hosted, reality, moved }: { readonly hosted: HostedRepository; readonly reality: Reality; readonly moved: ReadonlySet<string> },
): Promise<void> {
  const idOf = (value: RefState): string | null => value?.kind === 'direct' ? value.id : null;
  const changes = [...moved].filter((ref) => ref.startsWith('refs/'))
    .map((ref) => ({ ref, old: idOf(reality.base.refs.get(ref)), new: idOf(reality.snapshot.refs.get(ref)) }))
    .filter((change) => change.old !== change.new);
  if (changes.length === 0) return;
  const { principal, signal } = call.context;
  await parts.live.policies.mustAllow({ repositoryId: hosted.id, principal, source: 'rest', changes, signal });
}

type RefState = ReturnType<Reality['snapshot']['refs']['get']>;

function isSame(one: RefState, other: RefState): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.kind === 'direct' ? other.kind === 'direct' && one.id === other.id : other.kind === 'symbolic' && one.target === other.target;
}
