/**
 * The message of commits that are squashed into one, as Git composes it step by step while it rebases:
 *
 *     # This is a combination of 2 commits.
 *     # This is the 1st commit message:
 *
 *     <message>
 *
 *     # This is the commit message #2:
 *
 *     <message>
 *
 * Messages that will not be kept are comments under a line that says so. (`sequencer.c`)
 */
import { COMMENT_PREFIX, commentLines, skipBlankLines } from './commit-message.js';

/** What is done with the message of a commit that is squashed into the one before. */
export type SquashKind =
  /** Both messages are kept and edited. */
  | 'squash'
  /** The message is dropped. */
  | 'fixup'
  /** The message replaces the one before; with `edit-fixup` someone edits it. */
  | 'replace-fixup'
  | 'edit-fixup';

/** A chain of commits being squashed into one; plain data. */
export interface SquashState {
  /** Commits that came after the first. */
  readonly count: number;
  readonly hasSquash: boolean;
  /** The message so far, with its comments. */
  readonly text: string;
  /** The message to be used as it is where nobody has to edit; `undefined` where somebody has to. */
  readonly fixup: string | undefined;
}

/** How commits are added to a chain. */
export interface SquashOptions {
  /** What begins comments. Default: `#`. */
  readonly commentPrefix?: string | undefined;
  /** Adds a sign-off to a message that replaces another. Default: nothing is added. */
  readonly signoff?: ((message: string) => string) | undefined;
}

/**
 * The chain with one more commit.
 *
 * @param state the chain so far, or the message of the commit that the first one is squashed into
 * @param body the message of the commit, from its first line that is not blank
 */
export function addToSquash(state: SquashState | string, kind: SquashKind, body: string, options: SquashOptions = {}): SquashState {
  const { commentPrefix: prefix = COMMENT_PREFIX } = options;
  const isReplacing = kind === 'replace-fixup' || kind === 'edit-fixup';
  const begun = typeof state === 'string' ? beginSquash(state, kind, prefix) : goOn(state, isReplacing, prefix);
  const count = begun.count + 1;
  if (kind === 'fixup') {
    const text = `${begun.text}\n${prefix} The commit message #${count + 1} will be skipped:\n\n${commentLines(body, prefix)}`;
    return { ...begun, count, text };
  }
  const hasSquash = begun.hasSquash;
  // The titles of commits that were made for squashing are no part of a message.
  const isForSquashing = body.startsWith('amend!') ||
    ((kind === 'squash' || hasSquash) && (body.startsWith('squash!') || body.startsWith('fixup!')));
  const titleSize = isForSquashing ? subjectSize(body) : 0;
  const head = `${begun.text}\n${prefix} This is the commit message #${count + 1}:\n\n${commentLines(body.slice(0, titleSize), prefix)}`;
  let text = head + body.slice(titleSize);
  let fixup: string | undefined;
  if (isReplacing && !hasSquash) {
    text = options.signoff?.(text) ?? text;
    const canStay = typeof state === 'string' ? true : state.fixup !== undefined;
    if (kind === 'replace-fixup' && canStay) {
      const kept = text.slice(head.length);
      fixup = kept.slice(skipBlankLines(kept, 0));
    }
  }
  return { count, hasSquash: hasSquash || kind === 'squash', text, fixup };
}

function beginSquash(message: string, kind: SquashKind, prefix: string): SquashState {
  const isReplacing = kind === 'replace-fixup' || kind === 'edit-fixup';
  const title = isReplacing ? 'The 1st commit message will be skipped:' : 'This is the 1st commit message:';
  return {
    count: 0,
    hasSquash: false,
    text: `${combination(2, prefix)}\n${prefix} ${title}\n\n${isReplacing ? commentLines(message, prefix) : message}`,
    fixup: kind === 'fixup' ? message : undefined,
  };
}

function goOn(state: SquashState, isReplacing: boolean, prefix: string): SquashState {
  const { count, hasSquash } = state;
  const end = state.text.startsWith(prefix) ? lineEnd(state.text, 0) : 0;
  const text = combination(count + 2, prefix) + state.text.slice(end);
  return { ...state, text: isReplacing && !hasSquash ? skipMessages(text, prefix) : text };
}

function combination(count: number, prefix: string): string {
  return `${prefix} This is a combination of ${count} commits.`;
}

/** Makes comments of the messages that are still to be kept, under lines that say so. */
function skipMessages(text: string, prefix: string): string {
  const parts: string[] = [];
  let start = 0;
  let at: number | undefined = 0;
  let isKept = false;
  let number = 1;
  const copy = (end: number): void => {
    const part = text.slice(start, end);
    parts.push(isKept ? commentPlainLines(part, prefix) : part);
  };
  while (at !== undefined) {
    const kept: string = header(number, false);
    const skipped: string = header(number, true);
    if (text.startsWith(kept, at)) {
      const gap: number = at > start + 1 && text.charAt(at - 2) === '\n' ? 1 : 0;
      copy(at - gap);
      parts.push(gap === 1 ? '\n' : '', skipped);
      at += kept.length;
      if (text.charAt(at) === '\n') {
        parts.push('\n');
        at++;
      }
      start = at;
      isKept = true;
      number++;
    } else if (text.startsWith(skipped, at)) {
      const gap: number = at > start + 1 && text.charAt(at - 2) === '\n' ? 1 : 0;
      copy(at - gap);
      start = at - gap;
      at += skipped.length;
      isKept = false;
      number++;
    } else {
      const feed: number = text.indexOf('\n', at);
      at = feed < 0 ? undefined : feed + 1;
    }
  }
  copy(text.length);
  return parts.join('');

  // Git looks for "#" whatever the comment character is, so with another one nothing is found.
  function header(at: number, isSkipped: boolean): string {
    if (at === 1) return `# ${isSkipped ? 'The 1st commit message will be skipped:' : 'This is the 1st commit message:'}\n`;
    return `# ${isSkipped ? `The commit message #${at} will be skipped:` : `This is the commit message #${at}:`}\n`;
  }
}

/** As comments, but for comment lines at the beginning, which stay. */
function commentPlainLines(text: string, prefix: string): string {
  let at = 0;
  while (at < text.length && text.startsWith(prefix, at)) at = Math.min(lineEnd(text, at) + 1, text.length);
  return text.slice(0, at) + commentLines(text.slice(at), prefix);
}

/** The characters up to the end of the first paragraph's last line, with its line feed. */
function subjectSize(body: string): number {
  const start = skipBlankLines(body, 0);
  let at = start;
  while (at < body.length) {
    const end = Math.min(lineEnd(body, at) + 1, body.length);
    if (body.slice(at, end).trim() === '') break;
    at = end;
  }
  return at;
}

function lineEnd(text: string, at: number): number {
  const feed = text.indexOf('\n', at);
  return feed < 0 ? text.length : feed;
}
