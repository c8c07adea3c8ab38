/** The expression of `git grep` from its tokens, and where in a line it matches. */
import type { GrepExpression } from '@govc/core';
import { compileGrep, type CompiledGrep, type GrepMatchOptions, type TextMatch } from '@govc/core/plumbing';

import { die } from '../failure.js';
import type { GrepToken } from './grep-settings.js';

/** Places of first matches, from 0; -1 where there is none. */
export interface GrepColumns {
  readonly column: number;
  /** That of inverted matches. */
  readonly inverse: number;
}

/** A compiled expression. */
export interface GrepPatterns {
  readonly compiled: CompiledGrep;
  /** Where any of the patterns matches, from the left, relative to the start. */
  spans(bytes: Uint8Array, start: number, end: number): TextMatch[];
  columns(bytes: Uint8Array, start: number, end: number): GrepColumns;
}

/** Reads and compiles the expression. @throws {Failure} it is malformed */
export function compilePatterns(tokens: readonly GrepToken[], options: GrepMatchOptions): GrepPatterns {
  const expression = new TokenReader(tokens).read();
  const texts = tokens.flatMap((token) => (typeof token === 'string' ? [] : [token.pattern]));
  try {
    const compiled = compileGrep(expression, options);
    const all = texts.length === 1 && typeof expression === 'string' ? compiled : compileGrep({ any: texts }, options);
    const atoms = new Map<string, CompiledGrep>();
    const atomOf = (text: string): CompiledGrep => {
      let atom = atoms.get(text);
      if (atom === undefined) atoms.set(text, atom = compileGrep(text, options));
      return atom;
    };
    return {
      compiled, spans: all.spans.bind(all),
      columns: (bytes, start, end) => {
        const found = { column: -1, inverse: -1 };
        findColumns(expression, (text) => atomOf(text).spans(bytes, start, end)[0]?.start, { found, isSwapped: false });
        return found;
      },
    };
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'pattern-invalid') throw error;
    return die(`command line, '${texts[0] ?? ''}': ${(error as Error).message}`);
  }
}

/** Below a negation the columns change their places. */
function findColumns(
  node: GrepExpression, placeOf: (text: string) => number | undefined, { found, isSwapped }: { found: { column: number; inverse: number }; isSwapped: boolean },
): void {
  if (typeof node === 'string') {
    const place = placeOf(node);
    const key = isSwapped ? 'inverse' : 'column';
    if (place !== undefined && (found[key] < 0 || place < found[key])) found[key] = place;
  } else if ('not' in node) {
    findColumns(node.not, placeOf, { found, isSwapped: !isSwapped });
  } else {
    for (const part of 'all' in node ? node.all : node.any) findColumns(part, placeOf, { found, isSwapped });
  }
}

const DEPTH_MAX = 500;

class TokenReader {
  readonly #tokens: readonly GrepToken[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly GrepToken[]) {
    this.#tokens = tokens;
  }

  read(): GrepExpression {
    const expression = this.#any();
    const rest = this.#tokens[this.#at];
    if (rest !== undefined || expression === undefined) die(`incomplete pattern expression: ${textOf(rest)}`);
    return expression;
  }

  #any(): GrepExpression | undefined {
    if (++this.#depth > DEPTH_MAX) die('pattern expression is nested too deep');
    const parts: GrepExpression[] = [];
    for (;;) {
      const part = this.#all();
      if (part === undefined) {
        const token = this.#tokens[this.#at];
        if (parts.length > 0 && token !== undefined && token !== ')') die(`not a pattern expression ${textOf(token)}`);
        break;
      }
      parts.push(part);
      const next = this.#tokens[this.#at];
      if (next === undefined || next === ')') break;
    }
    this.#depth--;
    return parts.length === 0 ? undefined : parts.length === 1 ? parts[0]! : { any: parts };
  }

  #all(): GrepExpression | undefined {
    const parts: GrepExpression[] = [];
    for (;;) {
      const part = this.#not();
      if (part === undefined) {
        if (parts.length > 0) die('--and not followed by pattern expression');
        if (this.#tokens[this.#at] === 'and') die('--and not preceded by pattern expression');
        return undefined;
      }
      parts.push(part);
      if (this.#tokens[this.#at] !== 'and') break;
      if (this.#tokens[++this.#at] === undefined) die('--and not followed by pattern expression');
    }
    return parts.length === 1 ? parts[0]! : { all: parts };
  }

  #not(): GrepExpression | undefined {
    let count = 0;
    for (; this.#tokens[this.#at] === 'not'; this.#at++) {
      count++;
      if (this.#tokens[this.#at + 1] === undefined) die('--not not followed by pattern expression');
    }
    const atom = this.#atom();
    if (atom === undefined && count > 0) die('--not followed by non pattern expression');
    return count % 2 === 0 ? atom : { not: atom! };
  }

  #atom(): GrepExpression | undefined {
    const token = this.#tokens[this.#at];
    if (token === undefined || token === 'and' || token === ')') return undefined;
    this.#at++;
    if (token !== '(') return typeof token === 'string' ? undefined : token.pattern;
    const inner = this.#any();
    if (this.#tokens[this.#at] !== ')') die('unmatched parenthesis');
    this.#at++;
    return inner;
  }
}

function textOf(token: GrepToken | undefined): string {
  return token === undefined ? '' : typeof token === 'string' ? (token.length > 1 ? `--${token}` : token) : token.pattern;
}
