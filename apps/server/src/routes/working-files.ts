import { hasCode, type Editor, type FileContent, type View } from '@govc/core';

import { ServerError } from '../errors.js';
import { applyTextEdits, type TextEdit } from './text-edits.js';

/** A file as it stands in a change that is being put together. */
export interface WorkingFile {
  readonly content: Uint8Array;
  readonly mode: number;
}

const MODE_FILE = 0o100644;

/**
 * The files of a commit under way: those of `HEAD` with what was staged through this. Each edit sees those before it.
 *
 * What was staged before it was made is not seen.
 */
export class WorkingFiles {
  readonly #editor: Editor;
  /** What was changed, by path; `undefined` stands for a removal, of a folder too. */
  readonly #changed = new Map<string, WorkingFile | undefined>();
  /** The folders above paths that were put. */
  readonly #folders = new Set<string>();

  constructor(editor: Editor) {
    this.#editor = editor;
  }

  /** The file at a path, or `undefined`. */
  find(path: string): WorkingFile | undefined {
    if (this.#changed.has(path)) return this.#changed.get(path);
    for (const folder of foldersOf(path)) if (this.#changed.has(folder)) return undefined;
    return findFile(this.#editor, path);
  }

  /** The file at a path. @throws {ServerError} file-unknown */
  read(path: string): WorkingFile {
    const found = this.find(path);
    if (found === undefined) throw unknownFile(path);
    return found;
  }

  /** Puts a file. @param mode Default: that of the file that is there, else `0o100644`. @returns the id of the blob */
  put(path: string, content: Uint8Array, mode?: number): string {
    const kept = mode ?? this.find(path)?.mode ?? MODE_FILE;
    const id = this.#editor.add(path, content, { mode: kept });
    this.#forgetBelow(path);
    this.#changed.set(path, { content, mode: kept });
    for (const folder of foldersOf(path)) this.#folders.add(folder);
    return id;
  }

  /** Removes a file or folder. @throws {ServerError} file-unknown */
  remove(path: string): void {
    if (this.find(path) === undefined && this.#below(path).length === 0) throw unknownFile(path);
    this.#editor.remove(path);
    this.#forgetBelow(path);
    this.#changed.set(path, undefined);
  }

  /** Moves a file or folder. @throws {ServerError} file-unknown, request-invalid */
  move(from: string, to: string): void {
    if (to === from || to.startsWith(`${from}/`)) {
      throw new ServerError('request-invalid', `"${from.slice(0, 200)}" cannot be moved into itself.`, { place: 'body', path: '/to' });
    }
    const file = this.find(from);
    const files = file === undefined ? this.#below(from) : [{ path: from, ...file }];
    if (files.length === 0) throw unknownFile(from);
    this.remove(from);
    for (const { path, content, mode } of files) this.put(to + path.slice(from.length), content, mode);
  }

  /** Edits the text of a file. @throws {ServerError} file-unknown, edit-mismatch */
  edit(path: string, edits: readonly TextEdit[]): void {
    const { content, mode } = this.read(path);
    this.put(path, applyTextEdits(path, content, edits), mode);
  }

  /** The files below a folder. */
  #below(folder: string): (WorkingFile & { readonly path: string })[] {
    const found = new Map<string, WorkingFile>();
    const isGone = this.#changed.has(folder) || foldersOf(folder).some((above) => this.#changed.has(above));
    if (!isGone) {
      for (const { path, type } of listFolder(this.#editor, folder)) {
        const file = type === 'blob' ? this.find(path) : undefined;
        if (file !== undefined) found.set(path, file);
      }
    }
    if (this.#folders.has(folder)) {
      for (const [path, file] of this.#changed) if (file !== undefined && path.startsWith(`${folder}/`)) found.set(path, file);
    }
    return [...found].map(([path, file]) => ({ path, ...file }));
  }

  #forgetBelow(path: string): void {
    if (!this.#folders.delete(path)) return;
    for (const below of [...this.#changed.keys()]) if (below.startsWith(`${path}/`)) this.#changed.delete(below);
  }
}

/** The file at a path of a revision, or `undefined` where there is none. */
export function findFile(view: View, path: string, revision = 'HEAD'): FileContent | undefined {
  try {
    return view.readFile(path, revision);
  } catch (error) {
    if (hasCode(error, 'path-missing')) return undefined;
    throw error;
  }
}

/** The error for a path where no file is. */
export function unknownFile(path: string): ServerError {
  return new ServerError('file-unknown', `There is no file at "${path.slice(0, 200)}".`, { path: path.slice(0, 4096) });
}

function listFolder(view: View, folder: string) {
  try {
    return view.list(folder, { recursive: true });
  } catch (error) {
    if (hasCode(error, 'path-missing')) return [];
    throw error;
  }
}

function foldersOf(path: string): string[] {
  const folders: string[] = [];
  for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) folders.push(path.slice(0, slash));
  return folders;
}
