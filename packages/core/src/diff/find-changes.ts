/** From two trees to the changes that are shown: comparing, matching renames, selecting. */
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { MODE_GITLINK } from '../object/tree.js';
import type { ObjectSource } from '../pack/object-source.js';
import type { Pathspec } from '../pattern/pathspec.js';
import type { BinaryRule } from './pair-contents.js';
import { detectRenames, type RenameOptions, type RenameResult } from './renames.js';
import { filterChanges, orderChanges, reverseChange, rotateChanges, type ChangeFilter, type Rotation } from './select-changes.js';
import { diffTrees, type FileChange } from './tree-diff.js';

/** Which changes {@link findChanges} gives. */
export interface ChangeOptions extends RenameOptions {
  /** Whether to look into directories. Default: true. */
  readonly recursive?: boolean | undefined;
  /** Whether directories are given too. Default: false. */
  readonly includeTrees?: boolean | undefined;
  /** Default: all paths. */
  readonly pathspec?: Pathspec | undefined;
  /** Whether old and new change places. Default: false. */
  readonly isReversed?: boolean | undefined;
  /** Only paths that begin so, in both trees (`--relative`). Default: all. */
  readonly prefix?: string | undefined;
  /** Whether commits of submodules are passed over: all of them, or none. Default: none. */
  readonly ignoreSubmodules?: 'all' | 'none' | undefined;
  /**
   * Decides about the changes that were found, all together, as `-S` and `-G` do. Default: all are kept.
   */
  readonly pick?: ((changes: FileChange[]) => FileChange[]) | undefined;
  /** Patterns of paths that come first; see `parseOrderFile`. Default: the order of trees. */
  readonly order?: readonly Uint8Array[] | undefined;
  readonly rotation?: Rotation | undefined;
  /** Default: all kinds of changes. */
  readonly filter?: ChangeFilter | undefined;
}

/** What {@link findChanges} works with. */
export interface ChangeRequest {
  readonly objects: ObjectSource;
  readonly algorithm: HashAlgorithm;
  /** A tree; `undefined` for an empty one. */
  readonly old: ObjectId | undefined;
  /** A tree; `undefined` for an empty one. */
  readonly new: ObjectId | undefined;
  readonly options?: ChangeOptions | undefined;
  /** Whether a file is binary, for estimating similarity. Default: when it looks so. */
  readonly isBinary?: BinaryRule | undefined;
}

/**
 * The changes between two trees as `git diff-tree` shows them: with renames where asked, selected and ordered.
 *
 * @throws {GovcError} as `diffTrees`, `detectRenames` and `rotateChanges`
 */
export function findChanges(request: ChangeRequest): RenameResult {
  const { objects, algorithm, old, new: new_, options = {} } = request;
  const { recursive, includeTrees, pathspec, isReversed = false, prefix = '', renames = 'renames' } = options;
  const includeUnmodified = renames === 'copies' && options.findCopiesHarder === true;
  const found: FileChange[] = [];
  for (const change of diffTrees(objects, algorithm, old, new_, { recursive, includeTrees, pathspec, includeUnmodified })) {
    if (options.ignoreSubmodules === 'all' && isOfSubmodule(change)) continue;
    if (prefix !== '' && !(change.new ?? change.old)!.path.startsWith(prefix)) continue;
    found.push(isReversed ? reverseChange(change) : change);
  }
  return refineChanges(found, request);
}

/**
 * Changes that were found by whatever means, as they are shown: with renames where asked, selected and ordered.
 *
 * @throws {GovcError} as `detectRenames` and `rotateChanges`
 */
export function refineChanges(found: readonly FileChange[], request: Pick<ChangeRequest, 'objects' | 'algorithm' | 'options' | 'isBinary'>): RenameResult {
  const { objects, algorithm, options = {} } = request;
  const result = detectRenames(found, { objects, algorithm, options, isBinary: request.isBinary });
  let { changes } = result;
  if (options.pick !== undefined) changes = options.pick(changes);
  if (options.order !== undefined) changes = orderChanges(changes, options.order);
  if (options.rotation !== undefined) changes = rotateChanges(changes, options.rotation);
  if (options.filter !== undefined) changes = filterChanges(changes, options.filter);
  return { ...result, changes };
}

/** Git passes over a change when every side that there is names a commit. */
function isOfSubmodule({ old, new: new_ }: FileChange): boolean {
  return (old === undefined || old.mode === MODE_GITLINK) && (new_ === undefined || new_.mode === MODE_GITLINK);
}
