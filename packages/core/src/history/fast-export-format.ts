import { losslessTextFromBytes } from '../bytes/lossless-text.js';
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import { latin1FromBytes } from '../bytes/text.js';
import type { FileChange } from '../diff/tree-diff.js';

const ESCAPES: Readonly<Record<string, string>> = {
  '\x07': '\\a', '\b': '\\b', '\t': '\\t', '\n': '\\n', '\v': '\\v', '\f': '\\f', '\r': '\\r', '"': '\\"', '\\': '\\\\',
};

/**
 * A path as a command of fast-import has it, one character per byte: quoted as in C where it must be, and in plain
 * quotes where it holds a space.
 *
 * @param quotesAll `core.quotePath`: whether bytes over 0x7f are written in octal
 */
export function exportPath(path: string, quotesAll: boolean): string {
  const bytes = latin1FromBytes(bytesFromLosslessText(path));
  const special = quotesAll ? /[^\x20-\x7e]|["\\]/ : /[^\x20-\x7e\x80-\xff]|["\\]/;
  if (!special.test(bytes)) return bytes.includes(' ') ? `"${bytes}"` : bytes;
  const quoted = bytes.replace(new RegExp(special.source, 'g'), (character) =>
    ESCAPES[character] ?? `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
  return `"${quoted}"`;
}

/** The order of changes in a commit: what is below a folder before the folder, renames last. As in Git. */
export function sortDepthFirst(changes: FileChange[]): FileChange[] {
  const keyed = changes.map((change) => ({
    change,
    key: latin1FromBytes(bytesFromLosslessText((change.old ?? change.new)!.path)),
  }));
  keyed.sort((left, right) => {
    const size = Math.min(left.key.length, right.key.length);
    const a = left.key.slice(0, size);
    const b = right.key.slice(0, size);
    if (a !== b) return a < b ? -1 : 1;
    if (left.key.length !== right.key.length) return right.key.length - left.key.length;
    return Number(left.change.status === 'renamed') - Number(right.change.status === 'renamed');
  });
  return keyed.map(({ change }) => change);
}

/** The parts of a commit's body that a stream repeats, each one character per byte. */
export interface ExportedCommit {
  /** The line `author …`. */
  readonly author: string;
  readonly committer: string;
  readonly encoding: string | undefined;
  /** Up to the first NUL. */
  readonly message: string;
}

/** Finds the parts as Git does, by what lines begin with; `undefined` where the commit has no author or committer. */
export function splitCommit(body: Uint8Array): ExportedCommit | undefined {
  const nul = body.indexOf(0);
  const text = latin1FromBytes(nul < 0 ? body : body.subarray(0, nul));
  const authorAt = text.indexOf('\nauthor ');
  if (authorAt < 0) return undefined;
  const authorEnd = lineEnd(text, authorAt + 1);
  const committerAt = text.indexOf('\ncommitter ', authorEnd);
  if (committerAt < 0) return undefined;
  const committerEnd = lineEnd(text, committerAt + 1);
  const gap = text.indexOf('\n\n', committerEnd);
  const headers = text.slice(committerEnd, gap < 0 ? text.length : gap);
  const encodingAt = headers.indexOf('\nencoding ');
  return {
    author: text.slice(authorAt + 1, authorEnd),
    committer: text.slice(committerAt + 1, committerEnd),
    encoding: encodingAt < 0 ? undefined : headers.slice(encodingAt + 10, lineEnd(headers, encodingAt + 1)),
    message: gap < 0 ? '' : text.slice(gap + 2),
  };
}

/** The parts of a tag's body that a stream repeats, each one character per byte. */
export interface ExportedTag {
  /** The line `tagger …`. */
  readonly tagger: string | undefined;
  readonly message: string;
  /** Where a PGP signature begins in the message; -1 without one. */
  readonly signatureAt: number;
}

/** Finds the parts as Git does. */
export function splitTag(body: Uint8Array): ExportedTag {
  const text = latin1FromBytes(body);
  const gap = text.indexOf('\n\n');
  const headers = gap < 0 ? text : text.slice(0, gap);
  const taggerAt = headers.indexOf('\ntagger ');
  const whole = gap < 0 ? '' : text.slice(gap + 2);
  const nul = whole.indexOf('\0');
  const message = nul < 0 ? whole : whole.slice(0, nul);
  const signatureAt = message.indexOf('\n-----BEGIN PGP SIGNATURE-----\n');
  return {
    tagger: taggerAt < 0 ? undefined : headers.slice(taggerAt + 1, lineEnd(headers, taggerAt + 1)),
    message,
    signatureAt: signatureAt < 0 ? -1 : signatureAt + 1,
  };
}

/** A text of one character per byte as lossless text. */
export function losslessFromLatin1(text: string): string {
  return losslessTextFromBytes(Buffer.from(text, 'latin1'));
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}
