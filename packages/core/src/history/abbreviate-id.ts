import type { ObjectId } from '../hash/object-id.js';
import type { ObjectSource } from '../pack/object-source.js';

/** The length of abbreviations in a small repository; Git writes no shorter ones by default. */
const SIZE_MIN = 7;

/**
 * How many digits an abbreviation has in a repository of that many objects (`core.abbrev = auto`): twice as many bits
 * as it takes to count them, so that two seldom collide.
 */
export function abbreviationSize(objectCount: number): number {
  const bits = objectCount < 1 ? 0 : Math.floor(Math.log2(objectCount)) + 1;
  return Math.max(SIZE_MIN, Math.ceil(bits / 2));
}

/** The shortest form of an id, of at least `sizeMin` digits, that no other object's id begins with. */
export function abbreviateId(objects: ObjectSource, id: ObjectId, sizeMin: number): string {
  let size = Math.min(sizeMin, id.length);
  for (const other of objects.idsWithPrefix(id.slice(0, size))) {
    if (other === id) continue;
    while (size < id.length && other.startsWith(id.slice(0, size))) size++;
  }
  return id.slice(0, size);
}
