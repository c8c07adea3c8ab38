import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { WM_CASEFOLD, WM_PATHNAME, wildmatch } from './wildmatch.js';


type Element = { readonly kind: 'one'; readonly source: string; readonly fits: (c: string) => boolean } | { readonly kind: 'star' | 'folders' };

const literal = (c: string): Element => ({ kind: 'one', source: c, fits: (other) => other === c });
const elements: readonly Element[] = [
  literal('a'), literal('b'), literal('/'),
  { kind: 'one', source: '?', fits: (c) => c !== '/' },
  { kind: 'one', source: '[!a]', fits: (c) => c !== 'a' && c !== '/' },
  { kind: 'one', source: '[a-c]', fits: (c) => 'abc'.includes(c) },
  { kind: 'one', source: '\\*', fits: (c) => c === '*' },
  { kind: 'star' },
  { kind: 'folders' },
];

/** A definition to compare with: every way to match is tried, each (element, position) once. */
function matchesModel(pattern: readonly Element[], text: string): boolean {
  const failed = new Set<number>();
  const walk = (p: number, t: number): boolean => {
    const element = pattern[p];
    if (element === undefined) return t === text.length;
    const key = p * 100 + t;
    if (failed.has(key)) return false;
    const found =
      element.kind === 'one' ? t < text.length && element.fits(text[t]!) && walk(p + 1, t + 1)
      : element.kind === 'star' ? walk(p + 1, t) || (t < text.length && text[t] !== '/' && walk(p, t + 1))
      : walk(p + 1, t) || text.split('').some((c, i) => i >= t && c === '/' && walk(p + 1, i + 1));
    if (!found) failed.add(key);
    return found;
  };
  return walk(0, 0);
}

/** The pattern as text; components "**" only where Git takes them for such, single stars never in a row. */
function write(pattern: readonly Element[]): { source: string; pattern: Element[] } {
  let source = '';
  const kept: Element[] = [];
  for (const element of pattern) {
    if (element.kind === 'one') {
      source += element.source;
    } else if (source.endsWith('*') && !source.endsWith('\\*')) {
      continue;
    } else if (element.kind === 'folders') {
      if (source !== '' && !source.endsWith('/')) continue;
      source += '**/';
    } else {
      source += '*';
    }
    kept.push(element);
  }
  return { source, pattern: kept };
}

const texts = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '/', '*', 'a/'), maxLength: 14 });

describe('wildmatch', () => {
  it('matches what the definition matches', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...elements), { maxLength: 9 }), texts, (parts, text) => {
        const { source, pattern } = write(parts);
        expect([source, text, wildmatch(Buffer.from(source), Buffer.from(text), WM_PATHNAME)]).toEqual([source, text, matchesModel(pattern, text)]);
      }),
      { numRuns: 5000 },
    );
  });

  it('decides for any bytes', () => {
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 12 }), fc.string({ unit: fc.constantFrom('[', ']', '*', '\\', '!', '-', ':', 'a', '/', '?'), maxLength: 14 }).map((text) => new Uint8Array(Buffer.from(text))));
    fc.assert(
      fc.property(bytes, bytes, fc.constantFrom(0, WM_CASEFOLD, WM_PATHNAME, WM_CASEFOLD | WM_PATHNAME), (pattern, text, flags) => {
        expect(typeof wildmatch(pattern, text, flags)).toBe('boolean');
      }),
      { numRuns: 3000 },
    );
  });

  it('matches a text with itself escaped', () => {
    fc.assert(
      fc.property(fc.uint8Array({ max: 255, min: 1, maxLength: 20 }), (text) => {
        const escaped = new Uint8Array([...text].flatMap((byte) => [0x5c, byte]));
        expect(wildmatch(escaped, text, WM_PATHNAME)).toBe(true);
      }),
    );
  });
});
