import { bytesFromText } from '../bytes/text.js';

const INTERVAL_MS = 1000;

/**
 * Progress in the words of git's own meter (`progress.c`): `Counting objects:  50% (1/2)`, at most one line a second,
 * each ending in a carriage return, and a last one that ends in `, done.`.
 */
export class ProgressMeter {
  readonly #title: string;
  #shownMs: number | undefined;

  constructor(title: string) {
    this.#title = title;
  }

  /** The line for a moment of the work, or `undefined` when the last one was shown less than a second ago. */
  at(done: number, total: number | undefined, nowMs: number): Uint8Array | undefined {
    this.#shownMs ??= nowMs;
    if (nowMs - this.#shownMs < INTERVAL_MS) return undefined;
    this.#shownMs = nowMs;
    return bytesFromText(`${formatProgress(this.#title, done, total)}\r`);
  }

  /** The last line. */
  end(done: number, total: number | undefined): Uint8Array {
    return bytesFromText(`${formatProgress(this.#title, done, total)}, done.\n`);
  }
}

function formatProgress(title: string, done: number, total: number | undefined): string {
  if (total === undefined) return `${title}: ${done}`;
  const percent = total === 0 ? 100 : Math.floor((done * 100) / total);
  return `${title}: ${String(percent).padStart(3)}% (${done}/${total})`;
}
