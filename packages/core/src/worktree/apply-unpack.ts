/** Carrying out a plan: files that go, then files that come. */
import { GovcError } from '../errors.js';
import { losslessTextFromBytes } from '../bytes/lossless-text.js';
import { MODE_EXECUTABLE, MODE_GITLINK, MODE_SYMLINK } from '../object/tree.js';
import { checkTreePath } from '../pattern/safe-path.js';
import { searchIndex, type IndexEntry, type StagingIndex } from '../staging/staging-index.js';
import type { Conversions } from './convert.js';
import { fileTraits, type FileTraits } from './file-state.js';
import { folderOf, removeAll, removeEmptyFolders, type Files } from './files.js';
import type { FilterSteps } from './filter-steps.js';
import type { WorktreeContext } from './worktree-context.js';
import type { UnpackPlan } from './unpack.js';
import { isRepositoryFolder } from './untracked.js';

/** What writing files works with. */
export interface CheckoutContext extends Pick<WorktreeContext, 'files' | 'objects' | 'config'> {
  readonly conversions: Conversions;
}

/**
 * Carries out a plan and gives its index with the numbers of the files that were written. First everything is removed, so that
 * files make room for folders and folders for files; a crash in between loses nothing that objects do not hold.
 *
 * @throws {GovcError} io-failed, object-missing, filter-failed
 */
export function* applyUnpack(context: CheckoutContext, plan: UnpackPlan): FilterSteps<StagingIndex> {
  for (let i = plan.removals.length - 1; i >= 0; i--) removeTracked(context.files, plan.removals[i]!);
  return yield* writeEntries(context, plan.index, plan.writes);
}

/** Removes a tracked file, or a submodule that nobody has looked into, with folders that become empty. */
export function removeTracked(files: Files, path: string): void {
  const info = files.find(path);
  if (info === undefined) return;
  if (info.kind === 'directory') {
    if (!files.removeDirectory(path)) return;
  } else {
    files.remove(path);
  }
  removeEmptyFolders(files, path);
}

/** Writes the files of entries and gives the index with their numbers. */
export function* writeEntries(context: CheckoutContext, index: StagingIndex, writes: readonly IndexEntry[]): FilterSteps<StagingIndex> {
  if (writes.length === 0) return index;
  const traits = fileTraits(context.config);
  const entries = index.entries.slice();
  for (const entry of writes) {
    yield* writeEntry(context, entry, traits);
    const info = context.files.find(entry.path);
    const position = searchIndex(entries, entry.path, entry.stage);
    if (info !== undefined && position >= 0 && entry.mode !== MODE_GITLINK) entries[position] = { ...entries[position]!, stat: info.stat };
  }
  return { ...index, entries };
}

/** Writes one file, in the place of whatever stands there. */
export function* writeEntry(context: CheckoutContext, entry: IndexEntry, traits: FileTraits, target = entry.path): FilterSteps<void> {
  // The last gate before the disk, whoever made the entry.
  checkTreePath(target);
  const { files } = context;
  clearWay(files, target, entry.mode === MODE_GITLINK);
  if (entry.mode === MODE_GITLINK) {
    files.makeDirectory(target);
    return;
  }
  const body = context.objects.find(entry.id)?.body;
  if (body === undefined) throw new GovcError('object-missing', `The blob ${entry.id} of "${entry.path}" is missing.`, { id: entry.id });
  if (entry.mode === MODE_SYMLINK && traits.hasLinks) {
    files.link(target, losslessTextFromBytes(body));
    return;
  }
  const bytes = entry.mode === MODE_SYMLINK ? body : yield* context.conversions.toWorktree(entry.path, body, entry.id);
  files.write(target, bytes, { isExecutable: entry.mode === MODE_EXECUTABLE });
}

/** Removes files and links that stand where a folder is needed, and a folder where a file is. */
function clearWay(files: Files, path: string, isFolder: boolean): void {
  for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder)) {
    const kind = files.find(folder)?.kind;
    if (kind === undefined) continue;
    if (kind !== 'directory') files.remove(folder);
    break;
  }
  const kind = files.find(path)?.kind;
  if (kind === undefined) return;
  if (isFolder) {
    if (kind !== 'directory') files.remove(path);
  } else if (kind === 'directory' && !isRepositoryFolder(files, path)) {
    removeAll(files, path);
  }
}
