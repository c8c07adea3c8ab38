/**
 * What it takes to bring the index and the files from one tree to another, as `git read-tree -m` and everything built on
 * it decides (git-read-tree(1), "Merging"). Nothing is changed here: the plan holds the new index, the files to write and to
 * remove, and what forbids it.
 *
 *     one tree H             index and H equal: kept, with the numbers of the index; else H
 *     two trees H, M         by the table of `decideTwo`: where H and M agree the index stays; where they do not, the index has
 *                            to be H's or already M's
 *     three trees O, A, B    by the table of `decideThree`; conflicts become stages
 */
import type { ObjectId } from '../hash/object-id.js';
import type { IndexEntry, StagingIndex } from '../staging/staging-index.js';
import { indexEntry } from '../staging/staging-index.js';
import type { IgnoreRules } from '../pattern/ignore.js';
import { checkTreePath } from '../pattern/safe-path.js';
import type { FileStateContext } from './file-state.js';
import type { LoadedIndex } from './index-store.js';
import { decideOne, decideThree, decideTwo, type Decision } from './unpack-rules.js';
import { unpackRows } from './unpack-rows.js';
import { isUpToDate, Obstacles } from './unpack-obstacles.js';

/** Why a plan cannot be carried out, as Git tells them apart. */
export type ObstacleKind =
  /** The index has something else than the trees say. */
  | 'would-overwrite'
  /** The file was changed. */
  | 'not-up-to-date'
  /** A folder in the way holds files that are not tracked. */
  | 'directory-not-up-to-date'
  /** A file that is not tracked stands where one has to be written. */
  | 'untracked-overwritten'
  /** A file that is not tracked stands where one has to be removed. */
  | 'untracked-removed';

/** A path that stands in the way. */
export interface Obstacle {
  readonly kind: ObstacleKind;
  readonly path: string;
}

/** What is to be done. */
export interface UnpackPlan {
  readonly index: StagingIndex;
  /** Entries of the new index whose files have to be written, in order. */
  readonly writes: readonly IndexEntry[];
  /** Paths whose files have to be removed, in order. */
  readonly removals: readonly string[];
  /** In order of paths, each kind and path once; a plan that has any must not be carried out. */
  readonly obstacles: readonly Obstacle[];
}

/** How a plan is made. */
export interface UnpackOptions {
  /**
   * `update`: files are written, and must not be lost. `index`: files are not touched and not looked at. Default: `update`.
   */
  readonly mode?: 'update' | 'index' | undefined;
  /**
   * Whether local changes are given up. `reset`: of tracked files; `overwrite`: files that are not tracked give way, too. Default:
   * they are kept, which may be an obstacle.
   */
  readonly discards?: 'none' | 'reset' | 'overwrite' | undefined;
  /** Files that are not tracked but ignored may be lost. Default: none. */
  readonly ignores?: IgnoreRules | undefined;
  /** Whether a path missing in the index is taken for one never checked out, not for one removed (the first checkout). Default: false. */
  readonly isInitial?: boolean | undefined;
  /** Three trees: resolves paths that only one side removed, or both added or removed alike (`--aggressive`). Default: false. */
  readonly isAggressive?: boolean | undefined;
  /** Three trees: merges of paths that have to be looked at are left as they are; more than trivial cases fail. Default: false. */
  readonly isTrivialOnly?: boolean | undefined;
  /** Which files are checked out. Default: all. */
  readonly includes?: ((path: string) => boolean) | undefined;
}

/** One, two or three trees; `undefined` stands for an empty one. */
export type UnpackTrees =
  | readonly [ObjectId | undefined]
  | readonly [ObjectId | undefined, ObjectId | undefined]
  | readonly [ObjectId | undefined, ObjectId | undefined, ObjectId | undefined];

/**
 * Plans the way to the last of the trees (with three: to their merge).
 *
 * @throws {GovcError} path-invalid: a tree holds a path that may not stand in a worktree, such as `.git/config`
 * @throws {GovcError} object-missing, object-type-mismatch, io-failed, limit-exceeded
 */
export function planUnpack(context: FileStateContext, trees: UnpackTrees, loaded: LoadedIndex, options: UnpackOptions = {}): UnpackPlan {
  const { index } = loaded;
  const planner = new Planner(context, loaded, options);
  for (const row of unpackRows({ objects: context.objects, algorithm: context.algorithm, trees, entries: index.entries })) {
    const current = row.entries.find(({ stage }) => stage === 0);
    const isUnmerged = row.entries.length > 0 && current === undefined;
    const step = { ...row, current, isUnmerged };
    const decision = trees.length === 1
      ? decideOne(step)
      : trees.length === 2
        ? decideTwo(step, { isInitial: options.isInitial === true, resets: isReset(options) })
        : decideThree(step, options.isAggressive === true);
    planner.take(row.path, decision, row.entries, current);
  }
  return planner.finish(index);
}

function isReset({ discards = 'none' }: UnpackOptions): boolean {
  return discards !== 'none';
}

