/**
 * The last step of a merge: decides every path that is left, folders after what is in them, and writes the trees of the
 * result.
 *
 * Going backwards through the paths, each as if it ended with a slash, meets what is in a folder before the folder, so
 * that it is known whether a folder stays before the file that wants its place is looked at.
 */
import { bytesFromLatin1 } from '../bytes/text.js';
import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import { isFileMode, MODE_GITLINK, MODE_TREE, serializeTree } from '../object/tree.js';
import { equalBytes } from '../bytes/compare.js';
import { mergeContent, readBlob } from './merge-content.js';
import { ABSENT, BASE, nameOf, otherSide, OURS, THEIRS, typeOfMode, type MergeEntry, type SideIndex, type TreeIndex, type Version } from './merge-entry.js';
import { compareByteText, textFromByteText } from './merge-message.js';
import type { MergeState } from './merge-state.js';

/** Decides all paths of `state`, fills `state.conflicted`, and gives the tree of the result. */
export function* resolveEntries(state: MergeState): Job<ObjectId> {
  const resolver = new Resolver(state);
  const total = state.paths.size;
  let done = 0;
  for (const { path, entry } of backwards(state.paths)) {
    resolver.resolve(path, entry);
    if (++done % 256 === 0) yield { phase: 'Merging', done, total };
  }
  return resolver.finish();
}

interface Step {
  readonly path: string;
  readonly entry: MergeEntry;
  /** The name as if it ended with a slash. */
  readonly key: string;
  isOpen: boolean;
}

/** The paths backwards. They are ordered folder by folder, because deep paths have much in common that need not be compared. */
function* backwards(paths: ReadonlyMap<string, MergeEntry>): Generator<Step, void, void> {
  const folders = new Map<string, Step[]>();
  for (const [path, entry] of paths) {
    const step = { path, entry, key: `${nameOf(path)}/`, isOpen: false };
    const siblings = folders.get(entry.directory);
    if (siblings === undefined) folders.set(entry.directory, [step]);
    else siblings.push(step);
  }
  const stack: Step[] = [];
  const open = (folder: string): void => {
    const steps = folders.get(folder) ?? [];
    steps.sort((left, right) => compareByteText(left.key, right.key));
    for (const step of steps) stack.push(step);
  };
  open('');
  for (let step = stack.at(-1); step !== undefined; step = stack.at(-1)) {
    if (!step.isOpen && folders.has(step.path)) {
      step.isOpen = true;
      open(step.path);
      continue;
    }
    stack.pop();
    yield step;
  }
}

/** A name and what stands there. The key orders as trees do. */
interface Placed {
  readonly key: string;
  readonly version: Version;
}

class Resolver {
  readonly #state: MergeState;
  /** What is decided of folders that are not complete. */
  readonly #folders = new Map<string, Placed[]>();

  constructor(state: MergeState) {
    this.#state = state;
  }

