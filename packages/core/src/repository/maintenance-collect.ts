import type { ObjectType } from '../hash/hash-object.js';
import type { ObjectId } from '../hash/object-id.js';
import { GovcError } from '../errors.js';
import type { Job } from '../job/job.js';
import { driveJob } from '../job/run.js';
import { PackList } from '../pack/pack-list.js';
import type { NewPack } from '../storage/directory/pack-writing.js';
import type { LooseFacts, PackFacts } from '../storage/directory/directory-maintenance.js';
import type { Snapshot } from '../store/snapshot.js';
import { enumerateObjects } from '../walk/enumerate.js';
import type { ObjectList } from '../walk/object-list.js';
import { listRoots, listTips, type MaintenanceContext } from './maintenance-context.js';
import { findCruft, findRescued, type Cruft } from './maintenance-cruft.js';
import { packBitmaps, wantsBitmaps, writeMidx } from './maintenance-index.js';
import { planRepack, removePacked, unchangedReport, type RepackReport } from './maintenance-repack.js';

/** What was found before anything is written. */
interface Found {
  readonly snapshot: Snapshot;
  readonly packs: readonly PackFacts[];
  readonly loose: LooseFacts;
  readonly roots: readonly ObjectId[];
  readonly reached: ObjectList;
  readonly cruft: Cruft;
}

/**
 * Packs everything that is needed into one pack, and what nothing reaches into another with the time of each object, as
 * `git repack -d --cruft --cruft-expiration=<time>` does. Unreachable objects that were not needed since that time are dropped,
 * unless newer unreachable ones lead to them. Packs with a `.keep` file and objects of alternates stay where they are.
 *
 * @param expireBefore seconds since 1970; 0 drops nothing
 * @throws {GovcError} unsupported: a partial clone, or `extensions.preciousObjects`.
 * @throws {GovcError} object-missing, index-file-invalid: what is needed cannot be found out; nothing was deleted.
 * @throws {GovcError} lock-held, io-failed, aborted
 */
export async function repackAll(context: MaintenanceContext, { expireBefore }: { readonly expireBefore: number }): Promise<RepackReport> {
  const { keeper, drive } = context;
  const found = await examine(context, expireBefore);
  const { snapshot, packs, loose, cruft } = found;
  const old = packs.filter(({ isKept }) => !isKept);
  const list = await driveJob(listReached(context, found), drive);
  const main = await writeMain(context, found, list);
  const rest = await writeCruft(context, found);
  if (cruft.dropped.count > 0 && !(await isStillUnneeded(context, found))) return unchangedReport(packs, loose);
  // A graph must not name commits that are gone.
  await context.writeCommitGraph();
  const fresh = new Set([main?.name, rest?.name]);
  const without = new Set(old.filter((pack) => !fresh.has(pack.name) && !isWanted(context, pack, cruft)).map(({ name }) => name));
  if (main?.hasBitmaps === true) {
    if (keeper.hasMidx) await keeper.removeMidx();
  } else {
    await writeMidx(context, snapshot, { without });
  }
  const removed = await keeper.removePacks([...without]);
  const pruned = await driveJob(removePacked(context, loose.ids), drive) + await driveJob(dropLoose(context, found), drive);
  await keeper.writeInfoPacks();
  const added = [main, rest].filter((made) => made !== undefined && !packs.some(({ name }) => name === made.name)).length;
  return {
    packsBefore: packs.length,
    looseBefore: loose.ids.length,
    packsAfter: packs.length - removed + added,
    looseAfter: loose.ids.length - pruned,
    objectsWritten: (main?.objectCount ?? 0) + (rest?.objectCount ?? 0),
    bytesWritten: (main?.sizeBytes ?? 0) + (rest?.sizeBytes ?? 0),
    objectsDropped: cruft.dropped.count,
  };
}

/** An object that {@link pruneLoose} dropped, or would. */
export interface PrunedObject {
  readonly id: ObjectId;
  readonly type: ObjectType;
}

/**
 * Deletes loose objects that nothing reaches and that were not needed since a moment, and those that packs have too, as `git prune` does.
 * Packs stay as they are.
 *
 * @param expireBefore seconds since 1970
 * @param isTrial finds out only what would go
 * @returns what was dropped, and how many were in packs too
 * @throws {GovcError} unsupported, object-missing, index-file-invalid, io-failed, aborted
 */
export async function pruneLoose(
  context: MaintenanceContext, { expireBefore, isTrial }: { readonly expireBefore: number; readonly isTrial: boolean },
): Promise<{ readonly objects: readonly PrunedObject[]; readonly packedCount: number }> {
  const { drive, keeper } = context;
  const found = await examine(context, expireBefore);
  const { snapshot, loose, cruft } = found;
  const objects: PrunedObject[] = [];
  for (const id of loose.ids) {
    if (!cruft.dropped.has(id)) continue;
    objects.push({ id, type: snapshot.objects.findHeader(id)?.type ?? 'blob' });
  }
  if (isTrial) return { objects, packedCount: loose.ids.filter((id) => keeper.objects.findPack(id) !== undefined).length };
  if (objects.length > 0 && !(await isStillUnneeded(context, found))) return { objects: [], packedCount: 0 };
  if (objects.length > 0) await context.writeCommitGraph();
  await driveJob(dropLoose(context, found), drive);
  return { objects, packedCount: await driveJob(removePacked(context, loose.ids), drive) };
}

