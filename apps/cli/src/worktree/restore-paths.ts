/** Bringing single paths back from the index or from a tree: `git checkout -- <paths>` and `git restore`. */
import type { ObjectId } from '@govc/core';
import {
  fileTraits, findStages, IndexEditor, indexEntry, isSame, compareStat, mergeFile, removeTracked, treeFiles, writeEntries, writeEntry,
  type IndexEntry, type Pathspec, type StagingIndex,
} from '@govc/core/plumbing';

import { Failure } from '../failure.js';
import { writeText } from '../print/output.js';
import type { OpenWorktree } from './open-worktree.js';

/** What is brought back. */
export interface RestoreRequest {
  readonly paths: readonly string[];
  readonly pathspec: Pathspec;
  /** `undefined`: the index. */
  readonly tree: ObjectId | undefined;
  readonly toIndex: boolean;
  readonly toWorktree: boolean;
  /** Paths that the tree lacks are removed. */
  readonly isOverlay: boolean;
  /** Which side of a conflict is taken: 2 ours, 3 theirs; `merge` makes the conflict again. */
  readonly stage?: 2 | 3 | 'merge' | undefined;
  readonly ignoresUnmerged: boolean;
  readonly ignoresSkipWorktree: boolean;
  readonly style?: 'merge' | 'diff3' | 'zdiff3' | undefined;
}

/** Does it under the lock, which the caller holds, and writes the index. Gives how many files were written. */
export async function restorePaths(tree: OpenWorktree, request: RestoreRequest): Promise<number> {
  const { pathspec, paths, toIndex, toWorktree } = request;
  const sources = request.tree === undefined ? undefined : new Map([...treeFiles(tree, request.tree)].filter(({ path }) => pathspec.matches(path)).map((file) => [file.path, file]));
  const before = request.stage === 'merge' ? unmergeResolved(tree, request) : tree.index;
  const known = before.entries.filter(({ path }) => pathspec.matches(path));
  const names = new Set([...known.map(({ path }) => path), ...(sources?.keys() ?? [])]);
  const missing = paths.filter((_, i) => {
    const candidates = sources === undefined || !request.isOverlay ? [...names] : [...sources.keys()];
    return ![...candidates].some((path) => pathspec.matchesElement(i, path));
  });
  if (missing.length > 0) throw new Failure(missing.map((text) => `error: pathspec '${text}' did not match any file(s) known to git\n`).join(''), 1);
  const editor = new IndexEditor(before);
  const writes: IndexEntry[] = [];
  const removals: string[] = [];
  const merges: string[] = [];
  let errors = '';
  for (const path of [...names].sort()) {
    const stages = findStages(before, path);
    const current = stages.find(({ stage }) => stage === 0);
    if (sources !== undefined) {
      const file = sources.get(path);
      if (file === undefined) {
        if (!request.isOverlay) {
          if (toIndex) editor.remove(path);
          if (toWorktree) removals.push(path);
        }
        continue;
      }
      const isKept = current?.id === file.id && current.mode === file.mode;
      const placed = isKept ? current : indexEntry({ path, mode: file.mode, id: file.id });
      if (toIndex) editor.set(placed);
      if (toWorktree) writes.push(placed);
      continue;
    }
    if (current !== undefined) {
      if (current.skipWorktree && !request.ignoresSkipWorktree) continue;
      writes.push(current);
      continue;
    }
    if (request.stage === 'merge') merges.push(path);
    else if (request.stage !== undefined) {
      const side = stages.find(({ stage }) => stage === request.stage);
      if (side !== undefined) writes.push(side);
      else errors += `error: path '${path}' does not have ${request.stage === 2 ? 'our' : 'their'} version\n`;
    } else if (request.ignoresUnmerged) writeText(tree.session.io.stderr, `warning: path '${path}' is unmerged\n`);
    else errors += `error: path '${path}' is unmerged\n`;
  }
  if (errors !== '') throw new Failure(errors, 1);
  return applyRestore(tree, request, { index: editor.finish(), writes, removals, merges });
}

interface RestorePlan {
  readonly index: StagingIndex;
  readonly writes: readonly IndexEntry[];
  readonly removals: readonly string[];
  readonly merges: readonly string[];
}

async function applyRestore(tree: OpenWorktree, request: RestoreRequest, { index, writes, removals, merges }: RestorePlan): Promise<number> {
  const conversions = tree.conversionsFrom('index', index);
  const context = { files: tree.files, config: tree.config, objects: tree.objects, conversions };
  for (const path of removals) removeTracked(tree.files, path);
  const stale = writes.filter((entry) => {
    const info = tree.files.find(entry.path);
    return info === undefined || !isSame(compareStat(entry, info, tree.traits, tree.loaded.time));
  });
  const traits = fileTraits(tree.config);
  let count = 0;
  let result = index;
  if (request.toWorktree) {
    const plain = stale.filter(({ stage }) => stage === 0);
    const known = new Set(index.entries.filter(({ stage }) => stage === 0).map(({ path, id, mode }) => `${path}\0${id}\0${mode}`));
    result = await tree.drive(writeEntries(context, index, plain.filter(({ path, id, mode }) => known.has(`${path}\0${id}\0${mode}`))));
    for (const entry of stale) {
      if (entry.stage === 0 && known.has(`${entry.path}\0${entry.id}\0${entry.mode}`)) continue;
      await tree.drive(writeEntry(context, entry, traits));
    }
    count = stale.length + removals.length;
    for (const path of merges) {
      mergeAgain(tree, path, request);
      count++;
    }
  }
  await tree.save(result);
  return count;
}

/** Conflicts that were resolved come back. */
function unmergeResolved(tree: OpenWorktree, { pathspec }: RestoreRequest): StagingIndex {
  const editor = new IndexEditor(tree.index);
  for (const { path, sides } of tree.index.resolveUndo ?? []) {
    if (!pathspec.matches(path)) continue;
    editor.remove(path);
    sides.forEach((side, i) => {
      if (side !== undefined) editor.set(indexEntry({ path, mode: side.mode, id: side.id, stage: (i + 1) as 1 | 2 | 3 }));
    });
  }
  return editor.finish();
}

function mergeAgain(tree: OpenWorktree, path: string, { style }: RestoreRequest): void {
  const stages = findStages(tree.index, path);
  const body = (wanted: number): Uint8Array | undefined => {
    const entry = stages.find(({ stage }) => stage === wanted);
    return entry === undefined ? undefined : tree.objects.find(entry.id)?.body;
  };
  const [base, ours, theirs] = [body(1), body(2), body(3)];
  if (ours === undefined || theirs === undefined) throw new Failure(`error: path '${path}' does not have all necessary versions\n`, 1);
  const configured = tree.config.get('merge.conflictstyle');
  const { content } = mergeFile(base ?? new Uint8Array(0), ours, theirs, {
    style: style ?? (configured === 'diff3' || configured === 'zdiff3' ? configured : 'merge'), labels: { base: 'base', ours: 'ours', theirs: 'theirs' },
  });
  tree.files.write(path, content, { isExecutable: stages.find(({ stage }) => stage === 2)?.mode === 0o100755 });
}
