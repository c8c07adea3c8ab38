/**
 * Directory renames: where one side moved a folder, files that the other side put into it follow.
 *
 * A folder was renamed when it is gone on a side and most of its files that were renamed went to one other folder.
 */
import { parseTree } from '../object/tree.js';
import { MODE_TREE } from '../object/tree.js';
import { latin1FromBytes } from '../bytes/text.js';
import { readTreeBody } from './tree-rows.js';
import { ABSENT, directoryOf, MergeEntry, otherSide, OURS, THEIRS, type SideIndex } from './merge-entry.js';
import { compareByteText } from './merge-message.js';
import type { MergeState, RenamePair } from './merge-state.js';

/** Concludes from the renames of files of both sides which folders were renamed. */
export function findFolderRenames(state: MergeState): void {
  for (const index of [OURS, THEIRS] as const) {
    const side = state.side(index);
    for (const [folder, counts] of side.folderCounts) {
      let most = 0;
      let isTied = false;
      let best = '';
      for (const [target, count] of counts) {
        if (count === most) isTied = true;
        if (count <= most) continue;
        most = count;
        isTied = false;
        best = target;
      }
      if (most === 0) continue;
      if (!isTied) {
        side.folderRenames.set(folder, best);
        continue;
      }
      state.isClean = false;
      state.say('CONFLICT(directory rename unclear split)', [folder],
        `CONFLICT (directory rename split): Unclear where to rename ${folder} to; it was renamed to multiple other directories, with no destination getting a majority of the files.`);
    }
  }
  // A folder that both renamed stays where each put it.
  const ours = state.side(OURS).folderRenames;
  const theirs = state.side(THEIRS).folderRenames;
  for (const folder of [...ours.keys()]) {
    if (!theirs.has(folder)) continue;
    ours.delete(folder);
    theirs.delete(folder);
  }
}

/** Paths that directory renames would put at one place. */
interface Arrival {
  /** Ordered by bytes, each once. */
  readonly sources: string[];
  isReported: boolean;
}

/** Applies the directory renames of each side to what the other side added. */
export class FolderRenameApplier {
  readonly #state: MergeState;
  /** By side whose files arrive, then by path. */
  readonly #arrivals: readonly [undefined, Map<string, Arrival>, Map<string, Arrival>];

  constructor(state: MergeState) {
    this.#state = state;
    this.#arrivals = [undefined, this.#findArrivals(OURS), this.#findArrivals(THEIRS)];
  }

  /** Moves the target of a pair when its folder was renamed by the other side. */
  apply(pair: RenamePair): boolean {
    const target = this.#findTarget(pair.targetPath, pair.side);
    if (target === undefined) return false;
    this.#move(pair, target);
    return true;
  }

