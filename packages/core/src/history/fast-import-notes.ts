import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { MODE_BLOB } from '../object/tree.js';
import type { ImportTree } from './fast-import-tree.js';

/** The notes in the tree of a branch: blobs at paths that are the ids of commits, cut by slashes as their number grows. */
export class ImportNotes {
  readonly #tree: ImportTree;
  /** By the noted commit. */
  readonly #paths = new Map<string, string>();

  /** O(entries of the tree). */
  constructor(tree: ImportTree, algorithm: HashAlgorithm) {
    this.#tree = tree;
    for (const [path] of tree.files()) {
      const id = path.replaceAll('/', '');
      if (id.length === algorithm.hexSize && /^[0-9a-f]+$/.test(id)) this.#paths.set(id, path);
    }
  }

  /** Sets the note of a commit. */
  set(target: ObjectId, blob: ObjectId): void {
    this.remove(target);
    const path = fanOut(target, levelsOf(this.#paths.size + 1));
    this.#tree.set(path, { mode: MODE_BLOB, id: blob });
    this.#paths.set(target, path);
  }

  /** Removes the note of a commit. */
  remove(target: ObjectId): void {
    const path = this.#paths.get(target);
    if (path === undefined) return;
    this.#tree.remove(path);
    this.#paths.delete(target);
  }

  /** Moves all notes to where their number puts them. */
  finish(): void {
    const levels = levelsOf(this.#paths.size);
    for (const [id, path] of this.#paths) {
      const wanted = fanOut(id, levels);
      if (wanted === path) continue;
      this.#tree.transfer(path, wanted, 'move');
      this.#paths.set(id, wanted);
    }
  }
}

/** One more level for each factor of 256. */
function levelsOf(count: number): number {
  let levels = 0;
  for (let rest = count >> 8; rest > 0; rest >>= 8) levels++;
  return levels;
}

function fanOut(id: string, levels: number): string {
  let path = '';
  for (let i = 0; i < levels; i++) path += `${id.slice(i * 2, i * 2 + 2)}/`;
  return path + id.slice(levels * 2);
}
