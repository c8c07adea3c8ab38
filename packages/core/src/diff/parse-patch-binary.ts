/**
 * The data of `GIT binary patch`: zlib streams in base 85.
 *
 *     literal <size>            or `delta <size>`: the size after inflating
 *     <length><groups>          once per line: A-Z for 1 to 26, a-z for 27 to 52 bytes, then five characters
 *                               for every four bytes, the first of a group being the highest digit
 *     <empty line>
 */
import { bytesFromLatin1 } from '../bytes/text.js';
import { GovcError } from '../errors.js';
import { LIMITS } from '../limits.js';
import { sharedInflater } from '../pack/inflate.js';

/** One direction of a binary patch. */
export interface BinaryHunk {
  /** A delta (see `pack/apply-delta.ts`) against the other side, or the content itself. */
  readonly method: 'literal' | 'delta';
  /** Inflated. */
  readonly data: Uint8Array;
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~';
const DIGITS = makeDigits();
const LF = 0x0a;
// No zlib stream is this many times smaller than what it holds.
const INFLATE_RATIO_MAX = 1040;

/**
 * The binary hunk at `start`, or `undefined` where no line there begins one.
 *
 * @returns the hunk, where it ends, and how many lines it took
 * @throws {GovcError} patch-invalid: the data is damaged. limit-exceeded: it would be too large.
 */
export function parseBinaryHunk(
  bytes: Uint8Array, start: number, line: number,
): { readonly hunk: BinaryHunk; readonly end: number; readonly lines: number } | undefined {
  const header = /^(literal|delta) \s*(\d*)/.exec(asciiAt(bytes, start, 40));
  if (header === null) return undefined;
  const size = Number(header[2] ?? 0);
  let at = nextLine(bytes, start);
  let lines = 1;
  const first = at;
  let packedSize = 0;
  for (;;) {
    const end = nextLine(bytes, at);
    lines++;
    if (end === at) throw corrupt(line + lines - 1);
    if (end - at === 1) break;
    const count = lineSize(bytes, at, end);
    if (count === undefined) throw corrupt(line + lines - 1);
    packedSize += count;
    at = end;
  }
  if (size > LIMITS.objectSizeInMemory.value) {
    throw new GovcError('limit-exceeded', `The binary patch at line ${line} holds ${size} bytes.`, {
      limit: 'objectSizeInMemory', size, line,
    });
  }
  if (size > packedSize * INFLATE_RATIO_MAX) throw corrupt(line);
  const packed = decodeLines(bytes, first, { size: packedSize, line });
  const output = new Uint8Array(size + 1);
  const inflater = sharedInflater();
  inflater.setInput(packed, 0);
  if (packedSize === 0 || inflater.inflate(output, 0, size) !== 'done') throw corrupt(line);
  const hunk: BinaryHunk = { method: header[1] as BinaryHunk['method'], data: output.subarray(0, size) };
  return { hunk, end: at + 1, lines };
}

/** How many bytes a line says to hold; `undefined` where it cannot. */
function lineSize(bytes: Uint8Array, start: number, end: number): number | undefined {
  const length = end - start;
  if (bytes[end - 1] !== LF || length < 7 || (length - 2) % 5 !== 0) return undefined;
  const letter = bytes[start]!;
  const room = ((length - 2) / 5) * 4;
  const size = letter >= 0x41 && letter <= 0x5a ? letter - 0x40 : letter >= 0x61 && letter <= 0x7a ? letter - 0x60 + 26 : 0;
  return size === 0 || size > room || size <= room - 4 ? undefined : size;
}

function decodeLines(bytes: Uint8Array, start: number, total: { readonly size: number; readonly line: number }): Uint8Array {
  const output = new Uint8Array(total.size);
  let filled = 0;
  let at = start;
  for (let line = total.line + 1; filled < total.size; line++) {
    const end = nextLine(bytes, at);
    let left = lineSize(bytes, at, end)!;
    for (let group = at + 1; left > 0; group += 5) {
      let value = 0;
      for (let i = 0; i < 5; i++) {
        const digit = DIGITS[bytes[group + i]!]!;
        if (digit < 0) throw corrupt(line);
        value = value * 85 + digit;
      }
      if (value > 0xffff_ffff) throw corrupt(line);
      for (let shift = 24; shift >= 0 && left > 0; shift -= 8, left--) output[filled++] = (value >>> shift) & 0xff;
    }
    at = end;
  }
  return output;
}

function nextLine(bytes: Uint8Array, start: number): number {
  const lf = bytes.indexOf(LF, start);
  return lf < 0 ? bytes.length : lf + 1;
}

function asciiAt(bytes: Uint8Array, start: number, size: number): string {
  return String.fromCharCode(...bytes.subarray(start, start + size));
}

function makeDigits(): Int8Array {
  const digits = new Int8Array(256).fill(-1);
  bytesFromLatin1(ALPHABET).forEach((code, value) => {
    digits[code] = value;
  });
  return digits;
}

function corrupt(line: number): GovcError {
  return new GovcError('patch-invalid', `The binary patch is corrupt at line ${line}.`, { line, reason: 'binary-corrupt' });
}
