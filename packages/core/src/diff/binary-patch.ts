/**
 * Changes of binary files as `GIT binary patch`: the way forth and the way back, each as the new bytes or as a delta of
 * the old ones, whichever is smaller when deflated.
 *
 *     "GIT binary patch" LF  2( ("literal" / "delta") SP <size before deflating> LF  *line  LF )
 *     line = <how many bytes: A-Z for 1-26, a-z for 27-52> <base 85 of them, filled up with zeros to fours> LF
 */
import { concatBytes } from '../bytes/compare.js';
import { bytesFromLatin1 } from '../bytes/text.js';
import { deflateFast } from './exact-deflate.js';
import { createRabinDelta } from './rabin-delta.js';

const ALPHABET = bytesFromLatin1('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~');
const LINE_SIZE = 52;
const LF = 0x0a;

/** A change of a binary file, from `GIT binary patch` on. */
export function formatBinaryPatch(old: Uint8Array, new_: Uint8Array): Uint8Array {
  return concatBytes([bytesFromLatin1('GIT binary patch\n'), formatWay(old, new_), formatWay(new_, old)]);
}

function formatWay(source: Uint8Array, target: Uint8Array): Uint8Array {
  const literal = deflateFast(target);
  const delta = source.length > 0 && target.length > 0 ? createRabinDelta(source, target, literal.length) : undefined;
  const deflated = delta === undefined ? undefined : deflateFast(delta);
  const takesDelta = delta !== undefined && deflated !== undefined && deflated.length < literal.length;
  const header = takesDelta ? `delta ${delta.length}\n` : `literal ${target.length}\n`;
  return concatBytes([bytesFromLatin1(header), encodeLines(takesDelta ? deflated : literal), Uint8Array.of(LF)]);
}

/** Bytes as lines of base 85. */
function encodeLines(bytes: Uint8Array): Uint8Array {
  const lineCount = Math.ceil(bytes.length / LINE_SIZE);
  const text = new Uint8Array(Math.ceil(bytes.length / 4) * 5 + lineCount * 2 + 8);
  let out = 0;
  for (let at = 0; at < bytes.length; at += LINE_SIZE) {
    const end = Math.min(bytes.length, at + LINE_SIZE);
    const size = end - at;
    text[out++] = size <= 26 ? 0x40 + size : 0x60 + size - 26;
    for (let i = at; i < end; i += 4) {
      let value = 0;
      for (let k = 0; k < 4; k++) value = value * 256 + (i + k < end ? bytes[i + k]! : 0);
      for (let k = 4; k >= 0; k--) {
        text[out + k] = ALPHABET[value % 85]!;
        value = Math.floor(value / 85);
      }
      out += 5;
    }
    text[out++] = LF;
  }
  return text.subarray(0, out);
}
