import { LIMITS } from '../limits.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectType } from '../hash/hash-object.js';
import type { ObjectId } from '../hash/object-id.js';
import { scanTagTarget } from '../object/tag.js';
import type { ObjectSource } from '../pack/object-source.js';

/** An object that is not a tag. */
export interface PeeledObject {
  readonly id: ObjectId;
  readonly type: Exclude<ObjectType, 'tag'>;
}

/**
 * Follows tags to the first object that is none; `undefined` where one is missing or there are too many.
 *
 * @throws {GovcError} object-corrupt: a tag on the way is malformed.
 */
export function peelObject(
  objects: ObjectSource,
  algorithm: HashAlgorithm,
  id: ObjectId,
): PeeledObject | undefined {
  let at = id;
  for (let depth = 0; depth < LIMITS.tagDepth.value; depth++) {
    const type = objects.findHeader(at)?.type;
    if (type === undefined) return undefined;
    if (type !== 'tag') return { id: at, type };
    const tag = objects.find(at);
    if (tag === undefined) return undefined;
    at = scanTagTarget(tag.body, algorithm).id;
  }
  return undefined;
}
