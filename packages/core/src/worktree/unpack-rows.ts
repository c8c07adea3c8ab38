/** Several trees and the index side by side, path by path: what `unpack.ts` decides about. */
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import type { ObjectSource } from '../pack/object-source.js';
import { comparePaths, type IndexEntry } from '../staging/staging-index.js';
import { treeFiles, type TreeFile } from './tree-entries.js';

/** What a tree has at a path: a file, nothing, or `clash`: a folder where the path is a file, or the other way round. */
export type TreeSide = TreeFile | 'clash' | undefined;

/** One path. */
export interface UnpackRow {
  readonly path: string;
  /** All stages of the index. */
  readonly entries: readonly IndexEntry[];
  /** One for each tree. */
  readonly sides: readonly TreeSide[];
}

/** What rows are made of. */
export interface RowSources {
  readonly objects: ObjectSource;
  readonly algorithm: HashAlgorithm;
  /** `undefined` stands for an empty tree. */
  readonly trees: readonly (ObjectId | undefined)[];
  readonly entries: readonly IndexEntry[];
}

/**
 * The paths of all trees and of the index in the order of the index. Lazy in the trees.
 *
 * @throws {GovcError} object-missing, object-type-mismatch, limit-exceeded
 */
export function* unpackRows({ objects, algorithm, trees, entries }: RowSources): Generator<UnpackRow, void, void> {
  const cursors = trees.map((tree) => new Cursor(treeFiles({ objects, algorithm }, tree)));
  for (let at = 0; ; ) {
    let path = entries[at]?.path;
    for (const cursor of cursors) {
      const candidate = cursor.file?.path;
      if (candidate !== undefined && (path === undefined || comparePaths(candidate, path) < 0)) path = candidate;
    }
    if (path === undefined) return;
    const start = at;
    while (entries[at]?.path === path) at++;
    const current = path;
    yield { path, entries: entries.slice(start, at), sides: cursors.map((cursor) => cursor.take(current)) };
  }
}

/** Goes through one tree. Knows which files above a path it has passed, and which folders are still to come. */
class Cursor {
  readonly #files: Generator<TreeFile, void, void>;
  /** Files that may stand in the way of a folder: those whose names a later path may extend. */
  #passed: string[] = [];
  readonly #ahead: TreeFile[] = [];
  file: TreeFile | undefined;

  constructor(files: Generator<TreeFile, void, void>) {
    this.#files = files;
    this.#advance();
  }

  take(path: string): TreeSide {
    const { file } = this;
    if (file?.path === path) {
      this.#passed = this.#passed.filter((name) => path.startsWith(name));
      this.#passed.push(path);
      this.#advance();
      return file;
    }
    if (this.#passed.some((name) => path.startsWith(`${name}/`))) return 'clash';
    return this.#hasBelow(path) ? 'clash' : undefined;
  }

  /** Whether a file below `path` is to come. Between "a" and "a/b" may stand "a-b": those are read ahead. */
  #hasBelow(path: string): boolean {
    const prefix = `${path}/`;
    for (let i = -1; ; i++) {
      const next = i < 0 ? this.file : (this.#ahead[i] ?? this.#read());
      if (next === undefined) return false;
      if (next.path.startsWith(prefix)) return true;
      if (comparePaths(next.path, prefix) > 0) return false;
    }
  }

  #advance(): void {
    this.file = this.#ahead.shift() ?? (this.#files.next().value || undefined);
  }

  #read(): TreeFile | undefined {
    const next = this.#files.next().value || undefined;
    if (next !== undefined) this.#ahead.push(next);
    return next;
  }
}
