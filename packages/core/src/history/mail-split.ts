/** Mailboxes: one message after another, each begun by a `From ` line with a date (git-mailsplit(1)). */
import { latin1FromBytes } from '../bytes/text.js';
import { GovcError } from '../errors.js';

/** How {@link splitMailbox} takes messages apart. */
export interface MailSplitOptions {
  /** Take a text that is one message without `From ` line, as in a Maildir (`-b`). Default: `false`. */
  readonly allowsBare?: boolean | undefined;
  /** Keep the carriage returns at the ends of lines (`--keep-cr`). Default: `false`. */
  readonly keepsCr?: boolean | undefined;
  /** Undo the quoting of `From ` lines with `>` of the format mboxrd. Default: `false`. */
  readonly isMboxrd?: boolean | undefined;
}

const LF = 0x0a;
const CR = 0x0d;
const SPACES: readonly number[] = [0x20, 0x09, LF, CR];

/**
 * The messages of a mailbox, new bytes each. O(mailbox).
 *
 * @throws {GovcError} mail-invalid: it does not begin with a `From ` line.
 */
export function splitMailbox(mailbox: Uint8Array, options: MailSplitOptions = {}): Uint8Array[] {
  let at = 0;
  while (at < mailbox.length && SPACES.includes(mailbox[at]!)) at++;
  if (at === mailbox.length) return [];
  const isBare = !isFromLine(latin1FromBytes(mailbox.subarray(at, lineEnd(mailbox, at))));
  if (isBare && options.allowsBare !== true) {
    throw new GovcError('mail-invalid', 'The mailbox does not begin with a "From " line.', { reason: 'no-from-line' });
  }
  const messages: Uint8Array[] = [];
  let lines: Uint8Array[] = [];
  while (at < mailbox.length) {
    const end = lineEnd(mailbox, at);
    let line = mailbox.subarray(at, end);
    if (!isBare && lines.length > 0 && line[0] === 0x46 && isFromLine(latin1FromBytes(line))) {
      messages.push(Buffer.concat(lines));
      lines = [];
    }
    const isCrlf = options.keepsCr !== true && line.length > 1 && line.at(-1) === LF && line.at(-2) === CR;
    if (options.isMboxrd === true && line[0] === 0x3e && /^>+From /.test(latin1FromBytes(line))) line = line.subarray(1);
    if (isCrlf) lines.push(line.subarray(0, line.length - 2), Uint8Array.of(LF));
    else lines.push(line);
    at = end;
  }
  messages.push(Buffer.concat(lines));
  return messages;
}

/** Whether a line is `From <sender> <date>`, by what its end looks like: a time and a year after 1990. */
function isFromLine(line: string): boolean {
  if (line.length < 20 || !line.startsWith('From ')) return false;
  const colon = line.lastIndexOf(':', line.length - 3);
  if (colon < 5) return false;
  const digits = [line[colon - 4], line[colon - 2], line[colon - 1], line[colon + 1], line[colon + 2]];
  if (!digits.every((digit) => digit !== undefined && digit >= '0' && digit <= '9')) return false;
  return Number.parseInt(line.slice(colon + 3), 10) > 90;
}

function lineEnd(bytes: Uint8Array, start: number): number {
  const lf = bytes.indexOf(LF, start);
  return lf < 0 ? bytes.length : lf + 1;
}
