import { join } from 'node:path';
import type { HashAlgorithm } from '../../hash/algorithm.js';
import { isObjectId, type ObjectId } from '../../hash/object-id.js';
import type { Job } from '../../job/job.js';
import type { Pack } from '../../pack/pack.js';
import { readCruftTimes } from '../../pack/cruft-times.js';
import type { DirectoryObjects } from './directory-objects.js';
import { findEntries, findFile, findStat, listNames, removeFile, removeIfEmpty, syncPath } from './disk.js';
import { listExtraRoots } from './extra-roots.js';
import { takeGcLock } from './gc-lock.js';
import type { LockOwner } from './lock-owner.js';
import { MIDX_NAME } from './midx-file.js';
import { removeMidx, writeInfoPacks, writeMidxFiles } from './midx-writing.js';
import { writePackFiles, type NewPack, type PackContent } from './pack-writing.js';
import type { DriveOptions } from '../../job/run.js';
import type { Disk } from './system-disk.js';

/** What {@link DirectoryMaintenance} works with. */
export interface MaintenancePlace {
  /** Where the shared parts of the repository are. */
  readonly commonPath: string;
  readonly objects: DirectoryObjects;
  readonly algorithm: HashAlgorithm;
  readonly disk: Disk;
  readonly owner: LockOwner;
  readonly syncs: boolean;
  readonly now: () => number;
  readonly writesReverseIndex: () => boolean;
}

/** A pack as maintenance sees it. */
export interface PackFacts {
  /** The name of its files without their ends. */
  readonly name: string;
  readonly pack: Pack;
  readonly objectCount: number;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /** Marked by a `.keep` file: it stays as it is. */
  readonly isKept: boolean;
  /** Holds what nothing reaches, each object with a time. */
  readonly isCruft: boolean;
  /** Came from a partial clone: objects that it refers to may be missing. */
  readonly isPromisor: boolean;
}

/** Loose objects, and when each was last written or wanted. */
export interface LooseFacts {
  readonly ids: readonly ObjectId[];
  /** Milliseconds since 1970. */
  readonly timesMs: Float64Array;
}

const COLLECTION_MS = 7 * 24 * 60 * 60 * 1000;
/** So many packs are never there for long. */
const OLDEST_LOOK_MAX = 10_000;

/** The files that packing and collecting change in a Git directory. What is to be done is decided elsewhere; see `repository/maintenance.ts`. */
export class DirectoryMaintenance {
  readonly #place: MaintenancePlace;

  constructor(place: MaintenancePlace) {
    this.#place = place;
  }

  /** All objects of the repository and its alternates. */
  get objects(): DirectoryObjects {
    return this.#place.objects;
  }

