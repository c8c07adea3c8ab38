import { join } from 'node:path';
import { driveJob, drivePieces, type DriveOptions } from '../../job/run.js';
import { hexFromBytes } from '../../bytes/hex.js';
import { serializeCruftTimes } from '../../pack/cruft-times.js';
import { PackIndex, sortedOrderJob } from '../../pack/pack-index.js';
import type { PackPlan } from '../../pack/plan-pack.js';
import { serializeReverseIndex } from '../../pack/rev-index.js';
import { serializeIndexV2Job } from '../../pack/write-index.js';
import { writePack, type WrittenPack } from '../../pack/write-pack.js';
import type { HashAlgorithm } from '../../hash/algorithm.js';
import type { Job } from '../../job/job.js';
import type { DirectoryObjects } from './directory-objects.js';
import { attemptUnless, createFile, findStat, ioError, removeFile, renameFile, syncPath } from './disk.js';
import { Quarantine } from './quarantine.js';
import type { Disk } from './system-disk.js';
import { GovcError } from '../../errors.js';

/** What {@link writePackFiles} works with. */
export interface PackWritingPlace {
  readonly objects: DirectoryObjects;
  readonly algorithm: HashAlgorithm;
  readonly disk: Disk;
  readonly syncs: boolean;
  readonly now: () => number;
  readonly writesReverseIndex: () => boolean;
}

/** What a new pack is made of. */
export interface PackContent {
  readonly plan: PackPlan;
  /** For a cruft pack: when the object with a number of the list was last needed, in seconds since 1970. */
  readonly cruftTimeOf?: ((number: number) => number) | undefined;
  /** Makes the bytes of its bitmap. Default: it has none. */
  readonly makeBitmaps?: ((index: PackIndex) => Job<Uint8Array | undefined>) | undefined;
}

/** A pack that was written. */
export interface NewPack {
  /** The name of its files without their ends. */
  readonly name: string;
  readonly objectCount: number;
  readonly sizeBytes: number;
  readonly hasBitmaps: boolean;
}

/**
 * Writes a pack into a quarantine, forces all of its files to the disk, and moves them into the repository, the index last: it is
 * there as a whole or not at all. A pack with the same bytes, which has the same name, stays and gets the other files.
 *
 * @throws {GovcError} io-failed, aborted, object-missing: nothing is left behind.
 */
export async function writePackFiles(place: PackWritingPlace, content: PackContent, drive: DriveOptions): Promise<NewPack> {
  const { objects, algorithm, disk, syncs, now } = place;
  const quarantine = Quarantine.make(disk, objects.path);
  try {
    const temporary = join(quarantine.packPath, 'tmp_pack');
    const written = await writeEntries(disk, temporary, content.plan, drive);
    const { packChecksum } = written;
    const name = `pack-${hexFromBytes(packChecksum)}`;
    const index = new PackIndex(await driveJob(serializeIndexV2Job(written.rows!, { algorithm, packChecksum }), drive), algorithm);
    const files: [end: string, bytes: Uint8Array][] = [];
    const order = await driveJob(orderByOffset(index), drive);
    index.usePositionsByOffset(order);
    if (content.cruftTimeOf !== undefined) files.push(['mtimes', cruftTimes(content, index)]);
    if (place.writesReverseIndex()) files.push(['rev', serializeReverseIndex(order, packChecksum, algorithm)]);
    const bitmaps = content.makeBitmaps === undefined ? undefined : await driveJob(content.makeBitmaps(index), drive);
    if (bitmaps !== undefined) files.push(['bitmap', bitmaps]);
    files.push(['idx', index.bytes]);
    for (const [end, bytes] of files) {
      await createFile(disk, join(quarantine.packPath, `${name}.${end}`), { chunks: [bytes], mode: 0o444, syncs: false });
    }
    renameFile(disk, temporary, join(quarantine.packPath, `${name}.pack`));
    const ends = ['pack', ...files.map(([end]) => end)];
    if (syncs) await Promise.all(ends.map((end) => syncPath(disk, join(quarantine.packPath, `${name}.${end}`))));
    install(place, { from: quarantine.packPath, name, ends: [...ends.slice(1, -1), 'pack', 'idx'] });
    if (content.cruftTimeOf === undefined) removeFile(disk, join(objects.packs.path, `${name}.mtimes`));
    if (syncs) await syncPath(disk, objects.packs.path);
    attemptUnless(['ENOENT', 'EPERM', 'EACCES'], 'touch', name, () => {
      disk.setTime(join(objects.packs.path, `${name}.pack`), now());
    });
    return { name, objectCount: written.objectCount, sizeBytes: written.size, hasBitmaps: bitmaps !== undefined };
  } finally {
    quarantine.discard();
  }
}

function install(
  { objects, disk }: PackWritingPlace, { from, name, ends }: { readonly from: string; readonly name: string; readonly ends: readonly string[] },
): void {
  for (const end of ends) {
    const path = join(objects.packs.path, `${name}.${end}`);
    // Of one name they have the same bytes, and are perhaps being read.
    if ((end === 'pack' || end === 'idx') && findStat(path) !== undefined) continue;
    renameFile(disk, join(from, `${name}.${end}`), path);
  }
}

/** Writes the pack itself, in slices: a turn for others after each few milliseconds, and whenever the disk takes its time. */
async function writeEntries(disk: Disk, path: string, plan: PackPlan, drive: DriveOptions): Promise<WrittenPack> {
  const file = await attemptAsync(path, () => disk.create(path, 0o444));
  try {
    return await drivePieces(writePack(plan, { rows: true }), (piece) => attemptAsync(path, () => file.writeFile(piece)), drive);
  } finally {
    await file.close();
  }
}

async function attemptAsync<Result>(path: string, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof GovcError) throw error;
    throw ioError('write', path, error);
  }
}

function* orderByOffset(index: PackIndex): Job<Uint32Array> {
  const offsets = new Float64Array(index.count);
  for (let i = 0; i < index.count; i++) {
    offsets[i] = index.offsetAt(i);
    if (i % 16_384 === 16_383) yield { phase: 'Writing index', done: i, total: index.count };
  }
  return yield* sortedOrderJob(offsets);
}

function cruftTimes({ plan, cruftTimeOf }: PackContent, index: PackIndex): Uint8Array {
  const times = new Uint32Array(index.count);
  for (let i = 0; i < times.length; i++) times[i] = cruftTimeOf!(plan.list.ids.find(index.bytes, index.idBytesAt(i)));
  return serializeCruftTimes(times, index);
}
