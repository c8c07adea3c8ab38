/**
 * Regular expressions of POSIX (IEEE Std 1003.1, chapter 9) with the extensions of the GNU C library that Git's users
 * rely on, parsed to a tree: basic (`\(`, `\{`, and GNU's `\|`, `\+`, `\?`) and extended ones.
 */
import { GovcError } from '../errors.js';
import { LIMITS } from '../limits.js';

/** An inclusive range of code points. */
export type CodeRange = readonly [first: number, last: number];

/** What holds between two characters. */
export type RegexAssertion = 'start' | 'end' | 'word-edge' | 'not-word-edge' | 'word-start' | 'word-end';

/** A parsed expression. */
export type RegexNode =
  | { readonly kind: 'empty' }
  /** One character out of ranges that are ordered and apart. */
  | { readonly kind: 'set'; readonly ranges: readonly CodeRange[] }
  | { readonly kind: 'sequence'; readonly parts: readonly RegexNode[] }
  | { readonly kind: 'choice'; readonly options: readonly RegexNode[] }
  | { readonly kind: 'repeat'; readonly body: RegexNode; readonly min: number; readonly max: number }
  | { readonly kind: 'group'; readonly number: number; readonly body: RegexNode }
  | { readonly kind: 'assert'; readonly assertion: RegexAssertion }
  | { readonly kind: 'back-reference'; readonly number: number };

/** Which language an expression is in, and how it compares. */
export interface RegexSyntaxOptions {
  readonly syntax: 'basic' | 'extended';
  readonly ignoreCase: boolean;
}

const CODE_POINT_MAX = 0x10ffff;
const ANY: RegexNode = { kind: 'set', ranges: [[0, CODE_POINT_MAX]] };
const EMPTY: RegexNode = { kind: 'empty' };

const CLASSES: Readonly<Record<string, readonly CodeRange[]>> = {
  alnum: [[0x30, 0x39], [0x41, 0x5a], [0x61, 0x7a]],
  alpha: [[0x41, 0x5a], [0x61, 0x7a]],
  blank: [[0x09, 0x09], [0x20, 0x20]],
  cntrl: [[0x00, 0x1f], [0x7f, 0x7f]],
  digit: [[0x30, 0x39]],
  graph: [[0x21, 0x7e]],
  lower: [[0x61, 0x7a]],
  print: [[0x20, 0x7e]],
  punct: [[0x21, 0x2f], [0x3a, 0x40], [0x5b, 0x60], [0x7b, 0x7e]],
  space: [[0x09, 0x0d], [0x20, 0x20]],
  upper: [[0x41, 0x5a]],
  xdigit: [[0x30, 0x39], [0x41, 0x46], [0x61, 0x66]],
};
const WORD: readonly CodeRange[] = [[0x30, 0x39], [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]];

const GNU_ASSERTIONS: Readonly<Record<string, RegexAssertion>> = {
  '<': 'word-start', '>': 'word-end', 'b': 'word-edge', 'B': 'not-word-edge', '`': 'start', '\'': 'end',
};

/** An expression and what its user must know of it. */
export interface ParsedRegex {
  readonly root: RegexNode;
  /** No finite automaton decides it. */
  readonly hasBackReference: boolean;
}

/**
 * Parses an expression.
 *
 * @throws {GovcError} pattern-invalid: what regcomp(3) refuses; limit-exceeded: groups nest too deeply.
 */
export function parseRegex(source: string, options: RegexSyntaxOptions): ParsedRegex {
  return new RegexParser(source, options).parse();
}

class RegexParser {
  readonly #source: string;
  readonly #text: readonly string[];
  readonly #isExtended: boolean;
  readonly #ignoreCase: boolean;
  #at = 0;
  #groupCount = 0;
  readonly #closed = new Set<number>();
  #depth = 0;
  #hasBackReference = false;

  constructor(source: string, options: RegexSyntaxOptions) {
    if (source.length > LIMITS.regexSize.value) {
      throw new GovcError('limit-exceeded', `A regular expression is longer than ${LIMITS.regexSize.value} characters.`, {
        limit: LIMITS.regexSize.value,
      });
    }
    this.#source = source;
    this.#text = Array.from(source);
    this.#isExtended = options.syntax === 'extended';
    this.#ignoreCase = options.ignoreCase;
  }

