/** Bringing the numbers of an index up to date with the files, without changing what it holds. */
import { MODE_GITLINK } from '../object/tree.js';
import type { Pathspec } from '../pattern/pathspec.js';
import type { IndexEntry, StagingIndex } from '../staging/staging-index.js';
import { compareStat, hasContent, isModified, isRacy, isSame, type FileStateContext } from './file-state.js';
import type { FilterSteps } from './filter-steps.js';
import type { IndexTime, LoadedIndex } from './index-store.js';

/** What keeps an entry from being up to date. */
export interface StaleEntry {
  readonly entry: IndexEntry;
  readonly kind: 'modified' | 'mode-changed' | 'type-changed' | 'deleted' | 'unmerged';
}

/** An index with numbers that are up to date. */
export interface RefreshResult {
  readonly index: StagingIndex;
  /** Whether anything in the index changed, so that writing it is of use. */
  readonly isChanged: boolean;
  /** In order; a path in conflict once. */
  readonly stale: readonly StaleEntry[];
}

/** Which entries are refreshed. */
export interface RefreshOptions {
  /** Default: all. */
  readonly pathspec?: Pathspec | undefined;
  /** Also those that are taken to be unchanged (`--really-refresh`). Default: false. */
  readonly ignoresAssumed?: boolean | undefined;
}

/**
 * Looks at every file and renews the numbers of those whose content is that of their entry. One call to the file system
 * an entry; reads what may have changed. In the index that is given numbers alone tell what is up to date, so it may be used with
 * no time.
 *
 * @throws {GovcError} io-failed, filter-failed
 */
export function* refreshIndex(
  context: FileStateContext, { index, time }: LoadedIndex, options: RefreshOptions = {},
): FilterSteps<RefreshResult> {
  const stale: StaleEntry[] = [];
  const entries: IndexEntry[] = [];
  let isChanged = false;
  for (const entry of index.entries) {
    entries.push(entry);
    if (options.pathspec?.matches(entry.path) === false) continue;
    if (entry.stage !== 0) {
      if (stale.at(-1)?.entry.path !== entry.path) stale.push({ entry, kind: 'unmerged' });
      continue;
    }
    if (entry.skipWorktree || (entry.assumeValid && options.ignoresAssumed !== true)) continue;
    const kind = yield* staleness(context, entry, time);
    if (kind === 'fresh') continue;
    if (typeof kind === 'string') {
      stale.push({ entry, kind });
      // Its numbers may be those of the file: the index that is given must not vouch for it.
      if (kind === 'modified' && isRacy(entry.stat, time) && entry.stat.size !== 0) {
        entries[entries.length - 1] = { ...entry, stat: { ...entry.stat, size: 0 } };
        isChanged = true;
      }
      continue;
    }
    entries[entries.length - 1] = { ...entry, stat: kind.stat, assumeValid: false };
    isChanged = true;
  }
  return { index: isChanged ? { ...index, entries, link: undefined } : index, isChanged, stale };
}

/**
 * The index as it may be written: what changed in the instant in which the index was read last, and is not what it was, gets the
 * size 0, so that a later index does not vouch for it. Reads the files in question only.
 */
export function* settleRacy(context: FileStateContext, index: StagingIndex, time: IndexTime | undefined): FilterSteps<StagingIndex> {
  if (time === undefined) return index;
  let entries: IndexEntry[] | undefined;
  for (let i = 0; i < index.entries.length; i++) {
    const entry = index.entries[i]!;
    if (entry.stage !== 0 || entry.mode === MODE_GITLINK || entry.stat.size === 0 || !isRacy(entry.stat, time)) continue;
    const info = context.files.find(entry.path);
    if (info === undefined || !isSame(compareStat(entry, info, context.traits, undefined))) continue;
    if (yield* hasContent(context, entry, info)) continue;
    entries ??= index.entries.slice();
    entries[i] = { ...entry, stat: { ...entry.stat, size: 0 } };
  }
  return entries === undefined ? index : { ...index, entries };
}

type Staleness = StaleEntry['kind'] | 'fresh' | Pick<IndexEntry, 'stat'>;

function* staleness(context: FileStateContext, entry: IndexEntry, time: IndexTime | undefined): FilterSteps<Staleness> {
  const info = context.files.find(entry.path);
  if (info === undefined) return 'deleted';
  const difference = compareStat(entry, info, context.traits, time);
  if (isSame(difference)) return 'fresh';
  if (difference.type) return 'type-changed';
  if (difference.mode) return 'mode-changed';
  if (yield* isModified(context, entry, info, time)) return 'modified';
  return entry.mode === MODE_GITLINK || entry.intentToAdd ? 'fresh' : { stat: info.stat };
}
