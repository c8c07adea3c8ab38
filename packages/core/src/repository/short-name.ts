import type { ObjectId } from '../hash/object-id.js';
import { abbreviateId, abbreviationSize } from '../history/abbreviate-id.js';
import type { ObjectSource } from '../pack/object-source.js';
import type { Snapshot } from '../store/snapshot.js';

/**
 * Gives ids their shortest names by `core.abbrev`. Counting the packed objects costs O(objects) once for each function
 * that is made, at its first use.
 */
export function shortNames(snapshot: Snapshot, objects: ObjectSource = snapshot.objects): (id: ObjectId) => string {
  let size: number | undefined;
  return (id) => abbreviateId(objects, id, (size ??= nameSize(snapshot)));
}

function nameSize(snapshot: Snapshot): number {
  const configured = snapshot.config.get('core.abbrev')?.toLowerCase();
  if (configured !== undefined && /^\d+$/.test(configured)) return Math.max(4, Number(configured));
  if (configured === 'no' || configured === 'off' || configured === 'false') return snapshot.algorithm.hexSize;
  let count = 0;
  // Loose and young objects do not count, as in Git.
  for (const source of snapshot.packs) for (const id of source.ids()) if (id.length > 0) count++;
  return abbreviationSize(count);
}
