import { statSync } from 'node:fs';
import { join } from 'node:path';
import { GovcError } from '../../errors.js';
import type { HashAlgorithm } from '../../hash/algorithm.js';
import type { ObjectId } from '../../hash/object-id.js';
import { BitOrder } from '../../pack/bit-order.js';
import { BitmapIndex } from '../../pack/bitmap-index.js';
import type { DeltaBaseCache } from '../../pack/delta-base-cache.js';
import { Pack } from '../../pack/pack.js';
import { PackIndex } from '../../pack/pack-index.js';
import { attemptUnless, findFile, findStat, listNames } from './disk.js';
import { hasSameNames, stampOf, type FileStamp } from './file-stamp.js';
import { MIDX_NAME, MidxFile, midxBitmapName } from './midx-file.js';
import type { OpenFiles, PooledSource } from './open-files.js';

/** What packs of all folders of a repository share. */
export interface PackSurroundings {
  readonly algorithm: HashAlgorithm;
  readonly files: OpenFiles;
  readonly bases: DeltaBaseCache;
  readonly now: () => number;
  /** Told of files that are left out because they are damaged. */
  readonly onProblem: (problem: GovcError) => void;
  /** Whether multi-pack-indexes are read: `core.multiPackIndex`. */
  readonly usesMidx: () => boolean;
}

/** A pack and its file. */
interface OpenPack {
  readonly pack: Pack;
  readonly source: PooledSource;
}

/**
 * The packs of one `objects/pack` folder.
 *
 * The folder is listed again when an object is not found and the folder has changed since, as Git does
 * (`reprepare_packed_git`). A pack that another process has deleted stays readable for whoever refers to it.
 *
 * Where there is a multi-pack-index, it says which of the packs that it covers holds an object, and the others are asked one
 * by one. It may be older than the packs: what it says is only where to look first.
 */
export class PackFolder {
  readonly path: string;
  readonly #surroundings: PackSurroundings;
  #stamp: FileStamp | undefined;
  #isListed = false;
  /** Base names of packs, the most recently used first. */
  #names: string[] = [];
  readonly #open = new Map<string, OpenPack | undefined>();
  readonly #midx: MidxFile;
  /** Names that the multi-pack-index covers; asked one by one only where it misleads. */
  #covered: ReadonlySet<string> = new Set();
  /** Names of `.bitmap` files. */
  #bitmapNames: readonly string[] = [];
  /** The bitmap that was read; `null` where none can be used. */
  #bitmaps: BitmapIndex | null | undefined;

  constructor(path: string, surroundings: PackSurroundings) {
    this.path = path;
    this.#surroundings = surroundings;
    this.#midx = new MidxFile(path, surroundings);
  }

