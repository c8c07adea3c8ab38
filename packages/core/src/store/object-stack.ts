import type { ObjectId } from '../hash/object-id.js';
import type { GitObject, ObjectHeader } from '../object/object.js';
import type { PackEntryLocation } from '../pack/entry-location.js';
import type { ObjectSource } from '../pack/object-source.js';

/** Several sources read as one; the first that holds an object answers. Immutable. */
export class ObjectStack implements ObjectSource {
  readonly sources: readonly ObjectSource[];

  constructor(sources: readonly ObjectSource[]) {
    this.sources = sources;
  }

  has(id: ObjectId): boolean {
    for (const source of this.sources) if (source.has(id)) return true;
    return false;
  }

  find(id: ObjectId): GitObject | undefined {
    for (const source of this.sources) {
      const object = source.find(id);
      if (object !== undefined) return object;
    }
    return undefined;
  }

  findHeader(id: ObjectId): ObjectHeader | undefined {
    for (const source of this.sources) {
      const header = source.findHeader(id);
      if (header !== undefined) return header;
    }
    return undefined;
  }

  findChunks(id: ObjectId): Iterable<Uint8Array> | undefined {
    for (const source of this.sources) {
      const chunks = source.findChunks(id);
      if (chunks !== undefined) return chunks;
    }
    return undefined;
  }

  findEntry(id: ObjectId): PackEntryLocation | undefined {
    for (const source of this.sources) {
      const entry = source.findEntry(id);
      if (entry !== undefined) return entry;
    }
    return undefined;
  }

  *ids(): Generator<ObjectId, void, void> {
    for (const source of this.sources) yield* source.ids();
  }

  *idsWithPrefix(prefix: string): Generator<ObjectId, void, void> {
    for (const source of this.sources) yield* source.idsWithPrefix(prefix);
  }
}
