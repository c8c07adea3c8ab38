/**
 * Hunks as text, the format of `diff -u` with Git's headings:
 *
 *     @@ -<old start>[,<count>] +<new start>[,<count>] @@[ <section>]
 *      a common line, as it stands in the new text
 *     -a deleted line
 *     +an added line
 *     \ No newline at end of file
 *
 * Starts count from 1; of an empty range it is the line before, 0 at the top. A count of 1 is left out.
 */
import { bytesFromLosslessText, losslessTextFromBytes } from '../bytes/lossless-text.js';
import { findTextFromBytes } from '../bytes/text.js';
import { ByteWriter } from '../bytes/writer.js';
import type { Hunk } from './hunks.js';
import type { LineDiff } from './line-diff.js';
import type { Lines } from './lines.js';

/** The text of hunks, without the headers of the file. O(bytes written). */
export function unifiedHunks(diff: LineDiff, hunks: readonly Hunk[]): Uint8Array {
  const writer = new ByteWriter(1024);
  for (const hunk of hunks) {
    writer.bytes(hunkHeader(hunk));
    let newAt = hunk.newStart;
    for (const change of hunk.changes) {
      writeLines(writer, { lines: diff.new, from: newAt, to: change.newStart, prefix: COMMON });
      newAt = change.newStart + change.newCount;
      writeLines(writer, { lines: diff.old, from: change.oldStart, to: change.oldStart + change.oldCount, prefix: DELETED });
      writeLines(writer, { lines: diff.new, from: change.newStart, to: newAt, prefix: ADDED });
    }
    writeLines(writer, { lines: diff.new, from: newAt, to: hunk.newStart + hunk.newCount, prefix: COMMON });
  }
  return writer.finish();
}

/** Git formats a header in a buffer of so many bytes, its LF included, and cuts the section to fit. */
const HEADER_SIZE_MAX = 127;

/** The line that begins a hunk, with its LF. */
export function hunkHeader(hunk: Hunk): Uint8Array {
  const ranges = `@@ -${lineRangeText(hunk.oldStart, hunk.oldCount)} +${lineRangeText(hunk.newStart, hunk.newCount)} @@`;
  if (hunk.section === undefined) return bytesFromLosslessText(`${ranges}\n`);
  const full = bytesFromLosslessText(`${ranges} ${hunk.section}`).subarray(0, HEADER_SIZE_MAX);
  const head = full.subarray(0, validTextSize(full));
  const line = new Uint8Array(head.length + 1);
  line.set(head);
  line[head.length] = LF;
  return line;
}

/** Where the first byte stands that is not UTF-8, or a character that is none (U+FFFE, U+FFFF): Git ends headers there. */
function validTextSize(bytes: Uint8Array): number {
  if (findTextFromBytes(bytes)?.search(/[\uFFFE\uFFFF]/) === -1) return bytes.length;
  const end = losslessTextFromBytes(bytes).search(/[\uFFFE\uFFFF]|[\uDC80-\uDCFF]/u);
  return bytesFromLosslessText(losslessTextFromBytes(bytes).slice(0, end)).length;
}

function lineRangeText(start: number, count: number): string {
  const first = count === 0 ? start : start + 1;
  return count === 1 ? `${first}` : `${first},${count}`;
}

const COMMON = 0x20;
const DELETED = 0x2d;
const ADDED = 0x2b;
const LF = 0x0a;
const NO_NEWLINE = bytesFromLosslessText('\n\\ No newline at end of file\n');

function writeLines(writer: ByteWriter, range: { lines: Lines; from: number; to: number; prefix: number }): void {
  const { bytes, starts } = range.lines;
  for (let line = range.from; line < range.to; line++) {
    const end = starts[line + 1]!;
    writer.u8(range.prefix).bytes(bytes.subarray(starts[line], end));
    if (bytes[end - 1] !== LF) writer.bytes(NO_NEWLINE);
  }
}
