/** The code of one alphabet of a deflate block, as zlib makes it, so that streams are the same bit for bit (RFC 1951). */

/** An alphabet. */
export interface Alphabet {
  readonly size: number;
  /** Bits of the longest code. */
  readonly lengthMax: number;
  /** Bits behind each symbol from `extraBase` on. */
  readonly extra: readonly number[];
  readonly extraBase: number;
  /** Bits of the codes that are agreed on; `undefined` where none are. */
  readonly fixedLengths: Uint8Array | undefined;
}

/** A code that was made for frequencies. */
export class HuffmanTree {
  readonly alphabet: Alphabet;
  /** Counted by the caller; all zero at first. */
  readonly frequencies: Uint32Array;
  /** Bits of each symbol's code; two more, for who looks ahead. */
  readonly lengths: Uint16Array;
  readonly codes: Uint16Array;
  /** The largest symbol that has a code. */
  symbolMax = 0;
  /** Bits of all symbols with this code, and with the agreed one. */
  bits = 0;
  fixedBits = 0;
  readonly #parents: Uint16Array;
  readonly #depths: Uint8Array;
  readonly #heap: Uint16Array;
  #heapCount = 0;
  #sortedStart: number;

  constructor(alphabet: Alphabet) {
    const nodes = alphabet.size * 2 + 1;
    this.alphabet = alphabet;
    this.frequencies = new Uint32Array(nodes);
    this.lengths = new Uint16Array(nodes + 2);
    this.codes = new Uint16Array(nodes);
    this.#parents = new Uint16Array(nodes);
    this.#depths = new Uint8Array(nodes);
    this.#heap = new Uint16Array(nodes);
    this.#sortedStart = nodes;
  }

  /** Makes the code for the frequencies. O(size log size). */
  build(): void {
    const { size, fixedLengths } = this.alphabet;
    const { frequencies } = this;
    let max = -1;
    this.#heapCount = 0;
    for (let symbol = 0; symbol < size; symbol++) {
      if (frequencies[symbol] === 0) this.lengths[symbol] = 0;
      else this.#heap[++this.#heapCount] = max = symbol;
    }
    // A code has two symbols at least.
    while (this.#heapCount < 2) {
      const symbol = max < 2 ? ++max : 0;
      this.#heap[++this.#heapCount] = symbol;
      frequencies[symbol] = 1;
      this.bits--;
      if (fixedLengths !== undefined) this.fixedBits -= fixedLengths[symbol]!;
    }
    this.symbolMax = max;
    for (let at = this.#heapCount >> 1; at >= 1; at--) this.#sink(at);
    this.#join(size);
    this.#assignLengths();
    this.#assignCodes();
  }

  /** Joins the two rarest nodes until one is left; nodes come out from rare to frequent, written from the end. */
  #join(firstNode: number): void {
    const heap = this.#heap;
    const { frequencies } = this;
    let end = heap.length;
    for (let node = firstNode; this.#heapCount >= 2; node++) {
      const left = heap[1]!;
      heap[1] = heap[this.#heapCount--]!;
      this.#sink(1);
      const right = heap[1];
      heap[--end] = left;
      heap[--end] = right;
      frequencies[node] = frequencies[left]! + frequencies[right]!;
      this.#depths[node] = Math.max(this.#depths[left]!, this.#depths[right]!) + 1;
      this.#parents[left] = this.#parents[right] = node;
      heap[1] = node;
      this.#sink(1);
    }
    heap[--end] = heap[1]!;
    this.#sortedStart = end;
  }

  #sink(start: number): void {
    const heap = this.#heap;
    const node = heap[start]!;
    let at = start;
    for (let child = at << 1; child <= this.#heapCount; child <<= 1) {
      if (child < this.#heapCount && this.#isRarer(heap[child + 1]!, heap[child]!)) child++;
      if (this.#isRarer(node, heap[child]!)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = node;
  }

  #isRarer(left: number, right: number): boolean {
    const difference = this.frequencies[left]! - this.frequencies[right]!;
    return difference < 0 || (difference === 0 && this.#depths[left]! <= this.#depths[right]!);
  }

  #assignLengths(): void {
    const { lengthMax, extra, extraBase, fixedLengths } = this.alphabet;
    const { lengths, frequencies } = this;
    const heap = this.#heap;
    const counts = new Uint16Array(lengthMax + 1);
    let overflow = 0;
    lengths[heap[this.#sortedStart]!] = 0;
    for (let at = this.#sortedStart + 1; at < heap.length; at++) {
      const node = heap[at]!;
      let length = lengths[this.#parents[node]!]! + 1;
      if (length > lengthMax) {
        length = lengthMax;
        overflow++;
      }
      lengths[node] = length;
      if (node > this.symbolMax || node >= this.alphabet.size) continue;
      counts[length]!++;
      const more = node >= extraBase ? extra[node - extraBase]! : 0;
      this.bits += frequencies[node]! * (length + more);
      if (fixedLengths !== undefined) this.fixedBits += frequencies[node]! * (fixedLengths[node]! + more);
    }
    if (overflow > 0) this.#shorten(counts, overflow);
  }

  /** Moves leaves that are too deep up, beside leaves that move down. */
  #shorten(counts: Uint16Array, overflow: number): void {
    const { lengthMax } = this.alphabet;
    for (let left = overflow; left > 0; left -= 2) {
      let length = lengthMax - 1;
      while (counts[length] === 0) length--;
      counts[length]!--;
      counts[length + 1]! += 2;
      counts[lengthMax]!--;
    }
    let at = this.#heap.length;
    for (let length = lengthMax; length > 0; length--) {
      for (let left = counts[length]!; left > 0; ) {
        const node = this.#heap[--at]!;
        if (node > this.symbolMax) continue;
        this.bits += (length - this.lengths[node]!) * this.frequencies[node]!;
        this.lengths[node] = length;
        left--;
      }
    }
  }

  #assignCodes(): void {
    assignCodes(this.lengths, this.symbolMax + 1, this.codes);
  }
}

/** The codes that follow from their lengths; bits reversed, as they are written. */
export function assignCodes(lengths: Uint8Array | Uint16Array, count: number, codes: Uint16Array): void {
  const counts = new Uint16Array(17);
  for (let symbol = 0; symbol < count; symbol++) counts[lengths[symbol]!]!++;
  counts[0] = 0;
  const next = new Uint16Array(17);
  for (let length = 1; length < 17; length++) next[length] = (next[length - 1]! + counts[length - 1]!) << 1;
  for (let symbol = 0; symbol < count; symbol++) {
    const length = lengths[symbol]!;
    if (length === 0) continue;
    let code = next[length]!++;
    let reversed = 0;
    for (let i = 0; i < length; i++, code >>= 1) reversed = (reversed << 1) | (code & 1);
    codes[symbol] = reversed;
  }
}
