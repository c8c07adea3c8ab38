import { join } from 'node:path';
import type { HashAlgorithm } from '../../hash/algorithm.js';
import { nextTurn } from '../../job/run.js';
import type { PackSource } from '../../pack/byte-source.js';
import type { DeltaBaseCache } from '../../pack/delta-base-cache.js';
import { FileSpool } from '../../pack/file-source.js';
import type { ObjectSource } from '../../pack/object-source.js';
import { Pack } from '../../pack/pack.js';
import { PackIndex } from '../../pack/pack-index.js';
import { serializeReverseIndex } from '../../pack/rev-index.js';
import { mustBe, type IncomingState } from '../incoming-state.js';
import type { IncomingPack, Spool } from '../spool.js';
import { createFile, renameFile, syncPath } from './disk.js';
import type { OpenFiles, PooledSource } from './open-files.js';
import { newPackName } from './pack-name.js';
import { Quarantine } from './quarantine.js';
import type { Disk } from './system-disk.js';

/** What the packs of a quarantine are made with. */
export interface QuarantineParts {
  /** The `objects` folder of the repository. */
  readonly objectsPath: string;
  readonly algorithm: HashAlgorithm;
  readonly files: OpenFiles;
  readonly bases: DeltaBaseCache;
  readonly disk: Disk;
  readonly syncs: boolean;
  /** Whether a `.rev` file is written beside each index: `pack.writeReverseIndex`. */
  readonly writesReverseIndex: () => boolean;
}

/** A pack that lies in a quarantine, ready to be moved into the repository. */
export interface InstalledPack {
  readonly quarantine: Quarantine;
  /** The name of its files without their ends. */
  readonly name: string;
  readonly pack: Pack;
  readonly source: PooledSource;
}

/** Packs on their way into a Git directory: each arrives in a quarantine of its own. */
export class QuarantineSpool implements Spool {
  readonly #parts: QuarantineParts;
  readonly #installed = new WeakMap<ObjectSource, InstalledPack>();

  constructor(parts: QuarantineParts) {
    this.#parts = parts;
  }

  /** @throws {GovcError} io-failed */
  async open(): Promise<IncomingPack> {
    const quarantine = Quarantine.make(this.#parts.disk, this.#parts.objectsPath);
    return new QuarantinedPack(quarantine, this.#parts, (installed) => {
      this.#installed.set(installed.pack, installed);
    });
  }

  /** The files behind a pack that was installed here, or `undefined` for any other source. */
  findInstalled(source: ObjectSource): InstalledPack | undefined {
    return this.#installed.get(source);
  }
}

// Writing goes to the page cache at gigabytes a second; others get a turn after this much.
const TURN_SIZE = 4 * 1024 * 1024;

class QuarantinedPack implements IncomingPack {
  readonly quarantinePath: string;
  readonly #quarantine: Quarantine;
  readonly #parts: QuarantineParts;
  readonly #onInstalled: (installed: InstalledPack) => void;
  readonly #path: string;
  readonly #file: FileSpool;
  #state: IncomingState = 'receiving';
  #sinceTurn = 0;

  constructor(quarantine: Quarantine, parts: QuarantineParts, onInstalled: (installed: InstalledPack) => void) {
    this.quarantinePath = quarantine.path;
    this.#quarantine = quarantine;
    this.#parts = parts;
    this.#onInstalled = onInstalled;
    this.#path = join(quarantine.packPath, 'tmp_pack_incoming');
    this.#file = new FileSpool(this.#path, parts.disk);
  }

  get source(): PackSource {
    return this.#file;
  }

  async write(chunk: Uint8Array): Promise<void> {
    mustBe(this.#state, 'receiving');
    this.#file.append(chunk);
    this.#sinceTurn += chunk.length;
    if (this.#sinceTurn < TURN_SIZE) return;
    this.#sinceTurn = 0;
    await nextTurn();
  }

  async seal(): Promise<PackSource> {
    mustBe(this.#state, 'receiving');
    this.#state = 'sealed';
    return this.#file;
  }

  async amend(offset: number, bytes: Uint8Array): Promise<void> {
    mustBe(this.#state, 'sealed');
    const inside = Math.max(0, Math.min(bytes.length, this.#file.size - offset));
    if (inside > 0) this.#file.overwrite(offset, bytes.subarray(0, inside));
    if (inside < bytes.length) this.#file.append(bytes.subarray(inside));
  }

  async install(indexBytes: Uint8Array, packChecksum: Uint8Array): Promise<Pack> {
    mustBe(this.#state, 'sealed');
    const { algorithm, files, bases, disk, syncs, writesReverseIndex } = this.#parts;
    const size = this.#file.size;
    this.#file.close();
    const name = newPackName(this.#parts.objectsPath, packChecksum, algorithm);
    const base = join(this.#quarantine.packPath, name);
    renameFile(disk, this.#path, `${base}.pack`);
    const paths = [`${base}.pack`, `${base}.idx`];
    const index = new PackIndex(indexBytes, algorithm);
    if (writesReverseIndex()) {
      const rev = serializeReverseIndex(index.positionsByOffset(), packChecksum, algorithm);
      await createFile(disk, `${base}.rev`, { chunks: [rev], syncs: false, mode: 0o444 });
      paths.push(`${base}.rev`);
    }
    await createFile(disk, `${base}.idx`, { chunks: [indexBytes], syncs: false, mode: 0o444 });
    if (syncs) await Promise.all(paths.map((path) => syncPath(disk, path)));
    const source = files.source(`${base}.pack`, size);
    const pack = new Pack({ source, index, algorithm, name, cache: bases });
    this.#state = 'installed';
    this.#onInstalled({ quarantine: this.#quarantine, name, pack, source });
    return pack;
  }

  async discard(): Promise<void> {
    if (this.#state === 'discarded') return;
    this.#state = 'discarded';
    this.#file.close();
    // A pack that a batch took has moved on, and the quarantine with it.
    this.#quarantine.discard();
  }
}