async function examine(context: MaintenanceContext, expireBefore: number): Promise<Found> {
  const { keeper, graph, drive } = context;
  // The list of packs is older than the refs: a pack that comes in between is not looked at.
  const packs = await driveJob(keeper.listPacks(), drive);
  const loose = await driveJob(keeper.listLoose(), drive);
  const snapshot = await context.refresh();
  if (snapshot.config.getBool('extensions.preciousobjects', false)) {
    throw new GovcError('unsupported', 'The objects of this repository are precious (extensions.preciousObjects): none may be deleted.', {});
  }
  if (packs.some(({ isPromisor }) => isPromisor)) {
    throw new GovcError('unsupported', 'In a partial clone it cannot be known which objects are needed; join its packs instead.', {});
  }
  const roots = [...await driveJob(listRoots(context, snapshot), drive), ...context.keep];
  const { objects, algorithm, shallow } = snapshot;
  const { objects: reached } = await driveJob(enumerateObjects({ objects, algorithm, graph, wants: roots, haves: [], shallow }), drive);
  const cruft = await driveJob(findCruft(context, { snapshot, packs, loose, reached, expireBefore }), drive);
  return { snapshot, packs, loose, roots, reached, cruft };
}

/** What goes into the main pack: all that is needed, but for what stays in other places. */
function* listReached({ keeper }: MaintenanceContext, { reached, packs, snapshot }: Found): Job<PackList> {
  const list = new PackList(snapshot.algorithm);
  const kept = packs.filter(({ isKept }) => isKept);
  const { size } = snapshot.algorithm;
  const isBorrowing = keeper.objects.isBorrowing;
  const { rawIds } = reached;
  for (let i = 0; i < reached.count; i++) {
    if (i % 512 === 511) yield { phase: 'Counting objects', done: i, total: reached.count };
    if (kept.some(({ pack }) => pack.index.findPositionOfBytes(rawIds, i * size) !== undefined)) continue;
    // What is young here and not on the disk yet is not ours to write.
    if ((isBorrowing || keeper.objects.findPack(reached.idAt(i)) === undefined) && !keeper.objects.isOwn(reached.idAt(i))) continue;
    list.addBytes(rawIds, i * size, reached.nameHashAt(i));
  }
  return list;
}

async function writeMain(context: MaintenanceContext, { snapshot, packs }: Found, list: PackList): Promise<NewPack | undefined> {
  if (list.count === 0) return undefined;
  const { keeper, drive } = context;
  const plan = await driveJob(planRepack(list, snapshot, context), drive);
  const hasOthers = packs.some(({ isKept }) => isKept) || keeper.objects.isBorrowing;
  if (hasOthers || !wantsBitmaps(snapshot)) return keeper.writePack({ plan }, drive);
  const tips = await driveJob(listTips(snapshot), drive);
  return keeper.writePack({ plan, makeBitmaps: (index) => packBitmaps(context, snapshot, { index, tips }) }, drive);
}

async function writeCruft(context: MaintenanceContext, { snapshot, cruft }: Found): Promise<NewPack | undefined> {
  const { keeper, drive } = context;
  const list = new PackList(snapshot.algorithm);
  const times: number[] = [];
  for (let i = 0; i < cruft.ids.count; i++) {
    if (cruft.dropped.find(cruft.ids.rawIds, i * snapshot.algorithm.size) >= 0) continue;
    list.addBytes(cruft.ids.rawIds, i * snapshot.algorithm.size);
    times.push(cruft.times[i]!);
  }
  if (list.count === 0) return undefined;
  const plan = await driveJob(planRepack(list, snapshot, context), drive);
  return keeper.writePack({ plan, cruftTimeOf: (number) => times[number]! }, drive);
}

/** Whether what is to be dropped is still not needed: refs may have moved while packs were written. */
async function isStillUnneeded(context: MaintenanceContext, { roots, cruft, reached }: Found): Promise<boolean> {
  const snapshot = await context.refresh();
  const known = new Set(roots);
  const added = (await driveJob(listRoots(context, snapshot), context.drive)).filter((id) => !known.has(id));
  if (added.length === 0) return true;
  const rescued = await driveJob(findRescued(snapshot, { from: added, dropped: cruft.dropped, reached }), context.drive);
  return rescued === 0;
}

/** Whether a writer found objects in a pack meanwhile and counts on them: it has got a newer time, and something of it would be dropped. */
function isWanted({ keeper }: MaintenanceContext, { name, modifiedMs, pack }: PackFacts, { dropped }: Cruft): boolean {
  if (keeper.packTimeMs(name) === modifiedMs || dropped.count === 0) return false;
  for (let i = 0; i < dropped.count; i++) {
    if (pack.index.findPositionOfBytes(dropped.rawIds, i * pack.algorithm.size) !== undefined) return true;
  }
  return false;
}

/** Deletes loose objects that are dropped, unless they were wanted again meanwhile. */
function* dropLoose({ keeper }: MaintenanceContext, { loose, cruft }: Found): Job<number> {
  const ids: ObjectId[] = [];
  for (const [i, id] of loose.ids.entries()) {
    if (cruft.dropped.has(id) && keeper.looseTimeMs(id) === loose.timesMs[i]) ids.push(id);
    if (i % 128 === 127) yield { phase: 'Removing loose objects', done: i, total: loose.ids.length };
  }
  return yield* keeper.removeLoose(ids);
}
