/**
 * Changes as a patch: git-diff(1), "Generating patch text with -p". A file's part is
 *
 *     diff --git a/<old path> b/<new path>
 *     <modes, similarity, names>  index <old id>..<new id>[ <mode>]
 *     --- a/<old path>  +++ b/<new path>  <hunks>
 *
 * Paths with unusual characters are quoted. A change of type is a deletion and an addition.
 */
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { MODE_TREE } from '../object/tree.js';
import type { TextPattern } from '../pattern/text-pattern.js';
import { formatBinaryPatch } from './binary-patch.js';
import {
  functionPatternOf, hasSameId, readContents, wordPatternOf, type ChangedContents, type DiffSource,
} from './diff-source.js';
import { DiffText } from './diff-text.js';
import { modeText, shownPath } from './format-names.js';
import { makeHunks, type HunkOptions } from './hunks.js';
import { diffLines, type LineDiff, type LineDiffOptions } from './line-diff.js';
import { quotePath, quoteTwo, type QuoteOptions } from './quote-path.js';
import { rewriteHunk } from './rewrite-hunk.js';
import type { DiffEntry, FileChange } from './tree-diff.js';
import { unifiedHunks } from './unified.js';
import { wordDiffHunks, type WordDiffStyle } from './word-diff.js';

/** How a patch is written. */
export interface PatchFormat extends QuoteOptions {
  readonly algorithm: HashAlgorithm;
  /** The short form of an id on the index line. Default: ids in full (`--full-index`). */
  readonly abbreviate?: ((id: ObjectId) => string) | undefined;
  readonly lines?: LineDiffOptions | undefined;
  readonly hunks?: HunkOptions | undefined;
  /** Before old paths. Default: `a/`. */
  readonly oldPrefix?: string | undefined;
  /** Before new paths. Default: `b/`. */
  readonly newPrefix?: string | undefined;
  /** Whether binary changes are written in full instead of just said (`--binary`). Default: false. */
  readonly includesBinary?: boolean | undefined;
  /** Whether every file counts as text (`--text`). Default: false. */
  readonly isText?: boolean | undefined;
  /** Whether the contents of deleted files are left out (`--irreversible-delete`). Default: false. */
  readonly isIrreversible?: boolean | undefined;
  /** How many characters at the start of paths are left out (`--relative`). Default: 0. */
  readonly prefixLength?: number | undefined;
  /** Shows changed words within lines (`--word-diff`), which no longer is a patch that can be applied. Default: whole lines. */
  readonly words?: WordFormat | undefined;
}

/** How changed words are shown. */
export interface WordFormat {
  readonly style: WordDiffStyle;
  /** What a word is in every file (`--word-diff-regex`). Default: what the driver of a file says. */
  readonly pattern?: TextPattern | undefined;
  /** What a word is in files whose driver does not say (`diff.wordRegex`). Default: anything but white space. */
  readonly fallback?: TextPattern | undefined;
}

/**
 * Changes as a patch. Compares every file.
 *
 * @throws {GovcError} object-missing
 */
export function formatPatch(changes: readonly FileChange[], source: DiffSource, format: PatchFormat): Uint8Array {
  const text = new DiffText();
  for (const change of changes) text.bytes(formatFilePatch(change, source, format));
  return text.finish();
}

/** The patch of one change; empty when there is nothing to show. @throws {GovcError} object-missing */
export function formatFilePatch(change: FileChange, source: DiffSource, format: PatchFormat): Uint8Array {
  const text = new DiffText();
  const { status, old, new: new_ } = change;
  if (old?.mode === MODE_TREE || new_?.mode === MODE_TREE) return text.finish();
  if (status === 'unmerged') return text.text(`* Unmerged path ${(old ?? new_)?.path ?? ''}\n`).finish();
  if (status !== 'type-changed') {
    writeFile(text, { change, paths: pathsOf(change, format) }, { source, format });
    return text.finish();
  }
  const halves: readonly FileChange[] = [{ ...change, status: 'deleted', new: undefined }, { ...change, status: 'added', old: undefined }];
  for (const half of halves) writeFile(text, { change: half, paths: pathsOf(half, format) }, { source, format });
  return text.finish();
}

interface Paths {
  /** As it is shown, without prefix and quotes. */
  readonly old: string;
  readonly new: string;
  /** With prefix and quotes. */
  readonly oldName: string;
  readonly newName: string;
  /** The same, or `/dev/null`. */
  readonly oldLabel: string;
  readonly newLabel: string;
}

const NO_FILE = '/dev/null';

function pathsOf({ old, new: new_ }: FileChange, format: PatchFormat): Paths {
  const { prefixLength = 0, oldPrefix = 'a/', newPrefix = 'b/' } = format;
  const from = shownPath((old ?? new_)?.path ?? '', prefixLength);
  const to = shownPath((new_ ?? old)?.path ?? '', prefixLength);
  const oldName = quoteTwo(oldPrefix, from, format);
  const newName = quoteTwo(newPrefix, to, format);
  return {
    old: from, new: to, oldName, newName,
    oldLabel: old === undefined ? NO_FILE : oldName,
    newLabel: new_ === undefined ? NO_FILE : newName,
  };
}

