/** The `shallow` file: commits whose parents are not there, one id a line (gitformat-shallow). */
import { latin1FromBytes, bytesFromText } from '../../bytes/text.js';
import type { HashAlgorithm } from '../../hash/algorithm.js';
import { findObjectId, type ObjectId } from '../../hash/object-id.js';
import { findFile, findStat } from './disk.js';
import { isUnchanged, stampOf, type FileStamp } from './file-stamp.js';

const NONE: ReadonlySet<ObjectId> = new Set();

/** The `shallow` file of a repository, read again only when it has changed. */
export class ShallowFile {
  readonly path: string;
  readonly #algorithm: HashAlgorithm;
  readonly #now: () => number;
  #stamp: FileStamp | undefined;
  #current = NONE;

  constructor(path: string, algorithm: HashAlgorithm, now: () => number) {
    this.path = path;
    this.#algorithm = algorithm;
    this.#now = now;
  }

  /** The ids: the same object as long as they are the same. @throws {GovcError} io-failed */
  read(): ReadonlySet<ObjectId> {
    const nowMs = this.#now();
    const stats = findStat(this.path);
    if (isUnchanged(this.#stamp, stats)) return this.#current;
    const ids = new Set<ObjectId>();
    for (const line of latin1FromBytes(findFile(this.path) ?? new Uint8Array(0)).split('\n')) {
      const id = findObjectId(line.trim(), this.#algorithm);
      if (id !== undefined) ids.add(id);
    }
    this.#stamp = stats === undefined ? undefined : stampOf(stats, nowMs);
    if (ids.size !== this.#current.size || [...ids].some((id) => !this.#current.has(id))) this.#current = ids;
    return this.#current;
  }
}

/** The bytes of a file with these ids, in order. */
export function serializeShallow(ids: Iterable<ObjectId>): Uint8Array {
  return bytesFromText([...ids].sort().map((id) => `${id}\n`).join(''));
}
