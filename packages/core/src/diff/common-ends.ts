/** What two texts begin and end with alike, so that it is looked at once only. */
import type { Lines } from './lines.js';

/** How many lines are equal from the first one on, and how many up to the last one; none is counted twice. */
export interface CommonEnds {
  readonly prefixCount: number;
  readonly suffixCount: number;
}

/** Bytes that are compared at a time by the engine. */
const BLOCK = 1024;

/** The common lines at both ends of two texts; it may find one less at the end than there are. O(common bytes), quickly. */
export function findCommonEnds(old: Lines, new_: Lines): CommonEnds {
  const prefixSize = commonPrefix(old.bytes, new_.bytes);
  let prefixCount = countStarts(old, prefixSize);
  // What the last start before there begins goes on differently, or is a last line without LF.
  prefixCount = Math.max(0, prefixCount - 1);
  const taken = old.starts[prefixCount]!;
  const sizeMax = Math.min(old.bytes.length, new_.bytes.length) - taken;
  const suffixSize = commonSuffix(old.bytes, new_.bytes, sizeMax);
  // The LF before a line must be common as well, or the line would begin elsewhere on the other side.
  const suffixCount = old.count - Math.min(old.count, countStarts(old, old.bytes.length - suffixSize));
  return { prefixCount, suffixCount };
}

/** How many lines begin at or before an offset. */
function countStarts(lines: Lines, offset: number): number {
  let low = 0;
  let high = lines.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (lines.starts[middle]! <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function commonPrefix(old: Uint8Array, new_: Uint8Array): number {
  const end = Math.min(old.length, new_.length);
  let at = 0;
  while (at + BLOCK <= end && Buffer.compare(old.subarray(at, at + BLOCK), new_.subarray(at, at + BLOCK)) === 0) at += BLOCK;
  while (at < end && old[at] === new_[at]) at++;
  return at;
}

function commonSuffix(old: Uint8Array, new_: Uint8Array, sizeMax: number): number {
  const oldSize = old.length;
  const newSize = new_.length;
  let size = 0;
  while (
    size + BLOCK <= sizeMax &&
    Buffer.compare(
      old.subarray(oldSize - size - BLOCK, oldSize - size),
      new_.subarray(newSize - size - BLOCK, newSize - size),
    ) === 0
  ) {
    size += BLOCK;
  }
  while (size < sizeMax && old[oldSize - size - 1] === new_[newSize - size - 1]) size++;
  return size;
}
