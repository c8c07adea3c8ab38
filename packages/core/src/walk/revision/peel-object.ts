import { LIMITS } from '../../limits.js';
import type { ObjectType } from '../../hash/hash-object.js';
import type { ObjectId } from '../../hash/object-id.js';
import { scanCommit } from '../../object/commit.js';
import { scanTagTarget } from '../../object/tag.js';
import type { Snapshot } from '../../store/snapshot.js';

/** An object and its type. */
export interface TypedObject {
  readonly id: ObjectId;
  readonly type: ObjectType;
}

/** The type of an object; that of the empty tree also where nothing holds it. */
export function findType(snapshot: Snapshot, id: ObjectId): ObjectType | undefined {
  if (id === snapshot.algorithm.emptyTreeId) return 'tree';
  return snapshot.objects.findHeader(id)?.type;
}

/**
 * What an object is or leads to when tags are followed; `undefined` where something on the way is missing or tags
 * nest too deeply.
 */
export function findThroughTags(snapshot: Snapshot, id: ObjectId): TypedObject | undefined {
  let at = id;
  for (let depth = 0; depth <= LIMITS.tagDepth.value; depth++) {
    const type = findType(snapshot, at);
    if (type !== 'tag') return type === undefined ? undefined : { id: at, type };
    at = scanTagTarget(snapshot.objects.find(at)!.body, snapshot.algorithm).id;
  }
  return undefined;
}

/** The type of what {@link findThroughTags} finds. */
export function findTypeThroughTags(snapshot: Snapshot, id: ObjectId): ObjectType | undefined {
  return findThroughTags(snapshot, id)?.type;
}

/** The outcome of looking for an object of a type: the object that was met last where it has another. */
export type PeelResult = { readonly isFound: true; readonly id: ObjectId } | { readonly isFound: false; readonly last: TypedObject | undefined };

/** Follows tags, and for a tree the commit, until an object of the type comes. */
export function peelToType(snapshot: Snapshot, id: ObjectId, wanted: ObjectType): PeelResult {
  let at = id;
  for (let depth = 0; depth <= LIMITS.tagDepth.value; depth++) {
    const type = findType(snapshot, at);
    if (type === wanted) return { isFound: true, id: at };
    if (type === 'tag') at = scanTagTarget(snapshot.objects.find(at)!.body, snapshot.algorithm).id;
    else if (type === 'commit') at = scanCommit(snapshot.objects.find(at)!.body, snapshot.algorithm).tree;
    else return { isFound: false, last: type === undefined ? undefined : { id: at, type } };
  }
  return { isFound: false, last: undefined };
}
