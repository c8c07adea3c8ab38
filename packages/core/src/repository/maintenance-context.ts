import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import type { DriveOptions } from '../job/run.js';
import type { DirectoryMaintenance } from '../storage/directory/directory-maintenance.js';
import type { RefName } from '../ref/ref-name.js';
import { findRefId } from '../store/ref-map.js';
import type { Snapshot } from '../store/snapshot.js';
import type { CommitGraph } from '../walk/commit-graph.js';
import { findThroughTags } from '../walk/revision/peel-object.js';

/** What the tasks of maintenance work with. */
export interface MaintenanceContext {
  readonly keeper: DirectoryMaintenance;
  readonly graph: CommitGraph;
  /** The newest state, with what others did. */
  readonly refresh: () => Promise<Snapshot>;
  /** Older states and realities that are still read. */
  readonly openSnapshots: () => readonly Snapshot[];
  /** What counts as needed although nothing in the repository says so. */
  readonly keep: readonly ObjectId[];
  /** Writes the commit-graph, or removes one that has nothing to say. */
  readonly writeCommitGraph: () => Promise<void>;
  /** Seconds since 1970. */
  readonly nowSeconds: number;
  readonly drive: DriveOptions;
  /** Bytes of an object from which on no new deltas are made of it. */
  readonly deltaSizeMax: number;
}

/** The commits that refs name, through tags. */
export function* listTips(snapshot: Snapshot): Job<ObjectId[]> {
  const tips = new Set<ObjectId>();
  let done = 0;
  for (const [name] of snapshot.refs.entries()) {
    const id = findRefId(snapshot.refs, name as RefName);
    const object = id === undefined ? undefined : findThroughTags(snapshot, id);
    if (object?.type === 'commit') tips.add(object.id);
    if (++done % 16 === 0) yield { phase: 'Listing refs', done, total: undefined };
  }
  return [...tips];
}

/**
 * Everything from which objects are needed: refs, reflogs, worktrees, and what is still read. Ids that name nothing are left out.
 *
 * @throws {GovcError} io-failed, index-file-invalid
 */
export function* listRoots({ keeper, openSnapshots }: MaintenanceContext, snapshot: Snapshot): Job<ObjectId[]> {
  const roots = new Set<ObjectId>();
  let done = 0;
  for (const { refs } of [snapshot, ...openSnapshots()]) {
    for (const [, value] of refs.entries()) {
      if (value.kind === 'direct') roots.add(value.id);
      if (++done % 512 === 0) yield { phase: 'Listing refs', done, total: undefined };
    }
  }
  for (const ids of keeper.extraRoots()) {
    for (const id of ids) roots.add(id);
    yield { phase: 'Listing refs', done: roots.size, total: undefined };
  }
  const present: ObjectId[] = [];
  for (const id of roots) {
    if (snapshot.objects.has(id)) present.push(id);
    if (++done % 128 === 0) yield { phase: 'Listing refs', done, total: undefined };
  }
  return present;
}
