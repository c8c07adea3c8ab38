/** The `git://` transport (gitprotocol-pack, "Git Transport"): a line of TCP that begins with the name of the service. */
import { connect as connectTcp, type Socket } from 'node:net';
import { bytesFromText } from '../bytes/text.js';
import { GovcError } from '../errors.js';
import { encodePacket } from '../protocol/packet.js';
import type { ConnectRequest, Connection } from './connection.js';
import type { RemoteUrl } from './remote-url.js';

const PORT = 9418;

/** A conversation with a daemon. There is no encryption and no password. @throws {GovcError} remote-failed, aborted */
export async function connectDaemon({ host, port, path }: RemoteUrl & { readonly kind: 'git' }, request: ConnectRequest): Promise<Connection> {
  const socket = await open(host, port ?? PORT, request.signal);
  const authority = port === undefined ? host : `${host}:${port}`;
  const extra = request.version > 0 ? `\0version=${request.version}\0` : '';
  const connection = new TcpConnection(socket);
  await connection.send(encodePacket(bytesFromText(`${request.service} ${path}\0host=${authority}\0${extra}`)));
  return connection;
}

function open(host: string, port: number, signal: AbortSignal | undefined): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host, port });
    const stop = (): void => {
      socket.destroy(new GovcError('aborted', 'The exchange with the remote was stopped.'));
    };
    signal?.addEventListener('abort', stop, { once: true });
    socket.once('close', () => signal?.removeEventListener('abort', stop));
    socket.once('connect', () => {
      resolve(socket);
    });
    socket.once('error', (error) => {
      reject(error instanceof GovcError ? error : new GovcError('remote-failed', `unable to connect to ${host}: ${error.message}`, { host, port }, { cause: error }));
    });
  });
}

class TcpConnection implements Connection {
  readonly isStateless = false;
  readonly input: AsyncIterable<Uint8Array>;
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
    // What fails later is met by whoever reads or writes.
    socket.on('error', () => undefined);
    const stream = socket as AsyncIterable<Uint8Array>;
    this.input = {
      [Symbol.asyncIterator]: () => {
        const iterator = stream[Symbol.asyncIterator]();
        return { next: () => iterator.next() };
      },
    };
  }

  send(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.write(bytes, (error) => {
        if (error === undefined || error === null) resolve();
        else reject(new GovcError('remote-failed', 'the remote end hung up unexpectedly', {}, { cause: error }));
      });
    });
  }

  close(): Promise<void> {
    this.#socket.destroy();
    return Promise.resolve();
  }
}
