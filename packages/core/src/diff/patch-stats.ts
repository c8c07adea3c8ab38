import type { FilePatch } from './parse-patch.js';

/** What a patch does to one file, without its lines: what `git apply --numstat` and `--summary` tell. */
export interface PatchFileStat {
  /** Where only the file itself could tell whether it is created, `modified`. */
  readonly status: 'added' | 'deleted' | 'modified' | 'renamed' | 'copied';
  /** The new path, or that of a deleted file. Lossless text. */
  readonly path: string;
  /** `undefined` for an added file. */
  readonly oldPath: string | undefined;
  /** `undefined` where the patch does not say. */
  readonly oldMode: number | undefined;
  readonly newMode: number | undefined;
  /** In percent, where the patch tells it: similarity of renames and copies, dissimilarity of rewrites. */
  readonly score: number | undefined;
  /** Lines; 0 for a binary file. */
  readonly addedCount: number;
  readonly deletedCount: number;
  readonly isBinary: boolean;
}

/** What the patches of files do, in their order. */
export function patchStats(patches: readonly FilePatch[]): PatchFileStat[] {
  return patches.map((patch) => ({
    status: statusOf(patch),
    path: patch.newPath ?? patch.oldPath ?? '',
    oldPath: patch.isNew === true ? undefined : patch.oldPath,
    oldMode: patch.oldMode,
    newMode: patch.newMode,
    score: patch.score,
    addedCount: patch.linesAdded,
    deletedCount: patch.linesDeleted,
    isBinary: patch.binary !== undefined,
  }));
}

function statusOf({ isNew, isDeleted, isRename, isCopy }: FilePatch): PatchFileStat['status'] {
  if (isNew === true) return 'added';
  if (isDeleted === true) return 'deleted';
  if (isRename) return 'renamed';
  return isCopy ? 'copied' : 'modified';
}
