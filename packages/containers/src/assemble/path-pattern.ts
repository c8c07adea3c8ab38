/**
 * Patterns of paths as builders know them: `*` and `?` within a name, `[a-z]`, a backslash before what is meant literally (Go's
 * filepath.Match), and `**` for any number of folders. Matching takes O(pattern × path) and never backtracks further than to the last star.
 */

/** A pattern that was read once and is matched often. */
export type PathPattern = readonly Segment[];

type Segment = '**' | readonly Token[];

type Token =
  | { readonly kind: 'text'; readonly char: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'star' }
  | { readonly kind: 'class'; readonly isNegated: boolean; readonly ranges: readonly (readonly [from: string, to: string])[] };

/** Reads a pattern. Slashes at its ends mean nothing; what cannot be read as a class is literal. */
export function parsePathPattern(text: string): PathPattern {
  return text.split('/').filter((part) => part !== '' && part !== '.').map((part): Segment => part === '**' ? '**' : parseSegment(part));
}

/** Whether a text has characters that make it a pattern. */
export function isPathPattern(text: string): boolean {
  return /[*?[\\]/.test(text);
}

/** Whether a pattern matches a path, from its first part to its last. */
export function matchesPath(pattern: PathPattern, path: string): boolean {
  const parts = path.split('/');
  return matchAll(pattern.length, parts.length, {
    isStar: (index) => pattern[index] === '**',
    fits: (index, at) => matchesName(pattern[index] as readonly Token[], parts[at]!),
  });
}

/** Whether a pattern matches a path or a folder that it is in. */
export function matchesPathOrAbove(pattern: PathPattern, path: string): boolean {
  if (matchesPath(pattern, path)) return true;
  for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
    if (matchesPath(pattern, path.slice(0, slash))) return true;
  }
  return false;
}

function matchesName(tokens: readonly Token[], name: string): boolean {
  const chars = Array.from(name);
  return matchAll(tokens.length, chars.length, {
    isStar: (index) => tokens[index]!.kind === 'star',
    fits: (index, at) => fitsChar(tokens[index]!, chars[at]!),
  });
}

interface Matching {
  readonly isStar: (index: number) => boolean;
  readonly fits: (index: number, at: number) => boolean;
}

/** Greedy matching: when something does not fit, the last star takes one more. */
function matchAll(patternSize: number, size: number, { isStar, fits }: Matching): boolean {
  let index = 0;
  let at = 0;
  let starIndex = -1;
  let starAt = 0;
  while (at < size) {
    if (index < patternSize && isStar(index)) {
      starIndex = index++;
      starAt = at;
    } else if (index < patternSize && fits(index, at)) {
      index++;
      at++;
    } else if (starIndex >= 0) {
      index = starIndex + 1;
      at = ++starAt;
    } else {
      return false;
    }
  }
  while (index < patternSize && isStar(index)) index++;
  return index === patternSize;
}

function fitsChar(token: Token, char: string): boolean {
  switch (token.kind) {
    case 'text':
      return token.char === char;
    case 'any':
    case 'star':
      return true;
    case 'class':
      return token.ranges.some(([from, to]) => from <= char && char <= to) !== token.isNegated;
  }
}

function parseSegment(text: string): Token[] {
  const chars = Array.from(text);
  const tokens: Token[] = [];
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at]!;
    const found = char === '[' ? parseClass(chars, at) : undefined;
    if (found !== undefined) {
      tokens.push(found.token);
      at = found.end;
    } else if (char === '\\' && at + 1 < chars.length) {
      tokens.push({ kind: 'text', char: chars[++at]! });
    } else if (char === '*') {
      if (tokens.at(-1)?.kind !== 'star') tokens.push({ kind: 'star' });
    } else {
      tokens.push(char === '?' ? { kind: 'any' } : { kind: 'text', char });
    }
  }
  return tokens;
}

function parseClass(chars: readonly string[], start: number): { readonly token: Token; readonly end: number } | undefined {
  const isNegated = chars[start + 1] === '^' || chars[start + 1] === '!';
  const ranges: [string, string][] = [];
  let at = start + (isNegated ? 2 : 1);
  const take = (): string | undefined => chars[at] === '\\' ? chars[(at += 2) - 1] : chars[at++];
  while (at < chars.length && (chars[at] !== ']' || ranges.length === 0)) {
    const from = take();
    if (from === undefined) return undefined;
    const isRange = chars[at] === '-' && chars[at + 1] !== ']' && at + 1 < chars.length;
    if (isRange) at++;
    const to = isRange ? take() : from;
    if (to === undefined) return undefined;
    ranges.push([from, to]);
  }
  return chars[at] === ']' ? { token: { kind: 'class', isNegated, ranges }, end: at } : undefined;
}
