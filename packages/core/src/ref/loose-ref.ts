/**
 * A loose ref file: an object id in hex, or `ref:`, white space and the name of another ref; each with
 * white space after it (git-symbolic-ref, gitrepository-layout).
 */
import { GovcError } from '../errors.js';
import { bytesFromText, findTextFromBytes, latin1FromBytes } from '../bytes/text.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import { findObjectId } from '../hash/object-id.js';
import { LIMITS } from '../limits.js';
import { isRefName } from './ref-name.js';
import { directRef, symbolicRef, type RefValue } from './ref-value.js';

/**
 * The value that the file of a ref holds. As Git does, ignores what follows white space after an id
 * (`FETCH_HEAD` has more there), and accepts upper-case digits.
 *
 * @throws {GovcError} ref-invalid: neither an id nor the name of a ref; an empty file, for example.
 */
export function parseLooseRef(bytes: Uint8Array, algorithm: HashAlgorithm): RefValue {
  const { hexSize } = algorithm;
  const start = latin1FromBytes(bytes.subarray(0, hexSize + 1));
  if (start.startsWith('ref:')) return parseSymbolic(bytes);
  const id = findObjectId(start.slice(0, hexSize), algorithm);
  if (id === undefined || (start.length > hexSize && !/[\0\t\n\v\f\r ]/.test(start.charAt(hexSize)))) {
    throw invalid(bytes);
  }
  return directRef(id);
}

/** The bytes of the file that holds `value`, with a line feed at the end. */
export function serializeLooseRef(value: RefValue): Uint8Array {
  return bytesFromText(value.kind === 'direct' ? `${value.id}\n` : `ref: ${value.target}\n`);
}

function parseSymbolic(bytes: Uint8Array): RefValue {
  // White space around a name and its prefix, beyond the longest name, is bounded as well.
  const text = findTextFromBytes(bytes.subarray(4, LIMITS.refNameSize.value + 1024));
  const target = text?.replace(/^[\t\n\v\f\r ]+|[\t\n\v\f\r ]+$/g, '');
  if (target === undefined || !isRefName(target)) throw invalid(bytes);
  return symbolicRef(target);
}

function invalid(bytes: Uint8Array): GovcError {
  const text = latin1FromBytes(bytes.subarray(0, 80));
  return new GovcError('ref-invalid', `${JSON.stringify(text)} is neither an object id nor "ref: <name>".`, {
    text,
  });
}
