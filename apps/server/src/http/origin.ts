import type { IncomingMessage } from 'node:http';

import { headerOf } from './context.js';

const HOST = /^([A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:\d{1,5})?$/;

/** Scheme and authority under which the client reached the server, from the `Host` header when it is well-formed. */
export function originOf(request: IncomingMessage): string {
  const host = headerOf(request, 'host');
  const scheme = 'encrypted' in request.socket ? 'https' : 'http';
  if (host !== undefined && HOST.test(host)) return `${scheme}://${host}`;
  const { localAddress = '127.0.0.1', localPort = 80 } = request.socket;
  return `${scheme}://${localAddress.includes(':') ? `[${localAddress}]` : localAddress}:${localPort}`;
}
