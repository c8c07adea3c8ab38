import { ServerResponse, type IncomingMessage, type RequestListener } from 'node:http';
import type { Duplex } from 'node:stream';

/** What an upgraded connection begins with. */
export interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  /** What came behind the request. */
  readonly head: Buffer;
}

/** An answer that takes the connection over for another protocol; `run` resolves when that is over. */
export class UpgradeBody {
  constructor(readonly run: (upgrade: Upgrade) => Promise<void>) {}
}

const upgrades = new WeakMap<IncomingMessage, Upgrade>();

/** Whether a request asks for a WebSocket over a connection that can become one. */
export function isUpgrade(headers: Readonly<Record<string, string | readonly string[] | undefined>>): boolean {
  const wanted = headers['upgrade'];
  return typeof wanted === 'string' && wanted.toLowerCase() === 'websocket';
}

/**
 * Answers requests with an `Upgrade` header by the same application as all others, so that the same steps decide about them. A route that
 * does not upgrade answers in HTTP, and the connection ends.
 *
 * A browser cannot send headers with a WebSocket; it may send a token as a subprotocol, `bearer.<token>`.
 */
export function upgradeListener(app: RequestListener): (request: IncomingMessage, socket: Duplex, head: Buffer) => void {
  return (request, socket, head) => {
    upgrades.set(request, { request, socket, head });
    const token = /(?:^|,\s*)bearer\.([A-Za-z0-9._~+/=-]+)/.exec(request.headers['sec-websocket-protocol'] ?? '')?.[1];
    if (token !== undefined) request.headers.authorization ??= `Bearer ${token}`;
    socket.on('error', () => socket.destroy());
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    // Node types the socket of an upgrade as any stream; of a server it is the request's own.
    response.assignSocket(request.socket);
    response.on('finish', () => {
      if (upgrades.has(request)) socket.end();
    });
    app(request, response);
  };
}

/** Hands the connection of a response over. @throws when the request did not come as an upgrade */
export async function upgrade(response: ServerResponse, body: UpgradeBody): Promise<void> {
  const request = response.req;
  const found = upgrades.get(request);
  if (found === undefined) throw new Error('Invariant broken in @govc/server: the request is no upgrade.');
  upgrades.delete(request);
  response.detachSocket(request.socket);
  // Nothing more goes through the response; those who watch it are told how it went.
  response.writeHead(101);
  try {
    await body.run(found);
  } finally {
    response.emit('close');
  }
}
