import { failureOf } from './answer.js';
import type { Credentials, SessionTokens } from './credentials.js';
import { Deadline } from './deadline.js';
import { GovcApiError, clientError } from './errors.js';
import type { Settings } from './options.js';

/** Bytes that are sent as they are. A stream is sent while it is made, and cannot be sent twice. */
export interface Upload {
  /** The content type, such as `application/x-git-bundle`. */
  readonly type: string;
  readonly bytes: Uint8Array | Blob | ReadableStream<Uint8Array>;
}

/** What one call may decide for itself. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Instead of the client's. */
  readonly timeoutMs?: number | undefined;
  /** Instead of the client's. */
  readonly retries?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** How long a streamed answer may pause, in milliseconds. Default: for ever. */
  readonly idleMs?: number | undefined;
}

/** A request with its path filled in. */
export interface Outgoing extends CallOptions {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** What is sent as JSON. */
  readonly body?: unknown;
  readonly upload?: Upload | undefined;
  /** Statuses beside 2xx that are no failure. Default: none. */
  readonly accepted?: readonly number[];
  /** Whether credentials are left out. Default: false. */
  readonly isAnonymous?: boolean;
}

const IDEMPOTENT = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']);
/** What is worth another try where a request may be repeated. */
const TRANSIENT = new Set([429, 502, 503, 504]);
/** With these and a time to wait, the server says that it did nothing. */
const REFUSALS = new Set([429, 503]);

const BACKOFF_FIRST_MS = 250;
const BACKOFF_LAST_MS = 20_000;
/** A server that asks for more patience than this is told as an error instead. */
const RETRY_AFTER_MAX_MS = 120_000;

/**
 * Sends requests: with credentials, a time limit, and further tries.
 *
 * A request is repeated after a lost connection or a 429, 502, 503 or 504 where its method is idempotent; any other only where the server
 * answers 429 or 503 and says when to come again. One whose body is a stream never is.
 */
export class Transport {
  constructor(readonly settings: Settings, readonly credentials: Credentials) {}

  /**
   * Sends and gives what `read` makes of the answer, within the time limit.
   *
   * @throws {GovcApiError} what the server answers, client-not-connected, client-timed-out, client-answer-invalid
   */
  async send<Result>(outgoing: Outgoing, read: (response: Response, deadline: Deadline) => Promise<Result>): Promise<Result> {
    const retries = isRepeatable(outgoing) ? outgoing.retries ?? this.settings.retries : 0;
    for (let tried = 0; ; tried += 1) {
      try {
        return await this.#sendAuthorized(outgoing, read);
      } catch (error) {
        const delayMs = tried < retries ? this.#delayOf(error, outgoing, tried) : undefined;
        if (delayMs === undefined) throw error;
        await this.settings.wait(delayMs, [outgoing.signal, this.settings.signal]);
      }
    }
  }

  /** A token that has run out is renewed, once a request. */
  async #sendAuthorized<Result>(outgoing: Outgoing, read: (response: Response, deadline: Deadline) => Promise<Result>): Promise<Result> {
    const { header } = this.credentials;
    try {
      return await this.#sendOnce(outgoing, read);
    } catch (error) {
      const mayRenew = statusOf(error) === 401 && outgoing.isAnonymous !== true && isRepeatable(outgoing);
      if (!mayRenew || !await this.credentials.renew(header, (token) => this.#refresh(token))) throw error;
      return this.#sendOnce(outgoing, read);
    }
  }

  #refresh(refreshToken: string): Promise<SessionTokens> {
    const outgoing = { method: 'POST', target: '/api/v1/auth/refresh', body: { refresh_token: refreshToken }, isAnonymous: true };
    return this.#sendOnce(outgoing, async (response) => await response.json() as SessionTokens);
  }

  async #sendOnce<Result>(outgoing: Outgoing, read: (response: Response, deadline: Deadline) => Promise<Result>): Promise<Result> {
    const { settings, credentials } = this;
    const deadline = new Deadline(outgoing.timeoutMs ?? settings.timeoutMs, [outgoing.signal, settings.signal]);
    try {
      const response = await settings.fetch(settings.url + outgoing.target, requestInit(outgoing, credentials, deadline.signal));
      if (!response.ok && outgoing.accepted?.includes(response.status) !== true) throw await failureOf(response);
      return await read(response, deadline);
    } catch (error) {
      deadline.clear();
      if (error instanceof GovcApiError) throw error;
      if (deadline.signal.aborted) throw deadline.signal.reason;
      throw clientError('client-not-connected', `${outgoing.method} ${settings.url}${pathOf(outgoing)} had no answer: ${reasonOf(error)}.`, { cause: error });
    }
  }

  /** How long to wait before another try; `undefined` where there is to be none. */
  #delayOf(error: unknown, { method }: Outgoing, tried: number): number | undefined {
    if (!(error instanceof GovcApiError)) return undefined;
    const { status, code, retryAfterMs: askedMs } = error;
    const isLost = code === 'client-not-connected' || code === 'client-timed-out';
    const isIdempotent = IDEMPOTENT.has(method);
    if (status === undefined ? !(isLost && isIdempotent) : !(isIdempotent ? TRANSIENT : REFUSALS).has(status)) return undefined;
    if (askedMs === undefined && !isIdempotent) return undefined;
    if (askedMs !== undefined && askedMs > RETRY_AFTER_MAX_MS) return undefined;
    const backoffMs = backoff(tried, this.settings.random);
    return askedMs === undefined ? backoffMs : askedMs + Math.min(backoffMs, 1000);
  }
}

/**
 * A wait that doubles with every try, of which half is by chance, so that many clients do not come back at once.
 *
 * @returns milliseconds
 */
export function backoff(tried: number, random: () => number): number {
  const fullMs = Math.min(BACKOFF_LAST_MS, BACKOFF_FIRST_MS * 2 ** Math.min(tried, 16));
  return Math.round(fullMs / 2 + random() * (fullMs / 2));
}

function isRepeatable({ upload }: Outgoing): boolean {
  return !(upload?.bytes instanceof ReadableStream);
}

function requestInit(outgoing: Outgoing, credentials: Credentials, signal: AbortSignal): RequestInit {
  const { method, body, upload } = outgoing;
  const headers = new Headers({ accept: 'application/json', ...outgoing.headers });
  const own = outgoing.isAnonymous === true ? undefined : credentials.header;
  if (own !== undefined) headers.set(...own);
  // Cookies of a browser are nobody's business here, and a redirect must not carry credentials elsewhere.
  const common = { method, headers, signal, credentials: 'omit', redirect: 'error' } as const;
  if (upload !== undefined) {
    headers.set('content-type', upload.type);
    // Node and browsers ask for this where a body is a stream; its type is not in every library yet.
    return { ...common, body: upload.bytes as NonNullable<RequestInit['body']>, ...(upload.bytes instanceof ReadableStream ? { duplex: 'half' } : {}) };
  }
  if (body === undefined) return common;
  headers.set('content-type', 'application/json');
  return { ...common, body: JSON.stringify(body) };
}

function statusOf(error: unknown): number | undefined {
  return error instanceof GovcApiError ? error.status : undefined;
}

function pathOf({ target }: Outgoing): string {
  return target.split('?', 1)[0]!;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
