import { bytesFromLosslessText, losslessTextFromBytes } from '../bytes/lossless-text.js';
import { splitIdentLine } from '../bytes/ident-line.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { parseCommit, type Commit } from '../object/commit.js';
import { decodeText, isUtf8 } from '../object/text-encoding.js';

/** A person of a commit as the pretty formats show one; text is lossless. */
export interface PrettyPerson {
  readonly name: string;
  readonly email: string;
  /** `undefined` where the line has no date. */
  readonly date: { readonly timeText: string; readonly timeSeconds: number; readonly timezone: string } | undefined;
}

/** A commit read for {@link formatCommit}: text is lossless and in UTF-8 whatever the commit's encoding. */
export class PrettyCommit {
  readonly id: ObjectId;
  readonly commit: Commit;
  /** The message from its first line that is not blank. */
  readonly message: string;
  /** The whole message as it is. */
  readonly rawMessage: string;

  /** @throws {GovcError} object-corrupt */
  constructor(id: ObjectId, body: Uint8Array, algorithm: HashAlgorithm) {
    this.id = id;
    this.commit = parseCommit(body, algorithm);
    this.rawMessage = textOf(untilNul(this.commit.message), this.commit.encoding);
    this.message = skipBlankLines(this.rawMessage);
  }

  get author(): PrettyPerson | undefined {
    return personOf(this.commit.authorBytes, this.commit.encoding);
  }

  get committer(): PrettyPerson | undefined {
    return personOf(this.commit.committerBytes, this.commit.encoding);
  }

  /** The first paragraph, its lines joined by spaces (`%s`). */
  get subject(): string {
    return this.#lines().join(' ');
  }

  /** What follows the first paragraph (`%b`). */
  get body(): string {
    let rest = this.message;
    for (;;) {
      const end = rest.indexOf('\n');
      const line = end < 0 ? rest : rest.slice(0, end);
      if (isBlank(line)) return skipBlankLines(rest);
      if (end < 0) return '';
      rest = rest.slice(end + 1);
    }
  }

  /** The first line with hyphens for what cannot stand in a file name (`%f`). */
  get sanitizedSubject(): string {
    return sanitizeSubject(this.message.split('\n', 1)[0]!);
  }

  #lines(): string[] {
    const lines: string[] = [];
    for (const line of this.message.split('\n')) {
      if (isBlank(line)) break;
      lines.push(line.replace(/[ \t\n\v\f\r]+$/, ''));
    }
    return lines;
  }
}

/** A subject as a file name: letters, digits, `.` and `_`, each run of others as one hyphen (`format-patch`, `%f`). */
export function sanitizeSubject(line: string): string {
  return line
    .replace(/[^A-Za-z0-9._]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^-/, '')
    .replace(/[-.]+$/, '');
}

function textOf(bytes: Uint8Array, encoding: string | undefined): string {
  return isUtf8(encoding) ? losslessTextFromBytes(bytes) : decodeText(bytes, encoding);
}

function untilNul(bytes: Uint8Array): Uint8Array {
  const nul = bytes.indexOf(0);
  return nul < 0 ? bytes : bytes.subarray(0, nul);
}

function personOf(bytes: Uint8Array, encoding: string | undefined): PrettyPerson | undefined {
  const utf8 = isUtf8(encoding) ? bytes : bytesFromLosslessText(decodeText(bytes, encoding));
  const parts = splitIdentLine(utf8);
  if (parts === undefined) return undefined;
  const text = (start: number, end: number): string => losslessTextFromBytes(utf8.subarray(start, end));
  const timeText = parts.dateStart < 0 ? '' : text(parts.dateStart, parts.dateEnd);
  const seconds = Number(timeText);
  return {
    name: text(parts.nameStart, parts.nameEnd),
    email: text(parts.emailStart, parts.emailEnd),
    date: parts.dateStart < 0 ? undefined : {
      timeText,
      timeSeconds: Number.isSafeInteger(seconds) ? seconds : 0,
      timezone: Number.isSafeInteger(seconds) ? text(parts.zoneStart, parts.zoneEnd) : '+0000',
    },
  };
}

function skipBlankLines(text: string): string {
  let at = 0;
  for (;;) {
    const end = text.indexOf('\n', at);
    const line = text.slice(at, end < 0 ? text.length : end);
    if (!isBlank(line)) return text.slice(at);
    if (end < 0) return '';
    at = end + 1;
  }
}

function isBlank(line: string): boolean {
  return /^[ \t\n\v\f\r]*$/.test(line);
}