  /** Keeps others from collecting; see {@link takeGcLock}. @throws {GovcError} io-failed */
  lock(): Promise<(() => void) | undefined> {
    return takeGcLock(this.#place);
  }

  /** What keeps objects alive besides refs; see {@link listExtraRoots}. @throws {GovcError} io-failed, index-file-invalid */
  extraRoots(): Iterable<readonly ObjectId[]> {
    return listExtraRoots(this.#place.commonPath, this.#place.algorithm);
  }

  /** The packs of the repository itself, not of alternates. Opens all of them. */
  *listPacks(): Job<PackFacts[]> {
    const { packs } = this.#place.objects;
    packs.rescan();
    const facts: PackFacts[] = [];
    for (const pack of packs.packs()) {
      const path = join(packs.path, pack.name);
      const stats = findStat(`${path}.pack`);
      if (stats === undefined) continue;
      facts.push({
        name: pack.name,
        pack,
        objectCount: pack.objectCount,
        sizeBytes: stats.size,
        modifiedMs: stats.mtimeMs,
        isKept: this.isKept(pack.name),
        isCruft: findStat(`${path}.mtimes`) !== undefined,
        isPromisor: findStat(`${path}.promisor`) !== undefined,
      });
      yield { phase: 'Listing packs', done: facts.length, total: undefined };
    }
    return facts;
  }

  /** How many packs there are, without opening any. */
  countPacks(): number {
    return listNames(this.#place.objects.packs.path).filter((name) => name.endsWith('.pack')).length;
  }

  /** About how many loose objects there are, by the folder that Git looks at for that. */
  estimateLoose(): number {
    return listNames(join(this.#place.objects.path, '17')).length * 256;
  }

  /**
   * Whether it is time to find out what is not needed any more: the oldest pack that may be rewritten is a week old, and not the only one.
   */
  isCollectionDue(): boolean {
    const folder = this.#place.objects.packs.path;
    const names = listNames(folder).filter((name) => name.endsWith('.pack') && !this.isKept(name.slice(0, -'.pack'.length)));
    const times = names.map((name) => findStat(join(folder, name))?.mtimeMs ?? Number.POSITIVE_INFINITY);
    return times.length > 1 && Math.min(...times.slice(0, OLDEST_LOOK_MAX)) < this.#place.now() - COLLECTION_MS;
  }

  /** Whether a pack is marked by a `.keep` file now. */
  isKept(name: string): boolean {
    return findStat(join(this.#place.objects.packs.path, `${name}.keep`)) !== undefined;
  }

  /** Whether the files of a pack are there. */
  hasPack(name: string): boolean {
    return this.packTimeMs(name) !== undefined;
  }

  /** When a pack was last changed, or wanted by a writer that found its objects there; `undefined` where it is gone. */
  packTimeMs(name: string): number | undefined {
    return findStat(join(this.#place.objects.packs.path, `${name}.pack`))?.mtimeMs;
  }

  /** The same of a loose object. */
  looseTimeMs(id: ObjectId): number | undefined {
    return findStat(join(this.#place.objects.path, id.slice(0, 2), id.slice(2)))?.mtimeMs;
  }

  /** Whether there is a multi-pack-index. */
  get hasMidx(): boolean {
    return findStat(join(this.#place.objects.packs.path, MIDX_NAME)) !== undefined;
  }

  /** Removes the commit-graph, of a repository that has no commits any more. */
  removeCommitGraph(): void {
    const { objects, disk } = this.#place;
    const info = join(objects.path, 'info');
    removeFile(disk, join(info, 'commit-graphs', 'commit-graph-chain'));
    removeFile(disk, join(info, 'commit-graph'));
  }

  /**
   * The times of a cruft pack in seconds since 1970, in the order of ids; `undefined` where there are none.
   *
   * @throws {GovcError} pack-index-corrupt, io-failed
   */
  readCruftTimes({ name, pack }: PackFacts): Uint32Array | undefined {
    const bytes = findFile(join(this.#place.objects.packs.path, `${name}.mtimes`));
    return bytes === undefined ? undefined : readCruftTimes(bytes, pack.index);
  }

  /** Lists loose objects, one of 256 folders at a time. */
  *listLoose(): Job<LooseFacts> {
    const { objects, algorithm } = this.#place;
    const ids: ObjectId[] = [];
    const times: number[] = [];
    for (let first = 0; first < 256; first++) {
      const folder = first.toString(16).padStart(2, '0');
      for (const name of listNames(join(objects.path, folder))) {
        const id = folder + name;
        if (!isObjectId(id, algorithm)) continue;
        const modifiedMs = findStat(join(objects.path, folder, name))?.mtimeMs;
        if (modifiedMs === undefined) continue;
        ids.push(id);
        times.push(modifiedMs);
        if (ids.length % 64 === 0) yield { phase: 'Listing loose objects', done: ids.length, total: undefined };
      }
      yield { phase: 'Listing loose objects', done: ids.length, total: undefined };
    }
    return { ids, timesMs: Float64Array.from(times) };
  }

  /** Writes a pack with all its files, forced to the disk, and reads through it from then on; see {@link writePackFiles}. */
  async writePack(content: PackContent, drive: DriveOptions): Promise<NewPack> {
    const made = await writePackFiles(this.#place, content, drive);
    this.#place.objects.packs.rescan();
    return made;
  }

  /**
   * Puts a multi-pack-index in place of the one that is there, with its bitmap if there is one.
   *
   * @throws {GovcError} lock-held, io-failed
   */
  async writeMidx(bytes: Uint8Array, bitmaps: Uint8Array | undefined): Promise<void> {
    await writeMidxFiles(this.#place, bytes, bitmaps);
    this.#place.objects.packs.reread();
  }

  /** Removes the multi-pack-index and its bitmap, so that nothing names packs that are about to go. @throws {GovcError} lock-held, io-failed */
  async removeMidx(): Promise<void> {
    await removeMidx(this.#place);
    this.#place.objects.packs.reread();
  }

  /** Writes `objects/info/packs`, for clients of the dumb protocol. @throws {GovcError} lock-held, io-failed */
  writeInfoPacks(): Promise<void> {
    return writeInfoPacks(this.#place);
  }

  /**
   * Deletes packs, those with a `.keep` file excepted. Whoever reads from them in this process goes on to.
   *
   * @throws {GovcError} io-failed
   */
  async removePacks(names: readonly string[]): Promise<number> {
    const { objects, disk, syncs } = this.#place;
    const folder = objects.packs.path;
    let count = 0;
    for (const name of names) {
      if (this.isKept(name)) continue;
      objects.packs.retire(name);
      // The index first: without it nobody looks for the pack.
      for (const end of ['idx', 'pack', 'rev', 'bitmap', 'mtimes', 'promisor']) removeFile(disk, join(folder, `${name}.${end}`));
      count++;
    }
    objects.packs.rescan();
    if (syncs && count > 0) await syncPath(disk, folder);
    return count;
  }

  /** Deletes loose objects, and folders that are empty then. */
  *removeLoose(ids: Iterable<ObjectId>): Job<number> {
    const { objects, disk } = this.#place;
    const folders = new Set<string>();
    let count = 0;
    for (const id of ids) {
      if (removeFile(disk, join(objects.path, id.slice(0, 2), id.slice(2)))) count++;
      folders.add(id.slice(0, 2));
      if (count % 32 === 31) yield { phase: 'Removing loose objects', done: count, total: undefined };
    }
    for (const folder of folders) {
      removeIfEmpty(disk, join(objects.path, folder));
      yield { phase: 'Removing loose objects', done: count, total: count };
    }
    return count;
  }

  /** Removes what killed writers left behind: temporary files that were not changed since a moment, in milliseconds since 1970. */
  *removeLeftovers(beforeMs: number): Job<number> {
    const { objects, disk } = this.#place;
    let count = 0;
    for (const folder of [objects.path, objects.packs.path, ...folders(objects.path)]) {
      for (const name of listNames(folder)) {
        if (!/^(?:tmp_(?:obj|pack|idx|rev|mtimes|bitmap)_|\.tmp-\d+-pack-)/.test(name)) continue;
        const stats = findStat(join(folder, name));
        if (stats?.isFile() === true && stats.mtimeMs < beforeMs && removeFile(disk, join(folder, name))) count++;
      }
      yield { phase: 'Removing leftovers', done: count, total: undefined };
    }
    return count;
  }
}

function folders(path: string): string[] {
  return (findEntries(path) ?? []).filter((entry) => entry.isDirectory() && /^[0-9a-f]{2}$/.test(entry.name)).map(({ name }) => join(path, name));
}
