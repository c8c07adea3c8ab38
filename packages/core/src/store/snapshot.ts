import type { Config } from '../config/config.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import type { ObjectSource } from '../pack/object-source.js';
import { ObjectStack } from './object-stack.js';
import { NO_REFS, type RefMap } from './ref-map.js';
import { YoungObjects } from './young-objects.js';

/**
 * Everything a repository knows at one moment, as an immutable value.
 *
 * 1. A snapshot never changes. What may move is only where an object is read from (a pack that was
 *    rewritten, a loose object that was packed), never what it reads as.
 * 2. Every direct ref names an object that `objects` holds.
 */
export interface Snapshot {
  readonly algorithm: HashAlgorithm;
  /** Recent objects, not yet in a pack. */
  readonly young: YoungObjects;
  /** Older objects: packs and other immutable sources, newest first. */
  readonly packs: readonly ObjectSource[];
  /** All objects: `young` above `packs`. */
  readonly objects: ObjectSource;
  readonly refs: RefMap;
  readonly config: Config;
  /** Commits that are held without their parents (gitformat-shallow); empty in a complete repository. */
  readonly shallow: ReadonlySet<ObjectId>;
  /** How many batches led here from the empty snapshot. */
  readonly sequence: number;
}

/** The parts from which a snapshot is made; `objects` follows from them. */
export type SnapshotParts = Omit<Snapshot, 'objects'>;

/** The snapshot of these parts. */
export function makeSnapshot(parts: SnapshotParts): Snapshot {
  return { ...parts, objects: new ObjectStack([parts.young, ...parts.packs]) };
}

/** The snapshot before the first batch: no objects, no refs. */
export function emptySnapshot(algorithm: HashAlgorithm, config: Config): Snapshot {
  return makeSnapshot({
    algorithm,
    young: YoungObjects.empty,
    packs: [],
    refs: NO_REFS,
    config,
    shallow: new Set(),
    sequence: 0,
  });
}
