import { concatBytes } from '../bytes/compare.js';
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import { lineRange, splitLines, type Lines } from '../diff/lines.js';
import type { LineRange } from './blame-request.js';
import type { LineLogFile } from './line-log.js';

/**
 * What `git log -L` prints for a file: one hunk for each range of followed lines that was touched, the whole range with
 * what was removed from it.
 *
 * @param old the text before; empty where the file was added
 */
export function lineLogPatch(file: LineLogFile, old: Uint8Array, new_: Uint8Array): Uint8Array {
  const oldPath = (file.old ?? file.new).path;
  const parts = [bytesFromLosslessText(
    `diff --git a/${oldPath} b/${file.new.path}\n--- ${file.old === undefined ? '/dev/null' : `a/${oldPath}`}\n+++ b/${file.new.path}\n`,
  )];
  const texts = { old: splitLines(old), new: splitLines(new_) };
  return concatBytes([...parts, ...file.lines.flatMap((range) => hunkOf(file, range, texts))]);
}

function hunkOf({ changes }: LineLogFile, range: LineRange, texts: { readonly old: Lines; readonly new: Lines }): Uint8Array[] {
  const { start, end } = range;
  const inside = changes.filter(({ newStart, newCount }) => newStart + newCount >= start && newStart <= end);
  const first = inside[0];
  if (first === undefined) return [];
  const starting = inside.filter(({ newStart }) => newStart < end);
  const last = starting.at(-1) ?? first;
  let oldStart = first.oldStart - Math.max(0, first.newStart - start);
  let oldEnd = last.oldStart + last.oldCount + Math.max(0, end - (last.newStart + last.newCount));
  if (oldStart === 0 && oldEnd === 0) {
    oldStart = -1;
    oldEnd = -1;
  }
  const parts = [bytesFromLosslessText(`@@ -${oldStart + 1},${oldEnd - oldStart} +${start + 1},${end - start} @@\n`)];
  let at = start;
  for (const change of starting) {
    for (; at < change.newStart; at++) parts.push(...printLine(' ', texts.new, at));
    for (let i = change.oldStart; i < change.oldStart + change.oldCount; i++) parts.push(...printLine('-', texts.old, i));
    for (; at < change.newStart + change.newCount && at < end; at++) parts.push(...printLine('+', texts.new, at));
  }
  for (; at < end; at++) parts.push(...printLine(' ', texts.new, at));
  return parts;
}

const NO_LINE_FEED = bytesFromLosslessText('\n\\ No newline at end of file\n');

function printLine(mark: string, lines: Lines, index: number): Uint8Array[] {
  const line = lineRange(lines, index, index + 1);
  const parts = [bytesFromLosslessText(mark), line];
  if (line.at(-1) !== 0x0a) parts.push(NO_LINE_FEED);
  return parts;
}
