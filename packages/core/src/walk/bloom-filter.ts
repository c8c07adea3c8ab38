/**
 * Bloom filters over the paths that a commit changed (gitformat-commit-graph, "BDAT"; `bloom.c` of Git): bits from which it
 * follows that a path was certainly not changed.
 *
 * A path and each folder above it, without a slash at the end, set `hashCount` bits each. The n-th bit is murmur3 with one
 * seed plus n times murmur3 with another, modulo the size of the filter. Version 1 takes bytes from 0x80 on as negative
 * numbers, because that is what Git did when it wrote the first filters.
 */

/** What a file says about all of its filters. */
export interface BloomSettings {
  /** 1: bytes from 0x80 on are negative; 2: they are not. */
  readonly version: 1 | 2;
  readonly hashCount: number;
  readonly bitsPerEntry: number;
}

/** What Git writes. */
export const DEFAULT_BLOOM: BloomSettings = { version: 1, hashCount: 7, bitsPerEntry: 10 };

/** A commit that changes more paths, folders above them included, has a filter that tells nothing. */
export const BLOOM_CHANGES_MAX = 512;

const SEED_0 = 0x293ae76f;
const SEED_1 = 0x7e646e2c;

/** The 32-bit murmur3 hash of bytes, as an unsigned number. */
export function murmur3(seed: number, bytes: Uint8Array, version: 1 | 2): number {
  const byteAt = (index: number): number => (version === 1 ? (bytes[index]! << 24) >> 24 : bytes[index]!);
  let hash = seed | 0;
  const blocks = bytes.length >> 2;
  for (let i = 0; i < blocks; i++) {
    const at = i * 4;
    const block = byteAt(at) | (byteAt(at + 1) << 8) | (byteAt(at + 2) << 16) | (byteAt(at + 3) << 24);
    hash ^= scramble(block);
    hash = (Math.imul(rotate(hash, 13), 5) + 0xe6546b64) | 0;
  }
  const rest = bytes.length & 3;
  let tail = 0;
  for (let i = rest - 1; i >= 0; i--) tail ^= byteAt(blocks * 4 + i) << (8 * i);
  if (rest > 0) hash ^= scramble(tail);
  hash ^= bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function scramble(block: number): number {
  return Math.imul(rotate(Math.imul(block, 0xcc9e2d51), 15), 0x1b873593);
}

function rotate(value: number, count: number): number {
  return (value << count) | (value >>> (32 - count));
}

/** The hashes by which a path is sought; made once, used for many filters. */
export type BloomKey = Uint32Array;

/** The key of a path without a slash at its end. */
export function bloomKey(path: Uint8Array, settings: BloomSettings): BloomKey {
  const first = murmur3(SEED_0, path, settings.version);
  const step = murmur3(SEED_1, path, settings.version);
  const hashes = new Uint32Array(settings.hashCount);
  for (let i = 0; i < hashes.length; i++) hashes[i] = first + Math.imul(i, step);
  return hashes;
}

/** Whether the filter in `bytes[start, end)` says that the path may have been changed. An empty one cannot tell. */
export function mayContain(bytes: Uint8Array, start: number, end: number, key: BloomKey): boolean {
  const bits = (end - start) * 8;
  if (bits === 0) return true;
  for (const hash of key) {
    const bit = hash % bits;
    if ((bytes[start + (bit >>> 3)]! & (1 << (bit & 7))) === 0) return false;
  }
  return true;
}

/**
 * The filter of a commit.
 *
 * @param paths the changed paths and all folders above them, each once; `undefined`: too many
 */
export function makeBloomFilter(paths: Iterable<Uint8Array> | undefined, settings: BloomSettings): Uint8Array {
  if (paths === undefined) return new Uint8Array([0xff]);
  const keys = Array.from(paths, (path) => bloomKey(path, settings));
  const size = Math.max(1, Math.ceil((keys.length * settings.bitsPerEntry) / 8));
  const filter = new Uint8Array(size);
  for (const key of keys) {
    for (const hash of key) {
      const bit = hash % (size * 8);
      filter[bit >>> 3]! |= 1 << (bit & 7);
    }
  }
  return filter;
}
