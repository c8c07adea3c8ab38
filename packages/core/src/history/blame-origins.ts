import { GovcError } from '../errors.js';
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import { diffTrees } from '../diff/tree-diff.js';
import { detectRenames } from '../diff/renames.js';
import type { ObjectId } from '../hash/object-id.js';
import { canonicalMode, findTreeEntry, MODE_TREE } from '../object/tree.js';
import { NOT_COMMITTED, type BlameOrigin } from './blame-entry.js';
import type { BlameRequest } from './blame-request.js';

/** A file that a tree holds. */
export interface FoundFile {
  readonly path: string;
  readonly id: ObjectId;
  readonly mode: number;
}

/** The origins that came up so far, by commit, the one that was asked for last first. */
export class BlameOrigins {
  readonly #request: BlameRequest;
  /** By path, the one that was asked for last at the end. */
  readonly #byCommit = new Map<number, Map<string, BlameOrigin>>();

  constructor(request: BlameRequest) {
    this.#request = request;
  }

  /** All of a commit. */
  of(commit: number): readonly BlameOrigin[] {
    return [...this.#byCommit.get(commit)?.values() ?? []].reverse();
  }

  find(commit: number, path: string): BlameOrigin | undefined {
    return this.#byCommit.get(commit)?.get(path);
  }

  /** The origin for a file of a commit, made if there is none. */
  get(commit: number, file: FoundFile & { readonly content?: Uint8Array } | Omit<FoundFile, 'id'> & { readonly id: undefined; readonly content: Uint8Array }): BlameOrigin {
    let origins = this.#byCommit.get(commit);
    if (origins === undefined) this.#byCommit.set(commit, origins = new Map<string, BlameOrigin>());
    const known = origins.get(file.path);
    if (known !== undefined) {
      origins.delete(file.path);
      origins.set(file.path, known);
      return known;
    }
    const origin: BlameOrigin = {
      commit, path: file.path, id: file.id, mode: file.mode, content: file.content, suspects: [], previous: undefined,
    };
    origins.set(file.path, origin);
    return origin;
  }

  /** The text of an origin. @throws {GovcError} object-missing */
  contentOf(origin: BlameOrigin): Uint8Array {
    if (origin.content !== undefined) return origin.content;
    const object = this.#request.objects.find(origin.id!);
    if (object === undefined) throw missing(origin.id!);
    return (origin.content = object.body);
  }

  /** The same path in a parent, unless it is not there or is of another kind (file, link, submodule). */
  findSame(parent: number, origin: BlameOrigin): BlameOrigin | undefined {
    const known = this.find(parent, origin.path);
    if (known !== undefined) return known;
    const file = this.findFile(parent, origin.path);
    if (file === undefined || (file.mode & 0o170000) !== (origin.mode & 0o170000)) return undefined;
    return this.get(parent, file);
  }

  /** The file of a parent of which the origin is a rename. */
  findRenamed(parent: number, origin: BlameOrigin): BlameOrigin | undefined {
    // Only the pair of this one path counts, so no other added path is looked at.
    const changes = [...diffTrees(this.#request.objects, this.#request.algorithm, this.#treeOf(parent), this.#treeOf(origin.commit))]
      .filter((change) => change.status !== 'added' || change.new!.path === origin.path);
    const { objects, algorithm } = this.#request;
    const { changes: paired } = detectRenames(changes, { objects, algorithm, options: { renames: 'renames' } });
    const found = paired.find((change) => change.status === 'renamed' && change.new!.path === origin.path)?.old;
    return found === undefined ? undefined : this.get(parent, found);
  }

  /** Files of a parent from which the lines of an origin may have been copied, in the order of paths. */
  *copySources(parent: number, origin: BlameOrigin, fromAll: boolean): Generator<FoundFile, void, void> {
    const { objects, algorithm } = this.#request;
    const changes = diffTrees(objects, algorithm, this.#treeOf(parent), this.#treeOf(origin.commit), { includeUnmodified: fromAll });
    for (const { old } of changes) if (old !== undefined && (old.mode & 0o170000) !== 0o160000) yield old;
  }

  /** The file at a path of a commit, read along the path only. */
  findFile(commit: number, path: string): FoundFile | undefined {
    const { objects, algorithm } = this.#request;
    let id = this.#treeOf(commit);
    let mode = MODE_TREE;
    for (const name of path.split('/')) {
      if (mode !== MODE_TREE) return undefined;
      if (id === algorithm.emptyTreeId) return undefined;
      const object = objects.find(id);
      if (object === undefined) throw missing(id);
      const entry = findTreeEntry(object.body, bytesFromLosslessText(name), algorithm);
      if (entry === undefined) return undefined;
      id = entry.id;
      mode = canonicalMode(entry.mode);
    }
    return mode === MODE_TREE ? undefined : { path, id, mode };
  }

  #treeOf(commit: number): ObjectId {
    const { graph, objects, start } = this.#request;
    // What is not committed has the tree of the commit below it, but for the one file.
    const number = commit === NOT_COMMITTED ? graph.numberOf(start) : commit;
    graph.mustRead(number, objects);
    return graph.treeIdOf(number);
  }
}

function missing(id: ObjectId): GovcError {
  return new GovcError('object-missing', `The object ${id} is missing from the repository.`, { id });
}
