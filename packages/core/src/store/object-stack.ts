import { GovcError } from '../errors.js';
import type { ObjectId } from '../hash/object-id.js';
import type { GitObject, ObjectHeader } from '../object/object.js';
import type { PackEntryLocation } from '../pack/entry-location.js';
import { findBitmaps, type BitmapIndex, type BitmapKeeper } from '../pack/bitmap-index.js';
import type { ObjectSource } from '../pack/object-source.js';

/** Several sources read as one; the first that holds an object answers. Immutable. */
export class ObjectStack implements ObjectSource, BitmapKeeper {
  readonly sources: readonly ObjectSource[];

  constructor(sources: readonly ObjectSource[]) {
    this.sources = sources;
  }

  has(id: ObjectId): boolean {
    for (const source of this.sources) if (source.has(id)) return true;
    return false;
  }

  find(id: ObjectId): GitObject | undefined {
    return this.#search((source) => source.find(id));
  }

  findHeader(id: ObjectId): ObjectHeader | undefined {
    return this.#search((source) => source.findHeader(id));
  }

  findChunks(id: ObjectId): Iterable<Uint8Array> | undefined {
    return this.#search((source) => source.findChunks(id));
  }

  findEntry(id: ObjectId): PackEntryLocation | undefined {
    return this.#search((source) => source.findEntry(id));
  }

  *ids(): Generator<ObjectId, void, void> {
    for (const source of this.sources) yield* source.ids();
  }

  *idsWithPrefix(prefix: string): Generator<ObjectId, void, void> {
    for (const source of this.sources) yield* source.idsWithPrefix(prefix);
  }

  findBitmaps(): BitmapIndex | undefined {
    for (const source of this.sources) {
      const found = findBitmaps(source);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** A source that is gone (a pack that another process has repacked) does not hide the same object in the next one. */
  #search<Found>(look: (source: ObjectSource) => Found | undefined): Found | undefined {
    let failure: GovcError | undefined;
    for (const source of this.sources) {
      try {
        const found = look(source);
        if (found !== undefined) return found;
      } catch (error) {
        if (!(error instanceof GovcError) || error.code !== 'io-failed') throw error;
        failure ??= error;
      }
    }
    if (failure !== undefined) throw failure;
    return undefined;
  }
}
