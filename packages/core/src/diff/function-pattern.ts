/**
 * Finding lines that begin a function or another section, for the headings of hunks and for whole functions.
 *
 * A rule is made of expressions, one a line. The first one that matches decides: one that begins with `!` says that
 * nothing begins here, another one that something does, named by what its first group matched, or by the whole match
 * when there is no such group.
 */
import { GovcError } from '../errors.js';
import { RegexAutomaton } from '../pattern/regex-automaton.js';
import { compileRegex } from '../pattern/regex-program.js';
import { parseRegex, type RegexNode } from '../pattern/regex-syntax.js';
import { compileTextPattern, type TextMatch, type TextPattern } from '../pattern/text-pattern.js';

/** A rule that says which lines begin a function. */
export interface FunctionPattern {
  /** The part of a line (given with its LF) that names what begins there; undefined when nothing does. */
  findName(line: Uint8Array): Uint8Array | undefined;
}

/** Git's rule without a driver: a line begins a function when it begins with an ASCII letter, `_` or `$`. */
export const DEFAULT_FUNCTION_PATTERN: FunctionPattern = {
  findName(line) {
    const first = line[0];
    if (first === undefined) return undefined;
    const lower = first | 0x20;
    return (lower >= 0x61 && lower <= 0x7a) || first === 0x5f || first === 0x24 ? line : undefined;
  },
};

/** In which language a rule is written. */
export interface FunctionPatternOptions {
  /** `basic` for `diff.<driver>.funcname`, `extended` (the default) for `xfuncname`. */
  readonly syntax?: 'basic' | 'extended' | undefined;
  readonly ignoreCase?: boolean | undefined;
}

/**
 * The rule that a value of `diff.<driver>.xfuncname` or `funcname` describes.
 *
 * @param source lossless text
 * @throws {GovcError} pattern-invalid: an expression cannot be read, or the last one is negated; limit-exceeded.
 */
export function compileFunctionPattern(source: string, options: FunctionPatternOptions = {}): FunctionPattern {
  const lines = source.split('\n');
  if (lines.at(-1)?.startsWith('!') === true) {
    throw new GovcError('pattern-invalid', 'The last expression of a function pattern is negated, so nothing would match.', {
      pattern: source.slice(0, 4096),
    });
  }
  const rules = lines.map((line) => {
    const isNegated = line.startsWith('!');
    return new Rule(isNegated ? line.slice(1) : line, { isNegated, options });
  });
  return new RuleList(rules);
}

const LF = 0x0a;
const CR = 0x0d;

class RuleList implements FunctionPattern {
  readonly #rules: readonly Rule[];

  constructor(rules: readonly Rule[]) {
    this.#rules = rules;
  }

  findName(line: Uint8Array): Uint8Array | undefined {
    let end = line.length;
    if (end > 0 && line[end - 1] === LF) {
      end--;
      if (end > 0 && line[end - 1] === CR) end--;
    }
    for (const rule of this.#rules) {
      if (!rule.pattern.test(line, 0, end)) continue;
      if (rule.isNegated) return undefined;
      const { start, end: nameEnd } = rule.findName(line.subarray(0, end));
      return line.subarray(start, nameEnd);
    }
    return undefined;
  }
}

/** In longer lines the name is the whole match: finding the group takes time that grows with the square of the size. */
const GROUP_LINE_SIZE_MAX = 4096;

/** One expression. */
class Rule {
  readonly pattern: TextPattern;
  readonly isNegated: boolean;
  readonly #branches: readonly Branch[];

  constructor(source: string, kind: { isNegated: boolean; options: FunctionPatternOptions }) {
    const syntax = kind.options.syntax ?? 'extended';
    const ignoreCase = kind.options.ignoreCase ?? false;
    this.isNegated = kind.isNegated;
    this.pattern = compileTextPattern(source, { syntax, ignoreCase });
    const { root, hasBackReference } = parseRegex(source, { syntax, ignoreCase });
    const options = root.kind === 'choice' ? root.options : [root];
    this.#branches = hasBackReference || kind.isNegated ? [] : options.map((option) => new Branch(option));
  }

  /** The first group of the match in a line that has one, or the match. */
  findName(line: Uint8Array): TextMatch {
    const match = this.pattern.find(line, 0, line.length) ?? { start: 0, end: line.length };
    if (line.length > GROUP_LINE_SIZE_MAX) return match;
    const branch = this.#branches.find((candidate) => candidate.hasMatch(line, match));
    return branch?.findGroup(line, match) ?? match;
  }
}

/**
 * A sequence cut at its first group. Of the ways to divide a match between the parts the one counts whose first part is
 * longest, then whose second part is (POSIX, "leftmost longest").
 */
class Branch {
  readonly #whole: RegexAutomaton;
  readonly #before: RegexAutomaton;
  /** The group, and what follows it; undefined without the first group of the expression. */
  readonly #group: RegexAutomaton | undefined;
  readonly #after: RegexAutomaton;
  readonly #rest: RegexAutomaton;

  constructor(root: RegexNode) {
    const parts = root.kind === 'sequence' ? root.parts : [root];
    const at = parts.findIndex((part) => isFirstGroup(part));
    const group = parts[at];
    this.#whole = automatonOf(parts);
    this.#before = automatonOf(parts.slice(0, Math.max(0, at)));
    this.#group = group === undefined ? undefined : automatonOf([group.kind === 'repeat' ? group.body : group]);
    this.#after = automatonOf(parts.slice(at + 1));
    this.#rest = automatonOf(parts.slice(Math.max(0, at)));
  }

  hasMatch(line: Uint8Array, match: TextMatch): boolean {
    return this.#whole.longestFrom(line, 0, line.length, match.start) === match.end;
  }

  findGroup(line: Uint8Array, match: TextMatch): TextMatch | undefined {
    if (this.#group === undefined) return undefined;
    const start = this.#cut(line, { from: match.start, end: match.end, first: this.#before, second: this.#rest });
    if (start === undefined) return undefined;
    const end = this.#cut(line, { from: start, end: match.end, first: this.#group, second: this.#after });
    return end === undefined ? undefined : { start, end };
  }

  /** The last place at which `first` ends, begun at `from`, and `second` leads to `end`. */
  #cut(line: Uint8Array, parts: { from: number; end: number; first: RegexAutomaton; second: RegexAutomaton }): number | undefined {
    const { from, end, first, second } = parts;
    for (let at = first.longestFrom(line, 0, line.length, from); at >= from; at--) {
      if (second.longestFrom(line, 0, line.length, at) !== end) continue;
      if (first.longestFrom(line, 0, at, from) === at) return at;
    }
    return undefined;
  }
}

function isFirstGroup(part: RegexNode): boolean {
  if (part.kind === 'repeat') return isFirstGroup(part.body);
  return part.kind === 'group' && part.number === 1;
}

function automatonOf(parts: readonly RegexNode[]): RegexAutomaton {
  return new RegexAutomaton(compileRegex({ kind: 'sequence', parts }, false), false);
}
