import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { ResponseWriter } from '../git/response-writer.js';
import { LiveBody, RawBody, StreamBody, type Reply } from './endpoint.js';
import { upgrade, UpgradeBody } from './upgrade.js';

const SLICE_MS = 5;

/** What sending depends on beside the answer. */
export interface SendOptions {
  /** Whether only the head is asked for. */
  readonly isHead: boolean;
  readonly signal: AbortSignal;
}

/** Sends an answer. One that is made piece by piece lets other requests run in between; an error before its first piece can still be told. */
export async function send(response: ServerResponse, given: Reply, options: SendOptions): Promise<void> {
  const { body } = given;
  if (body instanceof StreamBody) {
    try {
      await stream(response, { ...given, body }, options);
    } finally {
      body.options.close?.();
    }
    return;
  }
  if (response.destroyed) return;
  if (body instanceof UpgradeBody) {
    await upgrade(response, body);
    return;
  }
  setHead(response, given);
  if (body instanceof LiveBody) {
    response.setHeader('Content-Type', body.contentType);
    // A server that stops would wait for what comes next on the connection.
    response.setHeader('Connection', 'close');
    response.flushHeaders();
    if (!options.isHead) await body.run(response);
    response.end();
    return;
  }
  if (body === undefined) {
    response.end();
    return;
  }
  const isRaw = body instanceof RawBody;
  const bytes = isRaw ? toBuffer(body.bytes) : Buffer.from(`${JSON.stringify(body)}\n`);
  response.setHeader('Content-Type', isRaw ? body.contentType : 'application/json; charset=utf-8');
  response.setHeader('Content-Length', bytes.length);
  response.end(options.isHead ? undefined : bytes);
}

async function stream(response: ServerResponse, given: Reply & { readonly body: StreamBody }, { isHead, signal }: SendOptions): Promise<void> {
  const { contentType, pieces, options } = given.body;
  const writer = new ResponseWriter(response, () => {
    setHead(response, given);
    response.setHeader('Content-Type', contentType);
    if (options.size !== undefined) response.setHeader('Content-Length', options.size);
  });
  if (isHead) {
    writer.end();
    return;
  }
  let sliceEnd = performance.now() + SLICE_MS;
  for (const piece of pieces) {
    if (piece.length > 0) await writer.write(piece);
    if (performance.now() < sliceEnd) continue;
    await nextTurn();
    signal.throwIfAborted();
    sliceEnd = performance.now() + SLICE_MS;
  }
  writer.end();
}

function setHead(response: ServerResponse, { status, headers }: Reply): void {
  response.statusCode = status;
  response.setHeader('Cache-Control', 'no-store');
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
}

function toBuffer(bytes: Uint8Array | string): Uint8Array {
  return typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
}
