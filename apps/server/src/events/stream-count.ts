import { ServerError } from '../errors.js';

/** Counts open streams and refuses too many. */
export class StreamCount {
  readonly #countMax: number;
  readonly #ownerCountMax: number;
  readonly #byOwner = new Map<string, number>();
  #count = 0;

  constructor({ countMax = 2000, ownerCountMax = 200 }: { readonly countMax?: number; readonly ownerCountMax?: number } = {}) {
    this.#countMax = countMax;
    this.#ownerCountMax = ownerCountMax;
  }

  /** How many are open. */
  get count(): number {
    return this.#count;
  }

  /** Counts one as open; gives the function that ends it. @throws {ServerError} streams-exhausted */
  open(owner: string): () => void {
    const own = this.#byOwner.get(owner) ?? 0;
    if (this.#count >= this.#countMax || own >= this.#ownerCountMax) {
      throw new ServerError('streams-exhausted', 'So many event streams are open that there cannot be another; end some.', { open: this.#count, yours: own });
    }
    this.#count++;
    this.#byOwner.set(owner, own + 1);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#count--;
      const left = this.#byOwner.get(owner)! - 1;
      if (left === 0) this.#byOwner.delete(owner);
      else this.#byOwner.set(owner, left);
    };
  }
}
