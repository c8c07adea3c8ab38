import { GovcError } from '../errors.js';
import { LIMITS } from '../limits.js';

const LF = 0x0a;

/**
 * The lines and data of a fast-import stream as they arrive. A read that needs bytes that have not come gives
 * `undefined`; whoever reads goes back with {@link rewind} and tries again when more have come.
 */
export class ImportInput {
  #buffer: Buffer = Buffer.alloc(0);
  #at = 0;
  #mark = 0;
  #waiting: Uint8Array[] = [];
  #waitingSize = 0;
  /** Bytes from the mark without which trying again is of no use. */
  #needed = 0;
  #isEnded = false;
  #lineNumber = 0;
  #markLine = 0;

  /** The number of the line that was read last, from 1; lines of data are not counted. */
  get lineNumber(): number {
    return this.#lineNumber;
  }

  /** Adds bytes, which must not be written to afterwards; `false` when it is not worth trying again. */
  push(bytes: Uint8Array): boolean {
    this.#waiting.push(bytes);
    this.#waitingSize += bytes.length;
    if (this.#buffer.length - this.#mark + this.#waitingSize < this.#needed) return false;
    const rest = this.#buffer.subarray(this.#mark);
    this.#buffer = rest.length === 0 && this.#waiting.length === 1
      ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      : Buffer.concat([rest, ...this.#waiting]);
    this.#waiting = [];
    this.#waitingSize = 0;
    this.#mark = 0;
    this.#at = 0;
    return true;
  }

  /** No more bytes will come. */
  end(): void {
    this.#needed = 0;
    this.push(new Uint8Array(0));
    this.#isEnded = true;
  }

  /** Whether everything was read and nothing will come. */
  get isAtEnd(): boolean {
    return this.#isEnded && this.#at >= this.#buffer.length;
  }

  /** What was read so far is done with. */
  commit(): void {
    this.#mark = this.#at;
    this.#markLine = this.#lineNumber;
    this.#needed = 0;
  }

  /** Goes back to what was read last and done with. */
  rewind(): void {
    this.#at = this.#mark;
    this.#lineNumber = this.#markLine;
  }

  /** The next line without its line feed, one character per byte, comments passed over; `undefined`: not there yet. */
  line(): string | undefined {
    for (;;) {
      const text = this.#rawLine();
      if (text === undefined || !text.startsWith('#')) return text;
    }
  }

  #rawLine(): string | undefined {
    const end = this.#buffer.indexOf(LF, this.#at);
    if (end < 0) {
      const left = this.#buffer.length - this.#at;
      if (left > LIMITS.importLineSize.value) {
        throw new GovcError('limit-exceeded', `A line of the stream is longer than ${LIMITS.importLineSize.value} bytes.`, {});
      }
      if (!this.#isEnded || left === 0) {
        this.#need(this.#buffer.length - this.#mark + 1);
        return undefined;
      }
      const text = this.#buffer.toString('latin1', this.#at);
      this.#at = this.#buffer.length;
      return text;
    }
    const text = this.#buffer.toString('latin1', this.#at, end);
    this.#at = end + 1;
    this.#lineNumber++;
    return text;
  }

  /**
   * The data that a line `data …` announces, as a view; `undefined`: not there yet.
   *
   * @throws {GovcError} import-invalid: the line announces no data, or the stream ends in it; limit-exceeded
   */
  data(line: string): Uint8Array | undefined {
    if (!line.startsWith('data ')) throw this.invalid(`"data" is expected, not "${line.slice(0, 80)}"`);
    if (line.startsWith('data <<')) return this.#delimited(line.slice(7));
    const size = /^data (\d{1,15})$/.exec(line)?.[1];
    if (size === undefined) throw this.invalid(`"${line.slice(0, 80)}" has no size`);
    const count = Number(size);
    if (count > LIMITS.objectSizeInMemory.value) {
      throw new GovcError('limit-exceeded', `An object of ${count} bytes is too large to be imported.`, { size: count });
    }
    // One byte more, to see whether a line feed follows.
    const end = this.#at + count;
    if (end + 1 > this.#buffer.length && !this.#isEnded) {
      this.#need(end + 1 - this.#mark);
      return undefined;
    }
    if (end > this.#buffer.length) throw this.invalid('the stream ends inside data');
    const data = this.#buffer.subarray(this.#at, end);
    this.#at = this.#buffer[end] === LF ? end + 1 : end;
    return data;
  }

  #delimited(delimiter: string): Uint8Array | undefined {
    const start = this.#at;
    const ending = Buffer.from(`\n${delimiter}\n`, 'latin1');
    const isFirst = this.#buffer.subarray(start, start + ending.length - 1).equals(ending.subarray(1));
    const found = isFirst ? start - 1 : this.#buffer.indexOf(ending, start);
    if (found < 0) {
      if (this.#isEnded) throw this.invalid(`the stream ends before "${delimiter.slice(0, 80)}"`);
      this.#need((this.#buffer.length - this.#mark) * 2);
      return undefined;
    }
    const end = found + ending.length;
    if (end + 1 > this.#buffer.length && !this.#isEnded) {
      this.#need(end + 1 - this.#mark);
      return undefined;
    }
    this.#at = this.#buffer[end] === LF ? end + 1 : end;
    return this.#buffer.subarray(start, found + 1);
  }

  #need(size: number): void {
    this.#needed = Math.max(this.#needed, size);
  }

  /** The error for a stream that breaks the rules here. */
  invalid(reason: string): GovcError {
    return new GovcError('import-invalid', `The stream cannot be imported: ${reason} (line ${this.#lineNumber}).`, {
      reason, line: this.#lineNumber,
    });
  }
}

const UNESCAPED: Readonly<Record<string, string>> = {
  a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '"': '"', '\\': '\\',
};

/** A C-style quoted string at the beginning of a text: what it stands for, and how many characters it has. */
export function unquote(text: string): { readonly value: string; readonly size: number } | undefined {
  const match = /^"((?:[^"\\]|\\(?:[abfnrtv"\\]|[0-3][0-7]{2}))*)"/.exec(text);
  if (match === null) return undefined;
  const value = match[1]!.replace(/\\([0-3][0-7]{2}|.)/g, (_whole, code: string) =>
    UNESCAPED[code] ?? String.fromCharCode(Number.parseInt(code, 8)));
  return { value, size: match[0].length };
}