  /**
   * The packs, the most recently used first, until one is asked for no more; opens them one by one.
   */
  *packs(): Generator<Pack, void, void> {
    if (!this.#isListed) this.rescan();
    for (const name of this.#names.slice()) {
      const pack = this.#find(name);
      if (pack !== undefined) yield pack;
    }
  }

  /** The pack that holds the object, which becomes the first to be asked next time. */
  findHolder(id: ObjectId): Pack | undefined {
    if (!this.#isListed) this.rescan();
    const indexed = this.#findIndexed(id);
    if (indexed !== undefined && indexed !== 'gone') return indexed;
    const skipsCovered = indexed === undefined && this.#covered.size > 0;
    const names = this.#names;
    for (let i = 0; i < names.length; i++) {
      const name = names[i]!;
      if (skipsCovered && this.#covered.has(name)) continue;
      const pack = this.#find(name);
      if (pack?.has(id) === true) {
        if (i > 0) {
          names.splice(i, 1);
          names.unshift(name);
        }
        return pack;
      }
    }
    return undefined;
  }

  /** The pack that the multi-pack-index names for an object; `gone` where it names one that is not here any more. */
  #findIndexed(id: ObjectId): Pack | 'gone' | undefined {
    const index = this.#midx.index;
    const position = index?.findPosition(id);
    if (index === undefined || position === undefined) return undefined;
    const name = index.packNames[index.packAt(position)]!;
    const pack = this.#covered.has(name) ? this.#find(name) : undefined;
    return pack?.has(id) === true ? pack : 'gone';
  }

  /** Lists the folder again unless it certainly is as it was; says whether there are new packs. */
  rescan(): boolean {
    const nowMs = this.#surroundings.now();
    const stats = findStat(this.path);
    if (this.#isListed && hasSameNames(this.#stamp, stats)) return false;
    this.#stamp = stats === undefined ? undefined : stampOf(stats, nowMs);
    this.#isListed = true;
    const files = new Set(listNames(this.path));
    const found = new Set<string>();
    for (const file of files) {
      if (!file.endsWith('.idx')) continue;
      const name = file.slice(0, -4);
      if (files.has(`${name}.pack`)) found.add(name);
    }
    for (const name of this.#names) if (!found.has(name) || this.#open.get(name) === undefined) this.#drop(name);
    const kept = this.#names.filter((name) => found.has(name));
    const known = new Set(kept);
    const added = [...found].filter((name) => !known.has(name));
    this.#names = [...this.#newestFirst(added), ...kept];
    this.#readMidx(files, found);
    this.#bitmapNames = [...files].filter((file) => file.endsWith('.bitmap') && (found.has(file.slice(0, -7)) || file.startsWith(MIDX_NAME)))
      // Git looks at the one of the multi-pack-index first, too.
      .sort((left, right) => Number(right.startsWith(MIDX_NAME)) - Number(left.startsWith(MIDX_NAME)));
    this.#bitmaps = undefined;
    return added.length > 0;
  }

  #readMidx(files: ReadonlySet<string>, found: ReadonlySet<string>): void {
    if (!files.has(MIDX_NAME) || !this.#surroundings.usesMidx()) this.#midx.close();
    else this.#midx.update();
    this.#covered = new Set(this.#midx.index?.packNames.filter((name) => found.has(name)));
  }

  /** The bitmap of the multi-pack-index, or else of a pack; read when it is first asked for. */
  findBitmaps(): BitmapIndex | undefined {
    if (!this.#isListed) this.rescan();
    this.#bitmaps ??= this.#readBitmaps() ?? null;
    return this.#bitmaps ?? undefined;
  }

  #readBitmaps(): BitmapIndex | undefined {
    for (const file of this.#bitmapNames) {
      try {
        const order = file.startsWith(MIDX_NAME) ? this.#midxOrder(file) : this.#packOrder(file.slice(0, -'.bitmap'.length));
        const bytes = order === undefined ? undefined : findFile(join(this.path, file));
        if (order !== undefined && bytes !== undefined) return new BitmapIndex(bytes, order);
      } catch (error) {
        if (!(error instanceof GovcError)) throw error;
        this.#surroundings.onProblem(error);
      }
    }
    return undefined;
  }

  #midxOrder(file: string): BitOrder | undefined {
    const { index } = this.#midx;
    if (index === undefined || file !== midxBitmapName(index.checksum)) return undefined;
    // The objects are only there while all packs are.
    return index.packNames.every((name) => this.#covered.has(name)) ? BitOrder.ofMidx(index) : undefined;
  }

  #packOrder(name: string): BitOrder | undefined {
    const pack = this.#find(name);
    if (pack === undefined) return undefined;
    const reverse = findFile(join(this.path, `${name}.rev`));
    // Reading the order is quicker than sorting.
    if (reverse !== undefined) pack.index.useReverseIndex(reverse);
    return BitOrder.ofPack(pack.index);
  }

  /** Takes a pack that was just moved here, already open. */
  adopt(name: string, pack: Pack, source: PooledSource): void {
    if (this.#names.includes(name)) return;
    this.#open.set(name, { pack, source });
    this.#names.unshift(name);
  }

  /** Forgets a pack whose file turned out to be gone. */
  forget(pack: Pack): void {
    for (const [name, open] of this.#open) {
      if (open?.pack !== pack) continue;
      this.#drop(name);
      this.#names = this.#names.filter((other) => other !== name);
      this.#stamp = undefined;
      return;
    }
  }

  /** Says that a pack is about to be deleted by this process: whoever has found something in it can go on to read it. */
  retire(name: string): void {
    if (this.#find(name) === undefined) return;
    this.#open.get(name)?.source.open();
    this.#drop(name);
    this.#names = this.#names.filter((other) => other !== name);
    this.#stamp = undefined;
  }

  /** About how many bytes of memory the indexes of open packs take, with their orders by offset. */
  get heldBytes(): number {
    let bytes = this.#midx.index?.bytes.length ?? 0;
    for (const open of this.#open.values()) if (open !== undefined) bytes += open.pack.index.bytes.length + 4 * open.pack.objectCount;
    return bytes + (this.#bitmaps?.sizeBytes ?? 0);
  }

  /** Lists the folder again, whatever its stamp says. */
  reread(): void {
    this.#stamp = undefined;
    this.rescan();
  }

  /** Closes all files. */
  close(): void {
    for (const open of this.#open.values()) open?.pack.close();
    this.#open.clear();
    this.#names = [];
    this.#midx.close();
    this.#covered = new Set();
    this.#bitmapNames = [];
    this.#bitmaps = undefined;
  }

  #find(name: string): Pack | undefined {
    if (this.#open.has(name)) return this.#open.get(name)?.pack;
    const opened = this.#tryOpen(name);
    this.#open.set(name, opened);
    // Gone or damaged: when the folder is listed again it may be there again.
    if (opened === undefined) this.#stamp = undefined;
    return opened?.pack;
  }

  #tryOpen(name: string): OpenPack | undefined {
    const { algorithm, files, bases, onProblem } = this.#surroundings;
    const path = join(this.path, name);
    try {
      const size = findStat(`${path}.pack`)?.size;
      const indexBytes = findFile(`${path}.idx`);
      // Deleted since it was listed: the next look finds what has replaced it.
      if (size === undefined || indexBytes === undefined) return undefined;
      const index = new PackIndex(indexBytes, algorithm);
      const source = files.source(`${path}.pack`, size);
      return { pack: new Pack({ source, index, algorithm, name, cache: bases }), source };
    } catch (error) {
      if (!(error instanceof GovcError)) throw error;
      onProblem(error);
      return undefined;
    }
  }

  #drop(name: string): void {
    this.#open.get(name)?.source.pin();
    this.#open.delete(name);
  }

  #newestFirst(names: readonly string[]): string[] {
    if (names.length < 2) return [...names];
    const times = new Map<string, number>();
    for (const name of names) {
      const path = join(this.path, `${name}.pack`);
      times.set(name, attemptUnless(['ENOENT'], 'examine', path, () => statSync(path).mtimeMs) ?? 0);
    }
    return [...names].sort((left, right) => times.get(right)! - times.get(left)!);
  }
}
