import type { ServerResponse } from 'node:http';

import type { Middleware } from './context.js';

/** The policy of answers that are no pages: nothing in them may run, load or be framed. */
export const CONTENT_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const HEADERS: readonly (readonly [name: string, value: string])[] = [
  ['X-Content-Type-Options', 'nosniff'],
  ['X-Frame-Options', 'DENY'],
  ['Referrer-Policy', 'no-referrer'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Content-Security-Policy', CONTENT_POLICY],
];

/** Headers that keep browsers from guessing types, framing answers and telling addresses to others. */
export const securityHeaders: Middleware = (_request, response, next) => {
  for (const [name, value] of HEADERS) response.setHeader(name, value);
  next();
};

/** Takes them off an answer that no browser can show. */
export function withoutSecurityHeaders(response: ServerResponse): void {
  for (const [name] of HEADERS) response.removeHeader(name);
}
