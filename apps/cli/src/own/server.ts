/** A server as commands speak to it. */

/** What a request carries beside its path. */
export interface Ask {
  /** What stands for the names in braces of the path. */
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  /** How long the server may take; 0: for ever. Default: a minute. */
  readonly timeoutMs?: number;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** How the requests of a command prove who asks. */
export type Proof = 'token' | 'api-key' | 'nothing';

/** A server, and who one is there. */
export interface Server {
  /** Without a slash at its end. */
  readonly url: string;
  /** The context whose secrets are used. */
  readonly contextName: string | undefined;
  readonly proof: Proof;
  /** Where what proves it is from, such as `GOVC_TOKEN`. */
  readonly proofSource: string;
  /**
   * Asks once, with a fresh token where the one at hand has expired.
   *
   * @param path as in the OpenAPI document: `/api/v1/repos/{id}`
   * @throws {GovcApiError} the server refuses, or cannot be reached
   */
  request<T = Readonly<Record<string, unknown>>>(method: Method, path: string, ask?: Ask): Promise<T>;
  /** The headers that prove who asks, for programs that speak to the server themselves, such as Git. */
  headers(): Promise<Readonly<Record<string, string>>>;
  /** The same request as a stream of its answer's body. */
  open(path: string, ask: Ask & { readonly headers?: Readonly<Record<string, string>>; readonly signal?: AbortSignal }): Promise<AsyncIterable<Uint8Array>>;
}

/** Which server, and what proves who asks. */
export interface Target {
  readonly url: string;
  /** Whose secrets are used. Default: none. */
  readonly contextName?: string | undefined;
  readonly credentialHelper?: string | undefined;
  /** Wins over the context. */
  readonly token?: string | undefined;
  readonly apiKey?: string | undefined;
}
