/** Ref names as bytes: their order and their encoding in files. */
import { bytesFromText, findTextFromBytes, latin1FromBytes } from '../bytes/text.js';
import { isRefName, type RefName } from './ref-name.js';

const NON_ASCII = /[\u0080-\uffff]/;

/**
 * Orders names as Git does, by their UTF-8 bytes: negative, 0 or positive. That is the order of code points,
 * which differs from that of JavaScript strings only where one name has a surrogate pair.
 */
export function compareRefNames(left: string, right: string): number {
  if (left === right) return 0;
  const size = Math.min(left.length, right.length);
  for (let i = 0; i < size; i++) {
    const a = left.charCodeAt(i);
    const b = right.charCodeAt(i);
    if (a !== b) return isSurrogate(a) === isSurrogate(b) ? a - b : isSurrogate(a) ? 1 : -1;
  }
  return left.length - right.length;
}

/** The ref name that stands in `bytes[start, end)`, or `undefined` where that is not UTF-8 or no ref name. */
export function decodeRefName(bytes: Buffer, start: number, end: number): RefName | undefined {
  const text = bytes.toString('latin1', start, end);
  const name = NON_ASCII.test(text) ? findTextFromBytes(bytes.subarray(start, end)) : text;
  return name !== undefined && isRefName(name) ? name : undefined;
}

/** The UTF-8 bytes of a name as a string of one character per byte. */
export function encodeRefName(name: RefName): string {
  return NON_ASCII.test(name) ? latin1FromBytes(bytesFromText(name)) : name;
}

/** UTF-16 puts surrogates below U+E000 to U+FFFF, UTF-8 puts what they encode above. */
function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}
