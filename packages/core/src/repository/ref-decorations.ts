import type { ObjectId } from '../hash/object-id.js';
import type { RefDecoration } from '../history/pretty-format.js';
import { scanTagTarget } from '../object/tag.js';
import { BRANCH_PREFIX, HEAD, TAG_PREFIX, type RefName } from '../ref/ref-name.js';
import { findRefId, resolveRef } from '../store/ref-map.js';
import type { Snapshot } from '../store/snapshot.js';
import { LIMITS } from '../limits.js';

const REMOTE_PREFIX = 'refs/remotes/';

/** The refs of a snapshot by the object that they name, tags also by what is tagged; each in the order of `%d`. O(refs). */
export function readDecorations(snapshot: Snapshot): Map<ObjectId, RefDecoration[]> {
  const found = new Map<ObjectId, RefDecoration[]>();
  const { refs, objects, algorithm } = snapshot;
  const add = (name: RefName): void => {
    let id = findRefId(refs, name);
    const decoration = decorationOf(name);
    for (let depth = 0; id !== undefined && depth < LIMITS.tagDepth.value; depth++) {
      const list = found.get(id);
      if (list === undefined) found.set(id, [decoration]);
      else list.unshift(decoration);
      const object = objects.findHeader(id)?.type === 'tag' ? objects.find(id) : undefined;
      id = object === undefined ? undefined : scanTagTarget(object.body, algorithm).id;
    }
  };
  for (const [name] of refs.entries('refs/')) add(name as RefName);
  add(HEAD);
  return found;
}

/** The branch that `HEAD` stands on, as decorations name it. */
export function findHeadBranch(snapshot: Snapshot): string | undefined {
  const value = snapshot.refs.get(HEAD);
  const end = value?.kind === 'symbolic' ? resolveRef(snapshot.refs, HEAD)?.name : undefined;
  return end === undefined ? undefined : decorationOf(end).name;
}

function decorationOf(name: RefName): RefDecoration {
  if (name === HEAD) return { name, kind: 'head' };
  if (name.startsWith(BRANCH_PREFIX)) return { name: name.slice(BRANCH_PREFIX.length), kind: 'branch' };
  if (name.startsWith(TAG_PREFIX)) return { name: name.slice(TAG_PREFIX.length), kind: 'tag' };
  if (name.startsWith(REMOTE_PREFIX)) return { name: name.slice(REMOTE_PREFIX.length), kind: 'remote' };
  return { name, kind: name === 'refs/stash' ? 'stash' : 'other' };
}
