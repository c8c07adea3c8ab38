import type { ConnectRequest, Connection, Connect } from '../remote/connection.js';
import { PieceQueue } from '../remote/piece-queue.js';
import { driveConversation, type PushHandlers } from '../protocol/drive.js';
import { serveReceivePack } from '../protocol/receive-pack.js';
import { serveUploadPack } from '../protocol/upload-pack.js';
import { NO_NAMESPACE } from '../ref/namespace.js';
import type { Snapshot } from '../store/snapshot.js';
import type { CommitGraph } from '../walk/commit-graph.js';

/** A repository as another one in the same process reaches it. */
export interface LocalRepository {
  /** Its present state; asked once for each connection. */
  readonly snapshot: () => Snapshot;
  readonly graph: CommitGraph | undefined;
  /** Takes pushes; `undefined`: it is only read. */
  readonly push: PushHandlers | undefined;
  readonly agent: string;
}

/**
 * Connections to a repository of this process: both sides of the conversation run here, and no program or network is needed.
 */
export function connectRepository(served: LocalRepository): Connect {
  return (request) => Promise.resolve(new LocalConnection(served, request));
}

class LocalConnection implements Connection {
  readonly isStateless = false;
  readonly input: AsyncIterable<Uint8Array>;
  readonly #toServer = new PieceQueue();
  readonly #fromServer = new PieceQueue();
  readonly #done: Promise<void>;
  #failure: unknown;

  constructor(served: LocalRepository, request: ConnectRequest) {
    this.#done = this.#serve(served, request).catch((error: unknown) => {
      this.#failure = error;
    }).finally(() => {
      this.#fromServer.end();
    });
    this.input = this.#answers();
  }

  send(bytes: Uint8Array): Promise<void> {
    return this.#toServer.push(bytes);
  }

  async close(): Promise<void> {
    this.#toServer.end();
    this.#fromServer.cancel();
    await this.#done;
  }

  async *#answers(): AsyncGenerator<Uint8Array, void, undefined> {
    yield* this.#fromServer;
    if (this.#failure !== undefined) throw this.#failure as Error;
  }

  async #serve({ snapshot, graph, push, agent }: LocalRepository, { service, version, signal }: ConnectRequest): Promise<void> {
    const common = { snapshot: snapshot(), namespace: NO_NAMESPACE, agent, sessionId: undefined, graph, mode: 'stateful' as const };
    const options = { input: this.#toServer, send: (bytes: Uint8Array) => this.#fromServer.push(bytes), signal, push };
    if (service === 'git-upload-pack') {
      await driveConversation(serveUploadPack({ ...common, version, findSparse: undefined }), options);
      return;
    }
    const receiving = serveReceivePack({ ...common, version: version === 2 ? 0 : version, reflogIdentity: undefined, fsckSkipList: undefined });
    await driveConversation(receiving, options);
  }
}
