import type { ObjectType } from '../hash/hash-object.js';

/**
 * An object as it is stored: its type and its body, without the `"<type> <size>\0"` header.
 *
 * The body is shared and never written again.
 */
export interface GitObject {
  readonly type: ObjectType;
  readonly body: Uint8Array;
}

/** What can be known of an object without its body. `size` is bytes of the body. */
export interface ObjectHeader {
  readonly type: ObjectType;
  readonly size: number;
}
