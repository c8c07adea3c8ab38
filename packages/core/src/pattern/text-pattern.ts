import { GovcError } from '../errors.js';
import { bytesFromLosslessText, losslessTextFromBytes } from '../bytes/lossless-text.js';
import { RegexAutomaton } from './regex-automaton.js';
import { compileRegex } from './regex-program.js';
import { parseRegex, type RegexNode } from './regex-syntax.js';

/**
 * How a pattern is written, as Git's `grep.patternType` names it: `fixed` text, a `basic` or `extended` expression of
 * POSIX, or `perl`, which here is JavaScript's own language in its Unicode mode.
 */
export type PatternSyntax = 'fixed' | 'basic' | 'extended' | 'perl';

/** How a pattern is compiled. */
export interface TextPatternOptions {
  /** Default: `basic`. */
  readonly syntax?: PatternSyntax | undefined;
  /** Default: `false`. */
  readonly ignoreCase?: boolean | undefined;
}

/** A place in a text, in bytes. */
export interface TextMatch {
  readonly start: number;
  readonly end: number;
}

/**
 * A pattern that is looked for in bytes, one text (usually a line without its end) at a time. `^` and `$` stand for the
 * ends of that text.
 */
export interface TextPattern {
  /** Matching may take time beyond all measure for hostile patterns: back-references, and `perl`. */
  readonly isBacktracking: boolean;
  /** It is plain text, which may hold line feeds itself. */
  readonly spansLines: boolean;
  /** Whether the text `bytes[start, end)` has a match. O(end - start) unless it backtracks. */
  test(bytes: Uint8Array, start: number, end: number): boolean;
  /** `false` only when no part of the bytes is a match, however they are cut into texts: a fast first look. */
  mayMatchIn(bytes: Uint8Array): boolean;
  /**
   * The leftmost match at or behind `from` (default: `start`), the longest of those that begin there (a `perl` one: the
   * first by its rules), or `undefined`. May be empty.
   */
  find(bytes: Uint8Array, start: number, end: number, from?: number): TextMatch | undefined;
}

/**
 * The pattern that a text describes.
 *
 * @param source lossless text
 * @throws {GovcError} pattern-invalid, limit-exceeded
 */
export function compileTextPattern(source: string, options: TextPatternOptions = {}): TextPattern {
  const { syntax = 'basic', ignoreCase = false } = options;
  switch (syntax) {
    case 'fixed': {
      const bytes = bytesFromLosslessText(source);
      if (!ignoreCase) return new FixedPattern(bytes);
      return automatic({ kind: 'sequence', parts: Array.from(source, (character) => parseRegex(
        /[\\^$.*[\]]/.test(character) ? `\\${character}` : character, { syntax: 'basic', ignoreCase },
      ).root) });
    }
    case 'perl': return new BacktrackingPattern(source, ignoreCase);
    case 'basic':
    case 'extended': {
      const { root, hasBackReference } = parseRegex(source, { syntax, ignoreCase });
      return hasBackReference ? new BacktrackingPattern(sourceOf(root), ignoreCase) : automatic(root);
    }
    default: return syntax satisfies never;
  }
}

function automatic(root: RegexNode): TextPattern {
  const literal = literalOf(root);
  return literal === undefined ? new AutomatonPattern(root) : new FixedPattern(literal);
}

/** The one text that a tree matches, where it is as simple as that. */
function literalOf(root: RegexNode): Uint8Array | undefined {
  const parts = root.kind === 'sequence' ? root.parts : [root];
  let text = '';
  for (const part of parts) {
    if (part.kind !== 'set' || part.ranges.length !== 1) return undefined;
    const [first, last] = part.ranges[0]!;
    if (first !== last) return undefined;
    text += String.fromCodePoint(first);
  }
  return bytesFromLosslessText(text);
}

class FixedPattern implements TextPattern {
  readonly isBacktracking = false;
  readonly spansLines = true;
  readonly #needle: Uint8Array;

  constructor(needle: Uint8Array) {
    this.#needle = needle;
  }

  test(bytes: Uint8Array, start: number, end: number): boolean {
    return this.find(bytes, start, end) !== undefined;
  }

  mayMatchIn(bytes: Uint8Array): boolean {
    return this.test(bytes, 0, bytes.length);
  }

