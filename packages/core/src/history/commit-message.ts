/**
 * Commit messages as text: how Git cleans them, and which part is the subject.
 *
 * Only ASCII is looked at, so text may be decoded or lossless. White space is what Git's `isspace` says it is:
 * space, tab, line feed and carriage return.
 */

/**
 * What is taken away from a message, by the names of `git commit --cleanup`:
 *
 * - `strip`: comments, white space at the ends of lines, empty lines at both ends and repeated ones
 * - `whitespace`: as `strip`, but comments stay
 * - `verbatim`: nothing
 * - `scissors`: everything from the scissors line on, then as `whitespace`
 */
export type MessageCleanup = 'strip' | 'whitespace' | 'verbatim' | 'scissors';

/** What begins a line that is a comment (`core.commentChar`). */
export const COMMENT_PREFIX = '#';

const SCISSORS = '------------------------ >8 ------------------------\n';

/** Whether a code unit is what Git takes for white space. */
export function isMessageSpace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}

/** A message as `git commit` would record it. O(size). */
export function cleanMessage(text: string, cleanup: MessageCleanup, commentPrefix = COMMENT_PREFIX): string {
  switch (cleanup) {
    case 'verbatim':
      return text;
    case 'whitespace':
      return stripSpace(text);
    case 'strip':
      return stripSpace(text, commentPrefix);
    case 'scissors':
      return stripSpace(text.slice(0, findScissors(text, commentPrefix)));
  }
}

/**
 * What `git commit --cleanup=<mode>` means: `scissors` is `whitespace` where nobody edited the message, and the
 * default is `strip` where somebody did.
 *
 * @param mode as `--cleanup` or `commit.cleanup` spell it; `undefined` is `default`
 * @returns `undefined` for an unknown mode
 */
export function findMessageCleanup(mode: string | undefined, isEdited: boolean): MessageCleanup | undefined {
  switch (mode ?? 'default') {
    case 'default':
      return isEdited ? 'strip' : 'whitespace';
    case 'scissors':
      return isEdited ? 'scissors' : 'whitespace';
    case 'strip':
    case 'whitespace':
    case 'verbatim':
      return mode as MessageCleanup;
    default:
      return undefined;
  }
}

/**
 * The text without white space at the ends of lines and without empty lines at both ends and in a row; every
 * line that is left ends with a line feed. (`git stripspace`)
 *
 * @param commentPrefix lines that begin with it are left out too. Default: they stay.
 */
export function stripSpace(text: string, commentPrefix?: string): string {
  const kept: string[] = [];
  let hasGap = false;
  for (let start = 0; start < text.length;) {
    const feed = text.indexOf('\n', start);
    const next = feed < 0 ? text.length : feed + 1;
    if (commentPrefix === undefined || !text.startsWith(commentPrefix, start)) {
      let end = next;
      while (end > start && isMessageSpace(text.charCodeAt(end - 1))) end--;
      if (end === start) {
        hasGap = true;
      } else {
        if (hasGap && kept.length > 0) kept.push('\n');
        hasGap = false;
        kept.push(text.slice(start, end), '\n');
      }
    }
    start = next;
  }
  return kept.join('');
}

/** Every line as a comment: the prefix, and a space unless the line is empty or begins with a tab. (`git stripspace -c`) */
export function commentLines(text: string, commentPrefix = COMMENT_PREFIX): string {
  const lines: string[] = [];
  for (let start = 0; start < text.length;) {
    const feed = text.indexOf('\n', start);
    const end = feed < 0 ? text.length : feed;
    const first = text.charCodeAt(start);
    const gap = start === end || first === 0x09 ? '' : ' ';
    lines.push(commentPrefix, gap, text.slice(start, end), '\n');
    start = end + 1;
  }
  return lines.join('');
}

/** Where the scissors line of an edited message begins, or the length of the text. */
export function findScissors(text: string, commentPrefix = COMMENT_PREFIX): number {
  const line = `${commentPrefix} ${SCISSORS}`;
  if (text.startsWith(line)) return 0;
  const at = text.indexOf(`\n${line}`);
  return at < 0 ? text.length : at + 1;
}

/** The lines of the first paragraph, joined by spaces: the subject as `git log --format=%s` shows it. */
export function messageSubject(text: string): string {
  const lines: string[] = [];
  for (let start = skipBlankLines(text, 0); start < text.length;) {
    const feed = text.indexOf('\n', start);
    const next = feed < 0 ? text.length : feed + 1;
    let end = next;
    while (end > start && isMessageSpace(text.charCodeAt(end - 1))) end--;
    if (end === start) break;
    lines.push(text.slice(start, end));
    start = next;
  }
  return lines.join(' ');
}

/** The first line that is not blank, without its line feed: the title that Git quotes in labels and todo lists. */
export function messageTitle(text: string): string {
  const start = skipBlankLines(text, 0);
  const feed = text.indexOf('\n', start);
  return text.slice(start, feed < 0 ? text.length : feed);
}

/** The offset of the first line at or after `start`, itself the start of a line, that holds anything but white space. */
export function skipBlankLines(text: string, start: number): number {
  let line = start;
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x0a) line = at + 1;
    else if (!isMessageSpace(code)) return line;
  }
  return text.length;
}
