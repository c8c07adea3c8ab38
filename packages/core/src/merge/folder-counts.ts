/** Where the files of removed folders went, counted by folder: what directory renames are concluded from. */
import { inHashOrder } from './hash-order.js';
import { directoryOf, nameOf } from './merge-entry.js';
import type { RenameSide } from './merge-state.js';

/** Stands for where files went of which it is not known; no folder has that name. */
const UNKNOWN = '/';

/** Counts one rename for its folder, and for the folders above as long as the names below them stay the same. */
export function countRename(side: RenameSide, oldPath: string, newPath: string): void {
  let oldAt = oldPath;
  let newAt = newPath;
  for (let isFirst = true; ; isFirst = false) {
    const oldName = nameOf(oldAt);
    const newName = nameOf(newAt);
    oldAt = directoryOf(oldAt);
    const relevance = side.removedFolders.get(oldAt);
    if (relevance === undefined) return;
    newAt = directoryOf(newAt);
    if (!isFirst && oldName !== newName) return;
    // The innermost folder is counted in any case: it tells where to look for other files of it.
    if (isFirst || relevance === 'self') increment(side, oldAt, newAt);
    if (relevance === 'none' || oldAt === '' || newAt === '') return;
  }
}

function increment(side: RenameSide, oldFolder: string, newFolder: string): void {
  let counts = side.folderCounts.get(oldFolder);
  if (counts === undefined) side.folderCounts.set(oldFolder, (counts = new Map<string, number>()));
  counts.set(newFolder, (counts.get(newFolder) ?? 0) + 1);
}

/** For each folder that files left, the folder to which most went; of equal ones, the first in Git's order. */
export function guessFolders(side: RenameSide): Map<string, string> {
  const guesses = new Map<string, string>();
  for (const [folder, counts] of side.folderCounts) {
    let best = '';
    let most = 0;
    for (const target of inHashOrder(counts.keys())) {
      const count = counts.get(target)!;
      if (count <= most) continue;
      most = count;
      best = target;
    }
    guesses.set(folder, best);
  }
  return guesses;
}

/**
 * Gives up sources that are wanted only because of a folder of which it is known by now where the most of its files
 * went, whatever becomes of the others.
 *
 * @param sources paths that were not matched yet
 * @returns which of them are still wanted
 */
export function dropDecidedSources<S extends { readonly path: string }>(side: RenameSide, sources: readonly S[]): S[] {
  const { removedFolders, relevantSources, folderCounts } = side;
  const relevanceOf = (folder: string): 'self' | 'ancestor' | 'none' => removedFolders.get(folder) ?? 'none';
  for (const { path } of sources) {
    for (let folder = directoryOf(path); folder !== '' && relevanceOf(folder) !== 'none'; folder = directoryOf(folder)) {
      increment(side, folder, UNKNOWN);
    }
  }
  for (const [folder, counts] of folderCounts) {
    if (relevanceOf(folder) === 'self' && isDecided(counts)) removedFolders.set(folder, 'ancestor');
  }
  return sources.filter(({ path }) => {
    if (relevantSources.get(path) !== 'location') return true;
    let folder = directoryOf(path);
    while (relevanceOf(folder) === 'ancestor') folder = directoryOf(folder);
    if (relevanceOf(folder) === 'self') return true;
    relevantSources.set(path, 'done');
    return false;
  });
}

/** Whether one target has the majority even if all unknown files went to the second. */
function isDecided(counts: ReadonlyMap<string, number>): boolean {
  let first = 0;
  let second = 0;
  for (const [target, count] of counts) {
    if (target === UNKNOWN) continue;
    if (count >= first) {
      second = first;
      first = count;
    } else if (count >= second) {
      second = count;
    }
  }
  return first > second + (counts.get(UNKNOWN) ?? 0);
}

/** Leaves only counts that directory renames may be concluded from. */
export function pruneCounts(side: RenameSide): void {
  for (const [folder, counts] of side.folderCounts) {
    if ((side.removedFolders.get(folder) ?? 'none') === 'none') side.folderCounts.delete(folder);
    else counts.delete(UNKNOWN);
  }
}
