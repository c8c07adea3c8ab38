import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import type { RefName } from '@govc/core';

import { ServerError } from '../errors.js';
import { headerOf } from '../http/context.js';
import { cacheForever, neverCache } from './git-headers.js';
import type { GitCall } from './git-routes.js';
import type { GitParts } from './git-parts.js';

/** A file below `objects` and how it may be kept. */
export interface ObjectFile {
  /** Relative to the Git directory. */
  readonly name: string;
  readonly type: string;
  readonly caching: 'never' | 'forever';
  readonly nowMs: number;
}

/** Answers `info/refs` without a service: every ref, and what tags stand for (git-http-backend). */
export function sendInfoRefs(parts: GitParts, call: GitCall): void {
  const { repository } = call.hosted;
  const { prefix } = parts.namespace;
  const lines: string[] = [];
  const peeled = new Map(repository.tags().map((tag) => [tag.ref, tag]));
  for (const { name, value } of repository.refs(`${prefix}refs/`)) {
    const id = value.kind === 'direct' ? value.id : undefined;
    if (id === undefined) continue;
    const shown = name.slice(prefix.length);
    lines.push(`${id}\t${shown}\n`);
    const tag = peeled.get(name);
    if (tag !== undefined && tag.target !== id) lines.push(`${tag.target}\t${shown}^{}\n`);
  }
  neverCache(call.response);
  sendText(call, 'text/plain', lines.join(''));
}

/** Answers `HEAD`. */
export function sendHead(parts: GitParts, call: GitCall): void {
  const { refs } = call.hosted.repository.snapshot;
  const { prefix } = parts.namespace;
  const value = refs.get(`${prefix}HEAD` as RefName);
  if (value === undefined) throw missing('HEAD');
  const text = value.kind === 'direct'
    ? value.id
    : `ref: ${value.target.startsWith(prefix) ? value.target.slice(prefix.length) : value.target}`;
  neverCache(call.response);
  sendText(call, 'text/plain', `${text}\n`);
}

/** Answers `objects/info/packs`: the packs that there are. */
export async function sendPackList(call: GitCall): Promise<void> {
  const names = await readdir(join(objectsPathOf(call), 'pack'));
  const packs = names.filter((name) => /^pack-[0-9a-f]+\.pack$/.test(name) && names.includes(name.replace(/pack$/, 'idx')));
  neverCache(call.response);
  sendText(call, 'text/plain; charset=utf-8', `${packs.sort().map((name) => `P ${name}\n`).join('')}\n`);
}

/** Answers a file below `objects`, also one range of it. */
export async function sendObjectFile(call: GitCall, { name, type, caching, nowMs }: ObjectFile): Promise<void> {
  const { request, response } = call;
  const path = join(objectsPathOf(call), name.replace(/^objects\//, ''));
  const file = await openOrNone(path);
  if (file === undefined) throw missing(name);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw missing(name);
    if (caching === 'forever') cacheForever(response, nowMs);
    else neverCache(response);
    response.setHeader('Content-Type', type);
    response.setHeader('Last-Modified', stats.mtime.toUTCString());
    response.setHeader('Accept-Ranges', 'bytes');
    const range = parseRange(headerOf(request, 'range'), stats.size);
    if (range === 'unsatisfiable') {
      response.statusCode = 416;
      response.setHeader('Content-Range', `bytes */${stats.size}`);
      response.end();
      return;
    }
    const { start, end } = range ?? { start: 0, end: stats.size - 1 };
    if (range !== undefined) {
      response.statusCode = 206;
      response.setHeader('Content-Range', `bytes ${start}-${end}/${stats.size}`);
    }
    response.setHeader('Content-Length', end - start + 1);
    if (request.method === 'HEAD' || stats.size === 0) response.end();
    else await pipeline(file.createReadStream({ start, end, autoClose: false }), response);
  } finally {
    await file.close();
  }
}

/** The one range that a `Range` header asks for; what is malformed or several ranges count as none (RFC 9110). */
export function parseRange(header: string | undefined, size: number): { readonly start: number; readonly end: number } | 'unsatisfiable' | undefined {
  const match = header === undefined ? null : /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header.trim());
  if (match === null) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const count = Math.min(Number(last), size);
    return count === 0 ? 'unsatisfiable' : { start: size - count, end: size - 1 };
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < start) return undefined;
  return start >= size ? 'unsatisfiable' : { start, end };
}

function objectsPathOf({ hosted }: GitCall): string {
  if (hosted.directory === undefined) throw missing('objects');
  return join(hosted.directory.commonPath, 'objects');
}

async function openOrNone(path: string) {
  try {
    return await open(path, 'r');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

function sendText({ request, response }: GitCall, type: string, text: string): void {
  const bytes = Buffer.from(text);
  response.setHeader('Content-Type', type);
  response.setHeader('Content-Length', bytes.length);
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

function missing(name: string): ServerError {
  return new ServerError('file-unknown', `Cannot open '${name.slice(0, 200)}'`, { path: name.slice(0, 200) });
}
