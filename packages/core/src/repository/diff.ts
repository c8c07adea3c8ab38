import type { ObjectId } from '../hash/object-id.js';
import { findChanges } from '../diff/find-changes.js';
import { findCombinedChanges } from '../diff/combined-changes.js';
import { DiffText } from '../diff/diff-text.js';
import { formatCombinedPatch } from '../diff/format-combined.js';
import { formatFilePatch, formatPatch, type PatchFormat } from '../diff/format-patch.js';
import type { WordDiffStyle } from '../diff/word-diff.js';
import { scanCommit } from '../object/commit.js';
import { DiffFile } from './diff-file.js';
import { makeDiffJob, type DiffJob, type DiffOptions, type Trees } from './diff-job.js';
import { MoveSearch } from './diff-moves.js';
import type { ReadContext } from './read-context.js';
import { peelToCommit, peelToTree, resolveText } from './resolve.js';
import { shortNames } from './short-name.js';

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
  /** Shows changed words within lines (`--word-diff`). Default: whole lines. */
  readonly wordDiff?: WordDiffStyle | undefined;
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
  const job = makeDiffJob(context, { old: treeOf(context, from), new: treeOf(context, to) }, options);
  const found = findChanges(job.request);
  const moves = options.moved === undefined ? undefined : new MoveSearch(options.moved);
  const files = found.changes.map((change) => new DiffFile(change, { ...job, moves }));
  moves?.search(files);
  return { files, renameLimitExceeded: found.limitExceeded };
}

/** Two trees as a patch. @throws {GovcError} as `View.diffPatch` */
export function diffRevisionsPatch(
  context: ReadContext, { from, to }: { readonly from: string | undefined; readonly to: string }, options: DiffPatchOptions = {},
): Uint8Array {
  return patchBetween(context, { old: treeOf(context, from), new: treeOf(context, to) }, options);
}

/** The patch of each changed file, in the order of `View.diff`. Lazy. @throws {GovcError} as `View.diff` */
export function* diffRevisionsPatches(
  context: ReadContext, { from, to }: { readonly from: string | undefined; readonly to: string }, options: DiffPatchOptions = {},
): Generator<Uint8Array, void, void> {
  const job = makeDiffJob(context, { old: treeOf(context, from), new: treeOf(context, to) }, options);
  const format = patchFormat(context, job, options);
  for (const change of findChanges(job.request).changes) yield formatFilePatch(change, job.source, format);
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
  const job = makeDiffJob(context, { old: trees[0], new: tree }, options);
  const changes = findCombinedChanges({ ...job.request, parents: trees, tree });
  const density = merges === 'dense' ? 'dense' : 'full';
  return formatCombinedPatch(changes, job.source, { ...patchFormat(context, job, options), density });
}

function patchBetween(context: ReadContext, trees: Trees, options: DiffPatchOptions): Uint8Array {
  const job = makeDiffJob(context, trees, options);
  return formatPatch(findChanges(job.request).changes, job.source, patchFormat(context, job, options));
}

function treeOf(context: ReadContext, revision: string | undefined): ObjectId | undefined {
  return revision === undefined ? undefined : peelToTree(context.snapshot, resolveText(context, revision, 'treeish'));
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
    prefixLength: options.prefix?.length,
    words: options.wordDiff === undefined ? undefined : { ...job.words, style: options.wordDiff },
    quoteNonAscii: config.getBool('core.quotePath', true),
  };
}