interface FilePart {
  readonly change: FileChange;
  readonly paths: Paths;
}

interface PatchContext {
  readonly source: DiffSource;
  readonly format: PatchFormat;
}

function writeFile(text: DiffText, part: FilePart, context: PatchContext): void {
  const { change, paths } = part;
  const { source, format } = context;
  const contents = readContents(source, change);
  const { lines, mustShow } = headerLines(part, contents, format);
  const header = `diff --git ${paths.oldName} ${paths.newName}\n${lines}`;
  if (format.isIrreversible === true && change.new === undefined) {
    text.text(header);
  } else if (change.status === 'modified' && change.score !== undefined && !contents.isBinary) {
    text.text(header + fileLines(paths));
    text.bytes(rewriteHunk(contents.old, contents.new, format.isIrreversible === true));
  } else if (contents.isBinary && format.isText !== true) {
    const isSame = hasSameId(change);
    if (mustShow || !isSame) text.text(header);
    if (isSame) return;
    if (format.includesBinary === true) text.bytes(formatBinaryPatch(contents.old, contents.new));
    else text.text(`Binary files ${paths.oldLabel} and ${paths.newLabel} differ\n`);
  } else {
    const { diff, bytes } = textHunks(change, contents, context);
    if (mustShow || bytes.length > 0) text.text(header);
    if (diff.changes.length > 0 && bytes.length > 0) text.text(fileLines(paths)).bytes(bytes);
  }
}

function textHunks(
  change: FileChange, contents: ChangedContents, { source, format }: PatchContext,
): { readonly diff: LineDiff; readonly bytes: Uint8Array } {
  const { lines = {}, hunks = {} } = format;
  // Git leaves out equal blocks at the end only where no context is shown.
  const trimsTail = hunks.contextLines === 0 && hunks.functionContext !== true;
  const diff = diffLines(contents.old, contents.new, trimsTail ? { ...lines, trimsTail } : lines);
  const functionPattern = hunks.functionPattern ?? functionPatternOf(source, change);
  const made = makeHunks(diff, { ...hunks, functionPattern });
  if (format.words === undefined) return { diff, bytes: unifiedHunks(diff, made) };
  const { style, pattern, fallback } = format.words;
  return { diff, bytes: wordDiffHunks(diff, made, { style, words: pattern ?? wordPatternOf(source, change) ?? fallback }) };
}

/** The two lines before hunks. A name with a space has a TAB behind it, for GNU patch. */
function fileLines({ oldLabel, newLabel }: Paths): string {
  return `--- ${oldLabel}${oldLabel.includes(' ') ? '\t' : ''}\n+++ ${newLabel}${newLabel.includes(' ') ? '\t' : ''}\n`;
}

/** The lines of a header behind the first, and whether they are shown even when no line differs. */
function headerLines(
  { change, paths }: FilePart, contents: ChangedContents, format: PatchFormat,
): { readonly lines: string; readonly mustShow: boolean } {
  const { old, new: new_ } = change;
  let lines = '';
  let mustShow = true;
  if (old === undefined) lines = `new file mode ${modeText(new_?.mode)}\n`;
  else if (new_ === undefined) lines = `deleted file mode ${modeText(old.mode)}\n`;
  else if (old.mode !== new_.mode) lines = `old mode ${modeText(old.mode)}\nnew mode ${modeText(new_.mode)}\n`;
  else mustShow = false;
  const similarity = similarityLines(change, paths, format);
  // The id of a submodule may be all zeros, which for Git is that of no file.
  if ((old?.id ?? format.algorithm.zeroId) === (new_?.id ?? format.algorithm.zeroId)) {
    return { lines: lines + similarity, mustShow: mustShow || similarity !== '' };
  }
  const isFull = format.includesBinary === true && contents.isBinary;
  const shortId = (entry: DiffEntry | undefined): string => {
    const id = entry?.id ?? format.algorithm.zeroId;
    return isFull ? id : (format.abbreviate?.(id) ?? id);
  };
  const mode = old?.mode === new_?.mode ? ` ${modeText(old?.mode)}` : '';
  return { lines: `${lines}${similarity}index ${shortId(old)}..${shortId(new_)}${mode}\n`, mustShow: mustShow || similarity !== '' };
}

function similarityLines({ status, score }: FileChange, paths: Paths, format: PatchFormat): string {
  switch (status) {
    case 'copied':
    case 'renamed': {
      const verb = status === 'copied' ? 'copy' : 'rename';
      return `similarity index ${score ?? 0}%\n${verb} from ${quotePath(paths.old, format)}\n${verb} to ${quotePath(paths.new, format)}\n`;
    }
    case 'modified':
      return score === undefined ? '' : `dissimilarity index ${score}%\n`;
    case 'added':
    case 'deleted':
    case 'type-changed':
    case 'unmerged':
      return '';
  }
}
