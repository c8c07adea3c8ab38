/** Raw deflate and gzip (RFC 1951, RFC 1952) as zlib itself makes them, which is what Git has in archives. */
import { crc32 } from '../bytes/crc32.js';
import { deflateExactly, ExactDeflater } from '../diff/exact-deflate.js';

/** At level 0 zlib waits for this much when it is given blocks of 10 KiB, as Git does. */
const STORED_SIZE = 40_960;

/** `bytes` as one raw deflate stream. @param level 1 to 9, or -1 for the default */
export function deflateRaw(bytes: Uint8Array, level: number): Uint8Array {
  return deflateExactly(bytes, level);
}

/** Pieces as one raw deflate stream, in bounded memory. @param level 1 to 9, or -1 for the default */
export function* deflateRawPieces(pieces: Iterable<Uint8Array>, level: number): Generator<Uint8Array, void, void> {
  const deflater = new ExactDeflater(level);
  for (const piece of pieces) {
    deflater.push(piece);
    const ready = deflater.take();
    if (ready.length > 0) yield ready;
  }
  yield deflater.finish();
}

/** Pieces as a raw deflate stream that compresses nothing. */
function* storeRawPieces(pieces: Iterable<Uint8Array>): Generator<Uint8Array, void, void> {
  const held = new Uint8Array(STORED_SIZE);
  let size = 0;
  for (const piece of pieces) {
    for (let from = 0; from < piece.length; ) {
      const part = piece.subarray(from, from + STORED_SIZE - size);
      held.set(part, size);
      from += part.length;
      size += part.length;
      if (size < STORED_SIZE) continue;
      yield storedBlock(held, false);
      size = 0;
    }
  }
  yield storedBlock(held.subarray(0, size), true);
}

function storedBlock(content: Uint8Array, isLast: boolean): Uint8Array {
  const block = new Uint8Array(5 + content.length);
  const view = new DataView(block.buffer);
  view.setUint8(0, isLast ? 1 : 0);
  view.setUint16(1, content.length, true);
  view.setUint16(3, ~content.length & 0xffff, true);
  block.set(content, 5);
  return block;
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
  yield Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, level === 9 ? 2 : level === 0 || level === 1 ? 4 : 0, 3);
  yield* level === 0 ? storeRawPieces(counted()) : deflateRawPieces(counted(), level);
  const trailer = new Uint8Array(8);
  const view = new DataView(trailer.buffer);
  view.setUint32(0, crc, true);
  view.setUint32(4, size % 0x1_0000_0000, true);
  yield trailer;
}
