/** Merges against all parents at once: `-c` and `--cc` (git-diff-tree(1), "Combined diff format"). */
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { bytesFromLosslessText, losslessTextFromBytes } from '../bytes/lossless-text.js';
import { latin1FromBytes } from '../bytes/text.js';
import type { CombinedChange } from './combined-changes.js';
import { chooseCombinedLines, type ShownLines } from './combined-hunks.js';
import { CombinedLines, withoutNewline } from './combined-lines.js';
import { readSide, type DiffSource } from './diff-source.js';
import { DiffText } from './diff-text.js';
import { modeText, STATUS_LETTERS, type RawFormat } from './format-names.js';
import type { HunkOptions } from './hunks.js';
import { isBinary } from './is-binary.js';
import type { LineDiffOptions } from './line-diff.js';
import { quotePath, quoteTwo, type QuoteOptions } from './quote-path.js';

/** How merges are written as raw lines. */
export interface CombinedRawFormat extends RawFormat {
  /** Whether each parent's path is told (`--combined-all-paths`). Default: false. */
  readonly includesAllPaths?: boolean | undefined;
}

/** Combined changes as `--raw`: a colon, a mode, an id and a letter for each parent. */
export function formatCombinedRaw(changes: readonly CombinedChange[], format: CombinedRawFormat): Uint8Array {
  const { algorithm, abbreviate = (id: ObjectId): string => id } = format;
  let text = '';
  for (const change of changes) {
    const { parents, entry } = change;
    text += `${':'.repeat(parents.length)}${parents.map((parent) => `${modeText(parent.entry?.mode)} `).join('')}${modeText(entry?.mode)}`;
    for (const parent of parents) text += ` ${abbreviate(parent.entry?.id ?? algorithm.zeroId)}`;
    text += ` ${abbreviate(entry?.id ?? algorithm.zeroId)} ${statusAndNames(change, format)}`;
  }
  return bytesFromLosslessText(text);
}

/** Combined changes as `--name-status`. */
export function formatCombinedNameStatus(changes: readonly CombinedChange[], format: CombinedRawFormat): Uint8Array {
  return bytesFromLosslessText(changes.map((change) => statusAndNames(change, format)).join(''));
}

function statusAndNames({ path, parents }: CombinedChange, format: CombinedRawFormat): string {
  const isNul = format.isNulTerminated === true;
  const separator = isNul ? '\0' : '\t';
  const name = (text: string): string => (isNul ? text : quotePath(text, format));
  let text = parents.map(({ status }) => STATUS_LETTERS[status]).join('') + separator;
  if (format.includesAllPaths === true) {
    for (const { status, entry } of parents) text += name(isRenamed(status) ? entry!.path : path) + separator;
  }
  return `${text}${name(path)}${isNul ? '\0' : '\n'}`;
}

function isRenamed(status: string): boolean {
  return status === 'renamed' || status === 'copied';
}

/** How a combined patch is written. */
export interface CombinedPatchFormat extends QuoteOptions {
  readonly algorithm: HashAlgorithm;
  /** `dense` leaves out hunks that take one of two versions as it was (`--cc`); `full` shows all (`-c`). */
  readonly density: 'dense' | 'full';
  /** The short form of an id on the index line. Default: ids in full. */
  readonly abbreviate?: ((id: ObjectId) => string) | undefined;
  readonly lines?: LineDiffOptions | undefined;
  readonly hunks?: Pick<HunkOptions, 'contextLines'> | undefined;
  /** Before old paths. Default: `a/`. */
  readonly oldPrefix?: string | undefined;
  /** Before new paths. Default: `b/`. */
  readonly newPrefix?: string | undefined;
  readonly includesAllPaths?: boolean | undefined;
}

/**
 * Combined changes as a patch.
 *
 * @throws {GovcError} object-missing; limit-exceeded: there are too many parents, or they lost too many lines in one place.
 */
export function formatCombinedPatch(changes: readonly CombinedChange[], source: DiffSource, format: CombinedPatchFormat): Uint8Array {
  const text = new DiffText();
  for (const change of changes) writeFile(text, change, { source, format });
  return text.finish();
}

function writeFile(
  text: DiffText, change: CombinedChange,
  { source, format }: { readonly source: DiffSource; readonly format: CombinedPatchFormat },
): void {
  const result = readSide(source, change.entry);
  const parents = change.parents.map(({ entry }) => readSide(source, entry));
  const header = headerText(change, format);
  if (source.driverOf?.(change.path)?.isBinary ?? [result, ...parents].some(isBinary)) {
    text.text(`${header}Binary files differ\n`);
    return;
  }
  const lines = new CombinedLines(result, parents.length, format.lines ?? {});
  parents.forEach((bytes, index) => {
    const id = change.parents[index]!.entry?.id;
    const same = change.parents.findIndex(({ entry }) => entry?.id === id);
    if (same < index) lines.copy(index, same);
    else lines.compare(index, bytes);
  });
  const contextLines = format.hunks?.contextLines ?? 3;
  const shown = chooseCombinedLines(lines, format.density === 'dense', contextLines);
  if (!shown.hasAny && !hasOtherMode(change)) return;
  text.text(header + namesText(change, format));
  writeHunks(text, { lines, shown, contextLines });
}

function hasOtherMode({ entry, parents }: CombinedChange): boolean {
  return parents.some((parent) => (parent.entry?.mode ?? 0) !== (entry?.mode ?? 0));
}

