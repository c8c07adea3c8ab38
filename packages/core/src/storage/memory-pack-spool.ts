import { GovcError } from '../errors.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import { MemorySpool, type PackSource } from '../pack/byte-source.js';
import { Pack } from '../pack/pack.js';
import { PackIndex } from '../pack/pack-index.js';
import { mustBe, type IncomingState } from './incoming-state.js';
import type { IncomingPack, Spool } from './spool.js';

/** How much a {@link MemoryPackSpool} takes. */
export interface MemoryPackSpoolOptions {
  readonly algorithm: HashAlgorithm;
  /** Bytes of one pack that are accepted. Default: 64 MiB. */
  readonly sizeMax?: number | undefined;
}

const SIZE_MAX = 64 * 1024 * 1024;

/** Receives packs into memory: for repositories without a directory, where packs are small. */
export class MemoryPackSpool implements Spool {
  readonly #algorithm: HashAlgorithm;
  readonly #sizeMax: number;

  constructor(options: MemoryPackSpoolOptions) {
    this.#algorithm = options.algorithm;
    this.#sizeMax = options.sizeMax ?? SIZE_MAX;
  }

  async open(): Promise<IncomingPack> {
    return new MemoryIncomingPack(this.#algorithm, this.#sizeMax);
  }
}

class MemoryIncomingPack implements IncomingPack {
  readonly quarantinePath = undefined;
  readonly #algorithm: HashAlgorithm;
  readonly #sizeMax: number;
  readonly #bytes = new MemorySpool();
  #state: IncomingState = 'receiving';

  constructor(algorithm: HashAlgorithm, sizeMax: number) {
    this.#algorithm = algorithm;
    this.#sizeMax = sizeMax;
  }

  get source(): PackSource {
    return this.#bytes;
  }

  async write(chunk: Uint8Array): Promise<void> {
    mustBe(this.#state, 'receiving');
    const size = this.#bytes.size + chunk.length;
    if (size > this.#sizeMax) {
      throw new GovcError('limit-exceeded', `A pack of more than ${this.#sizeMax} bytes cannot be received into memory.`, {
        size,
        max: this.#sizeMax,
      });
    }
    // A chunk may be a small view on a large buffer that is used again.
    this.#bytes.append(new Uint8Array(chunk));
  }

  async seal(): Promise<PackSource> {
    mustBe(this.#state, 'receiving');
    this.#state = 'sealed';
    return this.source;
  }

  async amend(offset: number, bytes: Uint8Array): Promise<void> {
    mustBe(this.#state, 'sealed');
    const inside = Math.max(0, Math.min(bytes.length, this.#bytes.size - offset));
    if (inside > 0) this.#bytes.overwrite(offset, bytes.subarray(0, inside));
    if (inside < bytes.length) this.#bytes.append(new Uint8Array(bytes.subarray(inside)));
  }

  async install(indexBytes: Uint8Array): Promise<Pack> {
    mustBe(this.#state, 'sealed');
    this.#state = 'installed';
    const algorithm = this.#algorithm;
    return new Pack({ source: this.#bytes, index: new PackIndex(indexBytes, algorithm), algorithm });
  }

  async discard(): Promise<void> {
    // An installed pack belongs to whoever got it.
    if (this.#state !== 'installed') this.#bytes.close();
    this.#state = 'discarded';
  }
}
