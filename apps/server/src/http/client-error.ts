import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

import type { Logger } from '@govc/logging';

/** What answering connections that send no request needs. */
export interface ClientErrorParts {
  readonly logger: Logger;
  /** An id that no other request has. */
  readonly makeId: () => string;
  /** The answer under way on a connection; `undefined`: there is none. */
  readonly responseOn: (socket: Duplex) => ServerResponse | undefined;
}

/**
 * Answers what never becomes a request, because Node refuses it before anybody else sees it, in the shape of all other errors, and ends
 * the connection: a head that is too large (431) or takes too long (408), and what is no HTTP (400).
 */
export function clientErrorListener({ logger, makeId, responseOn }: ClientErrorParts): (error: NodeJS.ErrnoException, socket: Duplex) => void {
  return (error, socket) => {
    const under = responseOn(socket);
    // Into an answer that is half said nothing else can be written.
    if (error.code === 'ECONNRESET' || !socket.writable || (under?.headersSent === true && !under.writableFinished)) {
      socket.destroy();
      return;
    }
    const { status, code, message } = refusalOf(error.code);
    const requestId = makeId();
    logger.info('a connection sent no request', { request_id: requestId, http_status: status, reason: error.code });
    const body = `${JSON.stringify({ error: message, code, request_id: requestId })}\n`;
    socket.end([
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      'Content-Type: application/json; charset=utf-8', `Content-Length: ${Buffer.byteLength(body)}`,
      'Cache-Control: no-store', 'X-Content-Type-Options: nosniff', `X-Request-ID: ${requestId}`, 'Connection: close', '', body,
    ].join('\r\n'), () => socket.destroy());
  };
}

function refusalOf(reason: string | undefined): { readonly status: number; readonly code: string; readonly message: string } {
  switch (reason) {
    case 'HPE_HEADER_OVERFLOW':
      return { status: 431, code: 'HEADERS_TOO_LARGE', message: 'The head of the request is larger than this server accepts.' };
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return { status: 413, code: 'REQUEST_TOO_LARGE', message: 'The extensions of a chunk are larger than this server accepts.' };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: 408, code: 'REQUEST_TIMEOUT', message: 'The head of the request took longer to arrive than this server waits.' };
    default:
      return { status: 400, code: 'INVALID_REQUEST', message: 'What was sent is no request of HTTP/1.1.' };
  }
}
