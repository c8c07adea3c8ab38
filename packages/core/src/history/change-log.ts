import { detectRenames, type RenameOptions } from '../diff/renames.js';
import { diffTrees, type FileChange } from '../diff/tree-diff.js';
import type { ObjectId } from '../hash/object-id.js';
import { parsePathspec, type Pathspec } from '../pattern/pathspec.js';
import { filterPickaxe, type Pickaxe } from './pickaxe.js';
import type { RevListEntry, RevListRequest } from './rev-list-options.js';

/** Which changes of which commits are given. */
export interface ChangeLogOptions {
  /** Only changes of these paths. Default: all. */
  readonly pathspec?: Pathspec | undefined;
  /** One file, also under the names it had before (`--follow`); lossless text. `pathspec` then means nothing. */
  readonly follow?: string | undefined;
  readonly pickaxe?: Pickaxe | undefined;
  /** All changes of a commit in which `pickaxe` finds one. Default: `false`. */
  readonly pickaxeAll?: boolean | undefined;
  /** Default: renames of at least half the content. */
  readonly renames?: RenameOptions | undefined;
  /** What a merge is compared with. Default: `none`, and merges have no changes. */
  readonly merges?: 'none' | 'first-parent' | undefined;
}

/** A commit with the changes that were asked for. */
export interface CommitChanges {
  readonly id: ObjectId;
  readonly changes: readonly FileChange[];
}

/**
 * The commits of a walk with what they change, in the order of the walk; where a file is followed or something is looked for, only those
 * that have such changes: `git log` with `--follow`, `-S`, `-G`. Lazy.
 *
 * With `follow` the name changes at the commit that renamed the file, for all commits that the walk gives later, also on other
 * lines of history, as Git has it.
 *
 * @throws {GovcError} object-missing, object-corrupt
 */
export function* changeLog(
  walk: Iterable<RevListEntry>, request: Pick<RevListRequest, 'graph' | 'objects' | 'shallow'>, options: ChangeLogOptions = {},
): Generator<CommitChanges, void, void> {
  const log = new ChangeLog(request, options);
  const isSearch = options.follow !== undefined || options.pickaxe !== undefined;
  for (const { id } of walk) {
    const changes = log.changesOf(id);
    if (changes.length > 0 || !isSearch) yield { id, changes };
  }
}

class ChangeLog {
  readonly #request: Pick<RevListRequest, 'graph' | 'objects' | 'shallow'>;
  readonly #options: ChangeLogOptions;
  #path: string | undefined;
  #pathspec: Pathspec | undefined;

  constructor(request: Pick<RevListRequest, 'graph' | 'objects' | 'shallow'>, options: ChangeLogOptions) {
    this.#request = request;
    this.#options = options;
    this.#pathspec = options.pathspec;
    if (options.follow !== undefined) this.#setPath(options.follow);
  }

  changesOf(id: ObjectId): FileChange[] {
    const trees = this.#treesOf(id);
    if (trees === undefined) return [];
    const { objects, graph: { algorithm } } = this.#request;
    let changes = [...diffTrees(objects, algorithm, trees.old, trees.new, { pathspec: this.#pathspec })];
    if (this.#path === undefined) {
      changes = detectRenames(changes, { objects, algorithm, options: this.#options.renames }).changes;
    } else {
      // Where the path used to be a folder, what was in it is not the file.
      changes = changes.filter(({ old, new: new_ }) => (new_ ?? old)!.path === this.#path);
      if (changes.some(({ old }) => old === undefined)) changes = this.#followRename(trees) ?? changes;
    }
    const { pickaxe, pickaxeAll } = this.#options;
    return pickaxe === undefined ? changes : filterPickaxe(changes, { objects, pickaxe, all: pickaxeAll });
  }

  /** The change that made the file of another one, from which on the other name counts. */
  #followRename(trees: { readonly old: ObjectId | undefined; readonly new: ObjectId }): FileChange[] | undefined {
    const { objects, graph: { algorithm } } = this.#request;
    const path = this.#path!;
    const changes = [...diffTrees(objects, algorithm, trees.old, trees.new, { includeUnmodified: true })];
    const found = detectRenames(changes, {
      objects, algorithm, options: { ...this.#options.renames, renames: 'copies', findCopiesHarder: true, onlyTarget: path },
    }).changes.find(({ status, new: new_ }) => (status === 'renamed' || status === 'copied') && new_?.path === path);
    if (found === undefined) return undefined;
    this.#setPath(found.old!.path);
    return [found];
  }

  #setPath(path: string): void {
    this.#path = path;
    this.#pathspec = parsePathspec([`:(top,literal)${path}`]);
  }

  #treesOf(id: ObjectId): { readonly old: ObjectId | undefined; readonly new: ObjectId } | undefined {
    const { graph, objects, shallow } = this.#request;
    const commit = graph.numberOf(id);
    graph.mustRead(commit, objects);
    const count = shallow.has(id) ? 0 : graph.parentCountOf(commit);
    if (count > 1 && this.#options.merges !== 'first-parent') return undefined;
    const treeOf = (number: number): ObjectId => {
      graph.mustRead(number, objects);
      return graph.treeIdOf(number);
    };
    return { old: count === 0 ? undefined : treeOf(graph.parentOf(commit, 0)), new: treeOf(commit) };
  }
}
