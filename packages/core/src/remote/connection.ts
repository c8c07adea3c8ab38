/** The two services of Git's protocol. */
export type Service = 'git-upload-pack' | 'git-receive-pack';

/**
 * A line to one service of another repository, for one conversation. The peer speaks first.
 *
 * Over HTTP each piece of the conversation is a request of its own: what is sent waits until something is read.
 */
export interface Connection {
  /** Whether each request stands for itself: what was said before is not remembered. */
  readonly isStateless: boolean;
  /** What the peer says; ends when it said its last. */
  readonly input: AsyncIterable<Uint8Array>;
  /** Sends bytes; resolves when more may be sent. @throws {GovcError} remote-failed, aborted */
  send(bytes: Uint8Array): Promise<void>;
  /** Ends the line. Safe to call twice, and in any state. */
  close(): Promise<void>;
}

/** What is asked of whoever makes connections. */
export interface ConnectRequest {
  readonly service: Service;
  /** The highest version of the protocol that is wanted. */
  readonly version: 0 | 1 | 2;
  readonly signal: AbortSignal | undefined;
  /** Takes what a program on the way says on its standard error. */
  readonly onDiagnostic: ((bytes: Uint8Array) => void) | undefined;
}

/**
 * Makes connections to one repository.
 *
 * @throws {GovcError} remote-failed, remote-unauthorized, aborted
 */
export type Connect = (request: ConnectRequest) => Promise<Connection>;
