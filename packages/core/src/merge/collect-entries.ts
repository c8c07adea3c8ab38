/**
 * The first step of a merge: goes through three trees at once and notes every path on which they differ.
 *
 * A folder that only one side changed need not be read, unless a rename of the other side may lead into or out of it. So
 * such folders wait; when all others are read it is known whether any rename is looked for on that side.
 */
import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import { MODE_TREE } from '../object/tree.js';
import { inHashOrder } from './hash-order.js';
import { ABSENT, BASE, MergeEntry, OURS, sameVersion, THEIRS, type SideIndex, type TreeIndex, type Version } from './merge-entry.js';
import type { MergeState, MergeStore } from './merge-state.js';
import { readTreeRows } from './tree-rows.js';

/** The mask under which every deleted path is wanted, because a folder above may have been renamed. */
const ALL = 7;

type Stages = [Version, Version, Version];

/** A name with what the three trees record. */
interface Row {
  readonly name: string;
  readonly stages: Stages;
  readonly fileMask: number;
  readonly folderMask: number;
}

/** A folder that is being gone through. */
interface Frame {
  readonly path: string;
  readonly rows: readonly Row[];
  next: number;
  /**
   * 0; or 2 or 4: a folder above is gone on the other side than the bit's; or {@link ALL}: and the side of the bit has
   * added a file to it, so that it matters where the folder went.
   */
  readonly mask: number;
}

/** Fills `state.paths` and what is known of added and deleted files from three trees. @throws {GovcError} object-missing */
export function* collectEntries(state: MergeState, trees: readonly [ObjectId, ObjectId, ObjectId]): Job<{ readonly isWorthRestart: boolean }> {
  const collector = new Collector(state);
  collector.open('', trees, 0);
  yield* collector.run();
  return yield* collector.handleDeferred();
}

class Collector {
  readonly #state: MergeState;
  readonly #stack: Frame[] = [];
  #done = 0;

  constructor(state: MergeState) {
    this.#state = state;
  }

  /** Makes a folder the next to be gone through. */
  open(path: string, trees: readonly [ObjectId | undefined, ObjectId | undefined, ObjectId | undefined], mask: number): void {
    const rows = readRows(this.#state.store, trees);
    const widened = (mask === 2 || mask === 4) && rows.some((row) => row.fileMask === mask);
    this.#stack.push({ path, rows, next: 0, mask: widened ? ALL : mask });
  }

  *run(): Job<void> {
    const stack = this.#stack;
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      const row = frame.rows[frame.next++];
      if (row === undefined) stack.pop();
      else this.#visit(frame, row);
      if (++this.#done % 4096 === 0) yield { phase: 'Comparing trees', done: this.#done, total: undefined };
    }
  }

  #visit(frame: Frame, row: Row): void {
    const state = this.#state;
    const { stages, fileMask, folderMask } = row;
    const path = frame.path === '' ? row.name : `${frame.path}/${row.name}`;
    const matchMask = matchMaskOf(row);
    const trivial = matchMask === ALL ? BASE : fileMask === ALL && matchMask !== 0 ? changedIndex(matchMask) : undefined;
    if (trivial !== undefined) {
      state.paths.set(path, MergeEntry.decided(frame.path, path, stages[trivial]));
      return;
    }
    const mask = folderMask === 3 || folderMask === 5 ? (frame.mask === ALL ? ALL : folderMask & ~1) : frame.mask;
    this.#noteRenameInfo(frame, row, { path, matchMask, mask });

    const entry = MergeEntry.undecided(frame.path, path, stages);
    entry.fileMask = fileMask;
    entry.folderMask = folderMask;
    entry.isFolderClash = fileMask !== 0 && folderMask !== 0;
    entry.isRemoved = folderMask !== 0;
    entry.matchMask = matchMask;
    state.paths.set(path, entry);
    if (folderMask === 0) return;

    let side: TreeIndex = matchMask === 3 ? THEIRS : matchMask === 5 ? OURS : BASE;
    if (fileMask === 0 && (folderMask === 2 || folderMask === 4)) {
      entry.matchMask = ALL - folderMask;
      side = folderMask === 2 ? OURS : THEIRS;
    }
    if (mask !== ALL && side !== BASE) {
      const { mayTakeFolders, targetFolders, deferred } = state.side(side);
      if (mayTakeFolders && !targetFolders.has(path)) {
        deferred.set(path, mask);
        return;
      }
    }
    entry.matchMask &= fileMask;
    this.#openFolder(path, entry, mask);
  }

