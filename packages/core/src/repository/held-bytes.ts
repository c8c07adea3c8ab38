import { memoryBytesOf } from '../pack/byte-source.js';
import type { ObjectSource } from '../pack/object-source.js';
import { Pack } from '../pack/pack.js';
import { DirectoryObjects } from '../storage/directory/directory-objects.js';
import type { Snapshot } from '../store/snapshot.js';
import type { CommitGraph } from '../walk/commit-graph.js';

/** What a young object costs besides its body. */
const YOUNG_OVERHEAD = 200;
/** A ref in the map of a snapshot. */
const REF_SIZE = 250;
/** A commit in a graph: its id, tree, date, parents and place in a table. */
const COMMIT_SIZE = 110;

/**
 * About how many bytes of memory a repository holds: recent objects, packs in memory, indexes of packs, refs, and what is known of
 * commits; without the caches that all share. O(packs).
 */
export function measureHeld({ young, packs, refs }: Snapshot, graph: CommitGraph): number {
  let bytes = young.sizeBytes + young.count * YOUNG_OVERHEAD + refs.size * REF_SIZE + graph.count * COMMIT_SIZE;
  for (const source of packs) bytes += bytesOf(source);
  return bytes;
}

function bytesOf(source: ObjectSource): number {
  if (source instanceof DirectoryObjects) return source.heldBytes;
  if (!(source instanceof Pack)) return 0;
  return source.index.bytes.length + memoryBytesOf(source.source);
}
