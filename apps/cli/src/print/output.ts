import type { Writable } from 'node:stream';

import { bytesFromLosslessText } from '@govc/core/plumbing';

/** Writes lossless text as the bytes that it stands for. */
export function writeText(stream: Writable, text: string): void {
  stream.write(bytesFromLosslessText(text));
}

/** All bytes of a stream, such as standard input. */
export async function readAll(stream: AsyncIterable<Uint8Array | string>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(typeof piece === 'string' ? Buffer.from(piece) : piece);
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
}

/** The pieces of a stream between separators, as they arrive; what stands behind the last is given where it is not empty. */
export async function* readRecords(stream: AsyncIterable<Uint8Array | string>, separator: '\n' | '\0'): AsyncGenerator<Uint8Array, void, void> {
  const mark = separator.charCodeAt(0);
  let rest: Uint8Array = new Uint8Array(0);
  for await (const piece of stream) {
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
    let from = 0;
    for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, from)) {
      const record = bytes.subarray(from, at);
      yield rest.length === 0 ? record : Buffer.concat([rest, record]);
      rest = new Uint8Array(0);
      from = at + 1;
    }
    if (from < bytes.length) rest = rest.length === 0 ? Uint8Array.from(bytes.subarray(from)) : Buffer.concat([rest, bytes.subarray(from)]);
  }
  if (rest.length > 0) yield rest;
}
