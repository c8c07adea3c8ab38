import { GovcError, hasCode } from '../errors.js';
import type { ObjectId } from '../hash/object-id.js';
import { nextTurn, throwIfAborted, driveJob, type DriveOptions } from '../job/run.js';
import { findMaintenanceKeeper } from '../storage/backend.js';
import type { Writer } from '../storage/writer.js';
import { findExpiryDate } from '../walk/approxidate.js';
import type { CommitGraph } from '../walk/commit-graph.js';
import type { Clock } from './clock.js';
import { storeCommitGraph } from './commit-graph.js';
import type { MaintenanceContext } from './maintenance-context.js';
import { pruneLoose, repackAll, type PrunedObject } from './maintenance-collect.js';
import { writeMidx } from './maintenance-index.js';
import { repackGeometric, type RepackReport } from './maintenance-repack.js';
import type { OpenSnapshots } from './open-snapshots.js';
import type { ExpiredReflog } from './reflog.js';

/**
 * One piece of maintenance:
 *
 * - `seal`: recent objects in memory become a pack; in a directory, where they are on the disk, memory lets go of them
 * - `reflog-expire`: old entries of reflogs go, by `gc.reflogExpire` and `gc.reflogExpireUnreachable`
 * - `repack`: small packs and loose objects are joined (`git repack -d --geometric=2`); nothing is lost
 * - `collect`: one pack of all that is needed and one of what is not, without what was not needed since `expire`
 *   (`git repack -d --cruft`)
 * - `multi-pack-index`: one index over all packs, with bitmaps
 * - `commit-graph`: what is known of commits, for quick walks
 * - `leftovers`: temporary files of writers that were killed go, from a day on
 * - `prune`: loose objects go that nothing needed since `expire`, and those that packs have too (`git prune`); packs stay
 */
export type MaintenanceTask = 'seal' | 'reflog-expire' | 'repack' | 'collect' | 'multi-pack-index' | 'commit-graph' | 'leftovers' | 'prune';

/** How {@link maintain} works. */
export interface MaintenanceOptions extends DriveOptions {
  /** Done in this order. Default: `seal`, `reflog-expire`, `repack`, `commit-graph`. */
  readonly tasks?: readonly MaintenanceTask[] | undefined;
  /** Each pack has at least so many times the objects of the next smaller one. Default: 2. */
  readonly geometricFactor?: number | undefined;
  /**
   * Seconds since 1970: unreachable objects that were last needed before are dropped by `collect` and `prune`. 0: none. Default: `gc.pruneExpire`, or
   * two weeks ago.
   */
  readonly expireBefore?: number | undefined;
  /** Objects that `collect` and `prune` keep with all that they lead to, although nothing names them. Default: none. */
  readonly keep?: readonly ObjectId[] | undefined;
  /** `prune` only finds out what would go. Default: false. */
  readonly isTrial?: boolean | undefined;
  /** Bytes of an object from which on no new deltas are made of it: comparing large ones takes long at a time. Default: 16 MiB. */
  readonly deltaSizeMax?: number | undefined;
}

/** What {@link findMaintenanceNeed} compares with. */
export interface MaintenanceThresholds {
  /** Bytes of recent objects of a repository in memory. Default: 32 MiB. */
  readonly youngBytesMax?: number | undefined;
}

const YOUNG_BYTES_MAX = 32 * 1024 * 1024;
const PACKS_MAX = 50;
const LOOSE_MAX = 6700;

/**
 * The tasks that are worth doing now; none where it is well as it is. In a directory it counts files as `git gc --auto` does: packs against
 * `gc.autoPackLimit` (50), loose objects against `gc.auto` (6700), 0 for never; and `maintenance.auto = false` is respected.
 *
 * O(packs): reads folders.
 */
export function findMaintenanceNeed({ backend, current }: Writer, thresholds: MaintenanceThresholds = {}): readonly MaintenanceTask[] {
  const keeper = findMaintenanceKeeper(backend)?.maintenance;
  const { config, young } = current;
  if (keeper === undefined) return young.sizeBytes > (thresholds.youngBytesMax ?? YOUNG_BYTES_MAX) ? ['seal'] : [];
  const looseMax = config.getInt('gc.auto', LOOSE_MAX);
  if (looseMax <= 0 || !config.getBool('maintenance.auto', true)) return [];
  const packsMax = config.getInt('gc.autopacklimit', PACKS_MAX);
  const isDue = (packsMax > 0 && keeper.countPacks() > packsMax) || keeper.estimateLoose() > looseMax;
  return isDue ? ['reflog-expire', keeper.isCollectionDue() ? 'collect' : 'repack', 'commit-graph', 'leftovers'] : [];
}

/** What one task did. */
export type MaintenanceResult =
  | { readonly task: 'seal'; readonly objectsSealed: number }
  | { readonly task: 'reflog-expire'; readonly entriesRemoved: number }
  | ({ readonly task: 'repack' | 'collect' } & RepackReport)
  | { readonly task: 'multi-pack-index'; readonly packCount: number; readonly hasBitmaps: boolean }
  | { readonly task: 'commit-graph'; readonly isWritten: boolean }
  | { readonly task: 'leftovers'; readonly filesRemoved: number }
  | { readonly task: 'prune'; readonly objects: readonly PrunedObject[]; readonly packedCount: number };

