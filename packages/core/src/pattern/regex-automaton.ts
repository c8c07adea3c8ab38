import { ASSERTIONS, RegexOp, type RegexProgram } from './regex-program.js';

// What stands beside a place between characters.
const EDGE = 0;
const WORD = 1;
const OTHER = 2;
/** The "byte" behind the last one. */
const END = 256;
const UNKNOWN = -1;
// A state costs about a kibibyte.
const STATE_COUNT_MAX = 4096;

/**
 * A deterministic automaton that is made from a program while it runs: each state is a set of instructions, each
 * transition is computed once. Time is linear in the text whatever the expression; memory is bounded by
 * forgetting all states when there are too many.
 *
 * A match is known one byte late, when the byte behind it is seen: so assertions may look at both sides.
 */
export class RegexAutomaton {
  readonly #program: RegexProgram;
  /** A match may begin at each place, not only where the run begins. */
  readonly #isFloating: boolean;
  readonly #stateByKey = new Map<string, number>();
  #sets: Int32Array[] = [];
  #kinds: number[] = [];
  /** For each state and byte: the next state times two, plus one where a match ends before the byte. */
  #steps: Int32Array[] = [];
  readonly #marks: Uint32Array;
  #mark = 0;

  constructor(program: RegexProgram, isFloating: boolean) {
    this.#program = program;
    this.#isFloating = isFloating;
    this.#marks = new Uint32Array(program.op.length);
  }

  /** Whether what stands beside a match decides about it. */
  get looksAround(): boolean {
    return this.#program.hasAssertions;
  }

  /** Whether a match ends anywhere in `bytes[from, end)`, which begins at `start`. */
  test(bytes: Uint8Array, start: number, end: number, from = start): boolean {
    let state = this.#begin(from > start ? kindOf(bytes[from - 1]!) : EDGE);
    for (let at = from; at < end; at++) {
      const byte = bytes[at]!;
      let step = this.#steps[state]![byte]!;
      if (step === UNKNOWN) step = this.#step(state, byte);
      if ((step & 1) !== 0) return true;
      state = step >> 1;
    }
    let step = this.#steps[state]![END]!;
    if (step === UNKNOWN) step = this.#step(state, END);
    return (step & 1) !== 0;
  }

  /** Where the longest match that begins at `from` ends, or -1. */
  longestFrom(bytes: Uint8Array, start: number, end: number, from: number): number {
    let state = this.#begin(from > start ? kindOf(bytes[from - 1]!) : EDGE);
    let found = -1;
    for (let at = from; at <= end; at++) {
      const byte = at < end ? bytes[at]! : END;
      let step = this.#steps[state]![byte]!;
      if (step === UNKNOWN) step = this.#step(state, byte);
      if ((step & 1) !== 0) found = at;
      state = step >> 1;
      if (this.#sets[state]!.length === 0) break;
    }
    return found;
  }

  /**
   * Reads from `end` down to `from` (the program must be a reversed one) and gives the least place at which a match
   * that was read backwards ends: where the leftmost match begins, or -1.
   */
  leftmost(bytes: Uint8Array, start: number, end: number, from: number): number {
    let state = this.#begin(EDGE);
    let found = -1;
    for (let at = end; at >= from; at--) {
      const byte = at > start ? bytes[at - 1]! : END;
      let step = this.#steps[state]![byte]!;
      if (step === UNKNOWN) step = this.#step(state, byte);
      if ((step & 1) !== 0) found = at;
      state = step >> 1;
    }
    return found;
  }

  #begin(kind: number): number {
    return this.#intern(Int32Array.of(this.#program.start), kind);
  }

  #step(state: number, byte: number): number {
    const { op, first, last, next } = this.#program;
    const before = this.#kinds[state]!;
    const closure = this.#close(this.#sets[state]!, before, byte === END ? EDGE : kindOf(byte));
    const set: number[] = [];
    let isMatch = 0;
    this.#mark++;
    const mark = this.#mark;
    for (const at of closure) {
      if (op[at] === RegexOp.match) {
        isMatch = 1;
      } else if (op[at] === RegexOp.byte && byte >= first[at]! && byte <= last[at]!) {
        const target = next[at]!;
        if (this.#marks[target] === mark) continue;
        this.#marks[target] = mark;
        set.push(target);
      }
    }
    if (this.#isFloating && byte !== END && this.#marks[this.#program.start] !== mark) set.push(this.#program.start);
    const steps = this.#steps[state]!;
    const target = this.#intern(Int32Array.from(set).sort(), byte === END ? EDGE : kindOf(byte));
    const step = target * 2 + isMatch;
    // Interning may have forgotten all states; then this array belongs to none of them and is left behind.
    steps[byte] = step;
    return step;
  }

  /** All instructions that are reached from a set without taking a byte. */
  #close(set: Int32Array, before: number, after: number): number[] {
    const { op, first, next, other } = this.#program;
    const mark = ++this.#mark;
    const found: number[] = [];
    const open: number[] = [];
    const visit = (at: number): void => {
      if (this.#marks[at] === mark) return;
      this.#marks[at] = mark;
      open.push(at);
    };
    for (const at of set) {
      visit(at);
      for (let top = open.pop(); top !== undefined; top = open.pop()) {
        if (op[top] === RegexOp.split) {
          visit(other[top]!);
          visit(next[top]!);
        } else if (op[top] !== RegexOp.assert) {
          found.push(top);
        } else if (this.#holds(first[top]!, before, after)) {
          visit(next[top]!);
        }
      }
    }
    return found;
  }

  #holds(assertion: number, before: number, after: number): boolean {
    const name = ASSERTIONS[assertion]!;
    // A reversed program walks the other way: what it passed is behind the place.
    const left = this.#program.isReversed ? after : before;
    const right = this.#program.isReversed ? before : after;
    switch (name) {
      case 'start': return left === EDGE;
      case 'end': return right === EDGE;
      case 'word-edge': return (left === WORD) !== (right === WORD);
      case 'not-word-edge': return (left === WORD) === (right === WORD);
      case 'word-start': return left !== WORD && right === WORD;
      case 'word-end': return left === WORD && right !== WORD;
      default: return name satisfies never;
    }
  }

  #intern(set: Int32Array, kind: number): number {
    const usedKind = this.#program.hasAssertions ? kind : EDGE;
    const key = `${usedKind}:${set.join(',')}`;
    const known = this.#stateByKey.get(key);
    if (known !== undefined) return known;
    if (this.#sets.length >= STATE_COUNT_MAX) {
      this.#stateByKey.clear();
      this.#sets = [];
      this.#kinds = [];
      this.#steps = [];
    }
    const state = this.#sets.push(set) - 1;
    this.#kinds.push(usedKind);
    this.#steps.push(new Int32Array(END + 1).fill(UNKNOWN));
    this.#stateByKey.set(key, state);
    return state;
  }
}

function kindOf(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return WORD;
  if (byte >= 0x41 && byte <= 0x5a) return WORD;
  if (byte >= 0x61 && byte <= 0x7a) return WORD;
  return byte === 0x5f ? WORD : OTHER;
}
