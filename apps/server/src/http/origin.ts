import type { IncomingMessage } from 'node:http';

import { contextOf, headerOf } from './context.js';

const HOST = /^([A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:\d{1,5})?$/;

/** Scheme and authority under which the client reached the server, from what believed proxies say or the `Host` header when it is well-formed. */
export function originOf(request: IncomingMessage): string {
  const { client: { host: told, scheme } } = contextOf(request);
  const host = told ?? headerOf(request, 'host');
  if (host !== undefined && HOST.test(host)) return `${scheme}://${host}`;
  const { localAddress = '127.0.0.1', localPort = 80 } = request.socket;
  return `${scheme}://${localAddress.includes(':') ? `[${localAddress}]` : localAddress}:${localPort}`;
}