class Planner {
  readonly #context: FileStateContext;
  readonly #loaded: LoadedIndex;
  readonly #options: UnpackOptions;
  readonly #entries: IndexEntry[] = [];
  readonly #writes: IndexEntry[] = [];
  readonly #removals: string[] = [];
  readonly #checks: (() => void)[] = [];
  readonly #obstacles: Obstacles;

  constructor(context: FileStateContext, loaded: LoadedIndex, options: UnpackOptions) {
    this.#context = context;
    this.#loaded = loaded;
    this.#options = options;
    this.#obstacles = new Obstacles(context, loaded, options);
  }

  take(path: string, decision: Decision, entries: readonly IndexEntry[], current: IndexEntry | undefined): void {
    switch (decision.kind) {
      case 'keep':
        this.#keep(entries, current);
        return;
      case 'reject':
        this.#obstacles.add('would-overwrite', path);
        this.#entries.push(...entries);
        return;
      case 'remove':
        this.#remove(path, current, entries);
        return;
      case 'stages':
        checkTreePath(path);
        if (current !== undefined && decision.checks) this.#checks.push(() => { this.#obstacles.checkUpToDate(current); });
        this.#entries.push(...decision.stages.map(({ stage, side }) => indexEntry({ path, mode: side.mode, id: side.id, stage })));
        return;
      case 'take':
        this.#take(path, decision, current, entries);
    }
  }

  finish(index: StagingIndex): UnpackPlan {
    this.#obstacles.settle(this.#entries, this.#removals);
    for (const check of this.#checks) check();
    return {
      index: { ...index, entries: this.#entries, cacheTree: undefined, resolveUndo: undefined, link: undefined, untrackedCache: undefined, fsmonitor: undefined },
      writes: this.#writes,
      removals: this.#removals,
      obstacles: this.#obstacles.finish(),
    };
  }

  #keep(entries: readonly IndexEntry[], current: IndexEntry | undefined): void {
    if (current !== undefined && this.#updates()) {
      this.#place({ ...current, skipWorktree: this.#skips(current.path, current) }, current);
      return;
    }
    this.#entries.push(...entries);
  }

  #take(path: string, { side }: Extract<Decision, { kind: 'take' }>, current: IndexEntry | undefined, entries: readonly IndexEntry[]): void {
    const isEqual = current?.id === side.id && current.mode === side.mode;
    // What is in the index was looked at when it came there; a tree may hold anything.
    if (!isEqual) checkTreePath(path);
    if (isEqual) {
      const kept = { ...current, intentToAdd: false, skipWorktree: this.#skips(path, current) };
      this.#place(kept, current);
      return;
    }
    const skipWorktree = this.#skips(path, current);
    const entry = indexEntry({ path, mode: side.mode, id: side.id, skipWorktree });
    if (current === undefined) {
      // A path in conflict has a file that belongs to it.
      if (entries.length === 0) this.#checks.push(() => { if (!skipWorktree) this.#obstacles.checkAbsent(path, 'untracked-overwritten'); });
    } else {
      this.#checks.push(() => { this.#obstacles.checkUpToDate(current); });
    }
    this.#entries.push(entry);
    if (this.#updates()) {
      if (!skipWorktree) this.#writes.push(entry);
      else if (current?.skipWorktree === false) this.#removals.push(path);
    }
  }

  /** An entry that stays: its file is written again only where it is to be reset, or came into the sparse checkout. */
  #place(entry: IndexEntry, before: IndexEntry): void {
    this.#entries.push(entry);
    if (!this.#updates()) return;
    if (entry.skipWorktree !== before.skipWorktree) {
      if (entry.skipWorktree) {
        this.#checks.push(() => { this.#obstacles.checkUpToDate(before); });
        this.#removals.push(entry.path);
      } else {
        this.#checks.push(() => { this.#obstacles.checkAbsent(entry.path, 'untracked-overwritten'); });
        this.#writes.push(entry);
      }
      return;
    }
    if (!isReset(this.#options) || entry.skipWorktree) return;
    const info = this.#context.files.find(entry.path);
    const isIntact = info !== undefined && isUpToDate(this.#context, this.#loaded, entry, info);
    if (!isIntact) this.#writes.push(entry);
  }

  #remove(path: string, current: IndexEntry | undefined, entries: readonly IndexEntry[]): void {
    if (entries.length === 0) {
      this.#checks.push(() => { this.#obstacles.checkAbsent(path, 'untracked-removed'); });
      return;
    }
    if (current !== undefined) this.#checks.push(() => { this.#obstacles.checkUpToDate(current); });
    if (this.#updates() && current?.skipWorktree !== true) this.#removals.push(path);
  }

  #updates(): boolean {
    return (this.#options.mode ?? 'update') === 'update';
  }

  #skips(path: string, current: IndexEntry | undefined): boolean {
    const { includes } = this.#options;
    if (includes === undefined) return current?.skipWorktree ?? false;
    return !includes(path);
  }
}
