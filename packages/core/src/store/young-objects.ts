import { hashObject, type ObjectType } from '../hash/hash-object.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import type { GitObject, ObjectHeader } from '../object/object.js';
import type { PackEntryLocation } from '../pack/entry-location.js';
import type { ObjectSource } from '../pack/object-source.js';

/**
 * Recent objects, kept raw: hashing three objects costs a microsecond, deflating them thirty, so
 * compression waits until a seal, a fetch or the disk asks for it.
 *
 * 1. A log only grows. A view shows the entries below its count and never changes.
 * 2. Only the view whose count is the length of its log may grow the log in place; any other view
 *    forks: its additions go to a new log above it. So a line of versions shares one map.
 */
class YoungLog {
  readonly indexes = new Map<ObjectId, number>();
  readonly ids: ObjectId[] = [];
  readonly objects: GitObject[] = [];
  sizeBytes = 0;
}

// V8 refuses a map of 2^24 entries; a fuller log is continued by a new one on top.
const LOG_COUNT_MAX = 1 << 23;

/** A young object together with its id. */
export interface YoungObject extends GitObject {
  readonly id: ObjectId;
}

/** One immutable version of a set of young objects, possibly above older ones. */
export class YoungObjects implements ObjectSource {
  static readonly empty = new YoungObjects(new YoungLog(), 0, undefined);

  readonly #log: YoungLog;
  readonly #count: number;
  readonly #below: YoungObjects | undefined;

  private constructor(log: YoungLog, count: number, below: YoungObjects | undefined) {
    this.#log = log;
    this.#count = count;
    this.#below = below;
  }

  /** How many entries this version holds; an object added twice to different layers counts twice. */
  get count(): number {
    let count = 0;
    for (let layer: YoungObjects | undefined = this; layer; layer = layer.#below) {
      count += layer.#count;
    }
    return count;
  }

  /** Bytes of the bodies in this version's logs, including those of later versions of the same log. */
  get sizeBytes(): number {
    let size = 0;
    for (let layer: YoungObjects | undefined = this; layer; layer = layer.#below) {
      size += layer.#log.sizeBytes;
    }
    return size;
  }

  /** The version with these objects added; those it holds already are skipped. O(added). */
  with(added: Iterable<YoungObject>): YoungObjects {
    let log = this.#log;
    let below = this.#below;
    if (this.#count !== log.ids.length || this === YoungObjects.empty || this.#count >= LOG_COUNT_MAX) {
      log = new YoungLog();
      below = this.#count === 0 ? this.#below : this;
    }
    for (const object of added) {
      if (log.indexes.has(object.id) || below?.has(object.id) === true) continue;
      log.indexes.set(object.id, log.ids.length);
      log.ids.push(object.id);
      log.objects.push({ type: object.type, body: object.body });
      log.sizeBytes += object.body.length;
    }
    return new YoungObjects(log, log.ids.length, below);
  }

  has(id: ObjectId): boolean {
    for (let layer: YoungObjects | undefined = this; layer; layer = layer.#below) {
      const index = layer.#log.indexes.get(id);
      if (index !== undefined && index < layer.#count) return true;
    }
    return false;
  }

  find(id: ObjectId): GitObject | undefined {
    for (let layer: YoungObjects | undefined = this; layer; layer = layer.#below) {
      const index = layer.#log.indexes.get(id);
      if (index !== undefined && index < layer.#count) return layer.#log.objects[index];
    }
    return undefined;
  }

  findHeader(id: ObjectId): ObjectHeader | undefined {
    const object = this.find(id);
    return object === undefined ? undefined : { type: object.type, size: object.body.length };
  }

  findChunks(id: ObjectId): Iterable<Uint8Array> | undefined {
    const object = this.find(id);
    return object === undefined ? undefined : [object.body];
  }

  findEntry(): PackEntryLocation | undefined {
    return undefined;
  }

  /** Oldest first, so that what an object refers to comes before it where it was written so. */
  *objects(): Generator<YoungObject, void, void> {
    const layers: YoungObjects[] = [];
    for (let layer: YoungObjects | undefined = this; layer; layer = layer.#below) {
      layers.push(layer);
    }
    for (const layer of layers.reverse()) {
      for (let i = 0; i < layer.#count; i++) {
        const { type, body } = layer.#log.objects[i]!;
        yield { id: layer.#log.ids[i]!, type, body };
      }
    }
  }

  *ids(): Generator<ObjectId, void, void> {
    for (const object of this.objects()) yield object.id;
  }

  *idsWithPrefix(prefix: string): Generator<ObjectId, void, void> {
    for (const id of this.ids()) if (id.startsWith(prefix)) yield id;
  }
}

const SLAB_SIZE = 64 * 1024;
const SLAB_OBJECT_MAX = 4 * 1024;

/**
 * Collects objects that are being written. Small bodies are cut from shared slabs: a `Uint8Array` with
 * a buffer of its own costs about a kilobyte, one cut from a slab a third of that.
 */
export class YoungWriter implements ObjectSource {
  readonly #algorithm: HashAlgorithm;
  readonly #objects = new Map<ObjectId, YoungObject>();
  #slab = new Uint8Array(0);
  #slabUsed = 0;

  constructor(algorithm: HashAlgorithm) {
    this.#algorithm = algorithm;
  }

  get count(): number {
    return this.#objects.size;
  }

  /** Adds an object and gives its id. The body is copied, so the caller may reuse its bytes. */
  write(type: ObjectType, body: Uint8Array): ObjectId {
    const id = hashObject(type, body, this.#algorithm);
    if (!this.#objects.has(id)) this.#objects.set(id, { id, type, body: this.#keep(body) });
    return id;
  }

  /** Takes an object whose id is known to be right and whose body nobody will write to. */
  adopt(object: YoungObject): void {
    if (!this.#objects.has(object.id)) this.#objects.set(object.id, object);
  }

  objects(): Iterable<YoungObject> {
    return this.#objects.values();
  }

  has(id: ObjectId): boolean {
    return this.#objects.has(id);
  }

  find(id: ObjectId): GitObject | undefined {
    return this.#objects.get(id);
  }

  findHeader(id: ObjectId): ObjectHeader | undefined {
    const object = this.#objects.get(id);
    return object === undefined ? undefined : { type: object.type, size: object.body.length };
  }

  findChunks(id: ObjectId): Iterable<Uint8Array> | undefined {
    const object = this.#objects.get(id);
    return object === undefined ? undefined : [object.body];
  }

  findEntry(): PackEntryLocation | undefined {
    return undefined;
  }

  ids(): Iterable<ObjectId> {
    return this.#objects.keys();
  }

  *idsWithPrefix(prefix: string): Generator<ObjectId, void, void> {
    for (const id of this.#objects.keys()) if (id.startsWith(prefix)) yield id;
  }

  #keep(body: Uint8Array): Uint8Array {
    if (body.length > SLAB_OBJECT_MAX) return body.slice();
    if (this.#slabUsed + body.length > this.#slab.length) {
      // The first slab is small: most drafts write a handful of objects.
      this.#slab = new Uint8Array(this.#slab.length === 0 ? SLAB_OBJECT_MAX * 2 : SLAB_SIZE);
      this.#slabUsed = 0;
    }
    const start = this.#slabUsed;
    this.#slabUsed += body.length;
    this.#slab.set(body, start);
    return this.#slab.subarray(start, this.#slabUsed);
  }
}
