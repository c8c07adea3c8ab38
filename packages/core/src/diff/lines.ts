/**
 * Text as lines. A line is what ends with LF, and the LF belongs to it; bytes after the last LF are a
 * line of their own, which is then incomplete. Nothing is copied: a line is a range of the bytes.
 */

/** The lines of one text. Line `i`, counted from 0, is `bytes[starts[i], starts[i + 1])`. */
export interface Lines {
  /** The whole text; shared, never written. */
  readonly bytes: Uint8Array;
  /** Offsets of the lines; `count + 1` of them, the last one is the size of `bytes`. */
  readonly starts: Uint32Array;
  readonly count: number;
  /** Whether the text ends with LF or is empty. */
  readonly isComplete: boolean;
}

/** The lines of `bytes`. O(bytes); holds four bytes for each line besides. */
export function splitLines(bytes: Uint8Array): Lines {
  const size = bytes.length;
  let starts = new Uint32Array(Math.max(16, size >>> 5));
  let count = 0;
  let at = 0;
  while (at < size) {
    if (count + 2 > starts.length) starts = grow(starts);
    starts[count++] = at;
    while (at < size && bytes[at] !== LF) at++;
    at++;
  }
  starts[count] = size;
  return { bytes, starts: starts.subarray(0, count + 1), count, isComplete: size === 0 || bytes[size - 1] === LF };
}

/** The bytes of lines `from` up to, not including, `to`; a view. */
export function lineRange(lines: Lines, from: number, to: number): Uint8Array {
  return lines.bytes.subarray(lines.starts[from], lines.starts[to]);
}

const LF = 0x0a;

function grow(starts: Uint32Array): Uint32Array<ArrayBuffer> {
  const grown = new Uint32Array(starts.length * 2);
  grown.set(starts);
  return grown;
}
