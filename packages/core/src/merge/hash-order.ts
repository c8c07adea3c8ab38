/** A map that is gone through in the order of Git's own hash tables. Ties between equally good renames are broken by that order. */

const SIZE_FIRST = 64;
const GROWTH_BITS = 2;
const LOAD_PERCENT = 80;

/**
 * The keys, which are byte text and distinct, in the order in which Git's `strmap` gives them after they were added in the
 * order in which they come. O(n).
 */
export function inHashOrder(keys: Iterable<string>): string[] {
  let size = SIZE_FIRST;
  let growAt = Math.floor((size * LOAD_PERCENT) / 100);
  // Chains through arrays: the head of each bucket and the key behind each key.
  let heads = new Int32Array(size).fill(-1);
  const list = [...keys];
  const hashes = Uint32Array.from(list, fnvHash);
  const next = new Int32Array(list.length).fill(-1);
  for (let i = 0; i < list.length; i++) {
    const bucket = hashes[i]! & (size - 1);
    next[i] = heads[bucket]!;
    heads[bucket] = i;
    if (i + 1 <= growAt) continue;
    const old = heads;
    size <<= GROWTH_BITS;
    growAt = Math.floor((size * LOAD_PERCENT) / 100);
    heads = new Int32Array(size).fill(-1);
    for (const head of old) {
      for (let at = head; at >= 0; ) {
        const behind = next[at]!;
        const moved = hashes[at]! & (size - 1);
        next[at] = heads[moved]!;
        heads[moved] = at;
        at = behind;
      }
    }
  }
  const ordered: string[] = [];
  for (const head of heads) for (let at = head; at >= 0; at = next[at]!) ordered.push(list[at]!);
  return ordered;
}

/** FNV-1 of 32 bits over the bytes. */
function fnvHash(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash, 0x01000193) ^ key.charCodeAt(i);
  return hash >>> 0;
}
