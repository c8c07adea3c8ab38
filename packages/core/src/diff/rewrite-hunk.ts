import { concatBytes } from '../bytes/compare.js';
import { bytesFromLatin1 } from '../bytes/text.js';
import { countLines } from './file-stats.js';

const LF = 0x0a;

/** A rewrite as one hunk: all old lines, then all new ones. O(n). */
export function rewriteHunk(old: Uint8Array, new_: Uint8Array, isIrreversible: boolean): Uint8Array {
  const oldRange = isIrreversible ? '?,?' : rangeText(countLines(old));
  const header = bytesFromLatin1(`@@ -${oldRange} +${rangeText(countLines(new_))} @@\n`);
  return concatBytes([header, ...(isIrreversible ? [] : [prefixLines(old, 0x2d)]), prefixLines(new_, 0x2b)]);
}

function rangeText(count: number): string {
  return count === 0 ? '0,0' : count === 1 ? '1' : `1,${count}`;
}

function prefixLines(bytes: Uint8Array, prefix: number): Uint8Array {
  const isComplete = bytes.length === 0 || bytes[bytes.length - 1] === LF;
  const tail = isComplete ? NOTHING : NO_NEWLINE;
  const result = new Uint8Array(bytes.length + countLines(bytes) + tail.length);
  let out = 0;
  for (let at = 0; at < bytes.length; ) {
    const found = bytes.indexOf(LF, at);
    const end = found < 0 ? bytes.length : found + 1;
    result[out++] = prefix;
    result.set(bytes.subarray(at, end), out);
    out += end - at;
    at = end;
  }
  result.set(tail, out);
  return result;
}

const NOTHING = new Uint8Array(0);
const NO_NEWLINE = bytesFromLatin1('\n\\ No newline at end of file\n');
