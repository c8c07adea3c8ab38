import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Longest log of one build, in UTF-16 units; what comes after it is not kept. */
export const LOG_LENGTH_MAX = 16 * 1024 * 1024;

/** How many lines a record quotes. */
const TAIL_COUNT = 20;

/** The log of one build while it goes on. Whoever follows sees every line once. */
export class BuildLog {
  readonly #lines: string[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #file: WriteStream | undefined;
  #length = 0;
  #isOver = false;

  constructor(file?: WriteStream) {
    this.#file = file;
    // A log that cannot be written must not end a build; it is still told to those who follow.
    file?.on('error', () => undefined);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The last lines. */
  get tail(): string {
    return this.#lines.slice(-TAIL_COUNT).join('\n');
  }

  get text(): string {
    return this.#lines.map((line) => `${line}\n`).join('');
  }

  add(line: string): void {
    if (this.#isOver || this.#length > LOG_LENGTH_MAX) return;
    this.#length += line.length + 1;
    this.#push(this.#length > LOG_LENGTH_MAX ? '# the log is too long, and the rest of it is not kept' : line);
  }

  /** Ends it, with everything written. */
  async end(): Promise<void> {
    this.#isOver = true;
    this.#wake();
    const file = this.#file;
    if (file !== undefined && !file.destroyed) await new Promise<void>((resolve) => file.end(() => resolve()));
  }

  /** Every line from the first, as they come, to the end of the log or until `signal`. */
  async *follow(signal: AbortSignal): AsyncGenerator<string, void, void> {
    for (let at = 0; !signal.aborted;) {
      while (at < this.#lines.length) yield this.#lines[at++]!;
      if (this.#isOver) return;
      await this.#change(signal);
    }
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const finish = (): void => {
        this.#waiting.delete(finish);
        signal.removeEventListener('abort', finish);
        resolve();
      };
      this.#waiting.add(finish);
      signal.addEventListener('abort', finish, { once: true });
    });
  }

  #push(line: string): void {
    this.#lines.push(line);
    this.#file?.write(`${line}\n`);
    this.#wake();
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}

/** The logs of all builds: in a folder, or in memory where there is none. */
export class BuildLogs {
  readonly #path: string | undefined;
  readonly #open = new Map<string, BuildLog>();

  constructor(path: string | undefined) {
    this.#path = path;
  }

  /** Begins the log of a build. */
  async begin(id: string): Promise<BuildLog> {
    if (this.#path !== undefined) await mkdir(this.#path, { recursive: true });
    const log = new BuildLog(this.#path === undefined ? undefined : createWriteStream(this.#file(id), { flags: 'a', mode: 0o600 }));
    this.#open.set(id, log);
    return log;
  }

  /** Ends the log of a build; in a folder it is read from there from now on. */
  async end(id: string): Promise<void> {
    await this.#open.get(id)?.end();
    if (this.#path !== undefined) this.#open.delete(id);
  }

  /** The log of a build that goes on, or of one that is in memory. */
  find(id: string): BuildLog | undefined {
    return this.#open.get(id);
  }

  /** Everything that was logged; "" where nothing was. */
  async read(id: string): Promise<string> {
    const open = this.#open.get(id);
    if (open !== undefined) return open.text;
    if (this.#path === undefined) return '';
    return readFile(this.#file(id), 'utf8').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      return '';
    });
  }

  async delete(id: string): Promise<void> {
    this.#open.delete(id);
    if (this.#path !== undefined) await rm(this.#file(id), { force: true });
  }

  #file(id: string): string {
    return join(this.#path!, `${id}.log`);
  }
}
