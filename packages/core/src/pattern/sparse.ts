/**
 * Sparse-checkout patterns (git-sparse-checkout(1), "Internals"): the syntax of gitignore(5) with the
 * opposite meaning, a matching path is in. In cone mode patterns are of two kinds only, and looking them
 * up in sets takes the place of matching:
 *
 *     "/dir/"                        everything below dir
 *     "/dir/" with "!/dir/" "*" "/"  the files directly in dir, which is above other cones
 */
import { latin1FromBytes } from '../bytes/text.js';
import { parseIgnore, type IgnoreList, type IgnorePattern } from './ignore.js';
import { matchesPathPattern, pathBytes, type PathLike } from './path-pattern.js';

/** What the patterns say about one path alone; `undecided` leaves it to the directory above. */
export type SparseDecision = 'included' | 'excluded' | 'undecided';

/** How patterns are read. */
export interface SparseOptions {
  /** `core.sparseCheckoutCone`: whether to use cone mode where the patterns allow it. Default: false. */
  readonly prefersCone?: boolean | undefined;
  /** `core.ignoreCase`. Default: false. */
  readonly ignoresCase?: boolean | undefined;
}

/** The patterns of a sparse-checkout file or of the blob that the `sparse:oid` filter names. */
export class SparsePatterns {
  readonly #list: IgnoreList;
  readonly #ignoresCase: boolean;
  readonly #cones: Cones | undefined;

  private constructor(list: IgnoreList, options: SparseOptions) {
    this.#list = list;
    this.#ignoresCase = options.ignoresCase ?? false;
    this.#cones = options.prefersCone === true ? findCones(list, this.#ignoresCase) : undefined;
  }

  /**
   * Reads the patterns.
   *
   * @throws {GovcError} limit-exceeded: they are larger than `patternFileSize`.
   */
  static parse(bytes: Uint8Array, options: SparseOptions = {}): SparsePatterns {
    return new SparsePatterns(parseIgnore(bytes, 'sparse-checkout'), options);
  }

  /** Whether cone mode was asked for and all patterns are of its kinds. */
  get isCone(): boolean {
    return this.#cones !== undefined;
  }

  /**
   * What the patterns say about a path (without a trailing slash), not looking at the directories above it.
   * The `sparse:oid` filter keeps what was decided about each directory that it is in, `excluded` for the
   * root, and takes that for what is undecided. Cone mode always decides.
   */
  decide(path: PathLike, isDirectory: boolean): SparseDecision {
    const bytes = pathBytes(path);
    if (this.#cones !== undefined) {
      return isInCones(this.#cones, bytes, isDirectory, this.#ignoresCase) ? 'included' : 'excluded';
    }
    const target = { path: bytes, name: bytes.subarray(bytes.lastIndexOf(SLASH) + 1), isDirectory };
    for (let i = this.#list.length - 1; i >= 0; i--) {
      const pattern = this.#list[i]!;
      if (matchesPathPattern(pattern, target, this.#ignoresCase)) return pattern.isNegated ? 'excluded' : 'included';
    }
    return 'undecided';
  }

  /**
   * Whether a file is checked out: what is decided about it, or else about the nearest directory above that
   * anything is decided about. O(patterns x components).
   */
  includes(path: PathLike): boolean {
    const bytes = pathBytes(path);
    for (let end = bytes.length; end > 0; end = bytes.lastIndexOf(SLASH, end - 1)) {
      const decision = this.decide(bytes.subarray(0, end), end < bytes.length);
      if (decision !== 'undecided') return decision === 'included';
    }
    return false;
  }
}

const SLASH = 0x2f;

/** Directories as "/a/b", one character per byte. */
interface Cones {
  /** Everything in the repository is in. */
  readonly isFull: boolean;
  /** Everything below is in. */
  readonly recursive: ReadonlySet<string>;
  /** The files directly in them are in. */
  readonly parents: ReadonlySet<string>;
}

function isInCones(cones: Cones, path: Uint8Array, isDirectory: boolean, ignoresCase: boolean): boolean {
  if (cones.isFull) return true;
  const text = `/${foldWhere(latin1FromBytes(path), ignoresCase)}`;
  // A directory is in when a file directly in it would be.
  if (!isDirectory && cones.recursive.has(text)) return true;
  let directory = isDirectory ? text : text.slice(0, text.lastIndexOf('/'));
  if (directory === '' || cones.parents.has(directory)) return true;
  for (; directory !== ''; directory = directory.slice(0, directory.lastIndexOf('/'))) {
    if (cones.recursive.has(directory)) return true;
  }
  return false;
}

/** The cones that the patterns describe, or undefined where one of them is of another kind. */
function findCones(list: IgnoreList, ignoresCase: boolean): Cones | undefined {
  let isFull = false;
  const recursive = new Set<string>();
  const parents = new Set<string>();
  for (const pattern of list) {
    const text = latin1FromBytes(pattern.bytes);
    if (text === '/*') {
      if (pattern.isNegated && pattern.isForDirectory) {
        isFull = false;
        continue;
      }
      if (!pattern.isNegated && !pattern.isForDirectory) {
        isFull = true;
        continue;
      }
    }
    if (!isConePattern(pattern, text)) return undefined;
    const directory = foldWhere(unescapeCone(text), ignoresCase);
    if (text.length > 2 && text.endsWith('/*')) {
      if (!pattern.isNegated || !recursive.delete(directory)) return undefined;
      parents.add(directory);
    } else {
      if (pattern.isNegated || parents.has(directory)) return undefined;
      recursive.add(directory);
    }
  }
  return { isFull, recursive, parents };
}

function isConePattern(pattern: IgnorePattern, text: string): boolean {
  if (text.length < 2 || !text.startsWith('/') || text.includes('**')) return false;
  if (!pattern.isForDirectory && text !== '/*') return false;
  for (let i = 1; i < text.length; i++) {
    const previous = text[i - 1];
    if (!isSpecial(text[i]) || previous === '\\') continue;
    if (text[i] === '\\' && isSpecial(text[i + 1])) continue;
    if (previous === '/' && text[i] === '*' && i === text.length - 1) continue;
    return false;
  }
  return true;
}

function isSpecial(c: string | undefined): boolean {
  return c === '*' || c === '?' || c === '[' || c === '\\';
}

/** The directory of a pattern: without a final "/*" and without the backslashes that escape. */
function unescapeCone(text: string): string {
  const plain = text.replace(/\\([^]?)/g, '$1');
  return plain.length > 2 && plain.endsWith('/*') ? plain.slice(0, -2) : plain;
}

function foldWhere(text: string, ignoresCase: boolean): string {
  return ignoresCase ? text.replace(/[A-Z]/g, (c) => c.toLowerCase()) : text;
}