  resolve(path: string, entry: MergeEntry): void {
    const placed = this.#folders.get(path);
    if (placed !== undefined) {
      this.#folders.delete(path);
      entry.isRemoved = placed.length === 0;
      if (placed.length > 0) entry.result = { mode: MODE_TREE, id: this.#writeTree(placed) };
    }
    if (entry.isClean) this.#place(path, entry);
    else this.#decide(path, entry);
  }

  /** The tree of the root. */
  finish(): ObjectId {
    return this.#writeTree(this.#folders.get('') ?? []);
  }

  #writeTree(placed: Placed[]): ObjectId {
    placed.sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0));
    const body = serializeTree(placed.map(({ key, version }) => ({
      mode: version.mode,
      name: bytesFromLatin1(version.mode === MODE_TREE ? key.slice(0, -1) : key),
      id: version.id!,
    })));
    return this.#state.store.write('tree', body);
  }

  #place(path: string, { directory, isRemoved, result }: MergeEntry): void {
    let folder = this.#folders.get(directory);
    if (folder === undefined) this.#folders.set(directory, (folder = []));
    if (isRemoved || result.id === undefined) return;
    const name = nameOf(path);
    folder.push({ key: result.mode === MODE_TREE ? `${name}/` : name, version: result });
  }

  #decide(start: string, first: MergeEntry): void {
    let path = start;
    let entry = first;
    let clashSide: SideIndex | undefined;
    if (entry.folderMask !== 0) {
      this.#place(path, entry);
      if (entry.fileMask === 0) return;
    }
    if (entry.isFolderClash && entry.result.mode === 0) {
      clearFolder(entry);
    } else if (entry.isFolderClash) {
      // Deleted by the side that has no folder there: the folder may have the place.
      if (entry.fileMask === 1) {
        entry.fileMask = 0;
        return;
      }
      clashSide = (entry.folderMask & 2) === 0 ? OURS : THEIRS;
      ({ path, entry } = this.#moveAside(path, entry, clashSide));
    }
    const moved = this.#decideFile(path, entry, clashSide);
    if (!entry.isClean) this.#state.conflicted.set(moved, entry);
    this.#place(moved, entry);
  }

  /** Gives the file of a side another place than that of the folder. */
  #moveAside(path: string, entry: MergeEntry, side: SideIndex): { path: string; entry: MergeEntry } {
    const file = entry.copy();
    file.matchMask &= ~file.folderMask;
    file.folderMask = 0;
    file.dropFolderStages();
    const label = this.#state.labelOf(side);
    const free = this.#state.uniquePath(path, label);
    this.#state.paths.set(free, file);
    this.#state.say('CONFLICT (file/directory)', [free, path],
      `CONFLICT (file/directory): directory in the way of ${path} from ${label}; moving it to ${free} instead.`);
    entry.fileMask = 0;
    return { path: free, entry: file };
  }

  /** Decides a file, link or submodule and gives where it stands. */
  #decideFile(path: string, entry: MergeEntry, clashSide: SideIndex | undefined): string {
    const { fileMask, stages } = entry;
    if (entry.matchMask !== 0) takeChanged(entry);
    else if (fileMask >= 6 && typeOfMode(stages[OURS].mode) !== typeOfMode(stages[THEIRS].mode)) return this.#separateTypes(path, entry);
    else if (fileMask >= 6) this.#mergeBoth(path, entry, clashSide);
    else if (fileMask === 3 || fileMask === 5) this.#keepModified(path, entry, fileMask === 5 ? THEIRS : OURS);
    else if (fileMask === 2 || fileMask === 4) {
      entry.result = stages[fileMask === 4 ? THEIRS : OURS];
      entry.isClean = !entry.isFolderClash && !entry.isPathConflict;
    } else if (fileMask === 1) {
      entry.isRemoved = true;
      entry.result = ABSENT;
      entry.isClean = !entry.isPathConflict;
    }
    return path;
  }

  /** A file, a link, a submodule: of two kinds, one or both get another name. */
  #separateTypes(path: string, entry: MergeEntry): string {
    const state = this.#state;
    const [base, ours, theirs] = entry.stages;
    if (state.depth > 0) {
      entry.isClean = false;
      entry.result = base;
      entry.isRemoved = base.mode === 0;
      return path;
    }
    const movesOurs = isFileMode(ours.mode) || !isFileMode(theirs.mode);
    const movesTheirs = !isFileMode(ours.mode);
    const oursPath = movesOurs ? state.uniquePath(path, state.labels.branch1) : path;
    const theirsPath = movesTheirs ? state.uniquePath(path, state.labels.branch2) : path;
    const both = movesOurs && movesTheirs;
    const others = [...(movesOurs ? [oursPath] : []), ...(movesTheirs ? [theirsPath] : [])];
    state.say('CONFLICT (distinct modes)', [path, ...others],
      `CONFLICT (distinct types): ${path} had different types on each side; renamed ${both ? 'both' : 'one'} of them so each can be recorded somewhere.`);

    entry.isClean = false;
    const second = entry.copy();
    keepSide(entry, OURS);
    keepSide(second, THEIRS);
    if (movesOurs) state.paths.set(oursPath, entry);
    state.paths.set(theirsPath, second);
    if (both) state.paths.delete(path);
    state.conflicted.set(theirsPath, second);
    this.#place(theirsPath, second);
    return oursPath;
  }

  #mergeBoth(path: string, entry: MergeEntry, clashSide: SideIndex | undefined): void {
    const state = this.#state;
    const { version, isClean } = mergeContent(state, {
      path, stages: entry.stages, names: entry.names, extraMarkerSize: state.depth * 2,
    });
    entry.isClean = isClean && !entry.isFolderClash && !entry.isPathConflict;
    entry.result = version;
    entry.isRemoved = version.mode === 0;
    if (isClean && entry.isFolderClash && clashSide !== undefined) {
      entry.fileMask = 1 << clashSide;
      entry.stages[clashSide] = version;
    }
    if (isClean) return;
    const reason = typeOfMode(version.mode) === MODE_GITLINK ? 'submodule' : entry.fileMask === 6 ? 'add/add' : 'content';
    state.say('CONFLICT (contents)', [path], `CONFLICT (${reason}): Merge conflict in ${path}`);
  }

  #keepModified(path: string, entry: MergeEntry, side: SideIndex): void {
    const state = this.#state;
    const { stages } = entry;
    entry.result = stages[state.depth > 0 ? BASE : side];
    entry.isClean = false;
    if (this.#isUnchanged(path, stages[BASE], stages[side])) {
      if (entry.isPathConflict) return;
      entry.markRemoved();
      entry.isFolderClash = false;
      return;
    }
    // A file that was renamed here and deleted there was reported as that.
    if (entry.isPathConflict && stages[BASE].id === stages[side].id) return;
    const modifier = state.labelOf(side);
    const deleter = state.labelOf(otherSide(side));
    state.say('CONFLICT (modify/delete)', [path],
      `CONFLICT (modify/delete): ${path} deleted in ${deleter} and modified in ${modifier}.  Version ${modifier} of ${path} left in tree.`);
  }

  /** Whether two contents are the same once they are normalized. */
  #isUnchanged(path: string, base: Version, side: Version): boolean {
    const { normalize } = this.#state.options;
    if (normalize === undefined || base.mode !== side.mode) return false;
    if (base.id === side.id) return true;
    if (!isFileMode(base.mode)) return false;
    const textPath = textFromByteText(path);
    const contents = [base, side].map(({ id }) => normalize(textPath, readBlob(this.#state.store, id)));
    return equalBytes(contents[0]!, contents[1]!);
  }
}

/** The folder is gone: the file may have the place. */
function clearFolder(entry: MergeEntry): void {
  entry.isFolderClash = false;
  entry.isClean = false;
  entry.isRemoved = false;
  entry.matchMask &= ~entry.folderMask;
  entry.folderMask = 0;
  entry.dropFolderStages();
}

/** Of three versions two are the same: the third, or both changed alike. */
function takeChanged(entry: MergeEntry): void {
  entry.isClean = !entry.isFolderClash && !entry.isPathConflict;
  const side = entry.matchMask === 3 ? THEIRS : OURS;
  entry.result = entry.stages[side];
  if (entry.matchMask === 6) return;
  entry.isRemoved = entry.result.mode === 0;
  if (entry.isRemoved) entry.isClean = true;
}

/** Leaves one side of an entry whose sides are of different types, and the base if it is of that type. */
function keepSide(entry: MergeEntry, side: SideIndex): void {
  const kept = entry.stages[side];
  entry.result = kept;
  entry.stages[otherSide(side)] = ABSENT;
  entry.fileMask = 1 << side;
  if (typeOfMode(entry.stages[BASE].mode) === typeOfMode(kept.mode)) entry.fileMask |= 1;
  else entry.stages[BASE] = ABSENT;
}

/** The stages of an entry that stand in the index, by tree. */
export function conflictStages(entry: MergeEntry): (Version | undefined)[] {
  return [0, 1, 2].map((i) => ((entry.fileMask & (1 << i)) === 0 ? undefined : entry.stages[i as TreeIndex]));
}
