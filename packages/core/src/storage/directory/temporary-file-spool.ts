import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { GovcError } from '../../errors.js';
import type { HashAlgorithm } from '../../hash/algorithm.js';
import { nextTurn } from '../../job/run.js';
import { memoryBytesOf, MemorySpool, type PackSource, type ResidentSource } from '../../pack/byte-source.js';
import { FileSpool } from '../../pack/file-source.js';
import { Pack } from '../../pack/pack.js';
import { PackIndex } from '../../pack/pack-index.js';
import { mustBe, type IncomingState } from '../incoming-state.js';
import type { IncomingPack, Spool } from '../spool.js';
import { attempt, makeDirectory } from './disk.js';
import { SYSTEM_DISK } from './system-disk.js';

/** How a {@link TemporaryFileSpool} stores. */
export interface TemporaryFileSpoolOptions {
  readonly algorithm: HashAlgorithm;
  /** Where temporary files are made; nothing of them is left there. */
  readonly path: string;
  /** From this many bytes on a pack goes to a file. Default: 8 MiB. */
  readonly memoryMax?: number | undefined;
  /** Bytes of one pack that are accepted. Default: no bound but the disk. */
  readonly sizeMax?: number | undefined;
}

const MEMORY_MAX = 8 * 1024 * 1024;
const TURN_SIZE = 4 * 1024 * 1024;

/**
 * Receives packs for repositories in memory: small ones into memory, large ones into files that have no name any
 * more, so that the system removes them when nobody uses them, whatever happens to the process.
 */
export class TemporaryFileSpool implements Spool {
  readonly #options: TemporaryFileSpoolOptions;
  // A pack of a repository in memory lives as long as any snapshot that holds it; then its file is closed.
  readonly #abandoned = new FinalizationRegistry<FileSpool>((file) => file.close());

  constructor(options: TemporaryFileSpoolOptions) {
    this.#options = options;
  }

  async open(): Promise<IncomingPack> {
    return new TemporaryPack(this.#options, (pack, file) => {
      this.#abandoned.register(pack, file);
    });
  }
}

class TemporaryPack implements IncomingPack {
  readonly quarantinePath = undefined;
  readonly #options: TemporaryFileSpoolOptions;
  readonly #onInstalled: (pack: object, file: FileSpool) => void;
  readonly #source = new MovingSource();
  #state: IncomingState = 'receiving';
  #sinceTurn = 0;

  constructor(options: TemporaryFileSpoolOptions, onInstalled: (pack: object, file: FileSpool) => void) {
    this.#options = options;
    this.#onInstalled = onInstalled;
  }

  get source(): PackSource {
    return this.#source;
  }

  async write(chunk: Uint8Array): Promise<void> {
    mustBe(this.#state, 'receiving');
    this.#append(chunk);
    this.#sinceTurn += chunk.length;
    if (this.#sinceTurn < TURN_SIZE) return;
    this.#sinceTurn = 0;
    await nextTurn();
  }

  async seal(): Promise<PackSource> {
    mustBe(this.#state, 'receiving');
    this.#state = 'sealed';
    return this.#source;
  }

  async amend(offset: number, bytes: Uint8Array): Promise<void> {
    mustBe(this.#state, 'sealed');
    const inside = Math.max(0, Math.min(bytes.length, this.#source.size - offset));
    if (inside > 0) this.#source.place.overwrite(offset, bytes.subarray(0, inside));
    if (inside < bytes.length) this.#append(bytes.subarray(inside));
  }

  async install(indexBytes: Uint8Array): Promise<Pack> {
    mustBe(this.#state, 'sealed');
    this.#state = 'installed';
    const { algorithm } = this.#options;
    const source = this.#source.place;
    const pack = new Pack({ source, index: new PackIndex(indexBytes, algorithm), algorithm });
    if (source instanceof FileSpool) this.#onInstalled(pack, source);
    return pack;
  }

  async discard(): Promise<void> {
    if (this.#state !== 'installed') this.#source.close();
    this.#state = 'discarded';
  }

  #append(bytes: Uint8Array): void {
    const { sizeMax = Number.POSITIVE_INFINITY, memoryMax = MEMORY_MAX, path } = this.#options;
    const size = this.#source.size + bytes.length;
    if (size > sizeMax) {
      throw new GovcError('limit-exceeded', `A pack of more than ${sizeMax} bytes is not accepted.`, { size, max: sizeMax });
    }
    if (size > memoryMax) this.#source.moveToFile(path);
    this.#source.append(bytes);
  }
}

/** Bytes that begin in memory and move to a file, without the reader noticing. */
class MovingSource implements PackSource, ResidentSource {
  place: MemorySpool | FileSpool = new MemorySpool();

  get size(): number {
    return this.place.size;
  }

  get memoryBytes(): number {
    return memoryBytesOf(this.place);
  }

  read(offset: number, length: number): Uint8Array {
    return this.place.read(offset, length);
  }

  append(bytes: Uint8Array): void {
    // Memory keeps what it is given; a file copies it.
    this.place.append(this.place instanceof FileSpool ? bytes : new Uint8Array(bytes));
  }

  moveToFile(path: string): void {
    if (this.place instanceof FileSpool) return;
    const file = makeNamelessFile(path);
    for (const chunk of this.place.chunks()) file.append(chunk);
    this.place.close();
    this.place = file;
  }

  open(): void {
    this.place.open();
  }

  close(): void {
    this.place.close();
  }
}

function makeNamelessFile(path: string): FileSpool {
  makeDirectory(SYSTEM_DISK, path);
  const folder = attempt('make a folder in', path, () => mkdtempSync(join(path, 'pack-')));
  try {
    return new FileSpool(join(folder, 'pack'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
