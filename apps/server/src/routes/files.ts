import type { FileContent } from '@govc/core';

import { endpoint, RawBody, reply, type Call, type Endpoint, type Reply } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import { readRepository, writeRepository, type RouteParts } from './parts.js';
import { isText } from './text.js';

/** A file as requests bring it. */
export interface FileBody {
  readonly path: string;
  readonly content: string;
  readonly encoding?: 'utf-8' | 'base64';
  readonly mode?: '100644' | '100755' | '120000';
}

/** The schema of {@link FileBody}. */
export const FILE_BODY: Schema = {
  type: 'object',
  required: ['path', 'content'],
  additionalProperties: false,
  properties: {
    path: { type: 'string', minLength: 1, maxLength: 4096 },
    content: { type: 'string', description: 'May be empty.' },
    encoding: { type: 'string', enum: ['utf-8', 'base64'], description: 'Default: utf-8.' },
    mode: { type: 'string', enum: ['100644', '100755', '120000'], description: 'Default: 100644.' },
  },
};

const STAGED: Schema = {
  type: 'object',
  required: ['status', 'path'],
  properties: { status: { const: 'added' }, path: { type: 'string' }, id: { type: 'string' }, size: { type: 'integer' } },
};

const FILE: Schema = {
  type: 'object',
  required: ['path', 'content', 'encoding', 'size'],
  properties: {
    path: { type: 'string' },
    content: { type: 'string' },
    encoding: { type: 'string', enum: ['utf-8', 'base64'], description: 'base64 for what is no UTF-8 text.' },
    size: { type: 'integer', description: 'In bytes.' },
    id: { type: 'string', description: 'Object id of the blob.' },
    mode: { type: 'string' },
  },
};

interface ReadQuery {
  readonly ref?: string;
  readonly raw: boolean;
}

const READ_QUERY: Schema = {
  type: 'object',
  properties: {
    ref: { type: 'string', minLength: 1, maxLength: 4096, description: 'Branch, tag or commit. Default: HEAD.' },
    raw: { type: 'boolean', default: false, description: 'Answer the bytes themselves.' },
  },
};

/** Staging and reading files, in the spelling of the README and of the original's code. */
export function fileRoutes(parts: RouteParts): Endpoint[] {
  const staging = (path: string, status: number): Endpoint => endpoint<FileBody>({
    method: 'post', path, summary: 'Stage a file for the next commit', tag: 'files', permission: 'repo:write',
    body: FILE_BODY, answers: { [status]: STAGED },
    handle: (call) => writeRepository(parts, call, ({ repository }) => {
      const content = fileBytes(call.body);
      const id = repository.add(call.body.path, content, { mode: fileMode(call.body) });
      return reply(status, { status: 'added', path: call.body.path, id, size: content.length });
    }),
  });
  const reading = (path: string): Endpoint => endpoint<unknown, ReadQuery>({
    method: 'get', path, summary: 'Get the content of a file', tag: 'files', permission: 'repo:read',
    query: READ_QUERY, answers: { 200: FILE },
    handle: (call) => readRepository(parts, call, ({ repository }) =>
      fileReply(repository.readFile(call.path['path'] ?? '', call.query.ref), call)),
  });
  return [
    staging('/api/v1/repos/{id}/files', 201),
    staging('/api/v1/repos/{id}/add', 200),
    reading('/api/v1/repos/{id}/files/{path*}'),
    reading('/api/v1/repos/{id}/read/{path*}'),
  ];
}

/** The bytes of a file that a request brought. Base64 is decoded leniently, as Node does. */
export function fileBytes(file: FileBody): Uint8Array {
  return Buffer.from(file.content, file.encoding === 'base64' ? 'base64' : 'utf8');
}

/** Its mode as trees record it. */
export function fileMode(file: FileBody): number {
  return Number.parseInt(file.mode ?? '100644', 8);
}

function fileReply(file: FileContent, call: Call<unknown, ReadQuery>): Reply {
  const { content, path, id } = file;
  const headers = { ETag: `"${id}"` };
  if (call.query.raw || wantsBytes(call)) {
    // What a repository holds must not act as a page of this server.
    const safe = { ...headers, 'Content-Disposition': 'attachment', 'Content-Security-Policy': "default-src 'none'; sandbox" };
    return { status: 200, body: new RawBody('application/octet-stream', content), headers: safe };
  }
  const isPlain = isText(content);
  const body = {
    path,
    content: Buffer.from(content.buffer, content.byteOffset, content.length).toString(isPlain ? 'utf8' : 'base64'),
    encoding: isPlain ? 'utf-8' : 'base64',
    size: content.length,
    id,
    mode: file.mode.toString(8).padStart(6, '0'),
  };
  return { status: 200, body, headers };
}

function wantsBytes(call: Call): boolean {
  const accept = call.headers['accept'];
  return typeof accept === 'string' && /application\/(octet-stream|vnd\.govc\.raw)/.test(accept);
}
