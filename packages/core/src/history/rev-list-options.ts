import type { ObjectId } from '../hash/object-id.js';
import type { Pathspec } from '../pattern/pathspec.js';
import type { TextPattern } from '../pattern/text-pattern.js';
import type { ReflogEntry } from '../ref/reflog.js';
import type { AncestryRequest } from '../walk/ancestry.js';

/** A commit at which a walk begins. */
export interface RevListStart {
  /** A commit; tags were followed. */
  readonly id: ObjectId;
  /** Whether the commit and all that it reaches are left out. Default: false. */
  readonly isExcluded?: boolean | undefined;
  /** Whether it is the left side of `a...b`. Default: false. */
  readonly isLeft?: boolean | undefined;
  /** What asks for it, such as a ref; what it reaches first has it as its `source`. Default: nothing is told. */
  readonly source?: string | undefined;
}

/** Which commits are given, and in which order: git-rev-list(1), "Commit Limiting" and "Commit Ordering". Booleans are false by default. */
export interface RevListOptions {
  /**
   * `default`: newest first by committer time; the others never give a parent before all of its children: `topo` keeps lines of history
   * together, `date` and `author-date` go by time otherwise. Only `default` gives commits before the whole range was read.
   */
  readonly order?: 'default' | 'topo' | 'date' | 'author-date' | undefined;
  readonly reverse?: boolean | undefined;
  readonly maxCount?: number | undefined;
  readonly skip?: number | undefined;
  /** Follows only first parents. */
  readonly firstParent?: boolean | undefined;
  /** Follows only first parents of what is left out. */
  readonly excludeFirstParentOnly?: boolean | undefined;
  readonly minParents?: number | undefined;
  readonly maxParents?: number | undefined;
  /** Ends lines of history at commits older than this many seconds since 1970 (`--since`, `--max-age`). */
  readonly sinceSeconds?: number | undefined;
  /** Leaves out older commits, but walks on below them (`--since-as-filter`). */
  readonly sinceFilterSeconds?: number | undefined;
  /** Leaves out commits younger than this (`--until`, `--min-age`). */
  readonly untilSeconds?: number | undefined;
  /** The author, `name <email>`, has to match one of these. */
  readonly authors?: readonly TextPattern[] | undefined;
  readonly committers?: readonly TextPattern[] | undefined;
  /** A line of the message has to match one of these. */
  readonly grep?: readonly TextPattern[] | undefined;
  /** The message of the reflog entry has to match one of these; needs `reflogs`. */
  readonly grepReflog?: readonly TextPattern[] | undefined;
  /** All patterns of `grep` have to match, each some line. */
  readonly allMatch?: boolean | undefined;
  /** None of `grep` may match. */
  readonly invertGrep?: boolean | undefined;
  readonly leftOnly?: boolean | undefined;
  readonly rightOnly?: boolean | undefined;
  /** Commits of `a...b` that make a change that the other side makes too are marked or left out. */
  readonly cherry?: 'mark' | 'pick' | undefined;
  /** Only commits between these and the tips, or on the way to them; `true`: the commits that are left out. */
  readonly ancestryPath?: true | readonly ObjectId[] | undefined;
  /** Also gives the commits at which the range ends, after all others. */
  readonly boundary?: boolean | undefined;
  /** Gives the parents, rewritten to what is given where paths limit the history; merges that tie it together are kept. */
  readonly parents?: boolean | undefined;
  /** Gives the children. */
  readonly children?: boolean | undefined;
  /** Gives only the starts, by time or as they stand. */
  readonly noWalk?: 'sorted' | 'unsorted' | undefined;
  /** Only commits that change one of these paths. */
  readonly pathspec?: Pathspec | undefined;
  /** Follows all parents of a merge, also where one is the same (`--full-history`). */
  readonly fullHistory?: boolean | undefined;
  /** Gives all commits that are walked (`--sparse`). */
  readonly sparse?: boolean | undefined;
  readonly simplifyMerges?: boolean | undefined;
  /** Only commits that `decorated` names, and those that tie them together. */
  readonly simplifyByDecoration?: boolean | undefined;
  /** Also gives merges that are the same as a later parent, but not as the first. */
  readonly showPulls?: boolean | undefined;
  /** Stops where the paths vanish. */
  readonly removeEmpty?: boolean | undefined;
}

/** What {@link RevListOptions} are asked of. */
export interface RevListRequest extends AncestryRequest {
  /** In the order in which they were given. */
  readonly starts: readonly RevListStart[];
  readonly options: RevListOptions;
  /** Commits that refs name; for `simplifyByDecoration`. */
  readonly decorated?: ReadonlySet<ObjectId> | undefined;
  /** What is equal for commits of the same change, `undefined` for merges; for `cherry`. */
  readonly patchIdOf?: ((id: ObjectId) => string | undefined) | undefined;
  /** Walks these logs instead of parents (`--walk-reflogs`). */
  readonly reflogs?: readonly ReflogWalk[] | undefined;
}

/** A reflog to be walked. */
export interface ReflogWalk {
  readonly name: string;
  /** Oldest first. */
  readonly entries: readonly ReflogEntry[];
}

/** A commit that a walk gives. */
export interface RevListEntry {
  readonly id: ObjectId;
  /** The number of the commit in the graph of the request. */
  readonly commit: number;
  /** The side of `a...b` that reaches it; `right` for every other range. */
  readonly side: 'left' | 'right';
  /** Whether it is where the range ends, not in it. */
  readonly isBoundary: boolean;
  /** Whether a commit of the other side makes the same change. */
  readonly isSame: boolean;
  /** In order; rewritten where the options say so. */
  readonly parents: readonly ObjectId[];
  /** Given with `children`. */
  readonly children: readonly ObjectId[] | undefined;
  /** The `source` of the start that reached it first (`--source`). */
  readonly source: string | undefined;
  /** The entry by which it was met; given with `reflogs`. */
  readonly reflog: { readonly name: string; readonly index: number; readonly entry: ReflogEntry } | undefined;
}
