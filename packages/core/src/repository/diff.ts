import type { ObjectId } from '../hash/object-id.js';
import { findChanges, type ChangeOptions } from '../diff/find-changes.js';
import { findCombinedChanges } from '../diff/combined-changes.js';
import { makeDriverRule } from '../diff/diff-attributes.js';
import { isBinarySide, type DiffSource } from '../diff/diff-source.js';
import { DiffText } from '../diff/diff-text.js';
import { formatCombinedPatch } from '../diff/format-combined.js';
import { formatPatch, type PatchFormat } from '../diff/format-patch.js';
import type { HunkOptions } from '../diff/hunks.js';
import type { DiffAlgorithm, LineDiffOptions, WhitespaceOptions } from '../diff/line-diff.js';
import { parseChangeFilter } from '../diff/select-changes.js';
import { treeAttributes } from '../history/archive-entries.js';
import { AttributeRules, type AttributeSources } from '../pattern/attributes.js';
import { parsePathspec } from '../pattern/pathspec.js';
import { scanCommit } from '../object/commit.js';
import { DiffFile } from './diff-file.js';
import type { ReadContext } from './read-context.js';
import { peelToCommit, peelToTree, resolveText } from './resolve.js';
import { shortNames } from './short-name.js';

/** What is compared, and how. What is left out is as the configuration says (`diff.*`), and then as Git has it. */
export interface DiffOptions {
  /** Pathspec elements. Default: all paths. */
  readonly paths?: readonly string[] | undefined;
  /** Default: `diff.renames`, or else `renames`. */
  readonly renames?: 'off' | 'renames' | 'copies' | undefined;
  /** Whether unchanged files may be sources of copies; reads both trees whole. Default: false. */
  readonly findCopiesHarder?: boolean | undefined;
  /** How similar files of a rename or copy are at least, in percent. Default: 50. */
  readonly renameScore?: number | undefined;
  /** How many files are compared for renames; see `RenameOptions`. Default: `diff.renameLimit`, or else 1000. */
  readonly renameLimit?: number | undefined;
  /** How rewrites are found. Default: they are not. */
  readonly breakRewrites?: ChangeOptions['breakRewrites'];
  /** Default: `diff.algorithm`, or else `myers`. */
  readonly algorithm?: DiffAlgorithm | undefined;
  readonly whitespace?: WhitespaceOptions | undefined;
  /** Unchanged lines around changes. Default: `diff.context`, or else 3. */
  readonly contextLines?: number | undefined;
  /** Default: `diff.interHunkContext`, or else 0. */
  readonly interHunkLines?: number | undefined;
  /** Whether hunks show whole functions. Default: false. */
  readonly functionContext?: boolean | undefined;
  /** Whether old and new change places. Default: false. */
  readonly isReversed?: boolean | undefined;
  /** Kinds of changes, as the letters of `--diff-filter`. Default: all. */
  readonly filter?: string | undefined;
  readonly ignoreSubmodules?: 'all' | 'none' | undefined;
  /**
   * Where the attributes of files come from besides these lists: the `.gitattributes` of the new tree, or nowhere, as for Git
   * in a bare repository. Default: `new`.
   */
  readonly attributesFrom?: 'new' | 'none' | undefined;
  /** Attributes from outside of trees. Default: none. */
  readonly attributes?: Omit<AttributeSources, 'inDirectory'> | undefined;
}

/** What differs between two trees. */
export interface DiffResult {
  /** In Git's order. */
  readonly files: readonly DiffFile[];
  /** Whether similar files were not looked for because there were too many. */
  readonly renameLimitExceeded: boolean;
}

/** How a patch is written, besides what is compared. */
export interface DiffPatchOptions extends DiffOptions {
  /** Whether binary changes are in it. Default: false. */
  readonly includesBinary?: boolean | undefined;
  /** Whether ids are in full. Default: false. */
  readonly isFullIndex?: boolean | undefined;
  /** Default: `a/`, none with `diff.noprefix`. */
  readonly oldPrefix?: string | undefined;
  /** Default: `b/`, none with `diff.noprefix`. */
  readonly newPrefix?: string | undefined;
}

/** How a merge is shown: against its first parent, against each in turn, or against all, in full or just what is new. */
export type MergeDiffStyle = 'first-parent' | 'separate' | 'combined' | 'dense';

/** How a commit is shown. */
export interface CommitPatchOptions extends DiffPatchOptions {
  /** Default: `dense`, as `git show` does. */
  readonly merges?: MergeDiffStyle | undefined;
}

/** Compares two trees. @throws {GovcError} as `View.diff` */
export function diffRevisions(
  context: ReadContext, { from, to }: { readonly from: string | undefined; readonly to: string }, options: DiffOptions = {},
): DiffResult {
  const job = makeJob(context, { old: treeOf(context, from), new: treeOf(context, to) }, options);
  const found = findChanges(job.request);
  return {
    files: found.changes.map((change) => new DiffFile(change, job.source, { lines: job.lines, hunks: job.hunks })),
    renameLimitExceeded: found.limitExceeded,
  };
}

/** Two trees as a patch. @throws {GovcError} as `View.diffPatch` */
export function diffRevisionsPatch(
  context: ReadContext, { from, to }: { readonly from: string | undefined; readonly to: string }, options: DiffPatchOptions = {},
): Uint8Array {
  return patchBetween(context, { old: treeOf(context, from), new: treeOf(context, to) }, options);
}

