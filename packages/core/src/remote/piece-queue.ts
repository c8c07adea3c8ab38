const CAPACITY = 1024 * 1024;

/**
 * Pieces of bytes on their way from who writes them to who reads them: about a megabyte may wait, so that neither runs far ahead,
 * and two sides that speak before they listen do not wait for each other.
 */
export class PieceQueue implements AsyncIterable<Uint8Array> {
  #pieces: Uint8Array[] = [];
  #size = 0;
  #isEnded = false;
  #isCancelled = false;
  #wakeReader: (() => void) | undefined;
  #wakeWriter: (() => void) | undefined;

  /** Resolves when more may come. What is pushed when nobody reads any more is dropped. */
  async push(piece: Uint8Array): Promise<void> {
    if (this.#isCancelled || piece.length === 0) return;
    this.#pieces.push(piece);
    this.#size += piece.length;
    this.#wakeReader?.();
    while (this.#isFull) {
      await new Promise<void>((resolve) => {
        this.#wakeWriter = resolve;
      });
    }
  }

  get #isFull(): boolean {
    return this.#size > CAPACITY && !this.#isCancelled;
  }

  /** No more pieces come. */
  end(): void {
    this.#isEnded = true;
    this.#wakeReader?.();
  }

  /** Nobody reads any more. */
  cancel(): void {
    this.#isCancelled = true;
    this.#isEnded = true;
    this.#pieces = [];
    this.#size = 0;
    this.#wakeReader?.();
    this.#wakeWriter?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (;;) {
        const pieces = this.#pieces;
        if (pieces.length > 0) {
          this.#pieces = [];
          for (const piece of pieces) {
            this.#size -= piece.length;
            if (this.#size <= CAPACITY) this.#wakeWriter?.();
            yield piece;
          }
        } else if (this.#isEnded) {
          return;
        } else {
          await new Promise<void>((resolve) => {
            this.#wakeReader = resolve;
          });
        }
      }
    } finally {
      this.cancel();
    }
  }
}
