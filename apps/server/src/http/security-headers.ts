import type { Middleware } from './context.js';

/** The policy of answers that are no pages: nothing in them may run, load or be framed. */
export const CONTENT_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** Headers that keep browsers from guessing types, framing answers and telling addresses to others. */
export const securityHeaders: Middleware = (_request, response, next) => {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('X-Frame-Options', 'DENY');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  response.setHeader('Content-Security-Policy', CONTENT_POLICY);
  next();
};
