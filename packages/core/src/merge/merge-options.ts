import type { LineDiffOptions } from '../diff/line-diff.js';
import type { ObjectId } from '../hash/object-id.js';
import type { AttributeRules } from '../pattern/attributes.js';
import type { ConflictStyle } from './merge-file.js';

/** The names that stand for the three trees in messages and conflict markers. Lossless text. */
export interface MergeLabels {
  readonly ancestor: string;
  readonly branch1: string;
  readonly branch2: string;
}

/** What a merge driver is given: three contents of one file. */
export interface DriverRequest {
  /** Where the result is to stand. Lossless text. */
  readonly path: string;
  readonly base: Uint8Array;
  readonly ours: Uint8Array;
  readonly theirs: Uint8Array;
  /** What conflict markers are to say. */
  readonly labels: { readonly base: string; readonly ours: string; readonly theirs: string };
  /** Characters of a conflict marker. */
  readonly markerSize: number;
}

/** What a merge driver made of them. */
export interface DriverResult {
  readonly content: Uint8Array;
  readonly isClean: boolean;
}

/** A custom driver that the attribute `merge=<name>` selects (gitattributes(5), "Defining a custom merge driver"). */
export interface MergeDriver {
  readonly merge: (request: DriverRequest) => DriverResult;
  /** The driver for merges between merge bases, `merge.<name>.recursive`; `undefined` for the same one. */
  readonly recursive: string | undefined;
}

/** The history of one submodule, as far as a merge asks for it. */
export interface SubmoduleHistory {
  has(id: ObjectId): boolean;
  isAncestor(ancestor: ObjectId, descendant: ObjectId): boolean;
  /** The merges of the submodule that contain both commits and no other such merge, each as Git shows it: `<short id> <subject>`. */
  findMerges(one: ObjectId, two: ObjectId): readonly string[];
}

/** How trees are merged. Every default is that of `git merge` without configuration. */
export interface MergeOptions {
  readonly labels: MergeLabels;
  /** `-X ours`, `-X theirs`: whose lines win where both changed the same. Default: neither. */
  readonly favor?: 'ours' | 'theirs' | undefined;
  /** `merge.conflictStyle`. Default: `merge`. */
  readonly style?: ConflictStyle | undefined;
  /** `merge.renames`. Default: `true`. */
  readonly renames?: boolean | undefined;
  /** `-X find-renames=<n>`: how similar a renamed file must be, in percent. Default: 50. */
  readonly renameScore?: number | undefined;
  /** `merge.renameLimit`. Default: 7000; 0 and less too. */
  readonly renameLimit?: number | undefined;
  /** `merge.directoryRenames`. Default: `conflict`. */
  readonly directoryRenames?: 'true' | 'conflict' | 'false' | undefined;
  /** `-X ignore-space-change` and its like. Default: none. */
  readonly whitespace?: LineDiffOptions['whitespace'];
  /** `-X diff-algorithm=<name>`. Default: `histogram`, as Git has it for this strategy. */
  readonly algorithm?: LineDiffOptions['algorithm'];
  /**
   * `merge.renormalize`: gives the content of a file as a fresh check-out and check-in would make it, under a path of
   * the result. Default: files are taken as they are.
   */
  readonly normalize?: ((path: string, content: Uint8Array) => Uint8Array) | undefined;
  /** `-X subtree=<path>`, or `''` for `-X subtree`, which guesses. Default: trees are taken as they are. */
  readonly subtreeShift?: string | undefined;
  /** Says `merge` and `conflict-marker-size` of a path. Default: nothing is set, as in a bare Git repository. */
  readonly attributes?: AttributeRules | undefined;
  /** Custom drivers by name. Default: none. */
  readonly drivers?: ReadonlyMap<string, MergeDriver> | undefined;
  /** `merge.default`: the driver where the attribute `merge` is unspecified. Default: `text`. */
  readonly defaultDriver?: string | undefined;
  /**
   * The history of the submodule at a path, whose commits are to be merged. Default: none is checked out, and each that both
   * sides changed conflicts.
   */
  readonly submodule?: ((path: string, commits: readonly ObjectId[]) => SubmoduleHistory | undefined) | undefined;
}
