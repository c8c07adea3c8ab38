import type { FileContent } from '@govc/core';

import { ServerError } from '../errors.js';
import type { Schema } from '../http/validate.js';
import { isText } from './text.js';

/** A file as requests bring it. */
export interface FileBody {
  readonly path: string;
  readonly content: string;
  readonly encoding?: 'utf-8' | 'base64';
  readonly mode?: '100644' | '100755' | '120000';
}

/** The properties of {@link FileBody}. */
export const FILE_PROPERTIES: Readonly<Record<string, Schema>> = {
  path: { type: 'string', minLength: 1, maxLength: 4096 },
  content: { type: 'string', description: 'May be empty.' },
  encoding: { type: 'string', enum: ['utf-8', 'base64'], description: 'Default: utf-8.' },
  mode: { type: 'string', enum: ['100644', '100755', '120000'], description: 'Default: that of the file that is there, else 100644.' },
};

/** The schema of {@link FileBody}. */
export const FILE_BODY: Schema = { type: 'object', required: ['path', 'content'], additionalProperties: false, properties: FILE_PROPERTIES };

/** A file as answers show it. */
export const FILE: Schema = {
  title: 'File',
  type: 'object',
  required: ['path', 'content', 'encoding', 'size', 'id', 'mode'],
  properties: {
    path: { type: 'string' },
    content: { type: 'string' },
    encoding: { type: 'string', enum: ['utf-8', 'base64'], description: 'base64 for what is no UTF-8 text.' },
    size: { type: 'integer', description: 'In bytes.' },
    id: { type: 'string', description: 'Object id of the blob.' },
    mode: { type: 'string' },
  },
};

/** The bytes of a file that a request brought. @throws {ServerError} request-invalid: what is no base64 */
export function fileBytes({ content, encoding }: Pick<FileBody, 'content' | 'encoding'>): Uint8Array {
  if (encoding !== 'base64') return Buffer.from(content, 'utf8');
  const bare = content.replace(/\s+/g, '');
  if (/^[A-Za-z0-9+/_-]*={0,2}$/.test(bare)) return Buffer.from(bare, 'base64');
  throw new ServerError('request-invalid', 'The content is no base64.', { place: 'body', path: '/content' });
}

/** Its mode as trees record it; `undefined` where none is given. */
export function fileMode({ mode }: Pick<FileBody, 'mode'>): number | undefined {
  return mode === undefined ? undefined : Number.parseInt(mode, 8);
}

/** Six digits of octal, as Git writes modes. */
export function modeText(mode: number): string {
  return mode.toString(8).padStart(6, '0');
}

/** Content as JSON carries it: as text where it is some, else in base64. */
export function contentBody(content: Uint8Array): { readonly content: string; readonly encoding: 'utf-8' | 'base64'; readonly size: number } {
  const isPlain = isText(content);
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.length);
  return { content: bytes.toString(isPlain ? 'utf8' : 'base64'), encoding: isPlain ? 'utf-8' : 'base64', size: content.length };
}

/** A file for JSON. */
export function fileBody({ path, content, id, mode }: FileContent) {
  return { path, ...contentBody(content), id, mode: modeText(mode) };
}