  find(bytes: Uint8Array, start: number, end: number, from = start): TextMatch | undefined {
    const size = this.#needle.length;
    if (size === 0) return from <= end ? { start: from, end: from } : undefined;
    const view = Buffer.from(bytes.buffer, bytes.byteOffset + from, end - from);
    const at = view.indexOf(this.#needle);
    return at < 0 ? undefined : { start: from + at, end: from + at + size };
  }
}

class AutomatonPattern implements TextPattern {
  readonly isBacktracking = false;
  readonly spansLines = false;
  readonly #root: RegexNode;
  readonly #any: RegexAutomaton;
  #backward: RegexAutomaton | undefined;
  #anchored: RegexAutomaton | undefined;

  constructor(root: RegexNode) {
    this.#root = root;
    this.#any = new RegexAutomaton(compileRegex(root, false), true);
  }

  test(bytes: Uint8Array, start: number, end: number): boolean {
    return this.#any.test(bytes, start, end);
  }

  mayMatchIn(bytes: Uint8Array): boolean {
    return this.#any.looksAround || this.#any.test(bytes, 0, bytes.length);
  }

  find(bytes: Uint8Array, start: number, end: number, from = start): TextMatch | undefined {
    if (!this.#any.test(bytes, start, end, from)) return undefined;
    this.#backward ??= new RegexAutomaton(compileRegex(this.#root, true), true);
    this.#anchored ??= new RegexAutomaton(compileRegex(this.#root, false), false);
    const left = this.#backward.leftmost(bytes, start, end, from);
    return { start: left, end: this.#anchored.longestFrom(bytes, start, end, left) };
  }
}

/** JavaScript's own engine, for what no automaton decides. */
class BacktrackingPattern implements TextPattern {
  readonly isBacktracking = true;
  readonly spansLines = false;
  readonly #regex: RegExp;

  constructor(source: string, ignoreCase: boolean) {
    try {
      this.#regex = new RegExp(source, ignoreCase ? 'gui' : 'gu');
    } catch (error) {
      throw new GovcError('pattern-invalid', `The regular expression "${source.slice(0, 200)}" cannot be read.`, {
        pattern: source.slice(0, 4096), reason: error instanceof Error ? error.message : '',
      });
    }
  }

  test(bytes: Uint8Array, start: number, end: number): boolean {
    return this.find(bytes, start, end) !== undefined;
  }

  mayMatchIn(): boolean {
    return true;
  }

  find(bytes: Uint8Array, start: number, end: number, from = start): TextMatch | undefined {
    const text = losslessTextFromBytes(bytes.subarray(start, end));
    this.#regex.lastIndex = losslessTextFromBytes(bytes.subarray(start, from)).length;
    const found = this.#regex.exec(text);
    if (found === null) return undefined;
    const left = start + bytesFromLosslessText(text.slice(0, found.index)).length;
    return { start: left, end: left + bytesFromLosslessText(found[0]).length };
  }
}

const ASSERTION_SOURCES = {
  'start': '(?<![^])', 'end': '(?![^])', 'word-edge': '\\b', 'not-word-edge': '\\B',
  'word-start': '\\b(?=\\w)', 'word-end': '\\b(?<=\\w)',
} as const;

/** A parsed expression in JavaScript's language. */
function sourceOf(node: RegexNode): string {
  switch (node.kind) {
    case 'empty': return '(?:)';
    case 'set': return setSource(node.ranges);
    case 'sequence': return node.parts.map(sourceOf).join('');
    case 'choice': return `(?:${node.options.map(sourceOf).join('|')})`;
    case 'group': return `(${sourceOf(node.body)})`;
    case 'assert': return `(?:${ASSERTION_SOURCES[node.assertion]})`;
    case 'back-reference': return `(?:\\${node.number})`;
    case 'repeat': {
      const max = node.max === Number.POSITIVE_INFINITY ? '' : String(node.max);
      return `(?:${sourceOf(node.body)}){${node.min},${max}}`;
    }
    default: return node satisfies never;
  }
}

function setSource(ranges: readonly (readonly [number, number])[]): string {
  if (ranges.length === 0) return '(?!)';
  return `[${ranges.map(([first, last]) => `\\u{${first.toString(16)}}-\\u{${last.toString(16)}}`).join('')}]`;
}
