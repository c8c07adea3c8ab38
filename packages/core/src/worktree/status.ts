/** What `git status` tells, as data. */
import { detectRenames, type RenameOptions } from '../diff/renames.js';
import type { FileChange } from '../diff/tree-diff.js';
import type { ObjectId } from '../hash/object-id.js';
import type { Pathspec } from '../pattern/pathspec.js';
import { comparePaths, findStages, type IndexEntry } from '../staging/staging-index.js';
import { MODE_GITLINK } from '../object/tree.js';
import { modeOf, type FileStateContext } from './file-state.js';
import type { FilterSteps } from './filter-steps.js';
import { FileContents, indexFileChanges, treeIndexChanges } from './index-changes.js';
import type { LoadedIndex } from './index-store.js';
import { worktreeIgnores } from './path-rules.js';
import { findUntracked } from './untracked.js';
import type { WorktreeContext } from './worktree-context.js';

/** How a file stands between two places. */
export type StatusLetter = 'A' | 'C' | 'D' | 'M' | 'R' | 'T';

/** One of the three places of a path. */
export interface StatusSide {
  readonly mode: number;
  readonly id: ObjectId;
}

/** A tracked path that differs somewhere. */
export interface StatusEntry {
  readonly path: string;
  /** From the commit to the index. */
  readonly staged: StatusLetter | undefined;
  /** From the index to the file. */
  readonly unstaged: StatusLetter | undefined;
  readonly head: StatusSide | undefined;
  readonly index: StatusSide | undefined;
  /** `undefined` where there is no file. */
  readonly worktreeMode: number | undefined;
  /** Where it was renamed or copied from, and how similar the two are in percent. */
  readonly renamed: { readonly from: string; readonly score: number; readonly where: 'staged' | 'unstaged' } | undefined;
  /** What is going on in a submodule, where the path is one. */
  readonly submodule: SubmoduleState | undefined;
}

/** How a submodule differs. */
export interface SubmoduleState {
  readonly hasNewCommits: boolean;
  readonly isModified: boolean;
  readonly hasUntracked: boolean;
}

/** A path in conflict: stages 1 to 3. */
export interface UnmergedEntry {
  readonly path: string;
  readonly base: IndexEntry | undefined;
  readonly ours: IndexEntry | undefined;
  readonly theirs: IndexEntry | undefined;
  readonly worktreeMode: number | undefined;
}

/** The whole. Every list is in order of paths. */
export interface StatusResult {
  readonly entries: readonly StatusEntry[];
  readonly unmerged: readonly UnmergedEntry[];
  /** Folders end with a slash. */
  readonly untracked: readonly string[];
  readonly ignored: readonly string[];
}

/** What is looked for. */
export interface StatusOptions {
  readonly pathspec?: Pathspec | undefined;
  /** Default: `normal`. */
  readonly untracked?: 'no' | 'normal' | 'all' | undefined;
  /** Default: `no`. */
  readonly ignored?: 'no' | 'traditional' | 'matching' | undefined;
  /** Default: renames of at least 50 %. */
  readonly renames?: RenameOptions | undefined;
  /** Which changes of submodules count. Default: all. */
  readonly ignoreSubmodules?: 'all' | 'dirty' | 'untracked' | 'none' | undefined;
  /** Looks into submodules. Default: only their commit is compared. */
  readonly submoduleDirt?: ((path: string) => Pick<SubmoduleState, 'isModified' | 'hasUntracked'> | undefined) | undefined;
}

/**
 * Compares a commit, the index and the files.
 *
 * @param head the tree of the commit; `undefined` before the first one
 * @throws {GovcError} object-missing, io-failed, filter-failed
 */
export function* findStatus(
  context: WorktreeContext & FileStateContext, head: ObjectId | undefined, loaded: LoadedIndex, options: StatusOptions = {},
): FilterSteps<StatusResult> {
  const { pathspec, ignoreSubmodules } = options;
  const { index } = loaded;
  const drops = (change: FileChange): boolean => change.status === 'unmerged' || (ignoreSubmodules === 'all' && isLink(change));
  const staged = [...treeIndexChanges(context, head, index, { pathspec })].filter((change) => !drops(change));
  const contents = new FileContents();
  const found = yield* indexFileChanges(context, loaded, { pathspec, contents, ignoresSubmodules: ignoreSubmodules === 'all' });
  // A path in conflict is told as such, and not as changed besides.
  const conflicts = new Set(index.entries.filter(({ stage }) => stage !== 0).map(({ path }) => path));
  const unstaged = found.map(({ change }) => change).filter((change) => !drops(change) && !conflicts.has((change.new ?? change.old)!.path));
  const renames = options.renames ?? { renames: 'renames' };
  const match = (changes: FileChange[]): readonly FileChange[] =>
    detectRenames(changes, { objects: contents.over(context.objects), algorithm: context.algorithm, options: renames }).changes;
  const entries = new Map<string, Draft>();
  for (const change of match(staged)) collect(entries, change, 'staged');
  for (const change of match(unstaged)) collect(entries, change, 'unstaged');
  addDirtySubmodules(entries, loaded, options);
  return {
    entries: [...entries.values()].map((draft) => finish(draft, loaded)).sort((a, b) => comparePaths(a.path, b.path)),
    unmerged: findUnmerged(context, loaded, pathspec),
    ...findOthers(context, loaded, options),
  };
}

