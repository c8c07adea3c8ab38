import type { ObjectId } from '../hash/object-id.js';
import { MODE_GITLINK } from '../object/tree.js';
import type { Pathspec } from '../pattern/pathspec.js';
import { bloomKey, type BloomKey, type BloomSettings } from '../walk/bloom-filter.js';
import { compareTrees, modeOf, type TreeChangeVisitor } from '../walk/compare-trees.js';
import { EMPTY_TREE, TreeCache } from '../walk/indexed-tree.js';
import { PathEntries, plainPaths } from './path-entries.js';
import type { WalkState } from './walk-state.js';

/** How two commits differ in the paths that count. `added`: only by paths that the younger one has more. */
export type PathDifference = 'same' | 'added' | 'different';

/** What counts as a change. */
export interface PathLimitOptions {
  /** `undefined`: no path makes a difference between commits. */
  readonly pathspec: Pathspec | undefined;
  /** Commits that always count as changed; `undefined`: none. */
  readonly decorated: ReadonlySet<ObjectId> | undefined;
  /** Whether `added` has to be told from `different`, for which more is compared. */
  readonly tellsAdded: boolean;
}

/** Compares commits in the paths of a pathspec. */
export class PathLimit {
  readonly #state: WalkState;
  readonly #options: PathLimitOptions;
  readonly #cache: TreeCache;
  readonly #paths: readonly Uint8Array[] | undefined;
  readonly #entries: PathEntries | undefined;
  readonly #keys = new Map<string, readonly BloomKey[]>();
  #found: PathDifference = 'same';
  readonly #visitor: TreeChangeVisitor;

  constructor(state: WalkState, options: PathLimitOptions) {
    this.#state = state;
    this.#options = options;
    this.#cache = new TreeCache(state.objects, state.graph.algorithm);
    const { pathspec, tellsAdded } = options;
    this.#paths = pathspec === undefined ? undefined : literalPath(pathspec);
    const plain = pathspec === undefined || tellsAdded ? undefined : plainPaths(pathspec);
    this.#entries = plain === undefined ? undefined : new PathEntries(plain, {
      entries: state.graph.treeEntries, objects: state.objects, cache: this.#cache,
    });
    this.#visitor = {
      enters: (folder) => pathspec?.canMatchBelow(folder) === true,
      change: (path, kind, entry) => {
        if (pathspec?.matches(path, !pathspec.matchesEverything && modeOf(entry) === MODE_GITLINK) !== true) return true;
        this.#found = kind === 'added' && this.#found !== 'different' ? 'added' : 'different';
        return tellsAdded && this.#found === 'added';
      },
    };
  }

  /** How a commit differs from its parent with the given index. Both were looked at. */
  compare(parent: number, commit: number, index: number): PathDifference {
    const { decorated, pathspec } = this.#options;
    const { graph } = this.#state;
    if (decorated !== undefined) {
      if (decorated.has(graph.idAt(commit))) return 'different';
      if (pathspec === undefined) return 'same';
    }
    if (index === 0 && this.#isSurelySame(commit)) return 'same';
    const trees = graph.rawTrees;
    if (hasSameTree(trees, graph.treeOffsetOf(commit), graph.treeOffsetOf(parent), graph.algorithm.size)) return 'same';
    const differs = this.#entries?.differ(trees, graph.treeOffsetOf(parent), graph.treeOffsetOf(commit));
    if (differs !== undefined) return differs ? 'different' : 'same';
    // The younger commit was mostly met as a parent before.
    const new_ = this.#cache.read(trees, graph.treeOffsetOf(commit));
    const old = this.#cache.read(trees, graph.treeOffsetOf(parent), new_);
    this.#found = 'same';
    if (old !== new_) compareTrees(this.#cache, old, new_, this.#visitor);
    return this.#result();
  }

  /** Whether a commit has none of the paths; without a pathspec: no path at all. Of a commit that was not looked at that is not known. */
  isEmpty(commit: number): boolean {
    const { graph } = this.#state;
    // A second parent that is not followed: Git shows it as it is.
    if (!this.#state.isParsed(commit)) return false;
    // Without paths all of them count here, to Git.
    if (this.#options.pathspec === undefined) {
      return this.#cache.read(graph.rawTrees, graph.treeOffsetOf(commit)).body.length === 0;
    }
    this.#found = 'same';
    compareTrees(this.#cache, EMPTY_TREE, this.#cache.read(graph.rawTrees, graph.treeOffsetOf(commit)), this.#visitor);
    return this.#result() === 'same';
  }

  #result(): PathDifference {
    return this.#found;
  }

  /** What a commit-graph file says; it knows of real parents only. */
  #isSurelySame(commit: number): boolean {
    if (this.#paths === undefined || !this.#state.isWhole) return false;
    const { graph } = this.#state;
    const settings = graph.bloomSettingsOf(commit);
    if (settings === undefined) return false;
    return this.#keysFor(this.#paths, settings).some((key) => !graph.mayHaveChanged(commit, key));
  }

  #keysFor(paths: readonly Uint8Array[], settings: BloomSettings): readonly BloomKey[] {
    const name = `${settings.version} ${settings.hashCount}`;
    let keys = this.#keys.get(name);
    if (keys === undefined) {
      keys = paths.map((path) => bloomKey(path, settings));
      this.#keys.set(name, keys);
    }
    return keys;
  }
}

function hasSameTree(trees: Uint8Array, left: number, right: number, size: number): boolean {
  for (let i = 0; i < size; i++) if (trees[left + i] !== trees[right + i]) return false;
  return true;
}

/** The path of a pathspec that is nothing but one, and the folders above it. */
function literalPath({ elements }: Pathspec): Uint8Array[] | undefined {
  const [element, ...others] = elements;
  if (element === undefined || others.length > 0 || element.isExclude || element.ignoresCase) return undefined;
  const { match } = element;
  if (element.attributes.length > 0 || element.literalSize < match.length) return undefined;
  const paths: Uint8Array[] = [];
  for (let end = match.at(-1) === SLASH ? match.length - 1 : match.length; end > 0; end = match.lastIndexOf(SLASH, end - 1)) {
    paths.push(match.subarray(0, end));
  }
  return paths.length === 0 ? undefined : paths;
}

const SLASH = 0x2f;
