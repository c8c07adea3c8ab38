import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Principal } from '@govc/auth';
import type { Logger } from '@govc/logging';

import type { Client } from './client-address.js';
import type { TraceContext } from './trace-context.js';

/** The next handler in line, or the error handler. */
export type Next = (error?: unknown) => void;

/** One step of answering a request. It answers, or calls `next`. */
export type Middleware = (request: IncomingMessage, response: ServerResponse, next: Next) => void;

/** What is known of a request while it is answered. */
export interface RequestContext {
  readonly requestId: string;
  /** Writes records that carry the request's id. */
  readonly log: Logger;
  /** Where the request comes from, as far as proxies are believed. */
  readonly client: Client;
  /** The server's part of the trace that the request belongs to; `undefined`: it belongs to none. */
  readonly trace: TraceContext | undefined;
  /** Milliseconds by the server's monotonic clock. */
  readonly beginMs: number;
  /** Raised when the client leaves before it was answered, or the server ends. */
  readonly signal: AbortSignal;
  /** Who asks; `undefined` before authentication and for anonymous requests. */
  principal: Principal | undefined;
  /** The template of the route that answers, such as `/api/v1/repos/{id}`. */
  route: string;
}

const contexts = new WeakMap<IncomingMessage, RequestContext>();

/** Ties a context to a request; the first step of answering does it. */
export function setContext(request: IncomingMessage, context: RequestContext): void {
  contexts.set(request, context);
}

/** The context of a request. */
export function contextOf(request: IncomingMessage): RequestContext {
  const context = contexts.get(request);
  if (context === undefined) throw new Error('Invariant broken in @govc/server: the request has no context.');
  return context;
}

/** The path of a request without its query, as the client wrote it. */
export function pathOf(request: IncomingMessage): string {
  // Express shortens `url` below a mount point and keeps the whole here.
  const url = (request as { originalUrl?: string }).originalUrl ?? request.url ?? '/';
  const end = url.search(/[?#]/);
  return end < 0 ? url : url.slice(0, end);
}

/** The query of a request. */
export function queryOf(request: IncomingMessage): URLSearchParams {
  const url = (request as { originalUrl?: string }).originalUrl ?? request.url ?? '/';
  const start = url.indexOf('?');
  return new URLSearchParams(start < 0 ? '' : url.slice(start + 1));
}

/** What a request brings to say who sends it. */
export function credentialsOf(request: IncomingMessage): { readonly authorization: string | undefined; readonly apiKey: string | undefined; readonly address: string | undefined } {
  return {
    authorization: headerOf(request, 'authorization'),
    apiKey: headerOf(request, 'x-api-key'),
    address: contextOf(request).client.address,
  };
}

/** A header as one text, or `undefined`. */
export function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}
