import { WebSocketServer, type WebSocket } from 'ws';

import type { Upgrade } from '../http/upgrade.js';
import type { EventSink, StreamEnd } from './event-stream.js';
import { eventBody, type ServerEvent } from './server-event.js';
import { SLOW_READER_MS } from './sse.js';
import type { Timers } from './timers.js';

const MESSAGE_SIZE_MAX = 4096;
/** The subprotocol of the stream. */
const PROTOCOL = 'govc.events';

/** RFC 6455, section 7.4.1. */
const CLOSE_CODES: Readonly<Record<StreamEnd, number>> = {
  'client-left': 1000, 'access-ended': 1008, 'repository-deleted': 1001, 'server-stopping': 1001, 'slow-reader': 1013,
};

const sockets = new WebSocketServer({
  noServer: true, maxPayload: MESSAGE_SIZE_MAX, perMessageDeflate: false, clientTracking: false,
  handleProtocols: (offered) => offered.has(PROTOCOL) ? PROTOCOL : false,
});

/** Takes a connection over as a WebSocket. The only file that knows ws. Resolves with a sink; nothing is done with what the client says. */
export function acceptWebSocket({ request, socket, head }: Upgrade, timers: Timers): Promise<WebSocketSink> {
  return new Promise((resolve, reject) => {
    socket.once('close', () => reject(new Error('The client left in the middle of the handshake.')));
    sockets.handleUpgrade(request, socket, head, (opened) => resolve(new WebSocketSink(opened, timers)));
  });
}

/** Sends events as messages of JSON. */
export class WebSocketSink implements EventSink {
  /** Raised when the client is gone. */
  readonly signal: AbortSignal;
  readonly #socket: WebSocket;
  readonly #timers: Timers;
  #isAlive = true;

  constructor(socket: WebSocket, timers: Timers) {
    this.#socket = socket;
    this.#timers = timers;
    const gone = new AbortController();
    this.signal = gone.signal;
    socket.on('pong', () => (this.#isAlive = true));
    socket.on('message', () => (this.#isAlive = true));
    socket.on('error', () => gone.abort());
    socket.on('close', () => gone.abort());
  }

  get isGone(): boolean {
    return this.signal.aborted;
  }

  event(event: ServerEvent): Promise<boolean> {
    return this.#send({ event: event.type, ...eventBody(event) });
  }

  notice(type: 'connected' | 'reset', data: Readonly<Record<string, unknown>>): Promise<boolean> {
    return this.#send({ event: type, type, data });
  }

  /** A client that answered nothing since the last beat is gone. */
  async beat(): Promise<boolean> {
    if (!this.#isAlive || this.isGone) {
      this.#socket.terminate();
      return false;
    }
    this.#isAlive = false;
    this.#socket.ping();
    return true;
  }

  end(reason: StreamEnd): void {
    this.#socket.close(CLOSE_CODES[reason], reason);
    this.#timers.after(SLOW_READER_MS, () => this.#socket.terminate());
  }

  #send(message: unknown): Promise<boolean> {
    if (this.isGone) return Promise.resolve(false);
    return new Promise((resolve) => {
      const cancel = this.#timers.after(SLOW_READER_MS, () => resolve(false));
      this.#socket.send(JSON.stringify(message), (error) => {
        cancel();
        resolve(!(error instanceof Error));
      });
    });
  }
}