  #findArrivals(side: SideIndex): Map<string, Arrival> {
    const arrivals = new Map<string, Arrival>();
    const renames = this.#state.side(otherSide(side)).folderRenames;
    if (renames.size === 0) return arrivals;
    for (const { status, targetPath } of this.#state.side(side).pairs) {
      const folder = status === 'deleted' ? undefined : findRenamedFolder(renames, targetPath);
      if (folder === undefined) continue;
      const moved = movedPath(targetPath, folder, renames.get(folder)!);
      const arrival = arrivals.get(moved);
      if (arrival === undefined) arrivals.set(moved, { sources: [targetPath], isReported: false });
      else if (!arrival.sources.includes(targetPath)) arrival.sources.push(targetPath);
    }
    for (const { sources } of arrivals.values()) sources.sort(compareByteText);
    return arrivals;
  }

  /** Where a path belongs, or `undefined` where it stays. */
  #findTarget(path: string, side: SideIndex): string | undefined {
    const state = this.#state;
    const renames = state.side(otherSide(side)).folderRenames;
    if (renames.size === 0 || this.#arrivals[otherSide(side)].has(path)) return undefined;
    const folder = findRenamedFolder(renames, path);
    if (folder === undefined) return undefined;
    const newFolder = renames.get(folder)!;
    // Its new folder was renamed by the side itself: the file would be moved on from there, in two ways.
    if (state.side(side).folderRenames.has(newFolder)) {
      state.say('Directory rename skipped since directory was renamed on both sides', [folder, path, newFolder],
        `WARNING: Avoiding applying ${folder} -> ${newFolder} rename to ${path}, because ${newFolder} itself was renamed.`);
      return undefined;
    }
    const moved = movedPath(path, folder, newFolder);
    const arrival = this.#arrivals[side].get(moved);
    if (this.#isFree(moved, side, arrival)) return moved;
    state.isClean = false;
    return undefined;
  }

  #isFree(path: string, side: SideIndex, arrival: Arrival | undefined): boolean {
    if (arrival === undefined) return true;
    if (arrival.isReported) return false;
    const state = this.#state;
    const sources = arrival.sources.join(', ');
    const entry = state.paths.get(path);
    if (entry !== undefined && (entry.isClean || ((entry.fileMask | entry.folderMask) & (1 << side)) !== 0)) {
      arrival.isReported = true;
      state.say('CONFLICT (file in way of directory rename)', [path, ...arrival.sources],
        `CONFLICT (implicit dir rename): Existing file/dir at ${path} in the way of implicit directory rename(s) putting the following path(s) there: ${sources}.`);
      return false;
    }
    if (arrival.sources.length === 1) return true;
    arrival.isReported = true;
    state.say('CONFLICT(directory rename collision)', [path, ...arrival.sources],
      `CONFLICT (implicit dir rename): Cannot map more than one path to ${path}; implicit directory renames tried to put these paths there: ${sources}`);
    return false;
  }

  #move(pair: RenamePair, path: string): void {
    const state = this.#state;
    const oldPath = pair.targetPath;
    let entry = state.paths.get(oldPath)!;
    const { fileMask } = entry;
    this.#makeFolders(path, fileMask);
    if (entry.folderMask === 0) state.paths.delete(oldPath);
    else entry = leaveFolder(entry);
    entry.directory = directoryOf(path);
    const there = state.paths.get(path);
    if (there === undefined) {
      state.paths.set(path, entry);
    } else {
      const side: SideIndex = fileMask === 2 ? OURS : THEIRS;
      there.fileMask |= fileMask;
      if (there.folderMask !== 0) there.isFolderClash = true;
      there.names[side] = entry.names[side];
      there.stages[side] = entry.stages[side];
      entry = there;
    }
    if (state.options.directoryRenames !== 'true') entry.isPathConflict = true;
    this.#tell(pair, path, fileMask === 2 ? OURS : THEIRS);
    pair.targetPath = path;
  }

  /** Makes sure that the folders above a path have entries. */
  #makeFolders(path: string, fileMask: number): void {
    const { paths } = this.#state;
    for (let folder = directoryOf(path); folder !== ''; folder = directoryOf(folder)) {
      const entry = paths.get(folder);
      if (entry !== undefined) {
        this.#openTaken(folder, entry);
        return;
      }
      const made = MergeEntry.undecided(directoryOf(folder), folder, [ABSENT, ABSENT, ABSENT]);
      made.folderMask = fileMask;
      paths.set(folder, made);
    }
  }

  /** A folder that was taken whole is about to get a file more: what is in it must be known. */
  #openTaken(folder: string, entry: MergeEntry): void {
    const { paths, store } = this.#state;
    const { mode, id } = entry.result;
    if (!entry.isClean || mode !== MODE_TREE || id === undefined) return;
    for (const child of parseTree(readTreeBody(store, id), store.algorithm)) {
      const path = `${folder}/${latin1FromBytes(child.name)}`;
      if (!paths.has(path)) paths.set(path, MergeEntry.decided(folder, path, { mode: child.mode, id: child.id }));
    }
  }

  #tell(pair: RenamePair, path: string, side: SideIndex): void {
    const state = this.#state;
    const mover = state.labelOf(side);
    const renamer = state.labelOf(otherSide(side));
    const { sourcePath, targetPath: oldPath } = pair;
    const isAdded = pair.status === 'added';
    if (state.options.directoryRenames === 'true') {
      state.say('Path updated due to directory rename', [path, oldPath], isAdded
        ? `Path updated: ${oldPath} added in ${mover} inside a directory that was renamed in ${renamer}; moving it to ${path}.`
        : `Path updated: ${sourcePath} renamed to ${oldPath} in ${mover}, inside a directory that was renamed in ${renamer}; moving it to ${path}.`);
      return;
    }
    state.say('CONFLICT (directory rename suggested)', [path, oldPath], isAdded
      ? `CONFLICT (file location): ${oldPath} added in ${mover} inside a directory that was renamed in ${renamer}, suggesting it should perhaps be moved to ${path}.`
      : `CONFLICT (file location): ${sourcePath} renamed to ${oldPath} in ${mover}, inside a directory that was renamed in ${renamer}, suggesting it should perhaps be moved to ${path}.`);
  }
}

/** Takes the file out of an entry that is a folder in the base, and gives it an entry of its own. */
function leaveFolder(entry: MergeEntry): MergeEntry {
  const file = entry.copy();
  file.folderMask = 0;
  file.dropFolderStages();
  entry.fileMask = 0;
  entry.isClean = true;
  for (const index of [0, 1, 2] as const) if ((entry.folderMask & (1 << index)) === 0) entry.stages[index] = ABSENT;
  return file;
}

/** The innermost folder above a path that was renamed. */
function findRenamedFolder(renames: ReadonlyMap<string, string>, path: string): string | undefined {
  for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
    const folder = path.slice(0, slash);
    if (renames.has(folder)) return folder;
  }
  return undefined;
}

function movedPath(path: string, folder: string, newFolder: string): string {
  const below = path.slice(folder.length + 1);
  return newFolder === '' ? below : `${newFolder}/${below}`;
}
