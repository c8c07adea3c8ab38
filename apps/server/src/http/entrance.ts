import type { Gate } from '../auth/gate.js';
import { cors } from './cors.js';
import type { Middleware } from './context.js';
import { loopbackGuard } from './loopback-guard.js';
import type { Traffic } from './traffic.js';

/** What decides whether a request is looked at at all. */
export interface EntranceParts {
  readonly gate: Gate;
  /** Origins whose pages may ask; `undefined`: none. */
  readonly corsOrigins: readonly string[] | undefined;
  readonly traffic: Traffic;
}

/** The steps between a request and its route: bounds of traffic, whose pages may ask, and the guard of development mode. */
export function entrance({ gate, corsOrigins, traffic }: EntranceParts): Middleware[] {
  return [
    traffic.admitAddress,
    ...(gate.isOpen ? [loopbackGuard] : []),
    ...(corsOrigins === undefined ? [] : [cors(corsOrigins)]),
  ];
}
