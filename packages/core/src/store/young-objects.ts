import { hashObject, type ObjectType } from '../hash/hash-object.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import type { GitObject, ObjectHeader } from '../object/object.js';
import type { PackEntryLocation } from '../pack/entry-location.js';
import type { ObjectSource } from '../pack/object-source.js';
import { PrefixIndex } from './prefix-index.js';

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
  #prefixes: PrefixIndex | undefined;

  get prefixes(): PrefixIndex {
    return (this.#prefixes ??= new PrefixIndex(this.ids));
  }
}

// V8 refuses a map of 2^24 entries; a fuller log is continued by a new one on top.
const LOG_COUNT_MAX = 1 << 23;

/** A young object together with its id. */
export interface YoungObject extends GitObject {
  readonly id: ObjectId;
}

interface Layer {
  readonly log: YoungLog;
  readonly count: number;
}

/** One immutable version of a set of young objects. */
export class YoungObjects implements ObjectSource {
  static readonly empty = new YoungObjects([]);

  /** The newest first; a line of versions that nobody forked has one. */
  readonly #layers: readonly Layer[];

  private constructor(layers: readonly Layer[]) {
    this.#layers = layers;
  }

  /** How many entries this version holds. */
  get count(): number {
    return this.#layers.reduce((sum, { count }) => sum + count, 0);
  }

  /** Bytes of the bodies in this version's logs, including those of later versions of the same log. */
  get sizeBytes(): number {
    return this.#layers.reduce((sum, { log }) => sum + log.sizeBytes, 0);
  }

  /** The version with these objects added; those it holds already are skipped. O(added). */
  with(added: Iterable<YoungObject>): YoungObjects {
    const top = this.#layers[0];
    const grows = top !== undefined && top.count === top.log.ids.length && top.count < LOG_COUNT_MAX;
    const log = grows ? top.log : new YoungLog();
    const below = grows ? this.#layers.slice(1) : this.#layers;
    for (const object of added) {
      if (log.indexes.has(object.id) || findInLayers(below, object.id) !== undefined) continue;
      log.indexes.set(object.id, log.ids.length);
      log.ids.push(object.id);
      log.objects.push({ type: object.type, body: object.body });
      log.sizeBytes += object.body.length;
    }
    return new YoungObjects([{ log, count: log.ids.length }, ...below]);
  }

  /** Those objects of this version that an older one does not have; `older` may be any. O(added) where one came from the other. */
  since(older: YoungObjects): YoungObjects {
    const counts = new Map(older.#layers.map(({ log, count }) => [log, count]));
    const added: YoungObject[] = [];
    for (let i = this.#layers.length - 1; i >= 0; i--) {
      const { log, count } = this.#layers[i]!;
      for (let at = counts.get(log) ?? 0; at < count; at++) {
        const id = log.ids[at]!;
        if (!older.has(id)) added.push({ id, ...log.objects[at]! });
      }
    }
    return YoungObjects.empty.with(added);
  }

  has(id: ObjectId): boolean {
    return findInLayers(this.#layers, id) !== undefined;
  }

  find(id: ObjectId): GitObject | undefined {
    return findInLayers(this.#layers, id);
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
    for (let i = this.#layers.length - 1; i >= 0; i--) {
      const { log, count } = this.#layers[i]!;
      for (let at = 0; at < count; at++) {
        const { type, body } = log.objects[at]!;
        yield { id: log.ids[at]!, type, body };
      }
    }
  }

  *ids(): Generator<ObjectId, void, void> {
    for (const object of this.objects()) yield object.id;
  }

  *idsWithPrefix(prefix: string): Generator<ObjectId, void, void> {
    for (const { log, count } of this.#layers) yield* log.prefixes.find(prefix, count);
  }
}

function findInLayers(layers: readonly Layer[], id: ObjectId): GitObject | undefined {
  for (const { log, count } of layers) {
    const index = log.indexes.get(id);
    if (index !== undefined && index < count) return log.objects[index];
  }
  return undefined;
}

const SLAB_SIZE_MIN = 512;
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
  /** The ids in a list, once somebody has looked for a prefix. */
  #ids: ObjectId[] | undefined;
  #prefixes: PrefixIndex | undefined;

  constructor(algorithm: HashAlgorithm) {
    this.#algorithm = algorithm;
  }

  get count(): number {
    return this.#objects.size;
  }

  /** Adds an object and gives its id. The body is copied, so the caller may reuse its bytes. */
  write(type: ObjectType, body: Uint8Array): ObjectId {
    const id = hashObject(type, body, this.#algorithm);
    if (!this.#objects.has(id)) this.adopt({ id, type, body: this.#keep(body) });
    return id;
  }

  /** Takes an object whose id is known to be right and whose body nobody will write to. */
  adopt(object: YoungObject): void {
    if (this.#objects.has(object.id)) return;
    this.#objects.set(object.id, object);
    this.#ids?.push(object.id);
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
    if (this.#objects.size === 0) return;
    this.#ids ??= [...this.#objects.keys()];
    this.#prefixes ??= new PrefixIndex(this.#ids);
    yield* this.#prefixes.find(prefix, this.#ids.length);
  }

  #keep(body: Uint8Array): Uint8Array {
    // Not `slice`, which of a Buffer gives a view.
    if (body.length > SLAB_OBJECT_MAX) return new Uint8Array(body);
    if (this.#slabUsed + body.length > this.#slab.length) {
      // Most drafts write a handful of objects, so slabs begin small and double.
      const size = Math.max(SLAB_SIZE_MIN, body.length, this.#slab.length * 2);
      this.#slab = new Uint8Array(Math.min(SLAB_SIZE, size));
      this.#slabUsed = 0;
    }
    const start = this.#slabUsed;
    this.#slabUsed += body.length;
    this.#slab.set(body, start);
    return this.#slab.subarray(start, this.#slabUsed);
  }
}
