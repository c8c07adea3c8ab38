/**
 * The third step of a merge: brings what belongs to one file together at one path. The stages of the old path go to the
 * new one; renames that contradict each other, or an addition or deletion, become conflicts.
 */
import { knownRenames } from './find-renames.js';
import { findFolderRenames, FolderRenameApplier } from './folder-renames.js';
import { mergeContent } from './merge-content.js';
import { ABSENT, BASE, otherSide, OURS, sameVersion, THEIRS, type MergeEntry } from './merge-entry.js';
import { isFileMode } from '../object/tree.js';
import { compareByteText } from './merge-message.js';
import type { MergeState, RenamePair } from './merge-state.js';

/** Applies the renames of both sides to `state.paths`. */
export function applyRenames(state: MergeState): void {
  if (state.options.renames === false || !hasPossibleRenames(state)) return;
  const combined = collectRenames(state);
  for (let i = 0; i < combined.length; i++) {
    const pair = combined[i]!;
    const oldEntry = state.paths.get(pair.sourcePath);
    // Taken over by a directory rename, or unchanged on the other side: nothing to bring together.
    if (oldEntry === undefined || oldEntry.isClean) continue;
    const next = combined[i + 1];
    if (next?.sourcePath === pair.sourcePath) {
      applyDoubleRename(state, pair, next);
      i++;
      continue;
    }
    const newEntry = state.paths.get(pair.targetPath);
    if (newEntry !== undefined && !newEntry.isClean) applyRename(state, pair, { oldEntry, newEntry });
  }
}

function hasPossibleRenames(state: MergeState): boolean {
  return ([OURS, THEIRS] as const).some((index) => {
    const { pairs, relevantSources, knownPairs } = state.side(index);
    return (pairs.length > 0 && relevantSources.size > 0) || knownPairs.size > 0;
  });
}

/** The renames of both sides by source, after directory renames. */
function collectRenames(state: MergeState): RenamePair[] {
  for (const index of [OURS, THEIRS] as const) {
    const side = state.side(index);
    for (const pair of knownRenames(side, index)) side.pairs.push(pair);
  }
  if (state.depth === 0 && state.options.directoryRenames !== 'false') findFolderRenames(state);
  const applier = new FolderRenameApplier(state);
  const combined: RenamePair[] = [];
  for (const index of [OURS, THEIRS] as const) {
    for (const pair of state.side(index).pairs) {
      if (pair.status === 'deleted') continue;
      const isMoved = applier.apply(pair);
      if (pair.status === 'renamed' || isMoved) combined.push(pair);
    }
  }
  return combined.sort((left, right) => compareByteText(left.sourcePath, right.sourcePath));
}

/** Both sides renamed one file. */
function applyDoubleRename(state: MergeState, ours: RenamePair, theirs: RenamePair): void {
  const base = state.paths.get(ours.sourcePath);
  const oursEntry = state.paths.get(ours.targetPath);
  const theirsEntry = state.paths.get(theirs.targetPath);
  if (base === undefined || oursEntry === undefined || theirsEntry === undefined) return;
  if (oursEntry === theirsEntry) {
    oursEntry.stages[BASE] = base.stages[BASE];
    oursEntry.fileMask |= 1;
    base.markRemoved();
    return;
  }
  const { version, isClean } = mergeContent(state, {
    path: ours.sourcePath,
    stages: [base.stages[BASE], oursEntry.stages[OURS], theirsEntry.stages[THEIRS]],
    names: [ours.sourcePath, ours.targetPath, theirs.targetPath],
    extraMarkerSize: 1 + 2 * state.depth,
  });
  // What cannot be merged, such as a binary file, is ours: then each path has the content of its side.
  const isOurs = !isClean && sameVersion(version, oursEntry.stages[OURS]);
  oursEntry.stages[OURS] = version;
  if (!isOurs) theirsEntry.stages[THEIRS] = version;
  oursEntry.isPathConflict = true;
  theirsEntry.isPathConflict = true;
  base.isPathConflict = true;
  const { branch1, branch2 } = state.labels;
  state.say('CONFLICT (rename/rename)', [ours.sourcePath, ours.targetPath, theirs.targetPath],
    `CONFLICT (rename/rename): ${ours.sourcePath} renamed to ${ours.targetPath} in ${branch1} and to ${theirs.targetPath} in ${branch2}.`);
}

/** One side renamed a file that the other side left at its path, deleted, or replaced. */
function applyRename(state: MergeState, pair: RenamePair, entries: { readonly oldEntry: MergeEntry; readonly newEntry: MergeEntry }): void {
  const { oldEntry, newEntry } = entries;
  const { sourcePath, targetPath, side } = pair;
  const other = otherSide(side);
  const isDeleted = oldEntry.fileMask === 1;
  const isTypeChanged = !isDeleted && isFileMode(oldEntry.stages[other].mode) !== isFileMode(newEntry.stages[side].mode);
  // A file of another type in the way is most likely a rename by the other side too, which put something else at the old path.
  const isTaken = (newEntry.fileMask & (1 << other)) !== 0 && !isTypeChanged;
  const sayDeleted = (): void => {
    newEntry.isPathConflict = true;
    state.say('CONFLICT (rename/delete)', [targetPath, sourcePath],
      `CONFLICT (rename/delete): ${sourcePath} renamed to ${targetPath} in ${state.labelOf(side)}, but deleted in ${state.labelOf(other)}.`);
  };
  if (isTaken && !isDeleted) {
    mergeIntoTaken(state, pair, entries);
  } else if (isTaken) {
    sayDeleted();
  } else {
    newEntry.stages[BASE] = oldEntry.stages[BASE];
    newEntry.fileMask |= 1;
    newEntry.names[BASE] = sourcePath;
    if (isTypeChanged) {
      oldEntry.stages[BASE] = ABSENT;
      oldEntry.fileMask &= 6;
    } else if (isDeleted) {
      sayDeleted();
    } else {
      newEntry.stages[other] = oldEntry.stages[other];
      newEntry.fileMask |= 1 << other;
      newEntry.names[other] = sourcePath;
    }
  }
  if (!isTypeChanged) oldEntry.markRemoved();
}

/** The other side has another file at the new path: the renamed one is merged first, and then meets it as an addition. */
function mergeIntoTaken(state: MergeState, pair: RenamePair, entries: { readonly oldEntry: MergeEntry; readonly newEntry: MergeEntry }): void {
  const { oldEntry, newEntry } = entries;
  const { sourcePath, targetPath, side } = pair;
  const isOurs = side === OURS;
  const { version, isClean } = mergeContent(state, {
    path: sourcePath,
    stages: [
      oldEntry.stages[BASE],
      (isOurs ? newEntry : oldEntry).stages[OURS],
      (isOurs ? oldEntry : newEntry).stages[THEIRS],
    ],
    names: [sourcePath, isOurs ? targetPath : sourcePath, isOurs ? sourcePath : targetPath],
    extraMarkerSize: 1 + 2 * state.depth,
  });
  newEntry.stages[side] = version;
  if (isClean) return;
  state.say('CONFLICT (rename involved in collision)', [targetPath, sourcePath],
    `CONFLICT (rename involved in collision): rename of ${sourcePath} -> ${targetPath} has content conflicts AND collides with another path; this may result in nested conflict markers.`);
}
