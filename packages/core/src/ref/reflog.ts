/**
 * Reflogs: what a ref was and became, who changed it, when and why.
 *
 *     <old id> SP <new id> SP <name> SP < <email> > SP <seconds> SP <zone> [TAB <message>] LF
 *
 * One entry a line, the oldest first; the all-zero id stands for "no object" (`refs/files-backend.c` of
 * Git). A line that has another form is no entry: Git skips it, and so do the readers here.
 */
import { GovcError } from '../errors.js';
import { decimalAt } from '../bytes/ident-line.js';
import { bytesFromText, latin1FromBytes, textFromBytes } from '../bytes/text.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import { findObjectId, type ObjectId } from '../hash/object-id.js';

/** One change of a ref. */
export interface ReflogEntry {
  /** The all-zero id where the ref was created. */
  readonly oldId: ObjectId;
  /** The all-zero id where the ref was deleted. */
  readonly newId: ObjectId;
  readonly name: string;
  readonly email: string;
  /** Seconds since 1970 in UTC. */
  readonly timeSeconds: number;
  /** The zone in which the change was made, `+hhmm` or `-hhmm`. */
  readonly timezone: string;
  /** One line without its end; may be empty. */
  readonly message: string;
}

const LF = 0x0a;
const TAB = 0x09;
const SPACE = 0x20;
const LESS = 0x3c;
const GREATER = 0x3e;

/** The entries of a reflog, the oldest first; lines that are no entry are left out. O(size). */
export function parseReflog(bytes: Uint8Array, algorithm: HashAlgorithm): ReflogEntry[] {
  return [...readReflogBackwards(bytes, algorithm)].reverse();
}

/**
 * The entries of a reflog, the newest first, read as they are asked for: `ref@{1}` costs two lines, whatever
 * the size. Lines that are no entry are left out, a last one without a line feed too.
 */
export function* readReflogBackwards(
  bytes: Uint8Array,
  algorithm: HashAlgorithm,
): Generator<ReflogEntry, void, void> {
  // The end of the last whole line; what follows was cut off while it was written.
  let end = bytes.lastIndexOf(LF);
  while (end >= 0) {
    const before = end === 0 ? -1 : bytes.lastIndexOf(LF, end - 1);
    const entry = findReflogEntry(bytes.subarray(before + 1, end), algorithm);
    if (entry !== undefined) yield entry;
    end = before;
  }
}

/**
 * The entry of one line, without its line feed.
 *
 * @throws {GovcError} reflog-invalid: the line has another form.
 */
export function parseReflogLine(line: Uint8Array, algorithm: HashAlgorithm): ReflogEntry {
  const entry = findReflogEntry(line, algorithm);
  if (entry !== undefined) return entry;
  const text = latin1FromBytes(line.subarray(0, 200));
  throw new GovcError('reflog-invalid', `${JSON.stringify(text)} is not a line of a reflog.`, { line: text });
}

/** The entry of one line, without its line feed, or `undefined` where the line has another form. */
export function findReflogEntry(line: Uint8Array, algorithm: HashAlgorithm): ReflogEntry | undefined {
  const { hexSize } = algorithm;
  const start = 2 * hexSize + 2;
  if (line[hexSize] !== SPACE || line[start - 1] !== SPACE) return undefined;
  const oldId = findObjectId(latin1FromBytes(line.subarray(0, hexSize)), algorithm);
  const newId = findObjectId(latin1FromBytes(line.subarray(hexSize + 1, start - 1)), algorithm);
  if (oldId === undefined || newId === undefined) return undefined;
  const close = line.indexOf(GREATER, start);
  if (close < 0 || line[close + 1] !== SPACE) return undefined;
  const dateStart = close + 2;
  const dateEnd = skipDigits(line, dateStart);
  const zoneStart = dateEnd + 1;
  const sign = line[zoneStart];
  if (dateEnd === dateStart || line[dateEnd] !== SPACE || (sign !== 0x2b && sign !== 0x2d)) return undefined;
  const zoneEnd = zoneStart + 5;
  if (skipDigits(line, zoneStart + 1) < zoneEnd) return undefined;
  const open = line.subarray(start, close).indexOf(LESS);
  const name = open < 0 ? '' : textFromBytes(line.subarray(start, start + open));
  return {
    oldId,
    newId,
    name: name.replace(/[\t\r ]+$/, ''),
    email: textFromBytes(line.subarray(start + open + 1, close)),
    timeSeconds: decimalAt(line, dateStart, dateEnd),
    timezone: latin1FromBytes(line.subarray(zoneStart, zoneEnd)),
    message: textFromBytes(line.subarray(line[zoneEnd] === TAB ? zoneEnd + 1 : zoneEnd)),
  };
}

function skipDigits(line: Uint8Array, start: number): number {
  let at = start;
  while (at < line.length && line[at]! >= 0x30 && line[at]! <= 0x39) at++;
  return at;
}

/**
 * The bytes of the line of an entry, with its line feed, as Git writes them: runs of white space in the message
 * become one space, and an empty message has no tab.
 *
 * @throws {GovcError} reflog-invalid: name, email or zone would make a line that cannot be read back.
 */
export function serializeReflogEntry(entry: ReflogEntry): Uint8Array {
  const { oldId, newId, name, email, timeSeconds, timezone } = entry;
  const message = cleanReflogMessage(entry.message);
  if (!isWritable(entry)) {
    throw new GovcError(
      'reflog-invalid',
      `The identity "${name} <${email}> ${timeSeconds} ${timezone}" cannot stand in a reflog.`,
      { name, email, timeSeconds, timezone },
    );
  }
  const tail = message === '' ? '' : `\t${message}`;
  return bytesFromText(`${oldId} ${newId} ${name} <${email}> ${timeSeconds} ${timezone}${tail}\n`);
}

function isWritable({ name, email, timeSeconds, timezone }: ReflogEntry): boolean {
  if (/[<>\n\0]/.test(name + email) || !/^[+-]\d{4}$/.test(timezone)) return false;
  return Number.isSafeInteger(timeSeconds) && timeSeconds >= 0;
}

/** The bytes of a whole reflog, the oldest entry first. */
export function serializeReflog(entries: Iterable<ReflogEntry>): Uint8Array {
  const lines: Uint8Array[] = [];
  for (const entry of entries) lines.push(serializeReflogEntry(entry));
  return new Uint8Array(Buffer.concat(lines));
}

/** A message as Git puts it into a reflog: one line, single spaces, none at the ends; ends at a NUL. */
export function cleanReflogMessage(message: string): string {
  const nul = message.indexOf('\0');
  return (nul < 0 ? message : message.slice(0, nul)).replace(/[\t\n\r ]+/g, ' ').replace(/^ | $/g, '');
}