/** Whether no parent had the file. */
function isAdded({ entry, parents }: CombinedChange): boolean {
  return entry !== undefined && parents.every(({ status }) => status === 'added');
}

function headerText(change: CombinedChange, format: CombinedPatchFormat): string {
  const { entry, parents } = change;
  const shortId = (id: ObjectId | undefined): string => {
    const full = id ?? format.algorithm.zeroId;
    return format.abbreviate?.(full) ?? full;
  };
  let text = `diff --${format.density === 'dense' ? 'cc' : 'combined'} ${quotePath(change.path, format)}\n`;
  text += `index ${parents.map((parent) => shortId(parent.entry?.id)).join(',')}..${shortId(entry?.id)}\n`;
  if (!hasOtherMode(change)) return text;
  if (isAdded(change)) return `${text}new file mode ${modeText(entry?.mode)}\n`;
  const modes = parents.map((parent) => modeText(parent.entry?.mode)).join(',');
  return entry === undefined ? `${text}deleted file mode ${modes}\n` : `${text}mode ${modes}..${modeText(entry.mode)}\n`;
}

function namesText(change: CombinedChange, format: CombinedPatchFormat): string {
  const { oldPrefix = 'a/', newPrefix = 'b/' } = format;
  let text = '';
  if (format.includesAllPaths === true) {
    for (const { status, entry } of change.parents) {
      const path = isRenamed(status) ? entry!.path : change.path;
      text += `--- ${status === 'added' ? '/dev/null' : quoteTwo(oldPrefix, path, format)}\n`;
    }
  } else {
    // That a file is new is told only where modes are.
    const isNew = hasOtherMode(change) && isAdded(change);
    text += `--- ${isNew ? '/dev/null' : quoteTwo(oldPrefix, change.path, format)}\n`;
  }
  const isDeleted = hasOtherMode(change) && change.entry === undefined;
  return `${text}+++ ${isDeleted ? '/dev/null' : quoteTwo(newPrefix, change.path, format)}\n`;
}

interface HunkParts {
  readonly lines: CombinedLines;
  readonly shown: ShownLines;
  readonly contextLines: number;
}

function writeHunks(text: DiffText, parts: HunkParts): void {
  const { lines, shown } = parts;
  const { count } = lines.result;
  for (let at = 0; ; ) {
    let section: Uint8Array | undefined;
    for (; at <= count && shown.isShown[at] !== 1; at++) {
      if (at < count && beginsSection(withoutNewline(lines.result, at))) section = withoutNewline(lines.result, at);
    }
    if (at > count) return;
    let end = at + 1;
    while (end <= count && shown.isShown[end] === 1) end++;
    text.text(hunkHeader(parts, at, end)).text(section === undefined ? '' : sectionText(section)).text('\n');
    for (; at < end; at++) writeLine(text, parts, at);
  }
}

function hunkHeader({ lines, contextLines }: HunkParts, start: number, end: number): string {
  const { count } = lines.result;
  let hidden = 0;
  // Without context, lines that only carry what was lost before them are not shown.
  if (contextLines === 0) for (let i = start; i < end; i++) if (lines.added[i] === 0) hidden++;
  const size = end - start - (end > count ? 1 : 0) - hidden;
  const marks = '@'.repeat(lines.parentCount + 1);
  let ranges = '';
  for (let parent = 0; parent < lines.parentCount; parent++) {
    const from = lines.parentLine(start, parent);
    ranges += ` -${from},${unsignedText(lines.parentLine(end, parent) - from - hidden)}`;
  }
  return `${marks}${ranges} +${start + 1},${unsignedText(size)} ${marks}`;
}

/** A number as C prints an unsigned long; Git's counts run below zero at the end of a file without context. */
function unsignedText(value: number): string {
  return BigInt.asUintN(64, BigInt(value)).toString();
}

function writeLine(text: DiffText, { lines, shown, contextLines }: HunkParts, index: number): void {
  const { parentCount } = lines;
  if (shown.hidesLost[index] !== 1) {
    for (const { line, parents } of lines.lost[index] ?? []) {
      text.text(markers(parents, parentCount, '-')).bytes(upToNul(line)).text('\n');
    }
  }
  const added = lines.added[index]!;
  if (index >= lines.result.count || (added === 0 && contextLines === 0)) return;
  text.text(markers(added, parentCount, '+')).bytes(upToNul(withoutNewline(lines.result, index))).text('\n');
}

function markers(parents: number, parentCount: number, mark: string): string {
  let text = '';
  for (let parent = 0; parent < parentCount; parent++) text += (parents & (1 << parent)) !== 0 ? mark : ' ';
  return text;
}

/** Git prints these lines as C strings. */
function upToNul(line: Uint8Array): Uint8Array {
  const end = line.indexOf(0);
  return end < 0 ? line : line.subarray(0, end);
}

function beginsSection(line: Uint8Array): boolean {
  const first = line[0] ?? 0;
  return (first >= 0x41 && first <= 0x5a) || (first >= 0x61 && first <= 0x7a) || first === 0x5f || first === 0x24;
}

/** Up to 40 bytes, without the last one that is no space and what follows it: so Git counts. */
function sectionText(line: Uint8Array): string {
  const text = latin1FromBytes(upToNul(line).subarray(0, 40));
  let end = 0;
  for (let i = 0; i < text.length; i++) if (!' \t\n\r'.includes(text[i]!)) end = i;
  return end === 0 ? '' : ` ${losslessTextFromBytes(line.subarray(0, end))}`;
}
