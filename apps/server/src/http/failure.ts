import type { IncomingMessage, ServerResponse } from 'node:http';

import { contextOf, type Next } from './context.js';
import { problemOf } from './problems.js';

/** Asks Git and curl for a user name and password. */
export const CHALLENGE = 'Basic realm="govc", charset="UTF-8"';

/** What every error looks like over HTTP. */
export interface FailureBody {
  readonly error: string;
  readonly code: string;
  readonly details?: unknown;
  readonly request_id: string;
}

/**
 * The one place that turns errors into answers. An error that nobody expected is logged whole and told as no more than that.
 */
export function answerFailure(error: unknown, request: IncomingMessage, response: ServerResponse, _next: Next): void {
  const { log, requestId, signal } = contextOf(request);
  const { status, code } = problemOf(error);
  if (status >= 500 && !signal.aborted) log.error('request failed', { error, http_status: status });
  if (response.headersSent) {
    // The answer is half said: only an end without its proper end tells the client.
    response.destroy();
    return;
  }
  const details = status >= 500 ? undefined : detailsOf(error);
  const message = status >= 500 && code === 'INTERNAL_ERROR' ? 'Something went wrong inside the server.' : messageOf(error);
  const body: FailureBody = { error: message, code, ...(details === undefined ? {} : { details }), request_id: requestId };
  response.statusCode = status;
  if (status === 401) response.setHeader('WWW-Authenticate', CHALLENGE);
  if (status === 405) response.setHeader('Allow', allowedMethods(error));
  if (status === 503) response.setHeader('Retry-After', '5');
  if (status === 429) response.setHeader('Retry-After', retrySeconds(error));
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Cache-Control', 'no-store');
  response.end(request.method === 'HEAD' ? undefined : `${JSON.stringify(body)}\n`);
}

/** The methods that an error of a wrong one names. */
export function allowedMethods(error: unknown): string {
  return (error as { data?: { allow?: string } }).data?.allow ?? 'GET, HEAD';
}

/** How long an error of too many attempts says to wait, in seconds. */
export function retrySeconds(error: unknown): string {
  const retryMs = (error as { data?: { retryMs?: number } }).data?.retryMs ?? 1000;
  return String(Math.ceil(retryMs / 1000));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'Something went wrong inside the server.';
}

/** The structured facts of an error of ours, as far as they are plain data. */
function detailsOf(error: unknown): unknown {
  const data = (error as { data?: unknown }).data;
  if (typeof data !== 'object' || data === null || Object.keys(data).length === 0) return undefined;
  return data;
}
