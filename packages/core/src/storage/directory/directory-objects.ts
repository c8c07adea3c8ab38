import { join } from 'node:path';
import { GovcError } from '../../errors.js';
import type { ObjectId } from '../../hash/object-id.js';
import type { GitObject, ObjectHeader } from '../../object/object.js';
import type { PackEntryLocation } from '../../pack/entry-location.js';
import type { BitmapIndex, BitmapKeeper } from '../../pack/bitmap-index.js';
import type { ObjectSource } from '../../pack/object-source.js';
import type { Pack } from '../../pack/pack.js';
import { listAlternates } from './alternates.js';
import { findStat } from './disk.js';
import { isUnchanged, stampOf, type FileStamp } from './file-stamp.js';
import { LooseObjects } from './loose-objects.js';
import { PackFolder, type PackSurroundings } from './pack-folder.js';

/** One `objects` folder. */
interface ObjectFolder {
  readonly packs: PackFolder;
  readonly loose: LooseObjects;
}

// Another process may repack while an object is looked for; more often than this it does not.
const ATTEMPTS_MAX = 3;

/**
 * All objects of a Git directory and its alternates, read as they are on disk at each moment.
 *
 * Packs are asked first, then loose objects, then packs that have appeared meanwhile: so an object that another process
 * moves from one place to another is found.
 */
export class DirectoryObjects implements ObjectSource, BitmapKeeper {
  readonly path: string;
  readonly #surroundings: PackSurroundings;
  readonly #own: ObjectFolder;
  #alternates: readonly ObjectFolder[] = [];
  #alternatesStamp: FileStamp | undefined;

  /** @param path the `objects` folder */
  constructor(path: string, surroundings: PackSurroundings) {
    this.path = path;
    this.#surroundings = surroundings;
    this.#own = this.#folder(path);
    this.#readAlternates();
  }

  /** The packs of the repository itself. */
  get packs(): PackFolder {
    return this.#own.packs;
  }

  /**
   * Whether the object is there. O(packs) for one that is; for one that is not, some system calls more.
   */
  has(id: ObjectId): boolean {
    return this.#search(id, () => true, (loose) => (loose.has(id) ? true : undefined)) ?? false;
  }

  find(id: ObjectId): GitObject | undefined {
    return this.#search(id, (pack) => pack.find(id), (loose) => loose.find(id));
  }

  findHeader(id: ObjectId): ObjectHeader | undefined {
    return this.#search(id, (pack) => pack.findHeader(id), (loose) => loose.findHeader(id));
  }

  findChunks(id: ObjectId): Iterable<Uint8Array> | undefined {
    return this.#search(id, (pack) => pack.findChunks(id), (loose) => loose.findChunks(id));
  }

  findEntry(id: ObjectId): PackEntryLocation | undefined {
    return this.#search(id, (pack) => pack.findEntry(id), () => undefined);
  }

  *ids(): Generator<ObjectId, void, void> {
    this.rescan();
    for (const folder of this.#folders()) {
      for (const pack of folder.packs.packs()) yield* pack.ids();
      yield* folder.loose.ids();
    }
  }

  *idsWithPrefix(prefix: string): Generator<ObjectId, void, void> {
    this.rescan();
    for (const folder of this.#folders()) {
      for (const pack of folder.packs.packs()) yield* pack.idsWithPrefix(prefix);
      yield* folder.loose.idsWithPrefix(prefix);
    }
  }

  /** The pack of the repository itself or of an alternate that holds an object. */
  findPack(id: ObjectId): Pack | undefined {
    for (const { packs } of this.#folders()) {
      const pack = packs.findHolder(id);
      if (pack !== undefined) return pack;
    }
    return undefined;
  }

