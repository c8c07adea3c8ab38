import { GovcClient } from '../src/client.js';
import type { GovcClientOptions } from '../src/options.js';

/** A request as it was sent. */
export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: unknown;
}

/** How one request is answered: an answer, an error of the connection, or never. */
export type Step = Response | Error | 'never';

/** A server that answers from a list, and a client of it whose waits take no time. */
export class FakeServer {
  readonly sent: Sent[] = [];
  readonly waits: number[] = [];
  readonly client: GovcClient;
  readonly #steps: Step[];

  constructor(steps: readonly Step[], options: Partial<GovcClientOptions> = {}) {
    this.#steps = [...steps];
    this.client = new GovcClient({
      url: 'http://server.test/', fetch: (input, init) => this.#answer(input as string, init), random: () => 0.5,
      wait: async (delayMs, signals) => {
        for (const signal of signals) signal?.throwIfAborted();
        this.waits.push(delayMs);
      },
      ...options,
    });
  }

  async #answer(url: string, init: RequestInit = {}): Promise<Response> {
    const { pathname, search } = new URL(url);
    this.sent.push({ method: init.method ?? 'GET', path: pathname + search, headers: new Headers(init.headers), body: init.body });
    const step = this.#steps.shift();
    // An error of the connection would be tried again, without end where events are followed.
    if (step === undefined) return json(400, { error: `Nothing more was expected, and ${pathname} was asked for.`, code: 'NOTHING_EXPECTED' });
    if (step instanceof Error) throw step;
    if (step !== 'never') return step;
    return new Promise((_resolve, reject) => {
      init.signal!.addEventListener('abort', () => reject(init.signal!.reason as Error));
    });
  }
}

/** An answer in JSON. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
}

/** What fetch throws where nobody answers. */
export function lost(): Error {
  return new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') });
}
