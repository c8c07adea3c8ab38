import { driveConversation, type PushHandlers } from '../protocol/drive.js';
import type { ListedRef } from '../protocol/ls-refs.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import { refused } from '../protocol/decision.js';
import type { Connect, Connection, Service } from '../remote/connection.js';
import { fetchFrom, lookAround, type FetchOutcome } from '../remote/fetch.js';
import type { FetchOptions } from '../remote/fetch-options.js';
import type { RefName } from '../ref/ref-name.js';
import { parseFetchRefspec } from '../ref/refspec.js';
import type { Spool } from '../storage/spool.js';
import type { ApplyResult } from '../store/apply.js';
import type { Batch } from '../store/batch.js';
import type { Person } from './clock.js';
import type { WriteContext } from './write-context.js';

/** How another repository is reached. */
export interface ReachOptions {
  /** Makes the line; see `connectRemote`. */
  readonly connect: Connect;
  /** The version of the protocol that is asked for. Default: 2. */
  readonly protocolVersion?: 0 | 1 | 2 | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Takes what the other side says to the user: progress and messages, in pieces of bytes. Default: dropped. */
  readonly onMessage?: ((bytes: Uint8Array) => void) | undefined;
  /** Takes what a program on the way says on its standard error, such as ssh. Default: dropped. */
  readonly onDiagnostic?: ((bytes: Uint8Array) => void) | undefined;
  /** How this side names itself. Default: `govc`. */
  readonly agent?: string | undefined;
  /** `--server-option`s. Default: none. */
  readonly serverOptions?: readonly string[] | undefined;
}

/** How {@link Repository.fetch} works. */
export interface FetchVerbOptions extends ReachOptions, Omit<FetchOptions, 'refspecs' | 'trackingRefspecs'> {
  /** As `git fetch` takes them. Default: `HEAD`, stored nowhere. */
  readonly refspecs?: readonly string[] | undefined;
  /** What `remote.<name>.fetch` says: refs that the refspecs name are stored by these as well. Default: none. */
  readonly trackingRefspecs?: readonly string[] | undefined;
  /** Who stands in reflogs. Default: as for commits. */
  readonly committer?: Person | undefined;
  /** What the lines of reflogs begin with. Default: `fetch`. */
  readonly reflogPrefix?: string | undefined;
  /** Waited for when everything has been received, with what is about to be applied. May throw to stop. Default: nobody is asked. */
  readonly beforeApply?: ((batch: Batch) => Promise<void>) | undefined;
}

/** What an exchange needs of the repository besides its state. */
export interface ExchangeParts {
  readonly context: WriteContext;
  readonly spool: Spool;
  readonly apply: (batch: Batch) => ApplyResult;
  readonly flush: () => Promise<void>;
  readonly isLogged: (name: RefName) => boolean;
}

/** See `Repository.fetch`. */
export async function fetchInto(parts: ExchangeParts, options: FetchVerbOptions): Promise<FetchOutcome> {
  const { context } = parts;
  const { algorithm } = context.snapshot;
  const parse = (text: string): ReturnType<typeof parseFetchRefspec> => parseFetchRefspec(text, algorithm);
  const outcome = await converse(options, 'git-upload-pack', (connection) => driveConversation(fetchFrom({
    target: {
      snapshot: context.snapshot, graph: context.graph, identity: context.identity(options.committer),
      reflogPrefix: options.reflogPrefix ?? 'fetch', isLogged: parts.isLogged,
    },
    options: { ...options, refspecs: (options.refspecs ?? []).map(parse), trackingRefspecs: (options.trackingRefspecs ?? []).map(parse) },
    client: clientOf(options),
    isStateless: connection.isStateless,
  }), { input: connection.input, send: (bytes) => connection.send(bytes), signal: options.signal, onMessage: options.onMessage, push: handlersOf(parts, options.beforeApply) }));
  await parts.flush();
  return outcome;
}

/**
 * The refs of another repository, without one of one's own (git-ls-remote).
 *
 * @param options.prefixes only refs that begin with one of these, where the server can choose; more may come. Default: all.
 * @throws {GovcError} remote-failed, remote-unauthorized, protocol-error, aborted
 * @example
 * const { refs } = await listRemote({ connect: connectRepository(other) });
 * const main = refs.find(({ name }) => name === 'refs/heads/main');
 */
export function listRemote(
  options: ReachOptions & { readonly prefixes?: readonly string[] | undefined },
): Promise<{ readonly algorithm: HashAlgorithm; readonly refs: readonly ListedRef[] }> {
  return converse(options, 'git-upload-pack', (connection) => driveConversation(
    lookAround({ prefixes: options.prefixes ?? [], client: clientOf(options), isStateless: connection.isStateless }),
    { input: connection.input, send: (bytes) => connection.send(bytes), signal: options.signal },
  ));
}

/** Opens a line for one conversation and closes it whatever happens. */
export async function converse<Result>(
  options: ReachOptions, service: Service, talk: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const { connect, protocolVersion = 2, signal, onDiagnostic } = options;
  const connection = await connect({ service, version: protocolVersion, signal, onDiagnostic });
  try {
    return await talk(connection);
  } finally {
    await connection.close();
  }
}

/** Who asks. */
export function clientOf({ agent = 'govc', serverOptions = [] }: ReachOptions): { readonly agent: string; readonly serverOptions: readonly string[] } {
  return { agent, serverOptions };
}

/** What receives packs and applies the batch of an exchange. */
export function handlersOf({ spool, apply }: ExchangeParts, beforeApply?: FetchVerbOptions['beforeApply']): PushHandlers {
  return {
    spool,
    // Nobody decides about what this side asked for itself.
    decide: () => Promise.resolve(refused()),
    async apply(batch) {
      await beforeApply?.(batch);
      return { kind: 'applied', result: apply(batch) };
    },
  };
}
