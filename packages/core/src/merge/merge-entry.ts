import type { ObjectId } from '../hash/object-id.js';

/** What a tree records at a path. Immutable. */
export interface Version {
  /** 0 where there is nothing. */
  readonly mode: number;
  /** `undefined` where there is nothing. */
  readonly id: ObjectId | undefined;
}

/** Nothing at a path. */
export const ABSENT: Version = { mode: 0, id: undefined };

/** Indexes of the three trees wherever something is kept for each. */
export const BASE = 0;
export const OURS = 1;
export const THEIRS = 2;

/** A side of a merge: {@link OURS} or {@link THEIRS}. */
export type SideIndex = 1 | 2;

/** One of three trees. */
export type TreeIndex = 0 | 1 | 2;

/** The other side. */
export function otherSide(side: SideIndex): SideIndex {
  return side === OURS ? THEIRS : OURS;
}

/** Whether both record the same. */
export function sameVersion(left: Version, right: Version): boolean {
  return left.mode === right.mode && left.id === right.id;
}

/** The type bits of a mode. */
export function typeOfMode(mode: number): number {
  return mode & 0o170000;
}

/**
 * What a merge knows about one path. Masks have one bit for each tree: 1 the base, 2 ours, 4 theirs.
 *
 *     collected --trivial--> clean
 *     collected --renames, resolve--> clean | conflicted
 *
 * Only `result`, `isRemoved` and `directory` mean anything once it is clean.
 */
export class MergeEntry {
  /** The path of the folder it stands in; '' for the root. */
  directory: string;
  isClean: boolean;
  /** The path does not exist in the result. */
  isRemoved = false;
  /** What stands in the result; of a folder the tree once it is written. */
  result: Version = ABSENT;
  /** What each tree records; renames bring stages from other paths. */
  readonly stages: [Version, Version, Version];
  /** The path that each stage comes from. */
  readonly names: [string, string, string];
  /** In which trees it is a file, link or submodule. */
  fileMask = 0;
  /** In which trees it is a folder. */
  folderMask = 0;
  /** The trees that record the same; 0 or at least two bits. */
  matchMask = 0;
  /** It is a file in one tree and a folder in another, and the folder may stay. */
  isFolderClash = false;
  /** A conflict about where it stands and not about its content. */
  isPathConflict = false;

  private constructor(directory: string, isClean: boolean, stages: [Version, Version, Version], path: string) {
    this.directory = directory;
    this.isClean = isClean;
    this.stages = stages;
    this.names = [path, path, path];
  }

  /** A path that is decided. */
  static decided(directory: string, path: string, result: Version): MergeEntry {
    const entry = new MergeEntry(directory, true, [ABSENT, ABSENT, ABSENT], path);
    entry.result = result;
    return entry;
  }

  /** A path that is not decided yet. */
  static undecided(directory: string, path: string, stages: [Version, Version, Version]): MergeEntry {
    return new MergeEntry(directory, false, stages, path);
  }

  /** An entry with the same facts that can be changed on its own. */
  copy(): MergeEntry {
    const { stages, names } = this;
    const copied = new MergeEntry(this.directory, this.isClean, [stages[0], stages[1], stages[2]], '');
    for (let i = 0; i < 3; i++) copied.names[i as TreeIndex] = names[i as TreeIndex];
    copied.isRemoved = this.isRemoved;
    copied.result = this.result;
    copied.fileMask = this.fileMask;
    copied.folderMask = this.folderMask;
    copied.matchMask = this.matchMask;
    copied.isFolderClash = this.isFolderClash;
    copied.isPathConflict = this.isPathConflict;
    return copied;
  }

  /** Decides that the path does not exist in the result. */
  markRemoved(): void {
    this.isRemoved = true;
    this.isClean = true;
  }

  /** Forgets what trees record here that hold no file: their folders. */
  dropFolderStages(): void {
    for (let i = 0; i < 3; i++) if ((this.fileMask & (1 << i)) === 0) this.stages[i as TreeIndex] = ABSENT;
  }
}

/** The path of the folder that holds a path; '' for the root. */
export function directoryOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/** The last name of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
