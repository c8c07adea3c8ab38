import type { IncomingMessage, ServerResponse } from 'node:http';

import { allowedMethods, CHALLENGE, retrySeconds } from '../http/failure.js';
import { contextOf, headerOf } from '../http/context.js';
import { problemOf } from '../http/problems.js';
import { withoutSecurityHeaders } from '../http/security-headers.js';

/** Keeps an answer out of every cache, in the words of `git http-backend`. */
export function neverCache(response: ServerResponse): void {
  response.setHeader('Expires', 'Fri, 01 Jan 1980 00:00:00 GMT');
  response.setHeader('Pragma', 'no-cache');
  response.setHeader('Cache-Control', 'no-cache, max-age=0, must-revalidate');
}

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

/** Lets caches keep what its name says the content of. */
export function cacheForever(response: ServerResponse, nowMs: number): void {
  response.setHeader('Expires', new Date(nowMs + YEAR_MS).toUTCString());
  response.setHeader('Cache-Control', 'public, max-age=31536000');
}

/**
 * The headers of an answer in Git's protocol: those of `git http-backend`, which programs compare and which come with each of
 * the many requests of a fetch. The id of the request is for who gave one.
 */
export function beginGitAnswer(request: IncomingMessage, response: ServerResponse, type: string): void {
  withoutSecurityHeaders(response);
  if (headerOf(request, 'x-request-id') === undefined) response.removeHeader('X-Request-Id');
  neverCache(response);
  response.setHeader('Content-Type', type);
}

/** What `git http-backend` answers with a status alone. */
const SILENT_CODES: ReadonlySet<unknown> = new Set([
  'endpoint-unknown', 'file-unknown', 'method-not-allowed', 'repository-unknown', 'service-disabled',
]);

/**
 * Answers an error as Git clients show it: a status, and a line of text that they print behind `remote:`. For repositories that
 * others made the reason goes to the log where `git http-backend` keeps it there.
 */
export function answerGitFailure(
  error: unknown, { request, response, isForeign }: { readonly request: IncomingMessage; readonly response: ServerResponse; readonly isForeign: boolean },
): void {
  const { log, signal } = contextOf(request);
  const { status } = problemOf(error);
  if (status >= 500 && !signal.aborted) log.error('request failed', { error, http_status: status });
  if (response.headersSent) {
    response.destroy();
    return;
  }
  for (const name of ['Content-Length', 'Last-Modified', 'Content-Range', 'ETag']) response.removeHeader(name);
  response.statusCode = status;
  neverCache(response);
  if (status === 401) response.setHeader('WWW-Authenticate', CHALLENGE);
  if (status === 429) response.setHeader('Retry-After', retrySeconds(error));
  if (status === 405) response.setHeader('Allow', allowedMethods(error));
  const message = status === 500 || !(error instanceof Error) ? 'Something went wrong inside the server.' : error.message;
  if (isForeign && SILENT_CODES.has((error as { code?: unknown }).code)) {
    log.info('a Git client was refused', { reason: message });
    response.removeHeader('Content-Type');
    response.end();
    return;
  }
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.end(request.method === 'HEAD' ? undefined : `${message}\n`);
}
