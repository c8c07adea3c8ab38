/**
 * Which server is meant, and who asks. Options win over the environment, which wins over contexts:
 *
 * | | address | proof |
 * | --- | --- | --- |
 * | `--context NAME` | that of the context | its secrets |
 * | `--server URL` | this one | the environment, or the secrets of a context with this address |
 * | `GOVC_URL` | this one | the same |
 * | `GOVC_CONTEXT`, or the current context | that of the context | the environment, or its secrets |
 *
 * Secrets of a context go to the address of that context and to no other.
 */
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import type { CommandIo } from '../io.js';
import { findContextOf, parseServerUrl, readContexts, type Contexts } from './contexts.js';

/** What is chosen by. */
export interface Choice {
  readonly context?: string | undefined;
  readonly server?: string | undefined;
}

/** The server that is meant. */
export interface ChosenServer {
  readonly url: string;
  /** Whose secrets may be used. */
  readonly contextName: string | undefined;
  /** What the environment gives; wins over the context. */
  readonly token: string | undefined;
  readonly apiKey: string | undefined;
  readonly credentialHelper: string | undefined;
}

/** Where `govc serve` listens unless it is told otherwise. */
export const DEFAULT_URL = 'http://localhost:8080';

/** The server that a command is about. @throws {Failure} none is known */
export function chooseServer(io: CommandIo, choice: Choice): ChosenServer {
  const chosen = findServer(io, choice);
  if (chosen !== undefined) return chosen;
  throw new Failure(`fatal: no server is known\nhint: sign in to one with: govc auth login ${DEFAULT_URL}\n` +
    `hint: or name one that needs no signing in: govc context set local --server ${DEFAULT_URL}\n`, EXIT.fatal);
}

/** The same, or `undefined` where none is known. @throws {Failure} a context does not exist */
export function findServer(io: CommandIo, { context, server }: Choice): ChosenServer | undefined {
  const known = readContexts(io);
  const { credentialHelper } = known;
  if (context !== undefined) {
    const { url } = mustFindContext(known, context);
    if (server !== undefined && parseServerUrl(server) !== url) throw new Failure(`error: the context '${context}' is at ${url}\n`, EXIT.usage);
    return { url, contextName: context, token: undefined, apiKey: undefined, credentialHelper };
  }
  const given = server ?? set(io, 'GOVC_URL');
  const named = set(io, 'GOVC_CONTEXT') ?? known.current;
  const proof = { token: set(io, 'GOVC_TOKEN'), apiKey: set(io, 'GOVC_API_KEY'), credentialHelper };
  if (given !== undefined) {
    const url = parseServerUrl(given);
    const isNamed = named !== undefined && known.contexts.get(named)?.url === url;
    return { url, contextName: isNamed ? named : findContextOf(known, url), ...proof };
  }
  if (named === undefined) return undefined;
  return { url: mustFindContext(known, named).url, contextName: named, ...proof };
}

/** @throws {Failure} there is no such context */
export function mustFindContext({ contexts }: Contexts, name: string): { readonly url: string; readonly username?: string | undefined } {
  const found = contexts.get(name);
  if (found !== undefined) return found;
  const names = [...contexts.keys()].join(', ');
  throw new Failure(`fatal: there is no context '${name}'\nhint: ${names === '' ? 'make one with: govc auth login URL' : `there are: ${names}`}\n`, EXIT.fatal);
}

/** A variable; one that is empty counts as not set. */
function set({ env }: CommandIo, name: string): string | undefined {
  return env[name] === '' ? undefined : env[name];
}
