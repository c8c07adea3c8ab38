/** Blocks of a deflate stream (RFC 1951), chosen and written as zlib does. */
import { assignCodes, HuffmanTree, type Alphabet } from './huffman-tree.js';

const END_OF_BLOCK = 256;
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCE_EXTRA = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];
const LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const REPEAT_EXTRA = [...new Array<number>(16).fill(0), 2, 3, 7];

const FIXED_LITERAL_LENGTHS = new Uint8Array(288).map((_, symbol) => (symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8));
const FIXED_DISTANCE_LENGTHS = new Uint8Array(30).fill(5);

const LITERALS: Alphabet = { size: 286, lengthMax: 15, extra: LENGTH_EXTRA, extraBase: 257, fixedLengths: FIXED_LITERAL_LENGTHS };
const DISTANCES: Alphabet = { size: 30, lengthMax: 15, extra: DISTANCE_EXTRA, extraBase: 0, fixedLengths: FIXED_DISTANCE_LENGTHS };
const LENGTHS: Alphabet = { size: 19, lengthMax: 7, extra: REPEAT_EXTRA, extraBase: 0, fixedLengths: undefined };

/** The first length (less 3) or distance (less 1) of each code. */
function firstOf(extra: readonly number[]): Uint16Array {
  const first = new Uint16Array(extra.length);
  for (let code = 1; code < extra.length; code++) first[code] = first[code - 1]! + (1 << extra[code - 1]!);
  return first;
}

const LENGTH_FIRST = firstOf(LENGTH_EXTRA);
const DISTANCE_FIRST = firstOf(DISTANCE_EXTRA);
/** The code of each length less 3; the longest has a code of its own. */
const LENGTH_CODES = codesOf(LENGTH_FIRST, 256).fill(28, 255);

function codesOf(first: Uint16Array, size: number): Uint8Array {
  const codes = new Uint8Array(size);
  for (let value = 0, code = 0; value < size; value++) {
    while (code + 1 < first.length && first[code + 1]! <= value) code++;
    codes[value] = code;
  }
  return codes;
}

const DISTANCE_CODES = codesOf(DISTANCE_FIRST, 32_768);

/** Bits of the fixed codes, as they are written. */
function fixedCodes(lengths: Uint8Array): Uint16Array {
  const codes = new Uint16Array(lengths.length);
  assignCodes(lengths, lengths.length, codes);
  return codes;
}

const FIXED_LITERAL_CODES = fixedCodes(FIXED_LITERAL_LENGTHS);
const FIXED_DISTANCE_CODES = fixedCodes(FIXED_DISTANCE_LENGTHS);

/** How many symbols zlib puts in a block with its usual memory. */
export const BLOCK_SYMBOLS_MAX = 16_383;

/** Literals and matches of one block. */
export class BlockSymbols {
  /** 0 for a literal. */
  readonly distances = new Uint16Array(BLOCK_SYMBOLS_MAX);
  /** The literal, or the length less 3. */
  readonly values = new Uint8Array(BLOCK_SYMBOLS_MAX);
  count = 0;
}

const GROWN_MIN = 16 * 1024;

