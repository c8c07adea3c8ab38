import type { IncomingMessage } from 'node:http';
import type { Readable, Transform } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';

import { GovcError } from '@govc/core';

import { ServerError } from '../errors.js';
import { headerOf } from '../http/context.js';

/** The body of a request as it comes in, decompressed. */
export interface RequestBody {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Bytes that came over the wire so far. */
  readonly size: () => number;
  /** Lets go of it, read or not. */
  close(): void;
}

/**
 * Opens the body of a request. Nothing is read before it is asked for, so a body that expands without end waits, like any
 * other, for whoever reads it.
 *
 * @throws {ServerError} content-encoding-unsupported
 */
export function openBody(request: IncomingMessage): RequestBody {
  const encoding = (headerOf(request, 'content-encoding') ?? 'identity').trim().toLowerCase();
  let size = 0;
  const count = (chunk: Uint8Array): void => {
    size += chunk.length;
  };
  switch (encoding) {
    case 'identity':
    case '':
      return { chunks: counted(request, count), size: () => size, close: () => undefined };
    case 'gzip':
    case 'x-gzip':
      return inflated(createGunzip({ chunkSize: 64 * 1024 }));
    case 'deflate':
      return inflated(createInflate({ chunkSize: 64 * 1024 }));
    default:
      throw new ServerError('content-encoding-unsupported', `The body is encoded as "${encoding.slice(0, 40)}"; gzip and deflate are understood.`, {
        encoding: encoding.slice(0, 40),
      });
  }

  function inflated(inflate: Transform): RequestBody {
    // pipe() does not pass errors on.
    const onError = (error: Error): void => void inflate.destroy(error);
    request.on('error', onError);
    request.on('data', count);
    request.pipe(inflate);
    return {
      chunks: withClearErrors(inflate),
      size: () => size,
      close() {
        request.off('error', onError);
        request.off('data', count);
        request.unpipe(inflate);
        inflate.destroy();
      },
    };
  }
}

async function* counted(request: IncomingMessage, count: (chunk: Uint8Array) => void): AsyncGenerator<Uint8Array, void, void> {
  for await (const chunk of iterate(request)) {
    count(chunk);
    yield chunk;
  }
}

async function* withClearErrors(inflate: Readable): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* iterate(inflate);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code?.startsWith('Z_') !== true) throw error;
    throw new GovcError('protocol-error', `the compressed request body is damaged: ${(error as Error).message}`, {}, { cause: error });
  }
}

/** Ending early must not close the connection, over which the answer is still to go. */
function iterate(stream: Readable): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => stream.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Uint8Array> };
}