  #openFolder(path: string, entry: MergeEntry, mask: number): void {
    const { stages, folderMask } = entry;
    const idOf = (index: TreeIndex): ObjectId | undefined => ((folderMask >> index) & 1) === 0 ? undefined : stages[index].id;
    this.open(path, [idOf(0), idOf(1), idOf(2)], mask);
  }

  /** Notes removed folders and added and deleted files. */
  #noteRenameInfo(frame: Frame, row: Row, found: { path: string; matchMask: number; mask: number }): void {
    const { fileMask, folderMask, stages } = row;
    const { path, mask } = found;
    if (folderMask === 1 || folderMask === 3 || folderMask === 5) {
      const relevance = mask === ALL ? 'ancestor' : 'none';
      if ((folderMask & 2) === 0) this.#state.side(OURS).removedFolders.set(path, relevance);
      if ((folderMask & 4) === 0) this.#state.side(THEIRS).removedFolders.set(path, relevance);
    }
    if (mask === ALL && (fileMask === 2 || fileMask === 4)) {
      this.#state.side(fileMask === 2 ? THEIRS : OURS).removedFolders.set(frame.path, 'self');
    }
    if (fileMask === 0 || fileMask === ALL) return;
    for (const side of [OURS, THEIRS] as const) {
      const isThere = (fileMask & (1 << side)) !== 0;
      if ((fileMask & 1) !== 0 && !isThere) this.#noteDeleted(side, stages[BASE], { ...found, matchMask: found.matchMask & fileMask });
      else if ((fileMask & 1) === 0 && isThere) this.#noteAdded(side, stages[side], path);
    }
  }

  #noteAdded(index: SideIndex, target: Version, path: string): void {
    const side = this.#state.side(index);
    if (side.knownTargets.has(path)) return;
    side.pairs.push({ status: 'added', sourcePath: path, source: ABSENT, targetPath: path, target, side: index });
  }

  #noteDeleted(index: SideIndex, source: Version, found: { path: string; matchMask: number; mask: number }): void {
    const { path, matchMask, mask } = found;
    const side = this.#state.side(index);
    if (matchMask === 0) {
      side.knownIrrelevant.delete(path);
      side.relevantSources.set(path, 'content');
    } else if (mask === ALL) {
      side.relevantSources.set(path, 'location');
    }
    if (side.knownPairs.has(path) || side.knownIrrelevant.has(path)) return;
    side.pairs.push({ status: 'deleted', sourcePath: path, source, targetPath: path, target: ABSENT, side: index });
  }

  /** Takes folders that waited whole where that is safe, and reads the others. */
  *handleDeferred(): Job<{ readonly isWorthRestart: boolean }> {
    const { paths } = this.#state;
    const countBefore = paths.size;
    let countAfter = 0;
    for (const index of [OURS, THEIRS] as const) {
      const side = this.#state.side(index);
      side.mayTakeFolders = this.#findTargetFolders(index);
      const waiting = side.deferred;
      side.deferred = new Map();
      // Folders that turn up while these are read are taken or wait in the new map.
      for (const path of inHashOrder(waiting.keys())) {
        const entry = paths.get(path)!;
        if (side.mayTakeFolders && !side.targetFolders.has(path)) {
          takeFolder(entry, index);
          continue;
        }
        entry.matchMask &= entry.fileMask;
        this.#openFolder(path, entry, waiting.get(path)!);
        yield* this.run();
      }
      for (const path of side.deferred.keys()) takeFolder(paths.get(path)!, index);
      if (!side.mayTakeFolders || countAfter > 0) countAfter = paths.size;
    }
    return { isWorthRestart: countAfter > 0 && Math.floor(countAfter / countBefore) >= RESTART_FACTOR };
  }

  /** Whether all renames that matter on a side are known; then the folders above their targets are too. */
  #findTargetFolders(index: SideIndex): boolean {
    const side = this.#state.side(index);
    for (const source of side.relevantSources.keys()) {
      if (side.knownIrrelevant.has(source)) continue;
      if (!side.knownPairs.has(source)) return false;
      const target = side.knownPairs.get(source);
      if (target === undefined || this.#state.paths.has(target)) continue;
      for (let slash = target.lastIndexOf('/'); slash >= 0; slash = target.lastIndexOf('/', slash - 1)) {
        const folder = target.slice(0, slash);
        if (side.targetFolders.has(folder)) break;
        side.targetFolders.add(folder);
        if (slash === 0) break;
      }
    }
    return true;
  }
}

// Reading again is worth it when at least so many times the paths were read only to look for renames.
const RESTART_FACTOR = 3;

function takeFolder(entry: MergeEntry, side: SideIndex): void {
  entry.result = entry.stages[side];
  entry.isRemoved = entry.result.id === undefined;
  entry.matchMask = 0;
  entry.isClean = true;
}

function matchMaskOf({ stages }: Row): number {
  const [base, ours, theirs] = stages;
  const oursIsBase = base.mode !== 0 && sameVersion(base, ours);
  const theirsIsBase = base.mode !== 0 && sameVersion(base, theirs);
  if (oursIsBase) return theirsIsBase ? ALL : 3;
  if (theirsIsBase) return 5;
  return ours.mode !== 0 && sameVersion(ours, theirs) ? 6 : 0;
}

/** The tree that decides where two of three record the same file. */
function changedIndex(matchMask: number): TreeIndex {
  return matchMask === 3 ? THEIRS : OURS;
}

/** The rows of three trees, with what each row is in which. */
function readRows(store: MergeStore, trees: readonly (ObjectId | undefined)[]): Row[] {
  return readTreeRows(store, trees).map(({ name, versions }) => {
    let fileMask = 0;
    let folderMask = 0;
    for (let i = 0; i < 3; i++) {
      const { mode } = versions[i]!;
      if (mode === MODE_TREE) folderMask |= 1 << i;
      else if (mode !== 0) fileMask |= 1 << i;
    }
    return { name, stages: [versions[0]!, versions[1]!, versions[2]!], fileMask, folderMask };
  });
}
