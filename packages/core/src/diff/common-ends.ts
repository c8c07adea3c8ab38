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

/** The lines of `bytes`, as `splitLines` gives them. What is the same at the ends of a text that was split before is not looked through. */
export function splitLinesLike(bytes: Uint8Array, like: Lines): Lines {
  const size = bytes.length;
  const likeSize = like.bytes.length;
  const prefixSize = commonPrefix(like.bytes, bytes);
  const suffixSize = commonSuffix(like.bytes, bytes, Math.min(size, likeSize) - prefixSize);
  // A line begins where the byte before is an LF: within what is common, where one begins in the other text.
  const kept = countStarts(like, Math.min(prefixSize, size - 1));
  const tailFrom = countStarts(like, likeSize - suffixSize);
  const tailCount = like.count - tailFrom;
  let starts = new Uint32Array(kept + tailCount + 64);
  starts.set(like.starts.subarray(0, kept));
  let count = kept;
  // Where the other text ends, or is empty, none begins there.
  const isStart = prefixSize === 0 || bytes[prefixSize - 1] === LF;
  if (isStart && prefixSize < size && (count === 0 || starts[count - 1] !== prefixSize)) starts[count++] = prefixSize;
  const middleEnd = size - suffixSize;
  for (let lf = bytes.indexOf(LF, prefixSize); lf >= 0 && lf < middleEnd && lf + 1 < size; lf = bytes.indexOf(LF, lf + 1)) {
    if (count + tailCount + 1 >= starts.length) {
      const grown = new Uint32Array(starts.length * 2);
      grown.set(starts);
      starts = grown;
    }
    starts[count++] = lf + 1;
  }
  const shift = size - likeSize;
  for (let i = tailFrom; i < like.count; i++) starts[count++] = like.starts[i]! + shift;
  starts[count] = size;
  return { bytes, starts: starts.subarray(0, count + 1), count, isComplete: size === 0 || bytes[size - 1] === LF };
}

const LF = 0x0a;

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
