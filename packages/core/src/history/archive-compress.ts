/**
 * Raw deflate and gzip (RFC 1951, RFC 1952) out of zlib streams (RFC 1950): those are two bytes of header, the raw
 * stream, and four bytes of Adler-32.
 */
import { crc32 } from '../bytes/crc32.js';
import { deflateFast } from '../diff/deflate-fast.js';
import { deflateLazy } from '../diff/deflate-lazy.js';
import { deflate, DeflateStream } from '../pack/deflate.js';

const LEVEL_DEFAULT = 6;
const ZLIB_HEADER_SIZE = 2;
const ZLIB_TRAILER_SIZE = 4;

/**
 * `bytes` as one raw deflate stream: that of zlib itself, as Git has it, but for the levels 0, 2 and 3.
 *
 * @param level 0 to 9, or -1 for the default
 */
export function deflateRaw(bytes: Uint8Array, level: number): Uint8Array {
  if (level === 1) return deflateFast(bytes).subarray(ZLIB_HEADER_SIZE, -ZLIB_TRAILER_SIZE);
  const exact = deflateLazy(bytes, level === -1 ? LEVEL_DEFAULT : level);
  return exact ?? deflate(bytes, level).subarray(ZLIB_HEADER_SIZE, -ZLIB_TRAILER_SIZE);
}

/** Pieces as one raw deflate stream, in bounded memory. @param level 0 to 9, or -1 for the default */
export function* deflateRawPieces(pieces: Iterable<Uint8Array>, level: number): Generator<Uint8Array, void, void> {
  const stream = new DeflateStream(level);
  try {
    let skip = ZLIB_HEADER_SIZE;
    let held: Uint8Array = new Uint8Array(0);
    const pass = function* (made: readonly Uint8Array[]): Generator<Uint8Array, void, void> {
      for (const part of made) {
        const skipped = Math.min(skip, part.length);
        skip -= skipped;
        // The last four bytes may be the trailer, so they wait for what follows.
        const joined = Buffer.concat([held, part.subarray(skipped)]);
        const cut = Math.max(0, joined.length - ZLIB_TRAILER_SIZE);
        held = joined.subarray(cut);
        if (cut > 0) yield joined.subarray(0, cut);
      }
    };
    for (const piece of pieces) yield* pass(stream.push(piece));
    yield* pass(stream.finish());
  } finally {
    stream.close();
  }
}

/**
 * Pieces as a gzip file that names no time and no file, with Unix as its system: the same input gives the same bytes.
 *
 * @param level 0 to 9, or -1 for the default
 */
export function* gzipPieces(pieces: Iterable<Uint8Array>, level: number): Generator<Uint8Array, void, void> {
  let crc = 0;
  let size = 0;
  const counted = function* (): Generator<Uint8Array, void, void> {
    for (const piece of pieces) {
      crc = crc32(piece, crc);
      size += piece.length;
      yield piece;
    }
  };
  yield Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, level === 9 ? 2 : level === 1 ? 4 : 0, 3);
  yield* deflateRawPieces(counted(), level);
  const trailer = new Uint8Array(8);
  const view = new DataView(trailer.buffer);
  view.setUint32(0, crc, true);
  view.setUint32(4, size % 0x1_0000_0000, true);
  yield trailer;
}
