import { GovcError } from '../errors.js';
import { DEFAULT_FUNCTION_PATTERN, type FunctionPattern } from '../diff/function-pattern.js';
import { lineRange, type Lines } from '../diff/lines.js';
import { compileTextPattern } from '../pattern/text-pattern.js';
import type { LineRange } from './blame-request.js';

/** What a range is looked up in. */
export interface LineRangeContext {
  readonly lines: Lines;
  /** Where relative searches begin: the line behind the range before, from 0. Default: 0. */
  readonly anchor?: number | undefined;
  /** What begins a function, for `:name`. Default: Git's rule without a driver. */
  readonly functionPattern?: FunctionPattern | undefined;
}

/**
 * The lines that an argument of `-L` means (git-blame, "-L <start>,<end>"): numbers from 1, `/pattern/`, `^/pattern/`, `+count`,
 * `-count`, or `:function`. Patterns are basic expressions.
 *
 * @param text lossless text
 * @throws {GovcError} line-range-invalid: malformed, out of the file, or nothing matches; pattern-invalid
 */
export function parseLineRange(text: string, context: LineRangeContext): LineRange {
  const { count } = context.lines;
  const anchor = Math.min(Math.max(context.anchor ?? 0, 0), count);
  const reader = new RangeReader(text, context);
  if (/^\^?:/.test(text)) return reader.functionRange(anchor);
  const first = reader.place({ searchFrom: anchor, isRelative: false });
  const last = reader.take(',') ? reader.place({ searchFrom: first ?? 0, isRelative: true }) : undefined;
  if (!reader.isAtEnd) throw invalid(text, 'is malformed');
  let begin = first ?? 0;
  let end = last ?? 0;
  if (begin > 0 && end > 0 && end < begin) [begin, end] = [end, begin];
  if ((count === 0 && (begin > 0 || end > 0)) || count < begin) throw invalid(text, `begins behind the end of a file of ${count} lines`);
  return { start: Math.max(begin, 1) - 1, end: end < 1 || end > count ? count : end };
}

class RangeReader {
  readonly #text: string;
  readonly #context: LineRangeContext;
  #at = 0;

  constructor(text: string, context: LineRangeContext) {
    this.#text = text;
    this.#context = context;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  take(token: string): boolean {
    if (!this.#text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  /**
   * A line number from 1, or `undefined` where nothing is said.
   *
   * @param searchFrom the index of the line where a search begins, which for an end is the line behind the start
   */
  place({ searchFrom, isRelative }: { readonly searchFrom: number; readonly isRelative: boolean }): number | undefined {
    const found = /^([+-]?)(\d+)/.exec(this.#text.slice(this.#at));
    if (found !== null) {
      this.#at += found[0].length;
      const number = Number(found[2]);
      if (isRelative && found[1] !== '') return this.#relative(found[1] === '+' ? number : -number, searchFrom);
      if (found[1] === '-' || number === 0) throw invalid(this.#text, 'has an invalid line number');
      return number;
    }
    let from = searchFrom;
    if (!isRelative && this.#text.startsWith('^/', this.#at)) {
      this.#at++;
      from = 0;
    }
    const end = this.#patternEnd();
    if (end === undefined) return undefined;
    const pattern = compileTextPattern(this.#text.slice(this.#at + 1, end));
    this.#at = end + 1;
    const { lines } = this.#context;
    for (let i = from; i < lines.count; i++) {
      const line = withoutLineFeed(lineRange(lines, i, i + 1));
      if (pattern.test(line, 0, line.length)) return i + 1;
    }
    throw invalid(this.#text, `matches nothing from line ${from + 1} on`);
  }

  /** Counts from the line of the start, whose number is `start`. */
  #relative(count: number, start: number): number {
    if (count === 0) throw invalid(this.#text, 'is an empty range');
    return count > 0 ? start + count - 1 : Math.max(start + count + 1, 1);
  }

  /** Where the slash is that ends a pattern which begins here. */
  #patternEnd(): number | undefined {
    if (this.#text[this.#at] !== '/') return undefined;
    for (let i = this.#at + 1; i < this.#text.length; i++) {
      if (this.#text[i] === '/') return i;
      if (this.#text[i] === '\\') i++;
    }
    return undefined;
  }

  functionRange(anchor: number): LineRange {
    const from = this.take('^') ? 0 : anchor;
    const source = this.#text.slice(this.#at + 1);
    const { lines, functionPattern = DEFAULT_FUNCTION_PATTERN } = this.#context;
    if (source === '') throw invalid(this.#text, 'names no function');
    const pattern = compileTextPattern(source);
    const isFunction = (i: number): boolean => functionPattern.findName(lineRange(lines, i, i + 1)) !== undefined;
    let start = from;
    for (; start < lines.count; start++) {
      const line = withoutLineFeed(lineRange(lines, start, start + 1));
      if (pattern.test(line, 0, line.length) && isFunction(start)) break;
    }
    if (start >= lines.count) throw invalid(this.#text, `matches no function from line ${from + 1} on`);
    let end = start + 1;
    while (end < lines.count && !isFunction(end)) end++;
    return { start, end };
  }
}

function withoutLineFeed(line: Uint8Array): Uint8Array {
  return line.at(-1) === 0x0a ? line.subarray(0, line.length - 1) : line;
}

function invalid(text: string, reason: string): GovcError {
  return new GovcError('line-range-invalid', `The range of lines "${text.slice(0, 200)}" ${reason}.`, { range: text.slice(0, 4096), reason });
}
