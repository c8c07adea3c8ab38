import type { ServerResponse } from 'node:http';

import type { EventSink, StreamEnd } from './event-stream.js';
import { eventBody, type ServerEvent } from './server-event.js';
import type { Timers } from './timers.js';

/** How long a client may read nothing before it is cut off. */
export const SLOW_READER_MS = 30_000;
const LAST_WORDS_MS = 5000;

/** Sends events as a `text/event-stream` (HTML standard, "Server-sent events"). */
export class SseSink implements EventSink {
  readonly #response: ServerResponse;
  readonly #timers: Timers;

  constructor(response: ServerResponse, timers: Timers) {
    this.#response = response;
    this.#timers = timers;
  }

  get isGone(): boolean {
    return this.#response.destroyed || this.#response.writableEnded;
  }

  event(event: ServerEvent): Promise<boolean> {
    return this.#write(`id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(eventBody(event))}\n\n`);
  }

  notice(type: 'connected' | 'reset', data: Readonly<Record<string, unknown>>): Promise<boolean> {
    // A browser waits so long before it comes again.
    const retry = type === 'connected' ? 'retry: 3000\n' : '';
    return this.#write(`${retry}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  beat(): Promise<boolean> {
    return this.#write(': heartbeat\n\n');
  }

  /** Says why it is over; a client that does not read is left alone after a while. */
  end(reason: StreamEnd): void {
    const response = this.#response;
    if (this.isGone) return;
    response.end(`event: end\ndata: ${JSON.stringify({ reason })}\n\n`);
    this.#timers.after(LAST_WORDS_MS, () => response.destroy());
  }

  #write(text: string): Promise<boolean> {
    const response = this.#response;
    if (this.isGone) return Promise.resolve(false);
    if (response.write(text)) return Promise.resolve(true);
    return new Promise((resolve) => {
      const finish = (isDone: boolean): void => {
        response.off('drain', onDrain);
        response.off('close', onClose);
        cancel();
        resolve(isDone);
      };
      const onDrain = (): void => finish(true);
      const onClose = (): void => finish(false);
      const cancel = this.#timers.after(SLOW_READER_MS, () => finish(false));
      response.once('drain', onDrain);
      response.once('close', onClose);
    });
  }
}
