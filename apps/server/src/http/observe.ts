import type { IncomingMessage, ServerResponse } from 'node:http';

import { requestFields, type LogContext, type LogFields, type Logger } from '@govc/logging';
import type { ServerMetrics } from '@govc/metrics';

import type { Client } from './client-address.js';
import { headerOf, pathOf, setContext, type Middleware, type RequestContext } from './context.js';
import { childOf, formatTraceparent, parseTraceparent, traceFields } from './trace-context.js';
import type { Span, Tracer } from './tracer.js';

const REQUEST_ID = /^[A-Za-z0-9._:/+=@-]{1,128}$/;

/** What observing requests needs. */
export interface ObserveParts {
  readonly logger: Logger;
  /** Carries the fields of a request into every record that is written on its behalf. */
  readonly logContext: LogContext;
  readonly metrics: ServerMetrics;
  /** Hears of requests as spans; `undefined`: nobody does. */
  readonly tracer: Tracer | undefined;
  readonly readClient: (request: IncomingMessage) => Client;
  readonly random: (sizeBytes: number) => Uint8Array;
  /** Milliseconds that never go back. */
  readonly ticks: () => number;
  /** A new, unique id. */
  readonly makeId: () => string;
  /** Raised when the server ends and gives up the requests that are still under way. */
  readonly signal: AbortSignal;
}

/**
 * The first step of every answer: gives the request an id (the client's `X-Request-Id` when it is plain), a place in its trace, a log
 * and a signal; when the answer ends, writes one access record and counts it.
 */
export function observe(parts: ObserveParts): Middleware {
  const { logger, logContext, metrics, tracer, ticks, signal } = parts;
  return (request, response, next) => {
    const span = tracer?.beginRequest(request.method ?? 'GET', request.headers, { 'http.request.method': request.method ?? 'GET', 'url.path': pathOf(request) });
    const ended = new AbortController();
    const stop = (): void => ended.abort();
    const context = contextFor(parts, { request, span, signal: ended.signal });
    const { requestId } = context;
    setContext(request, context);
    response.setHeader('X-Request-Id', requestId);
    if (context.trace !== undefined) response.setHeader('Traceparent', formatTraceparent(context.trace));
    const endMetrics = metrics.beginRequest(request.method ?? 'GET');
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    response.once('close', () => {
      signal.removeEventListener('abort', stop);
      // The answer was sent in full only when it finished before its connection closed.
      if (!response.writableFinished) stop();
      const status = response.headersSent ? response.statusCode : 499;
      endMetrics({ route: context.route, status });
      endSpan(span, { context, request, status });
      logger.info('HTTP request processed', {
        ...requestFields({
          requestId,
          userId: context.principal?.userId,
          method: request.method ?? 'GET',
          path: pathOf(request),
          status,
          latencyMs: ticks() - context.beginMs,
        }),
        ...fieldsOf(context),
        ...(response.writableFinished ? {} : { aborted: true }),
      });
    });
    const fields = (): LogFields => ({ request_id: requestId, user_id: context.principal?.userId, ...fieldsOf(context) });
    logContext.run(fields, () => (span === undefined ? next() : span.run(next)));
  };
}

interface NewContext {
  readonly request: IncomingMessage;
  readonly span: Span | undefined;
  readonly signal: AbortSignal;
}

function contextFor({ logger, readClient, random, ticks, makeId }: ObserveParts, { request, span, signal }: NewContext): RequestContext {
  const given = headerOf(request, 'x-request-id');
  const parent = span === undefined ? parseTraceparent(headerOf(request, 'traceparent')) : undefined;
  return {
    requestId: given !== undefined && REQUEST_ID.test(given) ? given : makeId(),
    log: logger,
    client: readClient(request),
    trace: span?.trace ?? (parent === undefined ? undefined : childOf(parent, random)),
    beginMs: ticks(),
    signal,
    principal: undefined,
    route: 'other',
  };
}

function fieldsOf({ trace }: RequestContext): LogFields | undefined {
  return trace === undefined ? undefined : traceFields(trace);
}

function endSpan(
  span: Span | undefined, { context, request, status }: { readonly context: RequestContext; readonly request: IncomingMessage; readonly status: ServerResponse['statusCode'] },
): void {
  span?.end({
    name: `${request.method ?? 'GET'} ${context.route}`,
    isFailed: status >= 500,
    attributes: {
      'http.route': context.route,
      'http.response.status_code': status,
      'govc.request_id': context.requestId,
      ...(context.principal === undefined ? {} : { 'user.id': context.principal.userId }),
    },
  });
}
