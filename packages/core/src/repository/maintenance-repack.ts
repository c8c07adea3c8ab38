import { IdTable } from '../hash/id-table.js';
import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import { driveJob } from '../job/run.js';
import { countPacksToJoin } from '../pack/pack-geometry.js';
import type { PackList } from '../pack/pack-list.js';
import { planPack, type PackPlan } from '../pack/plan-pack.js';
import type { LooseFacts, PackFacts } from '../storage/directory/directory-maintenance.js';
import type { Snapshot } from '../store/snapshot.js';
import type { MaintenanceContext } from './maintenance-context.js';
import { writeMidx } from './maintenance-index.js';
import { addId, listByName } from './maintenance-names.js';

/** What a repack did. */
export interface RepackReport {
  /** Packs and loose objects that were there before. */
  readonly packsBefore: number;
  readonly looseBefore: number;
  readonly packsAfter: number;
  readonly looseAfter: number;
  /** Objects that were written to new packs. */
  readonly objectsWritten: number;
  readonly bytesWritten: number;
  /** Objects that nothing reached and whose time had come. */
  readonly objectsDropped: number;
}

/** What a repack that found nothing to do reports. */
export function unchangedReport(packs: readonly PackFacts[], loose: LooseFacts): RepackReport {
  return {
    packsBefore: packs.length, looseBefore: loose.ids.length, packsAfter: packs.length, looseAfter: loose.ids.length,
    objectsWritten: 0, bytesWritten: 0, objectsDropped: 0,
  };
}

/**
 * Joins small packs and loose objects so that packs form a geometric progression, as `git repack -d --geometric=<factor>` does.
 * Nothing is asked for its use, so nothing is lost: what was in the packs is in the new one.
 *
 * @throws {GovcError} lock-held, io-failed, object-missing, aborted: every object is where it was, or in two places.
 */
export async function repackGeometric(context: MaintenanceContext, { factor }: { readonly factor: number }): Promise<RepackReport> {
  const { keeper, drive } = context;
  const snapshot = await context.refresh();
  const packs = await driveJob(keeper.listPacks(), drive);
  const loose = await driveJob(keeper.listLoose(), drive);
  const movable = packs.filter((pack) => !pack.isKept && !pack.isCruft && !pack.isPromisor);
  movable.sort((left, right) => left.objectCount - right.objectCount || (left.name < right.name ? -1 : 1));
  const count = countPacksToJoin(movable.map(({ objectCount }) => objectCount), factor);
  const joined = movable.slice(0, count);
  const left = packs.filter((pack) => !joined.includes(pack) && !pack.isCruft);
  if (joined.length < 2 && loose.ids.length === 0) {
    if (!keeper.hasMidx && packs.length > 1) await writeMidx(context, snapshot, { without: new Set() });
    return unchangedReport(packs, loose);
  }
  const list = await driveJob(listJoined(context, snapshot, { joined, left, loose }), drive);
  const made = list.count === 0 ? undefined
    : await keeper.writePack({ plan: await driveJob(planRepack(list, snapshot, context), drive) }, drive);
  const removable = joined.filter(({ name }) => name !== made?.name).map(({ name }) => name);
  // Objects were left out because these packs have them.
  const isSafe = left.every(({ name }) => keeper.hasPack(name));
  const without = new Set(isSafe ? removable : []);
  await writeMidx(context, snapshot, { without });
  const removed = await keeper.removePacks([...without]);
  const pruned = await driveJob(removePacked(context, loose.ids), drive);
  await keeper.writeInfoPacks();
  return {
    packsBefore: packs.length,
    looseBefore: loose.ids.length,
    packsAfter: packs.length - removed + (made === undefined || packs.some(({ name }) => name === made.name) ? 0 : 1),
    looseAfter: loose.ids.length - pruned,
    objectsWritten: made?.objectCount ?? 0,
    bytesWritten: made?.sizeBytes ?? 0,
    objectsDropped: 0,
  };
}

function* listJoined(
  { graph }: MaintenanceContext, { objects, algorithm }: Snapshot,
  { joined, left, loose }: { readonly joined: readonly PackFacts[]; readonly left: readonly PackFacts[]; readonly loose: LooseFacts },
): Job<PackList> {
  const ids = new IdTable(algorithm, joined.reduce((sum, { objectCount }) => sum + objectCount, loose.ids.length));
  let done = 0;
  for (const { pack } of joined) {
    const { index } = pack;
    for (let i = 0; i < index.count; i++) {
      const at = index.idBytesAt(i);
      if (!left.some((other) => other.pack.index.findPositionOfBytes(index.bytes, at) !== undefined)) ids.add(index.bytes, at);
      if (++done % 1024 === 0) yield { phase: 'Counting objects', done, total: undefined };
    }
  }
  for (const id of loose.ids) {
    if (!left.some(({ pack }) => pack.has(id))) addId(ids, id);
    if (++done % 256 === 0) yield { phase: 'Counting objects', done, total: undefined };
  }
  return yield* listByName({ ids, objects, graph, algorithm });
}

/** Plans a pack that is to stay: deltas are looked for among what is stored, too. */
export function* planRepack(list: PackList, { objects, config }: Snapshot, { deltaSizeMax }: MaintenanceContext): Job<PackPlan> {
  const level = config.has('pack.compression') ? 'pack.compression' : 'core.compression';
  return yield* planPack(list, {
    source: objects,
    comparesStored: true,
    window: config.getInt('pack.window', 10, { min: 0, max: 10_000 }),
    depth: config.getInt('pack.depth', 50, { min: 0, max: 4095 }),
    level: config.getInt(level, -1, { min: -1, max: 9 }),
    deltaSizeMax: Math.min(config.getInt('core.bigfilethreshold', deltaSizeMax), deltaSizeMax),
  });
}

/** Deletes loose objects that are in a pack as well, as `git prune-packed` does. */
export function* removePacked({ keeper }: MaintenanceContext, ids: readonly ObjectId[]): Job<number> {
  const packed: ObjectId[] = [];
  for (const id of ids) {
    if (keeper.objects.findPack(id) !== undefined) packed.push(id);
    if (packed.length % 256 === 255) yield { phase: 'Removing loose objects', done: packed.length, total: ids.length };
  }
  return yield* keeper.removeLoose(packed);
}
