/** Merges: which paths differ from every parent, as `git diff-tree -c` finds them. */
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import type { ObjectSource } from '../pack/object-source.js';
import { findChanges, type ChangeOptions } from './find-changes.js';
import type { BinaryRule } from './pair-contents.js';
import { orderChanges, targetPath } from './select-changes.js';
import type { ChangeStatus, DiffEntry, FileChange } from './tree-diff.js';

/** What one parent has at a path. */
export interface CombinedParent {
  /** What happened from this parent to the merge. */
  readonly status: ChangeStatus;
  /** `undefined` where the parent has no such file; of another path where the file was renamed. */
  readonly entry: DiffEntry | undefined;
}

/** A path in which a merge differs from all of its parents. */
export interface CombinedChange {
  readonly path: string;
  /** What the merge has; `undefined` where it has no such file. */
  readonly entry: DiffEntry | undefined;
  /** In the order of the parents. */
  readonly parents: readonly CombinedParent[];
}

/** What {@link findCombinedChanges} works with. */
export interface CombinedRequest {
  readonly objects: ObjectSource;
  readonly algorithm: HashAlgorithm;
  /** The trees of the parents, at least one. */
  readonly parents: readonly ObjectId[];
  /** The tree of the merge. */
  readonly tree: ObjectId;
  readonly options?: ChangeOptions | undefined;
  readonly isBinary?: BinaryRule | undefined;
}

/**
 * The paths in which a merge differs from each parent, in Git's order. O(parents) comparisons of trees.
 *
 * @throws {GovcError} as `findChanges`
 */
export function findCombinedChanges(request: CombinedRequest): CombinedChange[] {
  const { objects, algorithm, parents, tree, isBinary } = request;
  const options: ChangeOptions = { ...request.options, recursive: true, order: undefined };
  const sets = parents.map((old) => findChanges({ objects, algorithm, old, new: tree, options, isBinary }).changes);
  const byPath = sets.map((changes) => new Map(changes.map((change) => [targetPath(change), change])));
  const order = request.options?.order;
  const first = order === undefined ? (sets[0] ?? []) : orderChanges(sets[0] ?? [], order);
  const statusOf = comparesAtOnce(options) ? plainStatus : (change: FileChange): ChangeStatus => change.status;
  const combined: CombinedChange[] = [];
  for (const change of first) {
    const path = targetPath(change);
    const changes = byPath.map((paths) => paths.get(path));
    if (!changes.every((other) => other !== undefined)) continue;
    combined.push({ path, entry: change.new, parents: changes.map((other) => ({ status: statusOf(other), entry: other.old })) });
  }
  return combined;
}

/** Git compares all trees at once when nothing looks at pairs of files; it then knows no change of type. */
function comparesAtOnce({ renames = 'renames', breakRewrites, pick, filter }: ChangeOptions): boolean {
  return renames === 'off' && breakRewrites === undefined && pick === undefined && filter === undefined;
}

function plainStatus({ status }: FileChange): ChangeStatus {
  return status === 'type-changed' ? 'modified' : status;
}
