/**
 * The `packed-refs` file: many refs in one file (gitrepository-layout; `refs/packed-backend.c` of Git).
 *
 *     # pack-refs with: peeled fully-peeled sorted \n      optional header with traits
 *     <id> SP <name> LF                                    one ref
 *     ^<id> LF                                             what the tag above names in the end
 *
 * With the trait `fully-peeled` a ref without a `^` line is known not to name a tag. Names are at most
 * `LIMITS.refNameSize` bytes of UTF-8; ids are full. Entries stand in order of their bytes where the
 * header says `sorted`; other files are sorted here.
 */
import { GovcError } from '../errors.js';
import { latin1FromBytes } from '../bytes/text.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import { findObjectId, type ObjectId } from '../hash/object-id.js';
import { compareRefNames, decodeRefName, encodeRefName } from './ref-name-bytes.js';
import type { RefName } from './ref-name.js';

/** One ref of the file. */
export interface PackedRef {
  readonly name: RefName;
  readonly id: ObjectId;
  /** What the tag `id` names after all tags are followed; `undefined` where that is `id` itself or not known. */
  readonly peeled?: ObjectId | undefined;
}

const HEADER_PREFIX = '# pack-refs with: ';
const HEADER = '# pack-refs with: peeled fully-peeled sorted \n';
const LF = 0x0a;
const CARET = 0x5e;
const HASH_SIGN = 0x23;

/**
 * The refs of a file in the order of the bytes of their names, whatever order they stand in. An empty file
 * holds none. Allocates per ref two or three strings; O(size) where the file is sorted.
 *
 * @throws {GovcError} packed-refs-invalid: another header, a line that is no ref, a name that is not UTF-8 or
 *   breaks the rules of ref names, a name that comes twice, or a last line without a line feed.
 */
export function parsePackedRefs(bytes: Uint8Array, algorithm: HashAlgorithm): PackedRef[] {
  const refs: PackedRef[] = [];
  const { hexSize } = algorithm;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let sorted = true;
  let previous: RefName | undefined;
  let at = skipHeader(bytes);
  while (at < bytes.length) {
    const end = bytes.indexOf(LF, at);
    if (end < 0) throw invalidLine(bytes, at);
    const nameStart = at + hexSize + 1;
    const id = findObjectId(buffer.toString('latin1', at, at + hexSize), algorithm);
    if (id === undefined || nameStart >= end || !isSeparator(bytes[nameStart - 1]!)) throw invalidLine(bytes, at);
    const name = decodeRefName(buffer, nameStart, end);
    if (name === undefined) throw invalidLine(bytes, at);
    if (previous !== undefined && sorted) sorted = compareRefNames(previous, name) < 0;
    previous = name;
    at = end + 1;
    let peeled: ObjectId | undefined;
    if (bytes[at] === CARET) {
      peeled = findObjectId(buffer.toString('latin1', at + 1, at + 1 + hexSize), algorithm);
      if (peeled === undefined || bytes[at + 1 + hexSize] !== LF) throw invalidLine(bytes, at);
      at += hexSize + 2;
    }
    refs.push({ name, id, peeled });
  }
  if (!sorted) sortUnique(refs);
  return refs;
}

/**
 * The bytes of a file with the given refs, byte for byte as `git pack-refs` writes them; sorts them first where
 * they are not. Every ref that names a tag must come with `peeled`, because the header promises it.
 *
 * @throws {GovcError} packed-refs-invalid: a name comes twice.
 */
export function serializePackedRefs(entries: readonly PackedRef[]): Uint8Array {
  let refs = entries;
  for (let i = 1; i < entries.length; i++) {
    if (compareRefNames(entries[i - 1]!.name, entries[i]!.name) >= 0) {
      refs = sortUnique(entries.slice());
      break;
    }
  }
  // One string of one-byte characters is both the fastest to build and the fastest to copy out.
  let text = HEADER;
  for (const { name, id, peeled } of refs) {
    text += `${id} ${encodeRefName(name)}\n`;
    if (peeled !== undefined) text += `^${peeled}\n`;
  }
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

function skipHeader(bytes: Uint8Array): number {
  if (bytes[0] !== HASH_SIGN) return 0;
  const end = bytes.indexOf(LF);
  const line = latin1FromBytes(bytes.subarray(0, HEADER_PREFIX.length));
  if (end < 0 || line !== HEADER_PREFIX) throw invalidLine(bytes, 0);
  return end + 1;
}

function isSeparator(byte: number): boolean {
  return byte === 0x20 || byte === 0x09;
}

function sortUnique(refs: PackedRef[]): PackedRef[] {
  refs.sort((left, right) => compareRefNames(left.name, right.name));
  for (let i = 1; i < refs.length; i++) {
    const { name } = refs[i]!;
    if (name === refs[i - 1]!.name) {
      throw new GovcError('packed-refs-invalid', `packed-refs holds the ref "${name}" twice.`, { name });
    }
  }
  return refs;
}

function invalidLine(bytes: Uint8Array, offset: number): GovcError {
  const line = latin1FromBytes(bytes.subarray(offset, offset + 200)).split('\n', 1)[0]!;
  return new GovcError(
    'packed-refs-invalid',
    `packed-refs holds ${JSON.stringify(line)} at byte ${offset}, which is not "<id> <ref name>".`,
    { line, offset },
  );
}
