import type { ObjectId } from '../hash/object-id.js';
import { MODE_BLOB } from '../object/tree.js';
import { checkTreePath } from '../pattern/safe-path.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import { YoungWriter } from '../store/young-objects.js';
import type { TreeEditor, TreePathEntry } from '../store/tree-editor.js';

/**
 * What the next commit is to change: paths with their new entry, or with nothing where a path is removed.
 *
 * It is independent of any snapshot, so the branch may move while changes are staged; they are laid over
 * whatever tree the branch has when the commit is made.
 */
export class Stage {
  readonly #algorithm: HashAlgorithm;
  #changes = new Map<string, TreePathEntry | undefined>();
  #blobs: YoungWriter;

  constructor(algorithm: HashAlgorithm) {
    this.#algorithm = algorithm;
    this.#blobs = new YoungWriter(algorithm);
  }

  get isEmpty(): boolean {
    return this.#changes.size === 0;
  }

  /** The staged paths in the order they were staged; `undefined` stands for a removal. */
  get changes(): ReadonlyMap<string, TreePathEntry | undefined> {
    return this.#changes;
  }

  /** The blobs that staged paths name and that may not be in any snapshot yet. */
  get blobs(): YoungWriter {
    return this.#blobs;
  }

  /**
   * Stages a file with this content (copied) and mode.
   *
   * @throws {GovcError} path-invalid
   */
  add(path: string, content: Uint8Array, mode: number = MODE_BLOB): ObjectId {
    checkTreePath(path);
    const id = this.#blobs.write('blob', content);
    this.#changes.delete(path);
    this.#changes.set(path, { mode, id });
    return id;
  }

  /**
   * Stages an entry whose object is known elsewhere, such as a commit of a submodule.
   *
   * @throws {GovcError} path-invalid
   */
  put(path: string, entry: TreePathEntry): void {
    checkTreePath(path);
    this.#changes.delete(path);
    this.#changes.set(path, entry);
  }

  /**
   * Stages the removal of a file or folder.
   *
   * @throws {GovcError} path-invalid
   */
  remove(path: string): void {
    checkTreePath(path);
    this.#changes.delete(path);
    this.#changes.set(path, undefined);
  }

  /** Lays the changes over a tree, in the order they were staged. */
  applyTo(tree: TreeEditor): void {
    for (const [path, entry] of this.#changes) {
      if (entry === undefined) tree.remove(path);
      else tree.set(path, entry);
    }
  }

  /** Takes over what another stage has, over what is here. O(staged). */
  copyFrom(other: Stage): void {
    for (const blob of other.#blobs.objects()) this.#blobs.adopt(blob);
    for (const [path, entry] of other.#changes) {
      this.#changes.delete(path);
      this.#changes.set(path, entry);
    }
  }

  /** Forgets everything staged. */
  clear(): void {
    this.#changes = new Map();
    this.#blobs = new YoungWriter(this.#algorithm);
  }
}
