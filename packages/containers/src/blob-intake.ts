import { type Digest, Digester, splitDigest } from './digest.js';
import { ContainersError } from './errors.js';
import { type BlobExpectation, type BlobInfo, BLOB_SIZE_MAX } from './image-store.js';

/**
 * Checks content while it passes by: its digest, its size, its bound.
 *
 * @returns the pieces as they come, and at the end what they are
 * @throws {ContainersError} digest-mismatch, size-mismatch, blob-too-large
 */
export async function* checkBlob(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, expect: BlobExpectation = {},
): AsyncGenerator<Uint8Array, BlobInfo, void> {
  const { digest: expected, sizeBytes: expectedSize, sizeBytesMax = BLOB_SIZE_MAX } = expect;
  const digester = new Digester(expected === undefined ? 'sha256' : splitDigest(expected).algorithm);
  for await (const piece of source) {
    digester.add(piece);
    if (digester.sizeBytes > sizeBytesMax) {
      throw new ContainersError('blob-too-large', `content has at most ${sizeBytesMax} bytes here`, { sizeBytesMax });
    }
    // What is longer than it may be is not read to its end.
    if (expectedSize !== undefined && digester.sizeBytes > expectedSize) throw sizeMismatch(expectedSize, digester.sizeBytes);
    yield piece;
  }
  const { sizeBytes } = digester;
  if (expectedSize !== undefined && sizeBytes !== expectedSize) throw sizeMismatch(expectedSize, sizeBytes);
  const digest = digester.finish();
  if (expected !== undefined && digest !== expected) throw digestMismatch(expected, digest);
  return { digest, sizeBytes };
}

/** Content that is other than it was said to be. */
export function digestMismatch(expected: Digest, actual: Digest): ContainersError {
  return new ContainersError('digest-mismatch', `the content is ${actual}, not ${expected}`, { expected, actual });
}

function sizeMismatch(expected: number, actual: number): ContainersError {
  return new ContainersError('size-mismatch', `the content has ${actual > expected ? 'more' : 'fewer'} than ${expected} bytes`, {
    expected, actual,
  });
}

/** A digest under which there is nothing. */
export function blobUnknown(name: string, digest: Digest): ContainersError {
  return new ContainersError('blob-unknown', `"${name}" has no content ${digest}`, { name, digest });
}
