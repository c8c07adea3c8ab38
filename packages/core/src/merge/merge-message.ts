import { bytesFromLosslessText, losslessTextFromBytes } from '../bytes/lossless-text.js';
import { bytesFromLatin1, latin1FromBytes } from '../bytes/text.js';

/** What a merge has to say about a path: the short descriptions that `git merge-tree -z` prints and tools rely on. */
export type MergeMessageKind =
  | 'Auto-merging'
  | 'CONFLICT (contents)'
  | 'CONFLICT (binary)'
  | 'CONFLICT (file/directory)'
  | 'CONFLICT (distinct modes)'
  | 'CONFLICT (modify/delete)'
  | 'CONFLICT (rename/rename)'
  | 'CONFLICT (rename involved in collision)'
  | 'CONFLICT (rename/delete)'
  | 'CONFLICT (directory rename suggested)'
  | 'Path updated due to directory rename'
  | 'Directory rename skipped since directory was renamed on both sides'
  | 'CONFLICT (file in way of directory rename)'
  | 'CONFLICT(directory rename collision)'
  | 'CONFLICT(directory rename unclear split)'
  | 'Fast forwarding submodule'
  | 'CONFLICT (submodule)'
  | 'CONFLICT (submodule with possible resolution)'
  | 'CONFLICT (submodule not initialized)'
  | 'CONFLICT (submodule history not available)'
  | 'CONFLICT (submodule may have rewinds)'
  | 'CONFLICT (submodule lacks merge base)';

/** One message of a merge. */
export interface MergeMessage {
  readonly kind: MergeMessageKind;
  /** The path that it is about, then the others that take part. Lossless text. */
  readonly paths: readonly string[];
  /** The sentence as Git prints it, without a line feed at its end. Lossless text. */
  readonly text: string;
}

/**
 * The messages of one merge. Paths and sentences come as byte text (one character per byte), in the order in which the
 * merge finds them; they are given ordered by the bytes of their first path.
 */
export class MessageLog {
  readonly #byPath = new Map<string, { readonly kind: MergeMessageKind; readonly paths: readonly string[]; readonly text: string }[]>();

  add(kind: MergeMessageKind, paths: readonly string[], text: string): void {
    const primary = paths[0]!;
    const list = this.#byPath.get(primary);
    const message = { kind, paths, text };
    if (list === undefined) this.#byPath.set(primary, [message]);
    else list.push(message);
  }

  /** The kind of the first conflict whose first path is this one. */
  findConflictKind(path: string): MergeMessageKind | undefined {
    return this.#byPath.get(path)?.find(({ kind }) => kind.startsWith('CONFLICT'))?.kind;
  }

  /** All messages as Git lists them. */
  finish(): MergeMessage[] {
    const messages: MergeMessage[] = [];
    for (const path of [...this.#byPath.keys()].sort(compareByteText)) {
      for (const { kind, paths, text } of this.#byPath.get(path)!) {
        messages.push({ kind, paths: paths.map(textFromByteText), text: textFromByteText(text) });
      }
    }
    return messages;
  }
}

/** Orders byte text as `memcmp` orders the bytes. */
export function compareByteText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Lossless text of byte text. */
export function textFromByteText(text: string): string {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 127) return losslessTextFromBytes(bytesFromLatin1(text));
  }
  return text;
}

/** Byte text of lossless text. */
export function byteTextFromText(text: string): string {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return latin1FromBytes(bytesFromLosslessText(text));
  return text;
}
