import type { WhitespaceOptions } from './line-diff.js';

/**
 * Whether two lost lines of a combined diff are one when whitespace is ignored. Git compares them from their ends with
 * a rule of its own: a run of spaces is compared by the character before it.
 */
export function equalIgnoringSpace(left: Uint8Array, right: Uint8Array, options: WhitespaceOptions): boolean {
  const { allSpace = false, spaceChange = false, spaceAtEol = false, crAtEol = false } = options;
  let i = left.length;
  let j = right.length;
  if (allSpace || spaceChange || spaceAtEol || crAtEol) {
    i = skipSpaces(left, i);
    j = skipSpaces(right, j);
  }
  if (!allSpace && !spaceChange) return i === j && equalStart(left, right, i);
  while (i > 0 && j > 0) {
    i--;
    j--;
    const isLeftSpace = isSpace(left[i]!);
    const isRightSpace = isSpace(right[j]!);
    if (isLeftSpace || isRightSpace) {
      if (spaceChange && !(isLeftSpace && isRightSpace)) return false;
      i = startOfRun(left, i);
      j = startOfRun(right, j);
    }
    if (left[i] !== right[j]) return false;
  }
  if (allSpace) {
    i = skipSpaces(left, i);
    j = skipSpaces(right, j);
  }
  return i === 0 && j === 0;
}

function skipSpaces(line: Uint8Array, end: number): number {
  let at = end;
  while (at > 0 && isSpace(line[at - 1]!)) at--;
  return at;
}

/** The place before the spaces that end at `at`, or the start of the line; `at` itself where none stands there. */
function startOfRun(line: Uint8Array, at: number): number {
  let start = at;
  while (start > 0 && isSpace(line[start]!)) start--;
  return start;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

function equalStart(left: Uint8Array, right: Uint8Array, size: number): boolean {
  for (let i = 0; i < size; i++) if (left[i] !== right[i]) return false;
  return true;
}
