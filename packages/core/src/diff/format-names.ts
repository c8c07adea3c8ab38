/**
 * Changes one line each: `--raw`, `--name-status` and `--name-only` (git-diff-tree(1), "Raw output format").
 *
 *     :<old mode> <new mode> <old id> <new id> <letter>[<score>] TAB <path> [TAB <new path>] LF
 *
 * With `-z` every TAB before a path and every LF is a NUL, and paths are as they are.
 */
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import { quotePath, type QuoteOptions } from './quote-path.js';
import type { ChangeStatus, FileChange } from './tree-diff.js';

/** How lines with names are written. */
export interface NameFormat extends QuoteOptions {
  /** `-z`. Default: false. */
  readonly isNulTerminated?: boolean | undefined;
  /** How many characters at the start of paths are left out, with a slash behind them (`--relative`). Default: 0. */
  readonly prefixLength?: number | undefined;
}

/** How raw lines are written. */
export interface RawFormat extends NameFormat {
  readonly algorithm: HashAlgorithm;
  /** Default: ids in full. */
  readonly abbreviate?: ((id: ObjectId) => string) | undefined;
}

/** The letter of each status. */
export const STATUS_LETTERS: Readonly<Record<ChangeStatus, string>> = {
  'added': 'A', 'copied': 'C', 'deleted': 'D', 'modified': 'M', 'renamed': 'R', 'type-changed': 'T', 'unmerged': 'U',
};

/** Changes as `--raw`. */
export function formatRaw(changes: readonly FileChange[], format: RawFormat): Uint8Array {
  const { algorithm, abbreviate = (id: ObjectId): string => id } = format;
  let text = '';
  for (const change of changes) {
    const { old, new: new_ } = change;
    text += `:${modeText(old?.mode)} ${modeText(new_?.mode)} ${abbreviate(old?.id ?? algorithm.zeroId)} `;
    text += `${abbreviate(new_?.id ?? algorithm.zeroId)} ${statusAndNames(change, format)}`;
  }
  return bytesFromLosslessText(text);
}

/** Changes as `--name-status`. */
export function formatNameStatus(changes: readonly FileChange[], format: NameFormat = {}): Uint8Array {
  return bytesFromLosslessText(changes.map((change) => statusAndNames(change, format)).join(''));
}

/** Changes as `--name-only`: of renames and copies the new path. */
export function formatNames(changes: readonly FileChange[], format: NameFormat = {}): Uint8Array {
  return bytesFromLosslessText(changes.map(({ old, new: new_ }) => nameLine((new_ ?? old)?.path ?? '', format)).join(''));
}

/** A mode as six octal digits; none is `000000`. */
export function modeText(mode: number | undefined): string {
  return (mode ?? 0).toString(8).padStart(6, '0');
}

/** A path without the directory that {@link NameFormat.prefixLength} leaves out. */
export function shownPath(path: string, prefixLength: number): string {
  if (prefixLength === 0) return path;
  const rest = path.slice(prefixLength);
  return rest.startsWith('/') ? rest.slice(1) : rest;
}

function statusAndNames(change: FileChange, format: NameFormat): string {
  const { status, old, new: new_, score } = change;
  const separator = format.isNulTerminated === true ? '\0' : '\t';
  const letter = `${STATUS_LETTERS[status]}${score === undefined ? '' : String(score).padStart(3, '0')}${separator}`;
  if (status !== 'renamed' && status !== 'copied') return letter + nameLine((old ?? new_)?.path ?? '', format);
  return `${letter}${shownName(old!.path, format)}${separator}${nameLine(new_!.path, format)}`;
}

function nameLine(path: string, format: NameFormat): string {
  return shownName(path, format) + (format.isNulTerminated === true ? '\0' : '\n');
}

function shownName(path: string, format: NameFormat): string {
  const shown = shownPath(path, format.prefixLength ?? 0);
  return format.isNulTerminated === true ? shown : quotePath(shown, format);
}
