import { join } from 'node:path';
import type { HashAlgorithm } from '../../hash/algorithm.js';
import { driveJob } from '../../job/run.js';
import { buildPackJob } from '../../pack/build-pack.js';
import type { ObjectSource } from '../../pack/object-source.js';
import { Pack } from '../../pack/pack.js';
import { PackIndex } from '../../pack/pack-index.js';
import type { ObjectId } from '../../hash/object-id.js';
import type { Batch } from '../../store/batch.js';
import type { YoungObject } from '../../store/young-objects.js';
import type { DirectoryObjects } from './directory-objects.js';
import { createFile, makeDirectory, syncPath } from './disk.js';
import { serializeLooseObject } from './loose-objects.js';
import { newPackName } from './pack-name.js';
import { Quarantine, removeKeepFiles } from './quarantine.js';
import type { Disk } from './system-disk.js';
import type { InstalledPack, QuarantineSpool } from './quarantine-spool.js';

/** What storing objects works with. */
export interface ObjectStoreParts {
  readonly objects: DirectoryObjects;
  readonly spool: QuarantineSpool;
  readonly algorithm: HashAlgorithm;
  readonly disk: Disk;
  readonly syncs: boolean;
  readonly now: () => number;
  /** From so many objects on they are written as a pack; fewer go to a file each. */
  readonly packLimit: number;
}

/** How hard objects are deflated. */
export interface CompressionLevels {
  readonly pack: number;
  readonly loose: number;
}

/** Objects of a group of batches, written beside the repository. */
export interface StagedObjects {
  /** Moves them into the repository, marked as about to be needed. @throws {GovcError} io-failed */
  install(): Promise<void>;
  /** Removes the marks, when refs name what is needed. Until then an append that failed can be tried again. */
  release(): void;
  /** Throws away what was not installed. */
  discard(): void;
}

const COPY_SIZE = 1024 * 1024;

/** Brings the objects of batches into a Git directory. */
export class ObjectStore {
  readonly #parts: ObjectStoreParts;
  /**
   * What an append that failed has left in the repository, with the marks of its packs: when it is tried again it is
   * not written again.
   */
  readonly #stored = new Map<object, readonly string[]>();

  constructor(parts: ObjectStoreParts) {
    this.#parts = parts;
  }

