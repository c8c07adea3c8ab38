import { bytesFromLatin1, latin1FromBytes } from '../bytes/text.js';
import { bytesFromLosslessText, losslessTextFromBytes } from '../bytes/lossless-text.js';
import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import type { AncestryRequest } from '../walk/ancestry.js';
import { bloomKey, type BloomKey } from '../walk/bloom-filter.js';
import { compareTrees, type TreeChangeVisitor } from '../walk/compare-trees.js';
import { EMPTY_TREE, TreeCache } from '../walk/indexed-tree.js';
import { RankedQueue } from '../walk/ranked-queue.js';

/** What {@link lastModified} is asked. */
export interface LastModifiedRequest extends AncestryRequest {
  /** The commit whose tree is listed. */
  readonly start: ObjectId;
  /** The folder whose entries are asked for, lossless text without a slash at its end. Default: the root. */
  readonly folder?: string | undefined;
  /** Whether files in all folders below are asked for, instead of files and folders of one. Default: false. */
  readonly recursive?: boolean | undefined;
}

// With more paths than this, asking a filter for each costs more than comparing trees.
const FILTERED_MAX = 128;

/**
 * The commit that last changed each entry of a tree: what `git log -1 -- <path>` gives for each of them, found in one walk. Of a
 * merge that has taken an entry from a parent, that parent's history counts. O(commits down to the last answer).
 *
 * @returns by path, lossless text, in the order of the tree
 * @throws {GovcError} object-missing, object-type-mismatch, object-corrupt
 */
export function* lastModified(request: LastModifiedRequest): Job<Map<string, ObjectId>> {
  const search = new LastModifiedSearch(request);
  for (let done = 0; search.step(); done++) {
    if (done % 32 === 31) yield { phase: 'Searching history', done, total: undefined };
  }
  return search.result();
}

/**
 * Each path waits at one commit, the oldest known that has it as it is. From there it goes on to the first parent that has it
 * too; where no parent does, the commit is the answer.
 */
class LastModifiedSearch {
  readonly #request: LastModifiedRequest;
  readonly #cache: TreeCache;
  readonly #parentless: ReadonlySet<number>;
  readonly #folder: string;
  /** Paths by index and back, one character a byte. */
  readonly #paths: string[] = [];
  readonly #indexes = new Map<string, number>();
  readonly #answers: number[];
  readonly #keys: (BloomKey | undefined)[] = [];
  /** The indexes of the paths that wait at a commit. */
  readonly #waiting = new Map<number, number[]>();
  readonly #queue = new RankedQueue();
  #changed = new Set<number>();
  readonly #visitor: TreeChangeVisitor;

  constructor(request: LastModifiedRequest) {
    const { graph, objects, shallow, start, folder = '' } = request;
    this.#request = request;
    this.#cache = new TreeCache(objects, graph.algorithm);
    this.#parentless = new Set(Array.from(shallow, (id) => graph.numberOf(id)));
    this.#folder = folder === '' ? '' : `${latin1FromBytes(bytesFromLosslessText(folder))}/`;
    const commit = graph.numberOf(start);
    graph.mustRead(commit, objects);
    this.#visitor = this.#makeVisitor((path) => {
      const index = this.#indexes.get(path);
      if (index !== undefined) this.#changed.add(index);
    });
    compareTrees(this.#cache, EMPTY_TREE, this.#cache.read(graph.rawTrees, graph.treeOffsetOf(commit)), this.#makeVisitor((path) => {
      this.#indexes.set(path, this.#paths.length);
      this.#paths.push(path);
    }));
    this.#answers = this.#paths.map(() => -1);
    if (this.#paths.length > 0) this.#pass(commit, this.#paths.map((_, index) => index));
  }

  /** Looks at one commit; `false` when all answers are known. */
  step(): boolean {
    const { graph, objects } = this.#request;
    const commit = this.#queue.pop();
    if (commit === undefined) return false;
    let left: readonly number[] = this.#waiting.get(commit) ?? [];
    this.#waiting.delete(commit);
    const count = this.#parentless.has(commit) ? 0 : graph.parentCountOf(commit);
    for (let i = 0; i < count && left.length > 0; i++) {
      const parent = graph.parentOf(commit, i);
      graph.mustRead(parent, objects);
      if (i === 0 && this.#isSurelySame(commit, left)) {
        this.#pass(parent, left);
        return true;
      }
      this.#compare(parent, commit);
      if (this.#changed.size === 0) {
        this.#pass(parent, left);
        return true;
      }
      const same = left.filter((index) => !this.#changed.has(index));
      left = left.filter((index) => this.#changed.has(index));
      if (same.length > 0) this.#pass(parent, same);
    }
    for (const index of left) this.#answers[index] = commit;
    return true;
  }

  result(): Map<string, ObjectId> {
    const { graph } = this.#request;
    const found = new Map<string, ObjectId>();
    for (const [index, path] of this.#paths.entries()) {
      found.set(losslessTextFromBytes(bytesFromLatin1(path)), graph.idAt(this.#answers[index]!));
    }
    return found;
  }

  #pass(commit: number, indexes: readonly number[]): void {
    const known = this.#waiting.get(commit);
    if (known !== undefined) {
      for (const index of indexes) known.push(index);
      return;
    }
    this.#waiting.set(commit, [...indexes]);
    this.#queue.push(commit, this.#request.graph.timeOf(commit));
  }

  #compare(parent: number, commit: number): void {
    const { graph } = this.#request;
    this.#changed = new Set();
    const new_ = this.#cache.read(graph.rawTrees, graph.treeOffsetOf(commit));
    const old = this.#cache.read(graph.rawTrees, graph.treeOffsetOf(parent), new_);
    if (old !== new_) compareTrees(this.#cache, old, new_, this.#visitor);
  }

  /** Tells of the entries that are asked for; a folder that is one is not entered. */
  #makeVisitor(tell: (path: string) => void): TreeChangeVisitor {
    const folder = this.#folder;
    const isRecursive = this.#request.recursive === true;
    return {
      enters: (bytes) => {
        const path = latin1FromBytes(bytes);
        if (folder.startsWith(`${path}/`)) return true;
        if (!path.startsWith(folder)) return false;
        if (!isRecursive) tell(path);
        return isRecursive;
      },
      change: (bytes) => {
        const path = latin1FromBytes(bytes);
        if (path.startsWith(folder)) tell(path);
        return true;
      },
    };
  }

  /** What a commit-graph file says about the first parent; it knows of real parents only. */
  #isSurelySame(commit: number, indexes: readonly number[]): boolean {
    if (indexes.length > FILTERED_MAX || this.#parentless.size > 0) return false;
    const { graph } = this.#request;
    const settings = graph.bloomSettingsOf(commit);
    if (settings?.version !== 1 || settings.hashCount !== 7) return false;
    return indexes.every((index) => {
      const key = (this.#keys[index] ??= bloomKey(bytesFromLatin1(this.#paths[index]!), settings));
      return !graph.mayHaveChanged(commit, key);
    });
  }
}
