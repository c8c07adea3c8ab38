import { ServerError } from '../errors.js';
import { headerOf, type Middleware } from './context.js';

/**
 * Whether a host name or address can only be this machine itself.
 *
 * @param host without port; an IPv6 address with or without brackets
 */
export function isLoopbackHost(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  if (name === 'localhost' || name.endsWith('.localhost') || name === '::1') return true;
  return /^(::ffff:)?127(\.\d{1,3}){3}$/.test(name);
}

/**
 * Protects development mode, in which nobody signs in, from web pages that the user happens to have open: a page of another
 * site can reach a loopback address by a plain form or by a name that resolves to it (DNS rebinding), so the `Host` must be a
 * loopback name and a browser must not say that another site asks.
 */
export const loopbackGuard: Middleware = (request, _response, next) => {
  const host = headerOf(request, 'host');
  if (host !== undefined && !isLoopbackHost(hostName(host))) {
    next(refused(`the host "${host.slice(0, 100)}" is not this machine`));
    return;
  }
  const site = headerOf(request, 'sec-fetch-site');
  const isNavigation = headerOf(request, 'sec-fetch-mode') === 'navigate' && (request.method === 'GET' || request.method === 'HEAD');
  if ((site === 'cross-site' || site === 'same-site') && !isNavigation) {
    next(refused('another site asks through a browser'));
    return;
  }
  const origin = headerOf(request, 'origin');
  if (origin !== undefined && !isLoopbackOrigin(origin)) {
    next(refused(`the page "${origin.slice(0, 100)}" asks through a browser`));
    return;
  }
  next();
};

function hostName(host: string): string {
  return host.startsWith('[') ? host.slice(0, host.indexOf(']') + 1) : host.replace(/:\d*$/, '');
}

function isLoopbackOrigin(origin: string): boolean {
  return URL.canParse(origin) && isLoopbackHost(new URL(origin).hostname);
}

function refused(reason: string): ServerError {
  return new ServerError(
    'host-refused',
    `The server runs in development mode, and ${reason}. Set GOVC_JWT_SECRET and GOVC_ADMIN_PASSWORD to serve others.`,
  );
}
