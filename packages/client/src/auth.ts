import type { Credentials } from './credentials.js';
import type { AnswerOf, BodyOf } from './request.js';
import type { Requests } from './requests.js';
import type { CallOptions } from './transport.js';

/** A session with its tokens. */
export type Session = AnswerOf<'POST', '/api/v1/auth/login'>;

/** Who is signed in. */
export type Identity = AnswerOf<'GET', '/api/v1/auth/whoami'>;

/** Signing in and out. */
export class Auth {
  readonly #requests: Requests;
  readonly #credentials: Credentials;

  constructor(requests: Requests, credentials: Credentials) {
    this.#requests = requests;
    this.#credentials = credentials;
  }

  /** Signs in; from now on this client is that user, and renews its token by itself. */
  async login(login: BodyOf<'POST', '/api/v1/auth/login'>, options: CallOptions = {}): Promise<Session> {
    const session = await this.#requests.request('POST', '/api/v1/auth/login', { ...options, body: login });
    await this.#credentials.use(session);
    return session;
  }

  /** Renews the session now. Without a refresh token, a token that is still good gives the next one. */
  async refresh(options: CallOptions = {}): Promise<Session> {
    const { refreshToken } = this.#credentials;
    const body = refreshToken === undefined ? {} : { refresh_token: refreshToken };
    const session = await this.#requests.request('POST', '/api/v1/auth/refresh', { ...options, body });
    await this.#credentials.use(session);
    return session;
  }

  /** Ends the session; from now on this client is nobody in particular. */
  async logout(body: BodyOf<'POST', '/api/v1/auth/logout'> = {}, options: CallOptions = {}): Promise<void> {
    await this.#requests.request('POST', '/api/v1/auth/logout', { ...options, body });
    this.#credentials.clear();
  }

  /** Who is signed in. */
  whoami(options: CallOptions = {}): Promise<Identity> {
    return this.#requests.request('GET', '/api/v1/auth/whoami', options);
  }

  /** Changes the password of whoever is signed in. All sessions end. */
  async changePassword(change: BodyOf<'POST', '/api/v1/auth/password'>, options: CallOptions = {}): Promise<void> {
    await this.#requests.request('POST', '/api/v1/auth/password', { ...options, body: change });
  }

  /** Sets a password with a token that an administrator gave. */
  async resetPassword(reset: BodyOf<'POST', '/api/v1/auth/password/reset'>, options: CallOptions = {}): Promise<void> {
    await this.#requests.request('POST', '/api/v1/auth/password/reset', { ...options, body: reset });
  }

  /** Mints a token for one repository, some refs, reading or writing, and minutes to live. */
  mintToken(scope: BodyOf<'POST', '/api/v1/auth/tokens'>, options: CallOptions = {}): Promise<AnswerOf<'POST', '/api/v1/auth/tokens'>> {
    return this.#requests.request('POST', '/api/v1/auth/tokens', { ...options, body: scope });
  }
}
