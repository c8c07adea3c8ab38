import { join } from 'node:path';
import { hexFromBytes } from '../../bytes/hex.js';
import { GovcError } from '../../errors.js';
import type { HashAlgorithm } from '../../hash/algorithm.js';
import { LIMITS } from '../../limits.js';
import { MultiPackIndex } from '../../pack/multi-pack-index.js';
import { findFile, findStat } from './disk.js';
import { isUnchanged, stampOf, type FileStamp } from './file-stamp.js';

/** The name of the file in `objects/pack`. */
export const MIDX_NAME = 'multi-pack-index';

/** The name of the bitmap of a multi-pack-index, which its checksum ties to it. */
export function midxBitmapName(checksum: Uint8Array): string {
  return `${MIDX_NAME}-${hexFromBytes(checksum)}.bitmap`;
}

/** What {@link MidxFile} works with. */
export interface MidxSurroundings {
  readonly algorithm: HashAlgorithm;
  readonly now: () => number;
  readonly onProblem: (problem: GovcError) => void;
}

/** The multi-pack-index of one `objects/pack` folder, read again when its file has changed. */
export class MidxFile {
  readonly #folder: string;
  readonly #surroundings: MidxSurroundings;
  #stamp: FileStamp | undefined;
  #index: MultiPackIndex | undefined;

  /** @param folder the `objects/pack` folder */
  constructor(folder: string, surroundings: MidxSurroundings) {
    this.#folder = folder;
    this.#surroundings = surroundings;
  }

  /** What was read last; `undefined` where there was none that can be used. */
  get index(): MultiPackIndex | undefined {
    return this.#index;
  }

  /** Reads the file if it is another than before. One that is damaged is left out. */
  update(): void {
    const { algorithm, now, onProblem } = this.#surroundings;
    const path = join(this.#folder, MIDX_NAME);
    const nowMs = now();
    const stats = findStat(path);
    if (isUnchanged(this.#stamp, stats)) return;
    this.#stamp = stats === undefined ? undefined : stampOf(stats, nowMs);
    this.#index = undefined;
    if (stats === undefined) return;
    try {
      if (stats.size > LIMITS.multiPackIndexSize.value) {
        throw new GovcError('limit-exceeded', `"${path}" is larger than ${LIMITS.multiPackIndexSize.value} bytes.`, { path });
      }
      const bytes = findFile(path);
      if (bytes !== undefined) this.#index = new MultiPackIndex(bytes, algorithm);
    } catch (error) {
      if (!(error instanceof GovcError)) throw error;
      onProblem(error);
    }
  }

  /** Lets go of what was read. */
  close(): void {
    this.#index = undefined;
    this.#stamp = undefined;
  }
}
