import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a receiver was sent. */
export interface Received {
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly json: Record<string, unknown>;
}

/** Takes webhooks and questions of policies on the loopback. */
export class Receiver {
  readonly received: Received[] = [];
  /** How the next requests are answered. */
  answer: (received: Received) => { readonly status: number; readonly body?: string; readonly headers?: Record<string, string> } | 'never' = () => ({ status: 200 });
  readonly #server: Server;
  #wake: () => void = () => undefined;

  private constructor() {
    this.#server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk)).on('end', () => {
        const type = request.headers['content-type'] ?? '';
        const text = type.includes('form') ? (new URLSearchParams(body).get('payload') ?? '{}') : body;
        const received = { headers: request.headers as Record<string, string>, body, json: JSON.parse(text) as Record<string, unknown> };
        this.received.push(received);
        const answer = this.answer(received);
        this.#wake();
        if (answer === 'never') return;
        response.writeHead(answer.status, answer.headers);
        response.end(answer.body);
      });
    });
  }

  static async open(): Promise<Receiver> {
    const receiver = new Receiver();
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `http://${this.host}/hook`;
  }

  /** Waits until so much was received. */
  async wait(count: number): Promise<Received[]> {
    while (this.received.length < count) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.received;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Waits until something holds, letting others run in between. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve));
}
