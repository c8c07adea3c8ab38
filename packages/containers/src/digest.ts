import { createHash } from 'node:crypto';

import { ContainersError } from './errors.js';

/**
 * The name of bytes by their content, `sha256:<64 hex digits>` or `sha512:<128 hex digits>` in small letters
 * (OCI image specification, "Digests"). Made by {@link parseDigest} and {@link digestOf} only.
 */
export type Digest = string & { readonly __digest: unique symbol };

/** The algorithms that the OCI image specification registers. */
export type DigestAlgorithm = 'sha256' | 'sha512';

/** Reads a digest. @throws {ContainersError} digest-invalid */
export function parseDigest(text: string): Digest {
  const digest = findDigest(text);
  if (digest !== undefined) return digest;
  throw new ContainersError('digest-invalid', `${JSON.stringify(text.slice(0, 160))} is no digest; write sha256: or sha512: and hexadecimal digits`, {
    text: text.slice(0, 160),
  });
}

/** As {@link parseDigest}; `undefined` for what is none. */
export function findDigest(text: string): Digest | undefined {
  return /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/.test(text) ? (text as Digest) : undefined;
}

/** The digest of bytes that are in memory. O(size). */
export function digestOf(bytes: Uint8Array, algorithm: DigestAlgorithm = 'sha256'): Digest {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}` as Digest;
}

/** The algorithm and the hexadecimal digits of a digest. */
export function splitDigest(digest: Digest): { readonly algorithm: DigestAlgorithm; readonly hex: string } {
  return { algorithm: digest.slice(0, 6) as DigestAlgorithm, hex: digest.slice(7) };
}

/** A digest that grows with its bytes. */
export class Digester {
  readonly #algorithm: DigestAlgorithm;
  readonly #hash;
  #sizeBytes = 0;

  constructor(algorithm: DigestAlgorithm = 'sha256') {
    this.#algorithm = algorithm;
    this.#hash = createHash(algorithm);
  }

  /** How many bytes were added. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  add(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#sizeBytes += bytes.length;
  }

  /** Of everything that was added; nothing can be added afterwards. */
  finish(): Digest {
    return `${this.#algorithm}:${this.#hash.digest('hex')}` as Digest;
  }
}
