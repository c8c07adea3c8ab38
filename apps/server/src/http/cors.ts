import { headerOf, type Middleware } from './context.js';

const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const REQUEST_HEADERS = 'Authorization, Content-Type, If-Match, If-None-Match, Last-Event-ID, Range, X-API-Key, X-Request-ID, traceparent, tracestate';
const ANSWER_HEADERS = 'Content-Range, ETag, Link, Location, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, X-Request-Id';
const DAY_SECONDS = '86400';

/**
 * Lets pages of these origins use the server through a browser (Fetch, "CORS protocol"). Credentials of the browser itself (cookies)
 * are never asked for: a page must bring its own.
 *
 * @param origins `*` lets all in
 */
export function cors(origins: readonly string[]): Middleware {
  const isOpen = origins.includes('*');
  const known = new Set(origins);
  return (request, response, next) => {
    const origin = headerOf(request, 'origin');
    if (!isOpen) response.appendHeader('Vary', 'Origin');
    const isKnown = origin !== undefined && (isOpen || known.has(origin));
    if (!isKnown) {
      next();
      return;
    }
    response.setHeader('Access-Control-Allow-Origin', isOpen ? '*' : origin);
    response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
    if (request.method === 'OPTIONS' && headerOf(request, 'access-control-request-method') !== undefined) {
      response.setHeader('Access-Control-Allow-Methods', METHODS);
      response.setHeader('Access-Control-Allow-Headers', REQUEST_HEADERS);
      response.setHeader('Access-Control-Max-Age', DAY_SECONDS);
      response.statusCode = 204;
      response.end();
      return;
    }
    response.setHeader('Access-Control-Expose-Headers', ANSWER_HEADERS);
    next();
  };
}
