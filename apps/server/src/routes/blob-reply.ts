import type { ObjectId, View } from '@govc/core';

import { bytesReply, isKnown, taggedHeaders } from '../http/conditions.js';
import { StreamBody, type Call, type Reply } from '../http/endpoint.js';
import { unknownFile } from './working-files.js';

/** From here on content is sent while it is read. */
const STREAMED_SIZE = 1024 * 1024;

/** What a repository holds must not act as a page of this server. */
const UNTRUSTED = { 'Content-Disposition': 'attachment', 'Content-Security-Policy': "default-src 'none'; sandbox" };
const TYPE = 'application/octet-stream';

/** Whether whoever asks wants bytes instead of JSON. */
export function wantsBytes(call: Call): boolean {
  const accept = call.headers['accept'];
  return typeof accept === 'string' && /application\/(octet-stream|vnd\.govc\.raw)/.test(accept);
}

/** Answers the bytes of a file, or one range of them. The repository must stay open until they are sent. */
export function sendBlob(call: Call, view: View, { path, ref = 'HEAD' }: { readonly path: string; readonly ref: string | undefined }): Reply {
  const slash = path.lastIndexOf('/');
  const revision = view.head().id === undefined && ref === 'HEAD' ? 'HEAD' : view.resolve(ref);
  const entry = view.list(path.slice(0, Math.max(0, slash)), { revision }).find(({ name }) => name === path.slice(slash + 1));
  if (entry?.type !== 'blob') throw unknownFile(path);
  return sendObject(call, view, entry.id);
}

/** As {@link sendBlob} for a blob by its id. */
export function sendObject(call: Call, view: View, id: ObjectId): Reply {
  const { objects } = view.snapshot;
  const headers = { ...UNTRUSTED, ...taggedHeaders(id) };
  if (isKnown(call, id)) return { status: 304, body: undefined, headers };
  const size = objects.findHeader(id)?.size ?? 0;
  const isWhole = call.headers['range'] === undefined && size > STREAMED_SIZE;
  const chunks = isWhole ? objects.findChunks(id) : undefined;
  if (chunks !== undefined) return { status: 200, body: new StreamBody(TYPE, chunks, { size }), headers: { ...headers, 'Accept-Ranges': 'bytes' } };
  const object = objects.find(id);
  if (object?.type !== 'blob') throw unknownFile(id);
  return bytesReply(call, object.body, { type: TYPE, headers });
}