/** Collects bits, the lowest first. */
export class BitWriter {
  #bytes: Uint8Array;
  #size = 0;
  #bits = 0;
  #bitCount = 0;

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(Math.max(64, capacity));
  }

  /** Adds up to 16 bits. */
  put(value: number, count: number): void {
    this.#bits |= value << this.#bitCount;
    this.#bitCount += count;
    while (this.#bitCount >= 8) {
      this.byte(this.#bits & 0xff);
      this.#bits >>>= 8;
      this.#bitCount -= 8;
    }
  }

  /** Fills the last byte up with zeros. */
  align(): void {
    if (this.#bitCount > 0) this.byte(this.#bits & 0xff);
    this.#bits = 0;
    this.#bitCount = 0;
  }

  /** Adds a whole byte; the writer must be aligned. */
  byte(value: number): void {
    if (this.#size === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#size++] = value;
  }

  /** Adds bytes; the writer must be aligned. */
  bytes(bytes: Uint8Array): void {
    if (this.#size + bytes.length > this.#bytes.length) this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#size);
    this.#size += bytes.length;
  }

  /** The whole bytes since the last time; they are not written again. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#size);
    this.#bytes = this.#bytes.subarray(this.#size);
    this.#size = 0;
    return taken;
  }

  #grow(more: number): void {
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, GROWN_MIN) + more);
    grown.set(this.#bytes.subarray(0, this.#size));
    this.#bytes = grown;
  }
}

/**
 * Writes one block in the smallest of the three ways: stored, with the agreed codes, or with codes of its own.
 *
 * @param stored what the block says; `undefined` where that is not at hand any more, so that it cannot be stored
 */
export function writeBlock(out: BitWriter, symbols: BlockSymbols, stored: Uint8Array | undefined, isLast: boolean): void {
  const literals = new HuffmanTree(LITERALS);
  const distances = new HuffmanTree(DISTANCES);
  literals.frequencies[END_OF_BLOCK] = 1;
  for (let i = 0; i < symbols.count; i++) {
    const distance = symbols.distances[i]!;
    const value = symbols.values[i]!;
    if (distance === 0) {
      literals.frequencies[value]!++;
    } else {
      literals.frequencies[LENGTH_CODES[value]! + 257]!++;
      distances.frequencies[DISTANCE_CODES[distance - 1]!]!++;
    }
  }
  literals.build();
  distances.build();
  const lengths = new HuffmanTree(LENGTHS);
  for (const tree of [literals, distances]) runLengths(tree, (symbol) => lengths.frequencies[symbol]!++);
  lengths.build();
  let last = LENGTH_ORDER.length - 1;
  while (last >= 3 && lengths.lengths[LENGTH_ORDER[last]!] === 0) last--;
  const ownBits = literals.bits + distances.bits + lengths.bits + 3 * (last + 1) + 14;
  const fixedSize = (literals.fixedBits + distances.fixedBits + 10) >>> 3;
  const size = Math.min((ownBits + 10) >>> 3, fixedSize);
  const bit = isLast ? 1 : 0;
  if (stored !== undefined && stored.length + 4 <= size) {
    out.put(bit, 3);
    out.align();
    for (const value of [stored.length, ~stored.length]) out.put(value & 0xffff, 16);
    out.bytes(stored);
  } else if (fixedSize === size) {
    out.put(2 + bit, 3);
    writeSymbols(out, symbols, {
      literals: { codes: FIXED_LITERAL_CODES, lengths: FIXED_LITERAL_LENGTHS },
      distances: { codes: FIXED_DISTANCE_CODES, lengths: FIXED_DISTANCE_LENGTHS },
    });
  } else {
    out.put(4 + bit, 3);
    out.put(literals.symbolMax - 256, 5);
    out.put(distances.symbolMax, 5);
    out.put(last - 3, 4);
    for (let i = 0; i <= last; i++) out.put(lengths.lengths[LENGTH_ORDER[i]!]!, 3);
    for (const tree of [literals, distances]) {
      runLengths(tree, (symbol, more) => {
        out.put(lengths.codes[symbol]!, lengths.lengths[symbol]!);
        if (REPEAT_EXTRA[symbol]! > 0) out.put(more, REPEAT_EXTRA[symbol]!);
      });
    }
    writeSymbols(out, symbols, { literals, distances });
  }
}

/** Gives the lengths of a code as symbols: 0 to 15 for themselves, 16 repeats the last, 17 and 18 are runs of zeros. */
function runLengths(tree: HuffmanTree, give: (symbol: number, more: number) => void): void {
  const { lengths, symbolMax } = tree;
  let previous = -1;
  for (let at = 0; at <= symbolMax; ) {
    const length = lengths[at]!;
    const limit = length === 0 ? 138 : length === previous ? 6 : 7;
    let count = 1;
    while (count < limit && at + count <= symbolMax && lengths[at + count] === length) count++;
    at += count;
    if (count < (length === 0 || length === previous ? 3 : 4)) {
      for (; count > 0; count--) give(length, 0);
    } else if (length !== 0) {
      if (length !== previous) {
        give(length, 0);
        count--;
      }
      give(16, count - 3);
    } else if (count <= 10) {
      give(17, count - 3);
    } else {
      give(18, count - 11);
    }
    previous = length;
  }
}

interface Code {
  readonly codes: Uint16Array;
  readonly lengths: Uint8Array | Uint16Array;
}

function writeSymbols(out: BitWriter, symbols: BlockSymbols, { literals, distances }: { readonly literals: Code; readonly distances: Code }): void {
  for (let i = 0; i < symbols.count; i++) {
    const value = symbols.values[i]!;
    const distance = symbols.distances[i]!;
    if (distance === 0) {
      out.put(literals.codes[value]!, literals.lengths[value]!);
      continue;
    }
    const lengthCode = LENGTH_CODES[value]!;
    out.put(literals.codes[lengthCode + 257]!, literals.lengths[lengthCode + 257]!);
    if (LENGTH_EXTRA[lengthCode]! > 0) out.put(value - LENGTH_FIRST[lengthCode]!, LENGTH_EXTRA[lengthCode]!);
    const distanceCode = DISTANCE_CODES[distance - 1]!;
    out.put(distances.codes[distanceCode]!, distances.lengths[distanceCode]!);
    if (DISTANCE_EXTRA[distanceCode]! > 0) out.put(distance - 1 - DISTANCE_FIRST[distanceCode]!, DISTANCE_EXTRA[distanceCode]!);
  }
  out.put(literals.codes[END_OF_BLOCK]!, literals.lengths[END_OF_BLOCK]!);
}
