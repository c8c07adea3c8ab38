import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectType } from '../hash/hash-object.js';
import type { ObjectId } from '../hash/object-id.js';
import { runJob, type Job } from '../job/job.js';
import { concatBytes } from '../bytes/compare.js';
import type { ObjectSource } from './object-source.js';
import { PackList } from './pack-list.js';
import { planPack } from './plan-pack.js';
import { serializeIndexV2 } from './write-index.js';
import { writePack } from './write-pack.js';

/** How {@link buildPack} packs. */
export interface BuildPackOptions {
  readonly algorithm: HashAlgorithm;
  /** 0 to 9, or -1. Default: -1. */
  readonly level?: number | undefined;
  /** Whether to look for deltas: smaller, and slower by far. Default: true. */
  readonly deltas?: boolean | undefined;
}

/** An object that is to be packed; `nameHash` as in {@link PackList.add}. */
export interface ObjectToPack {
  readonly id: ObjectId;
  readonly type: ObjectType;
  readonly body: Uint8Array;
  readonly nameHash?: number | undefined;
}

/** A pack in memory with the bytes of its index. */
export interface BuiltPack {
  readonly pack: Uint8Array;
  /** The bytes of the `.idx` file, version 2. */
  readonly index: Uint8Array;
  /** The checksum of the pack in hex. */
  readonly id: string;
}

/** Packs objects that are in memory, blocking. See {@link buildPackJob}. */
export function buildPack(objects: Iterable<ObjectToPack>, options: BuildPackOptions): BuiltPack {
  return runJob(buildPackJob(objects, options));
}

/** Packs objects that are in memory, and makes the index of the pack. An id that comes twice is packed once. */
export function* buildPackJob(objects: Iterable<ObjectToPack>, options: BuildPackOptions): Job<BuiltPack> {
  const { algorithm, level } = options;
  const list = new PackList(algorithm);
  const held = new Map<ObjectId, ObjectToPack>();
  for (const object of objects) {
    list.add(object.id, object.nameHash ?? 0);
    held.set(object.id, object);
  }
  const window = options.deltas === false ? 0 : undefined;
  const plan = yield* planPack(list, { source: memorySource(held), level, window });
  const writer = writePack(plan, { rows: true });
  const chunks: Uint8Array[] = [];
  for (;;) {
    const step = writer.next();
    if (step.done === true) {
      const { rows, packChecksum, id } = step.value;
      return { pack: concatBytes(chunks), index: serializeIndexV2(rows!, { algorithm, packChecksum }), id };
    }
    if (step.value instanceof Uint8Array) chunks.push(step.value);
    else yield step.value;
  }
}

function memorySource(objects: ReadonlyMap<ObjectId, ObjectToPack>): ObjectSource {
  return {
    has: (id) => objects.has(id),
    find: (id) => objects.get(id),
    findHeader: (id) => {
      const object = objects.get(id);
      return object && { type: object.type, size: object.body.length };
    },
    findChunks: (id) => {
      const object = objects.get(id);
      return object && [object.body];
    },
    findEntry: () => undefined,
    ids: () => objects.keys(),
    idsWithPrefix: (prefix) => [...objects.keys()].filter((id) => id.startsWith(prefix)),
  };
}
