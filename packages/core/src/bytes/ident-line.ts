/**
 * Where the parts of an identity line stand: `name <email> seconds zone`, as Git's `split_ident_line`
 * finds them. Commits, tags and reflogs share it.
 */

/** Offsets into the bytes that were split; `end` offsets are exclusive. -1 where a part is absent. */
export interface IdentParts {
  readonly nameStart: number;
  readonly nameEnd: number;
  readonly emailStart: number;
  readonly emailEnd: number;
  /** Date and zone are both there or both absent. */
  readonly dateStart: number;
  readonly dateEnd: number;
  readonly zoneStart: number;
  readonly zoneEnd: number;
}

const LESS = 0x3c;
const GREATER = 0x3e;

/**
 * Splits `bytes[start, end)`, or gives `undefined` where there is no `<email>`.
 *
 * The name loses white space at its end. Where the address holds several `>`, the date is looked for
 * after the last one, while the address ends at the first. O(size), one small allocation.
 */
export function splitIdentLine(
  bytes: Uint8Array,
  start = 0,
  end = bytes.length,
): IdentParts | undefined {
  let open = start;
  while (open < end && bytes[open] !== LESS) {
    if (bytes[open] === 0) return undefined;
    open++;
  }
  if (open === end) return undefined;
  let nameEnd = open;
  while (nameEnd > start && isSpace(bytes[nameEnd - 1]!)) nameEnd--;
  const emailStart = open + 1;
  let emailEnd = emailStart;
  while (emailEnd < end && bytes[emailEnd] !== GREATER) emailEnd++;
  if (emailEnd === end) return undefined;
  let at = end - 1;
  while (bytes[at] !== GREATER) at--;
  at = skipSpace(bytes, at + 1, end);
  const dateStart = at;
  at = skipDigits(bytes, at, end);
  const dateEnd = at;
  at = skipSpace(bytes, at, end);
  const zoneStart = at;
  const sign = bytes[at];
  const zoneEnd = at < end && (sign === 0x2b || sign === 0x2d) ? skipDigits(bytes, at + 1, end) : at;
  const dated = dateEnd > dateStart && zoneEnd > zoneStart + 1;
  return {
    nameStart: start,
    nameEnd,
    emailStart,
    emailEnd,
    dateStart: dated ? dateStart : -1,
    dateEnd: dated ? dateEnd : -1,
    zoneStart: dated ? zoneStart : -1,
    zoneEnd: dated ? zoneEnd : -1,
  };
}

/** The decimal number in `bytes[start, end)`, which are all digits; at most `Number.MAX_SAFE_INTEGER`. */
export function decimalAt(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let i = start; i < end; i++) {
    value = value * 10 + (bytes[i]! - 0x30);
    if (value > Number.MAX_SAFE_INTEGER) return Number.MAX_SAFE_INTEGER;
  }
  return value;
}

/** Whether a byte is one of Git's white space: space, tab, line feed and carriage return. */
export function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

function skipSpace(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isSpace(bytes[at]!)) at++;
  return at;
}

function skipDigits(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at]! >= 0x30 && bytes[at]! <= 0x39) at++;
  return at;
}
