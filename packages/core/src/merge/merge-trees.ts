import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import { applyRenames } from './apply-renames.js';
import { collectEntries } from './collect-entries.js';
import { findRenames, rememberRenames } from './find-renames.js';
import { BASE, OURS, THEIRS, type MergeEntry, type Version } from './merge-entry.js';
import { byteTextFromText, compareByteText, textFromByteText, type MergeMessage, type MergeMessageKind } from './merge-message.js';
import type { MergeLabels, MergeOptions } from './merge-options.js';
import { MergeState, type MergeStore } from './merge-state.js';
import { conflictStages, resolveEntries } from './resolve-entries.js';
import { shiftTree } from './shift-tree.js';

/** Three trees to be merged. */
export interface MergeTreesRequest extends MergeStore {
  readonly base: ObjectId;
  readonly ours: ObjectId;
  readonly theirs: ObjectId;
  readonly options: MergeOptions;
  /**
   * How many merges between merge bases this one is inside of: then conflicts are written with longer markers, undecided
   * files are those of the base, and nothing is told. Default: 0.
   */
  readonly depth?: number | undefined;
}

/** A mode with the object that stands there. */
export interface MergeStage {
  readonly mode: number;
  readonly id: ObjectId;
}

/** A path that the merge leaves to someone to decide. */
export interface MergeConflict {
  /** Lossless text. It may be one that stands in none of the trees: `<path>~<label>`. */
  readonly path: string;
  /** What the index holds in stages 1, 2 and 3. */
  readonly stages: {
    readonly base: MergeStage | undefined;
    readonly ours: MergeStage | undefined;
    readonly theirs: MergeStage | undefined;
  };
  /** Of the first message about the path; `undefined` where only a message about another path tells of it. */
  readonly kind: MergeMessageKind | undefined;
  /** What the tree of the result holds at the path: with conflict markers where lines could not be merged. */
  readonly result: MergeStage | undefined;
}

/** What came of a merge. */
export interface MergeTreesResult {
  /** The merged tree; conflicted files stand in it with conflict markers. */
  readonly tree: ObjectId;
  readonly isClean: boolean;
  /** Ordered by the bytes of the path. May be empty where the merge is not clean: then only a message tells why. */
  readonly conflicts: readonly MergeConflict[];
  /** In the order in which `git merge-tree` lists them. */
  readonly messages: readonly MergeMessage[];
  /** Submodules that someone has to merge. Lossless text. */
  readonly conflictedSubmodules: readonly string[];
  /** The `renameLimit` with which no rename would have been passed over; `undefined` where none was. */
  readonly renameLimitNeeded: number | undefined;
}

/**
 * Merges two trees that were made from a third: `git merge-tree --write-tree` with one merge base, by the rules of Git's
 * strategy "ort". The trees of the result, and blobs that were merged, are written; nothing else happens.
 *
 * O(paths in folders that both sides changed) for trees, and rename detection as the options have it.
 *
 * @throws {GovcError} object-missing, object-type-mismatch, object-corrupt
 */
export function* mergeTrees(request: MergeTreesRequest): Job<MergeTreesResult> {
  const { options, depth = 0 } = request;
  const state = new MergeState({ store: request, options, labels: byteTextLabels(options.labels), depth });
  const shifted = (tree: ObjectId): ObjectId => options.subtreeShift === undefined
    ? tree
    : shiftTree(request, { toward: request.ours, tree, prefix: options.subtreeShift });
  const trees: [ObjectId, ObjectId, ObjectId] = [shifted(request.base), request.ours, shifted(request.theirs)];

  const { isWorthRestart } = yield* collectEntries(state, trees);
  const found = yield* findRenames(state);
  if (isWorthRestart && found.isDetected && state.renameLimitNeeded === 0) {
    rememberRenames(state);
    state.restart();
    yield* collectEntries(state, trees);
    yield* findRenames(state);
  }
  applyRenames(state);
  const tree = yield* resolveEntries(state);
  return {
    tree,
    isClean: state.isClean && state.conflicted.size === 0,
    conflicts: listConflicts(state),
    messages: state.messages.finish(),
    conflictedSubmodules: state.conflictedSubmodules,
    renameLimitNeeded: state.renameLimitNeeded === 0 ? undefined : state.renameLimitNeeded,
  };
}

function byteTextLabels({ ancestor, branch1, branch2 }: MergeLabels): MergeLabels {
  return { ancestor: byteTextFromText(ancestor), branch1: byteTextFromText(branch1), branch2: byteTextFromText(branch2) };
}

function listConflicts(state: MergeState): MergeConflict[] {
  return [...state.conflicted.keys()].sort(compareByteText).map((path) => {
    const entry = state.conflicted.get(path)!;
    const stages = conflictStages(entry);
    return {
      path: textFromByteText(path),
      stages: { base: stageOf(stages[BASE]), ours: stageOf(stages[OURS]), theirs: stageOf(stages[THEIRS]) },
      kind: state.messages.findConflictKind(path),
      result: resultOf(entry),
    };
  });
}

function resultOf(entry: MergeEntry): MergeStage | undefined {
  return entry.isRemoved ? undefined : stageOf(entry.result);
}

function stageOf(version: Version | undefined): MergeStage | undefined {
  return version?.id === undefined ? undefined : { mode: version.mode, id: version.id };
}
