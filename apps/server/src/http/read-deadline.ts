import { ServerError } from '../errors.js';
import { contextOf, type Middleware } from './context.js';
import { answerFailure } from './failure.js';

/**
 * Ends requests whose bodies trickle in: what is silent ends by the idle timeout of the connection, but one byte a minute is not
 * silent. For bodies that are read as a whole; a push may take hours.
 */
export function readDeadline(timeoutMs: number): Middleware {
  return (request, response, next) => {
    const hasBody = request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
    if (!hasBody || timeoutMs === 0 || request.complete) {
      next();
      return;
    }
    const timer = setTimeout(() => {
      if (response.headersSent) {
        request.destroy();
        return;
      }
      contextOf(request).log.info('the body of a request took too long');
      response.setHeader('Connection', 'close');
      answerFailure(new ServerError('request-timeout', `The body did not arrive within ${timeoutMs / 1000} s.`), request, response, next);
      response.once('finish', () => request.destroy());
    }, Math.min(timeoutMs, 0x7fff_ffff));
    timer.unref();
    const stop = (): void => clearTimeout(timer);
    request.once('end', stop);
    response.once('close', stop);
    next();
  };
}
