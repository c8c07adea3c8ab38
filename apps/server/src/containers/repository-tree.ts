import type { FileTree, TreeFile } from '@govc/containers';
import { GovcError, type ObjectId, type View } from '@govc/core';

/** A folder of a commit as a build reads it. What another commit or a worktree holds is not seen. */
export class RepositoryTree implements FileTree {
  readonly #view: View;
  readonly #ids = new Map<string, ObjectId>();
  readonly #files: TreeFile[] = [];

  /** Reads the names and sizes of all files at once. @throws {GovcError} path-missing, revision-invalid */
  constructor(view: View, { commit, folder }: { readonly commit: string; readonly folder: string }) {
    this.#view = view;
    const prefix = folder === '' ? '' : `${folder}/`;
    const { objects } = view.snapshot;
    for (const { path, mode, id, type } of view.list(folder, { revision: commit, recursive: true })) {
      const below = path.slice(prefix.length);
      this.#ids.set(below, id);
      const kind = type === 'commit' ? 'module' : mode === 0o120000 ? 'link' : 'file';
      this.#files.push({ path: below, kind, isExecutable: mode === 0o100755, sizeBytes: kind === 'module' ? 0 : (objects.findHeader(id)?.size ?? 0) });
    }
  }

  files(): Iterable<TreeFile> {
    return this.#files;
  }

  read(path: string): Uint8Array {
    const id = this.#ids.get(path)!;
    const object = this.#view.snapshot.objects.find(id);
    if (object === undefined) throw new GovcError('object-missing', `The blob ${id} of "${path}" is missing.`, { id, path });
    return object.body;
  }
}
