import type { IncomingMessage, ServerResponse } from 'node:http';

import helmet from 'helmet';

import type { Middleware } from './context.js';

/** The policy of answers that are no pages: nothing in them may run, load or be framed. */
export const CONTENT_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/**
 * What helmet sets, asked once: the headers depend on no request, and asking for each of them costs more than a small answer does.
 * The only file that knows helmet.
 */
function headersOf(isSecure: boolean): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  const step = helmet({
    contentSecurityPolicy: false,
    frameguard: { action: 'deny' },
    // Over plain HTTP the header means nothing; over TLS it binds the host name, so only whoever configured TLS gets it.
    strictTransportSecurity: isSecure ? { maxAge: 31_536_000, includeSubDomains: false } : false,
  });
  const record = {
    setHeader: (name: string, value: string) => headers.set(name, value),
    removeHeader: (name: string) => headers.delete(name),
  };
  step(undefined as unknown as IncomingMessage, record as unknown as ServerResponse, (error?: unknown) => {
    if (error instanceof Error) throw error;
  });
  headers.set('Content-Security-Policy', CONTENT_POLICY);
  return headers;
}

const PLAIN = [...headersOf(false)];
const SECURE = [...headersOf(true)];

/** Headers that keep browsers from guessing types, framing answers and telling addresses to others. */
export const securityHeaders: Middleware = (request, response, next) => {
  for (const [name, value] of 'encrypted' in request.socket ? SECURE : PLAIN) response.setHeader(name, value);
  next();
};

/** Takes them off an answer that no browser can show. */
export function withoutSecurityHeaders(response: ServerResponse): void {
  for (const [name] of SECURE) response.removeHeader(name);
}