/** What a commit changed, as a patch. @throws {GovcError} as `View.commitPatch` */
export function commitPatch(context: ReadContext, revision: string, options: CommitPatchOptions = {}): Uint8Array {
  const { snapshot } = context;
  const { objects, algorithm } = snapshot;
  const read = (id: ObjectId): ReturnType<typeof scanCommit> => scanCommit(objects.find(peelToCommit(snapshot, id))!.body, algorithm);
  const { tree, parents } = read(resolveText(context, revision, 'committish'));
  const trees = parents.map((parent) => read(parent).tree);
  const { merges = 'dense' } = options;
  if (trees.length < 2 || merges === 'first-parent') return patchBetween(context, { old: trees[0], new: tree }, options);
  if (merges === 'separate') {
    const text = new DiffText();
    for (const old of trees) text.bytes(patchBetween(context, { old, new: tree }, options));
    return text.finish();
  }
  const job = makeJob(context, { old: trees[0], new: tree }, options);
  const changes = findCombinedChanges({ ...job.request, parents: trees, tree });
  const density = merges === 'dense' ? 'dense' : 'full';
  return formatCombinedPatch(changes, job.source, { ...patchFormat(context, job, options), density });
}

function patchBetween(context: ReadContext, trees: Trees, options: DiffPatchOptions): Uint8Array {
  const job = makeJob(context, trees, options);
  return formatPatch(findChanges(job.request).changes, job.source, patchFormat(context, job, options));
}

function treeOf(context: ReadContext, revision: string | undefined): ObjectId | undefined {
  return revision === undefined ? undefined : peelToTree(context.snapshot, resolveText(context, revision, 'treeish'));
}

interface Trees {
  readonly old: ObjectId | undefined;
  readonly new: ObjectId | undefined;
}

interface DiffJob {
  readonly request: Parameters<typeof findChanges>[0];
  readonly source: DiffSource;
  readonly lines: LineDiffOptions;
  readonly hunks: HunkOptions;
}

function makeJob({ snapshot }: ReadContext, trees: Trees, options: DiffOptions): DiffJob {
  const { objects, algorithm, config } = snapshot;
  const around = options.attributes ?? {};
  const attributes = options.attributesFrom === 'none' || trees.new === undefined
    ? new AttributeRules(around)
    : treeAttributes({ objects, algorithm, tree: trees.new }, around);
  const source: DiffSource = { objects, driverOf: makeDriverRule(attributes, config) };
  const changes: ChangeOptions = {
    renames: options.renames ?? configuredRenames(config.get('diff.renames')),
    findCopiesHarder: options.findCopiesHarder,
    renameScore: options.renameScore,
    renameLimit: options.renameLimit ?? config.findInt('diff.renameLimit'),
    breakRewrites: options.breakRewrites,
    pathspec: options.paths === undefined ? undefined : parsePathspec(options.paths),
    isReversed: options.isReversed,
    ignoreSubmodules: options.ignoreSubmodules,
    filter: options.filter === undefined ? undefined : parseChangeFilter(options.filter),
  };
  return {
    request: {
      objects, algorithm, ...trees, options: changes,
      isBinary: (entry, bytes) => isBinarySide(source, entry, bytes),
    },
    source,
    lines: {
      algorithm: options.algorithm ?? configuredAlgorithm(config.get('diff.algorithm')),
      whitespace: options.whitespace,
      indentHeuristic: config.getBool('diff.indentHeuristic', true),
    },
    hunks: {
      contextLines: options.contextLines ?? config.findInt('diff.context', { min: 0 }),
      interHunkLines: options.interHunkLines ?? config.findInt('diff.interHunkContext', { min: 0 }),
      functionContext: options.functionContext,
    },
  };
}

function patchFormat({ snapshot }: ReadContext, job: DiffJob, options: DiffPatchOptions): PatchFormat {
  const { config, algorithm } = snapshot;
  const hasPrefix = !config.getBool('diff.noprefix', false);
  const oldPrefix = options.oldPrefix ?? (hasPrefix ? 'a/' : '');
  const newPrefix = options.newPrefix ?? (hasPrefix ? 'b/' : '');
  const isReversed = options.isReversed === true;
  return {
    algorithm,
    abbreviate: options.isFullIndex === true ? undefined : shortNames(snapshot),
    lines: job.lines,
    hunks: job.hunks,
    oldPrefix: isReversed ? newPrefix : oldPrefix,
    newPrefix: isReversed ? oldPrefix : newPrefix,
    includesBinary: options.includesBinary,
    quoteNonAscii: config.getBool('core.quotePath', true),
  };
}

function configuredRenames(value: string | undefined): 'off' | 'renames' | 'copies' {
  switch (value?.toLowerCase()) {
    case 'copies':
    case 'copy':
      return 'copies';
    case 'false':
    case 'no':
    case 'off':
    case '0':
      return 'off';
    default:
      return 'renames';
  }
}

const ALGORITHMS: readonly string[] = ['myers', 'minimal', 'patience', 'histogram'] satisfies DiffAlgorithm[];

function configuredAlgorithm(value: string | undefined): DiffAlgorithm | undefined {
  const name = value?.toLowerCase();
  return name !== undefined && ALGORITHMS.includes(name) ? (name as DiffAlgorithm) : undefined;
}
