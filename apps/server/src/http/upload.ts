import type { IncomingMessage } from 'node:http';

import { ServerError } from '../errors.js';
import { openBody } from '../git/request-body.js';
import { headerOf } from './context.js';
import type { Upload } from './endpoint.js';

/** Whether a request brings a body of one of these types. */
export function isUpload(request: IncomingMessage, types: readonly string[] | undefined): boolean {
  return types !== undefined && types.includes(typeOf(request));
}

/** The body of a request as bytes, no more than `sizeMax` of them once decompressed. */
export function uploadOf(request: IncomingMessage, sizeMax: number): Upload {
  const chunks = bounded(request, sizeMax);
  return {
    type: typeOf(request),
    chunks,
    async read() {
      const pieces: Uint8Array[] = [];
      for await (const piece of chunks) pieces.push(piece);
      return Buffer.concat(pieces);
    },
  };
}

async function* bounded(request: IncomingMessage, sizeMax: number): AsyncGenerator<Uint8Array, void, void> {
  const body = openBody(request);
  let size = 0;
  try {
    for await (const chunk of body.chunks) {
      size += chunk.length;
      if (size > sizeMax) throw new ServerError('request-too-large', 'The body is larger than this server accepts.', { limit: sizeMax });
      yield chunk;
    }
  } finally {
    body.close();
  }
}

function typeOf(request: IncomingMessage): string {
  return (headerOf(request, 'content-type') ?? '').split(';', 1)[0]!.trim().toLowerCase();
}
