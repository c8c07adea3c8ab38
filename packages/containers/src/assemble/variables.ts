/**
 * Variables in instructions (Dockerfile reference, "Environment replacement"), and the quotes and escapes around them.
 */
import { errorAt } from '../errors.js';

/** What a text is expanded with. */
export interface Expansion {
  readonly values: ReadonlyMap<string, string>;
  readonly escape: '\\' | '`';
  /** For errors. */
  readonly line: number;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*/;
const NESTING_MAX = 50;

/**
 * A word as it is meant: variables replaced, quotes and escapes gone. O(text) for each level of nesting.
 *
 * @throws {ContainersError} instruction-invalid, variable-unset
 */
export function expandWord(text: string, expansion: Expansion, depth = 0): string {
  if (depth > NESTING_MAX) throw errorAt(expansion.line, 'instruction-invalid', 'variables are nested too deeply');
  const { escape, line } = expansion;
  let result = '';
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (quote === "'" ? char === "'" : quote === '"' ? char === '"' : char === '"' || char === "'") {
      quote = quote === '' ? char : '';
    } else if (quote === "'") {
      result += char;
    } else if (char === escape) {
      const next = text[at + 1];
      // Inside of double quotes only what has a meaning there can be escaped.
      const isEscape = next !== undefined && (quote === '' || next === '"' || next === '$' || next === escape);
      result += isEscape ? next : char;
      if (isEscape) at++;
    } else if (char === '$') {
      const { value, end } = expandVariable(text, at, { expansion, depth });
      result += value;
      at = end - 1;
    } else {
      result += char;
    }
  }
  if (quote !== '') throw errorAt(line, 'instruction-invalid', `a quote ${quote} is not closed`);
  return result;
}

/** Replaces variables in a document: quotes stand for themselves. */
export function expandDocument(text: string, expansion: Expansion): string {
  let result = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (char === expansion.escape && (text[at + 1] === '$' || text[at + 1] === expansion.escape)) {
      result += text[++at]!;
    } else if (char === '$') {
      const { value, end } = expandVariable(text, at, { expansion, depth: 0 });
      result += value;
      at = end - 1;
    } else {
      result += char;
    }
  }
  return result;
}

interface Nested {
  readonly expansion: Expansion;
  readonly depth: number;
}

function expandVariable(text: string, start: number, { expansion, depth }: Nested): { readonly value: string; readonly end: number } {
  const { values, line } = expansion;
  if (text[start + 1] !== '{') {
    const name = NAME.exec(text.slice(start + 1, start + 257))?.[0];
    // Positional and special parameters of a shell are no variables of a build.
    if (name === undefined) return { value: '$', end: start + 1 };
    return { value: values.get(name) ?? '', end: start + 1 + name.length };
  }
  const close = findClose(text, start + 2, expansion.escape);
  if (close < 0) throw errorAt(line, 'instruction-invalid', 'a ${ is not closed');
  const inside = text.slice(start + 2, close);
  const name = NAME.exec(inside)?.[0];
  if (name === undefined) throw errorAt(line, 'instruction-invalid', `\${${inside.slice(0, 40)}} names no variable`);
  const value = modify({ name, value: values.get(name), rest: inside.slice(name.length) }, { expansion, depth });
  return { value, end: close + 1 };
}

interface Variable {
  readonly name: string;
  readonly value: string | undefined;
  /** What follows the name. */
  readonly rest: string;
}

function modify({ name, value, rest }: Variable, { expansion, depth }: Nested): string {
  if (rest === '') return value ?? '';
  const match = /^(:?)([-+?])([^]*)$/.exec(rest);
  if (match === null) {
    throw errorAt(expansion.line, 'instruction-invalid', `\${${name}${rest.slice(0, 40)}} uses a modifier other than :- :+ :? - + and ?`);
  }
  const [, colon, operator, word] = match;
  const isSet = value !== undefined && (colon === '' || value !== '');
  const expand = (): string => expandWord(word!, expansion, depth + 1);
  if (operator === '-') return isSet ? value : expand();
  if (operator === '+') return isSet ? expand() : '';
  if (isSet) return value;
  throw errorAt(expansion.line, 'variable-unset', `${name} is not set${word === '' ? '' : `: ${expand()}`}`);
}

/** The closing brace of one whose inside begins at `start`; -1: there is none. */
function findClose(text: string, start: number, escape: string): number {
  let depth = 1;
  for (let at = start; at < text.length; at++) {
    if (text[at] === escape) at++;
    else if (text[at] === '$' && text[at + 1] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return at;
  }
  return -1;
}
