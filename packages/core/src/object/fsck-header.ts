/** The rules that commits and tags share: the frame of the headers, and identities (`fsck.c` of Git). */
import { decimalAt } from '../bytes/ident-line.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { FsckReport } from './fsck-report.js';

const LF = 0x0a;
const SPACE = 0x20;
const LESS = 0x3c;
const GREATER = 0x3e;

/**
 * A cursor over header lines. Its checks are only called after {@link checkFrame} found that the headers hold no
 * NUL and end with a line feed, so that every line read has an end.
 */
export class HeaderCursor {
  readonly body: Uint8Array;
  at = 0;

  constructor(body: Uint8Array) {
    this.body = body;
  }

  get atEnd(): boolean {
    return this.at >= this.body.length;
  }

  /** Moves past `prefix` where the rest begins with it. */
  skip(prefix: string): boolean {
    const { body, at } = this;
    if (at + prefix.length > body.length) return false;
    for (let i = 0; i < prefix.length; i++) if (body[at + i] !== prefix.charCodeAt(i)) return false;
    this.at = at + prefix.length;
    return true;
  }

  /** Moves past an object id and the line feed after it; on failure moves to the next line. */
  skipIdLine(algorithm: HashAlgorithm): boolean {
    const { body, at } = this;
    const end = at + algorithm.hexSize;
    let i = at;
    while (i < end && isHexDigit(body[i] ?? 0)) i++;
    const valid = i === end && body[end] === LF;
    this.skipLine();
    return valid;
  }

  /** Moves past the rest of the line and gives it, or `undefined` where it has no end. */
  skipLine(): Uint8Array | undefined {
    const { body, at } = this;
    const end = body.indexOf(LF, at);
    this.at = end < 0 ? body.length : end + 1;
    return end < 0 ? undefined : body.subarray(at, end);
  }
}

/** Checks that headers hold no NUL and end properly; `true` means that nothing else may be read. */
export function checkFrame(body: Uint8Array, report: FsckReport): boolean {
  for (let i = 0; i < body.length; i++) {
    if (body[i] === 0) return report.add('nulInHeader', `unterminated header: NUL at offset ${i}`);
    if (body[i] === LF && body[i + 1] === LF) return false;
  }
  if (body.length > 0 && body[body.length - 1] === LF) return false;
  return report.add('unterminatedHeader', 'unterminated header');
}

/** Checks the identity up to the end of the line and moves past it; `true` where an error was found. */
export function checkIdentity(cursor: HeaderCursor, report: FsckReport): boolean {
  const line = cursor.skipLine() ?? new Uint8Array(0);
  const add = (id: Parameters<FsckReport['add']>[0], what: string): boolean =>
    report.add(id, `invalid author/committer line - ${what}`);

  if (line[0] === LESS) return add('missingNameBeforeEmail', 'missing space before email');
  let at = 0;
  while (at < line.length && line[at] !== LESS && line[at] !== GREATER) at++;
  if (at === line.length) return add('missingEmail', 'missing email');
  if (line[at] === GREATER) return add('badName', 'bad name');
  if (line[at - 1] !== SPACE) return add('missingSpaceBeforeEmail', 'missing space before email');
  at++;
  while (at < line.length && line[at] !== LESS && line[at] !== GREATER) at++;
  if (line[at] !== GREATER) return add('badEmail', 'bad email');
  at++;
  if (line[at] !== SPACE) return add('missingSpaceBeforeDate', 'missing space before date');
  at++;
  while (line[at] === SPACE || line[at] === 0x09) at++;
  const dateStart = at;
  while (isDigit(line[at])) at++;
  if (at === dateStart) return add('badDate', 'bad date');
  if (line[dateStart] === 0x30 && line[dateStart + 1] !== SPACE) return add('zeroPaddedDate', 'zero-padded date');
  if (overflows(line, dateStart, at)) return add('badDateOverflow', 'date causes integer overflow');
  if (line[at] !== SPACE) return add('badDate', 'bad date');
  const zone = at + 1;
  const signed = line[zone] === 0x2b || line[zone] === 0x2d;
  const digits = isDigit(line[zone + 1]) && isDigit(line[zone + 2]) && isDigit(line[zone + 3]) && isDigit(line[zone + 4]);
  if (!signed || !digits || line.length !== zone + 5) return add('badTimezone', 'bad time zone');
  return false;
}

/** Whether a date is more than a signed 64-bit number, in which Git computes with dates. */
function overflows(line: Uint8Array, start: number, end: number): boolean {
  if (decimalAt(line, start, end) < Number.MAX_SAFE_INTEGER) return false;
  if (end - start > 19) return true;
  let value = 0n;
  for (let i = start; i < end; i++) value = value * 10n + BigInt(line[i]! - 0x30);
  return value > 0x7fff_ffff_ffff_ffffn;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function isHexDigit(byte: number): boolean {
  return isDigit(byte) || (byte >= 0x61 && byte <= 0x66) || (byte >= 0x41 && byte <= 0x46);
}