interface Draft {
  readonly path: string;
  staged?: FileChange;
  unstaged?: FileChange;
  dirt?: Pick<SubmoduleState, 'isModified' | 'hasUntracked'>;
}

function collect(entries: Map<string, Draft>, change: FileChange, where: 'staged' | 'unstaged'): void {
  const { path } = (change.new ?? change.old)!;
  const draft: Draft = entries.get(path) ?? { path };
  draft[where] = change;
  entries.set(path, draft);
}

const LETTERS: Readonly<Record<FileChange['status'], StatusLetter | undefined>> = {
  'added': 'A', 'copied': 'C', 'deleted': 'D', 'modified': 'M', 'renamed': 'R', 'type-changed': 'T', 'unmerged': undefined,
};

function finish({ path, staged, unstaged, dirt }: Draft, { index }: LoadedIndex): StatusEntry {
  const entry = findStages(index, path)[0];
  const own = entry === undefined || entry.intentToAdd ? undefined : { mode: entry.mode, id: entry.id };
  const renamedBy = [staged, unstaged].find((change) => change?.status === 'renamed' || change?.status === 'copied');
  const head = staged === undefined ? own : staged.old;
  const isSubmodule = [head?.mode, own?.mode, unstaged?.new?.mode].includes(MODE_GITLINK);
  return {
    path,
    staged: staged === undefined ? undefined : LETTERS[staged.status],
    unstaged: unstaged === undefined ? (dirt === undefined ? undefined : 'M') : LETTERS[unstaged.status],
    head: head === undefined ? undefined : { mode: head.mode, id: head.id },
    index: unstaged?.status === 'renamed' || unstaged?.status === 'copied' ? sideOf(unstaged.old) : own,
    worktreeMode: unstaged === undefined ? entry?.mode : unstaged.new?.mode,
    renamed: renamedBy === undefined
      ? undefined
      : { from: renamedBy.old!.path, score: renamedBy.score ?? 0, where: renamedBy === staged ? 'staged' : 'unstaged' },
    submodule: !isSubmodule ? undefined : {
      hasNewCommits: unstaged?.new?.mode === MODE_GITLINK && unstaged.new.id !== unstaged.old?.id,
      isModified: dirt?.isModified ?? false,
      hasUntracked: dirt?.hasUntracked ?? false,
    },
  };
}

function sideOf(entry: FileChange['old']): StatusSide | undefined {
  return entry === undefined ? undefined : { mode: entry.mode, id: entry.id };
}

function addDirtySubmodules(entries: Map<string, Draft>, { index }: LoadedIndex, options: StatusOptions): void {
  const { submoduleDirt, ignoreSubmodules = 'none', pathspec } = options;
  if (submoduleDirt === undefined || ignoreSubmodules === 'all' || ignoreSubmodules === 'dirty') return;
  for (const { path, mode, stage } of index.entries) {
    if (mode !== MODE_GITLINK || stage !== 0 || pathspec?.matches(path) === false) continue;
    const dirt = submoduleDirt(path);
    if (dirt === undefined) continue;
    const counted = { isModified: dirt.isModified, hasUntracked: dirt.hasUntracked && ignoreSubmodules !== 'untracked' };
    if (!counted.isModified && !counted.hasUntracked) continue;
    const draft: Draft = entries.get(path) ?? { path };
    draft.dirt = counted;
    entries.set(path, draft);
  }
}

function findUnmerged(context: FileStateContext, { index }: LoadedIndex, pathspec: Pathspec | undefined): UnmergedEntry[] {
  const unmerged: UnmergedEntry[] = [];
  for (let at = 0; at < index.entries.length; at++) {
    const { path, stage } = index.entries[at]!;
    if (stage === 0 || unmerged.at(-1)?.path === path || pathspec?.matches(path) === false) continue;
    const stages = findStages(index, path);
    const side = (wanted: number): IndexEntry | undefined => stages.find((entry) => entry.stage === wanted);
    const info = context.files.find(path);
    const worktreeMode = info === undefined ? undefined : modeOf(info, context.traits, stages[0]);
    unmerged.push({ path, base: side(1), ours: side(2), theirs: side(3), worktreeMode });
  }
  return unmerged;
}

function findOthers(context: WorktreeContext, { index }: LoadedIndex, options: StatusOptions): Pick<StatusResult, 'untracked' | 'ignored'> {
  const { untracked = 'normal', ignored = 'no', pathspec } = options;
  if (untracked === 'no') return { untracked: [], ignored: [] };
  return findUntracked(context.files, index, {
    ignores: worktreeIgnores(context, index),
    pathspec,
    collapse: untracked === 'all' ? 'files' : 'folders',
    ignored: ignored === 'no' ? 'none' : ignored === 'matching' ? 'matching' : 'all',
  });
}

function isLink({ old, new: new_ }: FileChange): boolean {
  return (old === undefined || old.mode === MODE_GITLINK) && (new_ === undefined || new_.mode === MODE_GITLINK);
}
