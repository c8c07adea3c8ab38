/**
 * How much of one file is in another, estimated as Git does for renames, copies and rewrites.
 *
 * A file is cut behind every LF and after 64 bytes at the latest. Pieces of equal hash count as equal wherever they
 * stand, and what remains behind the last cut counts for nothing. Scores are whole numbers from 0 to 60,000.
 */

/** The score of a file that holds all of the other. */
export const SIMILARITY_MAX = 60_000;

/** The pieces of one file: how many bytes of it have each hash. */
export interface Spans {
  /** Ascending, each once. */
  readonly hashes: Uint32Array;
  /** Bytes that have the hash of the same index. */
  readonly sizes: Uint32Array;
}

// A prime between 2^16 and 2^17: hashes of pieces are below it, so that unlike pieces may meet.
const HASH_BASE = 107_927;
const PIECE_SIZE = 64;
const LF = 0x0a;
const CR = 0x0d;

/** Cuts a file into pieces. Of a text, a CR before an LF does not count. O(n log n). */
export function makeSpans(bytes: Uint8Array, isText: boolean): Spans {
  // A piece is one number: its hash above seven bits of size.
  let pieces = new Uint32Array((bytes.length >> 4) + 16);
  let count = 0;
  let size = 0;
  let first = 0;
  let second = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte === CR && isText && bytes[i + 1] === LF) continue;
    const before = first;
    first = (((first << 7) ^ (second >>> 25)) + byte) | 0;
    second = (second << 7) ^ (before >>> 25);
    if (++size < PIECE_SIZE && byte !== LF) continue;
    if (count === pieces.length) pieces = grown(pieces);
    const hash = ((first + Math.imul(second, 0x61)) >>> 0) % HASH_BASE;
    pieces[count++] = (hash << 7) | size;
    size = 0;
    first = 0;
    second = 0;
  }
  return joinEqual(pieces.subarray(0, count).sort());
}

function grown(pieces: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(pieces.length * 2);
  larger.set(pieces);
  return larger;
}

/** Adds up the sizes of pieces of equal hash; `pieces` is sorted and written over. */
function joinEqual(pieces: Uint32Array): Spans {
  const sizes = new Uint32Array(pieces.length);
  let last = -1;
  let hash = -1;
  for (const piece of pieces) {
    if (piece >>> 7 !== hash) {
      hash = piece >>> 7;
      pieces[++last] = hash;
    }
    sizes[last]! += piece & 0x7f;
  }
  return { hashes: pieces.subarray(0, last + 1), sizes: sizes.subarray(0, last + 1) };
}

/** How many bytes of the old file are in the new one too, and how many of the new one are not from the old one. O(n). */
export function countChanges(old: Spans, new_: Spans): { readonly copied: number; readonly added: number } {
  let copied = 0;
  let added = 0;
  let at = 0;
  const { hashes, sizes } = new_;
  for (let i = 0; i < old.hashes.length; i++) {
    const hash = old.hashes[i]!;
    while (at < hashes.length && hashes[at]! < hash) added += sizes[at++]!;
    if (at === hashes.length || hashes[at] !== hash) continue;
    const before = old.sizes[i]!;
    const after = sizes[at++]!;
    if (before < after) {
      added += after - before;
      copied += before;
    } else {
      copied += after;
    }
  }
  while (at < sizes.length) added += sizes[at++]!;
  return { copied, added };
}

/** Whether files of two sizes in bytes can reach a score at all. */
export function canBeSimilar(oldSize: number, newSize: number, minimum: number): boolean {
  const larger = Math.max(oldSize, newSize);
  const difference = larger - Math.min(oldSize, newSize);
  return larger * (SIMILARITY_MAX - minimum) >= difference * SIMILARITY_MAX;
}

/** The score of two files whose pieces and sizes in bytes are known. */
export function scoreSpans(old: Spans, new_: Spans, sizes: { readonly old: number; readonly new: number }): number {
  if (sizes.new === 0) return 0;
  return Math.trunc((countChanges(old, new_).copied * SIMILARITY_MAX) / Math.max(sizes.old, sizes.new));
}

/** What {@link estimateSimilarity} compares. */
export interface SimilarityRequest {
  readonly old: Uint8Array;
  readonly new: Uint8Array;
  /** Files whose sizes already tell that they stay below this score have score 0. Default: 0. */
  readonly minimum?: number | undefined;
  /** Whether the old file is text, in which a CR before an LF does not count. Default: true. */
  readonly isOldText?: boolean | undefined;
  /** The same of the new file. Default: true. */
  readonly isNewText?: boolean | undefined;
}

/**
 * How similar two files are, from 0 to {@link SIMILARITY_MAX}: how much of the larger one is in both (Git's
 * diffcore-rename). O(n log n).
 */
export function estimateSimilarity(request: SimilarityRequest): number {
  const { old, new: new_, minimum = 0, isOldText = true, isNewText = true } = request;
  if (!canBeSimilar(old.length, new_.length, minimum)) return 0;
  return scoreSpans(makeSpans(old, isOldText), makeSpans(new_, isNewText), { old: old.length, new: new_.length });
}
