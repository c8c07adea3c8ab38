import { clientError } from './errors.js';

/** A session, as signing in and refreshing answer it. */
export interface SessionTokens {
  readonly token: string;
  /** Good for one refresh, which gives the next one. */
  readonly refresh_token?: string;
}

/** How a client says who it is: one of these, or none. */
export interface CredentialOptions {
  /** A token of a sign-in, sent as `Authorization: Bearer`. */
  readonly token?: string | undefined;
  /** An API key, sent as `X-API-Key`. */
  readonly apiKey?: string | undefined;
  /** A user name with its password. */
  readonly basic?: { readonly username: string; readonly password: string } | undefined;
  /** Renews the token when the server no longer takes it. Default: a 401 is an error. */
  readonly refresh?: {
    /** The refresh token that came with `token`. */
    readonly token: string;
    /** Told of each new session, so that it can be kept: the refresh token before it is void from then on. */
    readonly save?: (session: SessionTokens) => void | Promise<void>;
  } | undefined;
}

/** Who a client is at the moment; signing in and refreshing change it. */
export class Credentials {
  #header: readonly [name: string, value: string] | undefined;
  #refreshToken: string | undefined;
  readonly #save: ((session: SessionTokens) => void | Promise<void>) | undefined;
  #refreshing: Promise<boolean> | undefined;

  /** @throws {GovcApiError} client-option-invalid: more than one kind, or what no header can hold */
  constructor({ token, apiKey, basic, refresh }: CredentialOptions) {
    if ([token, apiKey, basic].filter((each) => each !== undefined).length > 1) {
      throw clientError('client-option-invalid', 'Give only one of token, apiKey and basic.');
    }
    if (token !== undefined) this.#header = ['authorization', `Bearer ${headerText(token, 'token')}`];
    if (apiKey !== undefined) this.#header = ['x-api-key', headerText(apiKey, 'apiKey')];
    if (basic !== undefined) this.#header = ['authorization', `Basic ${basicText(basic)}`];
    this.#refreshToken = refresh?.token;
    this.#save = refresh?.save;
  }

  /** The header that says who asks, if anybody in particular. */
  get header(): readonly [name: string, value: string] | undefined {
    return this.#header;
  }

  /** The refresh token that is good at the moment. */
  get refreshToken(): string | undefined {
    return this.#refreshToken;
  }

  /** From now on, whoever has this session asks. */
  async use(session: SessionTokens): Promise<void> {
    this.#header = ['authorization', `Bearer ${headerText(session.token, 'token')}`];
    if (session.refresh_token !== undefined) this.#refreshToken = session.refresh_token;
    await this.#save?.(session);
  }

  /** From now on, nobody in particular asks. */
  clear(): void {
    this.#header = undefined;
    this.#refreshToken = undefined;
  }

  /**
   * Renews the session, once for all who need it at the same time, because a refresh token that comes twice ends the session.
   *
   * @param refused the header that the server did not take; where another one is in use by now, that is the renewal
   * @param renew asks the server
   * @returns whether another try makes sense
   */
  async renew(refused: Credentials['header'], renew: (refreshToken: string) => Promise<SessionTokens>): Promise<boolean> {
    if (this.#refreshing !== undefined) return this.#refreshing;
    if (refused !== this.#header) return this.#header !== undefined;
    const token = this.#refreshToken;
    if (token === undefined) return false;
    this.#refreshing = renew(token).then(async (session) => {
      await this.use(session);
      return true;
    });
    try {
      return await this.#refreshing;
    } finally {
      this.#refreshing = undefined;
    }
  }
}

function basicText({ username, password }: { readonly username: string; readonly password: string }): string {
  if (username.includes(':')) throw clientError('client-option-invalid', 'A user name for Basic has no colon in it (RFC 7617).');
  const bytes = new TextEncoder().encode(`${username}:${password}`);
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

function headerText(value: string, name: string): string {
  if (/^[\x21-\x7e]+$/.test(value)) return value;
  throw clientError('client-option-invalid', `The ${name} is empty or has characters that no header can hold.`);
}
