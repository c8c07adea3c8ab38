/** The files that `git apply` works on, read before a patch is laid over them, and written when it fits. */
import type { ObjectId, PatchedFile, PatchResult } from '@govc/core';
import {
  bytesFromLosslessText, compareStat, findBrokenPathRule, IndexEditor, indexEntry, isModified, isSame, losslessTextFromBytes, patchedId, readAsBlob, removeEmptyFolders,
  writeEntry, type FilePatch, type Files, type IndexEntry, type PatchTarget, type PatchTargetFile, type StagingIndex,
} from '@govc/core/plumbing';

import type { OpenWorktree } from '../worktree/open-worktree.js';

/** Where a patch is applied. */
export interface PatchPlace {
  /** `undefined` outside of repositories. */
  readonly tree: OpenWorktree | undefined;
  readonly files: Files;
  /** Paths are looked up in the index, and files have to be as it has them. */
  readonly usesIndex: boolean;
  /** Files are not looked at. */
  readonly isCached: boolean;
}

const GITLINK = 0o160000;
const SYMLINK = 0o120000;

/** What was read of the files that a patch is about. */
export interface ReadFiles {
  readonly target: PatchTarget;
  /** Files that are not as the index has them. */
  readonly mismatched: readonly string[];
}

/** Reads what a patch is about. */
export async function readPatchedFiles(place: PatchPlace, patches: readonly FilePatch[]): Promise<ReadFiles> {
  const found = new Map<string, PatchTargetFile>();
  const mismatched: string[] = [];
  const { tree, usesIndex, files } = place;
  const paths = new Set(patches.flatMap(({ oldPath, newPath }) => [oldPath, newPath]).filter((path) => path !== undefined));
  const entries = new Map<string, IndexEntry>();
  if (usesIndex && tree !== undefined) for (const entry of tree.index.entries) if (entry.stage === 0) entries.set(entry.path, entry);
  const changed = new Set(patches.flatMap(({ oldPath, isNew }) => (isNew === true || oldPath === undefined ? [] : [oldPath])));
  for (const path of paths) {
    if (findBrokenPathRule(path) !== undefined) continue;
    const entry = entries.get(path);
    if (entry !== undefined) {
      found.set(path, entryFile(tree!, entry));
      if (!place.isCached && changed.has(path) && await isChanged(tree!, entry)) mismatched.push(path);
    } else if (!usesIndex || !place.isCached) {
      const file = await readFile(place, path);
      if (file !== undefined) found.set(path, file);
    }
  }
  const links = (path: string): PatchTargetFile | undefined => {
    if (usesIndex) {
      const entry = entries.get(path);
      return entry?.mode === SYMLINK ? entryFile(tree!, entry) : undefined;
    }
    return files.find(path)?.kind === 'symlink' ? { mode: SYMLINK, read: () => bytesFromLosslessText(files.readLink(path)) } : undefined;
  };
  const target: PatchTarget = {
    find: (path) => found.get(path) ?? links(path),
    below: (folder) => (usesIndex ? [...entries.keys()].filter((path) => path.startsWith(`${folder}/`)) : filesBelow(files, folder)),
  };
  return { target, mismatched };
}

function entryFile(tree: OpenWorktree, { mode, id }: IndexEntry): PatchTargetFile {
  return { mode, read: () => (mode === GITLINK ? bytesFromLosslessText(`Subproject commit ${id}\n`) : tree.objects.find(id)?.body ?? new Uint8Array(0)) };
}

async function isChanged(tree: OpenWorktree, entry: IndexEntry): Promise<boolean> {
  const info = tree.files.find(entry.path);
  if (info === undefined) return false;
  if (entry.mode === GITLINK) return info.kind !== 'directory';
  if (info.kind === 'directory') return true;
  if (isSame(compareStat(entry, info, tree.traits, tree.loaded.time))) return false;
  return tree.drive(isModified(tree, entry, info, tree.loaded.time));
}

async function readFile({ tree, files }: PatchPlace, path: string): Promise<PatchTargetFile | undefined> {
  const info = files.find(path);
  if (info === undefined || info.kind === 'other') return undefined;
  if (info.kind === 'directory') {
    const head = tree?.nestedHead(path);
    return head === undefined ? undefined : { mode: GITLINK, read: () => bytesFromLosslessText(`Subproject commit ${head}\n`) };
  }
  if (info.kind === 'symlink') return { mode: SYMLINK, read: () => bytesFromLosslessText(files.readLink(path)) };
  const content = tree === undefined ? files.read(path) : await tree.drive(readAsBlob(tree, path, info));
  return { mode: info.isExecutable ? 0o100755 : 0o100644, read: () => content };
}

function filesBelow(files: Files, folder: string): string[] {
  const found: string[] = [];
  const pending = [folder];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (files.find(next)?.kind !== 'directory') continue;
    for (const name of files.list(next) ?? []) {
      const path = `${next}/${name}`;
      if (files.find(path)?.kind === 'directory') pending.push(path);
      else found.push(path);
    }
  }
  return found;
}

/** Writes what came of a patch; the index that comes of it, which is not written. */
export async function writePatchedFiles(place: PatchPlace, { files: changes }: PatchResult, index: StagingIndex | undefined, intends: boolean): Promise<StagingIndex | undefined> {
  const { tree, files, isCached, usesIndex } = place;
  const editor = index === undefined ? undefined : new IndexEditor(index);
  for (const [path, file] of changes) {
    if (file !== undefined) continue;
    if (!isCached && files.remove(path)) removeEmptyFolders(files, path);
    if (usesIndex || intends) editor?.remove(path);
  }
  for (const [path, file] of changes) {
    if (file === undefined) continue;
    const entry = tree === undefined ? undefined : indexEntry({ path, mode: file.mode, id: patchedId(file, tree.algorithm, tree.write) });
    if (!isCached) await writeFile(place, { path, file, entry });
    if (editor === undefined || entry === undefined || tree === undefined) continue;
    if (usesIndex) await stage(place, { editor, entry, file });
    else if (intends && editor.find(path) === undefined) editor.set(indexEntry({ path, mode: file.mode, id: tree.write('blob', new Uint8Array(0)), intentToAdd: true }));
  }
  return editor?.finish();
}

async function writeFile({ tree, files }: PatchPlace, { path, file, entry }: { readonly path: string; readonly file: PatchedFile; readonly entry: IndexEntry | undefined }): Promise<void> {
  if (tree !== undefined && entry !== undefined) {
    const context = { files, config: tree.config, objects: tree.objects, conversions: tree.conversions };
    await tree.drive(writeEntry(context, entry, tree.traits));
  } else if (file.mode === SYMLINK) {
    files.link(path, losslessTextFromBytes(file.content));
  } else {
    files.write(path, file.content, { isExecutable: file.mode === 0o100755 });
  }
}

async function stage({ tree, isCached }: PatchPlace, { editor, entry, file }: { readonly editor: IndexEditor; readonly entry: IndexEntry; readonly file: PatchedFile }): Promise<void> {
  const { conflict } = file;
  editor.remove(entry.path);
  if (conflict !== undefined) {
    const blob = (bytes: Uint8Array): ObjectId => tree!.write('blob', bytes);
    if (conflict.base !== undefined) editor.set({ ...entry, id: blob(conflict.base), stage: 1 });
    editor.set({ ...entry, id: blob(conflict.ours), stage: 2 });
    editor.set({ ...entry, id: blob(conflict.theirs), stage: 3 });
    return;
  }
  const info = isCached || entry.mode === GITLINK ? undefined : tree!.files.find(entry.path);
  editor.set(info === undefined ? entry : { ...entry, stat: info.stat });
}
