/**
 * The frame that commits and tags share: header lines, an empty line, a message.
 *
 *     <key> SP <value> LF            a header
 *     SP <more of the value> LF      a continuation of the header before
 *     LF                             ends the headers
 *     <message>                      any bytes to the end
 *
 * Any bytes at all can be read this way and give the same bytes back: a line without a space is a header
 * without a value, which takes no continuation; a line that begins with a space and continues nothing has an
 * empty key; the last line may lack its line feed. That matters because an object's id is the hash of its bytes, however odd they are.
 */
import { bytesFromLatin1, latin1FromBytes } from '../bytes/text.js';
import { ByteWriter } from '../bytes/writer.js';

/** One header. */
export interface Header {
  /** One character per byte; ASCII in all but broken objects. */
  readonly key: string;
  /** Raw bytes, with a line feed where a continuation line begins; `undefined` for a line without a space. */
  readonly value: Uint8Array | undefined;
}

/** The parts of a commit's or tag's body. Bytes are views on the body. */
export interface HeaderBlock {
  readonly headers: readonly Header[];
  /** Empty unless `ending` is `empty-line`. */
  readonly message: Uint8Array;
  /**
   * How the headers end: by an `empty-line` as they should, or with the body after the `line-feed` of the
   * last header, or with the body inside that line (`none`).
   */
  readonly ending: 'empty-line' | 'line-feed' | 'none';
}

const LF = 0x0a;
const SPACE = 0x20;

/** Splits a body; never throws. O(size); copies only values that have continuation lines. */
export function parseHeaderBlock(body: Uint8Array): HeaderBlock {
  const headers: Header[] = [];
  let at = 0;
  while (at < body.length) {
    if (body[at] === LF) return { headers, message: body.subarray(at + 1), ending: 'empty-line' };
    let end = lineEnd(body, at);
    let space = at;
    while (space < end && body[space] !== SPACE) space++;
    const key = latin1FromBytes(body.subarray(at, space));
    if (space === end) {
      headers.push({ key, value: undefined });
    } else {
      let folds = 0;
      for (; end + 1 < body.length && body[end + 1] === SPACE; folds++) end = lineEnd(body, end + 1);
      const value = body.subarray(space + 1, end);
      headers.push({ key, value: folds === 0 ? value : unfold(value, folds) });
    }
    if (end === body.length) return { headers, message: body.subarray(end), ending: 'none' };
    at = end + 1;
  }
  return { headers, message: body.subarray(body.length), ending: 'line-feed' };
}

/** The body that {@link parseHeaderBlock} splits into the given parts. */
export function serializeHeaderBlock(block: HeaderBlock): Uint8Array {
  const { headers, message, ending } = block;
  let size = message.length + 1;
  for (const { key, value } of headers) size += key.length + 2 + (value?.length ?? 0);
  const writer = new ByteWriter(size + 64);
  headers.forEach(({ key, value }, index) => {
    writer.bytes(bytesFromLatin1(key));
    if (value !== undefined) {
      writer.u8(SPACE);
      writeFolded(writer, value);
    }
    if (ending !== 'none' || index < headers.length - 1) writer.u8(LF);
  });
  if (ending === 'empty-line') writer.u8(LF).bytes(message);
  return writer.finish();
}

/** The value of the first header with that key, or `undefined`. */
export function findHeader(headers: readonly Header[], key: string): Uint8Array | undefined {
  return headers.find((header) => header.key === key)?.value;
}

function lineEnd(body: Uint8Array, start: number): number {
  const end = body.indexOf(LF, start);
  return end < 0 ? body.length : end;
}

function unfold(folded: Uint8Array, folds: number): Uint8Array {
  const value = new Uint8Array(folded.length - folds);
  let to = 0;
  for (let at = 0; at < folded.length; at++) {
    const byte = folded[at]!;
    value[to++] = byte;
    if (byte === LF) at++;
  }
  return value;
}

function writeFolded(writer: ByteWriter, value: Uint8Array): void {
  let start = 0;
  for (let end = value.indexOf(LF); end >= 0; end = value.indexOf(LF, start)) {
    writer.bytes(value.subarray(start, end + 1)).u8(SPACE);
    start = end + 1;
  }
  writer.bytes(value.subarray(start));
}
