import { MODE_TREE } from '../object/tree.js';
import type { ObjectSource } from '../pack/object-source.js';
import type { Pathspec } from '../pattern/pathspec.js';
import { compareTrees, type TreeChangeVisitor } from '../walk/compare-trees.js';
import type { TreeCache } from '../walk/indexed-tree.js';
import { ABSENT, type EntryColumn, type TreeEntries } from '../walk/tree-entries.js';

/** A path without wildcards: its names, and whether it was written as a folder. */
interface PlainPath {
  readonly names: readonly Uint8Array[];
  readonly isFolder: boolean;
}

const SLASH = 0x2f;

const FINDS_ANY: TreeChangeVisitor = { enters: () => true, change: () => false };

/**
 * The paths of a pathspec of nothing else; `undefined` for every other. What such a pathspec asks of two trees is told by the
 * entries on the way to its paths alone.
 */
export function plainPaths({ elements }: Pathspec): readonly PlainPath[] | undefined {
  const paths: PlainPath[] = [];
  for (const { match, literalSize, isExclude, ignoresCase, attributes } of elements) {
    if (isExclude || ignoresCase || attributes.length > 0 || literalSize < match.length) return undefined;
    const isFolder = match.at(-1) === SLASH;
    const names = splitPath(isFolder ? match.subarray(0, -1) : match);
    if (names.some((name) => name.length === 0)) return undefined;
    paths.push({ names, isFolder });
  }
  return paths.length === 0 ? undefined : paths;
}

/** Compares trees by the entries of plain paths. */
export class PathEntries {
  readonly #paths: readonly { readonly columns: readonly EntryColumn[]; readonly isFolder: boolean }[];
  readonly #objects: ObjectSource;
  readonly #cache: TreeCache;

  constructor(paths: readonly PlainPath[], { entries, objects, cache }: {
    readonly entries: TreeEntries; readonly objects: ObjectSource; readonly cache: TreeCache;
  }) {
    this.#paths = paths.map(({ names, isFolder }) => ({ columns: names.map((name) => entries.column(name)), isFolder }));
    this.#objects = objects;
    this.#cache = cache;
  }

  /**
   * Whether two trees, by the places of their raw ids, differ in a path; `undefined`: that takes more than the entries.
   *
   * @throws {GovcError} object-missing, object-type-mismatch, object-corrupt, limit-exceeded
   */
  differ(bytes: Uint8Array, old: number, new_: number): boolean | undefined {
    for (let i = 0; i < this.#paths.length; i++) {
      const differs = this.#differIn(i, bytes, { old, new: new_ });
      if (differs !== false) return differs;
    }
    return false;
  }

  #differIn(path: number, roots: Uint8Array, offsets: { readonly old: number; readonly new: number }): boolean | undefined {
    const { columns, isFolder } = this.#paths[path]!;
    const { idSize } = this.#cache;
    let above: EntryColumn | undefined;
    let { old, new: new_ } = offsets;
    for (let depth = 0; depth < columns.length; depth++) {
      const column = columns[depth]!;
      column.trim();
      const from = column.ask(this.#objects, above?.rawIds ?? roots, old);
      const to = column.ask(this.#objects, above?.rawIds ?? roots, new_);
      const [oldId, newId] = [column.idOf(from), column.idOf(to)];
      if (oldId === newId && (oldId === ABSENT || column.modeOf(from) === column.modeOf(to))) return false;
      const oldIsTree = oldId !== ABSENT && column.modeOf(from) === MODE_TREE;
      const newIsTree = newId !== ABSENT && column.modeOf(to) === MODE_TREE;
      old = oldId * idSize;
      new_ = newId * idSize;
      if (depth === columns.length - 1) {
        if (oldIsTree && newIsTree) return this.#differBelow(column.rawIds, old, new_);
        return oldIsTree || newIsTree || isFolder ? undefined : true;
      }
      // What is no folder has nothing at the rest of the path.
      if (!oldIsTree && !newIsTree) return false;
      if (!oldIsTree || !newIsTree) return undefined;
      above = column;
    }
    return false;
  }

  #differBelow(bytes: Uint8Array, old: number, new_: number): boolean {
    const from = this.#cache.read(bytes, old);
    return !compareTrees(this.#cache, from, this.#cache.read(bytes, new_, from), FINDS_ANY);
  }
}

function splitPath(path: Uint8Array): Uint8Array[] {
  const names: Uint8Array[] = [];
  let start = 0;
  for (let end = path.indexOf(SLASH); end >= 0; end = path.indexOf(SLASH, start)) {
    names.push(path.subarray(start, end));
    start = end + 1;
  }
  names.push(path.subarray(start));
  return names;
}
