import type { PatchConflict } from './apply-patch-file.js';

/** A file that a patch is applied to. */
export interface PatchTargetFile {
  readonly mode: number;
  /** The content; of a link its target, of a submodule `Subproject commit <id>` and a line feed. */
  read(): Uint8Array;
}

/** The files that a patch is applied to: a tree, an index, a folder. Paths are lossless text. */
export interface PatchTarget {
  /** The file at a path, or `undefined` where there is none, or a folder. */
  find(path: string): PatchTargetFile | undefined;
  /** The paths of all files below a folder; none where there is no such folder. */
  below(folder: string): Iterable<string>;
}

/** A file as the patch leaves it. */
export interface PatchedFile {
  /** As Git's index has it. */
  readonly mode: number;
  /** As {@link PatchTargetFile.read} gives it; with conflict markers where there is a conflict. */
  readonly content: Uint8Array;
  readonly conflict: PatchConflict | undefined;
}

/** The files of a target while a patch writes them: no file may stand where another has its folder. */
export class PatchedFiles {
  readonly #target: PatchTarget;
  readonly #changes = new Map<string, PatchedFile | undefined>();
  /** How many files that were put stand below a folder. */
  readonly #counts = new Map<string, number>();

  constructor(target: PatchTarget) {
    this.#target = target;
  }

  /** What changed, in the order in which it last did. */
  get changes(): ReadonlyMap<string, PatchedFile | undefined> {
    return this.#changes;
  }

  remove(path: string): void {
    this.#changes.delete(path);
    this.#changes.set(path, undefined);
  }

  /** Puts a file there, or gives `false` where a folder is in its way, or a file in the way of its folders. */
  put(path: string, file: PatchedFile): boolean {
    if ((this.#counts.get(path) ?? 0) > 0) return false;
    for (const below of this.#target.below(path)) if (!this.#isRemoved(below)) return false;
    const isNew = this.#changes.get(path) === undefined;
    for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      const folder = path.slice(0, slash);
      const isFile = this.#changes.get(folder) !== undefined ||
        (!this.#changes.has(folder) && this.#target.find(folder) !== undefined);
      if (isFile) return false;
      if (isNew) this.#counts.set(folder, (this.#counts.get(folder) ?? 0) + 1);
    }
    this.#changes.delete(path);
    this.#changes.set(path, file);
    return true;
  }

  #isRemoved(path: string): boolean {
    return this.#changes.has(path) && this.#changes.get(path) === undefined;
  }
}
