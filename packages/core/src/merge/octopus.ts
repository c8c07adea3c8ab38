import { GovcError } from '../errors.js';
import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import { scanCommit } from '../object/commit.js';
import type { AncestryRequest } from '../walk/ancestry.js';
import { mergeBases } from '../walk/merge-base.js';
import type { ConflictStyle } from './merge-file.js';
import type { MergeStore } from './merge-state.js';
import { simpleMerge, type SimpleMergeResult } from './simple-merge.js';

/** A commit to be merged with the name under which it is known. */
export interface MergeHead {
  readonly id: ObjectId;
  /** Lossless text. */
  readonly name: string;
}

/** Several commits to be merged into one. */
export interface OctopusRequest extends MergeStore, AncestryRequest {
  readonly ours: ObjectId;
  readonly heads: readonly MergeHead[];
  /** Default: `merge`. */
  readonly style?: ConflictStyle | undefined;
}

/** What came of it: a tree, or the head at which the strategy gave up. */
export type OctopusResult =
  | (SimpleMergeResult & { readonly kind: 'merged' })
  | { readonly kind: 'refused'; readonly head: string; readonly reason: 'conflict-before-last' | 'unrelated' };

/**
 * Merges several commits one after the other by Git's strategy "octopus": what is merged already is passed over, a head
 * that only goes on from ours moves it there, everything else is a simple merge. Conflicts are left for the last head only.
 *
 * @throws {GovcError} object-missing, object-type-mismatch, object-corrupt
 */
export function* octopusMerge(request: OctopusRequest): Job<OctopusResult> {
  let merged: ObjectId[] = [request.ours];
  let result: SimpleMergeResult = { tree: treeOf(request, request.ours), isClean: true, conflicts: [], notes: [] };
  const notes: string[] = [];
  let isForward = true;
  for (const head of request.heads) {
    if (!result.isClean) return { kind: 'refused', head: head.name, reason: 'conflict-before-last' };
    const bases = yield* mergeBases(request, head.id, merged);
    if (bases.length === 0) return { kind: 'refused', head: head.name, reason: 'unrelated' };
    if (bases.includes(head.id)) {
      notes.push(`Already up to date with ${head.name}`);
      continue;
    }
    if (isForward && bases.length === 1 && merged.length === 1 && bases[0] === merged[0]) {
      notes.push(`Fast-forwarding to: ${head.name}`);
      merged = [head.id];
      result = { ...result, tree: treeOf(request, head.id) };
      continue;
    }
    isForward = false;
    notes.push(`Trying simple merge with ${head.name}`);
    const { objects, write, algorithm, style } = request;
    result = yield* simpleMerge({
      objects, write, algorithm, style,
      bases: bases.map((id) => treeOf(request, id)),
      ours: result.tree,
      theirs: treeOf(request, head.id),
      labels: { ours: 'HEAD', theirs: head.name },
    });
    if (result.notes.length > 0) notes.push('Simple merge did not work, trying automatic merge.');
    for (const note of result.notes) notes.push(note);
    merged.push(head.id);
  }
  return { ...result, notes, kind: 'merged' };
}

/** The tree of a commit. @throws {GovcError} object-missing, object-type-mismatch */
export function treeOf({ objects, algorithm }: MergeStore, id: ObjectId): ObjectId {
  const object = objects.find(id);
  if (object === undefined) throw new GovcError('object-missing', `The commit ${id} is missing from the repository.`, { id });
  if (object.type !== 'commit') {
    throw new GovcError('object-type-mismatch', `The object ${id} is a ${object.type}, not a commit.`, { id, expected: 'commit', actual: object.type });
  }
  return scanCommit(object.body, algorithm).tree;
}
