import type { IncomingMessage } from 'node:http';

import type { Middleware } from './context.js';

const waiting = new WeakSet<IncomingMessage>();

/** Notes that the client sends its body only when it is told to (`Expect: 100-continue`). */
export function holdBody(request: IncomingMessage): void {
  waiting.add(request);
}

/** Tells a client that waits with its body to send it: called when the request is known to be welcome. */
export const admitBody: Middleware = (request, response, next) => {
  if (waiting.delete(request)) response.writeContinue();
  next();
};
