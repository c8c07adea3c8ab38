import { textFromBytes } from '../../bytes/text.js';
import type { HashAlgorithm } from '../../hash/algorithm.js';
import { parsePackedRefs, type PackedRef } from '../../ref/packed-refs.js';
import type { RefName } from '../../ref/ref-name.js';
import { findFile, findStat } from './disk.js';
import { isUnchanged, stampOf, type FileStamp } from './file-stamp.js';

/** The content of a `packed-refs` file. */
export interface PackedRefs {
  readonly refs: ReadonlyMap<RefName, PackedRef>;
  /** Whether a ref without a peeled id is known not to name a tag. */
  readonly isFullyPeeled: boolean;
}

const NONE: PackedRefs = { refs: new Map(), isFullyPeeled: true };
const EMPTY = new Uint8Array(0);

/** The `packed-refs` file, read again only when it has changed. */
export class PackedRefsFile {
  readonly path: string;
  readonly #algorithm: HashAlgorithm;
  readonly #now: () => number;
  #stamp: FileStamp | undefined;
  #bytes: Uint8Array = EMPTY;
  #current = NONE;

  constructor(path: string, algorithm: HashAlgorithm, now: () => number) {
    this.path = path;
    this.#algorithm = algorithm;
    this.#now = now;
  }

  /**
   * What the file holds: the same object as long as it holds the same bytes.
   *
   * @throws {GovcError} packed-refs-invalid, io-failed
   */
  read(): PackedRefs {
    const nowMs = this.#now();
    const stats = findStat(this.path);
    if (isUnchanged(this.#stamp, stats)) return this.#current;
    const bytes = findFile(this.path) ?? EMPTY;
    if (Buffer.compare(bytes, this.#bytes) !== 0) {
      this.#current = parse(bytes, this.#algorithm);
      this.#bytes = bytes;
    }
    this.#stamp = stats === undefined ? undefined : stampOf(stats, nowMs);
    return this.#current;
  }
}

function parse(bytes: Uint8Array, algorithm: HashAlgorithm): PackedRefs {
  const lineEnd = bytes.indexOf(0x0a);
  const header = textFromBytes(bytes.subarray(0, Math.max(0, lineEnd)));
  const refs = new Map<RefName, PackedRef>();
  for (const ref of parsePackedRefs(bytes, algorithm)) {
    if (ref.id !== algorithm.zeroId) refs.set(ref.name, ref);
  }
  return { refs, isFullyPeeled: bytes.length === 0 || / fully-peeled( |$)/.test(header) };
}

/** The names whose values differ between two versions of the file. O(refs of both). */
export function changedNames(before: PackedRefs, after: PackedRefs): Set<RefName> {
  const changed = new Set<RefName>();
  if (before === after) return changed;
  for (const [name, ref] of after.refs) if (before.refs.get(name)?.id !== ref.id) changed.add(name);
  for (const name of before.refs.keys()) if (!after.refs.has(name)) changed.add(name);
  return changed;
}
