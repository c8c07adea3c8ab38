import type { Principal, RefChange } from '@govc/auth';
import type { ObjectId, Snapshot } from '@govc/core';
import { diffTrees, driveJob, isAncestor, parseCommit, parseTag, revListJob, type CommitGraph } from '@govc/core/plumbing';
import type { PushCommand } from '@govc/core/protocol';

import type { Gate } from './gate.js';

/** A push, as those see it who decide which refs it may change. */
export interface RefPush {
  readonly gate: Gate;
  readonly principal: Principal | undefined;
  readonly repository: string;
  /** The repository with what was pushed, refs still as they were. */
  readonly view: Snapshot;
  readonly graph: CommitGraph;
  /** What stands before the names of refs that are served under a namespace. */
  readonly prefix: string;
  readonly signal: AbortSignal;
}

const COMMITS_MAX = 10_000;
const PATHS_MAX = 100_000;
const TAG_DEPTH_MAX = 16;

/** What the rules are asked about a ref that is to move: how, and which paths its new commits change, where that is asked for. */
export async function describeChange(push: RefPush, { oldId, newId }: Pick<PushCommand, 'oldId' | 'newId'>): Promise<Omit<RefChange, 'ref'>> {
  const action = await actionOf(push, { oldId, newId });
  const paths = action !== 'delete' && push.gate.asksForPaths(push.repository) ? await changedPaths(push, newId) : [];
  return { action, paths };
}

/** Why a command of a push may not take effect; `undefined`: it may. A symbolic ref is judged by its own name and by where it leads. */
export async function findCommandRefusal(push: RefPush, command: PushCommand): Promise<string | undefined> {
  const { gate, principal, repository, prefix } = push;
  const { action, paths } = await describeChange(push, command);
  for (const ref of refNames(push.view, { name: command.name, prefix })) {
    const decision = gate.decide(principal, { permission: 'repo:write', repository, change: { ref, action, paths } });
    if (!decision.isAllowed) return decision.reason;
  }
  return undefined;
}

/** A ref and all that it leads to as a symbolic ref, without the prefix of a namespace. */
export function refNames(view: Snapshot, { name, prefix }: { readonly name: string; readonly prefix: string }): string[] {
  const names = new Set([name]);
  let stored = prefix + name;
  for (let value = view.refs.get(stored); value?.kind === 'symbolic'; value = view.refs.get(stored)) {
    stored = value.target;
    const shown = stored.startsWith(prefix) ? stored.slice(prefix.length) : stored;
    if (names.has(shown)) break;
    names.add(shown);
  }
  return [...names];
}

async function actionOf({ view, graph, signal }: RefPush, { oldId, newId }: Pick<PushCommand, 'oldId' | 'newId'>): Promise<RefChange['action']> {
  if (/^0+$/.test(newId)) return 'delete';
  if (/^0+$/.test(oldId)) return 'create';
  const { objects, shallow } = view;
  const areCommits = objects.findHeader(oldId)?.type === 'commit' && objects.findHeader(newId)?.type === 'commit';
  return areCommits && (await driveJob(isAncestor({ graph, objects, shallow }, oldId, newId), { signal })) ? 'update' : 'force';
}

/**
 * The paths that the new commits change, each against its parents: one that a merge takes over from a parent is not changed by the merge.
 * `undefined` where that is too much to find out, or no commit.
 */
async function changedPaths({ view, graph, signal }: RefPush, newId: ObjectId): Promise<string[] | undefined> {
  const { objects, algorithm, shallow } = view;
  const tip = commitOf(view, newId);
  if (tip === undefined) return undefined;
  const starts = [{ id: tip }];
  const excluded = new Set<ObjectId>();
  for (const [, value] of view.refs.entries()) {
    const id = value.kind === 'direct' ? commitOf(view, value.id) : undefined;
    if (id !== undefined) excluded.add(id);
  }
  const request = { graph, objects, shallow, starts: [...starts, ...[...excluded].map((id) => ({ id, isExcluded: true }))], options: { maxCount: COMMITS_MAX + 1 } };
  const commits = await driveJob(revListJob(request), { signal });
  if (commits.length > COMMITS_MAX) return undefined;
  const treeOf = (id: ObjectId): ObjectId => parseCommit(objects.find(id)!.body, algorithm).tree;
  const paths = new Set<string>();
  for (const { id } of commits) {
    const { tree, parents } = parseCommit(objects.find(id)!.body, algorithm);
    let changed: Set<string> | undefined;
    for (const parent of parents.length === 0 ? [undefined] : parents) {
      const known = parent !== undefined && objects.has(parent) ? treeOf(parent) : undefined;
      const against = new Set<string>();
      for (const { old, new: now } of diffTrees(objects, algorithm, known, tree)) {
        const path = (now ?? old)!.path;
        if (changed === undefined || changed.has(path)) against.add(path);
        if (against.size > PATHS_MAX) return undefined;
      }
      changed = against;
    }
    for (const path of changed ?? []) paths.add(path);
    if (paths.size > PATHS_MAX) return undefined;
    signal.throwIfAborted();
  }
  return [...paths];
}

function commitOf({ objects, algorithm }: Snapshot, start: ObjectId): ObjectId | undefined {
  let id = start;
  for (let depth = 0; depth < TAG_DEPTH_MAX; depth++) {
    const type = objects.findHeader(id)?.type;
    if (type === 'commit') return id;
    if (type !== 'tag') return undefined;
    id = parseTag(objects.find(id)!.body, algorithm).target.id;
  }
  return undefined;
}
