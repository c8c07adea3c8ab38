/**
 * What is left to compress and what was compressed last, with the places of all strings of three bytes in it, as zlib keeps them.
 *
 * The window is twice as long as a match may reach back. When its second half is used up it moves to the first, and places that fall
 * off are forgotten. Place 0 stands for none.
 */
export const MATCH_MIN = 3;
const MATCH_MAX = 258;
const REACH = 0x8000;
const REACH_MASK = REACH - 1;
/** Below this nothing is compressed before more came or all is there: a match has to find its end. */
export const LOOKAHEAD_MIN = MATCH_MAX + MATCH_MIN + 1;
export const DISTANCE_MAX = REACH - LOOKAHEAD_MIN;

/** How hard is looked: from `good` on less, up to `lazy` at all, `nice` is enough, at most `chain` places. */
export interface MatchEffort {
  readonly good: number;
  readonly lazy: number;
  readonly nice: number;
  readonly chain: number;
}

/** See the opening comment of this file. */
export class DeflateWindow {
  readonly bytes = new Uint8Array(2 * REACH);
  /** What comes next. */
  at = 0;
  /** Behind the last byte. */
  end = 0;
  /** Where the current block begins; negative when that has fallen off. */
  blockStart = 0;
  /** Where the match begins that {@link findMatch} found last. */
  matchStart = 0;
  readonly #heads = new Uint16Array(REACH);
  readonly #previous = new Uint16Array(REACH);

  /** Takes as many of the bytes as there is room for and gives their number; moves first where that is due. */
  fill(input: Uint8Array): number {
    this.moveWhenDue();
    const taken = Math.min(input.length, this.bytes.length - this.end);
    this.bytes.set(taken === input.length ? input : input.subarray(0, taken), this.end);
    this.end += taken;
    return taken;
  }

  /** Moves the second half to the first when all that a match may reach lies there. Asked before each step once less than the lookahead is left. */
  moveWhenDue(): void {
    if (this.at < REACH + DISTANCE_MAX) return;
    this.bytes.copyWithin(0, REACH);
    this.at -= REACH;
    this.end -= REACH;
    this.blockStart -= REACH;
    this.matchStart -= REACH;
    for (const places of [this.#heads, this.#previous]) {
      for (let i = 0; i < REACH; i++) places[i] = Math.max(0, places[i]! - REACH);
    }
  }

  /** Remembers a place and gives the last one of the same hash. */
  keep(at: number): number {
    const { bytes } = this;
    const hash = ((bytes[at]! << 10) ^ (bytes[at + 1]! << 5) ^ bytes[at + 2]!) & REACH_MASK;
    const last = this.#heads[hash]!;
    this.#previous[at & REACH_MASK] = last;
    this.#heads[hash] = at;
    return last;
  }

  /** The longest match for what comes next that is longer than `held`, beginning with the place `first`; else `held`. */
  findMatch(first: number, held: number, effort: MatchEffort): number {
    const { bytes, at } = this;
    const previous = this.#previous;
    const rest = this.end - at;
    const left = Math.min(MATCH_MAX, rest);
    const nice = Math.min(effort.nice, rest);
    const oldest = at > DISTANCE_MAX ? at - DISTANCE_MAX : 0;
    let best = held;
    let place = first;
    for (let looks = held >= effort.good ? effort.chain >> 2 : effort.chain; ;) {
      if (bytes[place + best] === bytes[at + best] && bytes[place + best - 1] === bytes[at + best - 1]) {
        let length = 0;
        while (length < left && bytes[place + length] === bytes[at + length]) length++;
        if (length > best) {
          this.matchStart = place;
          best = length;
          if (length >= nice) break;
        }
      }
      place = previous[place & REACH_MASK]!;
      if (place <= oldest || --looks === 0) break;
    }
    return Math.min(best, rest);
  }
}
