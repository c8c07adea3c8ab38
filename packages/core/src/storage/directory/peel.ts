import { latin1FromBytes } from '../../bytes/text.js';
import type { HashAlgorithm } from '../../hash/algorithm.js';
import { findObjectId, type ObjectId } from '../../hash/object-id.js';
import { LIMITS } from '../../limits.js';
import type { ObjectSource } from '../../pack/object-source.js';

/**
 * What a tag names after all tags are followed; `undefined` for anything that is no tag or leads nowhere.
 */
export function findPeeled(objects: ObjectSource, id: ObjectId, algorithm: HashAlgorithm): ObjectId | undefined {
  if (objects.findHeader(id)?.type !== 'tag') return undefined;
  let at: ObjectId | undefined = id;
  for (let depth = 0; depth < LIMITS.tagDepth.value; depth++) {
    const object = objects.find(at);
    if (object === undefined) return undefined;
    if (object.type !== 'tag') return at;
    const line = latin1FromBytes(object.body.subarray(0, 7 + algorithm.hexSize));
    at = line.startsWith('object ') ? findObjectId(line.slice(7), algorithm) : undefined;
    if (at === undefined) return undefined;
  }
  return undefined;
}
