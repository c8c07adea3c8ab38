import { createHash } from 'node:crypto';
import type { HashAlgorithm, Hasher } from './algorithm.js';
import type { ObjectId } from './object-id.js';

/** The four types of Git objects. */
export type ObjectType = 'commit' | 'tree' | 'blob' | 'tag';

// One buffer for header and body makes a single native call of the common small object. It is
// private to this function, filled and read without a pause, so nothing else can see it.
const SCRATCH = new Uint8Array(64 * 1024);

/** The id of an object: the hash of `"<type> <size>\0"` and its body. O(body), copies small bodies. */
export function hashObject(type: ObjectType, body: Uint8Array, algorithm: HashAlgorithm): ObjectId {
  const header = `${type} ${body.length}\0`;
  const size = header.length + body.length;
  if (size <= SCRATCH.length) {
    for (let i = 0; i < header.length; i++) SCRATCH[i] = header.charCodeAt(i);
    SCRATCH.set(body, header.length);
    return algorithm.digestHex(SCRATCH.subarray(0, size)) as ObjectId;
  }
  return createHash(algorithm.name).update(header, 'latin1').update(body).digest('hex') as ObjectId;
}

/** A hasher that has been fed the header of an object of `size` body bytes. */
export function createObjectHasher(type: ObjectType, size: number, algorithm: HashAlgorithm): Hasher {
  const hasher = algorithm.createHasher();
  const header = `${type} ${size}\0`;
  const bytes = new Uint8Array(header.length);
  for (let i = 0; i < header.length; i++) bytes[i] = header.charCodeAt(i);
  hasher.update(bytes);
  return hasher;
}
