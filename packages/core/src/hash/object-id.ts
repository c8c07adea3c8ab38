import { GovcError } from '../errors.js';
import type { HashAlgorithm } from './algorithm.js';

declare const objectIdBrand: unique symbol;

/** The id of an object: 40 (SHA-1) or 64 (SHA-256) lower-case hex digits. Made only where it is checked. */
export type ObjectId = string & { readonly [objectIdBrand]: true };

const SHA1_ID = /^[0-9a-f]{40}$/;
const SHA256_ID = /^[0-9a-f]{64}$/;

/** Whether `text` is a full lower-case object id of the given hash. */
export function isObjectId(text: string, algorithm: HashAlgorithm): text is ObjectId {
  return (algorithm.hexSize === 40 ? SHA1_ID : SHA256_ID).test(text);
}

/**
 * The object id that `text` spells in full; upper-case digits are accepted and lowered, as Git does.
 *
 * @throws {GovcError} object-id-invalid: another length or a character that is not a hex digit.
 */
export function parseObjectId(text: string, algorithm: HashAlgorithm): ObjectId {
  const lowered = text.toLowerCase();
  if (isObjectId(lowered, algorithm)) return lowered;
  throw new GovcError(
    'object-id-invalid',
    `"${text.slice(0, 80)}" is not a ${algorithm.name} object id of ${algorithm.hexSize} hex digits.`,
    { text: text.slice(0, 80) },
  );
}

/** The object id that {@link parseObjectId} would give, or `undefined`. */
export function findObjectId(text: string, algorithm: HashAlgorithm): ObjectId | undefined {
  const lowered = text.toLowerCase();
  return isObjectId(lowered, algorithm) ? lowered : undefined;
}
