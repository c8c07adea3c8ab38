import type { CredentialOptions } from './credentials.js';
import { pause } from './deadline.js';
import { clientError } from './errors.js';

/** What a client is made of. */
export interface GovcClientOptions extends CredentialOptions {
  /** Where the server is, such as `https://git.example.com` or `https://example.com/govc`. */
  readonly url: string;
  /** How requests are sent. Default: the `fetch` of the platform. */
  readonly fetch?: typeof fetch | undefined;
  /** How often a request that may be repeated is, after its first try. Default: 3. */
  readonly retries?: number | undefined;
  /** How long the server may take, in milliseconds: to answer, and for answers that are not streamed to end. 0: for ever. Default: 60000. */
  readonly timeoutMs?: number | undefined;
  /** Ends everything that this client does. */
  readonly signal?: AbortSignal | undefined;
  /** From 0 up to 1, for the jitter of waits. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** Waits between tries, in milliseconds. Default: by timer. */
  readonly wait?: ((delayMs: number, signals: readonly (AbortSignal | undefined)[]) => Promise<void>) | undefined;
}

/** Options with everything decided. */
export interface Settings {
  /** Without a slash at the end. */
  readonly url: string;
  readonly fetch: typeof fetch;
  readonly retries: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly random: () => number;
  readonly wait: (delayMs: number, signals: readonly (AbortSignal | undefined)[]) => Promise<void>;
}

/** @throws {GovcApiError} client-option-invalid */
export function readOptions(options: GovcClientOptions): Settings {
  const { retries = 3, timeoutMs = 60_000, signal, random = Math.random, wait = pause } = options;
  return {
    url: baseUrl(options.url),
    // A browser's fetch must be called as a function of its window.
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    retries: count('retries', retries),
    timeoutMs: count('timeoutMs', timeoutMs),
    signal, random, wait,
  };
}

function baseUrl(text: string): string {
  if (!URL.canParse(text)) throw clientError('client-option-invalid', `The url "${text}" is none; write it as https://git.example.com.`);
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw clientError('client-option-invalid', `The url begins with http: or https:, not with ${url.protocol}`);
  if (url.username !== '' || url.password !== '') throw clientError('client-option-invalid', 'Give name and password as basic, not in the url.');
  if (url.search !== '' || url.hash !== '') throw clientError('client-option-invalid', 'The url has neither "?" nor "#".');
  return url.href.replace(/\/+$/, '');
}

function count(name: string, value: number): number {
  // Timers of the platforms count in 31 bits.
  if (Number.isInteger(value) && value >= 0 && value <= 0x7fff_ffff) return value;
  throw clientError('client-option-invalid', `${name} is a whole number from 0, not ${value}.`);
}
