/**
 * Where directories went, as far as the renames of files tell: it helps a merge to find further renames early, and to
 * stop looking when nothing depends on more of them.
 */

/** Why a merge wants to know where a directory went: for itself, for one above it, or not. */
export type DirectoryRelevance = 'self' | 'ancestor' | 'none';

/** Why a merge wants to know where a deleted file went: for its content, for its directory, or no more. */
export type SourceRelevance = 'content' | 'location' | 'none';

/** What a merge knows before it looks for renames. All paths are lossless text without a trailing slash; '' is the root. */
export interface RenameHints {
  /** The deleted files that matter; others are matched only when that is needed anyway. Default: all. Changed in place. */
  readonly relevantSources?: Map<string, SourceRelevance> | undefined;
  /** The directories that are gone. Default: unknown. Changed in place. */
  readonly removedDirectories?: Map<string, DirectoryRelevance> | undefined;
  /** Renames known from before, by old path; `undefined` for a file that is known to be deleted. Default: none. */
  readonly knownRenames?: ReadonlyMap<string, string | undefined> | undefined;
  /**
   * Filled: for each directory that is gone, how many files were renamed from it to each other directory.
   * Default: not told.
   */
  readonly directoryCounts?: Map<string, Map<string, number>> | undefined;
}

// Stands for the targets that are not known yet; no directory is called so.
const UNKNOWN = '/';

/** Counts, by directory, where files were renamed to. */
export class DirectoryRenames {
  readonly #removed: Map<string, DirectoryRelevance> | undefined;
  readonly #sourceDirectories: ReadonlyMap<string, unknown> | ReadonlySet<string> | undefined;
  readonly #counts: Map<string, Map<string, number>>;
  readonly #isKept: boolean;
  readonly #guesses = new Map<string, string>();

  constructor(hints: RenameHints) {
    this.#removed = hints.removedDirectories;
    this.#counts = hints.directoryCounts ?? new Map<string, Map<string, number>>();
    this.#isKept = hints.directoryCounts !== undefined;
    this.#sourceDirectories = this.#removed ??
      (hints.relevantSources && new Set([...hints.relevantSources.keys()].map(directoryOf)));
  }

  /** Counts one renamed file. O(depth). */
  add(oldPath: string, newPath: string): void {
    let old = oldPath;
    let new_ = newPath;
    for (let isFirst = true; ; isFirst = false) {
      const oldCut = cutLast(old);
      old = oldCut.directory;
      if (this.#sourceDirectories?.has(old) === false) return;
      const newCut = cutLast(new_);
      new_ = newCut.directory;
      if (!isFirst && !endsEqually(oldCut.rest, newCut.rest, new_ === '' ? newPath : undefined)) return;
      const relevance = this.#removed?.get(old) ?? 'none';
      if (relevance === 'self' || isFirst) this.#increment(old, new_);
      if (relevance === 'none' || old === '' || new_ === '') return;
    }
  }

  /** Decides where each directory seems to have gone by what was counted so far. */
  guess(): void {
    for (const [directory, counts] of this.#counts) {
      let best = '';
      let highest = 0;
      for (const [target, count] of counts) {
        if (count > highest) [best, highest] = [target, count];
      }
      this.#guesses.set(directory, best);
    }
  }

  /** The path that a file would have if it had gone with its directory, or `undefined`. */
  findTarget(path: string): string | undefined {
    const target = this.#guesses.get(directoryOf(path));
    return target === undefined ? undefined : `${target}/${path.slice(path.lastIndexOf('/') + 1)}`;
  }

  /**
   * Marks sources as no longer wanted when only their directories matter and these are decided by majority
   * whatever else is found; gives those that remain.
   */
  keepUndecided<Source extends { readonly path: string }>(
    sources: readonly Source[], relevantSources: Map<string, SourceRelevance>,
  ): Source[] {
    const removed = this.#removed;
    if (removed === undefined) return [...sources];
    for (const { path } of sources) {
      for (let at = directoryOf(path); at !== '' && (removed.get(at) ?? 'none') !== 'none'; at = directoryOf(at)) {
        this.#increment(at, UNKNOWN);
      }
    }
    for (const [directory, counts] of this.#counts) {
      if (removed.get(directory) === 'self' && isDecided(counts)) removed.set(directory, 'ancestor');
    }
    return sources.filter(({ path }) => {
      if (relevantSources.get(path) !== 'location' || wantsDirectory(removed, path)) return true;
      relevantSources.set(path, 'none');
      return false;
    });
  }

  /** Leaves in the counts what a merge asked for. */
  finish(): void {
    if (!this.#isKept) return;
    for (const [directory, counts] of this.#counts) {
      if ((this.#removed?.get(directory) ?? 'none') === 'none') this.#counts.delete(directory);
      else counts.delete(UNKNOWN);
    }
  }

  #increment(old: string, new_: string): void {
    let counts = this.#counts.get(old);
    if (counts === undefined) this.#counts.set(old, (counts = new Map<string, number>()));
    counts.set(new_, (counts.get(new_) ?? 0) + 1);
  }
}

/** The directory of a path; '' for one without a slash. */
export function directoryOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/** A path without its last name. Where that is the only one, Git's remainder lacks the first character. */
function cutLast(path: string): { readonly directory: string; readonly rest: string } {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? { directory: '', rest: path.slice(1) } : { directory: path.slice(0, slash), rest: path.slice(slash + 1) };
}

/** Whether the names cut from both paths are the same; `whole` is the new path when nothing is left of it. */
function endsEqually(oldRest: string, newRest: string, whole: string | undefined): boolean {
  return whole === undefined ? oldRest === newRest : whole[0] === oldRest[0] && oldRest.slice(1) === newRest;
}

/** Whether one target has more files than the next best could have with all that is unknown. */
function isDecided(counts: ReadonlyMap<string, number>): boolean {
  let first = 0;
  let second = 0;
  for (const [target, count] of counts) {
    if (target === UNKNOWN) continue;
    if (count >= first) [first, second] = [count, first];
    else if (count >= second) second = count;
  }
  return first > second + (counts.get(UNKNOWN) ?? 0);
}

function wantsDirectory(removed: ReadonlyMap<string, DirectoryRelevance>, path: string): boolean {
  for (let at = directoryOf(path); ; at = directoryOf(at)) {
    const relevance = removed.get(at) ?? 'none';
    if (relevance !== 'ancestor') return relevance === 'self';
    if (at === '') return false;
  }
}