  parse(): ParsedRegex {
    const root = this.#choice();
    if (this.#at < this.#text.length) throw this.#invalid('a closing parenthesis without an opening one');
    return { root, hasBackReference: this.#hasBackReference };
  }

  #choice(): RegexNode {
    const options = [this.#sequence()];
    while (this.#take(this.#isExtended ? '|' : '\\|')) options.push(this.#sequence());
    return options.length === 1 ? options[0]! : { kind: 'choice', options };
  }

  #sequence(): RegexNode {
    const parts: RegexNode[] = [];
    while (this.#at < this.#text.length && !this.#isSequenceEnd()) {
      const atom = this.#atom(parts.length === 0);
      parts.push(this.#repeated(atom));
    }
    if (parts.length === 0) return EMPTY;
    return parts.length === 1 ? parts[0]! : { kind: 'sequence', parts };
  }

  #isSequenceEnd(): boolean {
    if (this.#isExtended) return this.#sees('|') || (this.#depth > 0 && this.#sees(')'));
    return this.#sees('\\|') || (this.#sees('\\)'));
  }

  #atom(isFirst: boolean): RegexNode {
    const character = this.#text[this.#at++]!;
    switch (character) {
      case '.': return ANY;
      case '[': return this.#bracket();
      case '\\': return this.#escape();
      case '^':
        return this.#isExtended || isFirst ? { kind: 'assert', assertion: 'start' } : this.#literal(character);
      case '$':
        return this.#isExtended || this.#at === this.#text.length || this.#isSequenceEnd()
          ? { kind: 'assert', assertion: 'end' }
          : this.#literal(character);
      case '(': return this.#isExtended ? this.#group(')') : this.#literal(character);
      case '*':
      case '+':
      case '?':
      case '{':
        if (this.#isExtended) throw this.#invalid('a repetition of nothing');
        return this.#literal(character);
      default: return this.#literal(character);
    }
  }

  #escape(): RegexNode {
    const character = this.#text[this.#at++];
    if (character === undefined) throw this.#invalid('a backslash at the end');
    if (!this.#isExtended && character === '(') return this.#group('\\)');
    const assertion = GNU_ASSERTIONS[character];
    if (assertion !== undefined) return { kind: 'assert', assertion };
    switch (character) {
      case 'w': return { kind: 'set', ranges: WORD };
      case 'W': return { kind: 'set', ranges: complement(WORD) };
      case 's': return { kind: 'set', ranges: CLASSES['space']! };
      case 'S': return { kind: 'set', ranges: complement(CLASSES['space']!) };
      default: break;
    }
    if (character >= '1' && character <= '9') {
      const number = Number(character);
      if (!this.#closed.has(number)) throw this.#invalid(`a reference to group ${number}, which has not ended before it`);
      this.#hasBackReference = true;
      return { kind: 'back-reference', number };
    }
    return this.#literal(character);
  }

  #group(close: string): RegexNode {
    if (++this.#depth > LIMITS.regexDepth.value) {
      throw new GovcError('limit-exceeded', `A regular expression nests more than ${LIMITS.regexDepth.value} groups.`, {
        limit: LIMITS.regexDepth.value,
      });
    }
    const number = ++this.#groupCount;
    const body = this.#choice();
    if (!this.#take(close)) throw this.#invalid('an opening parenthesis without a closing one');
    this.#depth--;
    this.#closed.add(number);
    return { kind: 'group', number, body };
  }

  /** The atom with the repetitions that follow it. */
  #repeated(atom: RegexNode): RegexNode {
    // In a basic expression a star that begins one, or follows an anchor that begins one, stands for itself.
    if (!this.#isExtended && atom.kind === 'assert' && atom.assertion === 'start' && this.#sees('*')) return atom;
    // In an extended one no anchor can be repeated, so that what follows begins an atom of its own, and is refused there.
    if (this.#isExtended && atom.kind === 'assert') return atom;
    let node = atom;
    for (;;) {
      const bounds = this.#repetition();
      if (bounds === undefined) return node;
      node = { kind: 'repeat', body: node, min: bounds[0], max: bounds[1] };
    }
  }

  #repetition(): readonly [min: number, max: number] | undefined {
    if (this.#take('*')) return [0, Number.POSITIVE_INFINITY];
    const mark = this.#isExtended ? '' : '\\';
    if (this.#take(`${mark}+`)) return [1, Number.POSITIVE_INFINITY];
    if (this.#take(`${mark}?`)) return [0, 1];
    if (!this.#sees(`${mark}{`)) return undefined;
    const rest = this.#text.slice(this.#at, this.#at + 24).join('');
    const found = (this.#isExtended ? /^\{(\d*)(,?)(\d*)\}/ : /^\\\{(\d*)(,?)(\d*)\\\}/).exec(rest);
    if (found === null || (found[1] === '' && found[2] === '')) {
      throw this.#invalid('a brace that is not an interval');
    }
    const min = found[1] === '' ? 0 : Number(found[1]);
    const max = found[2] === '' ? min : found[3] === '' ? Number.POSITIVE_INFINITY : Number(found[3]);
    if (min > max || min > LIMITS.regexRepeat.value || (max !== Number.POSITIVE_INFINITY && max > LIMITS.regexRepeat.value)) {
      throw this.#invalid('an interval out of order or too large');
    }
    this.#at += found[0].length;
    return [min, max];
  }

  #bracket(): RegexNode {
    const isNegated = this.#take('^');
    const ranges: CodeRange[] = [];
    for (let isFirst = true; ; isFirst = false) {
      const character = this.#text[this.#at];
      if (character === undefined) throw this.#invalid('a bracket without an end');
      if (character === ']' && !isFirst) break;
      if (this.#sees('[:')) {
        ranges.push(...this.#characterClass());
        continue;
      }
      const first = this.#bracketEnd();
      // A minus is a range unless the bracket ends behind it.
      if (this.#sees('-') && this.#text[this.#at + 1] !== undefined && this.#text[this.#at + 1] !== ']') {
        this.#at++;
        const last = this.#bracketEnd();
        if (last < first) throw this.#invalid('a range out of order');
        ranges.push([first, last]);
      } else {
        ranges.push([first, first]);
      }
    }
    this.#at++;
    const folded = normalize(this.#ignoreCase ? foldRanges(ranges) : ranges);
    return { kind: 'set', ranges: isNegated ? complement(folded) : folded };
  }

  #characterClass(): readonly CodeRange[] {
    const end = this.#text.indexOf(':', this.#at + 2);
    const name = end < 0 || this.#text[end + 1] !== ']' ? '' : this.#text.slice(this.#at + 2, end).join('');
    const found = Object.hasOwn(CLASSES, name) ? CLASSES[name]! : undefined;
    if (found === undefined) throw this.#invalid('a character class that does not exist');
    this.#at = end + 2;
    return found;
  }

  /** One end of a range: a character, `[.x.]` or `[=x=]`. */
  #bracketEnd(): number {
    for (const mark of ['.', '=']) {
      if (!this.#sees(`[${mark}`)) continue;
      const character = this.#text[this.#at + 2];
      if (character === undefined || this.#text[this.#at + 3] !== mark || this.#text[this.#at + 4] !== ']') {
        throw this.#invalid('a collating element of more than one character');
      }
      this.#at += 5;
      return character.codePointAt(0)!;
    }
    return this.#text[this.#at++]!.codePointAt(0)!;
  }

  #literal(character: string): RegexNode {
    const code = character.codePointAt(0)!;
    const ranges: CodeRange[] = [[code, code]];
    return { kind: 'set', ranges: normalize(this.#ignoreCase ? foldRanges(ranges) : ranges) };
  }

  #sees(token: string): boolean {
    for (let i = 0; i < token.length; i++) if (this.#text[this.#at + i] !== token[i]) return false;
    return true;
  }

  #take(token: string): boolean {
    if (!this.#sees(token)) return false;
    this.#at += token.length;
    return true;
  }

  #invalid(reason: string): GovcError {
    return new GovcError('pattern-invalid', `The regular expression "${this.#source.slice(0, 200)}" has ${reason}.`, {
      pattern: this.#source.slice(0, 4096), reason,
    });
  }
}

// Larger ranges of characters outside ASCII are compared as they are.
const FOLD_SPAN_MAX = 2048;

/** The ranges and what differs from their characters by case only. */
function foldRanges(ranges: readonly CodeRange[]): CodeRange[] {
  const folded: CodeRange[] = [...ranges];
  for (const [first, last] of ranges) {
    const end = last - first > FOLD_SPAN_MAX ? Math.min(last, 0x7f) : last;
    for (let code = first; code <= end; code++) {
      const character = String.fromCodePoint(code);
      for (const other of [character.toLowerCase(), character.toUpperCase()]) {
        const found = other.codePointAt(0)!;
        if (found !== code && String.fromCodePoint(found) === other) folded.push([found, found]);
      }
    }
  }
  return folded;
}

/** Ordered ranges that neither meet nor touch. */
function normalize(ranges: readonly CodeRange[]): CodeRange[] {
  const sorted = ranges.toSorted((left, right) => left[0] - right[0]);
  const result: [number, number][] = [];
  for (const [first, last] of sorted) {
    const before = result.at(-1);
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else result.push([first, last]);
  }
  return result;
}

function complement(ranges: readonly CodeRange[]): CodeRange[] {
  const result: CodeRange[] = [];
  let next = 0;
  for (const [first, last] of ranges) {
    if (first > next) result.push([next, first - 1]);
    next = last + 1;
  }
  if (next <= CODE_POINT_MAX) result.push([next, CODE_POINT_MAX]);
  return result;
}
