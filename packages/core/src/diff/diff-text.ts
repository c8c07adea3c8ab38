import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import { concatBytes } from '../bytes/compare.js';

/** Collects the text of a diff: lines that are made here, and bytes of files. */
export class DiffText {
  readonly #parts: Uint8Array[] = [];
  #pending = '';

  /** Adds lossless text. */
  text(text: string): this {
    this.#pending += text;
    return this;
  }

  /** Adds bytes, which must not change until {@link finish}. */
  bytes(bytes: Uint8Array): this {
    this.#flush();
    this.#parts.push(bytes);
    return this;
  }

  /** All that was added. */
  finish(): Uint8Array {
    this.#flush();
    return this.#parts.length === 1 ? this.#parts[0]! : concatBytes(this.#parts);
  }

  #flush(): void {
    if (this.#pending === '') return;
    this.#parts.push(bytesFromLosslessText(this.#pending));
    this.#pending = '';
  }
}
