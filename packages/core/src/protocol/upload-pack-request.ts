import type { RefNamespace } from '../ref/namespace.js';
import type { Snapshot } from '../store/snapshot.js';
import type { CommitGraph } from '../walk/commit-graph.js';
import type { SparsePatterns } from '../pattern/sparse.js';

/**
 * How a conversation is carried.
 *
 * - `advertise`: only what the server says first (the `info/refs` of smart HTTP)
 * - `stateless`: one request of a client that heard that before (the POST of smart HTTP)
 * - `stateful`: everything over one connection (ssh, git, a pipe)
 */
export type ConversationMode = 'advertise' | 'stateless' | 'stateful';

/** What a served conversation works on. */
export interface ServedRepository {
  /** The repository at the moment the conversation begins; what happens to it later does not show. */
  readonly snapshot: Snapshot;
  readonly namespace: RefNamespace;
  /** How the server names itself: `govc/1.0.0`. What cannot stand in a capability becomes a dot. */
  readonly agent: string;
  /** Names this conversation in logs of both sides; said only with `transfer.advertiseSID`. */
  readonly sessionId: string | undefined;
  /**
   * Commits that were read before, to be shared by conversations that serve one repository; `undefined`: none. Pushes do
   * not use it, because what they bring is not yet part of the repository.
   */
  readonly graph: CommitGraph | undefined;
}

/** What {@link serveUploadPack} is asked. */
export interface UploadPackRequest extends ServedRepository {
  readonly mode: ConversationMode;
  /** What the client asked for; a server may always answer in a lower one. */
  readonly version: 0 | 1 | 2;
  /**
   * Finds the patterns that a `sparse:oid` filter names; `undefined`: by a full id, or `<ref>:<path>` or `<id>:<path>`, in
   * the snapshot.
   */
  readonly findSparse: ((revision: string) => SparsePatterns | undefined) | undefined;
}
