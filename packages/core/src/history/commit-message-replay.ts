/** The messages that Git gives to commits that are made from others. */
import type { ObjectId } from '../hash/object-id.js';
import { commitMessageText, type Commit } from '../object/commit.js';
import { serializeIdentity } from '../object/identity.js';
import { isUtf8 } from '../object/text-encoding.js';
import { bytesFromLosslessText, losslessTextFromBytes } from '../bytes/lossless-text.js';
import { COMMENT_PREFIX, commentLines, skipBlankLines } from './commit-message.js';
import { hasTrailerBlock } from './trailers-signoff.js';
import type { TrailerSyntax } from './trailers.js';

/** Message and author of a commit as a new commit in UTF-8 takes them over. */
export interface ReplayedText {
  /** Lossless text from the first line that is not blank. */
  readonly message: string;
  /** The raw identity. */
  readonly author: Uint8Array;
}

/** What of a commit is taken over when it is made again. */
export function replayedText(commit: Commit): ReplayedText {
  const isPlain = isUtf8(commit.encoding);
  const message = isPlain ? losslessTextFromBytes(commit.message) : commitMessageText(commit);
  return {
    message: message.slice(skipBlankLines(message, 0)),
    author: isPlain ? commit.authorBytes : serializeIdentity(commit.author),
  };
}

/** The message with the line that says where it was cherry-picked from. (`git cherry-pick -x`) */
export function withOrigin(message: string, id: ObjectId, syntax?: TrailerSyntax): string {
  const text = message === '' || message.endsWith('\n') ? message : `${message}\n`;
  return `${text}${hasTrailerBlock(text, syntax) ? '' : '\n'}(cherry picked from commit ${id})\n`;
}

/** What a revert undoes. */
export interface RevertedCommit {
  /** The id, or what `--reference` shows instead. */
  readonly name: string;
  /** The first line of its message. */
  readonly title: string;
  /** For a merge the parent that is gone back to, by the same kind of name. */
  readonly mainline: string | undefined;
  /** Whether the title is left for someone to write. */
  readonly isReference: boolean;
}

/** The message of a commit that undoes another. */
export function revertMessage({ name, title, mainline, isReference }: RevertedCommit): string {
  const subject = isReference ? '# *** SAY WHY WE ARE REVERTING ON THE TITLE LINE ***' : `Revert "${title}"`;
  const merge = mainline === undefined ? '' : `, reversing\nchanges made to ${mainline}`;
  return `${subject}\n\nThis reverts commit ${name}${merge}.\n`;
}

/** The paths in conflict as a comment at the end of a message. */
export function withConflictHint(message: string, paths: readonly string[], commentPrefix = COMMENT_PREFIX): string {
  return `${message}\n${commentLines(`Conflicts:\n${paths.map((path) => `\t${path}\n`).join('')}`, commentPrefix)}`;
}

/** The title of a commit that is to be squashed into another. (`git commit --fixup`, `--squash`) */
export function fixupMessage(kind: 'fixup' | 'squash' | 'amend', title: string, body = ''): string {
  return `${kind}! ${title}\n${body === '' ? '' : `\n${body}`}`;
}

/** The bytes of a message for a commit. */
export function messageBytes(message: string): Uint8Array {
  return bytesFromLosslessText(message);
}