  /**
   * Writes the objects of all batches as one pack, or few of them loose, into a quarantine, and foreign packs as they are. Packs that were
   * received by the spool of the repository are in theirs already.
   *
   * @throws {GovcError} io-failed: nothing is left behind.
   */
  async write(batches: readonly Batch[], levels: CompressionLevels): Promise<StagedObjects> {
    const objects = new Map<ObjectId, YoungObject>();
    const written: object[] = [];
    const stored: object[] = [];
    const installed: InstalledPack[] = [];
    const foreign: ObjectSource[] = [];
    for (const batch of batches) {
      if (this.#stored.has(batch.objects)) {
        stored.push(batch.objects);
      } else if (batch.objects.length > 0) {
        for (const object of batch.objects) objects.set(object.id, object);
        written.push(batch.objects);
      }
      for (const source of batch.packs) {
        const known = this.#parts.spool.findInstalled(source);
        if (this.#stored.has(source)) stored.push(source);
        else if (known !== undefined) installed.push(known);
        else if (source !== this.#parts.objects) foreign.push(source);
      }
    }
    let quarantine: Quarantine | undefined;
    if (objects.size > 0 || foreign.length > 0) {
      quarantine = Quarantine.make(this.#parts.disk, this.#parts.objects.path);
      try {
        if (objects.size > 0 && objects.size < this.#parts.packLimit) await this.#writeLoose(quarantine, [...objects.values()], levels.loose);
        else if (objects.size > 0) await this.#writeObjects(quarantine, [...objects.values()], levels.pack);
        for (const source of foreign) await this.#writeSource(quarantine, source, levels.pack);
      } catch (error) {
        quarantine.discard();
        throw error;
      }
    }
    return {
      install: async () => {
        const keeps = await quarantine?.migrate(this.#migration()) ?? [];
        for (const pack of installed) keeps.push(...await this.#adopt(pack));
        if (quarantine !== undefined) this.#parts.objects.packs.rescan();
        for (const each of [...written, ...foreign, ...installed.map(({ pack }) => pack)]) {
          this.#stored.set(each, keeps);
          stored.push(each);
        }
      },
      release: () => {
        for (const each of stored) this.#release(each);
      },
      discard: () => {
        quarantine?.discard();
      },
    };
  }

  /** Removes the marks of appends that failed and were not tried again. */
  close(): void {
    for (const each of [...this.#stored.keys()]) this.#release(each);
  }

  #release(stored: object): void {
    removeKeepFiles(this.#parts.disk, this.#stored.get(stored) ?? []);
    this.#stored.delete(stored);
  }

  async #adopt({ quarantine, name, pack, source }: InstalledPack): Promise<string[]> {
    const { packs } = this.#parts.objects;
    source.moveTo(join(packs.path, `${name}.pack`));
    const keeps = await quarantine.migrate(this.#migration());
    source.endMove();
    packs.adopt(name, pack, source);
    return keeps;
  }

  async #writeObjects(quarantine: Quarantine, objects: readonly YoungObject[], level: number): Promise<void> {
    const { algorithm } = this.#parts;
    // What was just written is small and new; finding deltas is for a repack, which sees more of it.
    const built = await driveJob(buildPackJob(objects, { algorithm, level, deltas: false }));
    await this.#writePack(quarantine, [built.pack], new PackIndex(built.index, algorithm));
  }

  /** All at once, so that what is forced to the disk costs few commits of the file system's journal. */
  async #writeLoose(quarantine: Quarantine, objects: readonly YoungObject[], level: number): Promise<void> {
    const { disk, syncs } = this.#parts;
    const folders = new Set(objects.map(({ id }) => join(quarantine.path, id.slice(0, 2))));
    for (const folder of folders) makeDirectory(disk, folder);
    await Promise.all(objects.map(({ id, type, body }) => {
      const path = join(quarantine.path, id.slice(0, 2), id.slice(2));
      return createFile(disk, path, { chunks: [serializeLooseObject(type, body, level)], syncs, mode: 0o444 });
    }));
  }

  async #writeSource(quarantine: Quarantine, source: ObjectSource, level: number): Promise<void> {
    if (source instanceof Pack) {
      await this.#writePack(quarantine, chunksOf(source), source.index);
      return;
    }
    const objects = new Map<ObjectId, YoungObject>();
    for (const id of source.ids()) {
      const object = source.find(id);
      if (object !== undefined) objects.set(id, { id, ...object });
    }
    if (objects.size > 0) await this.#writeObjects(quarantine, [...objects.values()], level);
  }

  async #writePack(quarantine: Quarantine, chunks: Iterable<Uint8Array>, index: PackIndex): Promise<void> {
    const { algorithm, disk, syncs } = this.#parts;
    const { packChecksum } = index;
    const base = join(quarantine.packPath, newPackName(this.#parts.objects.path, packChecksum, algorithm));
    await createFile(disk, `${base}.pack`, { chunks, syncs: false, mode: 0o444 });
    await createFile(disk, `${base}.idx`, { chunks: [index.bytes], syncs: false, mode: 0o444 });
    // Forced to the disk together, they cost one commit of the file system's journal.
    if (syncs) await Promise.all([syncPath(disk, `${base}.pack`), syncPath(disk, `${base}.idx`)]);
  }

  #migration(): { readonly syncs: boolean; readonly nowMs: number } {
    return { syncs: this.#parts.syncs, nowMs: this.#parts.now() };
  }
}

function* chunksOf({ source }: Pack): Generator<Uint8Array, void, void> {
  for (let at = 0; at < source.size; at += COPY_SIZE) yield source.read(at, Math.min(COPY_SIZE, source.size - at));
}
