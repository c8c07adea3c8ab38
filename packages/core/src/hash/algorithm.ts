import { createHash, hash as hashOnce } from 'node:crypto';
import { GovcError } from '../errors.js';
import { hexFromBytes } from '../bytes/hex.js';
import type { ObjectId } from './object-id.js';

/** The two hashes a repository can be made with (gitformat-pack, hash-function-transition). */
export type HashName = 'sha1' | 'sha256';

/** A hash over bytes that arrive in pieces. */
export interface Hasher {
  update(bytes: Uint8Array): void;
  /** The hash of all pieces; the hasher must not be used afterwards. */
  digest(): Uint8Array;
  /** The same in lower-case hex. */
  digestHex(): string;
}

/** One of Git's hash functions and the constants that follow from it. */
export interface HashAlgorithm {
  readonly name: HashName;
  /** Bytes of a hash. */
  readonly size: number;
  /** Hex digits of an object id. */
  readonly hexSize: number;
  /** The all-zero id, which stands for "no object" in protocols and reflogs. */
  readonly zeroId: ObjectId;
  readonly emptyTreeId: ObjectId;
  readonly emptyBlobId: ObjectId;
  /** The number that names this hash inside pack indexes and other binary files. */
  readonly formatId: 1 | 2;
  createHasher(): Hasher;
  /** The hash of `bytes`. */
  digest(bytes: Uint8Array): Uint8Array;
  /** The same in lower-case hex, which is faster than converting. */
  digestHex(bytes: Uint8Array): string;
}

function makeAlgorithm(facts: {
  name: HashName; size: number; formatId: 1 | 2; emptyTree: string; emptyBlob: string;
}): HashAlgorithm {
  const { name, size, formatId } = facts;
  return {
    name,
    size,
    formatId,
    hexSize: size * 2,
    zeroId: '0'.repeat(size * 2) as ObjectId,
    emptyTreeId: facts.emptyTree as ObjectId,
    emptyBlobId: facts.emptyBlob as ObjectId,
    createHasher: () => {
      const state = createHash(name);
      return {
        update: (bytes) => {
          state.update(bytes);
        },
        digest: () => state.digest(),
        digestHex: () => state.digest('hex'),
      };
    },
    digest: (bytes) => hashOnce(name, bytes, 'buffer'),
    digestHex: (bytes) => hashOnce(name, bytes, 'hex'),
  };
}

/**
 * SHA-1 as OpenSSL computes it. It does not look for the known collision attacks, which Git's own
 * implementation does at a quarter of the speed; COMPATIBILITY.md states the choice.
 */
export const SHA1: HashAlgorithm = makeAlgorithm({
  name: 'sha1',
  size: 20,
  formatId: 1,
  emptyTree: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  emptyBlob: 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391',
});

/** SHA-256, for repositories with `extensions.objectFormat = sha256`. */
export const SHA256: HashAlgorithm = makeAlgorithm({
  name: 'sha256',
  size: 32,
  formatId: 2,
  emptyTree: '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321',
  emptyBlob: '473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813',
});

/**
 * The algorithm with the given name, as `extensions.objectFormat` and the `object-format` capability spell it.
 *
 * @throws {GovcError} unsupported: no such hash.
 */
export function hashAlgorithm(name: string): HashAlgorithm {
  if (name === 'sha1') return SHA1;
  if (name === 'sha256') return SHA256;
  throw new GovcError('unsupported', `The object format "${name}" is neither sha1 nor sha256.`, { name });
}

/** The object id whose raw bytes stand at `offset`. */
export function objectIdAt(bytes: Uint8Array, offset: number, algorithm: HashAlgorithm): ObjectId {
  return hexFromBytes(bytes, offset, algorithm.size) as ObjectId;
}