  /** About how many bytes of memory indexes of packs take. */
  get heldBytes(): number {
    let bytes = 0;
    for (const { packs } of this.#folders()) bytes += packs.heldBytes;
    return bytes;
  }

  /** Whether there are alternates to borrow objects from. */
  get isBorrowing(): boolean {
    return this.#alternates.length > 0;
  }

  /** Whether the repository itself holds the object, not only an alternate. */
  isOwn(id: ObjectId): boolean {
    return this.#own.packs.findHolder(id) !== undefined || this.#own.loose.has(id);
  }

  /** The bitmap of the repository, or of the nearest alternate that has one. */
  findBitmaps(): BitmapIndex | undefined {
    for (const { packs } of this.#folders()) {
      const found = packs.findBitmaps();
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Looks for packs and alternates that were added since; says whether there are any. */
  rescan(): boolean {
    let isChanged = this.#readAlternates();
    for (const folder of this.#folders()) isChanged = folder.packs.rescan() || isChanged;
    return isChanged;
  }

  close(): void {
    for (const folder of this.#folders()) folder.packs.close();
  }

  /**
   * Asks every place that may hold the object. A copy that cannot be read does not hide another: only when none can
   * be is the first error thrown.
   */
  #search<Found>(
    id: ObjectId,
    inPack: (pack: Pack) => Found | undefined,
    inLoose: (loose: LooseObjects) => Found | undefined,
  ): Found | undefined {
    let failure: GovcError | undefined;
    const attempt = (action: () => Found | undefined): Found | undefined => {
      try {
        return action();
      } catch (error) {
        if (!(error instanceof GovcError)) throw error;
        failure ??= error;
        return undefined;
      }
    };
    for (let round = 0; round < ATTEMPTS_MAX; round++) {
      for (const { packs } of this.#folders()) {
        const pack = packs.findHolder(id);
        if (pack === undefined) continue;
        const found = attempt(() => inPack(pack)) ?? attempt(() => this.#searchOthers(id, packs, pack, inPack));
        if (found !== undefined) return found;
      }
      for (const { loose } of this.#folders()) {
        const found = attempt(() => inLoose(loose));
        if (found !== undefined) return found;
      }
      if (!this.rescan()) break;
    }
    if (failure !== undefined) throw failure;
    return undefined;
  }

  /** After a pack could not be read: forgets it if its file is gone, and asks the others that have a copy. */
  #searchOthers<Found>(
    id: ObjectId, packs: PackFolder, failed: Pack, inPack: (pack: Pack) => Found | undefined,
  ): Found | undefined {
    let failure: GovcError | undefined;
    for (const pack of packs.packs()) {
      if (pack === failed || !pack.has(id)) continue;
      try {
        return inPack(pack);
      } catch (error) {
        if (!(error instanceof GovcError)) throw error;
        failure ??= error;
      }
    }
    if (findStat(join(packs.path, `${failed.name}.pack`)) === undefined) packs.forget(failed);
    if (failure !== undefined && failure.code !== 'io-failed') throw failure;
    return undefined;
  }

  *#folders(): Generator<ObjectFolder, void, void> {
    yield this.#own;
    yield* this.#alternates;
  }

  #folder(path: string): ObjectFolder {
    return {
      packs: new PackFolder(join(path, 'pack'), this.#surroundings),
      loose: new LooseObjects(path, this.#surroundings.algorithm),
    };
  }

  /** Reads the alternates again if their file has changed; says whether it had. */
  #readAlternates(): boolean {
    const nowMs = this.#surroundings.now();
    const stats = findStat(join(this.path, 'info', 'alternates'));
    if (isUnchanged(this.#alternatesStamp, stats)) return false;
    const before = this.#alternatesStamp;
    this.#alternatesStamp = stats === undefined ? undefined : stampOf(stats, nowMs);
    // A fresh file is looked at again and again until its stamp can be trusted; what it said may be the same.
    const known = new Map(this.#alternates.map((folder) => [folder.packs.path, folder]));
    const paths = stats === undefined ? [] : listAlternates(this.path, this.#surroundings.onProblem);
    this.#alternates = paths.map((path) => known.get(join(path, 'pack')) ?? this.#folder(path));
    return before === undefined || this.#alternates.some((folder) => !known.has(folder.packs.path));
  }
}
