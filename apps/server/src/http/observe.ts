import { requestFields, type Logger } from '@govc/logging';
import type { ServerMetrics } from '@govc/metrics';

import { headerOf, pathOf, setContext, type Middleware, type RequestContext } from './context.js';

const REQUEST_ID = /^[A-Za-z0-9._:/+=@-]{1,128}$/;

/** What observing requests needs. */
export interface ObserveParts {
  readonly logger: Logger;
  readonly metrics: ServerMetrics;
  /** Milliseconds that never go back. */
  readonly ticks: () => number;
  /** A new, unique id. */
  readonly makeId: () => string;
  /** Raised when the server ends and gives up the requests that are still under way. */
  readonly signal: AbortSignal;
}

/**
 * The first step of every answer: gives the request an id (the client's `X-Request-Id` when it is plain), a log
 * and a signal; when the answer ends, writes one access record and counts it.
 */
export function observe(parts: ObserveParts): Middleware {
  const { logger, metrics, ticks, makeId, signal } = parts;
  return (request, response, next) => {
    const given = headerOf(request, 'x-request-id');
    const requestId = given !== undefined && REQUEST_ID.test(given) ? given : makeId();
    const ended = new AbortController();
    const stop = (): void => ended.abort();
    const context: RequestContext = {
      requestId,
      log: logger.child({ request_id: requestId }),
      beginMs: ticks(),
      signal: ended.signal,
      principal: undefined,
      route: 'other',
    };
    setContext(request, context);
    response.setHeader('X-Request-Id', requestId);
    const endMetrics = metrics.beginRequest(request.method ?? 'GET');
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    response.once('close', () => {
      signal.removeEventListener('abort', stop);
      // The answer was sent in full only when it finished before its connection closed.
      if (!response.writableFinished) stop();
      const status = response.headersSent ? response.statusCode : 499;
      endMetrics({ route: context.route, status });
      logger.info('HTTP request processed', {
        ...requestFields({
          requestId,
          userId: context.principal?.userId,
          method: request.method ?? 'GET',
          path: pathOf(request),
          status,
          latencyMs: ticks() - context.beginMs,
        }),
        ...(response.writableFinished ? {} : { aborted: true }),
      });
    });
    next();
  };
}
