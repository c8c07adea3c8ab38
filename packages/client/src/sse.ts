/**
 * Reads `text/event-stream` (HTML standard, "Interpreting an event stream"): lines of `field: value`, an empty line ends an event. Lines end
 * with LF, CR or CRLF, wherever the pieces are cut. A line or event longer than 16 Mi characters is refused.
 */
import { clientError } from './errors.js';

/** An event as it stands in the stream. */
export interface StreamedEvent {
  readonly type: string;
  readonly data: string;
  /** The last id so far; "" before the first. */
  readonly id: string;
}

const SIZE_MAX = 16 * 1024 * 1024;

/** A reader that is fed text and gives events. */
export class SseReader {
  #rest = '';
  #data: string[] = [];
  #dataSize = 0;
  #type = '';
  #id = '';
  /** Whether the piece before ended with CR, so that an LF now belongs to it. */
  #endedWithCr = false;
  #isFirst = true;

  /** How long the server asks to wait before coming again, in milliseconds, once it said so. */
  retryMs: number | undefined;

  /** The events that end in this piece. @throws {GovcApiError} client-answer-invalid: too long */
  feed(piece: string): StreamedEvent[] {
    let text = piece;
    if (text === '') return [];
    if (this.#isFirst && text.startsWith('\uFEFF')) text = text.slice(1);
    this.#isFirst = false;
    if (this.#endedWithCr && text.startsWith('\n')) text = text.slice(1);
    this.#endedWithCr = text.endsWith('\r');
    const lines = (this.#rest + text).split(/\r\n|\r|\n/);
    this.#rest = lines.pop()!;
    const events: StreamedEvent[] = [];
    for (const line of lines) {
      const event = this.#line(line);
      if (event !== undefined) events.push(event);
    }
    if (this.#rest.length + this.#dataSize > SIZE_MAX) throw clientError('client-answer-invalid', `An event is longer than ${SIZE_MAX} characters.`);
    return events;
  }

  #line(line: string): StreamedEvent | undefined {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) return undefined;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    switch (name) {
      case 'data':
        this.#data.push(value);
        this.#dataSize += value.length + 1;
        break;
      case 'event':
        this.#type = value;
        break;
      case 'id':
        if (!value.includes('\0')) this.#id = value;
        break;
      case 'retry':
        if (/^\d{1,9}$/.test(value)) this.retryMs = Number(value);
        break;
      default:
    }
    return undefined;
  }

  #dispatch(): StreamedEvent | undefined {
    const data = this.#data;
    const type = this.#type === '' ? 'message' : this.#type;
    this.#data = [];
    this.#dataSize = 0;
    this.#type = '';
    return data.length === 0 ? undefined : { type, data: data.join('\n'), id: this.#id };
  }
}
