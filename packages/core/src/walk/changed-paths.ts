import { latin1FromBytes, bytesFromLatin1 } from '../bytes/text.js';
import { BLOOM_CHANGES_MAX } from './bloom-filter.js';
import type { CommitGraph } from './commit-graph.js';
import { compareTrees } from './compare-trees.js';
import { EMPTY_TREE, type TreeCache } from './indexed-tree.js';

/**
 * The paths that a commit changed against its first parent, with all folders above them, each once: what a Bloom filter
 * holds. Both commits must have been read.
 *
 * @returns `undefined` when there are more than a filter takes.
 * @throws {GovcError} object-missing, object-type-mismatch, object-corrupt
 */
export function changedPaths(graph: CommitGraph, cache: TreeCache, commit: number): Uint8Array[] | undefined {
  const parent = graph.parentCountOf(commit) === 0 ? undefined : graph.parentOf(commit, 0);
  const old = parent === undefined ? EMPTY_TREE : cache.read(graph.rawTrees, graph.treeOffsetOf(parent));
  const new_ = cache.read(graph.rawTrees, graph.treeOffsetOf(commit), old);
  const found = new Set<string>();
  let count = 0;
  const isWhole = compareTrees(cache, old, new_, {
    enters: () => true,
    change: (path) => {
      if (++count > BLOOM_CHANGES_MAX) return false;
      let text = latin1FromBytes(path);
      for (let end = text.length; end > 0; end = text.lastIndexOf('/')) {
        text = text.slice(0, end);
        if (found.has(text)) break;
        found.add(text);
      }
      return true;
    },
  });
  if (!isWhole || found.size > BLOOM_CHANGES_MAX) return undefined;
  return Array.from(found, bytesFromLatin1);
}
