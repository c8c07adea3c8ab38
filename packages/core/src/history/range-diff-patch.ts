import { bytesFromLosslessText, losslessTextFromBytes } from '../bytes/lossless-text.js';
import type { DiffSource } from '../diff/diff-source.js';
import { findChanges } from '../diff/find-changes.js';
import { formatFilePatch } from '../diff/format-patch.js';
import type { FileChange } from '../diff/tree-diff.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { trimSpaceEnd } from './mail-header.js';
import type { PrettyCommit } from './pretty-commit.js';
import { readPrettyCommit } from './read-pretty-commit.js';

/** A commit as range-diff compares it. */
export interface RangePatch {
  readonly id: ObjectId;
  readonly subject: string;
  /** Author, message and patch, with headings instead of headers and without line numbers. */
  readonly text: Uint8Array;
  /** The part of the text that is the patch; all of it where there is none. */
  readonly diff: Uint8Array;
  /** Lines of the patch. */
  readonly lineCount: number;
}

/** What {@link readRangePatch} reads with. */
export interface RangePatchRequest {
  readonly source: DiffSource;
  readonly algorithm: HashAlgorithm;
  readonly notesOf?: ((id: ObjectId) => string | undefined) | undefined;
}

/** Reads a commit for being compared. @throws {GovcError} object-missing, object-corrupt, object-type-mismatch */
export function readRangePatch(id: ObjectId, request: RangePatchRequest): RangePatch {
  const { source, algorithm } = request;
  const commit = readPrettyCommit(source, id, algorithm);
  const parent = commit.commit.parents[0];
  const old = parent === undefined ? undefined : readPrettyCommit(source, parent, algorithm).commit.tree;
  const { changes } = findChanges({ objects: source.objects, algorithm, old, new: commit.commit.tree });
  const head = headText(commit, request.notesOf?.(id));
  const lines: string[] = [];
  for (const change of changes) addChange(lines, change, request);
  const diff = lines.map((line) => `${line}\n`).join('');
  // The empty line before the first file belongs to what stands before the patch.
  const text = bytesFromLosslessText(lines.length === 0 ? head : `${head}\n${diff.slice(1)}`);
  const diffStart = lines.length === 0 ? 0 : text.length - bytesFromLosslessText(diff.slice(1)).length;
  return { id, subject: commit.subject, text, diff: text.subarray(diffStart), lineCount: lines.filter((line) => line !== '').length };
}

function headText(commit: PrettyCommit, notes: string | undefined): string {
  const { author } = commit;
  const parts = author === undefined ? [] : [` ## Metadata ##\nAuthor: ${author.name} <${author.email}>\n\n ## Commit message ##\n`];
  const message = trimSpaceEnd(commit.message);
  for (const line of message === '' ? [] : message.split('\n')) parts.push(messageLine(line));
  if (notes !== undefined) {
    parts.push('\n\n ## Notes ##\n');
    for (const line of notes.replace(/\n$/, '').split('\n')) parts.push(messageLine(line));
  }
  return parts.join('');
}

/** A line of a message as `git log` shows it: indented, its tabs expanded, and nothing at its end. */
function messageLine(line: string): string {
  let text = '';
  for (const character of line) text += character === '\t' ? ' '.repeat(8 - (text.length % 8)) : character;
  const trimmed = trimSpaceEnd(text);
  return trimmed === '' ? '\n' : `    ${trimmed}\n`;
}

function addChange(lines: string[], change: FileChange, { source, algorithm }: RangePatchRequest): void {
  const halves: readonly FileChange[] = change.status !== 'type-changed' ? [change]
    : [{ ...change, status: 'deleted', new: undefined }, { ...change, status: 'added', old: undefined }];
  for (const half of halves) {
    const patch = losslessTextFromBytes(formatFilePatch(half, source, { algorithm, oldPrefix: '', newPrefix: '' }));
    if (patch === '') continue;
    const path = (half.new ?? half.old)!.path;
    lines.push('', ` ## ${heading(half)} ##`);
    let isHeader = true;
    const all = patch.split('\n');
    all.pop();
    for (const line of all) {
      if (line.startsWith('@@ ')) {
        isHeader = false;
        const section = line.slice(line.indexOf('@@', 3) + 2);
        lines.push(`@@${section === '' ? '' : ` ${path}:${section}`}`);
      } else if (isHeader) {
        if (line.startsWith('Binary files ')) lines.push(` ${line}`);
      } else {
        lines.push(line.startsWith('\\') ? ` ${line}` : line);
      }
    }
  }
}

function heading({ status, old, new: new_ }: FileChange): string {
  if (old === undefined) return `${new_!.path} (new)`;
  if (new_ === undefined) return `${old.path} (deleted)`;
  const name = status === 'renamed' ? `${old.path} => ${new_.path}` : new_.path;
  const mode = (value: number): string => value.toString(8).padStart(6, '0');
  return old.mode === new_.mode ? name : `${name} (mode change ${mode(old.mode)} => ${mode(new_.mode)})`;
}
