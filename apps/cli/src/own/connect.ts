/** Speaking to a server for a command: with the secrets of a context, whose token is renewed when it has run out. */
import { GovcClient } from '@govc/client';

import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import type { CommandIo } from '../io.js';
import { chooseServer } from './choose-server.js';
import { openSecrets, withSettingsLock, type SecretStore, type Secrets } from './secrets.js';
import type { Ask, Method, Proof, Server, Target } from './server.js';
import { secretsOfSession, type Session } from './sign-in.js';
import type { Call } from './verb.js';

/** The server that a command line means. @throws {Failure} none is known */
export function connect(call: Pick<Call, 'io' | 'text'>): Promise<Server> {
  return connectTo(call.io, chooseServer(call.io, { context: call.text('context'), server: call.text('server') }));
}

/** A server, with what is at hand to prove who asks. Nothing is sent yet. @throws {Failure} there is no network, or secrets cannot be read */
export async function connectTo(io: CommandIo, target: Target): Promise<Server> {
  const { url, contextName, credentialHelper, token, apiKey } = target;
  if (io.fetch === undefined) throw new Failure(`fatal: there is no network here, so ${url} cannot be reached\n`, EXIT.fatal);
  if (token !== undefined) return new ConnectedServer(io, { url, contextName, secrets: { token }, source: 'GOVC_TOKEN', store: undefined });
  if (apiKey !== undefined) return new ConnectedServer(io, { url, contextName, secrets: { apiKey }, source: 'GOVC_API_KEY', store: undefined });
  if (contextName === undefined) return new ConnectedServer(io, { url, contextName, secrets: {}, source: 'nothing', store: undefined });
  const store = openSecrets(io, credentialHelper);
  const secrets = (await store.find(contextName)) ?? {};
  return new ConnectedServer(io, { url, contextName, secrets, source: 'context', store });
}

interface Parts {
  readonly url: string;
  readonly contextName: string | undefined;
  readonly secrets: Secrets;
  readonly source: string;
  /** Where new tokens go; none for those of the environment. */
  readonly store: SecretStore | undefined;
}

/** Every operation of the server, whatever its types are. */
interface LooseClient {
  request(method: string, path: string, request?: object): Promise<unknown>;
}

/** A token that ends so soon may have ended when it arrives. */
const EXPIRES_SOON_MS = 15_000;

class ConnectedServer implements Server {
  readonly url: string;
  readonly contextName: string | undefined;
  readonly proofSource: string;
  readonly #io: CommandIo;
  readonly #store: SecretStore | undefined;
  #secrets: Secrets;
  #client: LooseClient;

  constructor(io: CommandIo, { url, contextName, secrets, source, store }: Parts) {
    this.#io = io;
    this.url = url;
    this.contextName = contextName;
    this.proofSource = source;
    this.#store = store;
    this.#secrets = secrets;
    this.#client = this.#makeClient(secrets);
  }

  get proof(): Proof {
    if (this.#secrets.apiKey !== undefined) return 'api-key';
    return this.#secrets.token === undefined ? 'nothing' : 'token';
  }

  async request<T>(method: Method, path: string, ask: Ask = {}): Promise<T> {
    return (await this.#fresh(() => this.#client.request(method, path, ask))) as T;
  }

  async headers(): Promise<Readonly<Record<string, string>>> {
    await this.#renewWhereDue();
    const { token, apiKey } = this.#secrets;
    if (apiKey !== undefined) return { 'x-api-key': apiKey };
    return token === undefined ? {} : { authorization: `Bearer ${token}` };
  }

  open(path: string, { headers, signal, ...ask }: Ask & { readonly headers?: Readonly<Record<string, string>>; readonly signal?: AbortSignal }): Promise<AsyncIterable<Uint8Array>> {
    return this.#fresh(async () => {
      const { openStream } = await import('./open-stream.js');
      return openStream(this.#io, { url: this.url, path, ask, headers: { ...headers, ...(await this.headers()) }, signal: signal ?? this.#io.signal });
    });
  }

  /** Asks, and where the token is not taken any more once again with a new one. */
  async #fresh<T>(ask: () => Promise<T>): Promise<T> {
    await this.#renewWhereDue();
    const { token } = this.#secrets;
    try {
      return await ask();
    } catch (error) {
      const { status } = error as { status?: unknown };
      if (status !== 401 || !(await this.#renew(token))) throw error;
      return ask();
    }
  }

  async #renewWhereDue(): Promise<void> {
    const { token, expiresAt } = this.#secrets;
    const isDue = expiresAt !== undefined && Date.parse(expiresAt) - this.#io.clock() < EXPIRES_SOON_MS;
    if (isDue) await this.#renew(token);
  }

  /**
   * Gets a new token where that is possible.
   *
   * @param used the token that is no good any more
   * @returns whether there is another one
   */
  async #renew(used: string | undefined): Promise<boolean> {
    const { contextName } = this;
    const store = this.#store;
    if (store === undefined || contextName === undefined || this.#secrets.refreshToken === undefined) return false;
    return withSettingsLock(this.#io, async () => {
      // Another command may have done it meanwhile; a refresh token that comes twice would end the session.
      const kept = await store.find(contextName);
      if (kept?.token !== undefined && kept.token !== used) return this.#use(kept);
      if (kept?.refreshToken === undefined) return false;
      const session = await this.#refresh(kept.refreshToken);
      if (session === undefined) return false;
      const secrets = secretsOfSession(session, kept);
      await store.write(contextName, secrets);
      return this.#use(secrets);
    });
  }

  /** `undefined` where the session is over. */
  async #refresh(refreshToken: string): Promise<Session | undefined> {
    try {
      return (await this.#makeClient({}).request('POST', '/api/v1/auth/refresh', { body: { refresh_token: refreshToken } })) as Session;
    } catch (error) {
      const { status } = error as { status?: unknown };
      if (status === 401 || status === 403) return undefined;
      throw error;
    }
  }

  #use(secrets: Secrets): boolean {
    this.#secrets = secrets;
    this.#client = this.#makeClient(secrets);
    return true;
  }

  #makeClient({ token, apiKey }: Secrets): LooseClient {
    const { fetch, signal } = this.#io;
    const proof = apiKey === undefined ? { token } : { apiKey };
    return new GovcClient({ url: this.url, ...proof, fetch, signal, retries: 1 });
  }
}
