/**
 * Who did something and when, as commits and tags record it: `name <email> seconds zone`.
 */
import { GovcError } from '../errors.js';
import { decimalAt, splitIdentLine } from '../bytes/ident-line.js';
import { bytesFromText, latin1FromBytes, textFromBytes } from '../bytes/text.js';

/** A person at a moment. */
export interface Identity {
  readonly name: string;
  readonly email: string;
  /** Seconds since 1970 in UTC; 0 where it is not recorded or no date of this world. */
  readonly timeSeconds: number;
  /** Hours and minutes ahead of UTC, `+0100` or `-0330`, exactly as recorded. */
  readonly timezone: string;
}

/** Turns the bytes of a name or address into text. */
export type DecodeText = (bytes: Uint8Array) => string;

/**
 * Reads an identity as leniently as Git shows one; never throws. Without an `<email>` everything is the name. A
 * date after 2^53 seconds is 0, as Git shows dates that it cannot compute with.
 *
 * @param bytes what follows `author `, `committer ` or `tagger ` on its line
 * @param decode of name and address. Default: UTF-8.
 */
export function parseIdentity(bytes: Uint8Array, decode: DecodeText = textFromBytes): Identity {
  const parts = splitIdentLine(bytes);
  if (parts === undefined) return { name: decode(bytes), email: '', timeSeconds: 0, timezone: '+0000' };
  const name = decode(bytes.subarray(parts.nameStart, parts.nameEnd));
  const email = decode(bytes.subarray(parts.emailStart, parts.emailEnd));
  if (parts.dateStart < 0) return { name, email, timeSeconds: 0, timezone: '+0000' };
  const seconds = decimalAt(bytes, parts.dateStart, parts.dateEnd);
  return {
    name,
    email,
    timeSeconds: seconds < Number.MAX_SAFE_INTEGER ? seconds : 0,
    timezone: latin1FromBytes(bytes.subarray(parts.zoneStart, parts.zoneEnd)),
  };
}

/**
 * The bytes of an identity for a new commit or tag, cleaned as Git does: white space, control characters and
 * the marks `, : ; < > " \ '` go from both ends of name and address, and `<`, `>` and line feeds from inside.
 *
 * @param encode of name and address. Default: UTF-8.
 * @throws {GovcError} object-invalid: the name is empty after that, holds a NUL, or date or zone are impossible.
 */
export function serializeIdentity(
  identity: Identity,
  encode: (text: string) => Uint8Array = bytesFromText,
): Uint8Array {
  const name = cleanIdentityText(identity.name);
  const email = cleanIdentityText(identity.email);
  const { timeSeconds, timezone } = identity;
  if (name === '') throw invalidIdentity(identity, 'its name is empty or has disallowed characters only');
  if (name.includes('\0') || email.includes('\0')) throw invalidIdentity(identity, 'it holds a NUL');
  if (!Number.isSafeInteger(timeSeconds) || timeSeconds < 0) {
    throw invalidIdentity(identity, 'its time is not a whole number of seconds since 1970');
  }
  if (!/^[+-]\d{4}$/.test(timezone)) throw invalidIdentity(identity, 'its zone is not of the form +hhmm');
  return Buffer.concat([
    encode(name),
    bytesFromText(' <'),
    encode(email),
    bytesFromText(`> ${timeSeconds} ${timezone}`),
  ]);
}

/** A name or address without what Git takes away from both ends and inside (`ident.c`). */
export function cleanIdentityText(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isCrud(text.charCodeAt(start))) start++;
  while (end > start && isCrud(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end).replace(/[\n<>]/g, '');
}

/** The minutes ahead of UTC that a zone says, as Git reads it: 0 where it is malformed. */
export function timezoneMinutes(timezone: string): number {
  if (!/^[+-]\d+$/.test(timezone)) return 0;
  const value = Number.parseInt(timezone.slice(1), 10);
  const minutes = Math.floor(value / 100) * 60 + (value % 100);
  if (!Number.isSafeInteger(minutes)) return 0;
  return timezone.startsWith('-') && minutes !== 0 ? -minutes : minutes;
}

const CRUD_MARKS = ',:;<>"\\\'';

function isCrud(code: number): boolean {
  return code <= 0x20 || CRUD_MARKS.includes(String.fromCharCode(code));
}

function invalidIdentity(identity: Identity, reason: string): GovcError {
  return new GovcError('object-invalid', `The identity "${identity.name} <${identity.email}>" is refused: ${reason}.`, {
    ...identity,
    reason,
  });
}
