/** Progress of long work, for people at a terminal and for nobody else. */
import type { CommandIo } from '../io.js';
import { cutText, plainText } from './table.js';

const BAR_SIZE = 24;

/** A line that changes in place on standard error. Does nothing where that is no terminal. */
export class ProgressBar {
  readonly #io: CommandIo;
  readonly #total: number;
  readonly #isShown: boolean;

  constructor(io: CommandIo, total: number) {
    this.#io = io;
    this.#total = total;
    this.#isShown = io.isTerminal?.(2) === true && total > 0;
  }

  /** So many are done, and this is what is being done. */
  show(done: number, what: string): void {
    if (!this.#isShown) return;
    const filled = Math.floor((done / this.#total) * BAR_SIZE);
    const head = `[${'#'.repeat(filled)}${'.'.repeat(BAR_SIZE - filled)}] ${done}/${this.#total} `;
    const room = Math.max(0, (this.#io.columns ?? 80) - head.length - 1);
    this.#write(`${head}${cutText(plainText(what), room)}`);
  }

  /** Takes the line away, so that what is written next stands by itself. */
  clear(): void {
    if (this.#isShown) this.#write('');
  }

  #write(text: string): void {
    this.#io.stderr.write(`\r${text}\x1b[K`);
    this.#io.flush?.();
  }
}
