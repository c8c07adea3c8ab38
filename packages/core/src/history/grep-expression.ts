import { GovcError } from '../errors.js';
import { LIMITS } from '../limits.js';
import { compileTextPattern, type TextMatch, type TextPattern, type TextPatternOptions } from '../pattern/text-pattern.js';

/** What a line must be like, as `git grep` combines patterns. Text stands for a pattern. */
export type GrepExpression =
  | string
  | { readonly all: readonly GrepExpression[] }
  | { readonly any: readonly GrepExpression[] }
  | { readonly not: GrepExpression };

/** How patterns are read. */
export interface GrepMatchOptions extends TextPatternOptions {
  /** A match must begin and end at the edge of a word. Default: `false`. */
  readonly word?: boolean | undefined;
}

/** An expression that is ready to look at lines. */
export interface LineMatcher {
  /** Whether the line `bytes[start, end)` is as asked for. */
  matches(bytes: Uint8Array, start: number, end: number): boolean;
  /** `false` only when no line of the bytes can match. */
  mayMatchIn(bytes: Uint8Array): boolean;
}

/** A compiled expression. */
export interface CompiledGrep {
  readonly matcher: LineMatcher;
  /** The parts of an `any` at the top, or the whole: with `--all-match` each must match some line. */
  readonly parts: readonly LineMatcher[];
  /** Where in a line patterns match that are not negated, from the left and not overlapping. */
  spans(bytes: Uint8Array, start: number, end: number): TextMatch[];
}

/**
 * Compiles an expression.
 *
 * @throws {GovcError} pattern-invalid, limit-exceeded
 */
export function compileGrep(expression: GrepExpression, options: GrepMatchOptions = {}): CompiledGrep {
  const positive: WordPattern[] = [];
  const compile = (node: GrepExpression, isPositive: boolean, depth = 0): LineMatcher => {
    const limit = LIMITS.regexDepth.value;
    if (depth > limit) throw new GovcError('limit-exceeded', `A grep expression nests more than ${limit} levels.`, { limit });
    if (typeof node === 'string') {
      const pattern = new WordPattern(compileTextPattern(node, options), options.word === true);
      if (isPositive) positive.push(pattern);
      return pattern;
    }
    if ('not' in node) return new Negation(compile(node.not, !isPositive, depth + 1));
    return 'all' in node
      ? new Conjunction(node.all.map((part) => compile(part, isPositive, depth + 1)))
      : new Disjunction(node.any.map((part) => compile(part, isPositive, depth + 1)));
  };
  const matcher = compile(expression, true);
  return {
    matcher,
    parts: matcher instanceof Disjunction ? matcher.parts : [matcher],
    spans: (bytes, start, end) => spansOf(positive, { bytes, start, end }),
  };
}

class Negation implements LineMatcher {
  readonly #part: LineMatcher;

  constructor(part: LineMatcher) {
    this.#part = part;
  }

  matches(bytes: Uint8Array, start: number, end: number): boolean {
    return !this.#part.matches(bytes, start, end);
  }

  mayMatchIn(): boolean {
    return true;
  }
}

class Conjunction implements LineMatcher {
  readonly #parts: readonly LineMatcher[];

  constructor(parts: readonly LineMatcher[]) {
    this.#parts = parts;
  }

  matches(bytes: Uint8Array, start: number, end: number): boolean {
    return this.#parts.every((part) => part.matches(bytes, start, end));
  }

  mayMatchIn(bytes: Uint8Array): boolean {
    return this.#parts.every((part) => part.mayMatchIn(bytes));
  }
}

class Disjunction implements LineMatcher {
  readonly parts: readonly LineMatcher[];

  constructor(parts: readonly LineMatcher[]) {
    this.parts = parts;
  }

  matches(bytes: Uint8Array, start: number, end: number): boolean {
    return this.parts.some((part) => part.matches(bytes, start, end));
  }

  mayMatchIn(bytes: Uint8Array): boolean {
    return this.parts.some((part) => part.mayMatchIn(bytes));
  }
}

/** A pattern, on whole words when asked for. */
class WordPattern implements LineMatcher {
  readonly #pattern: TextPattern;
  readonly #isWord: boolean;

  constructor(pattern: TextPattern, isWord: boolean) {
    this.#pattern = pattern;
    this.#isWord = isWord;
  }

  matches(bytes: Uint8Array, start: number, end: number): boolean {
    if (!this.#isWord) return this.#pattern.test(bytes, start, end);
    return this.find(bytes, start, end) !== undefined;
  }

  mayMatchIn(bytes: Uint8Array): boolean {
    return this.#pattern.mayMatchIn(bytes);
  }

  /** The first match from a place on. One inside of a word is passed over, to the next place where a word may begin. */
  find(bytes: Uint8Array, start: number, end: number, from = start): TextMatch | undefined {
    let at = from;
    for (;;) {
      const found = this.#pattern.find(bytes, start, end, at);
      if (found === undefined || !this.#isWord) return found;
      const isEdged = (found.start === start || !isWordByte(bytes[found.start - 1]!)) &&
        (found.end === end || !isWordByte(bytes[found.end]!));
      if (isEdged && found.end > found.start) return found;
      at = found.start + 1;
      while (at < end && isWordByte(bytes[at - 1]!)) at++;
      if (at >= end) return undefined;
    }
  }
}

function spansOf(
  patterns: readonly WordPattern[], { bytes, start, end }: { readonly bytes: Uint8Array; readonly start: number; readonly end: number },
): TextMatch[] {
  const spans: TextMatch[] = [];
  for (let at = start; at <= end;) {
    let first: TextMatch | undefined;
    for (const pattern of patterns) {
      const found = pattern.find(bytes, start, end, at);
      if (found === undefined) continue;
      const isBetter = first === undefined || found.start < first.start || (found.start === first.start && found.end > first.end);
      if (isBetter) first = found;
    }
    // An empty match shows nothing, and Git looks no further.
    if (first === undefined || first.end === first.start) break;
    spans.push({ start: first.start - start, end: first.end - start });
    at = first.end;
  }
  return spans;
}

function isWordByte(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x5f;
}
