import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import { driveJob } from '../job/run.js';
import { BitOrder } from '../pack/bit-order.js';
import { findBitmaps } from '../pack/bitmap-index.js';
import { MultiPackIndex } from '../pack/multi-pack-index.js';
import type { PackIndex } from '../pack/pack-index.js';
import { writeMultiPackIndex } from '../pack/write-multi-pack-index.js';
import type { PackFacts } from '../storage/directory/directory-maintenance.js';
import type { Snapshot } from '../store/snapshot.js';
import { buildBitmaps } from '../walk/build-bitmaps.js';
import { listTips, type MaintenanceContext } from './maintenance-context.js';

/**
 * Writes the multi-pack-index over all packs but those that are about to go, with bitmaps where these can be and the configuration has
 * nothing against it. With a single pack there is nothing to write, and one that is there goes.
 *
 * @throws {GovcError} lock-held, io-failed, aborted
 */
export async function writeMidx(
  context: MaintenanceContext, snapshot: Snapshot, { without }: { readonly without: ReadonlySet<string> },
): Promise<{ readonly packCount: number; readonly hasBitmaps: boolean }> {
  const { keeper, drive } = context;
  const listed = await driveJob(keeper.listPacks(), drive);
  const packs = listed.filter(({ name }) => !without.has(name));
  if (packs.length < 2 || !snapshot.config.getBool('core.multipackindex', true)) {
    if (keeper.hasMidx) await keeper.removeMidx();
    return { packCount: 0, hasBitmaps: false };
  }
  const { algorithm } = snapshot;
  const preferred = packs.reduce((left, right) => (right.objectCount > left.objectCount ? right : left)).name;
  const bytes = await driveJob(writeMultiPackIndex(packs.map(toMidxPack), { algorithm, preferred }), drive);
  const bitmaps = await makeBitmaps(context, snapshot, new MultiPackIndex(bytes, algorithm));
  await keeper.writeMidx(bytes, bitmaps);
  return { packCount: packs.length, hasBitmaps: bitmaps !== undefined };
}

function toMidxPack({ name, pack, modifiedMs }: PackFacts): Parameters<typeof writeMultiPackIndex>[0][number] {
  return { name, index: pack.index, modifiedSeconds: Math.floor(modifiedMs / 1000) };
}

async function makeBitmaps(context: MaintenanceContext, snapshot: Snapshot, index: MultiPackIndex): Promise<Uint8Array | undefined> {
  const order = BitOrder.ofMidx(index);
  if (order === undefined || !wantsBitmaps(snapshot)) return undefined;
  const tips = await driveJob(listTips(snapshot), context.drive);
  return driveJob(bitmapsOver(context, snapshot, { order, tips }), context.drive);
}

/** The bitmap of a pack that holds everything that refs reach. */
export function* packBitmaps(
  context: MaintenanceContext, snapshot: Snapshot, { index, tips }: { readonly index: PackIndex; readonly tips: readonly ObjectId[] },
): Job<Uint8Array | undefined> {
  return yield* bitmapsOver(context, snapshot, { order: BitOrder.ofPack(index), tips });
}

/** Whether the configuration wants bitmaps, and the history is whole, so that there can be any. */
export function wantsBitmaps({ config, shallow }: Snapshot): boolean {
  return shallow.size === 0 && config.getBool('repack.writebitmaps', true);
}

function* bitmapsOver(
  { graph }: MaintenanceContext, { objects, config }: Snapshot, { order, tips }: { readonly order: BitOrder; readonly tips: readonly ObjectId[] },
): Job<Uint8Array | undefined> {
  if (tips.length === 0) return undefined;
  const hasLookupTable = config.getBool('pack.writebitmaplookuptable', false);
  return yield* buildBitmaps({ order, objects, graph, tips, hasLookupTable, previous: findBitmaps(objects) });
}
