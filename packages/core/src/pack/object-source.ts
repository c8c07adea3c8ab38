import type { ObjectId } from '../hash/object-id.js';
import type { GitObject, ObjectHeader } from '../object/object.js';
import type { PackEntryLocation } from './entry-location.js';

/**
 * Something that holds objects: young objects in memory, a pack, a directory of loose objects, or a
 * stack of these. Whatever holds it, the same object reads the same (invariant 7 of the design).
 */
export interface ObjectSource {
  has(id: ObjectId): boolean;
  /**
   * The object with that id, or `undefined`. The body may be a view on shared bytes.
   *
   * @throws {GovcError} pack-corrupt, delta-invalid, object-corrupt: stored bytes are damaged.
   * @throws {GovcError} limit-exceeded: the body is too large to be held in memory.
   */
  find(id: ObjectId): GitObject | undefined;
  /** Type and size without reading the body where that is possible, or `undefined`. */
  findHeader(id: ObjectId): ObjectHeader | undefined;
  /**
   * The body in pieces of at most about 1 MiB, for objects of any size, or `undefined` when there is
   * no such object. The pieces are valid until the next one is asked for.
   */
  findChunks(id: ObjectId): Iterable<Uint8Array> | undefined;
  /** Where the object stands in a pack, so that its bytes can be sent as they are; `undefined` when not packed. */
  findEntry(id: ObjectId): PackEntryLocation | undefined;
  /** Every id that is held; an id may come more than once. */
  ids(): Iterable<ObjectId>;
  /** The ids that begin with the given lower-case hex digits (at least one); may repeat. */
  idsWithPrefix(prefix: string): Iterable<ObjectId>;
}
