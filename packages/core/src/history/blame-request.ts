import type { WhitespaceOptions } from '../diff/line-diff.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import type { ObjectSource } from '../pack/object-source.js';
import type { CommitGraph } from '../walk/commit-graph.js';

/** Lines by number, from 0; `end` is not included. */
export interface LineRange {
  readonly start: number;
  readonly end: number;
}

/** What is asked of {@link blame}. */
export interface BlameRequest {
  readonly objects: ObjectSource;
  readonly algorithm: HashAlgorithm;
  readonly graph: CommitGraph;
  /** Commits that are treated as having no parents. */
  readonly shallow: ReadonlySet<ObjectId>;
  /** The commit whose file is looked at; with `until`, where to begin. */
  readonly start: ObjectId;
  /** Lossless text. */
  readonly path: string;
  /** Text that is not committed yet, on top of `start` (`--contents`). */
  readonly content?: Uint8Array | undefined;
  /** Commits beside `start` that `content` comes from, as in the middle of a merge. Default: none. */
  readonly mergeHeads?: readonly ObjectId[] | undefined;
  /** Which lines. Default: all. */
  readonly ranges?: readonly LineRange[] | undefined;
  /** Commits whose history is not looked into: their lines are at the boundary. */
  readonly exclude?: readonly ObjectId[] | undefined;
  /** Commits before this time, in seconds since 1970, are at the boundary. */
  readonly sinceSeconds?: number | undefined;
  readonly firstParent?: boolean | undefined;
  /**
   * Look forward from `start` to these commits instead, for the last commit in which each line stood (`--reverse`).
   */
  readonly until?: readonly ObjectId[] | undefined;
  /** Follow renames of the whole file. Default: `true`. */
  readonly followRenames?: boolean | undefined;
  /** Look for lines that were moved inside the file (`-M`), of more than so many letters and digits. Git's default: 20. */
  readonly moveScore?: number | undefined;
  /**
   * Look for lines that were copied from other files (`-C`) of more than so many letters and digits; Git's default is 40. It takes
   * moves in, with a `moveScore` of 20 where none is given.
   */
  readonly copyScore?: number | undefined;
  /**
   * Which files copies may come from: those the commit changed; for a commit that makes the file all files (`-C -C`); always all
   * files (`-C -C -C`). Default: `changed`.
   */
  readonly copySources?: 'changed' | 'all-for-new-files' | 'all' | undefined;
  /** Commits that are passed over where their parents have a line like it (`--ignore-rev`). */
  readonly ignoredCommits?: ReadonlySet<ObjectId> | undefined;
  readonly whitespace?: WhitespaceOptions | undefined;
  readonly minimal?: boolean | undefined;
  /** Root commits are not at the boundary. Default: `false`. */
  readonly showsRoot?: boolean | undefined;
}

/** Lines next to each other that come from lines next to each other in one file of one commit. */
export interface BlameRange {
  /** The first line in the text, from 0. */
  readonly line: number;
  readonly count: number;
  /** The commit that brought the lines; `undefined`: they are not committed. */
  readonly commit: ObjectId | undefined;
  /** What the file was called in that commit, and where the lines were in it. */
  readonly originPath: string;
  readonly originLine: number;
  /** The commit is where the search ended, so the lines may be older. */
  readonly isBoundary: boolean;
  /** A commit to ignore had changed the lines; the one named is the likely one before. */
  readonly isIgnored: boolean;
  /** The commit is one to ignore, but nothing before it is like the lines. */
  readonly isUnblamable: boolean;
  /** The file one step before the commit, where there was one. */
  readonly previous: { readonly commit: ObjectId; readonly path: string } | undefined;
}

/** Who wrote what. */
export interface BlameResult {
  /** The text; shared bytes. */
  readonly content: Uint8Array;
  /** In the order of lines. */
  readonly ranges: readonly BlameRange[];
}
