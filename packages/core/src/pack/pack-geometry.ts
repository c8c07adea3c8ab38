/**
 * Which packs are joined so that the object counts of all packs form a geometric progression again, each pack at least `factor`
 * times as large as the next smaller one (git-repack(1), `--geometric`). So a repository has O(log n) packs, and each object
 * is copied O(log n) times in its life.
 *
 * @param counts objects of each pack, in ascending order
 * @returns how many of the smallest packs become one; 0 or 1: nothing is to be done for their sake
 */
export function countPacksToJoin(counts: readonly number[], factor: number): number {
  let split = counts.length - 1;
  while (split > 0 && counts[split]! >= factor * counts[split - 1]!) split--;
  if (split <= 0) return 0;
  // The larger one of the pair that is out of order belongs to those that are joined.
  split++;
  let total = 0;
  for (let i = 0; i < split; i++) total += counts[i]!;
  while (split < counts.length && counts[split]! < factor * total) total += counts[split++]!;
  return split;
}