/** What was done, in order. */
export interface MaintenanceReport {
  readonly results: readonly MaintenanceResult[];
  /** Another process was collecting, so nothing but `seal` and `reflog-expire` was done. */
  readonly isBusy: boolean;
}

/** What {@link maintain} works on. */
export interface Maintained {
  readonly writer: Writer;
  readonly graph: CommitGraph;
  readonly clock: Clock;
  readonly openSnapshots: OpenSnapshots;
  /** Takes old entries out of the logs of some refs. */
  readonly expireReflog: (refs: readonly string[]) => readonly ExpiredReflog[];
}

const DEFAULT_TASKS: readonly MaintenanceTask[] = ['seal', 'reflog-expire', 'repack', 'commit-graph'];
const DELTA_SIZE_MAX = 16 * 1024 * 1024;
const FACTOR = 2;
const TWO_WEEKS_SECONDS = 14 * 86_400;
const DAY_MS = 86_400_000;

/**
 * Does maintenance in slices of a few milliseconds, so that others go on. At any moment the repository is whole: for this process, for
 * other Gits, and after a crash.
 *
 * @throws {GovcError} unsupported, object-missing, index-file-invalid, lock-held, io-failed, writer-failed, aborted
 */
export async function maintain(maintained: Maintained, options: MaintenanceOptions): Promise<MaintenanceReport> {
  const { writer } = maintained;
  const keeper = findMaintenanceKeeper(writer.backend)?.maintenance;
  const results: MaintenanceResult[] = [];
  const tasks = options.tasks ?? DEFAULT_TASKS;
  for (const task of tasks) {
    throwIfAborted(options.signal);
    if (task === 'seal') results.push({ task, objectsSealed: await writer.seal(options) });
    else if (task === 'reflog-expire') results.push({ task, entriesRemoved: await expireReflogs(maintained, options) });
  }
  const heavy = tasks.filter((task) => task !== 'seal' && task !== 'reflog-expire');
  if (keeper === undefined || heavy.length === 0) return { results, isBusy: false };
  const release = await keeper.lock();
  if (release === undefined) return { results, isBusy: true };
  try {
    const context: MaintenanceContext = {
      keeper,
      graph: maintained.graph,
      refresh: async () => {
        await writer.refresh();
        return writer.current;
      },
      openSnapshots: () => maintained.openSnapshots.list(),
      keep: options.keep ?? [],
      writeCommitGraph: async () => {
        if (!(await writeGraph(maintained, options))) keeper.removeCommitGraph();
      },
      nowSeconds: Math.floor(maintained.clock() / 1000),
      drive: options,
      deltaSizeMax: options.deltaSizeMax ?? DELTA_SIZE_MAX,
    };
    for (const task of heavy) results.push(await runTask(context, task, { ...options, maintained }));
  } finally {
    release();
  }
  return { results, isBusy: false };
}

async function runTask(
  context: MaintenanceContext, task: Exclude<MaintenanceTask, 'seal' | 'reflog-expire'>,
  { maintained, geometricFactor = FACTOR, expireBefore, isTrial = false, ...drive }: MaintenanceOptions & { readonly maintained: Maintained },
): Promise<MaintenanceResult> {
  switch (task) {
    case 'repack': return { task, ...await repackGeometric(context, { factor: geometricFactor }) };
    case 'collect': return { task, ...await repackAll(context, { expireBefore: expireBefore ?? defaultExpiry(context, maintained) }) };
    case 'multi-pack-index': return { task, ...await writeMidx(context, await context.refresh(), { without: new Set() }) };
    case 'commit-graph': return { task, isWritten: await writeGraph(maintained, drive) };
    case 'prune':
      return { task, ...await pruneLoose(context, { expireBefore: expireBefore ?? defaultExpiry(context, maintained), isTrial }) };
    case 'leftovers':
      return { task, filesRemoved: await driveJob(context.keeper.removeLeftovers(maintained.clock() - DAY_MS), drive) };
  }
}

function defaultExpiry({ nowSeconds }: MaintenanceContext, { writer }: Maintained): number {
  const value = writer.current.config.get('gc.pruneexpire');
  if (value === undefined) return nowSeconds - TWO_WEEKS_SECONDS;
  const time = findExpiryDate(value, { nowSeconds });
  if (time === undefined) throw new GovcError('config-invalid', `gc.pruneExpire is "${value}", not a date.`, { name: 'gc.pruneExpire', value });
  return time;
}

/** One log after another, so that others get a turn. */
async function expireReflogs({ writer, expireReflog }: Maintained, { signal }: DriveOptions): Promise<number> {
  let count = 0;
  for (const [name] of [...writer.current.refs.entries()]) {
    if (writer.reflogs.find(name as never) === undefined) continue;
    for (const { entries } of expireReflog([name])) count += entries.length;
    await nextTurn();
    throwIfAborted(signal);
  }
  if (count > 0) await writer.flush();
  return count;
}

/** Whether there was anything to write. A history that is not whole has no graph, and is none the worse for it. */
async function writeGraph({ writer, graph }: Maintained, drive: DriveOptions): Promise<boolean> {
  const { backend, current: snapshot } = writer;
  if (!snapshot.config.getBool('gc.writecommitgraph', true)) return false;
  try {
    return await storeCommitGraph({ graph, backend, snapshot }, drive);
  } catch (error) {
    if (!hasCode(error, 'unsupported')) throw error;
    return false;
  }
}
