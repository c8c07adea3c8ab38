import { GovcError } from '../errors.js';
import { LIMITS } from '../limits.js';
import type { CodeRange, RegexAssertion, RegexNode } from './regex-syntax.js';

/** What an instruction of a program does. */
export const RegexOp = {
  /** Takes a byte from `first` to `last`, then goes on at `next`. */
  byte: 0,
  /** Goes on at `next` and at `other`. */
  split: 1,
  /** Goes on at `next` where the assertion `first` holds. */
  assert: 2,
  match: 3,
} as const;

/** The assertions by number, as `first` of an instruction names them. */
export const ASSERTIONS: readonly RegexAssertion[] = ['start', 'end', 'word-edge', 'not-word-edge', 'word-start', 'word-end'];

/**
 * A nondeterministic automaton over bytes of UTF-8 (Thompson's construction): instructions in columns.
 * Made for one direction of reading.
 */
export interface RegexProgram {
  readonly op: readonly number[];
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly next: readonly number[];
  readonly other: readonly number[];
  readonly start: number;
  readonly hasAssertions: boolean;
  readonly isReversed: boolean;
}

/**
 * The program of a parsed expression without back-references.
 *
 * @param isReversed reads texts from their end to their start
 * @throws {GovcError} limit-exceeded: intervals of intervals make it too large.
 */
export function compileRegex(root: RegexNode, isReversed: boolean): RegexProgram {
  return new RegexCompiler(isReversed).compile(root);
}

type ByteRange = readonly [first: number, last: number];

/** No byte is in it. */
const NO_RANGE: ByteRange = [1, 0];

class RegexCompiler {
  readonly #isReversed: boolean;
  readonly #op: number[] = [];
  readonly #first: number[] = [];
  readonly #last: number[] = [];
  readonly #next: number[] = [];
  readonly #other: number[] = [];
  #hasAssertions = false;

  constructor(isReversed: boolean) {
    this.#isReversed = isReversed;
  }

  compile(root: RegexNode): RegexProgram {
    const start = this.#node(root, this.#add(RegexOp.match, 0));
    return {
      op: this.#op, first: this.#first, last: this.#last, next: this.#next, other: this.#other, start,
      hasAssertions: this.#hasAssertions, isReversed: this.#isReversed,
    };
  }

  #add(op: number, next: number, other = 0, range: ByteRange = NO_RANGE): number {
    if (this.#op.length >= LIMITS.regexProgramSize.value) {
      throw new GovcError('limit-exceeded', `A regular expression needs more than ${LIMITS.regexProgramSize.value} steps.`, {
        limit: LIMITS.regexProgramSize.value,
      });
    }
    this.#first.push(range[0]);
    this.#last.push(range[1]);
    this.#next.push(next);
    this.#other.push(other);
    return this.#op.push(op) - 1;
  }

  /** Adds what stands before `next`, and gives where it begins. Depth: groups of the expression, which are bounded. */
  #node(node: RegexNode, next: number): number {
    switch (node.kind) {
      case 'empty': return next;
      case 'set': return this.#set(node.ranges, next);
      case 'group': return this.#node(node.body, next);
      case 'assert':
        this.#hasAssertions = true;
        return this.#add(RegexOp.assert, next, 0, [ASSERTIONS.indexOf(node.assertion), 0]);
      case 'sequence': {
        const parts = this.#isReversed ? node.parts : node.parts.toReversed();
        let at = next;
        for (const part of parts) at = this.#node(part, at);
        return at;
      }
      case 'choice': return this.#split(node.options.map((option) => this.#node(option, next)));
      case 'repeat': return this.#repeat(node.body, node.min, node.max, next);
      case 'back-reference': throw new Error('back-references have no automaton');
      default: return node satisfies never;
    }
  }

  #split(targets: readonly number[]): number {
    let at = targets.at(-1)!;
    for (let i = targets.length - 2; i >= 0; i--) at = this.#add(RegexOp.split, targets[i]!, at);
    return at;
  }

  #repeat(body: RegexNode, min: number, max: number, next: number): number {
    let at = next;
    if (max === Number.POSITIVE_INFINITY) {
      const loop = this.#add(RegexOp.split, 0, next);
      this.#next[loop] = this.#node(body, loop);
      at = loop;
    } else {
      for (let i = min; i < max; i++) at = this.#add(RegexOp.split, this.#node(body, at), next);
    }
    for (let i = 0; i < min; i++) at = this.#node(body, at);
    return at;
  }

  /** Characters as sequences of bytes. An empty set never matches. */
  #set(ranges: readonly CodeRange[], next: number): number {
    const starts: number[] = [];
    for (const range of ranges) {
      for (const bytes of utf8Sequences(range)) {
        let at = next;
        const ordered = this.#isReversed ? bytes : bytes.toReversed();
        for (const byteRange of ordered) at = this.#add(RegexOp.byte, at, 0, byteRange);
        starts.push(at);
      }
    }
    return starts.length === 0 ? this.#add(RegexOp.byte, next, 0, NO_RANGE) : this.#split(starts);
  }
}


const SIZE_ENDS = [0x7f, 0x7ff, 0xffff, 0x10ffff];

/** The UTF-8 of a range of characters as sequences of byte ranges (RFC 3629, section 3). */
function utf8Sequences(range: CodeRange): ByteRange[][] {
  const found: ByteRange[][] = [];
  const open: [number, number][] = [[range[0], range[1]]];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    const [first, last] = part;
    const split = splitPoint(first, last);
    if (split !== undefined) {
      open.push([split + 1, last], [first, split]);
      continue;
    }
    const from = utf8Of(first);
    const to = utf8Of(last);
    found.push(from.map((byte, i): ByteRange => [byte, to[i]!]));
  }
  return found;
}

/** Where a range must be cut so that each byte position runs by itself, or `undefined` when it does. */
function splitPoint(first: number, last: number): number | undefined {
  for (const end of SIZE_ENDS) if (first <= end && last > end) return end;
  if (first <= 0x7f) return undefined;
  const count = utf8Of(first).length - 1;
  for (let i = 1; i <= count; i++) {
    const mask = (1 << (6 * i)) - 1;
    if ((first & ~mask) === (last & ~mask)) continue;
    if ((first & mask) !== 0) return first | mask;
    if ((last & mask) !== mask) return (last & ~mask) - 1;
  }
  return undefined;
}

function utf8Of(code: number): number[] {
  if (code <= 0x7f) return [code];
  if (code <= 0x7ff) return [0xc0 | (code >> 6), 0x80 | (code & 0x3f)];
  if (code <= 0xffff) return [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)];
  return [0xf0 | (code >> 18), 0x80 | ((code >> 12) & 0x3f), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)];
}
