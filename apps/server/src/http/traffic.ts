import type { IncomingMessage, ServerResponse } from 'node:http';

import type { ServerMetrics } from '@govc/metrics';

import type { RateLimits } from '../config.js';
import { addressKey } from './client-address.js';
import { contextOf, pathOf, type Middleware } from './context.js';
import { RateLimit } from './rate-limit.js';

/** Bounds how many requests come from one place and from one user. */
export interface Traffic {
  /** The first look at a request, by its address: the bucket of all requests, and the stricter one of signing in. */
  readonly admitAddress: Middleware;
  /** The second look, when it is known who asks. @throws {ServerError} rate-limited */
  admitIdentity(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/** What {@link createTraffic} needs. */
export interface TrafficOptions {
  readonly limits: RateLimits;
  readonly metrics: ServerMetrics;
  /** Milliseconds that never go back. */
  readonly ticks: () => number;
}

/** What must answer whoever watches the server, however many others ask. */
const PROBES = /^\/(health(\/|$)|version$)/;
/** What somebody who guesses would ask again and again. */
const GUESSABLE = /^\/api\/v1\/auth\/(login|refresh|password)(\/|$)/;

/** The bounds of these settings. */
export function createTraffic({ limits, metrics, ticks }: TrafficOptions): Traffic {
  const limit = (name: string, max: number | undefined): RateLimit | undefined =>
    max === undefined ? undefined : new RateLimit(name, max, limits.windowMs, ticks);
  const byAddress = limit('address', limits.address);
  const byIdentity = limit('identity', limits.identity);
  const byLogin = limit('login', limits.login);

  async function take(rate: RateLimit, key: string, response: ServerResponse): Promise<void> {
    try {
      await rate.take(key, response);
    } catch (error) {
      metrics.rateLimited(rate.name);
      throw error;
    }
  }

  return {
    admitAddress(request, response, next) {
      const path = pathOf(request);
      const rates: RateLimit[] = [];
      if (byAddress !== undefined && !PROBES.test(path)) rates.push(byAddress);
      if (byLogin !== undefined && request.method === 'POST' && GUESSABLE.test(path)) rates.push(byLogin);
      if (rates.length === 0) {
        next();
        return;
      }
      const key = addressKey(contextOf(request).client.address);
      Promise.all(rates.map((rate) => take(rate, key, response))).then(() => next(), next);
    },
    async admitIdentity(request, response) {
      const { principal } = contextOf(request);
      if (byIdentity !== undefined && principal !== undefined) await take(byIdentity, principal.userId, response);
    },
  };
}
