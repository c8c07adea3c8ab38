import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import type { RefName } from '../ref/ref-name.js';
import { isLeftOut, mapTarget } from '../ref/refspec.js';
import type { ListedRef } from '../protocol/ls-refs.js';
import type { Draft } from '../store/draft.js';
import { makeReflogEntry } from '../store/reflog-lines.js';
import { resolveRef } from '../store/ref-map.js';
import { isAncestor } from '../walk/ancestry.js';
import type { CommitGraph } from '../walk/commit-graph.js';
import type { FetchOptions, FetchTarget } from './fetch-options.js';
import type { WantedMatch } from './fetch-refs.js';
import type { RefUpdate } from './ref-update.js';

/** What {@link updateRefs} works on. */
export interface UpdateParts {
  readonly draft: Draft;
  /** A graph that reads what the draft holds. */
  readonly graph: CommitGraph;
  readonly target: FetchTarget;
  readonly options: FetchOptions;
  readonly matches: readonly WantedMatch[];
  readonly remoteRefs: readonly ListedRef[];
}

/** Moves refs in a draft as the refspecs say, and removes those that are pruned (git-fetch, "OUTPUT"). */
export function* updateRefs(parts: UpdateParts): Job<RefUpdate[]> {
  const updates: RefUpdate[] = [];
  if (parts.options.isPruning === true) prune(parts, updates);
  for (const match of parts.matches) {
    if (match.target === undefined) continue;
    updates.push(yield* updateRef(parts, match, match.target));
  }
  return updates;
}

function* updateRef(parts: UpdateParts, match: WantedMatch, target: RefName): Job<RefUpdate> {
  const { draft, options } = parts;
  const { source, id: newId } = match;
  const value = draft.base.refs.get(target);
  const end = value === undefined ? undefined : resolveRef(draft.base.refs, target);
  const oldId = end?.id;
  const name = end?.name ?? target;
  const decide = (status: RefUpdate['status'], reason?: string): RefUpdate => ({ source, target, oldId, newId, status, reason });
  if (oldId === newId) return decide('up-to-date');
  const isForced = match.isForced || options.isForced === true;
  const { objects } = draft.view;
  const newType = objects.findHeader(newId)?.type;
  if (name.startsWith('refs/heads/') && newType !== 'commit') return decide('rejected', 'unable to update local ref');
  if (oldId === undefined) return move(parts, { name, newId, message: storingMessage(name) }, decide('new'));
  if (name.startsWith('refs/tags/')) {
    if (!isForced) return decide('rejected', 'would clobber existing tag');
    return move(parts, { name, newId, message: 'updating tag' }, decide('tag-updated'));
  }
  const oldType = objects.findHeader(oldId)?.type;
  if (oldType === 'commit' && newType === 'commit') {
    const request = { graph: parts.graph, objects, shallow: draft.view.shallow };
    if (yield* isAncestor(request, oldId, newId)) return move(parts, { name, newId, message: 'fast-forward' }, decide('fast-forward'));
    if (!isForced) return decide('rejected', 'non-fast-forward');
    return move(parts, { name, newId, message: 'forced-update' }, decide('forced'));
  }
  return move(parts, { name, newId, message: storingMessage(name) }, decide('new'));
}

function storingMessage(name: RefName): string {
  if (name.startsWith('refs/tags/')) return 'storing tag';
  return name.startsWith('refs/heads/') ? 'storing head' : 'storing ref';
}

function move(
  { draft, target }: UpdateParts, to: { readonly name: RefName; readonly newId: ObjectId; readonly message: string }, update: RefUpdate,
): RefUpdate {
  draft.setRef(to.name, to.newId);
  if (!target.isLogged(to.name)) return update;
  const note = { identity: target.identity, message: `${target.reflogPrefix}: ${to.message}` };
  const oldId = update.oldId ?? draft.base.algorithm.zeroId;
  draft.editReflog(to.name, { kind: 'append', entry: makeReflogEntry(note, { oldId, newId: to.newId }) });
  return update;
}

/** Removes the refs that a refspec stores and that the remote does not have any more. */
function prune({ draft, options, remoteRefs }: UpdateParts, updates: RefUpdate[]): void {
  const specs = options.refspecs;
  const listed = new Set(remoteRefs.map(({ name }) => name));
  for (const [key, value] of draft.base.refs.entries()) {
    const name = key as RefName;
    if (value.kind !== 'direct') continue;
    const match = mapTarget(specs, name);
    if (match === undefined || isLeftOut(specs, match.source) || listed.has(match.source)) continue;
    if (options.lockedRefs?.has(name) === true) continue;
    draft.editRef(name, undefined);
    updates.push({ source: undefined, target: name, oldId: value.id, newId: undefined, status: 'pruned', reason: undefined });
  }
}
